#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# daemon_test: VMs in the background, with QEMU itself.

t() {
	atf_test_case "$1" cleanup
	eval "$1_cleanup() { end_all; }"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl qemu-system-x86_64; }"
	eval "$1_body() { world; rm bin/*; $1_is; }"
	cases="$cases $1"
}
cases=

end_all() {
	for f in qemu-*.pid; do
		[ ! -s "$f" ] || kill "$(cat "$f")" 2>/dev/null || :
	done
}

# runs PIDFILE: a process with that number has that file
runs() {
	[ -s "$1" ] || atf_fail "no $1"
	kill -0 "$(cat "$1")" || atf_fail "$1: no process"
	ps -o args= -p "$(cat "$1")" | grep -q -- "-pidfile $1" ||
	    atf_fail "$1: some other process"
}

# stops PIDFILE: QEMU ends by TERM and takes its file away
stops() {
	pid=$(cat "$1")
	kill -TERM "$pid"
	n=0
	while [ -e "$1" ] && [ $n -lt 100 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	[ ! -e "$1" ] || atf_fail "$1 is left"
	n=0
	while [ $n -lt 100 ]; do
		case $(ps -o stat= -p "$pid") in
		'' | Z*)	return ;;
		esac
		sleep 0.1
		n=$((n + 1))
	done
	atf_fail "process $pid is left"
}

t up_and_down "-d returns when the VM runs, and its pid file is true"
up_and_down_is() {
	start -d -i base -N >out 2>err </dev/null || show "see above"
	runs qemu-base.pid
	[ ! -s out ] || show "see above"
	atf_check -o inline:'nb-start: base: console: nb-vm console base\n' \
	    cat err
	stops qemu-base.pid
}

t detached "the VM has neither our terminal nor our folder nor our output"
detached_is() {
	# That cat ends shows that nothing holds the pipe.
	start -d -i base -N </dev/null 2>&1 | timeout 20 cat >out ||
	    atf_fail "the output is held open"
	runs qemu-base.pid
	if [ -e /proc/self/cwd ]; then
		[ "$(readlink "/proc/$(cat qemu-base.pid)/cwd")" = / ] ||
		    atf_fail "the folder"
	fi
	stops qemu-base.pid
}

t fails "when QEMU does not run: its reason, status 1, nothing left"
fails_is() {
	rc=0
	start -d -i base -x '-device nosuch' >out 2>err </dev/null || rc=$?
	[ $rc -eq 1 ] || atf_fail "status $rc"
	grep -q "qemu-system-x86_64: .*'nosuch' is not a valid device" err ||
	    show "see above"
	[ ! -e qemu-base.pid ] || atf_fail "a pid file"
}

t twice "a VM that runs is not started again"
twice_is() {
	start -d -i base -N </dev/null || atf_fail "the first"
	pid=$(cat qemu-base.pid)
	refused 1 "base: runs already, as process $pid (qemu-base.pid)" -d -i base -N
	refused 1 "base: runs already, as process $pid (qemu-base.pid)" -i base -N
	runs qemu-base.pid
	stops qemu-base.pid
	start -d -i base -N </dev/null || atf_fail "again"
	stops qemu-base.pid
}

t stale "a pid file that was left behind is no VM, and no one is hurt"
stale_is() {
	sleep 30 &
	echo $! >qemu-base.pid
	start -d -i base -N </dev/null || atf_fail "status"
	[ "$(cat qemu-base.pid)" != $! ] || atf_fail "the old number"
	stops qemu-base.pid
	kill $! || atf_fail "the stranger is gone"
}

t killed "after SIGKILL it starts again"
killed_is() {
	start -d -i base -N </dev/null || atf_fail "status"
	kill -KILL "$(cat qemu-base.pid)"
	sleep 0.3
	start -d -i base -N </dev/null || atf_fail "again"
	runs qemu-base.pid
	stops qemu-base.pid
}

t locked "two VMs do not share an image unless both say so"
locked_is() {
	echo img=images/base-amd64.img >one.conf
	cp one.conf two.conf
	start -d -f one.conf -N </dev/null || atf_fail "the first"
	rc=0
	start -d -f two.conf -N </dev/null 2>err || rc=$?
	[ $rc -eq 1 ] || atf_fail "status $rc"
	pid=$(cat qemu-one.pid)
	grep -q "^nb-start: images/base-amd64.img: the VM one has it, process $pid, since [0-9:]*: nb-vm stop one ends that\$" err ||
	    show "see above"
	# of another day it has the date
	record=$(find . -name one.vm)
	sed "s/^since .*/since 86400/" "$record" >new && cat new >"$record"
	start -d -f two.conf -N </dev/null 2>err || :
	grep -q 'since 1970-01-0[123] [0-9:]*: nb-vm' err || show "the date"
	# a reader cannot be beside it either; nothing is left of the second
	rc=0
	start -d -i images/base-amd64.img:ro -N </dev/null 2>err || rc=$?
	[ $rc -eq 1 ] || atf_fail "a reader: status $rc"
	grep -q "the VM one has it" err || show "a reader"
	"$NB_BIN/nb-vm" list >list
	! grep -q -e two -e base.*stale list || { cat list; atf_fail "left"; }
	stops qemu-one.pid
	start -d -f one.conf -N -s </dev/null || atf_fail "the first with -s"
	start -d -f two.conf -N -s </dev/null || atf_fail "the second with -s"
	runs qemu-one.pid
	runs qemu-two.pid
	stops qemu-one.pid
	stops qemu-two.pid
}

t snapshot "with -S the image stays as it is"
snapshot_is() {
	cksum images/base-amd64.img >before
	chmod 400 images/base-amd64.img
	start -d -i base -N -S </dev/null || atf_fail "status"
	runs qemu-base.pid
	stops qemu-base.pid
	cksum images/base-amd64.img | diff before - || atf_fail "changed"
}

# free_port: one that nobody listened at a moment ago
free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1,
	    LocalAddr => "127.0.0.1")->sockport'
}

t serial "-t serves the serial port by telnet, on loopback only"
serial_is() {
	port=$(free_port)
	start -d -t "$port" -i base -N >out 2>err </dev/null ||
	    show "see above"
	atf_check -o inline:"nb-start: base: console: telnet 127.0.0.1 $port\n" \
	    cat err
	# RFC 854: the first byte of a telnet server's words is IAC, 255.
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die $@;
		sysread $s, my $c, 1 or die;
		ord $c == 255 or die ord $c;' "$port" || atf_fail "no telnet"
	refused 1 "TCP port $port at 127.0.0.1 is taken" -d -t "$port" -i base -N \
	    -f /dev/null
	stops qemu-base.pid
}

t qmp "qmp_port serves QMP"
qmp_is() {
	port=$(free_port)
	echo "qmp_port=$port" >base.conf
	start -d -f base.conf -N </dev/null || atf_fail "status"
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die $@;
		print $s qq({"execute":"qmp_capabilities"}{"execute":"quit"}\n);
		print while <$s>;' "$port" >out || atf_fail "no QMP"
	grep -q '"QMP"' out || show "see above"
	n=0
	while [ -e qemu-base.pid ] && [ $n -lt 100 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	[ ! -e qemu-base.pid ] || atf_fail "it did not quit"
}

t forward "a forward is there while the VM runs"
forward_is() {
	port=$(free_port)
	start -d -i base -p "::$port-:80" </dev/null || atf_fail "status"
	refused 1 "TCP port $port at 127.0.0.1 is taken" -d -f /dev/null -i base \
	    -p "::$port-:80"
	stops qemu-base.pid
}

t i386 "an i386 kernel in the background"
i386_head() {
	atf_set descr "an i386 kernel in the background"
	atf_set require.progs perl qemu-system-i386
}
i386_is() {
	start -d -i images/base-i386.img -N </dev/null || atf_fail "status"
	runs qemu-base.pid
	stops qemu-base.pid
}

t aarch64 "an aarch64 kernel in the background"
aarch64_head() {
	atf_set descr "an aarch64 kernel in the background"
	atf_set require.progs perl qemu-system-aarch64
}
aarch64_is() {
	start -d -i images/base-evbarm-aarch64.img -N </dev/null ||
	    atf_fail "status"
	runs qemu-base.pid
	stops qemu-base.pid
}

t many_devices "all devices at once find their places"
many_devices_is() {
	image images/two.img two
	mkdir share
	elf kernels/netbsd-SMOL sym=viocon_earlyinit
	port=$(free_port)
	echo x >f
	start -d -i base -l two -w share -p "::$port-:80" -e A=1,B=2 -E F=f \
	    -c 2 -m 64 </dev/null 2>err || show "see above"
	stops qemu-base.pid
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
