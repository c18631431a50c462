#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check_test: nb-mkfs -c finds what was damaged, and nothing in what was not.

# Commands in quotes are for plant, which has the variables.
# shellcheck disable=SC2016,SC2034,SC2154
# shellcheck source=tests/mkfs/image.subr
. "$(atf_get_srcdir)/image.subr"

# make_tree: d, with all that the damages below want
make_tree()
{
	mkdir -p d/dir/sub d/other d/empty
	echo hello >d/dir/file
	echo more >d/dir/more
	echo deep >d/dir/sub/deep
	echo two >d/two
	ln d/two d/other/link
	ln -s target d/symlink
	mkfifo d/fifo
	yes 0123456789 2>/dev/null | head -c 20000 >d/medium
	yes abcdefghij 2>/dev/null | head -c 300000 >d/large
}

# good ARGS: good.img, in which nothing is found
good()
{
	make_tree
	SOURCE_DATE_EPOCH=1700000000 "$NB_BIN/nb-mkfs" "$@" good.img d ||
	    atf_fail "nb-mkfs $*"
	atf_check "$NB_BIN/nb-mkfs" -c good.img
}

# plant PATTERN COMMANDS [LINES]: with x.img, a copy of good.img, so changed -c ends
# with 1, a line that matches and not many others (4), and the readers end as
# programs do.
plant()
{
	cp --sparse=always good.img x.img 2>/dev/null || cp good.img x.img
	eval "$2"
	cmp -s good.img x.img && atf_fail "nothing was changed: $2"
	"$NB_BIN/nb-mkfs" -c x.img >out 2>err
	_status=$?
	if [ $_status -ne 1 ] || ! grep -qE "^x.img: $1" out; then
		cat out err
		atf_fail "status $_status, not found: $1"
	fi
	if [ "$(wc -l <out)" -gt "${3:-4}" ]; then
		cat out
		atf_fail "one fault, so many lines: $1"
	fi
	for _mode in "-l" "-l -o mtree" "-x -o tar"; do
		# shellcheck disable=SC2086 # words
		"$NB_BIN/nb-mkfs" $_mode x.img >/dev/null 2>err ||
		    [ $? -eq 1 ] || {
			cat err
			atf_fail "nb-mkfs $_mode does not survive: $2"
		}
	done
	planted=$((planted + 1))
}

# The programs' common faults, for both versions of FFS.
ffs_faults()
{
	good -n -t "$1" -s 6m -o bsize=8192,fsize=1024
	ffs_places good.img
	file=$(ino good.img dir/file)
	dir=$(ino good.img dir)
	sub=$(ino good.img dir/sub)
	large=$(ino good.img large)
	two=$(ino good.img two)
	symlink=$(ino good.img symlink)
	fifo=$(ino good.img fifo)
	root=$(content good.img 2)
	names=$(content good.img "$dir")
	planted=0

	# Superblock and copies.
	plant 'superblock: fs_bshift is 14, it should be 13' \
	    'put 32 x.img $((sb + 80)) 14'
	plant 'superblock: fs_fsbtodb' 'add 32 x.img $((sb + 100)) 1'
	plant 'superblock: fs_inopb' 'put 32 x.img $((sb + 120)) 1'
	plant 'superblock: fs_maxfilesize' 'add 64 x.img $((sb + 1328)) -1'
	plant 'superblock: fs_qbmask' 'put 64 x.img $((sb + 1336)) 0'
	plant 'superblock: fs_dsize' 'add 64 x.img $((sb + 1088)) 8'
	plant 'superblock: fs_minfree' 'put 32 x.img $((sb + 60)) 100'
	plant 'superblock: was not unmounted cleanly' \
	    'put 8 x.img $((sb + 209)) 0'
	plant 'superblock: it counts [0-9]* free blocks, its groups' \
	    'add 64 x.img $((sb + 1016)) 1'
	plant 'group 1: the copy of the superblock differs in fs_size' \
	    'add 64 x.img $(((fpg + sblkno) * fsize + 1080)) 1'
	plant 'group 3: the copy of the superblock differs in fs_magic' \
	    'put 32 x.img $(((3 * fpg + sblkno) * fsize + 1372)) 0'

	# Headers, maps and counts of groups.
	plant 'group 2: no header' 'put 32 x.img $(($(group 2) + 4)) 0'
	plant 'group 2: cg_cgx is 1, it should be 2' \
	    'put 32 x.img $(($(group 2) + 12)) 1'
	plant 'group 1: cg_ndblk' 'add 32 x.img $(($(group 1) + 20)) -8'
	plant 'group 1: cg_rotor' 'put 32 x.img $(($(group 1) + 40)) $fpg'
	plant 'group 0: cs_nifree' 'add 32 x.img $(($(group 0) + 32)) 1'
	plant 'group 0: cs_ndir' 'add 32 x.img $(($(group 0) + 24)) 1'
	plant 'group 0: cg_frsum\[[1-7]\] is' \
	    'add 32 x.img $(($(group 0) + 52 + 4 * 3)) 1'
	plant 'group 1: cluster sum 1 is' \
	    'add 32 x.img $(($(group 1) + $(get 32 x.img \
	    $(($(group 1) + 104))) + 4)) 1'
	plant 'group 1: 1 blocks in the map of clusters' \
	    'bit clear x.img $(map x.img 1 108) $((fpg / frag - 1))'
	plant 'group 1: cs_nbfree is [0-9]* in the summaries' \
	    'add 32 x.img $((csaddr * fsize + 16 + 4)) 1'
	plant 'group 0: 1 fragments in use are marked free, the first is 0' \
	    'bit set x.img $(map x.img 0 96) 0'
	plant 'group 3: 1 fragments are marked as in use and are lost' \
	    'bit clear x.img $(map x.img 3 96) $((fpg / 2))'
	plant '/dir/file \(inode [0-9]*\): in use, but marked free' \
	    'bit clear x.img $(map x.img 0 92) $file'
	plant 'group 2: 1 inodes are marked as in use and are not' \
	    'bit set x.img $(map x.img 2 92) 5'

	# Inodes and their blocks.
	plant '/two \(inode [0-9]*\): 2 names lead to it, it says 3' \
	    'put 16 x.img $(($(inode $two) + 2)) 3'
	plant '/dir \(inode [0-9]*\): 3 names lead to it, it says 2' \
	    'put 16 x.img $(($(inode $dir) + 2)) 2'
	plant '/large .*: it has blocks behind its end' \
	    'put 64 x.img $(($(inode $large) + size_at)) 200000'
	plant '/large .*: it has [0-9]* blocks of 512 bytes and says' \
	    'add 32 x.img $(($(inode $large) + blocks_at)) 2'
	plant '/large .*: its block [0-9]* is outside the file system' \
	    'put $ptr x.img $(pointer $large 3) $((frags + 1))' 5
	plant "/large .*: its block [0-9]* is part of the file system's tables" \
	    'put $ptr x.img $(pointer $large 3) $cblkno'
	plant '/large .*: [0-9]* of its blocks are used twice, the first is' \
	    'move x.img $(pointer $large 0) $((ptr / 8)) $(pointer $large 3)'
	plant '/dir/file .*: 1 of its blocks are used twice, the first is' \
	    'move x.img $(pointer $file 0) $((ptr / 8)) $(pointer $two 0)'
	plant '/dir/file .*: of no known type: mode 030644' \
	    'put 16 x.img $(inode $file) 0x31a4' 6
	plant '/dir/file .*: more than a file can have|/dir/file .*bytes: more' \
	    'put 64 x.img $(($(inode $file) + size_at)) 0x7000000000000000' \
	    6
	plant '/symlink .*: a symbolic link with an empty or cut text' \
	    'put 8 x.img $(($(inode $symlink) + ptr_at + 2)) 0'
	plant '/symlink .*: a symbolic link with a text of 5000 bytes' \
	    'put 64 x.img $(($(inode $symlink) + size_at)) 5000' 6
	plant '/fifo .*: it has 0 blocks of 512 bytes and says 2' \
	    'put 32 x.img $(($(inode $fifo) + blocks_at)) 2'
	plant '/dir .*: a directory of 500 bytes' \
	    'put 64 x.img $(($(inode $dir) + size_at)) 500' 20
	plant 'inode [0-9]*: not in use \(no type\), but it has a size' \
	    'put 16 x.img $(inode $file) 0' 9
	plant '/large .*: [0-9]* of its blocks are used twice' \
	    'put $ptr x.img $(($(get $ptr x.img $(pointer $large 12)) * fsize \
	    + ptr / 8)) $(get $ptr x.img $(pointer $large 12))' 6

	# Directories.
	plant '/dir .*: its entry file is inode 4000000, of' \
	    'put 32 x.img $(dirent x.img $names file) 4000000' 8
	plant '/dir .*: its entry file is inode 1000, which is not in use' \
	    'put 32 x.img $(dirent x.img $names file) 1000' 8
	plant '/dir .*: its entry file is of type 10, inode [0-9]* of type 8' \
	    'put 8 x.img $(($(dirent x.img $names file) + 6)) 10'
	plant '/dir .*: it has, at byte [0-9]*, an entry of an impossible length' \
	    'put 16 x.img $(($(dirent x.img $names file) + 4)) 13' 12
	plant '/dir .*: it has, at byte [0-9]*, an entry with more name than room' \
	    'put 8 x.img $(($(dirent x.img $names file) + 7)) 200' 12
	plant '/dir .*: it has a slash in a name' \
	    'put 8 x.img $(($(dirent x.img $names file) + 9)) 47' 8
	plant '/dir .*: it has a NUL in a name' \
	    'put 8 x.img $(($(dirent x.img $names file) + 9)) 0' 8
	plant '/dir .*: the name file is in it twice' \
	    'put 32 x.img $(($(dirent x.img $names more) + 8)) 0x656c6966'
	plant '/dir .*: its "." is inode 2, not' 'put 32 x.img $names 2'
	plant '/dir .*: its ".." is inode [0-9]*, not 2' \
	    'put 32 x.img $((names + 12)) $sub'
	plant '/dir .*: its entry 1 is not "."' 'put 8 x.img $((names + 8)) 65' \
	    8
	plant 'inode [0-9]*: in use, but it has no name \(6 bytes\)' \
	    'put 32 x.img $(dirent x.img $names file) 0'
	plant 'inode [0-9]*: a directory that has no name' \
	    'put 32 x.img $(dirent x.img $names sub) 0'
	plant '/dir/sub .*: its entry deep is a second name of directory' \
	    'put 32 x.img $(($(content x.img $sub) + 24)) $dir' 8
	plant 'inode [0-9]*: a directory that is only in directories below' \
	    'put 32 x.img $(($(content x.img $sub) + 24)) $dir
	    put 32 x.img $(dirent x.img $root dir) 0' 12
	plant '/ \(inode 2\): the root, but no directory' \
	    'put 16 x.img $(inode 2) 0x81ed' 40
	echo "$planted faults"
}

atf_test_case ffs_damage
ffs_damage_head()
{
	atf_set descr "damage of every kind in FFSv1 is found, and only that"
}
ffs_damage_body()
{
	ffs_faults ffs
	plant 'superblock: fs_old_npsect' 'put 32 x.img $((sb + 132)) 0'
	# Of what stands twice NetBSD's kernel keeps one; the other is stale.
	cp good.img x.img
	add 32 x.img $((sb + 200)) 1
	add 32 x.img $((sb + 36)) 1
	atf_check "$NB_BIN/nb-mkfs" -c x.img
	plant 'group 1: cg_old_niblk' 'add 16 x.img $(($(group 1) + 18)) 1'
	[ "$planted" -gt 50 ] || atf_fail "$planted faults"
}

atf_test_case ffs2_damage
ffs2_damage_head()
{
	atf_set descr "damage of every kind in FFSv2 is found, and only that"
}
ffs2_damage_body()
{
	ffs_faults ffs2
	plant 'group 1: cg_niblk' 'add 32 x.img $(($(group 1) + 116)) 1'
	plant 'group 1: cg_initediblk' \
	    'put 32 x.img $(($(group 1) + 120)) $((ipg + 1))'
	[ "$planted" -gt 50 ] || atf_fail "$planted faults"
}

atf_test_case ext2_damage
ext2_damage_head()
{
	atf_set descr "damage of every kind in ext2 is found, and only that"
}
ext2_damage_body()
{
	good -n -t ext2 -s 200m
	ext2_places good.img
	namlen_at=6
	file=$(ino good.img dir/file)
	dir=$(ino good.img dir)
	sub=$(ino good.img dir/sub)
	large=$(ino good.img large)
	two=$(ino good.img two)
	fifo=$(ino good.img fifo)
	names=$(econtent good.img "$dir")
	copy=$((32768 * 4096))
	planted=0

	plant 'superblock: s_log_frag_size' 'put 32 x.img 1052 1'
	plant 'superblock: s_frags_per_group' 'put 32 x.img 1060 1'
	plant 'superblock: s_first_ino' 'put 32 x.img $((sb + 84)) 5' 12
	plant 'superblock: was not unmounted cleanly' \
	    'put 16 x.img $((sb + 58)) 0'
	plant 'superblock: a system that had it mounted found faults' \
	    'put 16 x.img $((sb + 58)) 3'
	plant 'superblock: a list of files that were to be removed' \
	    'put 32 x.img $((sb + 232)) 20'
	plant 'superblock: it counts [0-9]* free blocks, its groups' \
	    'add 32 x.img $((sb + 12)) 1'
	plant 'superblock: it counts [0-9]* free inodes, its groups' \
	    'add 32 x.img $((sb + 16)) 1'
	plant 'group 1: the copy of the superblock differs in s_blocks_count' \
	    'add 32 x.img $((copy + 4)) 1'
	plant 'group 1: the copy of the superblock says it is that of group 7' \
	    'put 16 x.img $((copy + 90)) 7'
	plant 'group 1: the copy of the descriptors differs for group 0' \
	    'add 32 x.img $((copy + 4096)) 1'
	plant 'group 0: block bitmap at 4000000: outside the file system' \
	    'put 32 x.img $gd 4000000'
	plant 'group 0: inode bitmap at [0-9]*: where another table is' \
	    'move x.img $gd 4 $((gd + 4))' 100
	plant 'group 1: inode table at [0-9]*: where another table is' \
	    'move x.img $((gd + 8)) 4 $((gd + 32 + 8))' 100
	plant 'group 0: it counts [0-9]* free blocks, there are' \
	    'add 16 x.img $((gd + 12)) 1'
	plant 'group 0: it counts [0-9]* free inodes, there are' \
	    'add 16 x.img $((gd + 14)) 1'
	plant 'group 0: it counts 6 directories, there are 5' \
	    'put 16 x.img $((gd + 16)) 6'
	plant 'group 0: 1 blocks in use are marked free, the first is 0' \
	    'bit clear x.img $blockmap 0'
	plant 'group 0: 1 blocks are marked as in use and are lost' \
	    'bit set x.img $blockmap 30000'
	plant '/dir/file .*: in use, but marked free' \
	    'bit clear x.img $inodemap $((file - 1))'
	plant 'inode 5: reserved, but marked free' 'bit clear x.img $inodemap 4'
	plant 'group 0: 1 inodes are marked as in use and are not' \
	    'bit set x.img $inodemap 500'
	plant "group 0: the inode bitmap's padding is not set" \
	    'bit clear x.img $inodemap $((ipg + 3))'
	plant "group 1: the block bitmap's padding is not set" \
	    'bit clear x.img $(($(get 32 x.img $((gd + 32))) * 4096)) 32767'

	plant '/two .*: 2 names lead to it, it says 1' \
	    'put 16 x.img $(($(einode $two) + 26)) 1'
	plant '/large .*: it has blocks behind its end' \
	    'put 32 x.img $(($(einode $large) + 4)) 200000'
	plant '/large .*: it has [0-9]* blocks of 512 bytes and says' \
	    'add 32 x.img $(($(einode $large) + 28)) 8'
	plant '/large .*: its block [0-9]* is outside the file system' \
	    'put 32 x.img $(epointer $large 3) $((frags + 1))'
	plant "/large .*: its block 1 is part of the file system's tables" \
	    'put 32 x.img $(epointer $large 3) 1'
	plant '/large .*: [0-9]* of its blocks are used twice' \
	    'move x.img $(epointer $large 0) 4 $(epointer $large 3)'
	plant '/dir/file .*: 1 of its blocks are used twice' \
	    'move x.img $(epointer $file 0) 4 $(epointer $two 0)'
	plant '/large .*: [0-9]* of its blocks are used twice' \
	    'put 32 x.img $(($(get 32 x.img $(epointer $large 12)) * 4096 + 4)) \
	    $(get 32 x.img $(epointer $large 12))'
	plant '/fifo .*: it has 0 blocks of 512 bytes and says 8' \
	    'put 32 x.img $(($(einode $fifo) + 28)) 8'
	plant '/dir/file .*: of no known type' \
	    'put 16 x.img $(einode $file) 0x31a4' 6
	plant '/large .*: it has extents, as ext4 has them' \
	    'put 32 x.img $(($(einode $large) + 32)) 0x80000'
	plant 'superblock: a file has 2 GB or more' \
	    'put 32 x.img $(($(einode $large) + 108)) 1'
	plant '/dir .*: a hole in the directory at byte 4096' \
	    'put 32 x.img $(($(einode $dir) + 4)) 8192'

	plant '/dir .*: its entry file is inode 4000000, of' \
	    'put 32 x.img $(dirent x.img $names file) 4000000' 8
	plant '/dir .*: its entry file is of type 2, inode [0-9]* of type 1' \
	    'put 8 x.img $(($(dirent x.img $names file) + 7)) 2'
	plant '/dir .*: it has, at byte [0-9]*, an entry of an impossible length' \
	    'put 16 x.img $(($(dirent x.img $names file) + 4)) 5000' 12
	plant '/dir .*: its ".." is inode 500, not 2' \
	    'put 32 x.img $((names + 12)) 500'
	plant 'inode [0-9]*: in use, but it has no name \(6 bytes\)' \
	    'put 32 x.img $(dirent x.img $names file) 0'
	plant 'inode [0-9]*: a directory that has no name' \
	    'put 32 x.img $(dirent x.img $names sub) 0'
	[ "$planted" -gt 40 ] || atf_fail "$planted faults"
}

atf_test_case gpt_damage
gpt_damage_head()
{
	atf_set descr "damage to either partition table or the MBR is found"
}
gpt_damage_body()
{
	good -t ext2 -s 20m -L webroot
	end=$((20 * 1048576))
	planted=0
	plant "GPT: its header's checksum is wrong" 'add 64 x.img $((512 + 40)) 1'
	plant 'GPT: it is not there' 'put 32 x.img 512 0'
	plant "GPT: its entries' checksum is wrong" 'add 8 x.img $((1024 + 56)) 1'
	plant "backup GPT: its header's checksum is wrong" \
	    'add 64 x.img $((end - 512 + 40)) 1'
	plant 'backup GPT: it is not there' 'put 64 x.img $((end - 512)) 0'
	plant "backup GPT: its entries' checksum is wrong" \
	    'add 8 x.img $((end - 33 * 512 + 56)) 1'
	plant 'GPT: says its backup is at sector' 'truncate -s 21m x.img
	    dd if=good.img of=x.img bs=512 skip=40927 seek=43007 conv=notrunc \
	    2>/dev/null' 8
	plant 'MBR: it is not there' 'put 16 x.img 510 0'
	plant 'MBR: it has no protective partition' 'put 8 x.img 450 0x83'
	plant 'MBR: its protective partition does not cover the image' \
	    'put 32 x.img 458 100'
	# Both tables again, with other types and places.
	plant "GPT: the partition's type is NetBSD FFS, its content ext2" \
	    'sgdisk -t 1:a902 x.img >/dev/null'
	plant 'GPT: more than one partition is marked bootme' \
	    'sgdisk -n 2:40:100 -A 2:set:59 x.img >/dev/null'
	# The image can be read by the backup alone.
	put 32 x.img 512 0
	atf_check -s exit:1 -o match:'^x.img: GPT: it is not there' \
	    -e match:'faults' "$NB_BIN/nb-mkfs" -c x.img
}

atf_test_case beyond_repair
beyond_repair_head()
{
	atf_set descr "what cannot be checked is said in one line"
}
beyond_repair_body()
{
	make_tree
	for type in ffs ffs2; do
		"$NB_BIN/nb-mkfs" -n -t $type good.img d
		ffs_places good.img
		for field in 44:fs_ncg 52:fs_fsize 184:fs_ipg 188:fs_fpg; do
			cp good.img x.img
			put 32 x.img $((sb + ${field%:*})) 0
			atf_check -s exit:1 -e inline:"nb-mkfs: x.img: damaged superblock: ${field#*:} cannot be\n" \
			    "$NB_BIN/nb-mkfs" -c x.img
		done
		head -c $((sb + 20000)) good.img >x.img
		atf_check -s exit:1 -e match:'^nb-mkfs: x.img: cut off: an FFS of' \
		    "$NB_BIN/nb-mkfs" -c x.img
	done
	"$NB_BIN/nb-mkfs" -n -t ext2 good.img d
	for field in 32:40000:s_blocks_per_group \
	    40:5:s_inodes_per_group 0:5:s_inodes_count 20:1:s_first_data_block \
	    24:3:s_log_block_size 88:100:s_inode_size; do
		cp good.img x.img
		value=${field#*:}
		put 32 x.img $((1024 + ${field%%:*})) "${value%:*}"
		atf_check -s exit:1 -e match:"^nb-mkfs: x.img: damaged superblock: ${field##*:}" \
		    "$NB_BIN/nb-mkfs" -c x.img
	done
	head -c 20000 good.img >x.img
	atf_check -s exit:1 -e match:'^nb-mkfs: x.img: cut off: an ext2 of' \
	    "$NB_BIN/nb-mkfs" -c x.img
	head -c 100000 /dev/zero >x.img
	atf_check -s exit:1 \
	    -e inline:'nb-mkfs: x.img: no file system that is known: ffs, ffs2 or ext2\n' \
	    "$NB_BIN/nb-mkfs" -c x.img
	atf_check -s exit:1 -e match:'^nb-mkfs: none: No such file' \
	    "$NB_BIN/nb-mkfs" -c none
	mkfifo fifo
	atf_check -s exit:1 -e match:'^nb-mkfs: fifo: no image' \
	    "$NB_BIN/nb-mkfs" -c fifo
}

atf_test_case fresh_images
fresh_images_head()
{
	atf_set descr "nothing is found in images of all sizes as they are made"
}
fresh_images_body()
{
	make_tree
	for type in ffs ffs2 ext2; do
		for opts in "-s 3m" "-s 20m" "-s 140m" "-s 3g" "-f 0 -n" \
		    "-s 200g" "-n -s 5m -o inodes=3000"; do
			# shellcheck disable=SC2086 # words
			"$NB_BIN/nb-mkfs" -t $type $opts x.img d ||
			    atf_fail "$type $opts"
			atf_check "$NB_BIN/nb-mkfs" -c x.img
		done
	done
	for type in ffs ffs2; do
		for sizes in 4096,fsize=512 8192,fsize=8192 16384,fsize=2048 \
		    32768,fsize=4096 65536,fsize=8192; do
			"$NB_BIN/nb-mkfs" -t $type -s 40m -o bsize=$sizes \
			    x.img d || atf_fail "$type $sizes"
			atf_check "$NB_BIN/nb-mkfs" -c x.img
		done
	done
}

atf_init_test_cases()
{
	atf_add_test_case ffs_damage
	atf_add_test_case ffs2_damage
	atf_add_test_case ext2_damage
	atf_add_test_case gpt_damage
	atf_add_test_case beyond_repair
	atf_add_test_case fresh_images
}
