#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# confine_test: programs that give up what they do not need (lib/confine.h) try
# what they are not to do, by a preloaded library (try.c).

# confined PROGRAM WORDS...: run it; what it tried to says, as WORD ERROR lines
confined() {
	_prog=$1
	shift
	rm -rf ../elsewhere
	mkdir ../elsewhere
	echo secret >../elsewhere/file
	NB_CONFINE=y TRY_SAYS=$PWD/says TRY_ELSEWHERE=${PWD%/*}/elsewhere \
	    LD_PRELOAD="${NB_OBJ:?}/tests/confine/try.so" \
	    "${NB_BIN:?}/$_prog" "$@" >out 2>err || {
		cat err
		atf_fail "$_prog $*"
	}
	[ -s says ] || atf_fail "$_prog $*: nothing was tried"
	abi=$(sed -n 's/^abi //p' says)
}

# able: skip where try.so cannot be preloaded, or nothing is confined
able() {
	[ "$(uname -s)" = Linux ] || atf_skip "Linux only"
	[ -z "${SANITIZE-}${COVERAGE-}" ] ||
	    atf_skip "sanitizers and counters have needs of their own"
	case $(uname -m) in
	x86_64 | i?86 | aarch64)	;;
	*)	atf_skip "there is no filter for this processor" ;;
	esac
	[ "$(sed -n 's/^Seccomp:[[:space:]]*//p' /proc/self/status)" ] ||
	    atf_skip "this kernel has no seccomp"
}

# fails WITH WORD...: these tries ended with EACCES, EPERM, or as WITH says
fails() {
	_with=$1
	shift
	for _word; do
		grep -qxE "$_word ($_with)" says || {
			cat says
			atf_fail "$_word: not refused"
		}
	done
}

does() {
	for _word; do
		grep -qxE "$_word 0" says || {
			cat says
			atf_fail "$_word: refused"
		}
	done
}

files_kept() {
	echo secret | cmp - ../elsewhere/file || atf_fail "a file was changed"
	[ "$(ls -A ../elsewhere)" = file ] || atf_fail "$(ls -A ../elsewhere)"
}

# What all are refused; WORDS: tries of files that are none of these.
refused() {
	fails 1 start trace unshare namespace ring
	[ "$abi" -ge 1 ] || return 0
	fails 13 change make mkdir symlink fifo unlink
	fails '13|18' rename link	# EXDEV: not at all, before ABI 2
	[ "$abi" -lt 3 ] || fails 13 truncate
	[ "$abi" -lt 6 ] || fails 1 signal
	[ "$abi" -lt 3 ] || files_kept
	fails 13 "$@"
}

linked() {
	[ "$(find "$1" -type f -name '[fh]*' -links 2 | wc -l)" -ge 2 ] ||
	    atf_fail "$1: no link"
}

# What a program may do below the present folder, it may not beside it.
layers() {
	mkdir here
	cd here || exit 1
	mkdir -p d/sub
	echo x >d/f
	ln d/f d/sub/hard
	ln -s ../f d/sub/soft
	tar cf set.tar -C d .
	gzip -k set.tar
	mkdir -p images
}

case_of() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; }"
	eval "$1_body() { able; layers; $1_is; }"
	cases="$cases $1"
}
cases=

case_of mkfs "nb-mkfs makes an image"
mkfs_is() {
	confined nb-mkfs images/x.img set.tar d:/etc
	refused read list thread
	fails 1 connect bind
	atf_check -o inline:'x\n' "$NB_BIN/nb-mkfs" -x images/x.img:/etc/f
	[ "$(ls -A images)" = x.img ] || atf_fail "$(ls -A images)"
	confined nb-mkfs -s 4m -t ext2 images/x.img set.tar.gz
	refused read list thread
}

case_of image "nb-mkfs reads an image"
image_is() {
	"$NB_BIN/nb-mkfs" images/x.img set.tar || atf_fail "no image"
	for words in '-c images/x.img' '-l images/x.img' \
	    '-x images/x.img:/f' '-x -o tar images/x.img' \
	    '-x -C out.d images/x.img'; do
		# shellcheck disable=SC2086
		confined nb-mkfs $words
		refused read list thread
		fails 1 connect bind
	done
}

case_of stage "nb-untar fills a stage, and takes an old one's place"
stage_is() {
	for layer in d:/etc d:/usr; do
		confined nb-untar -C stage set.tar $layer
		refused read list thread
		fails 1 connect bind
	done
	linked stage
	[ "$(ls -A -d stage*)" = stage ] || atf_fail "$(ls -A)"
}

case_of tar "nb-untar as tar"
tar_is() {
	mkdir to
	confined nb-untar -xf set.tar -C to
	refused read list thread
	fails 1 connect bind
	linked to
	confined nb-untar -tvf set.tar.gz
	refused read list thread
	fails 1 connect bind
	# It reads what it is told to, and asks the host for users' names.
	confined nb-untar -czf images/new.tgz -C d .
	refused
	does read list thread
	confined nb-untar -tf images/new.tgz
	grep -q sub/hard out || atf_fail "no archive"
}

case_of fetch "nb-fetch writes where its files go, and has the network"
fetch_is() {
	confined nb-fetch -C images "file://$PWD/set.tar"
	refused
	cmp set.tar images/set.tar || atf_fail "no file"
	# 111: ECONNREFUSED
	fails 111 connect
	[ "$abi" -lt 4 ] || fails 13 bind
	[ "$abi" -lt 1 ] || case $PWD in
	/opt/* | /usr/* | /run/*)	;;
	*)	fails 13 read list thread ;;
	esac
	# a file elsewhere that its name in the folder is a link to
	mkdir other
	echo old >other/set.tar.gz
	ln -s ../other/set.tar.gz images/set.tar.gz
	confined nb-fetch -C images "file://$PWD/set.tar.gz"
	cmp set.tar.gz other/set.tar.gz || atf_fail "not replaced"
	[ -L images/set.tar.gz ] || atf_fail "no link"
	confined nb-fetch -p "file://$PWD/set.tar"
	refused
}

case_of lists "nb-pkg and nb-trim read what they are told to, and write a list"
lists_is() {
	printf 'PKGNAME=a-1.0\n\n' | gzip >s.gz
	for out in '' '-o images/table'; do
		# shellcheck disable=SC2086
		confined nb-pkg $out s.gz a
		refused
		does read list thread
		fails 1 connect bind
	done
	atf_check -o match:a-1.0 cat images/table
	# a list elsewhere that its name is a link to
	mkdir other
	echo old >other/METALOG.kept
	ln -s ../other/METALOG.kept images/kept
	"$NB_BIN/nb-untar" -C stage set.tar || atf_fail "no stage"
	echo 'ship=/f' >conf
	confined nb-trim -c conf -o images/kept stage/METALOG
	refused
	does read list thread
	fails 1 connect bind
	[ -L images/kept ] || atf_fail "no link"
	atf_check -o not-match:old cat other/METALOG.kept
}

case_of cache "the cache is used, and made, under confinement"
cache_is() {
	head -c 600000 /dev/urandom >d/big
	tar czf big.tgz -C d .
	for name in first again; do
		NB_CACHE=images/.cache confined nb-mkfs images/$name.img big.tgz
		refused read list thread
		ls images/.cache/big.tgz.*.tar >list || atf_fail "no cache"
		[ "$(wc -l <list)" -eq 1 ] || atf_fail "$(cat list)"
	done
}

case_of older "kernels that know less of it"
older_is() {
	for n in 1 2 3 4 5 6; do
		export TRY_ABI=$n
		rm -rf stage to
		mkdir to
		confined nb-mkfs images/x.img set.tar d:/etc
		[ "$abi" -eq $n ] || break
		refused read list thread
		fails 1 connect bind
		confined nb-untar -C stage set.tar d:/etc
		# Links between folders are not to be had with the first.
		[ $n -eq 1 ] || refused read list thread
		linked stage
		confined nb-untar -xf set.tar -C to
		linked to
		confined nb-fetch -C images "file://$PWD/set.tar"
		refused
	done
}

case_of outside "what goes on outside is not confined; -v tells of that"
outside_is() {
	set -- env "LD_PRELOAD=${NB_OBJ:?}/tests/confine/try.so" \
	    "TRY_SAYS=$PWD/says" "TRY_ELSEWHERE=$PWD"
	unset NB_CONFINE
	atf_check -e match:'not confined: LD_PRELOAD is set' \
	    "$@" "$NB_BIN/nb-untar" -vC stage set.tar
	atf_check -e match:'not confined: NB_CONFINE=n' \
	    "$@" NB_CONFINE=n "$NB_BIN/nb-mkfs" -v images/x.img set.tar
	atf_check -e match:'not confined: LD_PRELOAD' \
	    "$@" "$NB_BIN/nb-fetch" -v -C images "file://$PWD/set.tar"
	[ ! -s says ] || atf_fail "$(cat says)"
	# A kernel without Landlock: no word without -v, and the filter stays.
	set -- "$@" NB_CONFINE=y TRY_ABI=-1
	atf_check "$@" "$NB_BIN/nb-untar" -C stage set.tar
	fails 1 start trace connect
	atf_check -e match:'this kernel has no Landlock' \
	    "$@" "$NB_BIN/nb-untar" -vC stage set.tar
}

atf_init_test_cases() {
	for c in $cases; do atf_add_test_case "$c"; done
}
