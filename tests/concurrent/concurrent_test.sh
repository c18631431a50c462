#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# concurrent_test.sh: makes that run at once, one held up on purpose where it
# would be in the other's way. Those that meet by chance are in the soak.

. "$(atf_get_srcdir)/../helpers.sh"

hold=$NB_BIN/nb-hold

# keep FILE NAME [WORDS]: somebody has it: process $keeper, until killed.
keep() {
	sleep 300 >/dev/null 2>&1 &
	keeper=$!
	echo $keeper >>.vms
	atf_check "$hold" -w "${3-somebody}" -p $keeper "$1" "$2"
}

# waits FILE PATTERN: the file shows it, within a minute.
waits() {
	for _i in $(seq 600); do
		! grep -q -- "$2" "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	cat "$1"
	atf_fail "$1 does not show: $2"
}

mirror_case hold "nb-hold: one after the other, and who is told"
hold_body() {
	keep lock a "bmake base"
	atf_check -s exit:1 -e match:"^nb-hold: a: process $keeper, bmake base, since [0-9:]*[0-9] is at it: try again when that has ended, or end it: kill $keeper\$" \
	    "$hold" -n lock a true
	atf_check -s exit:1 -e match:"^nb-hold: lock: process $keeper, " \
	    "$hold" -n lock - true
	# another name, another file
	atf_check -o inline:"b\n" "$hold" -n lock b echo b
	atf_check "$hold" -n lock2 a true
	# who waits is told, and has its turn when the other is killed
	"$hold" lock a echo mine >out 2>err &
	waits err "^nb-hold: a: waiting for process $keeper, bmake base, since"
	[ ! -s out ] || atf_fail "did not wait"
	kill -9 $keeper
	wait $! || atf_fail "the second failed"
	atf_check -o inline:"mine\n" cat out
	# its command's status, and only its own turn is given up
	atf_check -s exit:7 "$hold" lock a sh -c 'exit 7'
	keep lock -
	atf_check "$hold" -u -p $$ lock -
	atf_check -s exit:1 -e match:"process $keeper" "$hold" -n lock c true
	atf_check "$hold" -u -p $keeper lock -
	atf_check "$hold" -n lock c true
	kill $keeper
	# as long as the command runs, though the shell that ran it has gone
	(exec "$hold" lock a sh -c 'echo $$ >pid; exec sleep 300') &
	echo $! >>.vms
	waits pid .
	atf_check -s exit:1 -e match:"process $(cat pid), sh, since" \
	    "$hold" -n lock a true
	kill -9 "$(cat pid)"
	atf_check "$hold" -n lock a true
}

mirror_case stale "nb-hold: what is left says nothing; where there are no locks"
stale_body() {
	# A record of a process that runs, as if it had got another's number.
	echo "$$ $$ 1 bmake base" >lock
	keep lock a
	kill -9 $keeper
	atf_check "$hold" -n lock a true
	# removed while it is held: those who come meet in the new one
	keep lock a
	rm lock
	atf_check "$hold" -n lock a true
	kill $keeper
	# what is written by who may is no word to a terminal
	keep lock a "$(printf 'x\033[2Jy')"
	atf_check -s exit:1 -e match:'x\?\[2Jy' "$hold" -n lock a true
	kill $keeper
	[ ! -d /sys/kernel ] ||
	    atf_check -o inline:"on\n" -e match:"^nb-hold: warning: /sys/kernel/.lock: .*: nobody is kept from working on the same\$" \
		"$hold" -n /sys/kernel/.lock a echo on
	atf_check -s exit:1 -e match:"none/lock: No such file" \
	    "$hold" none/lock a true
	atf_check -s exit:1 -e match:"lock.link" sh -c \
	    "ln -s lock lock.link && exec $hold lock.link a true"
	atf_check -s exit:2 -e match:"no process has that number" \
	    "$hold" -p 0 lock a
	atf_check -s exit:1 -e match:"there is no such process" \
	    "$hold" -p 2147483646 lock a
	atf_check -s exit:2 -e match:usage "$hold" lock a
	atf_check -s exit:2 -e match:usage "$hold" -u lock a
}

mirror_case image "a build waits for another of its image; clean is refused"
image_body() {
	project_up amd64
	keep p/images/.lock hello-amd64 "bmake SERVICE=hello base"
	./rules p ARCH=amd64 SERVICE=hello base >out 2>&1 &
	second=$!
	# another image is nobody's business
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 SERVICE=base base
	waits out "^nb-hold: hello-amd64: waiting for process $keeper, bmake"
	for goal in clean distclean; do
		atf_check -s exit:1 -o ignore -e match:"^nb-hold: images/.lock: process .* is at it" \
		    ./rules p ARCH=amd64 $goal
	done
	atf_check test -f p/images/base-amd64.img -a -f p/sets/amd64/base.tar.xz
	# What it waited for is not done again.
	kill -9 $keeper
	wait $second || { cat out; atf_fail "the second failed"; }
	atf_check test -f p/images/hello-amd64.img
	atf_check -o not-match:nb-mkfs -e not-match:nb-mkfs \
	    ./rules p ARCH=amd64 SERVICE=hello base
	# clean and what follows, in one call
	atf_check -o ignore -e ignore ./rules p ARCH=amd64 SERVICE=hello clean base
	atf_check -o ignore ./rules p ARCH=amd64 clean
}

mirror_case meet "the same image twice, then with other variables: each is whole"
meet_body() {
	project_up amd64
	for size in 30 20; do
		rm -rf p/images/* p/images/.work
		./rules p ARCH=amd64 SERVICE=hello IMGSIZE=30 base >a 2>&1 &
		first=$!
		./rules p ARCH=amd64 SERVICE=hello IMGSIZE=$size base >b 2>&1 ||
		    { cat b; atf_fail "the second failed"; }
		wait $first || { cat a; atf_fail "the first failed"; }
		atf_check -o inline:"1\n" sh -c 'ls p/images/.work/hello-amd64 | wc -l'
		# what is said of the image is so: it needs no build, or is made
		atf_check -o ignore -e ignore \
		    ./rules p ARCH=amd64 SERVICE=hello IMGSIZE=$size base
		atf_check -o inline:"${size}\n" sh -c \
		    'echo $(($(stat -c %s p/images/hello-amd64.img) / 1048576))'
		fs hello
		in_fs "cat /dev/MAKEDEV" -o match:"tmpfs"
	done
	# one of the two has nothing to do, when they are the same
	rm -rf p/images/* p/images/.work
	pids=
	for i in 1 2 3; do
		./rules p ARCH=amd64 SERVICE=hello base >>all 2>&1 &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait $pid || { cat all; atf_fail "one failed"; }
	done
	atf_check -o inline:"1\n" grep -c "nb-mkfs: images" all
}

mirror_case downloads "two services from empty: what they share comes once"
downloads_body() {
	project_up amd64
	asked
	for s in hello base bozohttpd; do
		./rules p ARCH=amd64 SERVICE=$s base kernfetch >$s 2>&1 &
		eval "pid_$s=\$!"
	done
	for s in hello base bozohttpd; do
		eval "wait \$pid_$s" || { cat $s; atf_fail "$s failed"; }
		atf_check test -f p/images/$s-amd64.img
	done
	asked
	for f in base.tar.xz etc.tar.xz netbsd-SMOL; do
		atf_check -o inline:"1\n" grep -c "^200 GET .*/$f " asked
	done
	atf_check find p -name '*.part' -o -name '*.new'
}

mirror_case start "an image that was built is let go before it is booted"
start_body() {
	project_up amd64
	mkdir bin
	ln -s "$NB_BIN"/nb-* bin/
	rm bin/nb-start
	cat >bin/nb-start <<-EOF
		#!/bin/sh
		exec "$hold" -n images/.lock hello-amd64 echo free
	EOF
	chmod +x bin/nb-start
	atf_check -o match:"^free$" -e ignore ./rules p BIN="$PWD/bin" \
	    ARCH=amd64 SERVICE=hello start
}

mirror_case same_new "the same new service twice: one of them has it"
same_new_body() {
	MIRROR_URL=http://127.0.0.1:9
	copy_project p
	for i in 1 2 3 4; do
		{ ./rules p SERVICE=foo new >new.$i 2>&1; echo $? >rc.$i; } &
	done
	wait
	cat new.*
	atf_check -o inline:"1\n" sh -c 'cat rc.* | grep -c "^0$"'
	atf_check -o inline:"3\n" sh -c \
	    'cat new.* | grep -c "^new: .*foo.*: is there already"'
	atf_check find p/service p/etc -name '.new*'
	atf_check test -f p/etc/foo.conf -a -f p/service/foo/etc/rc
	atf_check test ! -e p/service/foo/foo
}

atf_init_test_cases() {
	for c in $cases; do atf_add_test_case "$c"; done
}
