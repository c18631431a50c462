#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tree_test: images of random trees, read back entry by entry with e2fsprogs.
# NB_SEED is the first seed (1), NB_TREES how many; a tree that fails can be
# made again by its seed alone.

prepare() {
	# shellcheck disable=SC2086 # CC may be several words
	${CC:-cc} -std=c11 -O1 -D_DEFAULT_SOURCE -o gentree \
	    "$NB_TOP/tests/mkfs/gentree.c" -larchive -lmd ||
	    atf_fail "gentree.c does not compile"
	export SOURCE_DATE_EPOCH=1700000000
}

# One order of lines, and the first name of a file as its number.
canonical() {
	LC_ALL=C sort "$1" | LC_ALL=C awk -F '\t' -v OFS='\t' '
	{ if (!($10 in first)) first[$10] = NR; $10 = first[$10]; print }'
}

# tree SEED: tree.tar, want
tree() {
	./gentree "$1" tree.tar list || atf_fail "gentree $1"
	canonical list >want
}

# read_back SEED: tree.img to got
read_back() {
	e2fsck -fn tree.img >fsck.out 2>&1 || {
		cat fsck.out
		atf_fail "seed $1: e2fsck finds faults"
	}
	"$NB_TOP/tests/mkfs/ext2_list" tree.img >list ||
	    atf_fail "seed $1: debugfs cannot read the image"
	canonical list >got
}

atf_test_case random_trees
random_trees_head() {
	atf_set descr "every entry of a random archive is in the image as it was"
	atf_set require.progs "e2fsck debugfs sha256sum"
	atf_set timeout 3600
}
random_trees_body() {
	prepare
	trees=60
	[ "${NB_SOAK-}" != y ] || trees=3000
	seed=${NB_SEED:-1}
	last=$((seed + ${NB_TREES:-$trees}))
	while [ "$seed" -lt "$last" ]; do
		tree "$seed"
		"$NB_BIN/nb-mkfs" -n -t ext2 tree.img tree.tar ||
		    atf_fail "seed $seed: nb-mkfs"
		read_back "$seed"
		diff want got || atf_fail "seed $seed: the image differs"
		seed=$((seed + 1))
	done
}

# What random_trees compares with would else be believed unseen.
atf_test_case differences_are_seen
differences_are_seen_head() {
	atf_set descr "the comparison notices a changed image"
	atf_set require.progs "e2fsck debugfs sha256sum"
}
differences_are_seen_body() {
	prepare
	mkdir d
	echo content >d/file
	ln d/file d/link
	ln -s target d/symlink
	tar -cf tree.tar -C d .
	"$NB_BIN/nb-mkfs" -n -t ext2 good.img tree.tar || atf_fail "nb-mkfs"
	cp good.img tree.img
	read_back "none"
	cp got want
	for change in 'sif file mode 0100640' 'sif file uid 7' \
	    'sif file gid 7' 'sif file mtime @1' \
	    'sif symlink block[0] 0x67726173' 'mknod p p' 'write other new'; do
		cp good.img tree.img
		echo other >other
		debugfs -w -R "$change" tree.img >/dev/null 2>&1
		read_back "none"
		! cmp -s want got || atf_fail "not seen: $change"
	done
	# A byte of content.
	block=$(debugfs -R 'bmap file 0' good.img 2>/dev/null)
	cp good.img tree.img
	printf X | dd of=tree.img bs=1 seek=$((block * 4096)) conv=notrunc \
	    2>/dev/null
	read_back "none"
	! cmp -s want got || atf_fail "not seen: a byte of content"
}

atf_init_test_cases() {
	atf_add_test_case random_trees
	atf_add_test_case differences_are_seen
}
