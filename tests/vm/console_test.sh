#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# console_test: the console of a VM in the background, on a terminal.

t() {
	atf_test_case "$1" cleanup
	eval "$1_cleanup() {
		. \"$NB_TOP/tests/vm/vm.subr\"
		end_all
		[ ! -s feeder ] || kill \$(cat feeder) 2>/dev/null || :
	}"
	eval "$1_head() {
		atf_set descr \"$2\"
		atf_set require.progs perl flock script stty
		atf_set timeout 60
	}"
	eval "$1_body() { vm_world; up; $1_is; }"
	cases="$cases $1"
}
cases=

# attach: nb-vm console base on a terminal of its own, which is fed from the
# fifo keyboard; modes before and after, and its status
attach() {
	rm -f keyboard before after status nonblock err attached
	# In the foreground, and with its number known. In the background a
	# shell has programs ignore INT and QUIT.
	cat >session.sh <<-'EOF_'
		trap : INT QUIT
		stty -g >before
		perl -e 'open my $f, ">", "attached"; print $f $$; close $f;
			$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec @ARGV' \
		    "$NB_BIN/nb-vm" console base 2>err
		echo $? >status
		stty -g >after
		perl -MFcntl -e 'print fcntl(STDIN, F_GETFL, 0) & O_NONBLOCK ? 1 : 0' \
		    >nonblock
	EOF_
	mkfifo keyboard
	sleep 50 >keyboard &
	echo $! >feeder
	script -q -e -c "sh session.sh" typescript <keyboard >/dev/null &
	script=$!
	await grep -q 'leave with' err
}

# over STATUS: it has ended so, and the terminal is as before
over() {
	await test -s nonblock
	kill "$(cat feeder)"
	wait $script
	cmp before after || atf_fail "the terminal's modes"
	[ "$(cat nonblock)" = 0 ] || atf_fail "the terminal does not block"
	[ "$(cat status)" -eq "$1" ] || show "status $(cat status), not $1"
}

t leaves "all keys are the guest's but one, and the VM goes on"
leaves_is() {
	attach
	printf 'a\003\032\034\001x\r' >keyboard
	await grep -q x $known/base.log
	atf_check -o inline:"nb-vm: base: console: leave with Ctrl-], the VM goes on\n" \
	    cat err
	printf 'more\035and' >keyboard
	over 0
	tr -d '<>' <$known/base.log | od -An -tx1 >got
	printf 'a\003\032\034\001x\rmore' | od -An -tx1 | diff - got ||
	    atf_fail "other keys"
	vm status base >/dev/null || atf_fail "the VM is gone"
	# and again
	attach
	printf '\035' >keyboard
	over 0
	vm stop base
	nothing_left
}

t shows "what the guest shows comes as it is"
shows_is() {
	attach
	printf 'x' >keyboard
	await grep -q '<x>' $known/base.log
	printf '\035' >keyboard
	over 0
	grep -q '<x>' typescript || atf_fail "not shown"
}

t vm_ends "the VM ends: so does its console"
vm_ends_is() {
	attach
	vm stop base || atf_fail "stop"
	over 0
	nothing_left
}

t killed "the VM is killed"
killed_is() {
	attach
	kill -KILL "$(cat qemu-base.pid)"
	over 0
	vm stop -a || atf_fail "stop"
	nothing_left
}

t signals "a signal that ends nb-vm: the terminal is put back"
signals_is() {
	for s in TERM HUP INT QUIT; do
		attach
		kill -$s "$(cat attached)"
		case $s in
		HUP) n=1 ;; INT) n=2 ;; QUIT) n=3 ;; TERM) n=15 ;;
		esac
		over $((128 + n))
	done
	vm status base >/dev/null || atf_fail "the VM is gone"
}

t alone "one at a time"
alone_is() {
	attach
	atf_check -s exit:1 -e inline:'nb-vm: base: somebody else is at its console\n' \
	    "$NB_BIN/nb-vm" console base </dev/null
	printf '\035' >keyboard
	over 0
	atf_check "$NB_BIN/nb-vm" console base </dev/null
}

t piped "without a terminal: to the end of what is typed, and nothing is a key"
piped_is() {
	printf 'a\035b' | vm console base >out 2>err || show "status"
	[ ! -s err ] || show "it speaks of keys"
	await grep -q '<a.b>' $known/base.log
	# much of it, and a reader that goes
	(head -c 300000 /dev/zero; sleep 1) | tr '\0' y |
	    vm console base 2>err | head -c 10 >out
	vm status base >/dev/null || atf_fail "the VM is gone"
}

atf_init_test_cases() {
	. "$NB_TOP/tests/vm/vm.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
