#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# build_test: `bmake build`: scripts run in the builder's VM, here the stand-in
# with an ext2 root, since Linux cannot write FFS.

. "$(atf_get_srcdir)/../helpers.sh"

# A case with servers: NAME DESCRIPTION; its body is NAME_is.
t()
{
	atf_test_case "$1" cleanup
	eval "$1_head() {
		atf_set descr \"$2\"
		atf_set timeout 300
		atf_set require.progs 'lighttpd curl bmake perl'
	}"
	eval "$1_body() { project; $1_is; }"
	eval "$1_cleanup() { end_all; }"
	cases="$cases $1"
}
cases=

# What a failed case may have left, then servers.
end_all()
{
	for _p in $(qemus); do kill -KILL "$_p"; done
	stop_all
}

# qemus: the processes of QEMU that were started here
qemus()
{
	for _c in /proc/[0-9]*/cwd; do
		[ "$(readlink "$_c" 2>/dev/null)" = "$PWD/p" ] || continue
		case $(tr '\0' ' ' <"${_c%cwd}cmdline" 2>/dev/null) in
		*qemu-system*)	_c=${_c%/cwd}; echo "${_c##*/}" ;;
		esac
	done
}

# project: servers, the project in p with a builder that is small, and a
# service x. What x's image was before is not an image at all.
project()
{
	project_up amd64
	cat >p/service/build/own.mk <<-'EOF'
		FSTYPE=ext2
		IMGSIZE=60
		ADDPKGS=
	EOF
	mkdir -p p/service/x/etc p/service/x/postinst
	cp p/service/base/etc/rc p/service/x/etc/
	cat >p/service/x/options.mk <<-'EOF'
		FSTYPE=ext2
		IMGSIZE=40
		BUILDMEM=128
		BUILDCPUS=1
		BUILDTIMEOUT=120
	EOF
	echo old >p/images/x-amd64.img
}

# script [NAME]: a postinst of x, from standard input
script()
{
	cat >"p/service/x/postinst/${1:-01.sh}"
}

# builder: make it, and bring the kernel, before the clock runs
builder()
{
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 buildimg kernfetch
}

show()
{
	tail -n 40 out
	cat err
	atf_fail "$*"
}

# none_left: no VM, nothing half-made, and x's image is what it was
none_left()
{
	_n=0
	while [ -n "$(qemus)" ]; do
		sleep 0.1
		_n=$((_n + 1))
		[ $_n -lt 20 ] || show "QEMU is left: $(qemus)"
	done
	atf_check find p -name 'vm.*' -o -name '*.new' -o -name '*.part' -o \
	    -name '*.pid' -o -name '*.sock' -o -name 'vl.*'
	atf_check -o inline:'old\n' cat p/images/x-amd64.img
}

# fails SECONDS PATTERN [VAR=VALUE ...]: `build` of x ends non-zero in that
# time, and the last line before bmake's own matches.
fails()
{
	_limit=$1
	_pattern=$2
	shift 2
	_from=$(date +%s)
	if ./rules p ARCH=amd64 SERVICE=x "$@" build >out 2>err; then
		show "it did not fail"
	fi
	[ $(($(date +%s) - _from)) -le "$_limit" ] ||
	    show "it took $(($(date +%s) - _from)) seconds"
	grep -v -e '^\*\*\*' -e '^Stop\.' -e '^bmake' -e '^$' \
	    -e '^[[:space:]]*in ' err | tail -n 1 >last
	grep -q -- "$_pattern" last || show "says no: $_pattern"
	none_left
}

t scripts "scripts run as root in one VM, in the system that the host laid out"
scripts_is()
{
	cat >>p/service/x/options.mk <<-'EOF'
		POSTINSTVARS=	GREETING NOTHING
		GREETING=	it's "so", $$HOME \ `id`
		NOTHING=
	EOF
	script 01.sh <<-EOF
		set -e
		[ -f /BUILDIMG ]
		mknod -m 600 dev/console c 0 0
		mknod dev/wd0a b 16 0
		mkdir -p opt usr/pkg
		chown 1000:12 opt
		chmod 4755 bin/ls
		umask >opt/umask
		\$FETCH -o opt/got 'http://10.0.2.2:${MIRROR_URL##*:}/pub/pkgsrc/packages/NetBSD/x86_64/11.0/All/greet-1.9.tgz?x=*'
		(cd opt && \$FETCH 'http://10.0.2.2:${MIRROR_URL##*:}/pub/pkgsrc/packages/NetBSD/x86_64/11.0/All/greet-*')
		\$TAR zxvfp opt/greet-1.10nb2.tgz --exclude='+*' -C usr/pkg
		! \$FETCH -o opt/none 'http://10.0.2.2:${MIRROR_URL##*:}/none'
		# nobody waits for these
		cat
		sleep 1000 &
	EOF
	script '02 last.sh' <<-'EOF'
		. ../service/common/funcs
		rsynclite ../service/x/etc opt/etc
		ls opt/none* && exit 1
		echo "$ARCH $PKGVERS $SERVICE $(id -u) $HOME" >opt/env
		echo "$GREETING${NOTHING-unset}" >opt/greeting
		! ps | grep -q 'sleep 1000$'
	EOF
	# and one from a URL behind them
	echo 'cp opt/greeting opt/again && id -u >>opt/again' >last.sh
	echo "CURLSH=file://$PWD/last.sh" >>p/service/x/options.mk
	# the builder is made on the way
	atf_check -o save:out -e save:err ./rules p ARCH=amd64 SERVICE=x build
	atf_check -o inline:'1\n' grep -c '^stand-in for NetBSD' out
	grep -q 'there is no images/build-amd64.img: making it' out ||
	    show "no builder was made"
	[ -z "$(qemus)" ] || atf_fail "QEMU is left"
	atf_check find p -name 'vm.*' -o -name '*.new' -o -name '*.pid'
	fs x
	in_fs 'stat /dev/console' -o match:'character special.*0600' \
	    -o match:'00:00'
	in_fs 'stat /dev/wd0a' -o match:'block special' \
	    -o match:'User: *0 *Group: *0'
	in_fs 'stat /opt' -o match:'User: *1000 *Group: *12 '
	in_fs 'stat /bin/ls' -o match:'04755'
	in_fs 'cat /opt/env' -o inline:'amd64 11.0 x 0 /tmp\n'
	in_fs 'cat /opt/umask' -o match:'^0*22$'
	in_fs 'cat /opt/greeting' -o inline:"it's \"so\", \$HOME \\\\ \`id\`\n"
	in_fs 'cat /opt/again' -o inline:"it's \"so\", \$HOME \\\\ \`id\`\n0\n"
	in_fs 'cat /opt/etc/rc' -o file:p/service/x/etc/rc
	in_fs 'cat /opt/got' -o file:mirror/pub/pkgsrc/packages/NetBSD/x86_64/11.0/All/greet-1.9.tgz
	in_fs 'cat /usr/pkg/bin/greet' -o match:greet-1.10nb2
	in_fs 'ls /usr/pkg' -o not-match:CONTENTS
	in_fs 'ls /' -o not-match:METALOG -o not-match:service

	# That is what is started, and what `build` has nothing more to do for.
	before=$(stat -c '%i %Y' p/images/x-amd64.img)
	builder=$(sha256sum <p/images/build-amd64.img)
	stop_all
	for target in build '-n start'; do
		atf_check -o match:'up to date|nb-start' -o not-match:nb-mkfs \
		    ./rules p ARCH=amd64 SERVICE=x $target
	done
	atf_check_equal "$before" "$(stat -c '%i %Y' p/images/x-amd64.img)"
	atf_check_equal "$builder" "$(sha256sum <p/images/build-amd64.img)"
	# another builder, another image
	touch p/images/build-amd64.img
	atf_check -o match:nb-mkfs ./rules p ARCH=amd64 SERVICE=x -n build
}

t images "the builder of each architecture, as a user makes it"
images_is()
{
	rm -rf mirror
	start_mirror -q mirror amd64 i386 evbarm-aarch64
	rm p/service/build/own.mk
	for arch in amd64 i386 evbarm-aarch64; do
		atf_check -o match:'build-.*img is up to date' -e ignore \
		    ./rules p ARCH=$arch buildimg
		img=p/images/build-$arch.img
		atf_check -o inline:'nbjob=1\n' grub-fstest $img \
		    cat '(loop0,gpt1)/BUILDIMG'
		atf_check -o match:'NAME=buildroot / ffs rw' grub-fstest $img \
		    cat '(loop0,gpt1)/etc/fstab'
		atf_check -o match:'^-rwxr-xr-x .* /etc/builder/fetch$' \
		    -o match:'^d.* /drive2$' -o match:'^d.* /service$' \
		    -o match:' /usr/pkg/bin/pkgin$' "$NB_BIN/nb-mkfs" -l $img
		atf_check -o inline:"$img\n" find $img -size 1048576k
	done
}

t no_vm "without scripts it is the work of base, on FFS, and no VM"
no_vm_is()
{
	QEMU=/nonexistent
	export QEMU
	rm p/service/x/postinst/* 2>/dev/null
	for s in rescue x; do
		atf_check -o match:'up to date' -e ignore \
		    ./rules p ARCH=amd64 SERVICE=$s build
		[ ! -e p/images/build-amd64.img ] || atf_fail "a builder"
	done
	atf_check -o inline:'NAME=rescueroot / ffs ro,noatime 1 1\n' \
	    grub-fstest p/images/rescue-amd64.img cat '(loop0,gpt1)/etc/fstab'
	# `start` starts that one
	atf_check -o not-match:nb-mkfs ./rules p ARCH=amd64 SERVICE=rescue \
	    -n start
	# and `base` does as it does
	atf_check -o match:'ext2' ./rules p ARCH=amd64 SERVICE=rescue -n base
	# A sailor.conf alone is no reason, nor is one that is not in force.
	echo 'shipbins=/bin/ls' >p/service/x/sailor.conf
	atf_check -o match:'up to date' -e match:'nb-trim: kept' \
	    ./rules p ARCH=amd64 SERVICE=x MINIMIZE=y build
	echo 'run_at_build=id' >p/service/x/sailor.conf
	atf_check -o match:'up to date' -e ignore \
	    ./rules p ARCH=amd64 SERVICE=x build
	[ ! -e p/images/build-amd64.img ] || atf_fail "a builder"
	rm p/service/x/sailor.conf
	# scripts can be had on the host
	echo 'echo here >made' | script
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 SERVICE=x \
	    BUILDER=never build
	fs x
	in_fs 'cat /made' -o inline:'here\n'
}

t marks "what needs NetBSD says so, and gets it"
marks_is()
{
	rm -f p/service/x/postinst/*
	: >p/service/x/NETBSD_ONLY
	for w in base start 'BUILDER=never build'; do
		./rules p ARCH=amd64 SERVICE=x $w >out 2>err && show "$w"
		grep -q 'SERVICE=x: needs NetBSD (service/x/NETBSD_ONLY): bmake SERVICE=x build' err ||
		    show "$w"
	done
	builder
	for m in NETBSD_ONLY sailor.conf always; do
		rm -f p/service/x/NETBSD_ONLY p/service/x/sailor.conf
		case $m in
		sailor.conf)	echo run_at_build=id >p/service/x/$m ;;
		NETBSD_ONLY)	: >p/service/x/$m ;;
		esac
		b='auto MINIMIZE=y'
		[ $m != always ] || b=always
		atf_check -o match:_STARTVM-or-nb-start.*--status -o ignore \
		    sh -c "./rules p ARCH=amd64 SERVICE=x BUILDER=$b -n build |
		    sed 's/.*nb-start --status.*/_STARTVM-or-nb-start --status/'"
	done
	for w in 'BUILDER=perhaps build' 'SERVICE=x buildimg'; do
		./rules p ARCH=amd64 $w >out 2>err && show "$w"
		[ "$(grep -c "${w%% *}" err)" -ge 1 ] || show "$w"
	done
	# one VM for real, with nothing to run
	: >p/service/x/NETBSD_ONLY
	atf_check -o match:'builder: done' -e ignore \
	    ./rules p ARCH=amd64 SERVICE=x build
	fs x
}

t run_at_build "commands of a sailor.conf run behind the scripts; the image is trimmed"
run_at_build_is()
{
	echo 'echo script >>order; mkdir -p opt' | script
	cat >p/service/x/sailor.conf <<-'EOF'
		shipbins="/bin/sh /bin/ls"
		sync_dirs=/etc
		run_at_build="echo \"first \$(id -u)\" >>/order"
		run_at_build='test -c /dev/null && ls / >/opt/ls && mknod /opt/n c 2 2'
		run_at_build="read x </dev/null; cd /opt"
		run_at_build="pwd >>/order; mkdir -p /home/bsd/empty"
	EOF
	for w in base start; do
		./rules p ARCH=amd64 SERVICE=x MINIMIZE=y $w >out 2>err && show $w
		grep -q 'SERVICE=x: needs NetBSD (run_at_build in service/x/sailor.conf): bmake SERVICE=x build' err ||
		    show "$w"
	done
	# The builder that is made on the way is whole.
	atf_check -o save:out -e save:err ./rules p ARCH=amd64 SERVICE=x \
	    MINIMIZE=y build
	atf_check_equal "$(wc -c <p/images/build-amd64.img)" 62914560
	grep -q 'builder: service/.job/run_at_build.sh' out || show "not run"
	grep -q '^nb-trim: kept [0-9]* of [0-9]* files' err || show "not trimmed"
	[ -z "$(qemus)" ] || atf_fail "QEMU is left"
	atf_check find p -name 'vm.*' -o -name '*.new' -o -name stage
	size=$(wc -c <p/images/x-amd64.img)
	[ "$size" -lt 12000000 ] || atf_fail "$size bytes"
	fs x
	in_fs 'cat /order' -o inline:'script\nfirst 0\n/\n'
	in_fs 'cat /opt/ls' -o match:'^sbin$' -o not-match:service
	in_fs 'stat /opt/n' -o match:'character special'
	in_fs 'stat /home/bsd/empty' -o match:'Type: directory'
	in_fs 'ls -l /dev' -o not-match:null
	in_fs 'ls /bin' -o match:ls -o not-match:chmod
	in_fs 'cat /etc/fstab' -o inline:'NAME=xroot / ext2fs rw 1 1\n'
	atf_check -o match:'up to date' -o not-match:nb-mkfs \
	    ./rules p ARCH=amd64 SERVICE=x MINIMIZE=y -n build

	# Without a conf the image that comes back is shrunk, and that is all.
	mv p/service/x/sailor.conf conf
	atf_check -o ignore -e save:err ./rules p ARCH=amd64 SERVICE=x \
	    MINIMIZE=+2 build
	fs x
	in_fs 'ls /bin' -o match:chmod
	in_fs 'cat /order' -o inline:'script\n'
	[ "$(wc -c <p/images/x-amd64.img)" -lt 20000000 ] || atf_fail "large"

	# One that fails ends it, by its status.
	mv conf p/service/x/sailor.conf
	echo 'run_at_build="echo no; exit 5"' >>p/service/x/sailor.conf
	echo old >p/images/x-amd64.img
	fails 60 '^nb-start: build: service/.job/run_at_build.sh: exit status 5$' \
	    MINIMIZE=y
	grep -q 'run_at_build: echo no; exit 5' out || show "which?"
}

t failing_script "a script that fails: its status and name; those behind it do not run"
failing_script_is()
{
	builder
	echo 'exit 7' | script 01.sh
	echo 'echo SECOND RAN' | script 02.sh
	fails 60 '^nb-start: build: service/x/postinst/01.sh: exit status 7$'
	! grep 'SECOND RAN' out || atf_fail "the second ran"
	grep -q 'Error code 7' out err || show "bmake tells no status"
}

t full "a new system without room, whether the script looks or not"
full_is()
{
	builder
	script <<-'EOF'
		dd if=/dev/zero of=large bs=1024k
		true
	EOF
	fails 60 '^nb-start: build: service/x/postinst/01.sh: the new system is full: raise IMGSIZE$'
}

t guest_dies "a kernel that panics, one that reboots, one that hangs"
guest_dies_is()
{
	builder
	echo 'echo c >/proc/sysrq-trigger' | script
	fails 60 '^nb-start: build: the guest panicked: sysrq triggered crash$'
	echo 'reboot; sleep 1000' | script
	fails 60 '^nb-start: build: the guest rebooted or halted without an exit status$'
	echo 'halt; sleep 1000' | script
	fails 60 '^nb-start: build: not done in 10 seconds: .*BUILDTIMEOUT' \
	    BUILDTIMEOUT=10
}

t limit "a script that does not end, and a builder that does nothing"
limit_is()
{
	builder
	echo 'sleep 1000' | script
	fails 60 '^nb-start: build: not done in 10 seconds: .*BUILDTIMEOUT' \
	    BUILDTIMEOUT=10
	# the kernel runs, and nothing else ever will
	echo 'while :; do :; done' >p/service/build/etc/rc
	builder
	fails 60 '^nb-start: build: not done in 8 seconds: .*BUILDTIMEOUT' \
	    BUILDTIMEOUT=8
}

# build_in_back: a build in a session of its own; sets pid
build_in_back()
{
	# not to be taken for what the last one said
	: >out
	# a shell's background job ignores INT, a person's build does not
	perl -MPOSIX -e '$SIG{INT} = "DEFAULT"; setsid; exec @ARGV' \
	    ./rules p ARCH=amd64 SERVICE=x "$@" build >out 2>err &
	pid=$!
}

# until PATTERN: it shows
until_shown()
{
	_n=0
	until grep -q "$1" out; do
		sleep 0.1
		_n=$((_n + 1))
		[ $_n -lt 600 ] || show "does not show: $1"
	done
}

# interrupted: it has ended, and nothing of its session is left
interrupted()
{
	if wait "$pid"; then
		show "$1: it was not interrupted"
	fi
	_n=0
	while pgrep -s "$pid" >left; do
		sleep 0.1
		_n=$((_n + 1))
		[ $_n -lt 50 ] || show "$1: left: $(cat left)"
	done
	none_left
}

t interrupted "INT, TERM and HUP, at any time"
interrupted_is()
{
	builder
	echo 'echo SCRIPT; sleep 1000' | script
	for how in INT:SCRIPT TERM:SCRIPT HUP:builder INT:stand-in; do
		build_in_back
		until_shown "^${how#*:}"
		kill -"${how%%:*}" -"$pid"
		interrupted "$how"
	done
	# with -j bmake kills its jobs outright: their files go with the next
	build_in_back -j2
	until_shown SCRIPT
	kill -TERM "$pid"
	wait "$pid"
	n=0
	while [ -n "$(qemus)" ]; do
		sleep 0.1
		n=$((n + 1))
		[ $n -lt 50 ] || show "-j2: QEMU is left: $(qemus)"
	done
	# a layer that never comes
	mkfifo p/service/x/slow.tgz
	for sig in INT TERM; do
		build_in_back ADDSETS=service/x/slow.tgz
		n=0
		until ls p/images/.work/x-amd64/vm.*/*.part >/dev/null 2>&1; do
			sleep 0.1
			n=$((n + 1))
			[ $n -lt 100 ] || show "no image was begun"
		done
		kill -$sig -"$pid"
		interrupted "$sig in nb-mkfs"
	done
}

t killed "QEMU is killed, or nb-start; a killed shell's files go with the next"
killed_is()
{
	builder
	echo 'echo SCRIPT; sleep 1000' | script
	build_in_back
	until_shown SCRIPT
	for p in $(qemus); do kill -KILL "$p"; done
	interrupted KILL
	atf_check -o match:'^nb-start: .*qemu-system-x86_64: ended by signal 9$' \
	    cat err
	build_in_back
	until_shown SCRIPT
	pkill -KILL -s "$pid" nb-start
	interrupted 'KILL of nb-start'
	build_in_back
	until_shown SCRIPT
	pkill -KILL -s "$pid"
	wait "$pid"
	ls -d p/images/.work/x-amd64/vm.* >/dev/null || show "nothing is left"
	n=0
	while [ -n "$(qemus)" ]; do
		sleep 0.1
		n=$((n + 1))
		[ $n -lt 100 ] || show "QEMU is left"
	done
	echo 'exit 3' | script
	fails 60 '01.sh: exit status 3$'
}

t programs "no QEMU, no kernel, no builder, and none to be had"
programs_is()
{
	echo 'true' | script
	# nothing to make a builder of, which is not asked twice for
	fails 20 'no connection\|cannot be reached\|Could not connect' \
	    DIST=http://127.0.0.1:9 KDIST=http://127.0.0.1:9
	fails 20 'base.tar.xz\|etc.tar.xz: missing, and NONET' NONET=1
	fails 20 'fetchimg: give IMGDIST=URL' .MAKE.OS=Darwin
	builder
	fails 20 '^nb-start: .*nope: no such kernel' KERNEL=kernels/nope
	mv p/kernels/netbsd-SMOL kernel
	fails 20 '^nb-fetch: .*netbsd-SMOL' NONET=1
	mv kernel p/kernels/netbsd-SMOL
	QEMU=$PWD/nope
	export QEMU
	fails 20 '^nb-start: .*/nope: no such program'
	unset QEMU
	# another image in its place
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 SERVICE=base \
	    IMGSIZE=40 DSTIMG=images/build-amd64.img FSTYPE=ext2 base
	fails 20 '^images/build-amd64.img: not a builder of this release: remove it'
	# a service that is larger than its image
	rm p/images/build-amd64.img
	builder
	fails 20 '^nb-mkfs: .*needs [0-9]* MB.*IMGSIZE' IMGSIZE=2
}

t fetched "where a builder cannot be made one is fetched"
fetched_is()
{
	echo 'true' | script
	builder
	mkdir mirror/releases
	(cd mirror/releases && xz -0 <../../p/images/build-amd64.img \
	    >build-amd64.img.xz && sha256sum build-amd64.img.xz \
	    >build-amd64.img.xz.sha256)
	rm p/images/build-amd64.img
	atf_check -o match:'nb-start.*--status' -o match:'build-amd64.img.xz' \
	    ./rules p ARCH=amd64 SERVICE=x .MAKE.OS=Darwin \
	    IMGDIST="$MIRROR_URL/releases" -n build
}

# A QEMU that gets other disks than nb-start meant.
other_disks()
{
	cat >qemu <<-EOF
		#!/usr/bin/env perl
		my @a;
		while (@ARGV) {
			my \$w = shift;
			if (\$w =~ /id=hd2/ || \$w =~ /drive=hd2/) {
				$1
			}
			push @a, \$w;
		}
		exec 'qemu-system-x86_64', @a;
	EOF
	chmod +x qemu
	QEMU=$PWD/qemu
	export QEMU
}

t job "a job disk that is not there, or not to be read"
job_is()
{
	builder
	echo 'true' | script
	other_disks 'pop @a; next;'
	fails 60 '^nb-start: build: the job disk, nbjob, is not there or cannot be read$'
	other_disks 'truncate $1, 1048576 if $w =~ /file=([^,]*),/;'
	fails 60 '^nb-start: build: the job disk, nbjob, is not there or cannot be read$'
}

t two "two builds beside each other"
two_is()
{
	builder
	echo 'echo "$SERVICE" >made' | script
	cp -R p/service/x p/service/y
	build_in_back
	./rules p ARCH=amd64 SERVICE=y build >out2 2>&1 ||
	    atf_fail "$(tail -5 out2)"
	wait "$pid" || show "the other failed"
	for s in x y; do
		tail -c +1048577 p/images/$s-amd64.img >fs
		in_fs 'cat /made' -o inline:"$s\n"
	done
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
