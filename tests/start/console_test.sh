#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# console_test: the terminal, given to QEMU and put right afterwards.

# A QEMU that does to the terminal what QEMU does, and leaves it so; what it
# reads goes to keys, and what it is to do comes from the file end.
qemu() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/usr/bin/env perl
		use POSIX;
		use Fcntl;
		my $t = POSIX::Termios->new;
		$t->getattr(0);
		$t->setlflag($t->getlflag & ~(ECHO | ICANON | ISIG | IEXTEN));
		$t->setiflag($t->getiflag & ~(ICRNL | IXON));
		$t->setcc(VMIN, 1);
		$t->setattr(0, TCSANOW);
		fcntl STDIN, F_SETFL, fcntl(STDIN, F_GETFL, 0) | O_NONBLOCK;
		$SIG{TERM} = sub { put("caught", "TERM"); exit 0 };
		$SIG{TERM} = "IGNORE" if -e "deaf";
		sub put {
			open my $f, ">>", $_[0];
			print $f $_[1];
			close $f;
		}
		put("pid", "$$\n");
		while (1) {
			my $c;
			put("keys", $c) if sysread STDIN, $c, 1;
			exit 0 if -e "end";
			exit 1 if -e "fail";
			select undef, undef, undef, 0.02;
		}
	EOF
}

# session FILE ARGS: nb-start on a terminal of its own, which is fed from the
# fifo keyboard, until there is FILE; modes before and after, and its status
session() {
	_file=$1
	shift
	cat >session.sh <<-'EOF'
		trap : INT
		stty -g >before
		# In the background a shell has programs ignore INT.
		perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
		    "$NB_BIN/nb-start" "$@" 2>err
		echo $? >status
		stty -g >after
		perl -MFcntl -e 'print fcntl(STDIN, F_GETFL, 0) & O_NONBLOCK ? 1 : 0' \
		    >nonblock
	EOF
	mkfifo keyboard
	sleep 60 >keyboard &
	echo $! >feeder
	script -q -e -c "sh session.sh $*" typescript <keyboard >/dev/null &
	script=$!
	wait_file "$_file"
}

# wait_file FILE: until it is there and not empty
wait_file() {
	n=0
	while [ ! -s "$1" ]; do
		sleep 0.05
		n=$((n + 1))
		[ $n -lt 400 ] || atf_fail "no $1"
	done
}

# over STATUS: it has ended so, and the terminal is as before
over() {
	wait_file nonblock
	kill "$(cat feeder)"
	wait $script
	cmp before after || atf_fail "the terminal's modes"
	[ "$(cat nonblock)" = 0 ] || atf_fail "the terminal does not block"
	[ "$(cat status)" -eq "$1" ] || {
		cat err
		atf_fail "status $(cat status), not $1"
	}
}

# end_all: what a case that failed has left
end_all() {
	for f in feeder pid; do
		[ ! -s $f ] || kill -KILL "$(cat $f)" 2>/dev/null || :
	done
}

t() {
	atf_test_case "$1" cleanup
	eval "$1_cleanup() { end_all; }"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl script stty; }"
	eval "$1_body() { world; qemu; $1_is; }"
	cases="$cases $1"
}
cases=

t ends "QEMU ends by itself"
ends_is() {
	session pid -i base
	: >end
	over 0
	atf_check -o inline:'nb-start: base: console: leave with Ctrl-a x, which ends the VM\n' \
	    cat err
}

t fails "QEMU fails: status 1 and no words of ours"
fails_is() {
	session pid -i base
	: >fail
	over 1
	[ "$(wc -l <err)" -eq 1 ] || show "see above"
}

t killed "QEMU is killed"
killed_is() {
	session pid -i base
	kill -KILL "$(cat pid)"
	over 1
	atf_check -o match:'^nb-start: .*/bin/qemu-system-x86_64: ended by signal 9$' \
	    tail -n 1 err
}

t ctrl_c "Ctrl-C and its like reach the guest as keys"
ctrl_c_is() {
	session pid -i base
	printf 'a\003\034\032b\r' >keyboard
	wait_file keys
	n=0
	while [ "$(wc -c <keys)" -lt 6 ] && [ $n -lt 100 ]; do
		sleep 0.05
		n=$((n + 1))
	done
	printf 'a\003\034\032b\r' | cmp - keys || atf_fail "keys"
	kill -0 "$(cat pid)" || atf_fail "QEMU is gone"
	: >end
	over 0
}

t terminated "TERM, HUP and INT to nb-start end QEMU, then nb-start"
terminated_is() {
	for s in TERM HUP INT; do
		rm -f end pid nonblock status keyboard caught
		session pid -i base
		kill -$s "$(parent)"
		over $((128 + $(number $s)))
		gone
	done
}

number() {
	case $1 in
	HUP)	echo 1 ;;
	INT)	echo 2 ;;
	TERM)	echo 15 ;;
	esac
}

# parent: nb-start's process
parent() {
	ps -o ppid= -p "$(cat pid)" | tr -d ' '
}

# gone: QEMU's process is no more
gone() {
	case $(ps -o stat= -p "$(cat pid)") in
	'' | Z*)	;;
	*)	atf_fail "QEMU still runs" ;;
	esac
}

t deaf "a QEMU that does not hear TERM is killed after a while"
deaf_is() {
	: >deaf
	session pid -i base
	kill -TERM "$(parent)"
	over 143
	gone
}

t orphan "nb-start is killed: QEMU ends too"
orphan_is() {
	[ "$(uname -s)" = Linux ] || atf_skip "by prctl, which is Linux's"
	session pid -i base
	kill -KILL "$(parent)"
	n=0
	while [ ! -s caught ] && [ $n -lt 100 ]; do
		sleep 0.05
		n=$((n + 1))
	done
	gone
	kill "$(cat feeder)"
}

# hears: a QEMU whose guest says, on the port that is there for us, that it is
# done; what it was given is in args
hears() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/bin/sh
		for a; do printf '%s\n' "$a"; done >args
		log=$(sed -n 's/^socket,id=sock1,.*,logfile=//p' args)
		echo $$ >pid
		trap 'echo TERM >caught; exit 0' TERM
		[ -z "$log" ] || echo 'JEMATA!' >"$log"
		n=0
		while [ ! -e end ] && [ $n -lt 300 ]; do
			sleep 0.1
			n=$((n + 1))
		done
	EOF
}

t halted "a guest that has halted ends the VM, though there are no sockets"
halted_is() {
	hears
	session pid -i base
	over 0
	[ -e caught ] || atf_fail "it was not ended"
	for w in virtio-serial-device,max_ports=2 \
	    virtconsole,chardev=sock1,name=sock1,nr=1; do
		grep -qx $w args || atf_fail "no word $w"
	done
	# with the console on a pty we wait for it as well
	stub show <<-'EOF'
		#!/bin/sh
		sleep 20
	EOF
	echo use_pty=show >base.conf
	rm args caught
	start -f base.conf </dev/null 2>err & pid=$!
	wait_file args
	grep -q '^socket,id=sock1,.*,logfile=' args || atf_fail "a pty: not heard"
	: >end
	wait $pid || :
	# and within a limit
	rm args end
	start -i base --limit 20 </dev/null 2>err || show "--limit"
	grep -q '^socket,id=sock1,.*,logfile=' args || atf_fail "--limit: not heard"
}

t no_room "no room for a port is no reason not to start"
no_room_is() {
	hears
	image images/two.img two
	session pid -i base -l two -l two -l two -l two -l two -l two
	: >end
	over 0
	! grep virtio-serial args || atf_fail "nine devices"
	rm -f end pid nonblock status keyboard args
	elf kernels/netbsd-SMOL sym=viocon_earlyinit
	session pid -i base -l two -l two -l two -l two -l two
	over 0
	grep -qx virtio-serial-device,max_ports=2 args || atf_fail "viocon"
}

t not_found "QEMU that cannot be executed"
not_found_is() {
	printf '\177ELF' >bin/qemu-system-x86_64
	mkfifo keyboard
	sleep 60 >keyboard &
	feeder=$!
	script -q -e -c "'$NB_BIN/nb-start' -i base" typescript <keyboard >out
	rc=$?
	kill $feeder
	[ $rc -eq 1 ] || atf_fail "status $rc"
	grep -q 'nb-start: .*/bin/qemu-system-x86_64: Exec format error' out ||
	    show "see above"
}

t no_terminal "without a terminal nb-start becomes QEMU"
no_terminal_is() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/bin/sh
		echo $$ >pid
	EOF
	"$NB_BIN/nb-start" -i base </dev/null 2>err &
	wait $!
	[ "$(cat pid)" = $! ] || atf_fail "it has another process"
	[ ! -s err ] || show "see above"
	hasnot virtio-serial -i base
}

t real "QEMU itself, killed: the terminal is as before"
real_is() {
	rm bin/qemu-system-x86_64
	command -v qemu-system-x86_64 >/dev/null || atf_skip "no QEMU"
	session qemu-base.pid -i base -N
	cp qemu-base.pid pid
	sleep 0.3
	kill -KILL "$(cat qemu-base.pid)"
	over 1
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
