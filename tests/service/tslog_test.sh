#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tslog_test: what the service tslog makes of a kernel's log, by several awks.

HERE=${NB_TOP:?}/service/tslog/etc/tslog

# in_each_awk FUNCTION: awk is a command of that name
in_each_awk() {
	for a in mawk gawk original-awk 'busybox awk'; do
		command -v ${a%% *} >/dev/null || continue
		awk="$a"
		"$1"
	done
	[ -n "$awk" ] || atf_skip "no awk"
}

# A log as debug.tslog has it: two threads, one of which calls itself; an EXIT
# that came without its ENTER, one whose callee has none, a counter that went
# back, and words that are none of its.
log() {
	cat <<-'LOG'
	0x0 1000000000 ENTER main
	0x0 1001000000 EXIT nobody
	0x0 1002000000 ENTER config_attach vio;0 at pci
	0x0 1005000000 ENTER config_attach ld0
	0x7 1005500000 THREAD softnet/0
	0x7 1005500000 ENTER work
	0x0 1005000000 EVENT WAIT something
	0x0 1008000000 EXIT config_attach ld0
	0x7 1009500000 EXIT work
	0x0 1010000000 EXIT config_attach vio;0 at pci
	not a line of it

	0x0 1011000000 ENTER lost
	0x0 1010999999 ENTER deeper
	0x0 1013000000 EXIT main
	0x7 1013500000 ENTER left open
	0x7 1015500000 EVENT UNWAIT something
	LOG
}

atf_test_case folded
folded_head() {
	atf_set descr "stacks, each with the time in which it was the innermost"
}
folded_body() { in_each_awk folded_once; }
folded_once() {
	log >log
	atf_check -o inline:'kernel;main 3000
kernel;main;config_attach vio,0 at pci 5000
kernel;main;config_attach vio,0 at pci;config_attach ld0 3000
kernel;main;lost;deeper 2000
softnet/0 4000
softnet/0;left open 2000
softnet/0;work 4000
' sh -c "$awk -f $HERE/folded.awk log | LC_ALL=C sort"
	# another counter
	atf_check -o match:'^softnet/0;work 2000$' \
	    $awk -v hz=2000000000 -f "$HERE/folded.awk" log
	atf_check -o empty $awk -f "$HERE/folded.awk" /dev/null
}

atf_test_case longest
longest_head() {
	atf_set descr "functions with all that they called, each counted once"
}
longest_body() { in_each_awk longest_once; }
longest_once() {
	log >log
	atf_check -o inline:'    13.000       1  main
     8.000       1  config_attach
     4.000       1  work
' $awk -v top=3 -f "$HERE/folded.awk" log
	atf_check -o match:'^ +2.000 +1  deeper$' -o match:'^ +2.000 +1  lost$' \
	    -o match:'^ +2.000 +1  left$' $awk -v top=99 -f "$HERE/folded.awk" log
}

atf_test_case gaps
gaps_head() {
	atf_set descr "without a log: the messages that came longest after another"
}
gaps_body() { in_each_awk gaps_once; }
gaps_once() {
	cat >dmesg <<-'DMESG'
	[   1.0000000] NetBSD 11.0
	[   1.0000000] entropy: ready
	[   1.2500000] ld0 at virtio0
	a line of its own
	[   1.2600000] boot device: ld0
	[   3.2600000] root on dk0
	DMESG
	atf_check -o inline:'  2000.000  [   3.2600000] root on dk0
   250.000  [   1.2500000] ld0 at virtio0
' $awk -v top=2 -f "$HERE/gaps.awk" dmesg
	atf_check -o match:'^ +10.000  ' -o not-match:entropy \
	    $awk -v top=9 -f "$HERE/gaps.awk" dmesg
}

atf_test_case report
report_head() {
	atf_set descr "the report: the longest, and stacks where the host shares"
	atf_set require.progs bwrap
}
report_body() {
	log >log
	mkdir -p bin etc/include etc/tslog mnt tmp
	cp "$NB_TOP"/service/common/* etc/include/
	cp "$HERE"/* etc/tslog/
	cat >bin/sysctl <<-'EOF'
		#!/bin/sh
		case $2 in
		debug.tslog)	cat /log ;;
		machdep.tsc_freq) echo 2000000000 ;;
		esac
	EOF
	printf '#!/bin/sh\ncat /mounts\n' >bin/mount
	chmod +x bin/*
	: >mounts
	set -- bwrap --ro-bind /usr /usr --ro-bind-try /etc/alternatives \
	    /etc/alternatives --symlink usr/bin /bin --symlink usr/lib /lib \
	    --symlink usr/lib64 /lib64 --dev /dev --ro-bind bin /b \
	    --ro-bind etc/include /etc/include --ro-bind etc/tslog /etc/tslog \
	    --ro-bind log /log --ro-bind mounts /mounts --bind mnt /mnt \
	    --bind tmp /tmp --setenv PATH /b:/usr/bin --chdir / \
	    sh /etc/tslog/report 2
	atf_check -o inline:'        ms   calls  function, with all that it called
     6.500       1  main
     4.000       1  config_attach
tslog: stacks and microseconds are in /tmp/tslog.folded
' "$@"
	atf_check -o match:'^kernel;main 1500$' cat tmp/tslog.folded
	echo 'host on /mnt type 9p (local)' >mounts
	atf_check -o match:'are in /mnt/tslog.folded' "$@"
	atf_check cmp tmp/tslog.folded mnt/tslog.folded
}

atf_init_test_cases() {
	for c in folded longest gaps report; do
		atf_add_test_case $c
	done
}
