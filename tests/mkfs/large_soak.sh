#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# large_soak: what is large: a million files, directories of 100,000 names,
# files of more than 4 GB, images of 200 GB. `bmake soak` runs it.

export SOURCE_DATE_EPOCH=1700000000
types="ffs ffs2 ext2"

# mkfs ARGS: nb-mkfs -n, which must do it
mkfs()
{
	"$NB_BIN/nb-mkfs" -n "$@" || atf_fail "nb-mkfs $*"
}

# sound TYPE: e2fsck and nb-mkfs -c have nothing to say of x.img. (ffs_check
# has a process for each file.)
sound()
{
	if [ "$1" = ext2 ]; then
		e2fsck -fn x.img >fsck.out 2>&1 || {
			tail -20 fsck.out
			atf_fail "e2fsck"
		}
	fi
	"$NB_BIN/nb-mkfs" -c x.img || atf_fail "$1: nb-mkfs -c"
}

# names TYPE: those in /d of x.img, as e2fsprogs or Sleuth Kit list them
names()
{
	case $1 in
	ext2)	debugfs -R "ls -p /d" x.img 2>/dev/null | cut -d / -f 6 |
		    grep -v '^\.*$' ;;
	*)	fls -r -p -u -f ufs x.img | cut -f 2- | sed -n "s,^d/,,p" ;;
	esac
}

# entries N: METALOG with so many small files, 100 in each directory
entries()
{
	mkdir -p stage
	echo data >stage/f
	awk -v n="$1" 'BEGIN {
		print "#mtree 2.0"
		print ". type=dir uid=0 gid=0 mode=0755 time=1600000000.0"
		for (i = 0; i < n; i++)
			printf "./d%d/d%d/f%d type=file uid=0 gid=0 " \
			    "mode=0644 size=5 time=0.0 contents=f\n",
			    i / 10000, i / 100 % 100, i
	}' >stage/METALOG
}

atf_test_case million_files
million_files_head()
{
	atf_set descr "time and memory grow linearly from 10,000 to 1,000,000"
	atf_set require.progs "e2fsck time"
	atf_set timeout 14400
}
million_files_body()
{
	for t in ffs ext2; do
		for n in 10000 100000 1000000; do
			entries $n
			rm -f x.img
			# CPU time: what else is on the machine does not tell.
			"$(command -v time)" -f '%U %S %e %M' -o figures \
			    "$NB_BIN/nb-mkfs" -n -t $t x.img \
			    stage/METALOG || atf_fail "nb-mkfs"
			echo "$t $n $(cat figures)" >>table
		done
		sound $t
	done
	awk 'BEGIN {
		printf "%-5s %8s %8s %8s %9s %9s %8s\n", "type", "entries",
		    "cpu s", "wall s", "us/entry", "KB", "B/entry"
	}
	{
		cpu = $3 + $4
		if ($1 != last) {
			last = $1; first = $6; first_n = $2
			each = "-"
		} else
			each = sprintf("%.0f",
			    ($6 - first) * 1024 / ($2 - first_n))
		printf "%-5s %8d %8.2f %8.2f %9.2f %9d %8s\n", $1, $2, cpu, $5,
		    cpu * 1e6 / $2, $6, each
	}' table
	awk '
	{ cpu[$1, $2] = $3 + $4; kb[$1, $2] = $6; type[$1] }
	END {
		for (t in type) {
			if (cpu[t, 1000000] > 20 * cpu[t, 100000]) {
				print t ": time is not linear"; bad = 1
			}
			b = (kb[t, 1000000] - kb[t, 10000]) * 1024 / 990000
			if (b > 250) {
				print t ": " b " bytes an entry"; bad = 1
			}
		}
		exit bad
	}' table || atf_fail "it does not grow as it should"
}

atf_test_case large_directory
large_directory_head()
{
	atf_set descr "a directory with 100,000 names, some of 255 bytes"
	atf_set require.progs "e2fsck debugfs fls"
	atf_set timeout 7200
}
large_directory_body()
{
	mkdir stage
	awk 'BEGIN {
		print "#mtree 2.0"
		print ". type=dir uid=0 gid=0 mode=0755 time=1600000000.0"
		for (i = 0; i < 100000; i++)
			printf "./d/%0*d type=fifo uid=0 gid=0 mode=0644 " \
			    "time=0.0\n", i % 10 ? 6 + i % 40 : 255, i
	}' >stage/METALOG
	sed -n 's,^\./d/\([0-9]*\) .*,\1,p' stage/METALOG |
	    LC_ALL=C sort >want
	atf_check_equal "$(awk 'END { print NR }' want)" 100000
	for t in $types; do
		mkfs -t $t x.img stage/METALOG
		sound $t
		names $t | LC_ALL=C sort >got
		atf_check cmp want got
	done
}

atf_test_case large_file
large_file_head()
{
	atf_set descr "a sparse file of more than 4 GB, with content all over it"
	atf_set require.progs "e2fsck fls grub-fstest tar truncate"
	atf_set timeout 7200
}
large_file_body()
{
	mkdir d
	truncate -s 9000000001 d/f
	for at in 0 2147483646 4294967294 6000000000 9000000000; do
		printf XYZ | head -c $((at == 9000000000 ? 1 : 3)) |
		    dd of=d/f bs=1 seek=$at conv=notrunc 2>/dev/null
	done
	tar -S -cf d.tar -C d f
	for t in $types; do
		# Sleuth Kit wants to look for superblocks at 256 KB.
		mkfs -t $t -s 20m x.img d.tar
		sound $t
		kb=$(du -k x.img | cut -f 1)
		[ "$kb" -lt 10000 ] || atf_fail "$kb KB on disk"
		for at in 0 2147483640 4294967290 5999999990 8999999990; do
			n=$((at == 8999999990 ? 11 : 20))
			grub-fstest x.img -s $at -n $n cat '(loop0)/f' >got
			tail -c +$((at + 1)) d/f | head -c $n >want
			atf_check cmp want got
		done
		fls -m '' x.img >got
		atf_check -o inline:'9000000001\n' \
		    awk -F '|' '$2 == "/f" { print $7 }' got
	done
}

atf_test_case large_image
large_image_head()
{
	atf_set descr "200 GB, sparse, and as sound as a small one"
	atf_set require.progs "e2fsck grub-fstest"
	atf_set timeout 7200
}
large_image_body()
{
	mkdir d
	head -c 3000000 /dev/urandom >d/f
	for t in $types; do
		mkfs -t $t -s 200g x.img d
		atf_check_equal "$(wc -c <x.img | tr -d ' ')" 214748364800
		kb=$(du -k x.img | cut -f 1)
		[ "$kb" -lt 60000 ] || atf_fail "$kb KB on disk"
		sound $t
		atf_check grub-fstest x.img cmp '(loop0)/f' "$PWD/d/f"
		rm x.img
	done
}

atf_init_test_cases()
{
	for c in million_files large_directory large_file large_image; do
		atf_add_test_case $c
	done
}
