#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# kill_test: nb-mkfs is killed at any moment (see strike). NB_SOAK=y: at ten
# times as many; NB_SEED=n: at others.

# prepare: ./old, a tree of many files in ./tree, and as tree.tar
prepare()
{
	export SOURCE_DATE_EPOCH=1700000000
	head -c 1500000 /dev/zero | tr '\0' 'o' >old
	perl -e '
	mkdir "tree";
	for my $i (1 .. 1200) {
		mkdir sprintf "tree/%02d", $i / 50 if $i == 1 || $i % 50 == 0;
		open F, ">", sprintf "tree/%02d/%d", $i / 50, $i or die;
		print F "$i\n" x ($i % 700);
	}
	open F, ">", "tree/large" or die;
	print F "line $_ of what is in the large file\n" for 1 .. 100000;'
	tar -cf tree.tar -C tree .
}

# strikes ARGS: it finds nothing, and some of the strikes hit
strikes()
{
	_n=8
	[ "${NB_SOAK-}" != y ] || _n=80
	"$NB_TOP/tests/mkfs/strike" -n $_n "$@" >out || {
		cat out
		atf_fail "strike $*"
	}
	cat out
	grep -q ' [1-9][0-9]* struck' out || atf_fail "never in time: $*"
}

# kill_case NAME DESCR: an atf test case of body NAME_body
kill_case()
{
	atf_test_case "$1"
	eval "$1_head() {
		atf_set descr '$2'
		atf_set require.progs perl
		atf_set timeout 3600
	}"
}

kill_case killed_tree "SIGKILL while a folder is read: the old image, a .part"
killed_tree_body()
{
	prepare
	for t in ffs ffs2 ext2; do
		strikes KILL -- "$NB_BIN/nb-mkfs" -s 16m -t $t x.img ../tree
	done
	# Without a size the tree is read twice.
	strikes KILL -- "$NB_BIN/nb-mkfs" -n x.img ../tree.tar
}

kill_case killed_stream "SIGKILL while an archive comes slowly"
killed_stream_body()
{
	prepare
	for t in ffs ffs2 ext2; do
		strikes -f tree.tar KILL -- "$NB_BIN/nb-mkfs" -s 16m -t $t \
		    x.img /dev/stdin
		# Half of an image is there before the archive's end is.
		grep -q ', [1-9][0-9]* parts' out || atf_fail "no .part"
	done
}

kill_case interrupted "INT, TERM, HUP: the old image, and nothing else"
interrupted_body()
{
	prepare
	for t in ffs ffs2 ext2; do
		strikes INT TERM HUP -- "$NB_BIN/nb-mkfs" -s 16m -t $t \
		    x.img ../tree
		strikes -f tree.tar INT TERM HUP -- "$NB_BIN/nb-mkfs" -s 16m \
		    -t $t x.img /dev/stdin
	done
}

kill_case strikes_see "what a program leaves that it should not is found"
strikes_see_body()
{
	prepare
	for bad in 'exec tee x.img' 'cat >x.img.part; mv x.img.part x.img' \
	    'cat >x.img.tmp; mv x.img.tmp x.img'; do
		! "$NB_TOP/tests/mkfs/strike" -f tree.tar TERM -- \
		    sh -c "$bad >/dev/null" || atf_fail "not seen: $bad"
	done
	! "$NB_TOP/tests/mkfs/strike" -f tree.tar KILL -- \
	    sh -c 'cat >>x.img.part; mv x.img.part x.img' ||
	    atf_fail "not seen: a .part that is gone on with"
}

atf_init_test_cases()
{
	atf_add_test_case killed_tree
	atf_add_test_case killed_stream
	atf_add_test_case interrupted
	atf_add_test_case strikes_see
}
