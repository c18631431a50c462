#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# hostile_test: archives that mean harm, or were harmed: each is taken exactly,
# or refused by name, as `table` has it, and nothing else is touched.

. "$(atf_get_srcdir)/../mkfs/case.subr"
# shellcheck source=tests/postinst/stage.sh
. "$(atf_get_srcdir)/../postinst/stage.sh"

here=$NB_TOP/tests/hostile

# blocks FILE GROUP: what the file has of the group's rows
blocks()
{
	awk -v g="$2" '/^[^\t#]/ { n = $0; sub(/-.*/, "", n); on = n == g }
	    /^(#|$)/ { on = 0 } on' "$here/$1"
}

# group NAME DESCRIPTION: a case for the rows whose names begin like that
group()
{
	t "$1" "$2" "perl e2fsck setpriv timeout"
	eval "$1_body() { rows_are $1; }"
}

rows_are()
{
	mkdir all
	(cd all && "$here/rows" "$1") || atf_fail "rows"
	atf_check cat all/faults
	blocks table "$1" >table
	blocks accepted "$1" >accepted
	[ -s table ] || atf_fail "no rows"
	atf_check diff table all/table
	atf_check diff accepted all/accepted
}

group dotdot "names with .."
group absolute "names from the root"
group link "out through symbolic links"
group hard "hard links to anything, in any order"
group same "names that are there twice"
group case "names that differ by case"
group unicode "names that look the same"
group kind "names that change their kind"
group layers "names that change their kind between layers"
group type "kinds of file that there are not"
group device "device numbers"
group size "sizes"
group time "times"
group owner "owners"
group mode "modes"
group sum "check sums of headers"
group pax "pax headers"
group long "long names of GNU tar"
group sparse "maps of sparse files"
group xattr "extended attributes"
group name "names of any bytes and lengths"
group gzip "what gzip has packed, or not"
group zip "zip archives"
group other "what is no archive, or another one"
group bomb "what becomes large"

# skeletons: of messages, without names, numbers, kinds and what is cut off
skeletons()
{
	sed -e 's/^[01] //' -e 's/\\(dq/"/g' -e 's/^warning: //' \
	    -e 's/symbolic link or no folder/other/; s/hard link$/KIND/' \
	    -e 's/ *\.\.\.$//; s,: /[a-z]* is,: NAME is,' \
	    -e 's/symbolic link\|character device\|fifo\|file as\|directory as/KIND/g' \
	    -e 's/ is a file/ is a KIND/; s/ as a [a-z]* / as a KIND /g' \
	    -e 's/as a [a-z ]*$/as a KIND/; s/is a [a-z]* there/is a KIND there/' \
	    -e 's/through [^,]*,/through NAME,/; s/hard link to [^,:]*/link NAME/' \
	    -e 's/directory [^ ]*$/directory NAME/; s/[-0-9][0-9]*[km]*/N/g' |
	    awk '{ while ($1 ~ /:$/) sub(/^[^ ]* */, ""); print }' | sort -u
}

t manual "each message of the table is in the manuals"
manual_body()
{
	# Cut messages have their names only.
	sed -n 's/^	[a-z0-9]*	//p' "$here/table" |
	    grep -v -e '^[01=]*$' -e '\.\.\.$' -e 'all is well' |
	    skeletons >said
	sed -n 's/^\.It "\(.*\)"$/\1/p' "$NB_TOP"/tools/nb-mkfs/nb-mkfs.1 \
	    "$NB_TOP"/tools/nb-untar/nb-untar.1 | skeletons >told
	[ "$(wc -l <said)" -gt 30 ] || atf_fail "too few"
	atf_check awk 'NR == FNR { told[$0]; next }
	    { for (t in told) if (length(t) > 11 && (index(t, $0) == 1 ||
	    index($0, t) == 1)) next; print }' told said
}

# refused PROGRAM ARCHIVE WORDS...: exit 1, one line with the archive's name, and
# nothing left; 1 when it is taken
refused()
{
	_p=$1 _a=$2
	shift 2
	_r=0
	"$NB_BIN/$_p" "$@" "$_a" >out 2>err || _r=$?
	[ $_r -ne 0 ] || return 1
	[ $_r -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] &&
	    grep -q "^$_p: $_a: " err || atf_fail "$_a: $_r: $(cat err)"
	for _l in stage stage.part x.img x.img.part; do
		[ ! -e $_l ] || atf_fail "$_a: $_l is left"
	done
	# As tar it keeps what was whole.
	[ ! -d in ] || only_whole
}

# only_whole: what is in the folder in is as in s
only_whole()
{
	for _l in in/*; do
		[ ! -L "$_l" ] && [ -e "$_l" ] || continue
		cmp "$_l" "s/${_l#in/}" || atf_fail "$_a: $_l is left"
	done
	rm -rf in
	mkdir in
}

# whole_archives: of a folder s that hardly compresses, w.* in ./whole, and
# what is in them, as a stage
whole_archives()
{
	mkdir s whole in
	_n=1100
	[ -z "${NB_SOAK-}" ] || _n=3500
	for i in 1 2 3 4 5 6; do
		head -c $_n /dev/urandom >s/$i
	done
	ln -s 1 s/link
	(cd s && for f in gz bz2 xz; do
		bsdtar -acf ../whole/w.tar.$f ./*
	    done
	    # libarchive leaves out the check sum.
	    bsdtar -cf - ./* | zstd -q --check -o ../whole/w.tar.zst
	    bsdtar --format zip -cf ../whole/w.zip ./*
	    bsdtar --format newc -cf ../whole/w.cpio ./*)
}

t cut "cut short at every kilobyte: refused by name" "bsdtar zstd"
cut_body()
{
	whole_archives
	for f in whole/*; do
		n=$(wc -c <"$f")
		while [ "$n" -gt 1024 ]; do
			n=$(((n - 1) / 1024 * 1024))
			head -c $n "$f" >"${f#whole/}"
			refused nb-untar "${f#whole/}" -C stage ||
			    atf_fail "$f: taken at $n"
			refused nb-mkfs "${f#whole/}" -n -s 4m x.img ||
			    atf_fail "$f: taken at $n"
			refused nb-untar "${f#whole/}" x -C in -f ||
			    atf_fail "$f: taken at $n"
		done
	done
}

# differs A B [OPTION ...]: fails when the folders do
differs()
{
	diff -r --no-dereference "$@" >differ ||
	    atf_fail "$name: $n: $(head -1 differ)"
}

t corrupt "a byte changed in every kilobyte: refused, or nothing is changed" \
	"bsdtar zstd"
corrupt_body()
{
	whole_archives
	for f in whole/*; do
		name=${f#whole/}
		"$NB_BIN/nb-untar" -C good "$f" || atf_fail "$f"
		size=$(wc -c <"$f")
		for n in $(seq 7 1024 "$size") $((size - 6)); do
			cp "$f" "$name"
			perl -e 'open $f, "+<", shift; seek $f, $n = shift, 0;
			    read $f, $c, 1; seek $f, $n, 0;
			    print $f chr(ord($c) ^ 0x55)' "$name" "$n"
			# newc has no check sums, nor has what a zip says of
			# kinds, modes and times.
			case $name in
			*.cpio | *.zip)	rm -rf in ;;
			*)	mkdir -p in
				refused nb-untar "$name" x -C in -f ||
				    only_whole ;;
			esac
			refused nb-mkfs "$name" -n -s 4m x.img || rm x.img
			refused nb-untar "$name" -C stage && continue
			case $name in
			*.cpio)	;;
			*.zip)	differs good stage -x METALOG -x link ;;
			*)	differs good stage ;;
			esac
			rm -r stage
		done
		rm -r good
	done
}

t limits "NB_MAX_SIZE and NB_MAX_FILES: numbers, and to the last one" "tar"
limits_body()
{
	mkdir s
	for i in 1 2 3; do
		head -c 100000 /dev/zero >s/$i
	done
	tar -cf x.tar -C s 1 2 3
	# Contents, names of one byte, 512 bytes a file.
	atf_check env NB_MAX_SIZE=301539 "$NB_BIN/nb-untar" -C stage x.tar
	atf_check env NB_MAX_SIZE=301539 "$NB_BIN/nb-mkfs" -n x.img x.tar
	atf_check -s exit:1 -e inline:"nb-untar: x.tar: 3: with it there \
would be over 301538 bytes: if it can be trusted, set a larger NB_MAX_SIZE
" env NB_MAX_SIZE=301538 "$NB_BIN/nb-untar" -C new x.tar
	atf_check -s exit:1 -e match:'^nb-mkfs: x.tar: 3: .* 301538 bytes' \
	    env NB_MAX_SIZE=301538 "$NB_BIN/nb-mkfs" -n new.img x.tar
	atf_check env NB_MAX_FILES=3 "$NB_BIN/nb-untar" -C stage x.tar
	atf_check -s exit:1 -e match:'^nb-untar: x.tar: 3: .* over 2 files:' \
	    env NB_MAX_FILES=2 "$NB_BIN/nb-untar" -C new x.tar
	mkdir to
	atf_check -s exit:1 -e match:'^nb-untar: x.tar: 3: .* over 2 files:' \
	    env NB_MAX_FILES=2 "$NB_BIN/nb-untar" xf x.tar -C to
	[ ! -e to/3 ] && [ ! -e new ] && [ ! -e new.img ] ||
	    atf_fail "something is left"
	# What goes to standard output has no holes.
	truncate -s 20m s/1
	tar -Scf x.tar -C s 1
	atf_check -s exit:1 -o ignore -e match:'x.tar: 1: .* over 10 MB' \
	    env NB_MAX_SIZE=10m "$NB_BIN/nb-untar" xOf x.tar
	atf_check env NB_MAX_SIZE=10m "$NB_BIN/nb-untar" -C stage x.tar
	for v in 0 x 1x -1 1.5 99999999999999999999 65537g; do
		for w in SIZE FILES; do
			for c in 'nb-untar -C new' 'nb-mkfs new.img' \
			    'nb-untar xf'; do
				# shellcheck disable=SC2086
				atf_check -s exit:2 -e match:"NB_MAX_$w=$v: not" \
				    env NB_MAX_$w=$v "$NB_BIN/"$c x.tar
			done
		done
	done
}

t room "a sixteenth of the disk stays free" "tar unshare"
room_body()
{
	mkdir d mnt
	unshare -rm sh -c 'mount -t tmpfs -o size=8m none mnt' 2>/dev/null ||
	    atf_skip "no mount in a user namespace here"
	truncate -s 7800k d/f
	tar -cf x.tar -C d f
	unshare -rm sh -c "
		mount -t tmpfs -o size=8m none mnt || exit 9
		'$NB_BIN/nb-untar' -C mnt/stage x.tar 2>err
		echo \$? >status
		ls -A mnt >left
		mkdir mnt/in
		'$NB_BIN/nb-untar' xf x.tar -C mnt/in 2>err2
		echo \$? >>status
		ls -A mnt/in >>left
		rmdir mnt/in
		NB_MAX_SIZE=1g '$NB_BIN/nb-untar' -C mnt/stage x.tar
		echo \$? >>status"
	atf_check -o inline:'1\n1\n0\n' cat status
	for f in err err2; do
		atf_check -o match:'^nb-untar: x.tar: f: .* over 7 MB, and [78] MB are free: make room' cat $f
	done
	atf_check cat left
}

t undone "what is deep is removed as fast as it was made" "perl"
undone_body()
{
	mkdir a
	perl "$here/archives.pl" a "$PWD" undo
	# From the root down for each folder it took minutes.
	# shellcheck disable=SC3045 # what has no such limit does without
	ulimit -t 20 2>/dev/null || :
	atf_check -s exit:1 -e match:'METALOG: a stage needs the name' \
	    "$NB_BIN/nb-untar" -C stage a/undo
	[ ! -e stage.part ] || atf_fail "stage.part is left"
}

# attacker FOLDER VICTIM: puts links to the folder in place of in/a/b, and links
# to the file in place of files in it, and what was there back, until `stop`
attacker()
{
	# shellcheck disable=SC2016 # that is Perl's
	perl -e '($to, $victim) = @ARGV;
	until (-e "stop") {
		for $dir ("in/a/b", "in/a") {
			rename $dir, "in/hold";
			symlink $to, $dir;
			select undef, undef, undef, rand 0.0003;
			unlink $dir;
			rename "in/hold", $dir;
		}
		for $f ("p", "victim", "h") {
			for $dir ("in/a/b", "in/hold") {
				unlink "$dir/$f";
				symlink $victim, "$dir/$f";
			}
		}
	}' "$1" "$2"
}

t race "links that are put in place of folders and files meanwhile" "perl"
race_body()
{
	mkdir in outside a
	echo safe >outside/victim
	chmod 600 outside/victim
	perl "$here/archives.pl" a "$PWD/outside" race
	find outside -printf '%p %y %m %U %G %n %s %T@ %l\n' >before
	attacker "$PWD/outside" "$PWD/outside/victim" &
	_n=0 _end=$(($(date +%s) + ${NB_SOAK:+28} + 2))
	while [ "$(date +%s)" -lt $_end ]; do
		for _a in a/race-folders a/race-files; do
			_r=0
			timeout 60 "$NB_BIN/nb-untar" xpf $_a -C in 2>err ||
			    _r=$?
			[ $_r -le 1 ] || break 2
			_n=$((_n + 1))
		done
	done
	touch stop
	wait
	echo "$_n runs"
	[ $_r -le 1 ] || atf_fail "$_r: $(cat err)"
	find outside -printf '%p %y %m %U %G %n %s %T@ %l\n' >after
	atf_check diff before after
	atf_check -o inline:'safe\n' cat outside/victim
}

t postinst "the archives as postinst scripts unpack them: none gets out" \
	"perl unshare"
postinst_body()
{
	unshare -Ur true 2>/dev/null || atf_skip "no user namespaces here"
	stage
	mkdir service/web/a outside
	echo safe >outside/victim
	perl "$here/archives.pl" service/web/a "$PWD/outside"
	rm -f service/web/a/bomb-[afst]*
	cat >service/web/postinst/1.sh <<-'SCRIPT'
	export NB_MAX_SIZE=10m NB_MAX_FILES=3000
	mkdir var/in
	for a in ../service/web/a/*; do
		$TAR xpf "$a" -C var/in >/dev/null 2>var/said
		echo "$? ${a##*/} $(cat var/said)"
		case $a in *.1) continue ;; esac
		rm -rf var/in
		mkdir var/in
	done
	rm -rf var/in var/said
	SCRIPT
	{
		find outside service -printf '%p %y %m %U %G %n %s %T@ %l\n'
		find stage ! -name METALOG -printf '%p %y %n %s %l\n'
	} | sort >before.all
	"$NB_BIN/nb-postinst" -q -C stage -s service/web \
	    -e ASAN_OPTIONS=detect_leaks=0 >out 2>err ||
	    atf_fail "$(tail -3 err)"
	{
		find outside service -printf '%p %y %m %U %G %n %s %T@ %l\n'
		find stage ! -name METALOG -printf '%p %y %n %s %l\n'
	} | sort >after.all
	atf_check diff before.all after.all
	atf_check -s exit:1 grep -v -e '^0 [^ ]* $' \
	    -e '^1 [^ ]* nb-untar: [^ ]' out
	metalog_changes | grep -v '[<>] \./var ' >changed || :
	atf_check cat changed
	atf_check -o match:"^$(find service/web/a -type f | wc -l) out" wc -l out
	# As for a user who is not root, but for what is only told to a root.
	awk '/^[^\t#]/ { n = $1 }
	    $1 == "stage" { s = $2 }
	    $1 == "x" { print ($2 == "=" ? s : $2), n }' \
	    "$here/table" | grep -v ' bomb' | sort -k2 >x
	sed 's/\.2 / /; /\.1 /d; / bomb/d; s/^\([01] [^ ]*\).*/\1/' out |
	    sort -k2 >is
	diff x is | grep '^>' >differ
	atf_check -s exit:1 grep -v -e '^> 0 .*device' \
	    -e '^> 1 owner-[3np]' differ
}

t root "root, too, is told of owners beyond 32 bits" "perl"
root_body()
{
	[ "$(id -u)" -eq 0 ] || atf_skip "not root"
	mkdir a in
	perl "$here/archives.pl" a "$PWD" owner
	for n in owner-33-bits owner-negative owner-pax-huge; do
		atf_check -s exit:1 -e match:'a: owner or group outside 32' \
		    "$NB_BIN/nb-untar" xpf a/$n -C in
		[ -z "$(ls in)" ] || atf_fail "$n: something is left"
	done
	atf_check "$NB_BIN/nb-untar" xpof a/owner-33-bits -C in
}
