#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# status_test: a VM as a job: the guest's exit status, and a limit.

# A QEMU that does what the file `does` says, where $control is what the guest
# writes to its first port and $console its console.
qemu() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/bin/sh
		for a; do
			case $a in
			stdio,*logfile=*) console=${a##*logfile=} ;;
			null,*logfile=* | socket,*logfile=*)
				control=${a##*logfile=} ;;
			esac
		done
		for a; do printf '%s\n' "$a"; done >args
		. ./does
	EOF
}

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set timeout 60; }"
	eval "$1_body() { world; qemu; $1_is; }"
	cases="$cases $1"
}
cases=

# ends STATUS TEXT [ARGS]: after what standard input says; TEXT "" is nothing
ends() {
	_want=$1
	_text=$2
	shift 2
	cat >does
	_rc=0
	start -i base --status "$@" >out 2>err </dev/null || _rc=$?
	[ $_rc -eq "$_want" ] || show "$(cat does): status $_rc, not $_want"
	# what runs without an accelerator may say so
	sed '/^nb-start: host socket/d' err >said
	if [ -z "$_text" ]; then
		[ ! -s said ] || show "$(cat does): it says something"
	else
		grep -qxF -- "nb-start: $_text" said &&
		    [ "$(wc -l <said)" -eq 1 ] ||
		    show "$(cat does): says no: $_text"
	fi
}

t status "the guest's status is ours, and ends the VM"
status_is() {
	ends 0 '' <<-'EOF'
		echo 'EXIT 0' >$control
		exec sleep 50
	EOF
	ends 7 "base: the guest's exit status is 7" <<-'EOF'
		printf 'hello\r\nEXIT 7\r\n' >$control
		exec sleep 50
	EOF
	# in pieces, and QEMU has gone before they are read
	ends 255 'base: 02.sh: exit status 255' <<-'EOF'
		printf 'E' >$control
		printf 'XIT 25' >$control
		printf '5 02.sh: exit status 255\nEXIT 3\n' >$control
	EOF
	# a terminal does nothing with what a guest says
	ends 1 'base: a?[31mb' <<-'EOF'
		printf 'EXIT 1 a\033[31mb\n' >$control
		exec sleep 50
	EOF
	# by a socket too
	ends 4 "base: the guest's exit status is 4" -n 2 <<-'EOF'
		echo 'EXIT 4' >$control
		exec sleep 50
	EOF
}

t console "what the console shows to the last is shown before the end"
console_is() {
	ends 0 '' <<-'EOF'
		trap 'sleep 60 & kill $!; exit 0' TERM
		echo first
		echo 'EXIT 0' >$control
		sleep 0.1
		echo last
		sleep 50 & wait
	EOF
	atf_check -o inline:'first\nlast\n' cat out
}

t argv "what QEMU gets for it"
argv_is() {
	has "socket,id=sock1,path=$known/base.ctl,server=on,wait=off" \
	    -i base --status
	has virtio-serial-device,max_ports=2 -i base --status
	has virtconsole,chardev=sock1,name=sock1,nr=1 -i base --status
	has -no-reboot -i base --status
	hasnot .ctl -i base --status -n 1
	hasnot -no-reboot -i base -n 1 --limit 5
	has virtio-serial-device,max_ports=3 -i base --status -n 2
	mkdir run
	has run/qemu-base.pid -i base --rundir run
	has 'socket,id=sock1,path=run/s-base-p1.sock,server=on,wait=off' \
	    -i base --rundir run -n 1
}

t none "no status: what became of the guest"
none_is() {
	ends 1 'base: the guest rebooted or halted without an exit status' \
	    </dev/null
	for s in 'EXIT' 'EXIT ' 'EXIT x' 'EXIT -1' 'EXIT 256' 'EXIT 1x' \
	    ' EXIT 0' 'exit 0' 'EXIT 99999999999999999999'; do
		ends 1 'base: the guest rebooted or halted without an exit status' <<-EOF
			printf '$s\n' >\$control
		EOF
	done
	# its line has no end
	ends 1 'base: the guest rebooted or halted without an exit status' <<-'EOF'
		printf 'EXIT 0' >$control
	EOF
	ends 1 'base: the guest ended without an exit status' <<-'EOF'
		echo 'JEMATA!' >$control
		exec sleep 50
	EOF
	ends 1 "$PWD/bin/qemu-system-x86_64: ended by signal 9" <<-'EOF'
		kill -KILL $$
	EOF
	cat >does <<-'EOF'
		echo 'qemu-system-x86_64: no such disk' >&2
		exit 1
	EOF
	atf_check -s exit:1 -e inline:'qemu-system-x86_64: no such disk\n' \
	    "$NB_BIN/nb-start" -i base --status
}

t panic "a kernel's panic is told from a program's"
panic_is() {
	ends 1 'base: the guest panicked: free: not mounted' <<-'EOF'
		echo '[ 12.3456789] panic: free: not mounted' >$console
		echo '[ 12.3456789] panic: another' >$console
	EOF
	ends 1 'base: the guest panicked: Attempted to kill init!' <<-'EOF'
		printf '[    1.2] Kernel panic - not syncing: Attempted to kill init!\r\n' >$console
	EOF
	for s in 'panic: runtime error' '[x] panic: a' '[1.0 panic: a' '[ 1.0] no panic: a'; do
		ends 1 'base: the guest rebooted or halted without an exit status' <<-EOF
			echo '$s' >\$console
		EOF
	done
	# one that does not reboot is ended
	from=$(date +%s)
	ends 1 'base: the guest panicked: ddb' <<-'EOF'
		echo '[ 1.0] panic: ddb' >$console
		exec sleep 50
	EOF
	[ $(($(date +%s) - from)) -lt 20 ] || atf_fail "it took long"
	# a status is worth more
	ends 0 '' <<-'EOF'
		echo '[ 1.0] panic: while halting' >$console
		echo 'EXIT 0' >$control
		exec sleep 50
	EOF
}

t limit "a VM that does not end in time is ended"
limit_is() {
	from=$(date +%s)
	ends 1 'base: not done in 1 seconds: give it more time (--limit, BUILDTIMEOUT)' \
	    --limit 1 <<-'EOF'
		exec sleep 50
	EOF
	# one that does not listen either
	ends 1 'base: not done in 1 seconds: give it more time (--limit, BUILDTIMEOUT)' \
	    --limit=1 <<-'EOF'
		exec perl -e '$SIG{TERM} = "IGNORE"; sleep 50'
	EOF
	[ $(($(date +%s) - from)) -lt 20 ] || atf_fail "it took long"
	ends 0 '' --limit 30 <<-'EOF'
		echo 'EXIT 0' >$control
		exec sleep 50
	EOF
	# without a status too
	atf_check -s exit:1 -e match:'not done in 1 seconds' \
	    "$NB_BIN/nb-start" -i base --limit 1
	echo 'exec sleep 1.2' >does
	atf_check "$NB_BIN/nb-start" -i base --limit 0
}

t signals "INT, TERM and HUP end the VM, and us with the same signal"
signals_is() {
	command -v setsid >/dev/null || atf_skip "no setsid"
	for sig in INT TERM HUP; do
		rm -f up down
		cat >does <<-'EOF'
			trap 'echo >down; exit 0' INT TERM HUP
			echo >up
			while :; do sleep 0.1; done
		EOF
		# a shell's background job ignores INT
		perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$NB_BIN/nb-start" \
		    -i base --status >out 2>err </dev/null &
		pid=$!
		n=0
		while [ ! -e up ]; do
			sleep 0.05
			n=$((n + 1))
			[ $n -lt 200 ] || show "no QEMU"
		done
		kill -$sig $pid
		rc=0
		wait $pid || rc=$?
		[ $rc -gt 128 ] && [ "$(kill -l $rc)" = $sig ] ||
		    show "$sig: status $rc"
		[ -e down ] || atf_fail "$sig: QEMU was not told"
	done
}

t usage "what does not go together"
usage_is() {
	refused 2 '--status: is for a VM that is waited for' -i base -d --status
	refused 2 '--limit: is for a VM that is waited for' -i base -d --limit 5
	refused 2 '--limit: "x" is not a number' -i base --limit x
	refused 2 '--limit: 604801 is too much' -i base --limit 604801
	refused 1 'nope: no such folder (--rundir)' -i base --rundir nope
	refused 2 '--rundir: an empty name' -i base --rundir ''
	atf_check -o match:'^      --limit seconds ' -o match:'^      --status ' \
	    "$NB_BIN/nb-start" -h
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
