#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# ffs_test: FFSv1 and FFSv2, as GRUB and Sleuth Kit read them.

# mkfs ARGS: nb-mkfs -n, which must do it. Sleuth Kit reads no image smaller
# than 300 KB: content of less needs a size.
mkfs()
{
	SOURCE_DATE_EPOCH=1700000000 "$NB_BIN/nb-mkfs" -n "$@" ||
	    atf_fail "nb-mkfs $*"
}

# clean IMAGE: maps and sums agree with the files
clean()
{
	atf_check "$NB_TOP/tests/mkfs/ffs_check" "$1"
}

# inode IMAGE NAME: its number
inode()
{
	fls -r -p -u -f ufs "$1" | awk -v name="$2" '
	substr($0, index($0, "\t") + 1) == name {
		n = $2; sub(/:.*/, "", n); print n
	}'
}

# show IMAGE NAME: what istat tells of it, into the file "shown"
show()
{
	TZ=UTC0 istat -f ufs "$1" "$(inode "$1" "$2")" >shown ||
	    atf_fail "no $2 in $1"
}

# blocks IMAGE NAME: the fragments that it holds, one a line, into "held"
blocks()
{
	show "$1" "$2"
	grep '^[0-9 ]*$' shown | tr -s ' ' '\n' | sed '/^0*$/d' >held
}

# dinode IMAGE NAME SIZE: where the inode is, in bytes; in the first group
dinode()
{
	fsstat -f ufs "$1" | awk -v ino="$(inode "$1" "$2")" -v size="$3" '
	/^Fragment Size:/ { fsize = $3 }
	/^ *Inode Table:/ && !at { at = $3 * fsize + ino * size }
	END { print at }'
}

# od_word OFFSET: 32 bits of x.img
od_word()
{
	od -An -v -tu4 -j "$1" -N 4 x.img | tr -d ' '
}

# sparse FILE SIZE OFFSET...: one byte at each offset, nothing between
sparse()
{
	truncate -s "$2" "$1"
	f=$1
	shift 2
	for off; do
		printf X | dd of="$f" bs=1 seek="$off" conv=notrunc 2>/dev/null
	done
}

# metalog LINE...: METALOG and the files in it, in stage/
metalog()
{
	mkdir -p stage
	{
		echo '#mtree 2.0'
		echo '. type=dir uid=0 gid=0 mode=0755 time=1600000000.0'
		printf '%s\n' "$@"
	} >stage/METALOG
}

# files BSIZE FSIZE POINTERS: d/ with files around every limit of these
files()
{
	mkdir d
	for n in 0 1 "$2" "$1" $((11 * $1)) $((11 * $1 + $2)) $((12 * $1)) \
	    $((12 * $1 + $2)) $((13 * $1)) $(((12 + $3) * $1)) \
	    $(((12 + $3) * $1 + $1)); do
		for m in $((n > 0 ? n - 1 : 0)) "$n" $((n + 1)); do
			[ -f "d/f$m" ] || head -c "$m" /dev/urandom >"d/f$m"
		done
	done
}

atf_test_case content
content_head()
{
	atf_set descr "files around every limit: fragments, blocks, indirect blocks"
	atf_set require.progs "grub-fstest fls icat istat ils perl"
	atf_set timeout 600
}
content_body()
{
	for t in ffs ffs2; do
		case $t in ffs) p=4 ;; *) p=8 ;; esac
		for sizes in 4096/512 8192/8192; do
			b=${sizes%/*} f=${sizes#*/}
			files "$b" "$f" $((b / p))
			mkfs -t $t -o bsize="$b,fsize=$f" x.img d
			clean x.img
			atf_check grub-fstest x.img cmp '(loop0)/' "$PWD/d"
			rm -r d
		done
		for sizes in 16384/4096 65536/8192; do
			b=${sizes%/*} f=${sizes#*/}
			files "$b" "$f" 1
			mkfs -t $t -o bsize="$b,fsize=$f" x.img d
			clean x.img
			atf_check grub-fstest x.img cmp '(loop0)/' "$PWD/d"
			rm -r d
		done
	done
}

atf_test_case indirect_limits
indirect_limits_head()
{
	atf_set descr "block pointers on both sides of each indirect level"
	atf_set require.progs "grub-fstest tar truncate"
}
indirect_limits_body()
{
	mkdir d
	for t in ffs ffs2; do
		case $t in ffs) p=1024 ;; *) p=512 ;; esac
		# The first block of each level, counted from 0.
		l1=12 l2=$((12 + p)) l3=$((12 + p + p * p))
		set --
		for n in 0 11 $l1 $((l2 - 1)) $l2 $((l3 - 1)) $l3 \
		    $((l3 + 5000)); do
			set -- "$@" $((n * 4096 + 5))
		done
		rm -f d/f
		sparse d/f $(((l3 + 6000) * 4096)) "$@"
		tar -S -cf d.tar -C d .
		mkfs -t $t -o bsize=4096,fsize=512 -s 2m x.img d.tar
		for off; do
			grub-fstest x.img -s $((off - 5)) -n 4096 \
			    cat '(loop0)/f' >got
			{
				head -c 5 /dev/zero
				printf X
				head -c 4090 /dev/zero
			} >want
			atf_check cmp want got
		done
		head -c 4096 /dev/zero >want
		for n in 1 10 13 $((l2 + 1)) $((l3 + 1)) $((l3 + 5001)); do
			grub-fstest x.img -s $((n * 4096)) -n 4096 \
			    cat '(loop0)/f' >got
			atf_check cmp want got
		done
	done
}

atf_test_case holes
holes_head()
{
	atf_set descr "holes take no room, but a file's last block is there"
	atf_set require.progs "istat fls tar truncate perl"
}
holes_body()
{
	mkdir d
	# Nothing but the end: one fragment, and one block of pointers above
	# a whole block.
	sparse d/small 20000
	sparse d/large 1000000
	# The first block, the last, and pointers.
	sparse d/begin 1000000 0
	sparse d/middle 1000000 500000
	tar -S -cf d.tar -C d .
	for t in ffs ffs2; do
		mkfs -t $t -o bsize=4096,fsize=1024 -s 1m x.img d.tar
		clean x.img
		blocks x.img small
		atf_check -o inline:'4\n' awk 'END { print NR }' held
		blocks x.img large
		atf_check -o inline:'5\n' awk 'END { print NR }' held
		blocks x.img begin
		atf_check -o inline:'9\n' awk 'END { print NR }' held
		blocks x.img middle
		atf_check -o inline:'9\n' awk 'END { print NR }' held
		for f in small large begin middle; do
			icat -f ufs x.img "$(inode x.img $f)" >got
			atf_check cmp d/$f got
		done
	done
}

atf_test_case fragments
fragments_head()
{
	atf_set descr "the ends of small files share blocks"
	atf_set require.progs "istat fls perl"
}
fragments_body()
{
	mkdir d
	# Eight files of 3 + 5 + 3 + 5 + ... fragments: four blocks, or five
	# if they begin in one that the file system's tables broke.
	for i in 1 2 3 4; do
		head -c 3000 /dev/urandom >d/${i}a
		head -c 5000 /dev/urandom >d/${i}b
	done
	for t in ffs ffs2; do
		mkfs -t $t -o bsize=8192,fsize=1024 -s 1m x.img d
		clean x.img
		for f in d/*; do
			blocks x.img "${f#d/}"
			cat held
		done | awk '{ print int($1 / 8) }' | LC_ALL=C sort -u >used
		n=$(awk 'END { print NR }' used)
		[ "$n" -le 5 ] || atf_fail "$n blocks"
	done
}

atf_test_case attributes
attributes_head()
{
	atf_set descr "owner, group, mode and time, to the last bit"
	atf_set require.progs "istat fls fsstat perl"
}
attributes_body()
{
	mkdir stage
	echo hello >stage/f
	metalog './f type=file uid=305419896 gid=4271560481 mode=06751 size=6 time=1234567890.123456789' \
	    './p type=fifo uid=1 gid=2 mode=0600 time=1.0'
	for t in ffs ffs2; do
		mkfs -t $t -s 1m x.img stage/METALOG
		clean x.img
		show x.img f
		atf_check -o match:'^uid / gid: 305419896 / 4271560481$' \
		    -o match:'^mode: rrwsr-s--x$' -o match:'^size: 6$' \
		    -o match:'^num of links: 1$' \
		    -o match:'^Accessed:	2009-02-13 23:31:30' \
		    -o match:'^File Modified:	2009-02-13 23:31:30' \
		    -o match:'^Inode Modified:	2009-02-13 23:31:30' cat shown
		show x.img p
		atf_check -o match:'^mode: p' cat shown
		# Nanoseconds (dinode.h): behind each time, or behind all; in
		# v2 there is a time of birth.
		case $t in
		ffs)	at=$(($(dinode x.img f 128) + 16))
			set -- "$at" "$((at + 4))" "$((at + 12))" \
			    "$((at + 20))" ;;
		ffs2)	at=$(($(dinode x.img f 256) + 56))
			set -- "$at" "$((at + 8))" "$((at + 12))" \
			    "$((at + 16))" "$((at + 20))" ;;
		esac
		atf_check_equal "$(od_word "$1")" 1234567890
		shift
		for at; do
			atf_check_equal "$(od_word "$at")" 123456789
		done
	done
}

atf_test_case links
links_head()
{
	atf_set descr "hard links, symbolic links at every limit, devices"
	atf_set require.progs "istat icat ils fls fsstat perl"
}
links_body()
{
	mkdir stage
	echo hello >stage/f
	ln stage/f stage/g
	set -- './f type=file uid=0 gid=0 mode=0644 size=6 time=0.0' \
	    './g type=file uid=0 gid=0 mode=0644 size=6 time=0.0'
	for n in 1 58 59 60 61 118 119 120 121 511 512; do
		set -- "$@" "./s$n type=link uid=0 gid=0 mode=0777 time=0.0 link=$(
		    printf "%0${n}d" 7)"
	done
	metalog "$@" \
	    './c type=char uid=0 gid=0 mode=0666 time=0.0 device=netbsd,342,7' \
	    './b type=block uid=0 gid=5 mode=0640 time=0.0 device=netbsd,4095,1048575'
	for t in ffs ffs2; do
		mkfs -t $t -o bsize=4096,fsize=512 -s 1m x.img stage/METALOG
		clean x.img
		"$NB_TOP/tests/mkfs/ffs_list" x.img >list ||
		    atf_fail "ffs_list"
		{
			for n in 1 58 59 60 61 118 119 120 121 511 512; do
				printf "s$n %0${n}d\n" 7
			done
			echo 'c 342,7'
			echo 'b 4095,1048575'
		} | LC_ALL=C sort >want
		awk -F '\t' '$2 ~ /[lcb]/ { print $1, $9 }' list |
		    LC_ALL=C sort >got
		atf_check diff want got
		awk -F '\t' '$2 == "f" { print $1, $7 }' list >got
		atf_check -o inline:'f 2\ng 2\n' cat got
		atf_check_equal "$(inode x.img f)" "$(inode x.img g)"
	done
}

atf_test_case large_directory
large_directory_head()
{
	atf_set descr "20000 names in one directory, with indirect blocks"
	atf_set require.progs "fls"
}
large_directory_body()
{
	metalog
	awk 'BEGIN { for (i = 0; i < 20000; i++)
		printf "./d/name-of-an-entry-%06d type=fifo uid=0 gid=0 mode=0644 time=0.0\n",
		    i }' >>stage/METALOG
	for t in ffs ffs2; do
		mkfs -t $t -o bsize=4096,fsize=512 x.img stage/METALOG
		fls -r -p -u -f ufs x.img | cut -f 2- | grep '^d/' >got
		atf_check -o inline:'20000\n' sh -c \
		    "LC_ALL=C sort -u got | wc -l | tr -d ' '"
		atf_check -o inline:'d/name-of-an-entry-000000\n' sed 1q got
		atf_check -o inline:'d/name-of-an-entry-019999\n' \
		    tail -n 1 got
	done
}

atf_test_case superblock
superblock_head()
{
	atf_set descr "what NetBSD asks of a superblock, where newfs puts it"
	atf_set require.progs "fsstat perl"
}
superblock_body()
{
	mkdir d
	# word OFFSET: of the superblock at $at
	word()
	{
		od_word $((at + $1))
	}
	# newfs's choice, by size: blocks, fragments, groups, inodes in each
	for row in "ffs 19m 4096 512 4 2304" "ffs 20m 8192 1024 4 1280" \
	    "ffs 512m 8192 1024 12 10624" "ffs 1000m 16384 2048 6 20992" \
	    "ffs 200g 32768 4096 277 47104" "ffs2 512k 4096 512 2 96" \
	    "ffs2 20m 8192 1024 4 1216" "ffs2 512m 8192 1024 12 10304" \
	    "ffs2 1000m 16384 2048 6 20736" "ffs2 200g 32768 4096 276 46848"
	do
		# shellcheck disable=SC2086 # words
		set -- $row
		mkfs -L vol -t "$1" -s "$2" x.img d
		case $1 in ffs) at=8192 ;; *) at=65536 ;; esac
		atf_check_equal "$1 $2 $(word 48) $(word 52) $(word 44) $(word 184)" \
		    "$row"
		# fs_sblockloc, old_inodefmt, minfree, optim, time; fs_clean,
		# ronly, old_flags.
		atf_check_equal "$(word 1000) $(word 1324) $(word 60) $(word 128) $(word 1072)" \
		    "$at 2 0 1 1700000000"
		atf_check -o match:' 00 01 00 80$' od -An -v -tx1 \
		    -j $((at + 208)) -N 4 x.img
	done
	atf_check -o match:'^Volume Name: vol$' \
	    -o match:'^Last Mount Point: /$' fsstat -f ufs x.img
	mkfs -t ffs -s 20m -o minfree=5 x.img d
	at=8192
	atf_check_equal "$(word 60) $(word 128)" "5 0"
}

atf_test_case sizes
sizes_head()
{
	atf_set descr "sound at any size, a short last group kept or left out"
	atf_set require.progs "ils istat perl"
	atf_set timeout 600
}
sizes_body()
{
	mkdir d
	echo hello >d/f
	for t in ffs ffs2; do
		for s in 128 256 512 1028 2052 5132 10004 20476 20484 70000; do
			mkfs -t $t -s ${s}k x.img d
			[ $s -lt 300 ] || clean x.img
		done
		for s in 1000 5132 20484; do
			for o in bsize=4096,fsize=4096 bsize=16384 \
			    bsize=65536; do
				mkfs -t $t -s ${s}k -o $o x.img d
				clean x.img
			done
		done
	done
}

atf_test_case sparse_image
sparse_image_head()
{
	atf_set descr "an image of 200 GB takes the room of what is in it"
}
sparse_image_body()
{
	mkdir d
	echo hello >d/f
	for t in ffs ffs2; do
		mkfs -t $t -s 200g x.img d
		kb=$(du -k x.img | cut -f 1)
		[ "$kb" -lt 50000 ] || atf_fail "$kb KB on disk"
		atf_check -o inline:'hello\n' grub-fstest x.img cat '(loop0)/f'
	done
	# Blocks of zeros are content, and holes in the image.
	head -c 9000000 /dev/zero >d/zeros
	mkfs -t ffs x.img d
	kb=$(du -k x.img | cut -f 1)
	[ "$kb" -lt 1000 ] || atf_fail "$kb KB on disk"
	atf_check grub-fstest x.img cmp '(loop0)/zeros' "$PWD/d/zeros"
}

atf_test_case inodes
inodes_head()
{
	atf_set descr "as many inodes as asked for, and free ones by default"
	atf_set require.progs fsstat
}
inodes_body()
{
	mkdir d
	for t in ffs ffs2; do
		mkfs -t $t -s 20m x.img d
		free=$(fsstat -f ufs x.img |
		    sed -n 's/^Num of Avail Inodes: //p')
		[ "$free" -gt 4000 ] || atf_fail "$free free inodes"
		mkfs -t $t -s 20m -o inodes=12345 x.img d
		free=$(fsstat -f ufs x.img |
		    sed -n 's/^Num of Avail Inodes: //p')
		[ "$free" -ge 12344 ] || atf_fail "$free free inodes"
		mkfs -t $t -s 20m -o density=65536 x.img d
		free=$(fsstat -f ufs x.img |
		    sed -n 's/^Num of Avail Inodes: //p')
		[ "$free" -lt 600 ] || atf_fail "$free free inodes"
	done
}

atf_test_case replaced_content
replaced_content_head()
{
	atf_set descr "of a file that the archive replaces nothing is left"
	atf_set require.progs "ils istat perl tar"
}
replaced_content_body()
{
	mkdir d
	for i in 1 2 3 4 5 6 7 8 9; do
		cat "$NB_TOP/LICENSE"
	done | sed 's/$/ TOPSECRET/' >d/key
	cp d/key d/again
	echo between >d/f
	tar -cf d.tar -C d key f again
	grep -q TOPSECRET d.tar || atf_fail "nothing to replace"
	echo public >d/key
	echo public >d/again
	tar -rf d.tar -C d key again
	for t in ffs ffs2; do
		mkfs -t $t -s 1m x.img d.tar
		clean x.img
		atf_check -o inline:'public\n' \
		    grub-fstest x.img cat '(loop0)/key'
		atf_check -o inline:'between\n' \
		    grub-fstest x.img cat '(loop0)/f'
		atf_check -s exit:1 grep -q TOPSECRET x.img
	done
}

atf_test_case same_bytes
same_bytes_head()
{
	atf_set descr "two runs, and two ways of packing, give the same image"
	atf_set require.progs "tar gzip"
}
same_bytes_body()
{
	mkdir -p d/sub
	head -c 5000000 /dev/urandom >d/sub/big
	echo hello >d/f
	ln d/f d/sub/g
	tar -cf d.tar -C d f sub
	gzip -k d.tar
	for t in ffs ffs2; do
		mkfs -t $t -L root x.img d.tar
		(umask 077; TZ=Asia/Tokyo LC_ALL=C mkfs -t $t -L root y.img \
		    d.tar.gz)
		atf_check cmp x.img y.img
	done
}

atf_test_case full
full_head()
{
	atf_set descr "content that does not fit: exit 1, the need, no image"
}
full_body()
{
	mkdir d
	head -c 6000000 /dev/urandom >d/big
	echo old >x.img
	for t in ffs ffs2; do
		atf_check -s exit:1 -e match:'^nb-mkfs: x.img: needs 7 MB' \
		    -e match:'is 3 MB' \
		    "$NB_BIN/nb-mkfs" -t $t -s 3m -n x.img d
		atf_check -o inline:'old\n' cat x.img
		atf_check -o inline:'x.img\n' sh -c 'ls -d x.img*'
		# What it says that it needs is enough.
		mkfs -t $t -s 7m y.img d
		rm y.img
		# Too small for a file system at all.
		atf_check -s exit:1 -e match:'^nb-mkfs: x.img: needs 7 MB' \
		    "$NB_BIN/nb-mkfs" -t $t -s 8k -n x.img d
	done
}

atf_test_case full_of_inodes
full_of_inodes_head()
{
	atf_set descr "more files than inodes: exit 1, and the need"
}
full_of_inodes_body()
{
	metalog
	awk 'BEGIN { for (i = 0; i < 600; i++)
	    print "./" i " type=fifo uid=0 gid=0 mode=0755 time=0.0" }' \
	    >>stage/METALOG
	for t in ffs ffs2; do
		atf_check -s exit:1 -e match:'^nb-mkfs: x.img: needs 2 MB' \
		    "$NB_BIN/nb-mkfs" -t $t -s 1m -o density=2048 -n x.img \
		    stage/METALOG
		mkfs -t $t -s 1m -o inodes=601 x.img stage/METALOG
		# Where nobody said how many there are as many as it takes.
		mkfs -t $t -s 1m x.img stage/METALOG
	done
}

atf_test_case refuses
refuses_head()
{
	atf_set descr "what FFS cannot hold is refused by name"
}
refuses_body()
{
	# refuse TYPE LINE MESSAGE
	refuse()
	{
		metalog "$2"
		atf_check -s exit:1 -e match:"^nb-mkfs: $3" \
		    "$NB_BIN/nb-mkfs" -t "$1" -n x.img stage/METALOG
		test ! -e x.img || atf_fail "an image was made"
	}
	late='./late type=fifo uid=0 gid=0 mode=0644 time=2147483648.0'
	refuse ffs "$late" 'late: time 2147483648 needs more than FFSv1'
	metalog "$late"
	mkfs -t ffs2 -s 1m x.img stage/METALOG
	show x.img late
	atf_check -o match:'^File Modified:	2038-01-19 03:14:08' cat shown
	rm x.img
	# 12 + 1024 + 1024^2 + 1024^3 blocks of 4096 bytes, and v1's 31 bits.
	mkdir big
	truncate -s 5t big/f
	tar -S -cf big.tar -C big f
	atf_check -s exit:1 -e match:'^nb-mkfs: f: too large for FFSv1' \
	    "$NB_BIN/nb-mkfs" -t ffs -o bsize=4096 -s 1m -n x.img big.tar
	# More subdirectories than a link count holds.
	metalog
	awk 'BEGIN { for (i = 0; i < 32766; i++)
	    print "./d/" i " type=dir uid=0 gid=0 mode=0755 time=0.0" }' \
	    >>stage/METALOG
	atf_check -s exit:1 -e match:'^nb-mkfs: d: 32768 links, FFS holds' \
	    "$NB_BIN/nb-mkfs" -t ffs -n x.img stage/METALOG
	sed -i.bak '$d' stage/METALOG
	mkfs -t ffs x.img stage/METALOG
}

atf_test_case options
options_head()
{
	atf_set descr "sizes that FFS cannot have are usage errors"
}
options_body()
{
	mkdir d
	for o in bsize=2048 bsize=5000 fsize=256 bsize=8192,fsize=512 \
	    bsize=4096,fsize=8192 fsize=1000; do
		for t in ffs ffs2; do
			atf_check -s exit:2 -e match:'^nb-mkfs: .*size [0-9]*: must be' \
			    "$NB_BIN/nb-mkfs" -n -t $t -o $o x.img d
		done
	done
}

# One order of lines, and the first name of a file as its number.
canonical()
{
	LC_ALL=C sort "$1" | LC_ALL=C awk -F '\t' -v OFS='\t' '
	{ if (!($10 in first)) first[$10] = NR; $10 = first[$10]; print }'
}

# read_back: tree.img to got
read_back()
{
	"$NB_TOP/tests/mkfs/ffs_list" tree.img >list || return 1
	canonical list >got
}

# What the others ask of ffs_check and ffs_list would else be believed unseen.
atf_test_case faults_are_seen
faults_are_seen_head()
{
	atf_set descr "the checks notice a changed image"
	atf_set require.progs "fls ils icat istat fsstat perl sha256sum"
}
faults_are_seen_body()
{
	mkdir d
	head -c 60000 /dev/urandom >d/big
	head -c 700 /dev/urandom >d/file
	ln d/file d/link
	ln -s target d/symlink
	tar -cf tree.tar -C d .
	# poke OFFSET: another byte there
	poke()
	{
		byte=$(od -An -v -tu1 -j "$1" -N 1 good.img | tr -d ' ')
		cp good.img tree.img
		# shellcheck disable=SC2059 # an octal escape
		printf "\\$(printf %03o $(((byte + 1) % 256)))" |
		    dd of=tree.img bs=1 seek="$1" conv=notrunc 2>/dev/null
	}
	mkfs -t ffs2 -s 1m -o bsize=4096,fsize=512 good.img tree.tar
	cp good.img tree.img
	clean good.img
	read_back || atf_fail "unreadable"
	mv got want

	# Superblock at 65536, its copy at 144 fragments, group at 160,
	# inodes at 168, figures as in fs.h and struct cg.
	cg=$((160 * 512)) file=$((168 * 512 + 256 * $(inode good.img file)))
	[ "$(od -An -v -tx1 -j $((cg + 4)) -N 4 good.img)" = " 55 02 09 00" ] ||
	    atf_fail "no group where it was looked for"
	iused=$((cg + 168))
	free=$(od -An -v -tu4 -j $((cg + 96)) -N 4 good.img)
	clustersum=$(od -An -v -tu4 -j $((cg + 104)) -N 4 good.img)
	cluster=$(od -An -v -tu4 -j $((cg + 108)) -N 4 good.img)
	csaddr=$(od -An -v -tu4 -j $((65536 + 1096)) -N 4 good.img)
	for at in $((144 * 512 + 1208)) $((65536 + 1008)) $((65536 + 1032)) \
	    $((csaddr * 512 + 4)) $((cg + 12)) $((cg + 24)) $((cg + 28)) \
	    $((cg + 32)) $((cg + 36)) $((cg + 52 + 4)) $iused \
	    $((cg + free + 30)) $((cg + clustersum + 4)) \
	    $((cg + cluster)) $((file + 24)); do
		poke "$at"
		atf_check -s not-exit:0 -o not-empty \
		    "$NB_TOP/tests/mkfs/ffs_check" tree.img
	done
	# Mode, links, owner, group, size, time; a byte of content, a name.
	blocks good.img file
	content=$(sed 1q held)
	blocks good.img big
	big=$(sed 1q held)
	for at in $file $((file + 2)) $((file + 4)) $((file + 8)) \
	    $((file + 16)) $((file + 40)) $((content * 512)) \
	    $((big * 512)); do
		poke "$at"
		if read_back && cmp -s want got; then
			atf_fail "not seen: a byte at $at"
		fi
	done
}

atf_init_test_cases()
{
	for c in content indirect_limits holes fragments attributes links \
	    large_directory superblock sizes sparse_image inodes \
	    replaced_content same_bytes full full_of_inodes refuses options \
	    faults_are_seen; do
		atf_add_test_case $c
	done
}
