#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# size_test: the sizes that nb-mkfs finds, those that it refuses, and the
# inodes that are asked for.

export SOURCE_DATE_EPOCH=1700000000
types="ffs ffs2 ext2"
block=4096

# mkfs ARGS: nb-mkfs, which must do it
mkfs()
{
	"$NB_BIN/nb-mkfs" "$@" || atf_fail "nb-mkfs $*"
}

# bytes FILE
bytes()
{
	wc -c <"$1" | tr -d ' '
}

# content: folders whose least sizes differ in their causes: whole megabytes,
# pieces of blocks, many inodes, holes, and nothing
content()
{
	mkdir blocks pieces inodes nothing holes package package/bin
	printf '@name foo-1.0\n@cwd /usr/pkg\nbin/foo\n' >package/+CONTENTS
	head -c 30000 /dev/urandom >package/+DESC
	head -c 500000 /dev/urandom >package/bin/foo
	tar -czf foo.tgz -C package +CONTENTS +DESC bin/foo
	head -c 9000000 /dev/urandom >blocks/a
	head -c 30000000 /dev/urandom >blocks/b
	for i in 1 2 3 4 5 6 7 8 9; do
		head -c $((i * 1111)) /dev/urandom >pieces/$i
		head -c $((i * 70001)) /dev/urandom >pieces/0$i
	done
	i=0
	while [ $i -lt 700 ]; do
		: >inodes/$i
		i=$((i + 1))
	done
	head -c 5000000 /dev/zero >holes/z
	head -c 500000 /dev/urandom >>holes/z
}

# refused SIZE ARGS: it says what would do, leaves nothing; sets need
refused()
{
	_size=$1
	shift
	atf_check -s exit:1 -o empty -e save:said \
	    "$NB_BIN/nb-mkfs" -s "$_size" "$@"
	test ! -e y.img || atf_fail "an image was made"
	need=$(sed -n 's/^nb-mkfs: y.img: needs \([0-9]*\) MB, the size given is [0-9]* MB: give -s \1m (IMGSIZE=\1)$/\1/p' said)
	[ -n "$need" ] || atf_fail "does not say what would do: $(cat said)"
}

# least ARGS: with -f 0 the image of $layer has the least size there is
least()
{
	rm -f x.img y.img z.img
	mkfs -f 0 "$@" x.img "$layer"
	size=$(bytes x.img)
	# The size that was found is one that can be given, for the same image.
	mkfs -s "$size" "$@" y.img "$layer"
	atf_check cmp x.img y.img
	rm y.img
	refused $((size - block)) "$@" y.img "$layer"
	[ $((need * 1048576)) -ge "$size" ] ||
	    atf_fail "$need MB would do for $size bytes?"
	[ $(((need - 1) * 1048576)) -lt "$size" ] ||
	    atf_fail "less than $need MB would do for $size bytes"
	mkfs -s "${need}m" "$@" z.img "$layer"
	atf_check_equal "$(bytes z.img)" $((need * 1048576))
}

atf_test_case least_size
least_size_head()
{
	atf_set descr "the size found less one block is refused: so much would do"
	atf_set timeout 900
}
least_size_body()
{
	content
	for t in $types; do
		for layer in blocks pieces inodes nothing holes foo.tgz; do
			least -L same -n -t $t
		done
		# With a partition table around it.
		layer=pieces
		least -L same -t $t
	done
}

# sparse: files whose holes and data meet the edges of blocks, in d
sparse()
{
	mkdir d
	# Data at offsets, holes between them and at the end.
	for f in "ends 0:5000 1000000:300000 3000000" \
	    "starts 2000000:70000 2070000" "none 900000" "short 3000" \
	    "byte 40000000:1 50000000" "odd 8191:2 20479:4097 123456:7 130000"; do
		# shellcheck disable=SC2086 # words
		set -- $f
		name=$1
		shift
		while [ $# -gt 1 ]; do
			head -c "${1#*:}" /dev/urandom | dd of="d/$name" bs=64k \
			    oflag=seek_bytes seek="${1%:*}" conv=notrunc \
			    iflag=fullblock 2>/dev/null
			shift
		done
		truncate -s "$1" "d/$name"
	done
	# Zeros that are there, and nothing but data.
	head -c 300000 /dev/zero >d/zeros
	head -c 77777 /dev/urandom >d/full
	ln d/ends d/ends2
	[ "$(du -sk d | cut -f 1)" -lt 2000 ] ||
	    atf_skip "no holes in this file system"
}

atf_test_case least_sparse
least_sparse_head()
{
	atf_set descr "holes take no room, in layers of any kind"
	atf_set require.progs "bsdtar"
	atf_set timeout 900
}
least_sparse_body()
{
	sparse
	mkdir copy.d
	tar --format=gnu -S -cf gnu.tar -C d .
	tar --format=posix -S --sparse-version=0.0 -cf pax00.tar -C d .
	tar --format=posix -S --sparse-version=0.1 -cf pax01.tar -C d .
	tar --format=posix -S --sparse-version=1.0 -cf pax10.tar -C d .
	bsdtar --format pax -cf bsd.tar -C d .
	bsdtar --format pax -cf - -C d . | gzip -9 >bsd.tgz
	mkfs -n -t ffs2 image d
	"$NB_BIN/nb-untar" -C stage gnu.tar || atf_fail "nb-untar"
	# A file that its own archive has twice, with other holes.
	cp gnu.tar twice.tar
	mkdir other
	cp --sparse=always d/ends other/starts
	tar --format=gnu -S -rf twice.tar -C other ./starts
	for t in $types; do
		for layer in d gnu.tar pax00.tar pax01.tar pax10.tar bsd.tar \
		    bsd.tgz image stage/METALOG; do
			least -L same -n -t $t
			[ "$size" -lt 4000000 ] ||
			    atf_fail "$t: $layer: $size bytes"
			"$NB_BIN/nb-mkfs" -x -o tar x.img | tar -xf - -C copy.d ||
			    atf_fail "not read"
			atf_check diff -r d copy.d
		done
		# A share of the content is one of its data.
		mkfs -n -t $t -f 100% x.img d
		[ "$(bytes x.img)" -lt 5000000 ] || atf_fail "holes counted"
		mkfs -n -t $t -f 0 x.img twice.tar
		[ "$(bytes x.img)" -lt 5000000 ] || atf_fail "holes counted"
	done
}

atf_test_case free_space
free_space_head()
{
	atf_set descr "-f: so many bytes more, or percent of the content, are free"
	atf_set require.progs "dumpe2fs fsstat"
	atf_set timeout 900
}
free_space_body()
{
	content
	for t in $types; do
		mkfs -n -t $t -f 20m x.img blocks
		free $t
		[ "$free" -ge 20971520 ] && [ "$free" -lt 21500000 ] ||
		    atf_fail "$t: $free bytes are free of 20 MB asked for"
		mkfs -n -t $t -f 50% x.img blocks
		free $t
		[ "$free" -ge 19500000 ] && [ "$free" -lt 20100000 ] ||
		    atf_fail "$t: $free bytes are free of 19.5 MB asked for"
	done
}

atf_test_case tight
tight_head()
{
	atf_set descr "-s +: so much is free, and no more inodes than that wants"
	atf_set require.progs "dumpe2fs fsstat"
	atf_set timeout 900
}
tight_body()
{
	content
	for t in $types; do
		mkfs -n -t $t -s 90m -s +100% x.img blocks
		free $t
		[ "$free" -ge 39000000 ] && [ "$free" -lt 39800000 ] ||
		    atf_fail "$t: $free bytes are free of 39 MB asked for"
		inodes $t
		[ "$free" -ge 4760 ] && [ "$free" -lt 5300 ] ||
		    atf_fail "$t: $free inodes are free for 39 MB"
		mkfs -n -t $t -f 100% y.img blocks
		[ "$(bytes x.img)" -lt "$(bytes y.img)" ] ||
		    atf_fail "$t: no smaller than by -f"
		# At least as many as a root wants, and as were asked for.
		mkfs -n -t $t -s +1k x.img inodes
		inodes $t
		[ "$free" -ge 1000 ] || atf_fail "$t: $free inodes are free"
		mkfs -n -t $t -s +1k -o inodes=20000 x.img inodes
		inodes $t
		[ "$all" -ge 20000 ] || atf_fail "$t: $all inodes of 20000"
		# Of two the last counts; nothing free is the least.
		mkfs -n -t $t -s +50% -s 90m y.img blocks
		atf_check_equal "$(bytes y.img)" 94371840
		mkfs -n -L x -t $t -s +0 x.img pieces
		mkfs -n -L x -t $t -f 0 y.img pieces
		atf_check cmp x.img y.img
	done
}

# free TYPE: sets free to the bytes that are free in x.img, as others count
free()
{
	case $1 in
	ext2)	free=$(dumpe2fs -h x.img 2>/dev/null |
		    sed -n 's/^Free blocks: *//p')
		free=$((free * 4096)) ;;
	*)	fsstat -f ufs x.img >stat
		free=$(awk -F ': ' '
		/^Num of Avail Full Blocks:/	{ blocks = $2 }
		/^Num of Avail Fragments:/	{ frags = $2 }
		/^Block Size:/			{ bsize = $2 }
		/^Fragment Size:/		{ fsize = $2 }
		END { print blocks * bsize + frags * fsize }' stat) ;;
	esac
}

# inodes TYPE: sets all and free to the inodes of x.img
inodes()
{
	case $1 in
	ext2)	dumpe2fs -h x.img >stat 2>/dev/null
		all=$(sed -n 's/^Inode count: *//p' stat)
		free=$(sed -n 's/^Free inodes: *//p' stat) ;;
	*)	fsstat -f ufs x.img >stat
		all=$(awk -F ': ' '
		/^Number of Cylinder Groups:/	{ groups = $2 }
		/^Inodes per group:/		{ each = $2 }
		END { print groups * each }' stat)
		free=$(sed -n 's/^Num of Avail Inodes: //p' stat) ;;
	esac
}

atf_test_case inodes_asked_for
inodes_asked_for_head()
{
	atf_set descr "-o inodes and density, with and without a size"
	atf_set require.progs "dumpe2fs fsstat"
	atf_set timeout 900
}
inodes_asked_for_body()
{
	content
	for t in $types; do
		for s in "-s 30m" "-f 0"; do
			# Those are more than there would be without.
			for n in 12345 20000; do
				# shellcheck disable=SC2086 # words
				mkfs -n -t $t $s -o inodes=$n x.img inodes
				inodes $t
				[ "$all" -ge $n ] &&
				    [ "$all" -lt $((n * 5 / 4)) ] ||
				    atf_fail "$t $s: $all inodes of $n"
				# 700 files, the root, and ten that ext2 reserves.
				[ "$free" -ge $((all - 712)) ] &&
				    [ "$free" -lt $((all - 700)) ] ||
				    atf_fail "$t $s: $free of $all are free"
			done
		done
		for d in 4096 16384 65536; do
			mkfs -n -t $t -s 100m -o density=$d x.img nothing
			inodes $t
			# An inode may count with the space that it is for, and
			# groups have whole blocks of them.
			most=$((104857600 / d))
			want=$((104857600 / (d + 256)))
			[ "$all" -ge $((want * 95 / 100)) ] &&
			    [ "$all" -le $((most * 105 / 100 + 256)) ] ||
			    atf_fail "$t: $all inodes, $most by density"
		done
		# What room there is can be filled with files of 8 KB, which is
		# newfs's density where blocks are small.
		for layer in inodes blocks pieces nothing; do
			mkfs -n -t $t -f 8m x.img $layer
			inodes $t
			left=$free
			free $t
			[ $((left * 8192)) -ge "$free" ] ||
			    atf_fail "$t: $left inodes for $free free bytes"
		done
		# More than fit.
		rm x.img
		atf_check -s exit:1 -e not-empty "$NB_BIN/nb-mkfs" -n -t $t \
		    -s 2m -o inodes=100000 x.img nothing
		test ! -e x.img || atf_fail "$t: an image was made"
	done
}

# nodes N: nodes.mtree, of N files that take an inode and nothing else
nodes()
{
	awk -v n="$1" 'BEGIN {
		print "#mtree"
		print ". type=dir uid=0 gid=0 mode=0755 time=1.0"
		for (i = 0; i < n; i++)
			printf "./%07d type=fifo uid=0 gid=0 mode=0644 " \
			    "time=1.0\n", i
	}' >nodes.mtree
}

# sound TYPE: no fault in x.img
sound()
{
	atf_check "$NB_BIN/nb-mkfs" -c x.img
	case $1 in
	ext2)	e2fsck -fn x.img >fsck 2>&1 || {
			cat fsck
			atf_fail "e2fsck"
		} ;;
	esac
}

atf_test_case inodes_left
inodes_left_head()
{
	atf_set descr "a size that is found leaves inodes for a root to be written to"
	atf_set require.progs "dumpe2fs e2fsck fsstat"
	atf_set timeout 900
}
inodes_left_body()
{
	mkdir one
	# fsstat reads no less.
	head -c 300000 /dev/urandom >one/file
	for n in 0 700 15000; do
		nodes $n
		want=$((n / 10))
		[ $want -ge 1000 ] || want=1000
		for t in $types; do
			for f in "" "-f 1k" "-f 50%"; do
				# shellcheck disable=SC2086 # words
				mkfs -n -t $t $f x.img nodes.mtree one
				sound $t
				inodes $t
				[ "$free" -ge $want ] ||
				    atf_fail "$t $f: $free inodes are left of $n"
				# They come at the price of an inode.
				[ "$(bytes x.img)" -lt $((900000 + n * 700)) ] ||
				    atf_fail "$t $f: $(bytes x.img) bytes"
			done
			# As few as were asked for.
			mkfs -n -t $t -o inodes=$((n + 20)) x.img \
			    nodes.mtree one
			inodes $t
			[ "$free" -lt 700 ] || [ $n -gt 700 ] ||
			    atf_fail "$t: $free inodes are left"
			layer=nodes.mtree
			least -L same -n -t $t
		done
	done
}

atf_test_case inodes_needed
inodes_needed_head()
{
	atf_set descr "a size given gets more inodes than by its density, if need be"
	atf_set require.progs "dumpe2fs e2fsck fsstat"
}
inodes_needed_body()
{
	nodes 15000
	for t in $types; do
		mkfs -n -t $t -s 8m x.img nodes.mtree
		sound $t
		inodes $t
		[ "$free" -ge 1500 ] || atf_fail "$t: $free inodes are left"
		# Not where a person has said how many.
		atf_check -s exit:1 -e not-empty "$NB_BIN/nb-mkfs" -n -t $t \
		    -s 8m -o density=8192 y.img nodes.mtree
		atf_check -s exit:1 -e not-empty "$NB_BIN/nb-mkfs" -n -t $t \
		    -s 8m -o inodes=100 y.img nodes.mtree
		test ! -e y.img || atf_fail "an image was made"
	done
}

atf_test_case many_inodes
many_inodes_head()
{
	atf_set descr "as many inodes as were asked for, however dense"
	atf_set require.progs "dumpe2fs e2fsck fsstat"
}
many_inodes_body()
{
	content
	# Smaller groups where the bitmap of one cannot count so many.
	for d in 512 700 1024 2048 3000 4095 4096; do
		for s in 77 100 129 300; do
			mkfs -n -t ext2 -s ${s}m -o density=$d x.img pieces inodes
			sound ext2
			inodes ext2
			# A last group without room is left away.
			[ "$all" -ge $(((s - 1) * 1048576 / d)) ] ||
			    atf_fail "$s MB: $all inodes by density $d"
		done
	done
	atf_check -s exit:2 -e match:'^nb-mkfs: ext2: density 511: at least 512' \
	    "$NB_BIN/nb-mkfs" -n -t ext2 -o density=511 y.img nothing
	# A size is found for any number.
	for t in $types; do
		mkfs -n -t $t -o inodes=600000 x.img pieces
		sound $t
		inodes $t
		[ "$all" -ge 600000 ] || atf_fail "$t: $all inodes of 600000"
	done
	# Sizes that leave a last group away.
	while read -r t s n; do
		mkfs -n -t "$t" -s "$s" -o inodes="$n" x.img pieces
		sound "$t"
		inodes "$t"
		[ "$all" -ge "$n" ] || atf_fail "$t $s: $all inodes of $n"
	done <<-EOT
		ffs 528396288 375549
		ffs 1085677568 179989
		ffs2 925134848 259991
		ext2 62914560 100000
		ext2 135266304 40000
	EOT
}

atf_test_case numbers
numbers_head()
{
	atf_set descr "numbers that options do not take"
}
numbers_body()
{
	mkdir d
	for o in density=0 density=1073741825 inodes=0 inodes=4294967296 \
	    bsize=0 bsize=65537 bsize=5000 fsize=0 fsize=256 minfree=100 \
	    minfree=-1 minfree=1x minfree= bsize=4096,fsize=8192 \
	    bsize=32768,fsize=2048 minfree density=1,000 size=5; do
		for t in $types; do
			atf_check -s exit:2 -e match:'^nb-mkfs: ' \
			    "$NB_BIN/nb-mkfs" -t $t -o $o x.img d
			test ! -e x.img || atf_fail "$t $o: an image was made"
		done
	done
	for o in "-s 0" "-s" "-s 1t" "-s -1" "-s 1.5m" "-s 99999999999g" \
	    "-f 0%" "-f 10001%" "-f x" "-f %" "-f -1" "-t ufs" "-L" \
	    "-s +" "-s +0%" "-s +10001%" "-s +x" "-s ++1m" "-s +-1m" \
	    "-L a123456789012345678901234567890123456"; do
		# shellcheck disable=SC2086 # words
		atf_check -s exit:2 -e not-empty "$NB_BIN/nb-mkfs" $o x.img d
	done
	atf_check -s exit:2 -e match:'-s 5000001: .*: give 5000192$' \
	    "$NB_BIN/nb-mkfs" -s 5000001 x.img d
	atf_check -s exit:2 -e not-empty "$NB_BIN/nb-mkfs" -L "a b" x.img d
	atf_check -s exit:2 -e not-empty "$NB_BIN/nb-mkfs" -L "" x.img d
	atf_check -s exit:2 -e match:'minfree 51: at most 50' \
	    "$NB_BIN/nb-mkfs" -t ext2 -o minfree=51 x.img d
	test ! -e x.img || atf_fail "an image was made"
}

atf_init_test_cases()
{
	atf_add_test_case least_size
	atf_add_test_case least_sparse
	atf_add_test_case free_space
	atf_add_test_case tight
	atf_add_test_case inodes_asked_for
	atf_add_test_case inodes_left
	atf_add_test_case inodes_needed
	atf_add_test_case many_inodes
	atf_add_test_case numbers
}
