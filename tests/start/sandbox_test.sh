#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# sandbox_test: QEMU's own sandbox: asked for where this QEMU has it and nothing
# else that was asked for needs more; and what a real QEMU in it cannot do.

t() {
	atf_test_case "$1" ${4:-}
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs \"$3\"; }"
	eval "$1_body() { world; $1_is; }"
	cases="$cases $1"
}
cases=

full=on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
daemon=on,obsolete=deny,resourcecontrol=deny

# seccomp: the real QEMU, if it can be confined
seccomp() {
	[ "$(uname -s)" = Linux ] || atf_skip "Linux only"
	grep -q libseccomp "$(command -v qemu-system-x86_64)" ||
	    atf_skip "this QEMU has no seccomp"
}

t asked "--sandbox and sandbox= say y, n or nothing" perl
asked_is() {
	# what is here is a script: nobody knows what it can
	hasnot sandbox -i base
	has $full -i base --sandbox y
	has -sandbox -i base --sandbox=y
	hasnot sandbox -i base --sandbox=n
	has $daemon -i base --sandbox y -d
	echo sandbox=y >base.conf
	has $full -f base.conf
	has $full -f base.conf -b -x '-chroot .'
	hasnot sandbox -f base.conf --sandbox n
	refused 2 '--sandbox: "yes" is neither y nor n' -i base --sandbox yes
	echo sandbox=maybe >base.conf
	refused 1 'base.conf:1: sandbox: "maybe" is neither y nor n' -f base.conf
}

t found "a QEMU that was built with seccomp is known by its file" \
    "perl qemu-system-x86_64"
found_is() {
	rm bin/qemu-system-*
	seccomp
	real=$(command -v qemu-system-x86_64)
	has $full -i base
	has $full -i base -w . -n 2 -p ::18080-:80 -S -P
	has $daemon -i base -d
	hasnot sandbox -i base -b
	for words in '-netdev tap,id=n2' '-sandbox on' '-runas nobody' \
	    '-nic user,guestfwd=tcp:10.0.2.9:1-cmd:cat'; do
		hasnot '-sandbox on,' -i base -x "$words"
		[ "$words" = '-sandbox on' ] ||
		    hasnot -sandbox -i base -x "$words"
	done
	has $full -i base -x '-device virtio-rng-device'
	# a script in front of it, as Debian has one for i386
	mkdir libexec
	ln -s "$real" libexec/qemu-system-x86_64
	printf '#!/bin/sh\n' >bin/qemu-system-x86_64
	chmod +x bin/qemu-system-x86_64
	has $full -i base
	# what is no whole program
	for n in 3 20 63 64 500 4096 100000; do
		head -c $n "$real" >bin/qemu-system-x86_64
		hasnot sandbox -i base
	done
	: >bin/qemu-system-x86_64
	hasnot sandbox -i base
}

# running WORDS: a real QEMU, in the background of this shell or its own
running() {
	start "$@" </dev/null >out 2>&1 &
	n=0
	while [ ! -s qemu-base.pid ] || [ ! -S "$known/base.qmp" ]; do
		n=$((n + 1))
		[ $n -lt 300 ] || atf_fail "no QEMU: $(cat out)"
		sleep 0.1
	done
	pid=$(cat qemu-base.pid)
}

ended() {
	kill "$pid" 2>/dev/null || :
	wait || :
	n=0
	while kill -0 "$pid" 2>/dev/null && [ $n -lt 300 ]; do
		n=$((n + 1))
		sleep 0.1
	done
	rm -f qemu-base.pid
}

# seccomp_is N: 2 is a filter
seccomp_is() {
	grep -qx "Seccomp:[[:space:]]*$1" "/proc/$pid/status" ||
	    atf_fail "$(grep Seccomp "/proc/$pid/status")"
}

# spawn FILE: have QEMU start a program that makes it
spawn() {
	perl -MIO::Socket::UNIX -e '
	    my ($path, $file) = @ARGV;
	    $SIG{ALRM} = sub { exit };
	    alarm 20;
	    my $s = IO::Socket::UNIX->new(Peer => $path) or die;
	    $s->autoflush(1);
	    for ("{\"execute\":\"qmp_capabilities\"}",
		"{\"execute\":\"migrate\",\"arguments\":" .
		"{\"uri\":\"exec:touch $file\"}}") {
		<$s>;
		print $s "$_\n";
	    }
	    # its end, or an answer that the program had its turn to come before
	    while (<$s>) { last if /return/; }
	' "$known/base.qmp" "$1"
	n=0
	while [ ! -e "$1" ] && [ $n -lt "$2" ]; do
		n=$((n + 1))
		sleep 0.1
	done
}

t real "a QEMU in its sandbox runs, and cannot start programs" \
    "perl qemu-system-x86_64" cleanup
real_is() {
	rm bin/qemu-system-*
	seccomp
	running -N -i base
	seccomp_is 2
	spawn "$PWD/spawned" 10
	[ ! -e spawned ] || atf_fail "a program was started"
	ended
	# where nothing forbids it, that is how it is done
	running -N -i base --sandbox n
	seccomp_is 0
	spawn "$PWD/spawned" 200
	[ -e spawned ] || atf_fail "not started without a sandbox either"
	ended
	running -N -i base -d
	seccomp_is 2
	ended
}

real_cleanup() {
	[ ! -s qemu-base.pid ] || kill "$(cat qemu-base.pid)" 2>/dev/null || :
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
