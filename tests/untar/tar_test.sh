#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tar_test: the command lines of tar(1) that postinst scripts are written with,
# with bsdtar as the judge.

# shellcheck source=tests/untar/tar.subr disable=SC2015 # atf_fail ends the case
. "$(atf_get_srcdir)/tar.subr"

atf_test_case command_lines
command_lines_head() {
	atf_set descr "the ways to say x, f and C all do the same"
	atf_set require.progs "bsdtar"
}
command_lines_body() {
	package
	mkdir want
	bsdtar -xpzf p.tgz -C want || atf_fail "bsdtar"
	n=0
	for w in "xfp p.tgz -C out" "xzfp p.tgz -C out" "xpfC p.tgz out" \
	    "-xpf p.tgz -C out" "-C out -xpf p.tgz" "-C out -zxp -f p.tgz" \
	    "-xp -fp.tgz -Cout" "--extract --file p.tgz -p -C out" \
	    "-p --get --file=p.tgz --directory=out" "x -p -f p.tgz -C out" \
	    "xpf p.tgz -C d -C ../out" "-xJpf p.tgz -C out" \
	    "--file p.tgz --directory out -p -x"; do
		n=$((n + 1))
		mkdir out
		# shellcheck disable=SC2086
		atf_check "$untar" $w
		same want out
		chmod -R u+w out
		rm -r out
	done
	for w in "xpf - -C out" "xp -C out" "-xpzf- -C out" "-C out -xp"; do
		mkdir out
		# shellcheck disable=SC2086
		atf_check -o empty sh -c 'exec "$@" <p.tgz' - "$untar" $w
		same want out
		chmod -R u+w out
		rm -r out
	done
	# piped, so that it cannot be sought in
	gzip -d <p.tgz >p.tar
	mkdir out
	atf_check sh -c "cat p.tar | '$untar' xpf - -C out"
	same want out
}

atf_test_case verbose
verbose_body() {
	mkdir d out
	echo x >d/a
	printf x >"d/$(printf 'b\033[31m')"
	tar cf p.tar -C d .
	atf_check -e save:err "$untar" xvf p.tar -C out
	sort err >sorted
	atf_check -o inline:'x \nx a\nx b\\033[31m\n' cat sorted
	atf_check -o save:list "$untar" tf p.tar
	sort list >sorted
	atf_check -o inline:'./\n./a\n./b\\033[31m\n' cat sorted
}

atf_test_case patterns
patterns_head() {
	atf_set descr "--exclude and members choose what they do in bsdtar"
	atf_set require.progs "bsdtar"
}
patterns_body() {
	mkdir -p d/usr/bin d/share/+x d/+meta "d/a b" d/x/y
	for f in +INSTALL +CONTENTS usr/bin/a usr/bin/b.c share/+x/f \
	    share/a+b +meta/f "a b/c" x/y/z x/y/+z "$(printf 'caf\303\251')" \
	    "$(printf 'caf\351')" 'star*' a.c .hidden; do
		echo "$f" >"d/$f"
	done
	(cd d && tar cf ../dots.tar .)
	(cd d && tar cf ../plain.tar -- * .hidden)
	cat >patterns <<-'EOF'
	--exclude=+*
	--exclude=*.c
	--exclude=usr
	--exclude=./usr
	--exclude=usr/bin/
	--exclude=bin
	--exclude=bin/a
	--exclude=*/bin
	--exclude=*
	--exclude=?.c
	--exclude=[a-u]*
	--exclude=[!a-u]*
	--exclude=star\*
	--exclude=café*
	--exclude=caf?
	--exclude=y/z$
	--exclude=^x
	--exclude=a b
	--exclude=.hidden
	usr
	usr/bin/a
	./usr/bin/a
	usr/
	*.c
	*a
	x/*
	+*
	café
	EOF
	for tar in dots.tar plain.tar; do
		while IFS= read -r p; do
			for how in -t -x; do
				mkdir want got
				bsdtar $how -f $tar -C want "$p" >left 2>/dev/null
				a=$?
				"$untar" $how -f $tar -C got "$p" >right 2>err
				b=$?
				[ $a -eq $b ] ||
				    atf_fail "$tar $p: $a, $b: $(cat err)"
				if [ $how = -t ]; then
					# bsdtar escapes what is no ASCII
					[ "$(wc -l <left)" -eq "$(wc -l <right)" ] ||
					    atf_fail "$tar $p"
				else
					(cd want && find . | sort) >left
					(cd got && find . | sort) >right
					cmp left right || atf_fail "$tar $p"
				fi
				rm -r want got
			done
		done <patterns
	done
	# as pkgsrc's packages are unpacked; a list of patterns in a file
	mkdir got
	atf_check "$untar" xf dots.tar --exclude='+*' --exclude '*.c' -C got
	atf_check -s exit:1 sh -c "find got | grep -e '/[+]' -e '[.]c$'"
	[ -f got/usr/bin/a ] || atf_fail "too much left out"
	rm -r got
	mkdir got
	printf '+*\n*.c\n' >list
	atf_check "$untar" xf dots.tar -X list -C got
	atf_check -s exit:1 sh -c "find got | grep -e '/[+]' -e '[.]c$'"
}

atf_test_case missing_member
missing_member_body() {
	package
	mkdir out
	atf_check -s exit:1 \
	    -e inline:'nb-untar: p.tgz: nothing in it is called bin/nope\n' \
	    "$untar" xf p.tgz -C out bin/prog bin/nope
	[ -f out/bin/prog ] || atf_fail "the other was not unpacked"
	atf_check -s exit:1 -e match:'nothing in it is called nope' \
	    "$untar" tf p.tgz nope
}

atf_test_case strip
strip_head() {
	atf_set descr "--strip-components strips what bsdtar strips"
	atf_set require.progs "bsdtar"
}
strip_body() {
	mkdir -p d/1/2
	echo x >d/1/2/f
	ln d/1/2/f d/1/2/hard
	ln -s 1/2/f d/soft
	echo y >d/1/g
	tar cf p.tar d
	for n in 0 1 2 3 9; do
		mkdir want got
		bsdtar -xf p.tar -C want --strip-components $n
		atf_check "$untar" xf p.tar -C got --strip-components $n
		(cd want && find . -type f -exec cksum {} + | sort) >left
		(cd got && find . -type f -exec cksum {} + | sort) >right
		cmp left right || atf_fail "$n"
		rm -r got
		mkdir got
		atf_check "$untar" xf p.tar -C got --strip-components=$n
		(cd got && find . -type f -exec cksum {} + | sort) >right
		cmp left right || atf_fail "=$n"
		rm -r want got
	done
}

atf_test_case to_stdout
to_stdout_body() {
	package
	atf_check -o inline:'prog\n' "$untar" xOf p.tgz ./bin/prog
	atf_check -o inline:'prog\n' "$untar" -xOf p.tgz bin/prog
	atf_check -o inline:'prog\n' "$untar" -x --to-stdout -f p.tgz bin/prog
	[ "$(find . -name prog | wc -l)" -eq 1 ] || atf_fail "unpacked"
	truncate -s 100000 hole
	printf x >>hole
	tar cSf h.tar hole
	atf_check -o file:hole "$untar" xOf h.tar
	atf_check -s exit:1 -e match:'standard output: No space' \
	    sh -c "'$untar' xOf h.tar >/dev/full"
}

atf_test_case lists
lists_head() {
	atf_set descr "t names what bsdtar names, and tv tells the same of it"
	atf_set require.progs "bsdtar"
}
lists_body() {
	package
	touch d/share/now
	tar czf q.tgz --owner=root --group=wheel -C d .
	for f in p.tgz q.tgz; do
		bsdtar -tf $f >want
		atf_check -o file:want "$untar" tf $f
		bsdtar -tvf $f | tr -s ' ' >want
		atf_check -o save:got "$untar" tvf $f
		tr -s ' ' <got >got2
		diff want got2 || atf_fail "$f"
	done
	bsdtar -tf p.tgz 'bin/*' >want
	atf_check -o file:want "$untar" -t -f p.tgz 'bin/*'
	atf_check -s exit:1 -e match:'standard output: No space' \
	    sh -c "'$untar' tf p.tgz >/dev/full"
}

atf_test_case permissions
permissions_head() {
	atf_set descr "modes with and without -p are those of bsdtar"
	atf_set require.progs "bsdtar"
}
permissions_body() {
	mkdir d d/s
	for m in 0 400 444 555 644 666 755 777 1777 2755 4755 6711; do
		echo $m >d/f$m
		chmod $m d/f$m
		mkdir d/s/d$m
		chmod $m d/s/d$m
	done
	if [ "$(id -u)" -eq 0 ]; then
		tar cpf p.tar --owner=0 --group=0 -C d .
		tar cpf q.tar --owner=12345 --group=54321 -C d .
	else
		chmod u+r d/f0 2>/dev/null
		tar cpf p.tar -C d .
		tar cpf q.tar --owner=12345 --group=54321 -C d .
	fi
	for mask in 022 077 0; do
		for how in x xp "x --no-same-permissions" "xp -o"; do
			for f in p.tar q.tar; do
				mkdir want got
				# shellcheck disable=SC2086
				(umask $mask && bsdtar -${how} -f $f -C want)
				# shellcheck disable=SC2086
				atf_check sh -c "umask $mask &&
				    exec '$untar' -$how -f $f -C got"
				(cd want && find . -printf '%p %m %U %G\n' |
				    sort) >left
				(cd got && find . -printf '%p %m %U %G\n' |
				    sort) >right
				diff left right || atf_fail "$mask $how $f"
				chmod -R u+rwx want got
				rm -r want got
			done
		done
	done
}

atf_test_case by_name_only
by_name_only_head() {
	atf_set descr "root of a user namespace unpacks what others own"
	atf_set require.progs "unshare"
}
by_name_only_body() {
	mkdir d out
	echo x >d/f
	ln -s f d/l
	mkfifo d/p
	tar cf p.tar --owner=1234 --group=5678 -C d .
	echo x >d/su
	chmod 6755 d/su
	tar cf q.tar --owner=0 --group=0 -C d su
	tar cf r.tar --owner=7 --group=7 -C d su
	unshare -r true 2>/dev/null || atf_skip "no user namespaces here"
	atf_check unshare -r "$untar" xpf p.tar -C out
	[ -f out/f ] && [ -L out/l ] && [ -p out/p ] || atf_fail "not all"
	atf_check unshare -r "$untar" xpf q.tar -C out
	atf_check -o inline:'6755\n' stat -c %a out/su
	# set-user-ID of an owner that it does not get
	atf_check unshare -r "$untar" xpf r.tar -C out
	atf_check -o inline:'755\n' stat -c %a out/su
	cat >x.mtree <<-'EOF'
	#mtree
	./console type=char device=netbsd,5,1
	EOF
	command -v bsdtar >/dev/null || return 0
	bsdtar -cf dev.tar @x.mtree
	atf_check -s exit:1 -e match:'console: device nodes cannot be made' \
	    unshare -r "$untar" xpf dev.tar -C out
	atf_check unshare -r "$untar" xpf dev.tar --exclude console -C out
}

atf_test_case device_nodes
device_nodes_head() {
	atf_set descr "root gets device nodes with NetBSD's numbers"
	atf_set require.user root
	atf_set require.progs "bsdtar"
}
device_nodes_body() {
	mknod probe c 1 3 2>/dev/null || atf_skip "no mknod here"
	printf '#mtree\n./c type=char device=netbsd,5,3 mode=0622 gid=4\n' >x
	bsdtar -cf p.tar @x
	mkdir out
	atf_check "$untar" xpf p.tar -C out
	atf_check -o inline:'character special file 5 3 622 4\n' \
	    stat -c '%F %t %T %a %g' out/c
}

atf_test_case options
options_head() {
	atf_set descr "-k keeps, -m leaves the time, folders keep theirs"
}
options_body() {
	mkdir d d/sub out
	echo new >d/f
	echo new >d/sub/f
	find d -exec touch -d 2001-02-03T04:05:06Z {} +
	tar cf p.tar -C d .
	echo old >out/f
	atf_check "$untar" xkf p.tar -C out
	atf_check -o inline:'old\nnew\n' cat out/f out/sub/f
	atf_check "$untar" xf p.tar -C out
	atf_check -o inline:'new\n' cat out/f
	for f in out out/f out/sub out/sub/f; do
		[ "$(stat -c %Y $f)" = "$(stat -c %Y d/f)" ] ||
		    atf_fail "$f: time"
	done
	atf_check "$untar" xmf p.tar -C out
	for f in out/f out/sub out/sub/f; do
		[ "$(stat -c %Y $f)" != "$(stat -c %Y d/f)" ] ||
		    atf_fail "$f: time with -m"
	done
}

atf_test_case replaced
replaced_head() {
	atf_set descr "what is in the way is replaced, a full folder is not"
}
replaced_body() {
	mkdir d out
	echo new >d/a
	ln -s x d/l
	ln d/a d/h
	mkfifo d/p
	mkdir d/dir
	echo new >d/dir/f
	tar cf p.tar -C d a h l p dir
	echo old >out/a
	ln out/a keep
	echo old >out/l
	echo old >out/h
	echo old >out/p
	echo old >out/dir
	atf_check "$untar" xf p.tar -C out
	atf_check -o inline:'old\n' cat keep
	atf_check diff out/a d/a
	[ -L out/l ] && [ -p out/p ] && [ -f out/dir/f ] || atf_fail "kinds"
	one_file out/a out/h || atf_fail "no hard link"
	atf_check "$untar" xf p.tar -C out
	rm out/a
	mkdir out/a
	atf_check "$untar" xf p.tar -C out
	[ -f out/a ] || atf_fail "an empty folder is in the way"
	rm out/a
	mkdir out/a
	echo mine >out/a/f
	atf_check -s exit:1 -e \
	    inline:'nb-untar: ./a: a folder that is not empty is in the way\n' \
	    "$untar" xf p.tar -C out
	atf_check -o inline:'mine\n' cat out/a/f
}

atf_test_case cpio
cpio_head() {
	atf_set descr "cpio's hard links, whose content comes last"
	atf_set require.progs "bsdcpio"
}
cpio_body() {
	mkdir d out
	echo text >d/a
	ln d/a d/b
	ln d/a d/c
	chmod 444 d/a
	(cd d && printf 'a\nb\nc\n' | bsdcpio -o -H newc >../x.cpio 2>/dev/null)
	atf_check "$untar" xpf x.cpio -C out
	atf_check cmp d/a out/a
	one_file out/a out/b && one_file out/a out/c || atf_fail "no links"
	atf_check -o inline:'444\n' stat -c %a out/b
}

atf_test_case failures
failures_head() {
	atf_set descr "one line, exit 1, and no half file"
}
failures_body() {
	mkdir d out
	head -c 300000 /dev/urandom >d/f
	tar czf good.tgz -C d f
	head -c 200000 good.tgz >short.tgz
	cp good.tgz bad.tgz
	printf X | dd of=bad.tgz bs=1 seek=150000 conv=notrunc 2>/dev/null
	echo '<html>' >html.tgz
	for f in short bad html; do
		atf_check -s exit:1 -e match:"^nb-untar: $f.tgz: cannot be" \
		    "$untar" xf $f.tgz -C out
		atf_check -o inline:'out\n' find out
	done
	# only the check sum tells
	size=$(wc -c <good.tgz)
	cp good.tgz bad.tgz
	printf 'XXXX' | dd of=bad.tgz bs=1 seek=$((size - 8)) conv=notrunc \
	    2>/dev/null
	atf_check -s exit:1 -e match:'gzip: incorrect data check' \
	    "$untar" xf bad.tgz -C out
	atf_check -s exit:1 -e match:'missing.tgz: No such file' \
	    "$untar" xf missing.tgz -C out
	atf_check -s exit:1 -e match:'-C nowhere: No such file' \
	    "$untar" xf good.tgz -C nowhere
	rm -f out/f
	(
		ulimit -f 100
		"$untar" xf good.tgz -C out 2>err
		echo $? >status
	)
	atf_check -o inline:'1\n' cat status
	atf_check -o inline:'nb-untar: f: File too large\n' cat err
	atf_check -o inline:'out\n' find out
}

atf_test_case refused
refused_head() {
	atf_set descr "what is not known is refused by name, with exit 2"
}
refused_body() {
	mkdir d
	echo x >d/f
	tar cf p.tar d
	for row in "xPf p.tar:-P:" "-xwf p.tar:-w:" "rf p.tar d:-r:" \
	    "uf p.tar d:-u:" "xf p.tar --wildcards:--wildcards:" \
	    "x --use-compress-program=sh -f p.tar:--use-compress-program=sh:" \
	    "-xI sh -f p.tar:-I:" "xf:xf. needs a value" \
	    "-xf:-xf. needs a value" "x --exclude:--exclude. needs a value" \
	    "xtf p.tar:-x and -t do not go together" \
	    "xf p.tar --strip-components=x:x. no number of parts" \
	    "xf p.tar --gzip=3:--gzip=3. takes no value" \
	    "zf p.tar:one of -c, -t and -x is needed" \
	    "rabbit:-r:"; do
		# shellcheck disable=SC2086
		atf_check -s exit:2 -o empty -e match:"^nb-untar: ${row#*:}" \
		    "$untar" ${row%%:*}
	done
	atf_check -s exit:2 -e match:'^usage: nb-untar' "$untar"
	[ ! -e sh ] || atf_fail "ran something"
}

atf_test_case which_is_meant
which_is_meant_head() {
	atf_set descr "layers and tar's command lines are told apart"
}
which_is_meant_body() {
	mkdir d xf out
	echo x >d/f
	tar cf p.tar d
	# a stage and layers with names like tar's letters
	cp p.tar x
	atf_check "$untar" -C xf x
	[ -f xf/METALOG ] && [ -f xf/d/f ] || atf_fail "no stage"
	atf_check "$untar" -qC t -- x
	[ -f t/METALOG ] || atf_fail "no stage"
	atf_check "$untar" -Ctxc x
	[ -f txc/METALOG ] || atf_fail "no stage"
	atf_check "$untar" -C out -x -f p.tar
	[ -f out/d/f ] && [ ! -e out/METALOG ] || atf_fail "no tar"
	atf_check -o match:d/f "$untar" -vtf p.tar
}

atf_test_case manual
manual_head() {
	atf_set descr "the manual has every option that is taken, and no other"
	atf_set require.progs "mandoc"
}
manual_body() {
	mandoc -Tascii "$NB_TOP/tools/nb-untar/nb-untar.1" |
	    sed "s/.$(printf '\b')//g" >page
	sed -n '/^   As tar/,/^ENVIRONMENT/p' page >options
	for o in a b c d e f g h i j k l m n o p q r s t u v w x y z \
	    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z; do
		"$untar" -x -$o nowhere -f nowhere >/dev/null 2>err
		if grep -q "no option of tar's" err; then
			grep -qE -e "(^|[ ,])-$o([, .]|\$)" options &&
			    atf_fail "-$o is in the manual"
		else
			grep -qE -e "(^|[ ,])-$o([, .]|\$)" options ||
			    case $o in
			    [ctx])	;;
			    *)	atf_fail "-$o is not in the manual" ;;
			    esac
		fi
	done
	sed -n 's/^	{ "\([a-z-]*\)", .*/\1/p' \
	    "$NB_TOP/tools/nb-untar/tarcmd.c" >longs
	[ "$(wc -l <longs)" -gt 20 ] || atf_fail "no long options found"
	while read -r o; do
		case $o in
		# words for letters, as in other tars
		auto-compress|bzip2|create|extract|get|gzip|gunzip|list|xz| \
		    keep-old-files|touch|verbose|preserve-permissions)
			;;
		*)	grep -q -e "--$o" options ||
			    atf_fail "--$o is not in the manual" ;;
		esac
	done <longs
}

atf_init_test_cases() {
	atf_add_test_case command_lines
	atf_add_test_case verbose
	atf_add_test_case patterns
	atf_add_test_case missing_member
	atf_add_test_case strip
	atf_add_test_case to_stdout
	atf_add_test_case lists
	atf_add_test_case permissions
	atf_add_test_case by_name_only
	atf_add_test_case device_nodes
	atf_add_test_case options
	atf_add_test_case replaced
	atf_add_test_case cpio
	atf_add_test_case failures
	atf_add_test_case refused
	atf_add_test_case which_is_meant
	atf_add_test_case manual
}
