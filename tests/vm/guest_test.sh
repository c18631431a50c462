#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest_test: VMs by name, with QEMU itself and the stand-in guest in it; and
# bmake's words for them.

. "$(atf_get_srcdir)/../helpers.sh"

t()
{
	atf_test_case "$1" cleanup
	eval "$1_head() {
		atf_set descr \"$2\"
		atf_set timeout 300
		atf_set require.progs 'lighttpd bsdtar bmake e2fsck debugfs'
	}"
	eval "$1_body() { $1_is; }"
	eval "$1_cleanup() {
		[ ! -d .rt ] || \"$NB_BIN/nb-vm\" stop -t 0 -a
		stop_all
	}"
	vm_cases="$vm_cases $1"
}
vm_cases=

vm()
{
	"$NB_BIN/nb-vm" "$@"
}

# world: servers, and a copy of the project: p
world()
{
	project_up amd64
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 kernfetch
	mkdir -p p/service/probe/etc
}

# image: of a service whose rc is standard input
image()
{
	cat >p/service/probe/etc/rc
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 SERVICE=probe \
	    FSTYPE=ext2 base
}

# await_log PATTERN: the console has shown it
await_log()
{
	_n=0
	until vm logs probe 2>/dev/null | grep -qE "$1"; do
		sleep 0.2
		_n=$((_n + 1))
		[ $_n -lt 600 ] || {
			vm logs probe | tail -50
			atf_fail "the console does not show: $1"
		}
	done
}

# start_probe [ARGS]: in the background
start_probe()
{
	(cd p && "$NB_BIN/nb-start" -d -i probe-amd64 "$@" </dev/null \
	    >/dev/null 2>../err) || {
		cat err
		atf_fail "nb-start -d"
	}
}

# no_files: nothing of a VM but logs
no_files()
{
	for _f in .rt/nb-start/* p/qemu-* p/*.sock; do
		case $_f in
		*'*'* | *.log)	;;
		*)	atf_fail "$_f is left" ;;
		esac
	done
	nothing_left
}

t listens "a guest that listens is asked, and its disk is whole then"
listens_is()
{
	world
	cat >p/service/probe/etc/rc.stop <<-'EOF_'
		echo well >/ended
	EOF_
	image <<-'EOF_'
		. /etc/include/basicrc
		. /etc/include/onstop
		echo PROBE ready
		sleep 1000
	EOF_
	start_probe
	await_log '^PROBE ready'
	atf_check -e inline:'nb-vm: probe: stopped: the guest has shut down\n' \
	    "$NB_BIN/nb-vm" stop -t 60 probe
	no_files
	tail -c +1048577 p/images/probe-amd64.img >fs
	atf_check -o ignore -e ignore e2fsck -fn fs
	atf_check -o inline:'well\n' -e ignore debugfs -R 'cat /ended' fs
	# on a socket of the user's too
	start_probe -n 1
	await_log '^PROBE ready'
	atf_check -e inline:'nb-vm: probe: stopped: the guest has shut down\n' \
	    "$NB_BIN/nb-vm" stop -t 60 probe
	no_files
}

t deaf "one that does not is not troubled, and QEMU quits"
deaf_is()
{
	world
	image <<-'EOF_'
		. /etc/include/basicrc
		echo PROBE ready
		sh
	EOF_
	start_probe
	await_log '^PROBE ready'
	# the console, there and back
	mkfifo keys
	vm console probe <keys >shown 2>err & attached=$!
	exec 3>keys
	echo 'echo SHELL $((6 * 7))' >&3
	await_log '^SHELL 42'
	grep -q '^SHELL 42' shown || atf_fail "not shown"
	exec 3>&-
	wait $attached || atf_fail "console: $(cat err)"
	# the line STOP lies in the port's queue
	echo STOP | perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new($ARGV[0]) or die "$!\n";
		print $s <STDIN>; ' .rt/nb-start/probe.ctl ||
	    atf_fail "no control socket"
	mkfifo keys2
	vm console probe <keys2 >/dev/null 2>&1 & attached=$!
	exec 3>keys2
	echo 'echo STILL $((7 * 7))' >&3
	await_log '^STILL 49'
	exec 3>&-
	wait $attached
	vm list -J >out || atf_fail "list"
	grep -q '"state": "running"' out || atf_fail "$(cat out)"
	atf_check -e inline:'nb-vm: probe: stopped: QEMU was told to quit\n' \
	    "$NB_BIN/nb-vm" stop probe
	no_files
}

t halts "a guest in the background that shuts down by itself ends its VM"
halts_is()
{
	world
	image <<-'EOF_'
		. /etc/include/basicrc
		echo PROBE ready
		. /etc/include/shutdown
	EOF_
	start_probe
	atf_check "$NB_BIN/nb-vm" wait -t 120 probe
	vm logs probe | grep -q '^PROBE ready' || atf_fail "its log"
	# its watcher takes the rest away
	n=0
	while [ -e .rt/nb-start/probe.vm ] && [ $n -lt 100 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	no_files
}

t rules "bmake start, status, console and stop"
rules_is()
{
	world
	image <<-'EOF_'
		. /etc/include/basicrc
		. /etc/include/onstop
		echo PROBE ready
		sleep 1000
	EOF_
	atf_check -e match:'^nb-vm: .*/p/images/probe-amd64.img: does not run$' \
	    ./rules p ARCH=amd64 SERVICE=probe stop
	atf_check -s exit:1 -o ignore \
	    -e match:'^nb-vm: .*/p/images/probe-amd64.img: does not run$' \
	    ./rules p ARCH=amd64 SERVICE=probe status
	sleep 300 | ./rules p ARCH=amd64 SERVICE=probe PORT= start \
	    >vm.log 2>&1 &
	VM_PID=$!
	echo $VM_PID >>.vms
	expect_log '^PROBE ready' 120
	atf_check -o match:'^state     running$' -o match:'^name      probe$' \
	    ./rules p ARCH=amd64 SERVICE=probe status
	atf_check -s exit:1 -o ignore \
	    -e match:'^nb-vm: probe: its console is the output of process' \
	    ./rules p ARCH=amd64 SERVICE=probe console
	atf_check -e match:'^nb-vm: probe: stopped: ' \
	    ./rules p ARCH=amd64 SERVICE=probe stop
	expect_end 20
	no_files
	start_probe
	await_log '^PROBE ready'
	atf_check ./rules p ARCH=amd64 SERVICE=probe console </dev/null
	atf_check -e inline:'nb-vm: probe: stopped: the guest has shut down\n' \
	    ./rules p ARCH=amd64 SERVICE=probe stop
	no_files
}

t rounds "QEMU itself, started, killed and stopped in turn"
rounds_is()
{
	world
	image <<-'EOF_'
		. /etc/include/basicrc
		echo PROBE ready
		sleep 1000
	EOF_
	for i in 1 2 3 4 5; do
		for how in qemu twice starting; do
			case $how in
			qemu)
				start_probe -n 1
				kill -KILL "$(cat p/qemu-probe.pid)" ;;
			twice)
				start_probe -n 1
				vm stop probe 2>err1 & one=$!
				vm stop probe 2>err2 & two=$!
				wait $one || atf_fail "$(cat err1)"
				wait $two || atf_fail "$(cat err2)" ;;
			starting)
				(cd p && exec "$NB_BIN/nb-start" -d \
				    -i probe-amd64 -n 1 </dev/null \
				    >/dev/null 2>../err) & one=$!
				n=0
				while [ ! -e .rt/nb-start/probe.vm ]; do
					n=$((n + 1))
					[ $n -lt 10000 ] || atf_fail "no record"
				done
				[ $((i % 2)) -eq 0 ] || kill -KILL $one
				vm stop probe 2>err1 || atf_fail "$(cat err1)"
				wait $one || : ;;
			esac
			atf_check -e ignore "$NB_BIN/nb-vm" stop -a
			no_files
		done
	done
}

atf_init_test_cases()
{
	for c in $vm_cases; do
		atf_add_test_case "$c"
	done
}
