#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# boot_test: images made by the rules boot through nb-start as they are and run
# their /etc/rc, in the stand-in guest.

# shellcheck source=tests/boot/boot.subr
. "$(atf_get_srcdir)/boot.subr"

# serves ARCH FSTYPE TYPE: the web server's image, its page fetched by curl
serves()
{
	world "$1"
	make_image SERVICE=bozohttpd FSTYPE="$2" base
	boot bozohttpd -p 80
	expect_log "root file system type: $3" 120
	expect_log 'init: running /etc/rc' 120
	wait_http "$URL/" 120
	atf_check -o file:p/service/bozohttpd/var/www/index.html -e ignore \
	    curl -sS -m 20 "$URL/"
	atf_check -o match:'^HTTP/1.1 200 ' curl -sS -m 20 -I "$URL/"
	stop_vm
}

t ext2_amd64 "ext2 on amd64 boots and serves a page"
ext2_amd64_is() { serves amd64 ext2 ext2fs; }

t ext2_i386 "ext2 on i386 boots and serves a page"
ext2_i386_is() { serves i386 ext2 ext2fs; }

t ext2_aarch64 "ext2 on aarch64 boots and serves a page"
ext2_aarch64_is() { serves evbarm-aarch64 ext2 ext2fs; }

t ffs_amd64 "FFSv1 on amd64 boots and serves a page"
ffs_amd64_is() { serves amd64 ffs ffs; }

t ffs2_amd64 "FFSv2 on amd64 boots and serves a page"
ffs2_amd64_is() { serves amd64 ffs2 ffs; }

t ffs_aarch64 "FFSv1 on aarch64 boots and serves a page"
ffs_aarch64_is() { serves evbarm-aarch64 ffs ffs; }

# rescue's shell on the console, and the rest of its rc when that ends
rescues()
{
	world "$1"
	make_image rescue
	boot rescue
	expect_log 'init: running /etc/rc' 120
	expect_log '^# ' 60
	# shellcheck disable=SC2016 # typed there
	echo 'echo "RESCUE $((6 * 7)) in $(pwd)"; exit' >.console
	expect_log '^RESCUE 42 in /' 60
	expect_log 'The operating system has halted' 120
	# halted, but microvm has no power-off
	kill -0 "$VM_PID" || atf_fail "the VM ended"
	stop_vm
}

t rescue_amd64 "the rescue image of amd64 runs its rc to the end"
rescue_amd64_is() { rescues amd64; }

t rescue_i386 "the rescue image of i386 runs its rc to the end"
rescue_i386_is() { rescues i386; }

t rescue_aarch64 "the rescue image of aarch64 runs its rc to the end"
rescue_aarch64_is() { rescues evbarm-aarch64; }

# What a guest says of its root, and whether it can be written to.
write_probe()
{
	probe <<-'EOF'
		. /etc/include/basicrc
		echo "PROBE $(mount | sed -n 's/^[^ ]* on \/ type/root/p')"
		if { echo probe was here >/written; } 2>/dev/null; then
			echo PROBE written
		else
			echo PROBE refused
		fi
		reboot
	EOF
}

t readwrite "what a guest writes is in the image after its reboot"
readwrite_is()
{
	world amd64
	write_probe
	make_image SERVICE=probe FSTYPE=ext2 base
	boot probe
	expect_log '^PROBE root ext2 \(local\)' 120
	expect_log '^PROBE written' 60
	expect_end 60
	tail -c +1048577 p/images/probe-amd64.img >fs
	atf_check -o ignore -e ignore e2fsck -fn fs
	atf_check -o inline:'probe was here\n' -e ignore \
	    debugfs -R 'cat /written' fs
	nothing_left
}

t live "bmake live, and etc/live.conf: it reboots, and boots on a disk that grew"
live_is()
{
	world amd64
	# The image that the mirror has: several partitions, none marked.
	probe <<-'EOF'
		. /etc/include/basicrc
		echo "PROBE disk $(wc -c </dev/vda)"
		if [ -f /rebooted ]; then
			echo PROBE again
			sh
		fi
		: >/rebooted
		reboot
	EOF
	make_image SERVICE=probe FSTYPE=ext2 IMGSIZE=48 base
	sgdisk -A 1:clear:59 -c 1:NBImgRoot -n 2:34:2047 -t 2:ef00 -c 2:EFI \
	    -a 1 p/images/probe-amd64.img >out 2>&1 || atf_fail "$(cat out)"
	dir=mirror/pub/NetBSD-daily/netbsd-11/latest/images
	mkdir -p $dir
	gzip -1 -c p/images/probe-amd64.img >$dir/NetBSD-11.0-amd64-live.img.gz
	(cd $dir && sha512sum --tag ./*.gz | sed 's,(\./,(,' >SHA512)
	rm p/kernels/netbsd-SMOL
	make_image live
	atf_check cmp p/images/probe-amd64.img p/images/NetBSD-amd64-live.img
	atf_check test -s p/kernels/netbsd-SMOL
	size=$(stat -c %s p/images/NetBSD-amd64-live.img)
	(
		cd p
		sed -i '/^hostfwd/d' etc/live.conf
		ARCH=amd64 start_vm -f etc/live.conf
		expect_log "^PROBE disk $size" 120
		# nobody ended it
		expect_log '^PROBE again' 120
		stop_vm
		head -c 16777216 /dev/zero >>images/NetBSD-amd64-live.img
		ARCH=amd64 start_vm -f etc/live.conf
		expect_log "^PROBE disk $((size + 16777216))" 120
		expect_log '^PROBE again' 120
		stop_vm
	) || exit 1
}

# readonly FSTYPE: with MOUNTRO=y
readonly_is_kept()
{
	world amd64
	write_probe
	make_image SERVICE=probe FSTYPE="$1" MOUNTRO=y base
	before=$(sha256sum <p/images/probe-amd64.img)
	boot probe
	expect_log '^PROBE root .*\(read-only, local\)' 120
	expect_log '^PROBE refused' 60
	expect_end 60
	atf_check_equal "$before" "$(sha256sum <p/images/probe-amd64.img)"
	nothing_left
}

t readonly_ext2 "MOUNTRO=y: an ext2 root is read-only, and no byte changes"
readonly_ext2_is() { readonly_is_kept ext2; }

t readonly_ffs "MOUNTRO=y: an FFS root is read-only, and no byte changes"
readonly_ffs_is() { readonly_is_kept ffs; }

t options "cores, memory and no network are what was asked for"
options_is()
{
	world amd64
	probe <<-'EOF'
		. /etc/include/basicrc
		echo "PROBE cores $(sysctl -n hw.ncpu)"
		echo "PROBE memory $(($(sysctl -n hw.physmem) / 1000000))"
		ifconfig vioif0 >/dev/null 2>&1 || echo PROBE no network
		reboot
	EOF
	make_image SERVICE=probe base
	boot probe -c 2 -m 384 -N
	expect_log '^PROBE cores 2' 120
	expect_log '^PROBE memory 3[0-9][0-9]' 60
	expect_log '^PROBE no network' 60
	expect_end 60
}

t content "the kernel reads files and devices as they were in the archives"
content_is()
{
	world amd64
	probe <<-'EOF'
		. /etc/include/basicrc
		cd /usr/share
		busybox=/libexec/busybox
		$busybox sha256sum sizes/* misc/[!au]* 2>/dev/null |
		    $busybox sed 's/^/SUM /'
		$busybox stat -c 'DEV %n %F %t,%T %a %u %g' \
		    /var/chroot/named/dev/*
		echo PROBE done
		reboot
	EOF
	# readable by a person who is not root, too
	LC_ALL=C.UTF-8 bsdtar -xf mirror/pub/NetBSD-daily/netbsd-11/latest/amd64/binary/sets/base.tar.xz \
	    ./usr/share
	{
		(cd usr/share && sha256sum sizes/* misc/[!au]*) 2>/dev/null |
		    sed 's/^/SUM /'
		# block 19,0, characters 2,2 and 46,0: these are in hex
		echo 'DEV /var/chroot/named/dev/ld0a block special file 13,0 640 0 5'
		echo 'DEV /var/chroot/named/dev/null character special file 2,2 666 0 0'
		echo 'DEV /var/chroot/named/dev/random character special file 2e,0 640 0 0'
	} >want
	for fs in ext2 ffs ffs2; do
		make_image SERVICE=probe FSTYPE=$fs base
		boot probe
		expect_log '^PROBE done' 240
		expect_end 60
		tr -d '\r' <vm.log | grep -e '^SUM' -e '^DEV' >got
		atf_check cmp want got
	done
}

t changed "an ext2 image that a guest has changed is sound, and a layer again"
changed_is()
{
	world amd64
	probe <<-'EOF'
		. /etc/include/basicrc
		b=/libexec/busybox
		mkdir -p /made/a/b/c
		i=0
		while [ $i -lt 400 ]; do
			echo $i >/made/number-$i
			i=$((i + 1))
		done
		i=0
		while [ $i -lt 400 ]; do
			rm /made/number-$i
			i=$((i + 3))
		done
		$b dd if=/dev/urandom of=/made/large bs=4096 count=3000
		$b dd if=/dev/urandom of=/made/holes bs=4096 seek=5000 count=2
		$b ln /made/large /made/a/again
		$b mv /made/a/b /made/moved
		$b mknod /made/node c 342 70000
		$b ln -s /made/large /made/link
		$b chown 7:8 /made/moved
		$b chmod 1770 /made/moved
		$b rm -r /usr/share/misc
		cd /made
		$b sha256sum large holes number-1 number-397 | $b sed 's/^/SUM /'
		echo PROBE done
		$b sync
		reboot
	EOF
	make_image SERVICE=probe FSTYPE=ext2 IMGSIZE=120 base
	boot probe
	expect_log '^PROBE done' 240
	expect_end 60
	img=p/images/probe-amd64.img
	atf_check "$NB_BIN/nb-mkfs" -c $img
	tr -d '\r' <vm.log | sed -n 's/^SUM //p' >want
	while read -r sum name; do
		atf_check -o match:"^$sum " sh -c \
		    "'$NB_BIN/nb-mkfs' -x $img:/made/$name | sha256sum"
	done <want
	atf_check -o inline:'4\n' sh -c "wc -l <want | tr -d ' '"
	atf_check -o match:'^c.* 342, 70000 .* /made/node$' \
	    -o match:'^drwxrwx--T .* 7 .* 8 .* /made/moved$' \
	    -o match:'^-.* 2 .* /made/a/again$' \
	    -o match:' /made/link -> /made/large$' -o not-match:number-3$ \
	    -o not-match:/usr/share/misc "$NB_BIN/nb-mkfs" -l $img
	# Smaller, and of another kind; both hold the same.
	"$NB_BIN/nb-mkfs" -l -o mtree $img >want
	for fs in ext2 ffs ffs2; do
		atf_check "$NB_BIN/nb-mkfs" -t $fs -f 0 small.img $img
		atf_check "$NB_BIN/nb-mkfs" -c small.img
		atf_check -o file:want "$NB_BIN/nb-mkfs" -l -o mtree small.img
		[ "$(wc -c <small.img)" -lt "$(wc -c <$img)" ] ||
		    atf_fail "$fs: not smaller"
	done
	nothing_left
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
