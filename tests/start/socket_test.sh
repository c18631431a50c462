#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# socket_test: what a guest says on its first console socket.

# A QEMU that writes the file says, a byte at a time, to where the first
# socket's words are copied, and then waits to be ended. With -daemonize it
# does that in the background and keeps its pid file locked, as QEMU does.
qemu() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/usr/bin/env perl
		use Fcntl;
		my $args = "@ARGV";
		# as QEMU has it: who reads the log may go
		$SIG{PIPE} = "IGNORE";
		my ($log) = $args =~ m{logfile=(/dev/fd/\d+)};
		my ($pidfile) = $args =~ /-pidfile (\S+)/;
		if ($args =~ /-daemonize/) {
			pipe my $ready, my $tell;
			if (fork) {
				close $tell;
				sysread $ready, my $c, 1 or exit 1;
				exit 0;
			}
			close $ready;
			lock_pidfile();
			open STDIN, "<", "/dev/null";
			open STDOUT, ">", "/dev/null";
			open STDERR, ">", "/dev/null";
			syswrite $tell, "x";
			close $tell;
		} else {
			lock_pidfile();
		}
		$SIG{TERM} = sub {
			unlink $pidfile;
			open my $f, ">", "caught";
			exit 0;
		};
		$SIG{TERM} = "IGNORE" if -e "deaf";
		my @socks = $args =~ /path=([^, ]+\.sock)/g;
		for (@socks) { open my $f, ">", $_ }
		open my $to, ">", $log or die "no log";
		open my $from, "<", "says";
		while (sysread $from, my $c, 1) {
			syswrite $to, $c;
		}
		open my $f, ">", "said";
		close $f;
		for (1 .. 300) {
			exit 0 if -e "end";
			select undef, undef, undef, 0.05;
		}
		sub lock_pidfile {
			sysopen our $pf, $pidfile, O_RDWR | O_CREAT or die;
			# struct flock of Linux: type, whence, start, length, pid
			my $lock = pack "ssx4qqlx4", F_WRLCK, 0, 0, 0, 0;
			fcntl $pf, F_SETLK, $lock or die "pid file: $!";
			truncate $pf, 0;
			syswrite $pf, "$$\n";
		}
	EOF
}

t() {
	atf_test_case "$1" cleanup
	eval "$1_cleanup() { end_all; }"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() {
		[ \"\$(uname -s)\" = Linux ] || atf_skip 'its stub is for Linux'
		world; qemu; $1_is; }"
	cases="$cases $1"
}
cases=

end_all() {
	[ ! -s qemu-base.pid ] || kill -KILL "$(cat qemu-base.pid)" 2>/dev/null || :
}

# says TEXT: the guest says it
says() {
	rm -f said caught end
	printf "$1" >says
}

wait_for() {
	n=0
	while [ ! -e "$1" ]; do
		sleep 0.05
		n=$((n + 1))
		[ $n -lt 400 ] || atf_fail "no $1"
	done
}

gone() {
	n=0
	while [ -e "$1" ]; do
		sleep 0.05
		n=$((n + 1))
		[ $n -lt 400 ] || atf_fail "$1 is left"
	done
}

t stop "a guest that says so ends the VM, and that is success"
stop_is() {
	for s in 'JEMATA!' 'JEMATA!\n' 'hello\nJEMATA!\n' 'hello\r\nJEMATA! now\r\n' \
	    '\n\n\nJEMATA!' '\000\377JEMATA\nJEMATA!'; do
		says "$s"
		start -i base -n 1 >out 2>err </dev/null || show "$s"
		[ -e caught ] || atf_fail "$s: it was not ended"
		[ ! -e qemu-base.pid ] || atf_fail "$s: a pid file"
	done
	atf_check -o inline:'nb-start: host socket 1: s-base-p1.sock\n' cat err
}

t other_words "whatever else a guest says does not"
other_words_is() {
	for s in '' 'JEMATA' 'jemata!' ' JEMATA!' 'echo JEMATA!' 'JEMATA\n!' \
	    'JJEMATA!' 'JEMAT\000A!'; do
		says "$s"
		: >end
		start -i base -n 1 >out 2>err </dev/null || show "$s"
		[ ! -e caught ] || atf_fail "$s: it was ended"
		rm -f qemu-base.pid
	done
	head -c 300000 /dev/zero | tr '\0' x >says
	rm -f said
	: >end
	start -i base -n 1 2>err </dev/null || show "long"
	[ -e said ] && [ ! -e caught ] || atf_fail "a long line"
}

t deaf "a QEMU that does not end is killed, its files are taken away"
deaf_is() {
	: >deaf
	says 'JEMATA!\n'
	rc=0
	start -i base -n 2 >out 2>err </dev/null || rc=$?
	[ $rc -eq 1 ] || atf_fail "status $rc"
	tail -n 1 err | grep -q 'ended by signal 9' || show "see above"
	[ ! -e qemu-base.pid ] && [ ! -e s-base-p1.sock ] &&
	    [ ! -e s-base-p2.sock ] || atf_fail "left: $(ls)"
}

t daemon "in the background too"
daemon_is() {
	says ''
	start -d -i base -n 1 >out 2>err </dev/null || show "see above"
	wait_for said
	kill -0 "$(cat qemu-base.pid)" || atf_fail "it does not run"
	: >end
	gone s-base-p1.sock
	rm qemu-base.pid
	says 'JEMATA!\n'
	start -d -i base -n 1 >out 2>err </dev/null || show "see above"
	wait_for caught
	gone s-base-p1.sock
	no_watcher
}

# no_watcher: nothing of nb-start is left here
no_watcher() {
	sleep 0.2
	for c in /proc/[0-9]*/cwd; do
		[ "$(readlink "$c" 2>/dev/null)" = "$PWD" ] || continue
		case $(tr '\0' ' ' <"${c%cwd}cmdline") in
		*nb-start*)	atf_fail "left: $(tr '\0' ' ' <"${c%cwd}cmdline")" ;;
		esac
	done
}

t daemon_deaf "in the background a QEMU that does not end is killed"
daemon_deaf_is() {
	: >deaf
	says 'JEMATA!\n'
	start -d -i base -n 1 >out 2>err </dev/null || show "see above"
	pid=$(cat qemu-base.pid)
	n=0
	while case $(ps -o stat= -p $pid) in '' | Z*) false ;; esac; do
		sleep 0.1
		n=$((n + 1))
		[ $n -lt 100 ] || atf_fail "it still runs"
	done
	gone s-base-p1.sock
	no_watcher
}

t daemon_killed "in the background: QEMU is killed, nothing is left"
daemon_killed_is() {
	says ''
	start -d -i base -n 2 >out 2>err </dev/null || show "see above"
	wait_for said
	kill -KILL "$(cat qemu-base.pid)"
	gone s-base-p1.sock
	gone s-base-p2.sock
	no_watcher
}

t daemon_fails "in the background: QEMU fails, its status is ours"
daemon_fails_is() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/bin/sh
		echo 'qemu-system-x86_64: no' >&2
		exit 1
	EOF
	rc=0
	start -d -i base -n 1 >out 2>err </dev/null || rc=$?
	[ $rc -eq 1 ] || atf_fail "status $rc"
	tail -n 1 err | grep -qx 'qemu-system-x86_64: no' || show "see above"
	no_watcher
}

t stranger "a pid file that is not QEMU's any more points at nobody"
stranger_is() {
	: >deaf
	printf '' >says
	mkfifo slow
	sed 's/"says"/"slow"/' bin/qemu-system-x86_64 >bin/q && mv bin/q bin/qemu-system-x86_64
	chmod +x bin/qemu-system-x86_64
	start -d -i base -n 1 >out 2>err </dev/null || show "see above"
	pid=$(cat qemu-base.pid)
	sleep 30 &
	rm qemu-base.pid
	echo $! >qemu-base.pid
	echo 'JEMATA!' >slow
	wait_for said
	sleep 0.3
	kill -0 $! || atf_fail "a stranger was hit"
	kill -KILL $! $pid
}

t names "a service's name that is too long for a socket"
names_is() {
	n=$(head -c 100 /dev/zero | tr '\0' n)
	cp images/base-amd64.img "images/$n.img"
	refused 1 "s-$n-p1.sock: too long for a socket's name" -i "$n" -n 1
	refused 2 '-n: 31 is too much: at most 30' -i base -n 31
	refused 2 '-n: 99999999999999999999 is too much' -i base -n 99999999999999999999
	refused 2 '-n: "-1" is not a number' -i base -n -1
}

t real "QEMU itself: a socket answers both the watcher and a client"
real_head() {
	atf_set descr "QEMU itself: a socket answers both the watcher and a client"
	atf_set require.progs perl qemu-system-x86_64
}
real_is() {
	rm bin/*
	start -d -i base -n 2 -N >out 2>err </dev/null || show "see above"
	for i in 1 2; do
		perl -MIO::Socket::UNIX -e '
			IO::Socket::UNIX->new($ARGV[0]) or die "$!\n"' \
		    s-base-p$i.sock || atf_fail "socket $i"
	done
	kill "$(cat qemu-base.pid)"
	gone s-base-p1.sock
	gone s-base-p2.sock
	no_watcher
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
