#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# manual_test: nb-mkfs.1 against the program: options, words, statuses, and
# the command lines of its examples, which are taken from the page itself.

page=$NB_TOP/tools/nb-mkfs/nb-mkfs.1

# same WHAT: the files want and got are the same
same()
{
	sort -u want >want.s
	sort -u got >got.s
	[ -s want.s ] || atf_fail "$1: none found"
	diff want.s got.s >differ || {
		cat differ
		atf_fail "$1"
	}
}

# usage: what nb-mkfs says of itself
usage()
{
	"$NB_BIN/nb-mkfs" 2>usage
	[ $? -eq 2 ] || atf_fail "no usage"
}

# section NAME: the page's source from that heading to the next
section()
{
	sed -n "/^\.S[hs] $1\$/,/^\.S[hs] /p" "$page" | sed '$d'
}

atf_test_case options
options_head()
{
	atf_set descr "options of the usage, the program and the page are the same"
}
options_body()
{
	usage
	# What getopt(3) takes.
	for o in a b c d e f g h i j k l m n o p q r s t u v w x y z \
	    A B C D E F G H I J K L M N O P Q R S T U V W X Y Z; do
		"$NB_BIN/nb-mkfs" "-$o" >/dev/null 2>said
		grep -qE '(invalid|unknown|illegal) option' said || echo "$o"
	done >want
	grep -oE -e '-[A-Za-z]+' usage | grep -v '^-mkfs' | tr -d '-' |
	    grep -o . >got
	same "the program and its usage"
	section DESCRIPTION | sed -n 's/^\.It Fl \(.\).*/\1/p' >got
	same "the program and the page"
	section SYNOPSIS | grep -oE 'Fl [a-zA-Z ]*' | sed 's/^Fl //
	s/ Cm.*//; s/ Ar.*//; s/ o$/o/' | tr -d ' ' | grep -o . >got
	same "the program and the synopsis"
}

atf_test_case words
words_head()
{
	atf_set descr "-o and -t take what the page says, and no other word"
}
words_body()
{
	mkdir d
	"$NB_BIN/nb-mkfs" -o nonsense=1 x.img d 2>said
	sed -n 's/.*: one of //p' said | tr -d ' ' | tr , '\n' >want
	"$NB_BIN/nb-mkfs" x.img d || atf_fail "no image"
	for mode in -l -x; do
		"$NB_BIN/nb-mkfs" $mode -o nonsense x.img 2>said
		sed -n 's/.*: one of //p; s/.*: \([a-z]*\) is the only one/\1/p' \
		    said | tr -d ' ' | tr , '\n'
	done >>want
	section DESCRIPTION | sed -n 's/^\.It Cm //p' >got
	same "words of -o"
	"$NB_BIN/nb-mkfs" -t nonsense x.img d 2>said
	sed -n 's/.*: one of //p' said | tr -d ' ' | tr , '\n' >want
	section DESCRIPTION | sed -n '/^\.It Fl t /,/^\.It Fl v/p' |
	    sed -n 's/^\.Cm \([a-z0-9]*\).*/\1/p' >got
	same "words of -t"
	# Both ends of each range, and what is behind them.
	section DESCRIPTION >text
	for range in "inodes 1 4294967295" "density 1 1073741824" \
	    "minfree 0 99"; do
		# shellcheck disable=SC2086 # words
		set -- $range
		grep -q "$2 to $3" text || atf_fail "$1: not in the page"
		for n in $(($2 - 1)) $(($3 + 1)); do
			atf_check -s exit:2 -e match:"from $2 to $3\$" \
			    "$NB_BIN/nb-mkfs" -o "$1=$n" y.img d
		done
	done
}

atf_test_case sizes
sizes_head()
{
	atf_set descr "blocks by size, and densities, are as the page has them"
	atf_set require.progs "dumpe2fs"
}
sizes_body()
{
	mkdir d
	echo x >d/f
	for row in "19m 4096 512" "20m 8192 1024" "999m 8192 1024" \
	    "1000m 16384 2048" "127g 16384 2048" "128g 32768 4096"; do
		# shellcheck disable=SC2086 # words
		set -- $row
		for t in ffs ffs2; do
			"$NB_BIN/nb-mkfs" -n -t $t -s "$1" x.img d ||
			    atf_fail "$t $1"
			sb=8192
			[ $t = ffs ] || sb=65536
			# shellcheck disable=SC2046 # words
			set -- "$1" "$2" "$3" $(od -An -v -tu4 -j $((sb + 48)) \
			    -N 8 x.img)
			[ "$2 $3" = "$4 $5" ] || atf_fail "$t $1: $4 and $5"
		done
	done
	rm x.img
	"$NB_BIN/nb-mkfs" -n -t ext2 -s 512m x.img d || atf_fail ext2
	atf_check -o match:'^Inode count: *131072$' -e ignore dumpe2fs -h x.img
	atf_check -o match:'^Filesystem features: *filetype sparse_super$' \
	    -e ignore dumpe2fs -h x.img
	atf_check -o match:'^Blocks per group: *32768$' -e ignore \
	    dumpe2fs -h x.img
}

atf_test_case statuses
statuses_head()
{
	atf_set descr "statuses 0, 1 and 2, and what is left behind"
}
statuses_body()
{
	mkdir d
	head -c 3000000 /dev/urandom >d/f
	atf_check "$NB_BIN/nb-mkfs" x.img d
	atf_check "$NB_BIN/nb-mkfs" -c x.img
	cp x.img was.img
	atf_check -s exit:1 -e not-empty "$NB_BIN/nb-mkfs" -s 2m x.img d
	atf_check -s exit:1 -e not-empty "$NB_BIN/nb-mkfs" x.img none
	atf_check -s exit:1 -e not-empty "$NB_BIN/nb-mkfs" -x x.img:/none
	atf_check -s exit:2 -e not-empty "$NB_BIN/nb-mkfs" -t none x.img d
	atf_check -s exit:2 -e match:'^nb-mkfs: SOURCE_DATE_EPOCH=now: ' \
	    env SOURCE_DATE_EPOCH=now "$NB_BIN/nb-mkfs" x.img d
	atf_check cmp was.img x.img
	atf_check_equal "$(echo *.img*)" "was.img x.img"
	# The environment that counts, and that which does not.
	atf_check env TZ=Asia/Tokyo LC_ALL=C NB_SYNC=y \
	    "$NB_BIN/nb-mkfs" x.img d
	atf_check cmp was.img x.img
	atf_check env SOURCE_DATE_EPOCH=86400 "$NB_BIN/nb-mkfs" x.img d
	atf_check -o match:'1970-01-02 00:00:00 /f$' "$NB_BIN/nb-mkfs" -l x.img
}

# prepare: what the examples name, in the present folder
prepare()
{
	mkdir -p images sets/amd64 service/rescue/etc set/bin set/etc data
	head -c 2000000 /dev/urandom >set/bin/sh
	tar -cJf sets/amd64/rescue.tar.xz -C set bin
	echo from the set >set/etc/rc
	echo kept >set/etc/keep
	tar -cJf sets/amd64/etc.tar.xz -C set etc
	echo from the service >service/rescue/etc/rc
	head -c 5000000 /dev/urandom >data/large
	awk 'BEGIN { for (i = 0; i < 500; i++) {
		f = sprintf("data/%d", i); print i >f; close(f)
	} }'
	tar -cf data.tar -C data .
	# Programs by their names.
	mkdir bin
	ln -s "$NB_BIN/nb-mkfs" bin/nb-mkfs
	PATH=$PWD/bin:$PATH
}

# commands: the command lines of EXAMPLES, one a line, as a shell takes them
commands()
{
	section EXAMPLES | sed -n 's/^\.Dl //p' | sed 's/\\&\\ //g; s/\\&//g
	s/\\e/\\/g' | sed -e ':a' -e '/\\$/{N;s/\\\n *//;ba' -e '}' |
	    sed 's/^\$ //'
}

# part IMAGE: where the name of its partition is; the first entry's
part()
{
	dd if="$1" bs=1 skip=$((1024 + 56)) count=72 2>/dev/null | tr -d '\0'
}

# promised COMMAND: what the page says of it has come true; out is its output
promised()
{
	case $1 in
	"nb-mkfs -s 20m -L rescueroot images/"*)
		[ "$(wc -c <images/rescue-amd64.img)" -eq 20971520 ] ||
		    atf_fail "no 20 MB"
		atf_check_equal "$(part images/rescue-amd64.img)" rescueroot
		nb-mkfs -x images/rescue-amd64.img:/bin/sh | cmp - set/bin/sh ||
		    atf_fail "another /bin/sh"
		atf_check -o inline:'from the service\n' \
		    nb-mkfs -x images/rescue-amd64.img:/etc/rc ;;
	"nb-mkfs -n -t ext2 -f 64m data.ext2 data.tar")
		free=$(dumpe2fs -h data.ext2 2>/dev/null |
		    sed -n 's/^Free blocks: *//p')
		[ $((free * 4096)) -ge 67108864 ] || atf_fail "$free are free"
		[ $((free * 4096)) -lt 67200000 ] || atf_fail "$free are free"
		atf_check -o ignore -e ignore e2fsck -fn data.ext2 ;;
	"nb-mkfs -t ffs2 -s 100m -o density=1k,minfree=5 cache.img"*)
		sb=$((1048576 + 65536))
		# shellcheck disable=SC2046 # words: ncg, minfree, ipg
		set -- $(od -An -tu4 -j $((sb + 44)) -N 4 cache.img) \
		    $(od -An -tu4 -j $((sb + 60)) -N 4 cache.img) \
		    $(od -An -tu4 -j $((sb + 184)) -N 4 cache.img)
		atf_check_equal "$2" 5
		# An inode counts with the space that it is for.
		[ $(($1 * $3)) -gt 80000 ] || atf_fail "$1 times $3 inodes"
		atf_check nb-mkfs -c cache.img ;;
	"SOURCE_DATE_EPOCH="*" nb-mkfs -s 20m etc.img "*)
		mv etc.img once.img
		touch -d 2001-01-01 service/rescue/etc/rc
		sh -c "$1" || atf_fail "not again"
		atf_check cmp once.img etc.img ;;
	"nb-mkfs -l images/rescue-amd64.img | sort"*)
		atf_check -o match:' 2000000 .* /bin/sh$' head -n 1 out
		atf_check -o inline:'6\n' sh -c "wc -l <out | tr -d ' '" ;;
	"nb-mkfs -x images/rescue-amd64.img:/etc/rc")
		atf_check -o inline:'from the service\n' cat out ;;
	"nb-mkfs -x -o tar images/rescue-amd64.img:/etc >etc.tar")
		atf_check -o inline:'etc/\netc/keep\netc/rc\n' tar -tf etc.tar ;;
	"nb-mkfs -x -C rescue images/rescue-amd64.img")
		atf_check cmp set/bin/sh rescue/bin/sh
		atf_check -o match:'^./etc/rc type=file uid=0 ' \
		    cat rescue/METALOG ;;
	"nb-mkfs -f 1m -L rescueroot small.img "*)
		[ "$(wc -c <small.img)" -lt 6000000 ] || atf_fail "not small"
		nb-mkfs -l -o mtree small.img >small
		nb-mkfs -l -o mtree images/rescue-amd64.img |
		    sed 's/ time=.*//' >large
		sed 's/ time=.*//' small | diff large - || atf_fail "differs" ;;
	"nb-mkfs -c images/rescue-amd64.img")
		atf_check test ! -s out ;;
	*)	atf_fail "an example that no test knows: $1" ;;
	esac
}

atf_test_case examples
examples_head()
{
	atf_set descr "the page's command lines do what it says of them"
	atf_set require.progs "dumpe2fs e2fsck"
}
examples_body()
{
	prepare
	commands >lines
	[ "$(wc -l <lines)" -ge 10 ] || atf_fail "$(cat lines)"
	while read -r line; do
		echo "\$ $line"
		sh -c "$line" >out || atf_fail "it fails: $line"
		promised "$line" </dev/null
	done <lines
	# Nothing that promised knows is gone from the page.
	atf_check_equal "$(sed -n '/^promised/,/^}/p' \
	    "$(atf_get_srcdir)/manual_test.sh" | grep -c '^	"')" \
	    "$(wc -l <lines | tr -d ' ')"
}

atf_init_test_cases()
{
	atf_add_test_case options
	atf_add_test_case words
	atf_add_test_case sizes
	atf_add_test_case statuses
	atf_add_test_case examples
}
