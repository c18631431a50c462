#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# argv_test: the whole of QEMU's command line for what is asked for.

# What an expected command is made of: for base on amd64, without options.
defaults() {
	prog=qemu-system-x86_64
	accel=tcg
	machine=microvm,rtc=on,acpi=off,pic=off
	cpu=max
	cores=1
	mem=256
	kernel=kernels/netbsd-SMOL
	disk='if=none,file=images/base-amd64.img,format=raw,id=hd0'
	share_rw=
	initrd=
	disk2=
	disk3=
	console=com
	root=' root=NAME=baseroot'
	append=' -z'
	fs=
	net='user,id=net0,ipv6=off'
	bridge=
	rest=
	rng=
	pidfile=qemu-base.pid
	extra=
	daemon=
	serial=
	pty=
	sockets=0
	service=base
}

i386() {
	defaults
	prog=qemu-system-i386
	kernel=kernels/netbsd-SMOL386
	disk='if=none,file=images/base-i386.img,format=raw,id=hd0'
}

aarch64() {
	defaults
	prog=qemu-system-aarch64
	machine=virt,gic-version=3
	cpu=max,pauth-impdef=on
	kernel=kernels/netbsd-GENERIC64.img
	disk='if=none,file=images/base-evbarm-aarch64.img,format=raw,id=hd0'
	rng=y
}

# Words with blanks are told apart by the line that each has to itself.
line() {
	for w; do printf '%s\n' "$w"; done
}

console_words() {
	console_socket=socket,id=char0,path=$known/$service.tty,server=on,wait=off
	[ -z "$daemon" ] || line -daemonize
	_log=
	[ -z "$daemon" ] || _log=,logfile=$known/$service.log
	if [ -n "$pty" ]; then
		line -chardev pty,id=char0$_log
		[ $console = viocon ] || line -serial chardev:char0
	elif [ -z "$daemon" ]; then
		line -chardev stdio,id=char0,mux=on,signal=off
		[ $console = viocon ] || line -serial chardev:char0
	else
		line -chardev "${serial:-$console_socket}$_log" \
		    -serial chardev:char0
	fi
	ports=$sockets
	# whoever waits for the end listens to the guest
	[ -z "$pty$daemon" ] || [ $ports -gt 0 ] || ports=1
	if [ $console = viocon ] || [ $ports -gt 0 ]; then
		line -device virtio-serial-device,max_ports=$((ports + 1))
	fi
	[ $console = com ] ||
	    line -device virtconsole,chardev=char0,name=char0
	i=1
	while [ $i -le $sockets ]; do
		line -chardev "socket,id=sock$i,path=s-$service-p$i.sock,server=on,wait=off$(log $i)" \
		    -device virtconsole,chardev=sock$i,name=sock$i,nr=$i
		i=$((i + 1))
	done
	[ $ports -eq $sockets ] || line -chardev \
	    "socket,id=sock1,path=$known/$service.ctl,server=on,wait=off$(log 1)" \
	    -device virtconsole,chardev=sock1,name=sock1,nr=1
}

# log N: in a run, what the first socket has besides
log() {
	[ $1 -ne 1 ] || [ -z "$fd" ] || printf ',logfile=/dev/fd/%s' "$fd"
}
fd=

expected() {
	line $prog -no-user-config -nodefaults -accel $accel -M $machine \
	    -cpu $cpu -display none -smp $cores -m $mem -kernel "$kernel"
	if [ -n "$initrd" ]; then
		line -initrd "$initrd"
	else
		line -drive "$disk" -device virtio-blk-device,drive=hd0$share_rw
	fi
	[ -z "$disk2" ] ||
	    line -drive "$disk2" -device virtio-blk-device,drive=hd1
	[ -z "$disk3" ] ||
	    line -drive "$disk3" -device virtio-blk-device,drive=hd2
	line -append "console=$console$root$append" \
	    -global virtio-mmio.force-legacy=false
	[ -z "$fs" ] || line -fsdev "$fs" \
	    -device virtio-9p-device,fsdev=share0,mount_tag=share0
	[ -z "$net" ] ||
	    line -netdev "$net" -device virtio-net-device,netdev=net0
	[ -z "$bridge" ] || line -netdev tap,id=net1 \
	    -device virtio-net-device,netdev=net1
	console_words
	name=${pidfile#qemu-}
	monitor_words "${name%.pid}"
	[ -z "$rest" ] || printf '%s\n' "$rest"
	[ -z "$rng" ] || line -device virtio-rng-pci
	line -rtc base=utc,clock=host,driftfix=slew -pidfile "$pidfile"
	[ -z "$extra" ] || printf '%s\n' "$extra"
}

# same ARGS: nb-start -v prints what is expected, and a run executes it
same() {
	fd=
	expected >want
	words "$@" >got
	diff -u want got || atf_fail "nb-start -v $*"
	rm -f args
	start "$@" </dev/null >out 2>&1 || {
		cat out
		atf_fail "nb-start $*"
	}
	fd=$(sed -n 's,.*logfile=/dev/fd/,,p' args)
	expected | tail -n +2 | diff -u - args || atf_fail "nb-start $*: what is run"
}

# t NAME TEXT: the case NAME, whose body is function NAME_is
t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() { world; defaults; $1_is; }"
	cases="$cases $1"
}
cases=

t plain "an image is all that has to be named"
plain_is() {
	same -i base
	same -i images/base-amd64.img
	same -i base-amd64
	same -i base-amd64.img
	same -k kernels/netbsd-SMOL -i base
	same -k netbsd-SMOL -i base
	same --kernel kernels/netbsd-SMOL --image=base
	same -ibase
}

t environment "KERNEL and NBIMG stand in for -k and -i, which outrank them"
environment_is() {
	export NBIMG=base
	same -u
	cp kernels/netbsd-SMOL k
	export KERNEL=k
	kernel=k
	same -u
	kernel=kernels/netbsd-SMOL
	same -k kernels/netbsd-SMOL
	image images/other.img otherroot
	disk='if=none,file=images/other.img,format=raw,id=hd0'
	root=' root=NAME=otherroot'
	pidfile=qemu-other.pid
	same -i other -k kernels/netbsd-SMOL
}

t size "-c and -m"
size_is() {
	cores=4
	mem=512
	same -i base -c 4 -m 512
	mem=128
	same -i base -c4 -m 128m
	mem=2048
	same -i base --cores 4 --memory=2g
	mem=48
	cores=288
	same -i base -c 288 -m 48M
}

t append "-a takes -z's place"
append_is() {
	append=' -v'
	same -i base -a -v
	append=' -z -s'
	same -i base -a '-z -s'
	append=
	same -i base -a ''
	append=' a "b" $(c) `d` \e;'
	same -i base --append 'a "b" $(c) `d` \e;'
}

t root "-r takes the place of the image's own root"
root_is() {
	root=' root=ld0a'
	same -i base -r ld0a
	root=' root=NAME=NBImgRoot'
	same -i base --root NAME=NBImgRoot
	root=
	same -i base -r ''
}

t gpt_name "the root's name is read from the image, not from its file name"
gpt_name_is() {
	image images/x-amd64.img smolroot
	disk='if=none,file=images/x-amd64.img,format=raw,id=hd0'
	root=' root=NAME=smolroot'
	pidfile=qemu-x.pid
	same -i x
}

t bootme "of several partitions the one marked bootme is the root"
bootme_is() {
	image images/base-amd64.img swap thisone! another
	root=' root=NAME=thisone'
	same -i base
}

t service_root "without a mark the partition with the service's name is"
service_root_is() {
	image images/base-amd64.img efi baseroot
	same -i base
}

t only_root "of several partitions the only one that can be a root is"
only_root_is() {
	image images/base-amd64.img efi% NBImgRoot swap=
	root=' root=NAME=NBImgRoot'
	same -i base
}

t no_table "an image without partitions has no root= unless -r says so"
no_table_is() {
	head -c 1048576 /dev/zero >images/base-amd64.img
	root=
	same -i base
	root=' root=ld0a'
	same -i base -r ld0a
}

t viocon "a kernel that knows viocon gets the virtio console"
viocon_is() {
	elf kernels/netbsd-SMOL sym=viocon_earlyinit
	console=viocon
	same -i base
}

t i386_all "an i386 kernel or image takes all that is i386's"
i386_all_is() {
	i386
	same -i images/base-i386.img
	same -i base -k kernels/netbsd-SMOL386
	export ARCH=i386
	same -i base
}

t i386_by_x86_64 "an i386 kernel runs in qemu-system-x86_64 where that is all"
i386_by_x86_64_is() {
	i386
	prog=qemu-system-x86_64
	rm bin/qemu-system-i386
	# Only what the tests need besides.
	for p in cat grep wc diff rm tail printf sed sh; do
		ln -s "$(command -v $p)" bin/$p
	done
	PATH=$PWD/bin
	same -i images/base-i386.img
}

t aarch64_all "an aarch64 kernel gets a virt machine and a random device"
aarch64_all_is() {
	aarch64
	same -i images/base-evbarm-aarch64.img
	same -i base -k kernels/netbsd-GENERIC64.img
	export ARCH=evbarm-aarch64
	same -i base
}

t accel "-A and QEMU_ACCEL choose, the processor's model follows"
accel_is() {
	unset QEMU_ACCEL
	same -i base -A tcg
	export QEMU_ACCEL=kvm
	same -i base --accel=tcg
	# Whether this processor's counter is invariant is not the test's to say.
	words -i base -A kvm >got
	cpu=$(grep '^host' got)
	accel=kvm
	case $cpu in
	host | host,+invtsc)	;;
	*)	atf_fail "-cpu $cpu" ;;
	esac
	same -i base
	same -i base -A kvm
	aarch64
	accel=kvm
	machine=virt,gic-version=host
	cpu=host
	same -i images/base-evbarm-aarch64.img
}

t forwards "-p, with its defaults, several, repeated"
forwards_is() {
	net='user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:18080-:80'
	same -i base -p ::18080-:80
	same -i base -p tcp::18080-:80
	same -i base -p tcp:127.0.0.1:18080-:80
	same -i base --port :localhost:18080-:80
	net='user,id=net0,ipv6=off,hostfwd=udp:0.0.0.0:18053-10.0.2.15:53'
	same -i base -p udp:0.0.0.0:18053-10.0.2.15:53
	net='user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:18022-:22'
	net=$net,hostfwd=udp:127.0.0.1:18022-:53
	same -i base -p ::18022-:22,udp::18022-:53
	same -i base -p ::18022-:22 -p udp::18022-:53
}

t network "-N takes the network away, -b adds one"
network_is() {
	bridge=y
	same -i base -b
	net=
	same -i base -N -b
	bridge=
	same -i base -N
	same -i base --no-network
}

t disks "a second disk, not locked, thrown away"
disks_is() {
	image images/two.img two
	disk2='if=none,file=images/two.img,format=raw,id=hd1'
	same -i base -l two
	same -i base -l images/two.img
	share_rw=,share-rw=on
	same -i base -l two -s
	disk="$disk,snapshot=on"
	disk2="$disk2,snapshot=on"
	same -i base -l two -s -S
	share_rw=
	disk2=
	same -i base -S
}

t more_disks "further disks, each as it is asked for"
more_disks_is() {
	image images/two.img two
	image 'images/three:ro.img' three
	disk2='if=none,file=images/two.img,format=raw,id=hd1'
	disk3='if=none,file=images/three:ro.img,format=raw,id=hd2'
	same -i base -l two -l three:ro
	disk3="$disk3,readonly=on"
	same -i base -l images/two.img -l three:ro:ro
	disk2="$disk2,snapshot=on"
	same -i base --drive2 two:snapshot --drive2=images/three:ro.img:ro
	plain=$disk
	disk="$plain,readonly=on"
	same -i base:ro -l two:snapshot -l images/three:ro.img:ro
	disk="$plain,snapshot=on"
	same -i images/base-amd64.img:snapshot -l two:snapshot -l three:ro:ro
	disk3="${disk3%,*},snapshot=on"
	same -i base -l two -l three:ro:ro -S
	# a conf has one, and options take its place
	echo drive2=three:ro:ro >base.conf
	disk=$plain
	disk2='if=none,file=images/three:ro.img,format=raw,id=hd1,readonly=on'
	disk3=
	same -f base.conf
	disk2='if=none,file=images/two.img,format=raw,id=hd1'
	same -f base.conf -l two
}

t too_many_disks "more devices than microvm has places for"
too_many_disks_is() {
	image images/two.img two
	set -- -i base
	for i in 1 2 3 4 5 6; do set -- "$@" -l two; done
	has virtio-blk-device,drive=hd6 "$@"
	for more in '-l two' -b '-w .' '-n 1'; do
		refused 2 '9 devices are more than the 8 that microvm has' \
		    "$@" $more
	done
	has virtio-blk-device,drive=hd7 "$@" -l two -N
	# there it is the table's end
	set -- -k netbsd-GENERIC64.img -i base-evbarm-aarch64
	i=0
	while [ $i -lt 24 ]; do set -- "$@" -l two; i=$((i + 1)); done
	has virtio-blk-device,drive=hd24 "$@"
	refused 2 '-l: more than 24 disks' "$@" -l two
}

t initrd "-I loads the image and leaves root= to the kernel"
initrd_is() {
	head -c 1048576 /dev/zero >images/base-amd64.img
	initrd=images/base-amd64.img
	root=
	same -i base -I
	root=' root=md0a'
	same -i base -I -r md0a
}

t partition "-I of an image with partitions loads the root's alone"
partition_is() {
	stub qemu-system-x86_64 <<-'EOF2'
		#!/bin/sh
		while [ $# -gt 0 ]; do
			if [ "$1" = -initrd ]; then
				echo "$2" >name
				cat "$2" >loaded
			fi
			shift
		done
	EOF2
	image images/base-amd64.img efi% baseroot swap=
	head -c 20000 /dev/urandom >content
	# the second of 32 kB each, from sector 64 on; zeros behind
	dd if=content of=images/base-amd64.img bs=512 seek=128 conv=notrunc \
	    2>/dev/null
	truncate -s 32768 content
	mkdir tmp
	TMPDIR=$PWD/tmp start -i base -I </dev/null >out 2>&1 || show "-I"
	grep -q '^/dev/fd/[0-9]*$' name || atf_fail "$(cat name)"
	cmp content loaded || atf_fail "another content"
	[ -z "$(ls tmp)" ] || atf_fail "$(ls tmp)"
	TMPDIR=$PWD/none refused 1 "$PWD/none/nb-start." -i base -I
	image images/base-amd64.img one two
	refused 1 'images/base-amd64.img: has 2 partitions' -i base -I
	printf 'QFI\373\0\0\0\3' >images/base-amd64.img
	truncate -s 1M images/base-amd64.img
	refused 1 'images/base-amd64.img: -I loads raw images' -i base -I
}

t qcow2 "a qcow2 image is one by its content, whatever its name"
qcow2_is() {
	printf 'QFI\373\0\0\0\3' >images/base-amd64.img
	truncate -s 1M images/base-amd64.img
	disk='if=none,file=images/base-amd64.img,format=qcow2,id=hd0'
	same -i base
}

t qcow2_root "the root's name is read from a qcow2 image's table too"
qcow2_root_head() {
	atf_set descr "the root's name is read from a qcow2 image's table too"
	atf_set require.progs perl qemu-img
}
qcow2_root_is() {
	image raw.img swap smolroot! another
	disk='if=none,file=images/base-amd64.img,format=qcow2,id=hd0'
	for o in compat=v3 compat=0.10 cluster_size=512 cluster_size=2M; do
		qemu-img convert -O qcow2 -o $o raw.img images/base-amd64.img ||
		    atf_fail "qemu-img $o"
		root=' root=NAME=smolroot'
		same -i base
	done
	# as a raw one without a table
	qemu-img create -q -f qcow2 images/base-amd64.img 4M
	root=
	same -i base
	# What cannot be read plainly goes by the service's name.
	root=' root=NAME=baseroot'
	qemu-img convert -c -O qcow2 raw.img images/base-amd64.img
	same -i base
	qemu-img convert -O qcow2 -o extended_l2=on,cluster_size=64k raw.img \
	    images/base-amd64.img
	same -i base
	qemu-img create -q -f qcow2 -b "$PWD/raw.img" -F raw images/base.qcow2
	disk='if=none,file=images/base.qcow2,format=qcow2,id=hd0'
	same -i base.qcow2
}

t share "-w by 9p, read-only when asked"
share_is() {
	mkdir folder 'a:ro'
	fs='local,path=folder,security_model=none,id=share0'
	same -i base -w folder
	fs="$fs,readonly=on"
	same -i base -w folder:ro
	fs='local,path=a:ro,security_model=none,id=share0'
	same -i base -w a:ro
	fs='local,path=a:ro,security_model=none,id=share0,readonly=on'
	same -i base -w a:ro:ro
}

t fw_cfg "-e and -E, several, repeated"
fw_cfg_is() {
	rest='-fw_cfg
name=opt/org.smolbsd.var.A,string=1'
	same -i base -e A=1
	rest="$rest
-fw_cfg
name=opt/org.smolbsd.var.B_2,string=two words"
	same -i base -e 'A=1,B_2=two words'
	same -i base -e A=1 -e 'B_2=two words'
	echo x >f.txt
	rest="$rest
-fw_cfg
name=opt/org.smolbsd.file.F,file=f.txt"
	same -i base -e A=1 -e 'B_2=two words' -E F=f.txt
}

t commas "commas in names and values are no option separators"
commas_is() {
	mkdir 'a,b'
	elf 'a,b/k,readonly=on'
	image 'a,b/x,if=ide.img' baseroot
	image 'a,b/y,.img' two
	echo x >'a,b/f,g'
	kernel='a,b/k,readonly=on'
	disk='if=none,file=a,,b/x,,if=ide.img,format=raw,id=hd0'
	disk2='if=none,file=a,,b/y,,.img,format=raw,id=hd1'
	fs='local,path=a,,b,security_model=none,id=share0'
	pidfile='qemu-x,if=ide.pid'
	rest='-fw_cfg
name=opt/org.smolbsd.var.V,string=1,,file=/etc/passwd
-fw_cfg
name=opt/org.smolbsd.file.F,file=a,,b/f,,g'
	same -k 'a,b/k,readonly=on' -i 'a,b/x,if=ide.img' -l 'a,b/y,.img' \
	    -w a,b -e V=1,,file=/etc/passwd -E F=a,,b/f,,g
}

t colons "a colon in a file's name is no protocol"
colons_is() {
	image nbd:x.img xroot
	disk='if=none,file=./nbd:x.img,format=raw,id=hd0'
	root=' root=NAME=xroot'
	pidfile=qemu-nbd.pid
	same -i nbd:x.img
	image images/base-amd64:new.img newroot
	disk='if=none,file=images/base-amd64:new.img,format=raw,id=hd0'
	root=' root=NAME=newroot'
	pidfile=qemu-base.pid
	same -i base:new
	same -i base-amd64:new
	same -i images/base-amd64:new.img
}

t blanks "names with blanks and quotes stay one word"
blanks_is() {
	mkdir "it's a"
	image "it's a/my \"disk\".img" baseroot
	disk="if=none,file=it's a/my \"disk\".img,format=raw,id=hd0"
	pidfile='qemu-my "disk".pid'
	same -i "it's a/my \"disk\".img"
}

t extra "-x is divided like a shell's words and nothing in it is run"
extra_is() {
	extra='-no-reboot'
	same -i base -x -no-reboot
	extra='-device
virtio-rng-device,id=a b
$(id)
`id`
;
x\y'
	same -i base -x \
	    "-device 'virtio-rng-device,id=a b' \$(id) \`id\` ; \"x\\y\""
	extra='a"b
c$d'
	same -i base -x '"a\"b"' -x "c\\\$d"
	extra=
	same -i base -x ''
	same -i base -x '   '
}

t daemon "-d: in the background, the serial port is the console"
daemon_is() {
	daemon=y
	same -i base -d
	elf kernels/netbsd-SMOL sym=viocon_earlyinit
	same -i base -d
	serial='socket,id=char0,host=127.0.0.1,port=15555,server=on,wait=off,telnet=on'
	same -i base -d -t 15555
	same -i base -dt15555
	same -i base --daemon --serial-port 15555
}

t sockets "-n: sockets that are ports 1 to n, whichever console there is"
sockets_is() {
	sockets=1
	same -i base -n 1
	sockets=3
	same -i base -n 3
	same -i base --sockets=3
	elf kernels/netbsd-SMOL sym=viocon_earlyinit
	console=viocon
	same -i base -n 3
	sockets=30
	same -i base -n 30
	sockets=0
	same -i base -n 0
	echo max_ports=3 >base.conf
	sockets=2
	same -f base.conf
	sockets=1
	same -f base.conf -n 1
	sockets=0
	same -f base.conf -n 0
	echo max_ports=1 >base.conf
	same -f base.conf
}

t pty "-P: the console on a pty"
pty_is() {
	pty=y
	same -i base -P
	same -i base --pty
	for v in y yes cat 'cat -u'; do
		echo "use_pty='$v'" >base.conf
		same -f base.conf
	done
	daemon=y
	same -i base -P -d
	daemon=
	elf kernels/netbsd-SMOL sym=viocon_earlyinit
	console=viocon
	same -i base -P
	console=com
	pty=
	daemon=y
	same -i base -d
	daemon=
	console=viocon
	for v in n no ''; do
		echo "use_pty=$v" >base.conf
		same -f base.conf
	done
}

t conf "a conf says all that options say"
conf_is() {
	mkdir share
	image images/two.img two
	echo x >f.txt
	cat >base.conf <<-'EOF'
		kernel=kernels/netbsd-SMOL
		mem=1g
		cores=2
		hostfwd=::18080-:80,::18022-:22
		append="-v -s"
		root=NAME=other
		share=$(pwd)/share
		extra='-no-reboot -device "virtio-rng-device,id=x y"'
		sharerw="y"
		bridgenet=y
		qmp_port=14444
		serial_port=15555
		fwcfgvar="A=1,B=2"
		fwcfgfile=F=f.txt
		drive2=images/two.img
	EOF
	mem=1024
	cores=2
	net='user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:18080-:80'
	net=$net,hostfwd=tcp:127.0.0.1:18022-:22
	append=' -v -s'
	root=' root=NAME=other'
	fs="local,path=$PWD/share,security_model=none,id=share0"
	extra='-no-reboot
-device
virtio-rng-device,id=x y'
	share_rw=,share-rw=on
	bridge=y
	disk2='if=none,file=images/two.img,format=raw,id=hd1'
	qmp='-chardev
socket,id=qmp0,host=127.0.0.1,port=14444,server=on,wait=off
-mon
chardev=qmp0,mode=control
'
	rest="$qmp-fw_cfg
name=opt/org.smolbsd.var.A,string=1
-fw_cfg
name=opt/org.smolbsd.var.B,string=2
-fw_cfg
name=opt/org.smolbsd.file.F,file=f.txt"
	same -f base.conf
	daemon=y
	serial='socket,id=char0,host=127.0.0.1,port=15555,server=on,wait=off,telnet=on'
	same -f base.conf -d
}

t conf_outranked "options outrank the conf, before it and behind it"
conf_outranked_is() {
	cat >base.conf <<-'EOF'
		mem=1g
		cores=2
		hostfwd=::18080-:80
		append=-v
		extra=-no-reboot
		root=ld0a
	EOF
	cores=3
	mem=64
	net='user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:18081-:80'
	append=' -s'
	extra=-S
	root=' root=ld1a'
	same -m 64 -c 3 -f base.conf -p ::18081-:80 -a -s -x -S -r ld1a
	same -f base.conf -m 64 -c 3 -p ::18081-:80 -a -s -x -S -r ld1a
	net=
	same -f base.conf -m 64 -c 3 -N -a -s -x -S -r ld1a
}

t conf_service "a conf's name is its service's, and finds the image"
conf_service_is() {
	mkdir etc
	: >etc/base.conf
	same -f etc/base.conf
	echo imgtag=latest >etc/base.conf
	image images/base-amd64:latest.img baseroot
	disk='if=none,file=images/base-amd64:latest.img,format=raw,id=hd0'
	same -f etc/base.conf
	i386
	echo ARCH=i386 >etc/base.conf
	same -f etc/base.conf
	defaults
	echo 'img=images/base-amd64.img' >etc/other.conf
	pidfile=qemu-other.pid
	same -f etc/other.conf
}

# all ARGS-PREFIX: every option that goes with the others, by both its names
all() {
	mkdir share
	image images/two.img two
	echo x >f.txt
	printf 'mem=1g\nappend=-v\nqmp_port=14444\n' >base.conf
	cores=2
	mem=512
	append=' -s'
	root=' root=NAME=r'
	disk2='if=none,file=images/two.img,format=raw,id=hd1,snapshot=on'
	disk="$disk,snapshot=on"
	share_rw=,share-rw=on
	fs='local,path=share,security_model=none,id=share0,readonly=on'
	net='user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:18080-:80'
	bridge=y
	sockets=1
	daemon=y
	serial='socket,id=char0,host=127.0.0.1,port=15555,server=on,wait=off,telnet=on'
	rest='-chardev
socket,id=qmp0,host=127.0.0.1,port=14444,server=on,wait=off
-mon
chardev=qmp0,mode=control
-fw_cfg
name=opt/org.smolbsd.var.A,string=1
-fw_cfg
name=opt/org.smolbsd.file.F,file=f.txt'
	extra=-no-reboot
	same -f base.conf -i "$img" -c 2 -m 512 -a -s -r NAME=r -l two -S -s \
	    -w share:ro -p ::18080-:80 -b -n 1 -d -t 15555 -e A=1 -E F=f.txt \
	    -x -no-reboot -A tcg -u
	same --config base.conf --image "$img" --cores 2 --memory 512 \
	    --append -s --root NAME=r --drive2 two --snapshot --shared \
	    --share share:ro --port ::18080-:80 --bridge --sockets 1 --daemon \
	    --serial-port 15555 --variable A=1 --file F=f.txt \
	    --extra -no-reboot --accel tcg --plain
	same --config=base.conf --image="$img" --cores=2 --memory=512 \
	    --append=-s --root=NAME=r --drive2=two -sSbdu \
	    --share=share:ro --port=::18080-:80 --sockets=1 \
	    --serial-port=15555 --variable=A=1 --file=F=f.txt \
	    --extra=-no-reboot --accel=tcg
	start --print -i "$img" >long && start -v -i "$img" | cmp - long ||
	    atf_fail "--print"
	start --help >long && start -h | cmp - long || atf_fail "--help"
}

t all_amd64 "all options at once, by their letters and by their names: amd64"
all_amd64_is() {
	img=images/base-amd64.img
	all
}

t all_i386 "the same for i386"
all_i386_is() {
	i386
	img=images/base-i386.img
	all
}

t all_aarch64 "the same for aarch64"
all_aarch64_is() {
	aarch64
	img=images/base-evbarm-aarch64.img
	all
}

# others: an initrd, a pty, no network, by name too
others() {
	head -c 1048576 /dev/zero >"$img"
	initrd=$img
	root=
	pty=y
	net=
	same -i "$img" -I -P -N
	same --image "$img" --initrd --pty --no-network
	same -INP -i "$img"
}

t others_amd64 "an initrd with the console on a pty and no network: amd64"
others_amd64_is() {
	img=images/base-amd64.img
	others
}

t others_i386 "the same for i386"
others_i386_is() {
	i386
	img=images/base-i386.img
	others
}

t others_aarch64 "the same for aarch64"
others_aarch64_is() {
	aarch64
	img=images/base-evbarm-aarch64.img
	others
}

t own_qemu "QEMU names the program"
own_qemu_is() {
	mkdir 'my qemu'
	mv bin/qemu-system-x86_64 'my qemu/q'
	prog='my qemu/q'
	expected() {
		line "$prog" -no-user-config -nodefaults -accel tcg -M $machine \
		    -cpu max -display none -smp 1 -m 256 -kernel $kernel \
		    -drive $disk -device virtio-blk-device,drive=hd0 \
		    -append "console=com root=NAME=baseroot -z" \
		    -global virtio-mmio.force-legacy=false -netdev $net \
		    -device virtio-net-device,netdev=net0
		console_words
		monitor_words
		line -rtc base=utc,clock=host,driftfix=slew -pidfile $pidfile
	}
	export QEMU='my qemu/q'
	same -i base
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
