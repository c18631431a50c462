#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tree_test: images of random trees, read back entry by entry by e2fsprogs,
# Sleuth Kit and GRUB.
#
# Thirty trees, each as ext2 and as one of both FFS; when NB_SOAK=y, 500 in all
# three. NB_SEED=n is that tree alone, in all three, as a failure says;
# NB_TREES=m so many from there on.

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

# tree SEED TYPE: tree.tar, want
tree() {
	./gentree "$1" tree.tar list "$2" || atf_fail "gentree $1"
	canonical list >want
}

# seeds FROM STEP: those that a case has to look at
seeds() {
	if [ -n "${NB_SEED-}" ]; then
		seq "$NB_SEED" $((NB_SEED + ${NB_TREES:-1} - 1))
	elif [ "${NB_SOAK-}" = y ]; then
		seq 1 "${NB_TREES:-500}"
	else
		seq "$1" "$2" "${NB_TREES:-30}"
	fi
}

# bad SEED WHAT: the end, and the way back to it
bad() {
	atf_fail "seed $1: $2; again: NB_SEED=$1 tests/run mkfs/tree_test.sh"
}

# read_back_TYPE: is tree.img sound? What is in it, to got
read_back_ext2() {
	e2fsck -fn tree.img >fsck.out 2>&1 || {
		cat fsck.out
		return 1
	}
	"$NB_TOP/tests/mkfs/ext2_list" tree.img >list || return 1
	canonical list >got
}
read_back_ffs() {
	"$NB_TOP/tests/mkfs/ffs_check" tree.img || return 1
	"$NB_TOP/tests/mkfs/ffs_list" tree.img >list || return 1
	canonical list >got
}
read_back_ffs2() {
	read_back_ffs
}

# grub_reads: the contents of all files in want, by a third reader
grub_reads() {
	awk -F '\t' '$2 == "f" { print $9 "\t" $1 }' want >files
	while IFS='	' read -r sum name; do
		is=$(grub-fstest tree.img cat "(loop0)/$name" | sha256sum)
		[ "${is%% *}" = "$sum" ] || {
			echo "GRUB reads other content: $name"
			return 1
		}
	done <files
}

# own_reader: our own list of tree.img is the METALOG of a stage of tree.tar
own_reader() {
	[ ! -d stage ] || chmod -R u+rwx stage
	rm -rf stage
	"$NB_BIN/nb-untar" -C stage tree.tar || return 1
	"$NB_BIN/nb-mkfs" -l -o mtree tree.img >own || return 1
	diff stage/METALOG own
}

# check SEED TYPE OPTIONS: the image of that tree
check() {
	seed=$1 type=$2
	shift 2
	"$NB_BIN/nb-mkfs" -n -t "$type" "$@" tree.img tree.tar ||
	    bad "$seed" "$type: nb-mkfs fails"
	"read_back_$type" 2>errors || {
		cat errors
		bad "$seed" "$type: the image is not sound"
	}
	diff want got || bad "$seed" "$type: the image differs"
	[ $((seed % 10)) -gt 1 ] || grub_reads ||
	    bad "$seed" "$type: GRUB differs"
	# ext2 has lost its nanoseconds.
	[ $((seed % 10)) -gt 1 ] || [ "$type" = ext2 ] || own_reader ||
	    bad "$seed" "$type: nb-mkfs -l differs"
}

# The sizes of blocks and fragments, by the seed.
ffs_sizes() {
	case $(($1 / 2 % 6)) in
	0)	echo bsize=4096,fsize=512 ;;
	1)	echo bsize=4096,fsize=4096 ;;
	2)	echo bsize=8192,fsize=1024 ;;
	3)	echo bsize=16384,fsize=2048 ;;
	4)	echo bsize=32768,fsize=8192 ;;
	5)	echo bsize=65536,fsize=16384 ;;
	esac
}

atf_test_case ext2
ext2_head() {
	atf_set descr "every entry of a random archive is in ext2 as it was"
	atf_set require.progs "e2fsck debugfs grub-fstest sha256sum"
	atf_set timeout 7200
}
ext2_body() {
	prepare
	for seed in $(seeds 1 1); do
		tree "$seed" ext2
		check "$seed" ext2
	done
}

# ffs_trees TYPE FIRST: every second tree
ffs_trees() {
	prepare
	for seed in $(seeds "$2" 2); do
		tree "$seed" "$1"
		# Sleuth Kit reads no image smaller than 300 KB.
		check "$seed" "$1" -f 1m -o "$(ffs_sizes "$seed")"
	done
}

atf_test_case ffs
ffs_head() {
	atf_set descr "every entry of a random archive is in FFSv1 as it was"
	atf_set require.progs "fls ils icat istat fsstat tsk_recover perl grub-fstest sha256sum"
	atf_set timeout 14400
}
ffs_body() {
	ffs_trees ffs 1
}

atf_test_case ffs2
ffs2_head() {
	atf_set descr "every entry of a random archive is in FFSv2 as it was"
	atf_set require.progs "fls ils icat istat fsstat tsk_recover perl grub-fstest sha256sum"
	atf_set timeout 14400
}
ffs2_body() {
	ffs_trees ffs2 2
}

# What these cases compare with would else be believed unseen.
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
	read_back_ext2 ||
	    atf_fail "not readable"
	cp got want
	for change in 'sif file mode 0100640' 'sif file uid 7' \
	    'sif file gid 7' 'sif file mtime @1' \
	    'sif symlink block[0] 0x67726173' 'mknod p p' 'write other new'; do
		cp good.img tree.img
		echo other >other
		debugfs -w -R "$change" tree.img >/dev/null 2>&1
		read_back_ext2 || atf_fail "not readable: $change"
		! cmp -s want got || atf_fail "not seen: $change"
	done
	# A byte of content.
	block=$(debugfs -R 'bmap file 0' good.img 2>/dev/null)
	cp good.img tree.img
	printf X | dd of=tree.img bs=1 seek=$((block * 4096)) conv=notrunc \
	    2>/dev/null
	read_back_ext2 || atf_fail "not readable"
	! cmp -s want got || atf_fail "not seen: a byte of content"
}

atf_init_test_cases() {
	atf_add_test_case ext2
	atf_add_test_case ffs
	atf_add_test_case ffs2
	atf_add_test_case differences_are_seen
}
