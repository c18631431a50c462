#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# pty_test: the console on a pty, and the program that shows it.

# A QEMU that tells of a pty and more, until it is ended or there is "end"; and
# a program that notes what it was called with, until there is "leave".
qemu() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/usr/bin/env perl
		$| = 1;
		$SIG{TERM} = sub { open my $f, ">", "caught"; exit 0 };
		$SIG{TERM} = "IGNORE" if -e "deaf";
		open my $f, ">", "pid";
		print $f "$$\n";
		close $f;
		print STDERR "qemu: warning: first\n";
		print "char device redirected to /dev/pts/99 (label char0)\n"
		    unless -e "silent";
		print STDERR "qemu: warning: second\nno newline";
		for (1 .. 400) {
			exit 0 if -e "end";
			exit 1 if -e "fail";
			select undef, undef, undef, 0.05;
		}
	EOF
	stub show <<-'EOF'
		#!/usr/bin/env perl
		open my $f, ">", "shown";
		print $f join("|", @ARGV), "\n";
		close $f;
		$SIG{TERM} = "IGNORE" if -e "stubborn";
		for (1 .. 400) {
			exit 0 if -e "leave";
			select undef, undef, undef, 0.05;
		}
	EOF
}

t() {
	atf_test_case "$1" cleanup
	eval "$1_cleanup() { [ ! -s pid ] || kill -KILL \$(cat pid) 2>/dev/null || :; }"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() { world; qemu; $1_is; }"
	cases="$cases $1"
}
cases=

conf() {
	echo "use_pty='$1'" >base.conf
}

wait_for() {
	n=0
	while [ ! -s "$1" ]; do
		sleep 0.05
		n=$((n + 1))
		[ $n -lt 400 ] || atf_fail "no $1"
	done
}

# begin ARGS: nb-start in the background; then over STATUS
begin() {
	"$NB_BIN/nb-start" "$@" >out 2>err </dev/null &
	started=$!
	wait_for pid
}

over() {
	rc=0
	wait $started || rc=$?
	[ $rc -eq "$1" ] || show "status $rc, not $1"
	case $(ps -o stat= -p "$(cat pid)") in
	'' | Z*)	;;
	*)	atf_fail "QEMU is left" ;;
	esac
}


t program "the program is called with the pty's name; when it ends the VM does"
program_is() {
	conf 'show -a "b c"'
	begin -f base.conf
	wait_for shown
	[ "$(cat shown)" = '-a|b c|/dev/pts/99' ] || atf_fail "$(cat shown)"
	kill -0 "$(cat pid)" || atf_fail "QEMU does not run"
	: >leave
	over 0
	[ -e caught ] || atf_fail "QEMU was not asked"
}

t messages "what QEMU says besides is handed on"
messages_is() {
	conf show
	: >leave
	begin -f base.conf
	over 0
	cat >want <<-'EOF'
		qemu: warning: first
		nb-start: console: /dev/pts/99: the VM ends when show does
		qemu: warning: second
		no newline
	EOF
	sort err >got
	sort want | diff - got || atf_fail "messages"
}

t vm_ends "when the VM ends the program is ended too"
vm_ends_is() {
	: >stubborn
	conf show
	begin -f base.conf
	wait_for shown
	: >end
	over 0
	! pgrep -f "$PWD/bin/show" || atf_fail "the program is left"
}

t vm_fails "when the VM fails its status is ours"
vm_fails_is() {
	: >silent
	begin -i base -P
	: >fail
	over 1
	! grep console err || atf_fail "a console"
}

t usual "picocom shows it when there is no other word"
usual_is() {
	mv bin/show bin/picocom
	: >leave
	begin -i base -P
	over 0
	[ "$(cat shown)" = '-q|-b|115200|/dev/pts/99' ] || atf_fail "$(cat shown)"
	grep -qx 'nb-start: console: /dev/pts/99: leave with Ctrl-a Ctrl-x, which ends the VM' \
	    err || show "not told how to leave"
}

t no_picocom "without picocom the VM runs, and we are told where"
no_picocom_is() {
	command -v picocom >/dev/null && atf_skip "there is one"
	begin -i base -P
	wait_for err
	: >end
	over 0
	grep -qx 'nb-start: console: /dev/pts/99: attach to it with any terminal program (picocom is not here)' \
	    err || show "not told where"
}

t no_program "a program that is not there ends the VM, with the reason"
no_program_is() {
	conf nosuch
	begin -f base.conf
	over 1
	grep -qx 'nb-start: nosuch: no such program: use_pty names it' err ||
	    show "not told"
}

t signal "a signal ends all three"
signal_is() {
	conf show
	begin -f base.conf
	wait_for shown
	kill -TERM $started
	over 143
	! pgrep -f "$PWD/bin/show" || atf_fail "the program is left"
}

t bad_name "a pty's name that is none is not believed"
bad_name_is() {
	sed 's,/dev/pts/99,-x,' bin/qemu-system-x86_64 >q && mv q bin/qemu-system-x86_64
	chmod +x bin/qemu-system-x86_64
	conf show
	begin -f base.conf
	sleep 0.5
	: >end
	over 0
	[ ! -e shown ] || atf_fail "$(cat shown)"
}

t real "QEMU itself: what comes from the guest is to be had at its pty"
real_head() {
	atf_set descr "QEMU itself: what comes from the guest is to be had at its pty"
	atf_set require.progs perl qemu-system-x86_64
}
real_is() {
	rm bin/qemu*
	cat >bin/show <<-'EOF'
		#!/bin/sh
		test -c "$1" && echo yes >shown
	EOF
	conf show
	start -f base.conf -N >out 2>err </dev/null || show "status"
	[ "$(cat shown)" = yes ] || atf_fail "no pty"
	[ ! -e qemu-base.pid ] || atf_fail "a pid file"
	# In the background it stays, and QEMU tells where.
	start -d -i base -P -N >out 2>err </dev/null || show "status"
	grep -q 'char device redirected to /' out err || show "not told where"
	kill "$(cat qemu-base.pid)"
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
