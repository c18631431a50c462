#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# ext2_test: the ext2 file system, as e2fsprogs reads it.

# mkfs ARGS: nb-mkfs -n -t ext2, which must do it
mkfs() {
	SOURCE_DATE_EPOCH=1700000000 "$NB_BIN/nb-mkfs" -n -t ext2 "$@" ||
	    atf_fail "nb-mkfs $*"
}

# clean IMAGE: e2fsck has nothing to say
clean() {
	# The version, five passes, and the summary.
	if ! e2fsck -fn "$1" >fsck.out 2>&1 ||
	    [ "$(wc -l <fsck.out)" -ne 7 ]; then
		cat fsck.out
		atf_fail "e2fsck: $1"
	fi
}

# ask COMMAND: debugfs's answer about x.img
ask() {
	debugfs -R "$1" x.img 2>/dev/null
}

# is COMMAND LINE: the answer has that line, spaces squeezed
is() {
	ask "$1" | tr -s ' ' | sed 's/^ //; s/ $//' >answer
	grep -qxF -- "$2" answer || {
		cat answer
		atf_fail "$1: not $2"
	}
}

# sparse FILE SIZE OFFSET...: one byte at each offset, nothing between
sparse() {
	truncate -s "$2" "$1"
	f=$1
	shift 2
	for off; do
		printf X | dd of="$f" bs=1 seek="$off" conv=notrunc 2>/dev/null
	done
}

atf_test_case content
content_head() {
	atf_set descr "files of every size around blocks read back the same"
	atf_set require.progs "e2fsck debugfs"
}
content_body() {
	mkdir d out
	b=4096
	for n in 0 1 4095 $b 4097 $((11 * b)) $((12 * b)) $((12 * b + 1)) \
	    $((13 * b)) $(((12 + 1024) * b)) $(((12 + 1024) * b + 1)); do
		head -c "$n" /dev/urandom >"d/f$n"
	done
	mkfs x.img d
	clean x.img
	for f in d/*; do
		ask "dump ${f#d/} out/${f#d/}"
		atf_check cmp "$f" "out/${f#d/}"
	done
}

atf_test_case indirect_limits
indirect_limits_head() {
	atf_set descr "block pointers on both sides of each indirect level"
	atf_set require.progs "e2fsck debugfs tar truncate"
}
indirect_limits_body() {
	# The first and last block of each level, counted from 0.
	l1=12 l2=$((12 + 1024)) l3=$((12 + 1024 + 1024 * 1024))
	set --
	for n in 0 11 $l1 $((l2 - 1)) $l2 $((l3 - 1)) $l3 $((l3 + 5000)); do
		set -- "$@" $((n * 4096 + 5))
	done
	mkdir d
	sparse d/f $(((l3 + 6000) * 4096)) "$@"
	tar -S -cf d.tar -C d .
	mkfs -s 2m x.img d.tar
	clean x.img
	for off; do
		n=$((off / 4096))
		block=$(ask "bmap f $n")
		dd if=x.img bs=4096 skip="$block" count=1 2>/dev/null |
		    od -An -v -tx1 -N8 >got
		atf_check -o inline:' 00 00 00 00 00 58 00 00\n' cat got
	done
	for n in 1 10 13 $((l2 + 1)) $((l3 + 1)) $((l3 + 5001)); do
		atf_check_equal "$(ask "bmap f $n")" 0
	done
	# 8 blocks of data; above them 1 block of pointers, 2 + 1, 2 + 1 + 1.
	is "stat f" "Links: 1 Blockcount: $((16 * 8))"
}

atf_test_case holes
holes_head() {
	atf_set descr "holes take no room, at the end neither"
	atf_set require.progs "e2fsck debugfs tar truncate"
}
holes_body() {
	mkdir d
	sparse d/all 1000000000
	sparse d/end 1000000000 0
	sparse d/begin 1000000000 999999999
	tar -S -cf d.tar -C d .
	mkfs -s 1m x.img d.tar
	clean x.img
	is "stat all" "Links: 1 Blockcount: 0"
	is "stat end" "Links: 1 Blockcount: 8"
	is "stat begin" "Links: 1 Blockcount: 24"
	ask "stat begin" >answer
	atf_check -o match:'Size: 1000000000$' cat answer
}

atf_test_case large_file
large_file_head() {
	atf_set descr "the large_file feature is there from 2 GB on, not before"
	atf_set require.progs "e2fsck dumpe2fs tar truncate"
}
large_file_body() {
	mkdir d
	sparse d/f 2147483647
	tar -S -cf d.tar -C d .
	mkfs -s 1m x.img d.tar
	clean x.img
	atf_check -e ignore -o match:'features: *filetype sparse_super *$' \
	    dumpe2fs -h x.img
	sparse d/f 2147483648
	tar -S -cf d.tar -C d .
	mkfs -s 1m x.img d.tar
	clean x.img
	atf_check -e ignore \
	    -o match:'features: *filetype sparse_super large_file *$' \
	    dumpe2fs -h x.img
	ask "stat f" >answer
	atf_check -o match:'Size: 2147483648$' cat answer
}

# metalog LINE...: METALOG and the files in it, in stage/
metalog() {
	mkdir -p stage
	{
		echo '#mtree 2.0'
		echo '. type=dir uid=0 gid=0 mode=0755 time=1600000000.0'
		printf '%s\n' "$@"
	} >stage/METALOG
}

atf_test_case attributes
attributes_head() {
	atf_set descr "owner, group, mode and time, to the last bit"
	atf_set require.progs "e2fsck debugfs"
}
attributes_body() {
	mkdir stage
	echo hello >stage/f
	metalog './f type=file uid=305419896 gid=2271560481 mode=06751 size=6 time=1234567890.0' \
	    './p type=fifo uid=1 gid=2 mode=0600 time=1.0'
	mkfs x.img stage/METALOG
	clean x.img
	is "stat f" "User: 305419896 Group: -2023406815 Size: 6"
	ask "stat f" >answer
	atf_check -o match:'Type: regular .*Mode:  06751' \
	    -o match:'^ *mtime: 0x499602d2 ' -o match:'^ *atime: 0x499602d2 ' \
	    -o match:'^ *ctime: 0x499602d2 ' -o not-match:dtime cat answer
	ask "stat p" >answer
	atf_check -o match:'Type: FIFO .*Mode:  0600' cat answer
}

atf_test_case devices
devices_head() {
	atf_set descr "device numbers stand as NetBSD's, in the first pointer"
	atf_set require.progs "e2fsck debugfs"
}
devices_body() {
	metalog './null type=char uid=0 gid=0 mode=0666 time=0.0 device=netbsd,2,2' \
	    './ld0d type=block uid=0 gid=5 mode=0640 time=0.0 device=netbsd,19,3' \
	    './qemufwcfg type=char uid=0 gid=0 mode=0600 time=0.0 device=netbsd,342,0' \
	    './far type=char uid=0 gid=0 mode=0600 time=0.0 device=netbsd,4095,1048575'
	mkfs x.img stage/METALOG
	clean x.img
	for want in "null 0202 0000" "ld0d 0313 0000" "qemufwcfg 0056 0100" \
	    "far ffff ffff"; do
		ask "inode_dump -b ${want%% *}" >answer
		atf_check -o match:"^0000  ${want#* } 0000 0000 " cat answer
	done
	ask "stat null" >answer
	atf_check -o match:'Type: character special .*Mode:  0666' \
	    -o match:'Links: 1   Blockcount: 0' cat answer
}

atf_test_case symlinks
symlinks_head() {
	atf_set descr "targets below 60 bytes are in the inode, longer in a block"
	atf_set require.progs "e2fsck debugfs"
}
symlinks_body() {
	mkdir d
	s59=$(printf '%059d' 7)
	ln -s "$s59" d/s59
	ln -s "${s59}x" d/s60
	mkfs x.img d
	clean x.img
	is "stat s59" "Fast link dest: \"$s59\""
	is "stat s59" "Links: 1 Blockcount: 0"
	is "stat s60" "Links: 1 Blockcount: 8"
	is "stat s60" "User: 0 Group: 0 Size: 60"
	atf_check_equal "$(ask "cat s60" | tr -d '\0')" "${s59}x"
}

atf_test_case hard_links
hard_links_head() {
	atf_set descr "names of one file share its inode"
	atf_set require.progs "e2fsck debugfs tar"
}
hard_links_body() {
	mkdir -p d/sub
	echo hello >d/m
	ln d/m d/a
	ln d/m d/sub/z
	ln -s x d/s
	ln d/s d/sub/s || atf_skip "no hard links to symbolic links here"
	tar -cf d.tar -C d m a sub s
	mkfs x.img d.tar
	clean x.img
	is "stat m" "Links: 3 Blockcount: 8"
	is "stat s" "Links: 2 Blockcount: 0"
	for pair in "m a" "m sub/z" "s sub/s"; do
		atf_check_equal "$(ask "stat ${pair% *}" | sed 1q)" \
		    "$(ask "stat ${pair#* }" | sed 1q)"
	done
}

atf_test_case large_directory
large_directory_head() {
	atf_set descr "20000 names in one directory, with indirect blocks"
	atf_set require.progs "e2fsck debugfs"
}
large_directory_body() {
	# shellcheck disable=SC2046 # words
	metalog $(awk 'BEGIN { for (i = 0; i < 20000; i++)
		printf "./name-of-an-entry-%06d_type=fifo_uid=0_gid=0_mode=0644_time=0.0\n",
		    i }')
	tr _ ' ' <stage/METALOG >m
	mv m stage/METALOG
	mkfs x.img stage/METALOG
	clean x.img
	ask "ls -p /" | cut -d / -f 6 | grep -v '^\.*$' >got
	atf_check -o inline:'20000\n' sh -c "sort -u got | wc -l | tr -d ' '"
	atf_check -o inline:'name-of-an-entry-000000\n' sed 1q got
	atf_check sort -c got
}

atf_test_case superblock
superblock_head() {
	atf_set descr "what NetBSD asks of a superblock, and nothing random"
	atf_set require.progs "e2fsck dumpe2fs"
}
superblock_body() {
	mkdir d
	mkfs -L vol -s 20m x.img d
	clean x.img
	TZ=UTC0 dumpe2fs -h x.img 2>/dev/null | tr -s ' ' >got
	for line in "Filesystem volume name: vol" "Filesystem state: clean" \
	    "Filesystem revision #: 1 (dynamic)" "Block size: 4096" \
	    "Filesystem features: filetype sparse_super" "First inode: 11" \
	    "Errors behavior: Continue" "Filesystem OS type: Linux" \
	    "Inode size: 128" "Maximum mount count: -1" "Mount count: 0" \
	    "Check interval: 0 (<none>)" "Reserved block count: 0" \
	    "Filesystem created: Tue Nov 14 22:13:20 2023" \
	    "Last write time: Tue Nov 14 22:13:20 2023" \
	    "Last checked: Tue Nov 14 22:13:20 2023"; do
		tr '\t' ' ' <got | tr -s ' ' | grep -qxF -- "$line" || {
			cat got
			atf_fail "not there: $line"
		}
	done
}

atf_test_case sizes
sizes_head() {
	atf_set descr "clean at any size, a short last group kept or left out"
	atf_set require.progs e2fsck
}
sizes_body() {
	mkdir d
	echo hello >d/f
	for blocks in 20 256 32767 32768 32769 33000 33844 33845 33900 65536 \
	    66000 100000 900000; do
		mkfs -s $((blocks * 4096)) x.img d
		clean x.img
	done
}

atf_test_case backups
backups_head() {
	atf_set descr "the copies of superblock and descriptors are of use"
	atf_set require.progs e2fsck
}
backups_body() {
	mkdir d
	echo hello >d/f
	mkfs -s 1500m x.img d
	for group in 1 3 5 7 9; do
		# s_block_group_nr
		od -An -v -tu2 -j $((group * 32768 * 4096 + 90)) -N 2 x.img >nr
		atf_check_equal "$(tr -d ' ' <nr)" "$group"
		cp --sparse=always x.img y.img 2>/dev/null || cp x.img y.img
		dd if=/dev/zero of=y.img bs=4096 count=2 conv=notrunc \
		    2>/dev/null
		atf_check -s exit:1 -e ignore -o ignore \
		    e2fsck -fy -b $((group * 32768)) -B 4096 y.img
		clean y.img
	done
}

atf_test_case sparse_image
sparse_image_head() {
	atf_set descr "an image of 200 GB takes the room of what is in it"
	atf_set require.progs dumpe2fs
}
sparse_image_body() {
	mkdir d
	echo hello >d/f
	mkfs -s 200g x.img d
	kb=$(du -k x.img | cut -f 1)
	[ "$kb" -lt 20000 ] || atf_fail "$kb KB on disk"
	atf_check -o match:'^Block count: *52428800$' -e ignore \
	    dumpe2fs -h x.img
	# Blocks of zeros are content, and holes in the image.
	head -c 9000000 /dev/zero >d/zeros
	mkfs y.img d
	kb=$(du -k y.img | cut -f 1)
	[ "$kb" -lt 1000 ] || atf_fail "$kb KB on disk"
}

atf_test_case inodes
inodes_head() {
	atf_set descr "as many inodes as asked for, and free ones by default"
	atf_set require.progs "e2fsck dumpe2fs"
}
inodes_body() {
	mkdir d
	mkfs -s 20m x.img d
	atf_check -o match:'^Inode count: *5120$' -e ignore dumpe2fs -h x.img
	mkfs -s 20m -o inodes=7000 x.img d
	clean x.img
	atf_check -o match:'^Inode count: *7008$' -e ignore dumpe2fs -h x.img
	mkfs -s 20m -o density=65536 x.img d
	clean x.img
	atf_check -o match:'^Inode count: *320$' -e ignore dumpe2fs -h x.img
}

atf_test_case replaced_content
replaced_content_head() {
	atf_set descr "of a file that the archive replaces nothing is left"
	atf_set require.progs "e2fsck debugfs tar"
}
replaced_content_body() {
	mkdir d
	for i in 1 2 3 4 5 6 7 8 9; do
		cat "$NB_TOP/LICENSE"
	done | sed 's/$/ TOPSECRET/' >d/key
	echo between >d/f
	tar -cf d.tar -C d key f
	grep -q TOPSECRET d.tar || atf_fail "nothing to replace"
	echo public >d/key
	tar -rf d.tar -C d key
	mkfs x.img d.tar
	clean x.img
	atf_check_equal "$(ask "cat key")" public
	atf_check -s exit:1 grep -q TOPSECRET x.img
}

atf_test_case reused_blocks
reused_blocks_head() {
	atf_set descr "what replaced files held is used again when room is short"
	atf_set require.progs "e2fsck debugfs tar"
}
reused_blocks_body() {
	mkdir d
	head -c 3000000 /dev/urandom >d/a
	tar -cf d.tar -C d a
	echo small >d/a
	# Blocks of zeros are not written, unless something was there.
	head -c 2500000 /dev/zero >d/z
	head -c 2000000 /dev/urandom >d/r
	tar -rf d.tar -C d a z r
	mkfs -s 5m x.img d.tar
	clean x.img
	for f in a z r; do
		ask "dump $f got"
		atf_check cmp d/$f got
	done
}

atf_test_case same_bytes
same_bytes_head() {
	atf_set descr "two runs, and two ways of packing, give the same image"
	atf_set require.progs "tar gzip"
}
same_bytes_body() {
	mkdir -p d/sub
	head -c 5000000 /dev/urandom >d/sub/big
	echo hello >d/f
	ln d/f d/sub/g
	tar -cf d.tar -C d f sub
	gzip -k d.tar
	mkfs -L root x.img d.tar
	(umask 077; TZ=Asia/Tokyo LC_ALL=C mkfs -L root y.img d.tar.gz)
	atf_check cmp x.img y.img
}

atf_test_case full
full_head() {
	atf_set descr "content that does not fit: exit 1, the need, no image"
}
full_body() {
	mkdir d
	head -c 6000000 /dev/urandom >d/big
	echo old >x.img
	atf_check -s exit:1 -e match:'^nb-mkfs: x.img: needs 6 MB' \
	    -e match:'is 3 MB' "$NB_BIN/nb-mkfs" -t ext2 -s 3m -n x.img d
	atf_check -o inline:'old\n' cat x.img
	for f in x.img?*; do
		test ! -e "$f" || atf_fail "$f was left"
	done
}

atf_test_case full_of_inodes
full_of_inodes_head() {
	atf_set descr "more files than inodes: exit 1, and the need"
}
full_of_inodes_body() {
	mkdir d
	i=0
	while [ $i -lt 400 ]; do
		: >d/$i
		i=$((i + 1))
	done
	atf_check -s exit:1 -e match:'^nb-mkfs: x.img: needs 2 MB' \
	    "$NB_BIN/nb-mkfs" -t ext2 -s 1m -o density=4096 -n x.img d
	mkfs -s 1m -o inodes=420 x.img d
	clean x.img
	# Where nobody said how many there are as many as it takes.
	mkfs -s 1m x.img d
	clean x.img
}

atf_test_case refuses
refuses_head() {
	atf_set descr "what ext2 cannot hold is refused by name"
	atf_set require.progs tar
}
refuses_body() {
	mkdir stage
	: >stage/f
	# refuse LINE MESSAGE
	refuse() {
		metalog "$1"
		atf_check -s exit:1 -e match:"^nb-mkfs: .*$2" \
		    "$NB_BIN/nb-mkfs" -t ext2 -n x.img stage/METALOG
		test ! -e x.img || atf_fail "an image was made"
	}
	refuse './f type=file uid=0 gid=0 mode=0644 size=0 time=2147483648.0' \
	    '/f: time 2147483648 '
	refuse "./$(printf '%0256d' 1) type=fifo uid=0 gid=0 mode=0644 time=0.0" \
	    '0001: '
	truncate -s 3t stage/f
	tar -S -cf f.tar -C stage f
	atf_check -s exit:1 -e match:'^nb-mkfs: /f: 3298534883328 bytes' \
	    "$NB_BIN/nb-mkfs" -t ext2 -n -s 1m x.img f.tar
}

atf_test_case link_limit
link_limit_head() {
	atf_set descr "32000 links and 31998 subdirectories, not one more"
	atf_set require.progs "e2fsck debugfs"
}
link_limit_body() {
	# So many names of one file, as an old cpio archive (octal digits).
	names() {
		awk -v n="$1" '
		function entry(name, mode, ino) {
			printf "070707%06o%06o%06o%06o%06o%06o%06o", 1, ino,
			    mode, 0, 0, n, 0
			printf "%011o%06o%011o%s\001", 0, length(name) + 1, 0,
			    name
		}
		BEGIN {
			for (i = 0; i < n; i++)
				entry("name" i, 33188, 7)
			entry("TRAILER!!!", 0, 0)
		}' | tr '\001' '\000' >names.cpio
	}
	names 32000
	mkfs x.img names.cpio
	clean x.img
	is "stat name0" "Links: 32000 Blockcount: 0"
	names 32001
	atf_check -s exit:1 -e match:'32001 hard links, ext2 holds 32000$' \
	    "$NB_BIN/nb-mkfs" -t ext2 -n y.img names.cpio
	subdirs() {
		metalog
		awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		    print "./d/" i " type=dir uid=0 gid=0 mode=0755 time=0.0" }' \
		    >>stage/METALOG
	}
	subdirs 31998
	mkfs x.img stage/METALOG
	clean x.img
	subdirs 31999
	atf_check -s exit:1 \
	    -e match:'/d: 32001 links by its subdirectories, ext2 holds 32000$' \
	    "$NB_BIN/nb-mkfs" -t ext2 -n y.img stage/METALOG
	test ! -e y.img || atf_fail "an image was made"
}

atf_test_case options
options_head() {
	atf_set descr "block sizes on which NetBSD hangs are usage errors"
}
options_body() {
	mkdir d
	for o in bsize=1024 bsize=2048 fsize=1024 bsize=8192 minfree=60; do
		atf_check -s exit:2 -e match:"^nb-mkfs: ext2: " \
		    "$NB_BIN/nb-mkfs" -t ext2 -o $o x.img d
	done
	mkfs -o bsize=4096,minfree=5 -s 20m x.img d
	atf_check -e ignore -o match:'^Reserved block count: *256$' \
	    dumpe2fs -h x.img
}

atf_init_test_cases() {
	for c in content indirect_limits holes large_file attributes devices \
	    symlinks hard_links large_directory superblock sizes backups \
	    sparse_image inodes replaced_content reused_blocks same_bytes full \
	    full_of_inodes refuses link_limit options; do
		atf_add_test_case $c
	done
}
