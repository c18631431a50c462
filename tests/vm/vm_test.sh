#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# vm_test: VMs by name: which there are, what they are, and their end.

t() {
	atf_test_case "$1" cleanup
	eval "$1_cleanup() { . \"$NB_TOP/tests/vm/vm.subr\"; end_all; }"
	eval "$1_head() {
		atf_set descr \"$2\"
		atf_set require.progs perl flock
		atf_set timeout 120
	}"
	eval "$1_body() { vm_world; $1_is; }"
	cases="$cases $1"
}
cases=

# says STATUS TEXT ARGS: nb-vm's only line on standard error
says() {
	_want=$1
	_text=$2
	shift 2
	_rc=0
	vm "$@" >out 2>err || _rc=$?
	[ $_rc -eq "$_want" ] || show "nb-vm $*: status $_rc, not $_want"
	printf '%s' "$_text" | sed 's/^/nb-vm: /' | sed -e '$a\' >want
	[ -n "$_text" ] || : >want
	diff want err || show "nb-vm $*"
}

# json PROGRAM: perl with what nb-vm -J printed as $j
json() {
	perl -MJSON::PP -0777 -e '
		my $j = JSON::PP->new->utf8->decode(<STDIN>);'"$1" <out || {
		echo "$1"
		show "JSON is not as it should be"
	}
}

t nothing "no VM, and no folder either"
nothing_is() {
	says 0 '' list
	[ ! -s out ] || show "list"
	says 0 '' list -J
	[ "$(cat out)" = '[]' ] || show "list -J"
	says 0 '' status
	says 1 'base: does not run' list base
	says 1 'base: does not run' status base
	says 1 'base: does not run' console base
	says 1 'base: no log: only a VM in the background (nb-start -d) has one' logs base
	# the end that is wanted is there
	says 0 'base: does not run' stop base
	says 0 '' stop -a
	says 0 '' wait base
	[ ! -e rt ] || atf_fail "asking made a folder"
}

t list "who runs, and with what"
list_is() {
	up -N
	mkdir other
	echo 'img=images/base-amd64.img' >second.conf
	start -d -f second.conf -c 2 -m 64 -p udp::19753-:53,::19754-:80 \
	    >out 2>err </dev/null || show "the second"
	vm list >out || show "status"
	pid=$(cat qemu-base.pid)
	atf_check -o match:"^NAME    STATE    *PID  *UP  CPU%  MB  PORTS  *IMAGE\$" \
	    -o match:"^base    running  *$pid  *[0-9]+s  *[0-9.]+  *[0-9]+  -  *$PWD/images/base-amd64.img\$" \
	    -o match:"^second  running .*  udp:127.0.0.1:19753>53,127.0.0.1:19754>80  /" \
	    cat out
	[ "$(wc -l <out)" -eq 3 ] || show "lines"
	# columns
	[ "$(awk '{ print index($0, "running") }' out | sort -u | tail -n +2 | wc -l)" -eq 1 ] ||
	    show "not aligned"
	vm list second >out || show "status"
	[ "$(wc -l <out)" -eq 2 ] || show "one"
	vm list -J >out
	json 'die unless @$j == 2 && $j->[0]{name} eq "base" &&
		$j->[0]{pid} == '"$pid"' && $j->[0]{state} eq "running" &&
		@{$j->[0]{forwards}} == 0 &&
		$j->[1]{forwards}[0] eq "udp:127.0.0.1:19753-:53" &&
		$j->[1]{cores} == 2 && $j->[1]{memory_mb} == 64 &&
		$j->[0]{memory_bytes} > 1000000 &&
		$j->[0]{uptime_seconds} < 100 &&
		abs($j->[0]{since} - time) < 100;'
	vm status second >out || show "status"
	atf_check -o match:'^state     running$' \
	    -o match:'^process   [0-9]+$' \
	    -o match:'^machine   amd64, tcg, 64 MB, cores: 2$' \
	    -o match:"^image     $PWD/images/base-amd64.img\$" \
	    -o match:"^kernel    $PWD/kernels/netbsd-SMOL\$" \
	    -o match:"^log       $known/second.log\$" \
	    -o match:'^console   socket$' \
	    -o match:'^cpu       [0-9]+\.[0-9][0-9] s, [0-9]+\.[0-9] %$' \
	    -o match:'^memory    [0-9]+ MB of' \
	    -o match:'^since     20[0-9-]* [0-9:]*, for [0-9]+s$' cat out
	vm status -J second >out || show "status -J"
	json 'die unless @$j == 1 && $j->[0]{name} eq "second";'
	says 1 'nope: does not run' status second nope
	# by image, whatever its path is written like
	says 0 'base: stopped: QEMU was told to quit
second: stopped: QEMU was told to quit' stop ./images/../images/base-amd64.img
	nothing_left
}

t closed "nb-start that has no standard input, output or error"
closed_is() {
	start -d -i base <&- >&- 2>&- || atf_fail "nb-start -d"
	vm status base >out 2>err </dev/null || atf_fail "it is not known: $(cat err)"
	vm stop base
	nothing_left
}

t states "paused, suspended, starting"
states_is() {
	: >paused
	up
	vm list -J >out
	json 'die unless $j->[0]{state} eq "paused"'
	kill -STOP "$(cat qemu-base.pid)"
	from=$(date +%s)
	vm list -J >out
	json 'die unless $j->[0]{state} eq "suspended"'
	[ $(($(date +%s) - from)) -lt 5 ] || atf_fail "it waits for QEMU"
	kill -CONT "$(cat qemu-base.pid)"
	says 0 'base: stopped: QEMU was told to quit' stop base
	nothing_left
	# QMP that does not answer: what is known besides
	rm paused
	: >hung
	up
	vm list -J >out
	json 'die unless $j->[0]{state} eq "running"'
	says 0 'base: stopped: QEMU got a SIGTERM' stop -t 1 base
	rm hung
	: >slow
	"$NB_BIN/nb-start" -d -i base </dev/null >/dev/null 2>&1 &
	await test -e $known/base.vm
	vm list -J >out
	json 'die unless $j->[0]{state} eq "starting"'
	wait $!
	vm list -J >out
	json 'die unless $j->[0]{state} eq "running"'
	says 0 'base: stopped: QEMU was told to quit' stop base
	nothing_left
}

t how "stop is as gentle as the VM lets it"
how_is() {
	: >listens
	up
	says 0 'base: stopped: the guest has shut down' stop base
	nothing_left
	# on a socket of the user's too
	up -n 2
	says 0 'base: stopped: the guest has shut down' stop base
	nothing_left
	rm listens
	up
	says 0 'base: stopped: QEMU was told to quit' stop base
	nothing_left
	: >mute
	up -n 1
	says 0 'base: stopped: QEMU got a SIGTERM' stop base
	nothing_left
	: >deaf
	up -n 1
	from=$(date +%s)
	says 0 'base: stopped: QEMU was killed' stop -t 1 base
	[ $(($(date +%s) - from)) -lt 5 ] || atf_fail "it took long"
	nothing_left
	rm mute
	: >listens
	up
	vm stop -J -t 0 base >out 2>err || show "status"
	json 'die unless $j->[0]{name} eq "base" && $j->[0]{how} eq "kill" &&
		$j->[0]{pid} > 1 && $j->[0]{seconds} < 5;'
	nothing_left
	vm stop -J base >out || show "status"
	json 'die unless $j->[0]{how} eq "gone";'
}

t no_watcher "a guest that shuts down though nobody of ours hears it"
no_watcher_is() {
	: >listens
	up
	for p in $(processes); do
		[ "$p" = "$(cat qemu-base.pid)" ] || kill -KILL "$p"
	done
	says 0 'base: stopped: the guest has shut down' stop base
	nothing_left
}

t button "on aarch64 there is a power button"
button_is() {
	start -d -i base-evbarm-aarch64 </dev/null >out 2>err || show "status"
	# the stub's guest does not look at it
	from=$(date +%s)
	says 0 'base: stopped: QEMU was told to quit' stop -t 2 base
	nothing_left
	: >button
	start -d -i base-evbarm-aarch64 </dev/null >out 2>err || show "status"
	says 0 'base: stopped: the guest has shut down, by its power button' stop base
	nothing_left
}

t waited_for "one that nb-start waits for is stopped as well"
waited_for_is() {
	beside
	vm list -J >out
	json 'die unless $j->[0]{pid} == '"$(cat qemu-base.pid)"' &&
		$j->[0]{console} eq "output";'
	says 0 'base: stopped: QEMU was told to quit' stop base
	wait $beside || atf_fail "nb-start failed"
	nothing_left
	# ended by itself, its record goes with it
	beside -n 1
	kill -TERM "$(cat qemu-base.pid)"
	wait $beside || :
	[ ! -e $known/base.vm ] || atf_fail "a record"
	nothing_left
	# where nb-start becomes QEMU, who looks clears it away
	"$NB_BIN/nb-start" -i base </dev/null >out 2>err &
	await test -S $known/base.qmp
	vm list -J >out
	json 'die unless $j->[0]{pid} == '"$!"
	kill -KILL $!
	wait $! || :
	vm list -J >out
	json 'die unless $j->[0]{state} eq "stale"'
	vm list -J >out
	json 'die unless @$j == 0'
	nothing_left
}

t twice "two stops at once both succeed"
twice_is() {
	for mode in '' deaf listens; do
		[ -z "$mode" ] || : >$mode
		up
		vm stop -t 2 base >out1 2>err1 & one=$!
		vm stop -t 2 base >out2 2>err2 & two=$!
		wait $one || atf_fail "$mode: $(cat err1)"
		wait $two || atf_fail "$mode: $(cat err2)"
		nothing_left
		rm -f deaf listens
	done
}

t stale "a record of a process that is another's now"
stale_is() {
	stranger
	forge $stranger
	echo $stranger >qemu-base.pid
	says 1 '' status base
	grep -q '^state     stale$' out || show "not stale"
	[ ! -e $known/base.vm ] || atf_fail "the record is left"
	for c in 'stop -t 0 base' 'stop base' 'stop -a' 'wait base' 'list'; do
		forge $stranger
		vm $c >out 2>err || show "nb-vm $c"
		unhurt
		[ ! -e $known/base.vm ] || atf_fail "$c: the record is left"
	done
	# one that was being started, and its pid file of before
	forge $stranger
	sed -i 's/^state .*/state starting/' $known/base.vm
	echo $stranger >qemu-base.pid
	says 0 'base: does not run' stop -t 0 base
	unhurt
	# numbers that mean many processes to kill(2)
	for n in 0 -1 1 -$stranger 99999999999999999999 x ''; do
		forge "$n"
		vm stop -t 0 base >out 2>err || show "pid $n"
		unhurt
	done
	# the next of the name takes it over
	forge $stranger
	echo $stranger >qemu-base.pid
	up
	says 0 'base: stopped: QEMU was told to quit' stop base
	unhurt
	nothing_left
	# seen to fail: with the right time it is what it says
	up
	born=$(sed -n 's/^born //p' $known/base.vm)
	pid=$(cat qemu-base.pid)
	[ -n "$born" ] || atf_fail "no time"
	cp $known/base.vm was
	says 0 'base: stopped: QEMU was told to quit' stop base
	forge $stranger "$born"
	says 0 'base: does not run' stop -t 0 base
	unhurt
}

t names "VMs of one name"
names_is() {
	up
	pid=$(cat qemu-base.pid)
	refused 1 "base: runs already, as process $pid (qemu-base.pid)" -d -i base
	mkdir two three
	start -d -i base --rundir two </dev/null >out 2>err || show "the second"
	grep -qx 'nb-start: base: console: nb-vm console base.2' err ||
	    show "not told"
	start -d -i base --rundir three </dev/null >out 2>err || show "the third"
	vm list | awk 'NR > 1 { print $1 }' >got
	printf 'base\nbase.2\nbase.3\n' | diff - got || atf_fail "names"
	says 0 'base.2: stopped: QEMU was told to quit' stop base.2
	start -d -i base --rundir two </dev/null >out 2>err || show "again"
	# the first place that is free is taken
	vm list | awk 'NR > 1 { print $1 }' | diff got - || atf_fail "names"
	says 0 'base: stopped: QEMU was told to quit
base.2: stopped: QEMU was told to quit
base.3: stopped: QEMU was told to quit' stop -a
	nothing_left
	# at once in one folder: one of them is refused
	for i in 1 2 3; do
		start -d -i base </dev/null >out$i 2>err$i &
		eval "p$i=$!"
	done
	n=0
	for i in 1 2 3; do
		eval "wait \$p$i" && n=$((n + 1))
	done
	[ $n -eq 1 ] || atf_fail "$n of three were started: $(cat err?)"
	says 0 'base: stopped: QEMU was told to quit' stop -a
	nothing_left
}

t odd_names "names that are long, or odd"
odd_names_is() {
	long=$(head -c 100 /dev/zero | tr '\0' n)
	set -- "$long" 'a b' 'x,if=ide' 'q"uote\' "it's" '-J' 'ümlaut' '.dot' '%s%n'
	for n; do
		cp images/base-amd64.img "images/$n.img"
		start -d -i "./images/$n.img" -m 48 </dev/null >out 2>err ||
		    show "$n"
		vm list -J >out
		N=$n json 'die unless @$j == 1; utf8::encode($j->[0]{name});
			die unless $j->[0]{name} eq $ENV{N} &&
			$j->[0]{image} =~ /\.img$/;'
		# (its own list of options ends with --)
		vm stop -t 5 -- "$n" 2>err || show "$n"
		nothing_left
	done
	# bytes that are no text
	n=$(printf 'x\377y')
	cp images/base-amd64.img "images/$n.img"
	start -d -i "images/$n.img" </dev/null >out 2>err || show "bytes"
	vm list -J >out
	json 'die unless $j->[0]{name} eq "x\x{fffd}y"'
	vm stop -a 2>err || show "bytes"
	nothing_left
	# a folder with a newline in it
	mkdir 'new
line'
	cp images/base-amd64.img 'new
line/base.img'
	(
		cd 'new
line' && start -d -k ../kernels/netbsd-SMOL -i base.img </dev/null >/dev/null 2>&1
	) || atf_fail "a newline"
	vm list -J >out
	json 'die unless $j->[0]{image} =~ m{/new\nline/base.img$}'
	[ "$(vm list | wc -l)" -eq 2 ] || atf_fail "a line in two"
	vm stop -a 2>err || show "a newline"
	[ ! -e 'new
line/qemu-base.pid' ] || atf_fail "its pid file"
	nothing_left
}

t folder "the folder is this user's alone, or it is not believed"
folder_is() {
	mkdir -p $known
	chmod 755 $known
	up
	grep -qx "nb-start: warning: $known: open to other users: chmod 700 $known: nb-vm will not know this VM" \
	    err || show "not warned"
	says 1 "$known: open to other users: chmod 700 $known" list
	kill -TERM "$(cat qemu-base.pid)"
	await test ! -e qemu-base.pid
	rmdir $known
	: >$known
	says 1 "$known: not a folder" list
	rm $known
	ln -s /tmp $known
	says 1 "$known: not a folder" stop -a
	rm $known
	# which folder it is
	path() {
		env "$@" "$NB_BIN/nb-start" -v -i base 2>err | tr ' ' '\n' |
		    sed -n 's/.*id=qmp1,path=\([^,]*\)\/base.qmp.*/\1/p'
	}
	case $(id -u) in
	0)	else=/var/run/nb-start ;;
	*)	else=/tmp/nb-start-$(id -u) ;;
	esac
	atf_check_equal "$(path XDG_RUNTIME_DIR="$PWD/new")" "$PWD/new/nb-start"
	atf_check_equal "$(path XDG_RUNTIME_DIR=)" "$else"
	atf_check_equal "$(path XDG_RUNTIME_DIR=rt)" "$else"
	[ "$(id -u)" -eq 0 ] ||
	    atf_check_equal "$(path XDG_RUNTIME_DIR=/)" "$else"
	long=$PWD/$(head -c 90 /dev/zero | tr '\0' l)
	export XDG_RUNTIME_DIR="$long"
	up
	grep -q "^nb-start: warning: $long: too long to have sockets in it: set XDG_RUNTIME_DIR to another folder: nb-vm will not" \
	    err || show "not warned"
	kill -TERM "$(cat qemu-base.pid)"
	await test ! -e qemu-base.pid
}

t records "records that are none"
records_is() {
	up
	for n in a b c d e; do
		cp $known/base.vm $known/$n.vm
	done
	: >$known/a.vm
	printf 'name b' >$known/b.vm
	head -c 100000 /dev/urandom >$known/c.vm
	rm $known/d.vm $known/e.vm
	mkdir $known/d.vm
	mkfifo $known/e.vm
	: >$known/x.qmp
	: >$known/y.vm.part
	: >$known/accel-1.part
	vm list >out 2>err || show "status"
	grep -q '^base  *running ' out || show "base"
	[ ! -e $known/x.qmp ] && [ ! -e $known/y.vm.part ] ||
	    atf_fail "files of nobody's are left"
	[ -e $known/accel-1.part ] || atf_fail "another's file"
	vm stop -a 2>err || show "stop"
	rm -r $known/accel-1.part $known/[acde].vm
	nothing_left
}

t waits "wait ends with the VM, or in time"
waits_is() {
	up
	says 1 'base: runs still, after 0 seconds' wait -t 0 base
	says 1 'base: runs still, after 1 seconds' wait -a -t 1
	vm wait base >out 2>err & waiting=$!
	sleep 0.2
	kill -0 $waiting || atf_fail "it does not wait"
	vm stop base 2>err
	wait $waiting || atf_fail "status"
	nothing_left
}

t logs "what the console has shown, to the end and after it"
logs_is() {
	printf 'first\r\nsecond\n' >says
	up
	await grep -q second $known/base.log
	vm logs base >out || show "status"
	diff says out || atf_fail "the log"
	vm logs -f base >followed 2>err & following=$!
	printf 'typed' | vm console base >out 2>err || show "console"
	await grep -q '<typed>' followed
	kill -0 $following || atf_fail "it does not follow"
	vm stop base 2>err
	wait $following || atf_fail "status"
	vm logs base >out 2>err || show "after the end"
	grep -q '<typed>' out || show "after the end"
	vm logs -f base >out 2>err || show "-f after the end"
	diff out followed || atf_fail "followed"
	# who reads no more of it
	head -c 1000000 /dev/zero | tr '\0' x >$known/base.log
	vm logs base 2>err | head -c 1 >out
	[ ! -s err ] || show "logs | head"
	# the next has its own
	: >says
	up
	vm logs base >out || show "status"
	[ ! -s out ] || show "the last one's log"
	vm stop base 2>err
	rm $known/base.log
	beside
	says 1 'base: no log: only a VM in the background (nb-start -d) has one' logs base
	vm stop base 2>err
	wait $beside || :
	nothing_left
}

t long_log "a guest that talks without end: what came first and last is kept"
long_log_is() {
	perl -e 'printf "%015d\n", $_ for 0 .. 2621439' >says	# 40 MB
	up
	await grep -q 2621439 $known/base.log
	short() {
		[ "$(du -k $known/base.log | cut -f 1)" -lt 17000 ]
	}
	await short
	vm logs base >out 2>err || show "status"
	[ "$(stat -c %s out)" -lt 17000000 ] || atf_fail "what is printed"
	[ "$(head -n 4096 out | cksum)" = "$(head -n 4096 says | cksum)" ] ||
	    atf_fail "what came first"
	[ "$(tail -c 8000000 out | cksum)" = "$(tail -c 8000000 says | cksum)" ] ||
	    atf_fail "what came last"
	# between them it says how much there was: no byte is lost without that
	sed -n 's/^\[\([0-9]*\) bytes are not kept\]$/\1/p' out >left
	[ $(($(cat left) + $(grep -cv '^\[\|^$' out) * 16)) -eq 41943040 ] ||
	    atf_fail "$(cat left) are not kept"
	vm logs -f base >followed 2>err & following=$!
	await grep -q 2621439 followed
	printf 'typed' | vm console base >out 2>err || show "console"
	await grep -q '<typed>' followed
	vm stop base 2>err
	wait $following || atf_fail "status"
	nothing_left
}

t consoles "consoles that are elsewhere are told of"
consoles_is() {
	beside
	pid=$(cat qemu-base.pid)
	says 1 "base: its console is the output of process $pid: only one in the background (nb-start -d) can be attached to" console base
	vm stop base 2>err
	wait $beside || :
	up -t 19755
	says 1 'base: its console is served by telnet: telnet 127.0.0.1 19755' console base
	vm stop base 2>err
	up -P
	says 1 'base: its console is on the pseudo terminal that nb-start told of' console base
	vm stop base 2>err
	nothing_left
}

t usage "what nb-vm does not take"
usage_is() {
	while read -r line; do
		rc=0
		vm $line >out 2>err || rc=$?
		[ $rc -eq 2 ] || show "nb-vm $line: status $rc"
		grep -q '^usage: nb-vm list ' err || show "nb-vm $line"
	done <<-'EOF'

		lost
		-J
		list -t 1
		stop
		stop -a base
		wait
		console
		console base base
		logs
		logs -J base
	EOF
	for s in x '' -1 1x 604801 99999999999999999999; do
		rc=0
		vm stop -t "$s" base >out 2>err || rc=$?
		[ $rc -eq 2 ] || show "-t $s: status $rc"
		grep -q "^nb-vm: -t: $s: not a number of seconds up to 604800" err ||
		    show "-t $s"
	done
	rc=0
	up
	vm list >/dev/full 2>err || rc=$?
	[ $rc -eq 1 ] || show "a full disk"
	rc=0
	vm list -J >/dev/full 2>err || rc=$?
	[ $rc -eq 1 ] || show "a full disk"
	vm stop -a 2>err
}

atf_init_test_cases() {
	. "$NB_TOP/tests/vm/vm.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
