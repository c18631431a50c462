#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# walk_test: README's "Write your own service in five minutes", word by word:
# its commands, as they stand there, in a copy of the project.

. "$(atf_get_srcdir)/../helpers.sh"

# The commands, one a line.
commands() {
	awk '/^## Write your own service/ { on = 1 }
	    on && /^```$/ { exit }
	    on && block { print }
	    on && /^```sh$/ { block = 1 }' "$NB_TOP/README.md"
}

# The port that it names, unless somebody has it here: another for all who do.
free_port() {
	port=8180
	while ! perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(
	    LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 1)' $port; do
		port=$((20000 + $(random) % 12000))
	done
	[ $port -eq 8180 ] ||
	    sed -i "s/8180/$port/" p/etc/hello.conf p/service/hello/options.mk
}

# running: QEMU's process is there, and is ended with this case
running() {
	for _i in $(seq 600); do
		if [ -s p/qemu-foo.pid ]; then
			VM_PID=$(cat p/qemu-foo.pid)
			echo "$VM_PID" >>.vms
			return
		fi
		kill -0 $MAKE_PID 2>/dev/null || break
		sleep 0.2
	done
	cat vm.log
	atf_fail "start: no VM"
}

mirror_case walk "new, one line, check, start, curl"
walk_body() {
	project_up amd64
	free_port
	# bmake as a person has it, whose servers are these
	mkdir bin
	printf '#!/bin/sh\nPATH=%s\nexec "%s/rules" . ARCH=amd64 "$@"\n' "$PATH" "$PWD" \
	    >bin/bmake
	chmod +x bin/bmake
	PATH=$PWD/bin:$PATH
	commands | sed "s/8180/$port/" >commands
	atf_check -o inline:"5\n" sh -c 'wc -l <commands | tr -d " "'
	mkfifo .console
	cd p || exit
	while IFS= read -r command <&3; do
		case $command in
		*" start "*)
			sh -c "$command" >../vm.log 2>&1 <>../.console &
			MAKE_PID=$!
			(cd .. && running) || exit 1
			VM_PID=$(cat qemu-foo.pid)
			(cd .. && wait_http "http://127.0.0.1:$port/" 120)
			;;
		*)
			sh -c "$command" >>../out 2>>../err || {
				cat ../out ../err
				atf_fail "$command"
			}
			;;
		esac
	done 3<../commands
	cd ..
	cat vm.log
	atf_check -o ignore grep 'made service/foo and etc/foo.conf, from service/hello' out
	atf_check -o ignore grep '^service/foo: no faults found' out
	atf_check -o inline:"Hello, this is mine.\n" tail -n 1 out
	# before the console's first line
	atf_check -o match:": foo: http://127.0.0.1:$port/" \
	    sed '/stand-in for NetBSD/,$d' vm.log
	stop_vm
	(cd p && bmake list) >out
	atf_check -o ignore grep '^foo  *yes  *a copy of hello' out
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
