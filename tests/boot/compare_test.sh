#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# compare_test: what is in an image equals what is in the archives it was made
# of, entry by entry: owner, group, mode, size, time, links, targets, devices
# and content. Archives are read by GNU tar, ext2 by debugfs, FFS by Sleuth
# Kit and by GRUB; what only a kernel tells, boot_test sees.

# t NAME DESCRIPTION PROGRAMS; its body is NAME_is.
t()
{
	atf_test_case "$1" cleanup
	eval "$1_head() {
		atf_set descr \"$2\"
		atf_set timeout 600
		atf_set require.progs \"perl tar $3\"
	}"
	eval "$1_body() { $1_is; }"
	eval "$1_cleanup() { stop_all; }"
	cases="$cases $1"
}
cases=

# archives ARCH: sets the names of its sets, the last wins
archives()
{
	start_mirror mirror "$1"
	sets=
	for s in base etc rescue comp; do
		for f in "mirror/pub/NetBSD-daily/netbsd-11/latest/$1/binary/sets/$s".*; do
			[ -f "$f" ] || atf_fail "no set $s"
			sets="$sets $f"
		done
	done
	# shellcheck disable=SC2086 # names of our own
	"$NB_TOP/tests/boot/tar_list" $sets >want || atf_fail tar_list
	# a listing that came out empty would equal another
	[ "$(wc -l <want)" -gt 600 ] || atf_fail "archives with few names"
}

image()
{
	# shellcheck disable=SC2086
	atf_check -o ignore -e ignore "$NB_BIN/nb-mkfs" -t "$1" -L compare \
	    x.img $sets
}

# ext2_names IMAGE: ext2_list, with the first name instead of the number
ext2_names()
{
	"$NB_TOP/tests/mkfs/ext2_list" "$1?offset=1048576" >listed ||
	    atf_fail ext2_list
	LC_ALL=C sort listed | awk -F '\t' -v OFS='\t' '{
		if (!($10 in first))
			first[$10] = $1
		$10 = first[$10]
		print
	}' >got
}

same()
{
	LC_ALL=C sort want >want.sorted
	LC_ALL=C sort got >got.sorted
	diff want.sorted got.sorted || atf_fail "archives (<) and image (>) differ"
}

compare_ext2()
{
	archives "$1"
	image ext2
	ext2_names x.img
	same
}

t ext2_amd64 "an ext2 image of .tar.xz sets" debugfs
ext2_amd64_is() { compare_ext2 amd64; }

t ext2_i386 "an ext2 image of .tgz sets" debugfs
ext2_i386_is() { compare_ext2 i386; }

t ext2_aarch64 "an ext2 image of aarch64's sets" debugfs
ext2_aarch64_is() { compare_ext2 evbarm-aarch64; }

compare_ffs()
{
	archives amd64
	image "$1"
	"$NB_TOP/tests/boot/ffs_list" x.img >got || atf_fail ffs_list
	awk -F '\t' -v OFS='\t' '$2 ~ /[bc]/ { $9 = "?" } { print }' \
	    want >want.new
	mv want.new want
	same
}

t ffs "an FFSv1 image" "fls istat tsk_recover"
ffs_is() { compare_ffs ffs; }

t ffs2 "an FFSv2 image" "fls istat tsk_recover"
ffs2_is() { compare_ffs ffs2; }

t grub "GRUB lists and reads every file of all three" grub-fstest
grub_is()
{
	archives amd64
	mkdir x
	for s in $sets; do
		LC_ALL=C.UTF-8 bsdtar -xf "$s" -C x --exclude './var/chroot/named/dev/*' \
		    --exclude ./var/chroot/ntpd/var/fifo ||
		    atf_fail "bsdtar: $s"
	done
	chmod -R u+rwX x
	for fs in ext2 ffs ffs2; do
		image $fs
		atf_check grub-fstest x.img cmp '(loop0,gpt1)/' "$PWD/x"
		# that it would tell, is part of the case
		printf x >>x/etc/group
		atf_check -s not-exit:0 -e ignore \
		    grub-fstest x.img cmp '(loop0,gpt1)/' "$PWD/x"
		bsdtar -xf mirror/pub/NetBSD-daily/netbsd-11/latest/amd64/binary/sets/etc.tar.xz \
		    -C x ./etc/group
	done
}

t service "an image made by the rules is its sets, but for what is laid over" \
    debugfs
service_is()
{
	archives amd64
	start_lighttpd mirror
	copy_project p
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 FSTYPE=ext2 \
	    SETS='base etc rescue' ADDSETS=comp base
	ext2_names p/images/base-amd64.img
	# What the rules add or replace; folders above it count other links.
	cat >over <<-EOF
		etc/fstab
		etc/pkgvers
		etc/MAKEDEV
		dev/MAKEDEV
		etc/include
		var/qemufwcfg
	EOF
	(cd p/service/common && find . -type f | sed 's,^\./,etc/include/,') >>over
	(cd p/service/base && find etc -type f) >>over
	for list in want got; do
		awk -F '\t' -v OFS='\t' '
		FILENAME == "over" { over[$1]; next }
		$1 in over { next }
		$1 == "etc" || $1 == "var" { $7 = "?" }
		{ print }' over $list >$list.new
		mv $list.new $list
	done
	same
}

atf_init_test_cases()
{
	# shellcheck source=tests/helpers.sh
	. "$(atf_get_srcdir)/../helpers.sh"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
