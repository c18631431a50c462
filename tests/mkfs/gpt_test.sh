#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# gpt_test: the partition table of an image, as gdisk reads it.

mkimg() {
	mkdir -p d
	echo hello >d/file
	SOURCE_DATE_EPOCH=1700000000 "$NB_BIN/nb-mkfs" "$@" ||
	    atf_fail "nb-mkfs $*"
}

# shows TEXT: sgdisk's description of the partition has that line
shows() {
	sgdisk -i 1 x.img >out || atf_fail "sgdisk -i"
	grep -qxF -- "$1" out || {
		cat out
		atf_fail "not shown: $1"
	}
}

atf_test_case no_problem_found
no_problem_found_head() {
	atf_set descr "sgdisk -v finds no problem, whatever type and size"
	atf_set require.progs sgdisk
}
no_problem_found_body() {
	for opts in "-t ext2" "-t ffs" "-t ext2 -s 20m" "-t ffs -s 20m" \
	    "-t ext2 -s 20000256" "-t ext2 -s 3g" "-t ffs -s 3g"; do
		# shellcheck disable=SC2086 # several words
		mkimg $opts x.img d
		atf_check -o match:'No problems found' sgdisk -v x.img
	done
}

atf_test_case protective_mbr
protective_mbr_head() {
	atf_set descr "one partition of type ee covers all but the first sector"
}
protective_mbr_body() {
	mkimg -t ext2 -s 20m x.img d
	# 20 MB are 0xa000 sectors.
	atf_check -o inline:" 00 00 02 00 ee ff ff ff 01 00 00 00 ff 9f 00 00\n" \
	    od -An -v -tx1 -j446 -N16 x.img
	atf_check -o inline:" 00 00\n" od -An -v -tx1 -j462 -N2 x.img
	atf_check -o inline:" 55 aa\n" od -An -v -tx1 -j510 -N2 x.img
}

atf_test_case partition
partition_head() {
	atf_set descr "name, type, place and the bootme attribute"
	atf_set require.progs sgdisk
}
partition_body() {
	mkimg -t ext2 -s 20m -L webroot x.img d
	shows "Partition name: 'webroot'"
	shows "Attribute flags: 0800000000000000"
	shows "First sector: 2048 (at 1024.0 KiB)"
	shows "Partition GUID code: 0FC63DAF-8483-4772-8E79-3D69D8477DE4 (Linux filesystem)"
	mkimg -t ffs -s 20m -L webroot x.img d
	shows "Partition GUID code: 49F48D5A-B10E-11DC-B99B-0019D1879648 (NetBSD FFS)"
}

atf_test_case default_name
default_name_head() {
	atf_set descr "the name follows the image's: base-amd64:x.img has baseroot"
	atf_set require.progs sgdisk
}
default_name_body() {
	mkimg -t ext2 base-amd64:x.img d
	mv base-amd64:x.img x.img
	shows "Partition name: 'baseroot'"
}

atf_test_case guids
guids_head() {
	atf_set descr "GUIDs are version 8, alike for the same input only"
	atf_set require.progs sgdisk
}
guids_body() {
	mkimg -t ext2 -s 20m -L aroot a.img d
	mkimg -t ext2 -s 20m -L aroot b.img d
	mkimg -t ext2 -s 20m -L broot c.img d
	for i in a b c; do
		sgdisk -p -i 1 $i.img |
		    sed -n 's/.*\(GUID): \|unique GUID: \)//p' >$i
		atf_check -o inline:'2\n' grep -Ecx \
		    '[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}' $i
		atf_check -o inline:'2\n' sh -c "sort -u $i | wc -l | tr -d ' '"
	done
	atf_check cmp a b
	atf_check -o inline:'4\n' sh -c "sort -u a c | wc -l | tr -d ' '"
}

atf_test_case backup_table
backup_table_head() {
	atf_set descr "a full file system leaves the backup table alone"
	atf_set require.progs sgdisk
}
backup_table_body() {
	mkdir d
	# As much as there is room for, in one file.
	dd if=/dev/urandom of=d/big bs=1048576 count=5 2>/dev/null
	for type in ext2 ffs; do
		mkimg -t $type -f 0 -L webroot x.img d
		sgdisk -p x.img | tail -n 1 >before
		# The primary header and its entries; the MBR stays.
		dd if=/dev/zero of=x.img bs=512 seek=1 count=33 conv=notrunc \
		    2>/dev/null
		sgdisk -p x.img 2>/dev/null | tail -n 1 >after
		atf_check -o match:' webroot$' cat before
		atf_check cmp before after
	done
}

atf_test_case refuses_names
refuses_names_head() {
	atf_set descr "a name that no kernel could be told is a usage error"
}
refuses_names_body() {
	mkdir d
	for name in "" "two words" \
	    abcdefghijklmnopqrstuvwxyz01234567890; do
		atf_check -s exit:2 -e match:'^nb-mkfs: ' \
		    "$NB_BIN/nb-mkfs" -L "$name" x.img d
		test ! -e x.img || atf_fail "an image was made"
	done
}

atf_init_test_cases() {
	atf_add_test_case no_problem_found
	atf_add_test_case protective_mbr
	atf_add_test_case partition
	atf_add_test_case default_name
	atf_add_test_case guids
	atf_add_test_case backup_table
	atf_add_test_case refuses_names
}
