#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# postinst_test: nb-postinst on small stages whose METALOG is known by heart.
#
# shellcheck disable=SC2016
# (Scripts in single quotes are for the sandbox.)

unset SOURCE_DATE_EPOCH ARCH PKGVERS NONET
unset http_proxy https_proxy ftp_proxy all_proxy no_proxy
unset HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY

# ---- a stage, a service, the program ----

# shellcheck source=tests/postinst/stage.sh
. "$(atf_get_srcdir)/stage.sh"

# script NAME TEXT: a postinst script of service/web
script() {
	printf '%s\n' "$2" >"service/web/postinst/$1.sh"
}

postinst() {
	"$NB_BIN/nb-postinst" -C stage -s service/web "$@"
}

# runs [OPTION ...]: the scripts succeed; what they print goes to out and err
runs() {
	postinst -q "$@" >out 2>err && return
	_status=$?
	cat out err
	atf_fail "nb-postinst: exit status $_status"
}

# changes TEXT: the lines of METALOG that are no more and that are new
changes() {
	metalog_changes >got
	printf '%s' "${1:+$1
}" >want
	diff -u want got || atf_fail "METALOG is not as expected"
}

# no_process WORD ...: no process of this test is left in whose command line
# WORD stands; the kernel gets a moment
no_process() {
	for _i in 1 2 3 4 5 6 7 8 9 10; do
		_left=
		for _w; do
			_left=$_left$(pgrep -f "$_w" || :)
		done
		[ -n "$_left" ] || return 0
		sleep 0.1
	done
	pgrep -af "$1"
	atf_fail "a process is left"
}

# seconds that no other test sleeps
nap() {
	echo "9$$"
}

# ---- what a script finds ----

atf_test_case place
place_head() {
	atf_set descr "cwd is the stage, the service and common are beside it"
}
place_body() {
	stage
	mkdir -p service/other
	script 1 'pwd; echo *; cat ../service/web/etc/*.pub; echo ../service/*
	test -f METALOG || echo no METALOG
	. ../service/common/funcs
	rsynclite ../service/web/etc etc/new && cat etc/new/me.pub'
	runs
	atf_check -o inline:'/build/root
bin dev etc var
key
../service/common ../service/web
no METALOG
key\n' cat out
	atf_check -o empty cat err
}

atf_test_case environment
environment_head() {
	atf_set descr "the environment is the same everywhere, but for what is named"
}
environment_body() {
	stage
	script 1 'env | sort'
	common='FETCH=/build/tools/nb-fetch
HOME=/tmp
LANG=C
LC_ALL=C
LOGNAME=root
NOORIGIN=1
'
	rest='PWD=/build/root
SERVICE=web
SHELL=/bin/sh
SOURCE_DATE_EPOCH=1700000009
TAR=/build/tools/nb-untar
TERM=dumb
TMPDIR=/tmp
TZ=UTC
USER=root
'
	path='PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
'
	cp -R stage again
	LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo SECRET=1 LD_LIBRARY_PATH=/x runs
	atf_check -o inline:"$common$path$rest" cat out
	rm -rf stage
	mv again stage
	cp -R stage again
	export ARCH=i386 PKGVERS=10.1 https_proxy=http://192.0.2.1:3128
	runs -e ARCH=amd64 -e 'GREETING=a b' -e HOME=/nowhere -e HOME=/build
	atf_check -o inline:"ARCH=amd64
FETCH=/build/tools/nb-fetch
GREETING=a b
HOME=/build
LANG=C
LC_ALL=C
LOGNAME=root
NOORIGIN=1
${path}PKGVERS=10.1
${rest}https_proxy=http://192.0.2.1:3128\n" cat out
	# no network, no way out
	rm -rf stage
	mv again stage
	runs -n
	atf_check -o inline:"NONET=1\n" grep -E 'NONET|proxy' out
}

atf_test_case tools
tools_head() {
	atf_set descr "FETCH and TAR are the programs beside nb-postinst"
}
tools_body() {
	stage
	mkdir bin
	cp "$NB_BIN/nb-postinst" bin/
	for n in nb-fetch nb-untar; do
		printf '#!/bin/sh\necho "${0##*/} $*"\n' >bin/$n
		chmod +x bin/$n
	done
	script 1 '${FETCH} -o f URL; $TAR xfp f.tgz --exclude="+*" -C usr/pkg'
	atf_check -o inline:'nb-fetch -o f URL
nb-untar xfp f.tgz --exclude=+* -C usr/pkg\n' \
	    bin/nb-postinst -q -C stage -s service/web
	# found by PATH too
	cp before stage/METALOG
	atf_check -o match:'^nb-fetch' env PATH="$PWD/bin:$PATH" \
	    nb-postinst -q -C stage -s service/web
}

atf_test_case names
names_head() {
	atf_set descr "users are the new system's, also one that is being added"
}
names_body() {
	stage
	script 1 'id -un; id -u _httpd; stat -c %U:%G etc
	echo "new:*:70:24::/:/bin/sh" >>etc/passwd; id -u new
	sed -i "s/:70:/:71:/" etc/passwd; id -u new'
	runs
	atf_check -o inline:'root\n24\nroot:wheel\n70\n71\n' cat out
}

atf_test_case input
input_head() {
	atf_set descr "standard input is empty and there is no terminal"
}
input_body() {
	stage
	script 1 'if read -r x; then echo got "$x"; else echo end; fi
	if (: </dev/tty) 2>/dev/null; then echo tty; else echo none; fi'
	echo typed | runs
	atf_check -o inline:'end\nnone\n' cat out
}

atf_test_case umask_modes
umask_modes_head() {
	atf_set descr "modes come from the scripts, not from the caller's umask"
}
umask_modes_body() {
	stage
	script 1 'umask; echo 1 >new; mkdir dir; rm -r var; mkdir -p var'
	(umask 077 && runs)
	atf_check -o inline:'0022\n' cat out
	changes '< . type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
> . type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./dir type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
< ./var type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
< ./var/www type=dir uid=24 gid=24 mode=0750 time=1700000000.000000000
> ./new type=file uid=0 gid=0 mode=0644 size=2 time=1700000009.000000000
> ./var type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000'
}

atf_test_case output
output_head() {
	atf_set descr "what scripts print is all there, in its order; and no descriptor but 0, 1, 2"
}
output_body() {
	stage
	script 1 'i=0; while [ $i -lt 30000 ]; do
		echo "line $i of a long output"; i=$((i + 1)); done; ls /proc/self/fd'
	runs 7<stage 8<before
	seq -f 'line %.0f of a long output' 0 29999 >want
	printf '%s\n' 0 1 2 3 >>want	# ls has one itself
	atf_check cmp want out
	script 1 'i=0; while [ $i -lt 100 ]; do echo o$i; echo e$i >&2; i=$((i + 1)); done'
	postinst -q >both 2>&1 || atf_fail "nb-postinst"
	seq -f '%.0f' 0 99 | sed 's/\(.*\)/o\1\ne\1/' >want
	atf_check cmp want both
	# a reader that is slow, and one that leaves
	script 1 'i=0; while [ $i -lt 9000 ]; do echo "line $i of a long output"
	i=$((i + 1)); done; echo whole >etc/whole'
	atf_check -o inline:'9000\n' -x '"$NB_BIN/nb-postinst" -q -C stage -s service/web |
	    { sleep 0.3; wc -l; }'
	rm -r stage
	stage
	postinst -q 2>err | head -n 1 >/dev/null
	atf_check test -e stage/etc/whole
}

# ---- which scripts ----

atf_test_case order
order_head() {
	atf_set descr "*.sh in the order of their names, nothing else"
}
order_body() {
	stage
	for n in 10-b 9-c B a '10-a' 'with space'; do
		script "$n" 'echo "${0##*/}"'
	done
	echo 'echo no' >service/web/postinst/README
	echo 'echo no' >service/web/postinst/.hidden.sh
	echo 'echo no' >service/web/postinst/old.sh~
	LC_ALL=en_US.UTF-8 runs
	atf_check -o inline:'10-a.sh
10-b.sh
9-c.sh
B.sh
a.sh
with space.sh\n' cat out
}

atf_test_case given
given_head() {
	atf_set descr "scripts given by name: these, in that order, from anywhere"
}
given_body() {
	stage
	script 1 'echo one'
	script 2 'echo two'
	mkdir far
	echo 'echo far; pwd' >far/fin.sh
	runs service/web/postinst/2.sh far/fin.sh service/web/postinst/1.sh
	atf_check -o inline:'two\nfar\n/build/root\none\n' cat out
	cp before stage/METALOG
	mkdir more
	cp far/fin.sh more/
	atf_check -s exit:1 -o empty -e inline:'nb-postinst: more/fin.sh: a second script of that name; give it another\n' \
	    "$NB_BIN/nb-postinst" -C stage -s service/web far/fin.sh more/fin.sh
	atf_check -s exit:1 -e match:'nb-postinst: far/none.sh: No such file' \
	    "$NB_BIN/nb-postinst" -C stage -s service/web far/none.sh
	atf_check cmp before stage/METALOG
}

atf_test_case none
none_head() {
	atf_set descr "no scripts: nothing happens, and no sandbox is needed"
}
none_body() {
	stage
	atf_check env PATH=/nowhere "$NB_BIN/nb-postinst" -C stage \
	    -s service/web
	rmdir service/web/postinst
	atf_check env PATH=/nowhere "$NB_BIN/nb-postinst" -C stage \
	    -s service/web
	atf_check cmp before stage/METALOG
}

atf_test_case common
common_head() {
	atf_set descr "-c: what all services share need not lie beside this one"
}
common_body() {
	stage
	mkdir -p elsewhere/shared
	echo beside >service/common/x
	echo elsewhere >elsewhere/shared/x
	script 1 'cp ../service/common/x x'
	atf_check "$NB_BIN/nb-postinst" -q -C stage -s service/web
	atf_check -o inline:'beside\n' cat stage/x
	rm stage/x
	cp before stage/METALOG
	atf_check "$NB_BIN/nb-postinst" -q -C stage -s service/web \
	    -c elsewhere/shared/
	atf_check -o inline:'elsewhere\n' cat stage/x
	atf_check -s exit:1 -e match:'^nb-postinst: nope: no such service folder$' \
	    "$NB_BIN/nb-postinst" -q -C stage -s service/web -c nope
}

atf_test_case spoken
spoken_head() {
	atf_set descr "scripts are announced; -q leaves that out"
}
spoken_body() {
	stage
	script 1 :
	atf_check -e inline:'nb-postinst: scripts have the network; POSTINST_NET=n (-n) takes it away
nb-postinst: service/web/postinst/1.sh\n' \
	    "$NB_BIN/nb-postinst" -C stage -s service/web
	atf_check -e inline:'nb-postinst: scripts have no network
nb-postinst: service/web/postinst/1.sh\n' \
	    "$NB_BIN/nb-postinst" -n -C stage -s service/web
	atf_check "$NB_BIN/nb-postinst" -q -C stage -s service/web
}

# ---- what goes wrong ----

atf_test_case failing
failing_head() {
	atf_set descr "a failing script is named with its status and ends it"
}
failing_body() {
	stage
	script 1 'echo first'
	script 2 'exit 7'
	script 3 'echo third'
	atf_check -s exit:1 -o inline:'first\n' \
	    -e inline:'nb-postinst: service/web/postinst/2.sh: exit status 7\n' \
	    "$NB_BIN/nb-postinst" -q -C stage -s service/web
	# what is half-done is not to be taken for a stage
	atf_check test ! -e stage/METALOG
	atf_check -s exit:1 \
	    -e inline:'nb-postinst: stage: no METALOG, so no whole stage; unpack it anew with nb-untar\n' \
	    "$NB_BIN/nb-postinst" -C stage -s service/web
}

atf_test_case unreadable_after_failure
unreadable_after_failure_head() {
	atf_set descr "a stage can be removed by its owner after a failure"
}
unreadable_after_failure_body() {
	stage
	script 1 'mkdir -p d/e && chmod 0 d/e d && false'
	atf_check -s exit:1 -e ignore "$NB_BIN/nb-postinst" -C stage \
	    -s service/web
	atf_check rm -r stage
}

atf_test_case nodes
nodes_head() {
	atf_set descr "mknod: recorded, seen by the script, and not left on disk"
}
nodes_body() {
	stage
	script 1 'mknod -m 600 dev/console c 0 0; mknod -m 640 dev/sd0a b 4 256
	chgrp _httpd dev/sd0a; mv dev/null dev/zilch; ln dev/sd0a dev/rsd0a
	umask 077; mknod dev/mine c 12 300; mkfifo dev/pipe
	stat -c "%F %t,%T %a %u:%g %s %n" dev/*; test -c dev/zilch'
	runs
	atf_check -o inline:'character special file 0,0 600 0:0 0 dev/console
character special file c,12c 600 0:0 0 dev/mine
fifo 0,0 600 0:0 0 dev/pipe
block special file 4,100 640 0:24 0 dev/rsd0a
block special file 4,100 640 0:24 0 dev/sd0a
character special file 2,2 666 0:0 0 dev/zilch\n' cat out
	changes '< ./dev type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
< ./dev/null type=char uid=0 gid=0 mode=0666 device=netbsd,2,2 time=1700000000.000000000
> ./dev type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./dev/console type=char uid=0 gid=0 mode=0600 device=netbsd,0,0 time=1700000009.000000000
> ./dev/mine type=char uid=0 gid=0 mode=0600 device=netbsd,12,300 time=1700000009.000000000
> ./dev/pipe type=fifo uid=0 gid=0 mode=0600 time=1700000009.000000000
> ./dev/rsd0a type=block uid=0 gid=24 mode=0640 device=netbsd,4,256 time=1700000009.000000000
> ./dev/sd0a type=block uid=0 gid=24 mode=0640 device=netbsd,4,256 time=1700000009.000000000
> ./dev/zilch type=char uid=0 gid=0 mode=0666 device=netbsd,2,2 time=1700000000.000000000'
	atf_check ls stage/dev
	# and are there again for the next one
	cp stage/METALOG before
	script 1 'rm dev/console; test -b dev/sd0a && test -p dev/pipe'
	runs
	atf_check -s exit:1 grep dev/console stage/METALOG
	atf_check -o inline:'5\n' grep -c '^./dev/' stage/METALOG
}

atf_test_case stat_tells
stat_tells_head() {
	atf_set descr "scripts see the owners that METALOG has; the host is 0:0's"
}
stat_tells_body() {
	stage
	cp /bin/busybox service/web/ 2>/dev/null || :
	script 1 'stat -c "%u:%g %n" etc/secret etc var/www /usr/bin /etc/hosts
	find . -user _httpd; ls -ln etc/secret | cut -d" " -f3,4
	chown 7:8 etc/rc; chown -h 9 etc/link; stat -c "%u:%g %n" etc/rc etc/link
	stat -L -c %u:%g etc/link; stat -c %u:%g - <etc/secret
	stat -L -c %u:%g /dev/stdin <etc/rc; cd etc; stat -c %u:%g ../var/www rc
	b=../../service/web/busybox; test ! -x $b || {
	$b chown 11:12 passwd; $b stat -c %u:%g passwd; stat -c %u:%g passwd; }'
	runs
	printf '%s\n' 3:5' etc/secret' '0:0 etc' '24:24 var/www' '0:0 /usr/bin' \
	    '0:0 /etc/hosts' ./var/www '3 5' '7:8 etc/rc' '9:0 etc/link' 7:8 \
	    3:5 7:8 24:24 7:8 >want
	[ ! -x service/web/busybox ] || printf '11:12\n11:12\n' >>want
	atf_check -o file:want cat out
}

atf_test_case no_bwrap
no_bwrap_head() {
	atf_set descr "without bubblewrap: one line that says what to do"
}
no_bwrap_body() {
	stage
	script 1 'echo ran'
	atf_check -s exit:1 -e inline:'nb-postinst: bwrap: not found, and postinst scripts run in no other sandbox; install bubblewrap, or: `bmake build` runs postinst scripts in a virtual machine\n' \
	    env PATH=/nowhere "$NB_BIN/nb-postinst" -C stage -s service/web
	# one of the current folder is not taken
	cp /bin/true bwrap
	for p in '' . :/nowhere; do
		atf_check -s exit:1 -e match:'bwrap: not found' \
		    env PATH="$p" "$NB_BIN/nb-postinst" -C stage -s service/web
	done
	atf_check cmp before stage/METALOG
}

atf_test_case no_namespaces
no_namespaces_head() {
	atf_set descr "where user namespaces are forbidden: one line, with the reason"
}
no_namespaces_body() {
	stage
	script 1 'echo ran'
	atf_check -s exit:1 -o save:lines -e match:'^nb-postinst: bwrap: this host makes no sandbox: .*namespace.*bmake build' \
	    unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces
	    exec "$0" -C stage -s service/web' "$NB_BIN/nb-postinst"
	atf_check test ! -s lines
	atf_check cmp before stage/METALOG
}

atf_test_case not_whole
not_whole_head() {
	atf_set descr "a stage that lacks what its METALOG says is refused"
}
not_whole_body() {
	stage
	script 1 'echo ran'
	rm stage/etc/rc
	atf_check -s exit:1 -e inline:'nb-postinst: stage/etc/rc: METALOG has a file there, the stage has not; unpack it anew\n' \
	    "$NB_BIN/nb-postinst" -C stage -s service/web
}

atf_test_case reserved
reserved_head() {
	atf_set descr "a script that makes a METALOG is refused"
}
reserved_body() {
	stage
	script 1 'echo "./evil type=file" >METALOG'
	atf_check -s exit:1 -e inline:'nb-postinst: stage/METALOG: made by a script, but the name is taken\n' \
	    "$NB_BIN/nb-postinst" -q -C stage -s service/web
}

atf_test_case usage
usage_head() {
	atf_set descr "wrong command lines: exit status 2, nothing is touched"
}
usage_body() {
	stage
	for args in '' '-x -s service/web' '-s service/web -T -1' \
	    '-s service/web -T 1s' '-s'; do
		# shellcheck disable=SC2086
		atf_check -s exit:2 -e match:'^usage: nb-postinst ' \
		    -e match:'^usage: nb-postinst |^  |requires|invalid' \
		    "$NB_BIN/nb-postinst" -C stage $args
	done
	atf_check -s exit:2 -e inline:'nb-postinst: -e 1A=2: not NAME=value\n' \
	    "$NB_BIN/nb-postinst" -s service/web -e 1A=2
	atf_check -s exit:2 -e match:'SOURCE_DATE_EPOCH=now: not a number' \
	    "$NB_BIN/nb-postinst" -s service/web -e SOURCE_DATE_EPOCH=now
	atf_check -s exit:1 -e inline:'nb-postinst: service/none: no such service folder\n' \
	    "$NB_BIN/nb-postinst" -C stage -s service/none
	atf_check -s exit:1 -e inline:'nb-postinst: none: No such file or directory\n' \
	    "$NB_BIN/nb-postinst" -C none -s service/web
	atf_check cmp before stage/METALOG
}

# ---- harm ----

atf_test_case host_unchanged
host_unchanged_head() {
	atf_set descr "nothing outside of the stage can be written"
}
host_unchanged_body() {
	stage
	script 1 'for f in /oops /usr/oops /etc/oops /bin/oops /var/oops \
	    /build/oops ../oops ../service/oops ../service/web/oops \
	    ../service/common/oops ../service/web/etc/me.pub /dev/../oops \
	    /proc/sys/kernel/core_pattern /proc/sysrq-trigger /etc/hosts; do
		(echo x >"$f") 2>/dev/null && echo "wrote $f"
	done
	for f in $(find /proc/sys /proc/[a-z]* -maxdepth 1 \
	    -type f -perm -200 ! -path "/proc/self/*" ! -path "/proc/thread*" \
	    ! -path "/proc/pressure/*" \
	    2>/dev/null); do
		(: >>"$f") 2>/dev/null && echo "opened $f"
	done
	rm -rf ../service /usr/bin/env / 2>/dev/null
	ls ../service/web/etc; test -x /usr/bin/env && echo still there'
	cp -R service service.before
	runs
	atf_check -o inline:'me.pub\nstill there\n' cat out
	atf_check diff -r service.before service
	for f in /oops /usr/oops /etc/oops; do
		atf_check test ! -e "$f"
	done
}

atf_test_case host_hidden
host_hidden_head() {
	atf_set descr "no home, no project, no /run, no other process to be seen"
}
host_hidden_body() {
	stage
	mkdir -p home/.ssh
	echo private >home/.ssh/id
	script 1 'cat "$1" "$HOST/home/.ssh/id" "$HOST/stage/etc/rc" 2>/dev/null
	ls -d /home /root /run /srv /mnt /etc/shadow /etc/ssh 2>/dev/null
	set -- /proc/[0-9]*; echo $#; hostname
	kill -0 "$OUTER" 2>/dev/null && echo can kill; echo done'
	HOME=$PWD/home runs -e HOST="$PWD" -e OUTER=$$
	# itself and bwrap's init
	atf_check -o inline:'2\nlocalhost\ndone\n' cat out
}

# A server that says what the caller's agent would, at agent/sock.
start_agent() {
	mkdir -p agent
	perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(
	    Local => "agent/sock", Listen => 1); open(F, ">agent/up");
	    close F; alarm 60;
	    while (my $c = $s->accept) { print $c "a key\n"; close $c }' &
	agent=$!
	while [ ! -e agent/up ] && kill -0 $agent; do sleep 0.1; done
}

atf_test_case bind
bind_head() {
	atf_set descr "-b: files, folders and sockets by their own names, to read"
	atf_set require.progs perl
}
bind_body() {
	stage
	mkdir -p mine/sub
	echo 1 >mine/file
	echo 2 >mine/sub/file
	script 1 'cat "$MINE/file" "$MINE/sub/file"; ls "$MINE/.."
	stat -c %u:%g "$MINE/file"; echo "${SSH_AUTH_SOCK-none}"
	(echo x >"$MINE/file") 2>/dev/null && echo wrote
	rm -rf "$MINE" 2>/dev/null; :'
	SSH_AUTH_SOCK=$PWD/agent/sock runs -e MINE="$PWD/mine" -b "$PWD/mine"
	atf_check -o inline:'1\n2\nmine\n0:0\nnone\n' cat out
	atf_check -o inline:'1\n' cat mine/file
	script 1 'cat "$MINE"; ls "$MINE/.." 2>/dev/null; dirname "$MINE" | xargs ls'
	runs -e MINE="$PWD/mine/file" -b "$PWD/mine/file"
	atf_check -o inline:'1\nfile\n' cat out
	for p in mine / /dev/null /proc/1 /build/x ../mine "$PWD/none" \
	    "$PWD/mine/../mine"; do
		cp before stage/METALOG
		postinst -q -b "$p" 2>err && atf_fail "-b $p"
		atf_check -o match:"^nb-postinst: -b $p: " cat err
	done
}

atf_test_case agent
agent_head() {
	atf_set descr "-b and SSH_AUTH_SOCK: the caller's agent, where it is to be asked"
	atf_set require.progs perl
}
agent_body() {
	stage
	start_agent
	script 1 'perl -MIO::Socket::UNIX -e '\''my $c = IO::Socket::UNIX->new(
	    Peer => $ENV{SSH_AUTH_SOCK} // "/none"); print $c ? <$c> : "no\n"'\'
	export SSH_AUTH_SOCK="$PWD/agent/sock"
	runs
	atf_check -o inline:'no\n' cat out
	cp before stage/METALOG
	if [ "$(id -u)" -eq 0 ]; then
		atf_check -s exit:1 -e match:'root.s scripts run as nobody, who may not use this socket' \
		    "$NB_BIN/nb-postinst" -q -C stage -s service/web \
		    -b "$SSH_AUTH_SOCK"
	else
		runs -b "$SSH_AUTH_SOCK"
		atf_check -o inline:'a key\n' cat out
		cp before stage/METALOG
		runs -b "$PWD/agent"
		atf_check -o inline:'a key\n' cat out
	fi
	kill $agent
}

atf_test_case links_out
links_out_head() {
	atf_set descr "links out of the stage lead to the sandbox, and are not followed"
}
links_out_body() {
	stage
	echo victim >victim
	chmod 600 victim
	ln -s "$PWD/victim" stage/etc/out
	ln -s "$PWD" stage/var/dir
	cat >>stage/METALOG <<-'METALOG'
	./etc/out type=link uid=0 gid=0 mode=0755 link=x
	./var/dir type=link uid=0 gid=0 mode=0755 link=x
	METALOG
	script 1 'echo x >etc/out; echo x >var/dir/victim
	ln -s / rootdir; ln -s ../../../.. up; mkdir -p a
	rm -f etc/rc && ln -s /etc/passwd etc/rc; :'
	runs
	atf_check -o inline:'victim\n' cat victim
	atf_check -o inline:'600\n' stat -c %a victim
	atf_check -o match:'^./rootdir type=link .* link=/$' \
	    grep rootdir stage/METALOG
	atf_check -o inline:'1\n' grep -c '^./rootdir' stage/METALOG
	atf_check -o match:'^./etc/rc type=link uid=0 gid=0 mode=0755 time=1700000009.000000000 link=/etc/passwd' \
	    grep '^./etc/rc' stage/METALOG
}

atf_test_case background
background_head() {
	atf_set descr "what a script leaves running is killed when it ends"
}
background_body() {
	stage
	n=$(nap)
	script 1 "sleep $n & nohup sleep $n >/dev/null 2>&1 &
	setsid sh -c 'trap \"\" HUP INT TERM; sleep $n' & (sleep $n >&2 &)
	echo started"
	script 2 'set -- /proc/[0-9]*; echo $#'
	runs
	no_process "sleep $n"
	# the second script is not next to them
	atf_check -o inline:'started\n2\n' cat out
}

atf_test_case late
late_head() {
	atf_set descr "-T: a script that does not end is stopped, and named"
}
late_body() {
	stage
	n=$(nap)
	script 1 "trap '' TERM INT HUP; sleep $n & sleep $n"
	start=$(date +%s)
	atf_check -s exit:1 -e inline:'nb-postinst: service/web/postinst/1.sh: not done after 1 seconds (-T)\n' \
	    "$NB_BIN/nb-postinst" -q -T 1 -C stage -s service/web
	[ $(($(date +%s) - start)) -lt 10 ] || atf_fail "it took too long"
	no_process "sleep $n"
}

atf_test_case signals
signals_head() {
	atf_set descr "HUP, INT, QUIT, TERM: dies of it, no process is left"
}
signals_body() {
	stage
	n=$(nap)
	script 1 "trap '' TERM INT HUP; echo here; sleep $n"
	for sig in HUP:1 INT:2 QUIT:3 TERM:15; do
		cp before stage/METALOG
		# perl, since a shell's background jobs ignore INT and QUIT
		atf_check -s exit:0 -o inline:"here\n${sig#*:}\n" \
		    -e inline:"nb-postinst: service/web/postinst/1.sh: stopped by signal ${sig#*:}\n" \
		    perl -e '$| = 1; my $sig = shift;
			pipe(my $r, my $w);
			my $pid = fork;
			if (!$pid) { open(STDOUT, ">&", $w); exec @ARGV; }
			close($w);
			print scalar <$r>;
			kill $sig, $pid; waitpid $pid, 0;
			print $? & 127, "\n";' "${sig%:*}" \
		    "$NB_BIN/nb-postinst" -q -C stage -s service/web
		no_process "sleep $n"
		atf_check test ! -e stage/METALOG
	done
}

atf_test_case killed
killed_head() {
	atf_set descr "after SIGKILL of nb-postinst no process is left either"
}
killed_body() {
	stage
	n=$(nap)
	script 1 "trap '' TERM INT HUP; echo here >here; setsid sleep $n & sleep $n"
	"$NB_BIN/nb-postinst" -q -C stage -s service/web >/dev/null 2>&1 &
	pid=$!
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ ! -e stage/here ] || break
		sleep 0.1
	done
	atf_check test -e stage/here
	kill -KILL "$pid"
	wait "$pid"
	no_process "sleep $n"
}

atf_test_case core
core_head() {
	atf_set descr "a crash leaves no core file in the image"
}
core_body() {
	stage
	script 1 'sh -c "kill -SEGV \$\$"; :'
	# shellcheck disable=SC3045 # where there is no -c there is no core
	ulimit -c unlimited 2>/dev/null || :
	runs
	changes ''
}

atf_test_case network
network_head() {
	atf_set descr "the host's network is there; with -n it is not"
	atf_set require.progs perl
}
network_body() {
	stage
	perl -MIO::Socket::INET -e '$| = 1;
	    my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1");
	    print $s->sockport, "\n"; close STDOUT; alarm 60;
	    my $c = $s->accept; print $c "hello\n"; close $c;
	    sleep 60;' >port &
	pid=$!
	while [ ! -s port ]; do sleep 0.1; done
	script 1 'perl -MIO::Socket::INET -e '\''
	    my $c = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]");
	    print $c ? <$c> : "no way\n"'\'' "$PORT"'
	runs -e PORT="$(cat port)"
	atf_check -o inline:'hello\n' cat out
	runs -n -e PORT="$(cat port)"
	atf_check -o inline:'no way\n' cat out
	kill "$pid"
}

# ---- METALOG ----

atf_test_case untouched
untouched_head() {
	atf_set descr "a script that reads all and changes nothing changes nothing"
}
untouched_body() {
	stage
	script 1 'find . -type f -exec cat {} + >/dev/null; ls -lR . >/dev/null
	stat -c "%a %n" bin/su etc/secret var/www'
	runs
	# the modes that scripts see are the new system's
	atf_check -o inline:'4555 bin/su\n440 etc/secret\n750 var/www\n' cat out
	changes ''
}

atf_test_case habits
habits_head() {
	atf_set descr "what postinst scripts do everywhere: METALOG exactly"
}
habits_body() {
	stage
	mkdir -p service/web/files/sub
	echo 1 >service/web/files/one
	echo 2 >service/web/files/sub/two
	chmod +x service/web/files/sub/two
	script 1 '#!/bin/sh
set -e
. ../service/common/funcs
. ../service/common/choupi
mkdir -p home/me usr/pkg/bin
ln -s /var/run/x.sock etc/x.sock
ln -sf ../rc etc/again
cat >etc/motd <<EOF

Welcome
EOF
chmod +x etc/motd
sed -i'\'''\'' s/rc/RC/ etc/rc
echo "more" >>etc/group
install -m 0500 etc/rc bin/tool
cp -p bin/su bin/su.copy
mv etc/secret etc/moved
cat ../service/web/etc/*.pub >home/me/keys
chmod 600 home/me/keys
rsynclite ../service/web/files usr/pkg/share
touch usr/empty
printf "%s done\n" "$CHECK"'
	runs
	changes '< . type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
< ./bin type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
> . type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./bin type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./bin/su.copy type=file uid=0 gid=0 mode=4555 size=3 time=1700000009.000000000
> ./bin/tool type=file uid=0 gid=0 mode=0500 size=3 time=1700000009.000000000
< ./etc/group type=file uid=0 gid=0 mode=0644 size=28 time=1700000000.000000000
> ./etc/again type=link uid=0 gid=0 mode=0755 time=1700000009.000000000 link=../rc
> ./etc/group type=file uid=0 gid=0 mode=0644 size=33 time=1700000009.000000000
> ./etc/motd type=file uid=0 gid=0 mode=0755 size=9 time=1700000009.000000000
> ./etc/moved type=file uid=3 gid=5 mode=0440 size=7 time=1700000000.000000000
< ./etc/rc type=file uid=0 gid=0 mode=0644 size=3 time=1700000000.000000000
< ./etc/secret type=file uid=3 gid=5 mode=0440 size=7 time=1700000000.000000000
> ./etc/rc type=file uid=0 gid=0 mode=0644 size=3 time=1700000009.000000000
> ./etc/x.sock type=link uid=0 gid=0 mode=0755 time=1700000009.000000000 link=/var/run/x.sock
> ./home type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./home/me type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./home/me/keys type=file uid=0 gid=0 mode=0600 size=4 time=1700000009.000000000
> ./usr type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./usr/empty type=file uid=0 gid=0 mode=0644 size=0 time=1700000009.000000000
> ./usr/pkg type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./usr/pkg/bin type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./usr/pkg/share type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./usr/pkg/share/one type=file uid=0 gid=0 mode=0644 size=2 time=1700000009.000000000
> ./usr/pkg/share/sub type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./usr/pkg/share/sub/two type=file uid=0 gid=0 mode=0755 size=2 time=1700000009.000000000'
	atf_check -o inline:'✅ done\n' cat out
}

atf_test_case owners
owners_head() {
	atf_set descr "owners stay: edited in place or replaced, moved, linked, renamed folders"
}
owners_body() {
	stage
	script 1 'echo more >>etc/secret; ln etc/secret etc/second
	mv var/www var/site; echo 1 >var/site/index
	sed -i s/su/SU/ bin/su.link'
	runs
	changes '< ./bin type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
> ./bin type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
< ./bin/su.link type=file uid=0 gid=0 mode=4555 size=3 time=1700000000.000000000
> ./bin/su.link type=file uid=0 gid=0 mode=4555 size=3 time=1700000009.000000000
< ./etc/secret type=file uid=3 gid=5 mode=0440 size=7 time=1700000000.000000000
< ./var type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
< ./var/www type=dir uid=24 gid=24 mode=0750 time=1700000000.000000000
> ./etc/second type=file uid=3 gid=5 mode=0440 size=12 time=1700000009.000000000
> ./etc/secret type=file uid=3 gid=5 mode=0440 size=12 time=1700000009.000000000
> ./var type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./var/site type=dir uid=24 gid=24 mode=0750 time=1700000009.000000000
> ./var/site/index type=file uid=0 gid=0 mode=0644 size=2 time=1700000009.000000000'
	# both names are still one file
	atf_check test stage/etc/secret -ef stage/etc/second
}

atf_test_case moved_over
moved_over_head() {
	atf_set descr "a file moved over another brings its owner along"
}
moved_over_body() {
	stage
	script 1 'mv -f etc/secret etc/rc'
	runs
	changes '< ./etc/rc type=file uid=0 gid=0 mode=0644 size=3 time=1700000000.000000000
< ./etc/secret type=file uid=3 gid=5 mode=0440 size=7 time=1700000000.000000000
> ./etc/rc type=file uid=3 gid=5 mode=0440 size=7 time=1700000000.000000000'
	# etc itself changed, but had that time already
	atf_check -o inline:'1\n' grep -c '^./etc type=dir.*=1700000009' \
	    stage/METALOG
}

atf_test_case inode_again
inode_again_head() {
	atf_set descr "a new file that gets a removed one's inode is not taken for it"
}
inode_again_body() {
	stage
	# as cp -p does it: the same size, time and, mostly, inode number
	script 1 'rm etc/secret; i=0
	while [ $i -lt 20 ]; do
		echo secreT >etc/new$i; touch -d @1700000000 etc/new$i
		i=$((i + 1))
	done'
	runs
	atf_check -o inline:'20\n' grep -c '^./etc/new[0-9]* type=file uid=0 gid=0 mode=0644 size=7 time=1700000009' \
	    stage/METALOG
}

atf_test_case modes
modes_head() {
	atf_set descr "modes: set-id, sticky, none at all; on disk the owner can read"
}
modes_body() {
	stage
	script 1 'chmod 4711 etc/rc; chmod u-s bin/su; mkdir -m 1777 tmp
	mkdir -m 2755 grp; mkdir -m 700 locked; echo 1 >locked/f
	chmod 0 locked/f locked; chmod 0750 var'
	runs
	changes '< . type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
> . type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
< ./bin/su type=file uid=0 gid=0 mode=4555 size=3 time=1700000000.000000000
< ./bin/su.link type=file uid=0 gid=0 mode=4555 size=3 time=1700000000.000000000
> ./bin/su type=file uid=0 gid=0 mode=0555 size=3 time=1700000000.000000000
> ./bin/su.link type=file uid=0 gid=0 mode=0555 size=3 time=1700000000.000000000
< ./etc/rc type=file uid=0 gid=0 mode=0644 size=3 time=1700000000.000000000
> ./etc/rc type=file uid=0 gid=0 mode=4711 size=3 time=1700000000.000000000
< ./var type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
> ./grp type=dir uid=0 gid=0 mode=2755 time=1700000009.000000000
> ./locked type=dir uid=0 gid=0 mode=0000 time=1700000009.000000000
> ./locked/f type=file uid=0 gid=0 mode=0000 size=2 time=1700000009.000000000
> ./tmp type=dir uid=0 gid=0 mode=1777 time=1700000009.000000000
> ./var type=dir uid=0 gid=0 mode=0750 time=1700000000.000000000'
	atf_check -o inline:'1\n' cat stage/locked/f
	atf_check -o empty find stage -perm /7000
	# a second run sees them again
	cp stage/METALOG before
	script 1 'stat -c "%a %n" etc/rc locked locked/f tmp'
	runs
	atf_check -o inline:'4711 etc/rc\n0 locked\n0 locked/f\n1777 tmp\n' \
	    cat out
	changes ''
}

atf_test_case kinds
kinds_head() {
	atf_set descr "a name that changes its kind; removed folders; fifos; no sockets"
	atf_set require.progs perl
}
kinds_body() {
	stage
	script 1 'rm etc/rc etc/link; mkdir etc/rc; echo 1 >etc/link
	rm -r var; ln -s etc var; mkfifo -m 600 pipe; rm "etc/a b"
	perl -MIO::Socket::UNIX -e "IO::Socket::UNIX->new(Local => q(sock), Listen => 1)"'
	runs
	changes '< . type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
> . type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
< ./etc/a\040b type=file uid=0 gid=0 mode=0644 size=4 time=1700000000.000000000
< ./etc/link type=link uid=0 gid=0 mode=0755 time=1700000000.000000000 link=rc
> ./etc/link type=file uid=0 gid=0 mode=0644 size=2 time=1700000009.000000000
< ./etc/rc type=file uid=0 gid=0 mode=0644 size=3 time=1700000000.000000000
> ./etc/rc type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
< ./var type=dir uid=0 gid=0 mode=0755 time=1700000000.000000000
< ./var/www type=dir uid=24 gid=24 mode=0750 time=1700000000.000000000
> ./pipe type=fifo uid=0 gid=0 mode=0600 time=1700000009.000000000
> ./var type=link uid=0 gid=0 mode=0755 time=1700000009.000000000 link=etc'
	atf_check test ! -e stage/sock
}

atf_test_case devices
devices_head() {
	atf_set descr "device nodes stay while their folder does and their name is free"
}
devices_body() {
	stage
	script 1 'echo 1 >dev/new'
	runs
	atf_check -o inline:'./dev/null type=char uid=0 gid=0 mode=0666 device=netbsd,2,2 time=1700000000.000000000\n' \
	    grep dev/null stage/METALOG
	script 1 'rm dev/null; echo 1 >dev/null'
	runs
	atf_check -o inline:'./dev/null type=file uid=0 gid=0 mode=0644 size=2 time=1700000009.000000000\n' \
	    grep dev/null stage/METALOG
	rm -r stage
	stage
	script 1 'rm -r dev; mkdir -p x/dev'
	runs
	atf_check -s exit:1 grep null stage/METALOG
}

atf_test_case odd_names
odd_names_head() {
	atf_set descr "names with blanks, newlines and other bytes; order of names"
}
odd_names_body() {
	stage
	script 1 'mkdir z z/d "z/d d" z/d-d
	: >"z/new
line"; : >"$(printf "z/\351\377")"; : >z/d/f; : >"z/#"; : >"z/back\\slash"
	: >"z/d d/f"; : >z/d-d/f; ln -s "to
there" z/link'
	runs
	sed -n 's,^\(./z[^ ]*\) .*,\1,p' stage/METALOG >got
	cat >want <<-'WANT'
	./z
	./z/\043
	./z/back\134slash
	./z/d
	./z/d/f
	./z/d\040d
	./z/d\040d/f
	./z/d-d
	./z/d-d/f
	./z/link
	./z/new\012line
	./z/\351\377
	WANT
	atf_check diff -u want got
	atf_check -o match:'link=to.012there$' grep '^./z/link' stage/METALOG
	# and is read again
	cp stage/METALOG before
	script 1 ':'
	runs
	changes ''
}

atf_test_case deep
deep_head() {
	atf_set descr "folders 1500 deep are recorded; longer names than NetBSD has are refused"
	atf_set require.progs perl
}
deep_body() {
	stage
	script 1 'perl -e "for (1 .. 1500) { mkdir q(d) or die; chdir q(d) or die }"'
	runs
	atf_check -o inline:'1500\n' grep -c '^./d[/ ]' stage/METALOG
	script 1 'perl -e "for (1 .. 3000) { mkdir q(e) or die; chdir q(e) or die }"'
	atf_check -s exit:1 -e match:'^nb-postinst: e/.*4095 bytes' \
	    "$NB_BIN/nb-postinst" -q -C stage -s service/web
	rm -rf stage
}

atf_test_case epoch
epoch_head() {
	atf_set descr "times of what changed: SOURCE_DATE_EPOCH, given either way"
}
epoch_body() {
	stage
	script 1 'echo 1 >etc/new; echo "$SOURCE_DATE_EPOCH"'
	runs -e SOURCE_DATE_EPOCH=1234567890
	atf_check -o inline:'1234567890\n' cat out
	changes '< ./etc type=dir uid=0 gid=0 mode=0755 time=1700000009.000000000
> ./etc type=dir uid=0 gid=0 mode=0755 time=1234567890.000000000
> ./etc/new type=file uid=0 gid=0 mode=0644 size=2 time=1234567890.000000000'
	rm -r stage
	stage
	SOURCE_DATE_EPOCH=1111111111 runs
	atf_check -o match:' time=1111111111.000000000$' \
	    grep etc/new stage/METALOG
}

atf_test_case same
same_head() {
	atf_set descr "two folders, umasks, zones, languages and users: the same METALOG"
}
same_body() {
	mkdir one 'one/more deep'
	for d in one 'one/more deep'; do (
		cd "$d" || exit
		stage
		script 1 'mkdir -p a/b; pwd >a/pwd; env | sort >a/env
		id >a/id; ls -R .. >a/ls; umask >a/umask; date >/dev/null
		cp -p ../service/web/etc/me.pub etc/; mv etc/secret a
		: >"$(mktemp -p a/b tXXXXXX)"; rm -r a/b/*
		hostname >a/host; tty >a/tty; :'
	); done
	(cd one && umask 0 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 runs) || exit
	sleep 1
	run='umask 077; cd "$0" && "$NB_BIN/nb-postinst" -q -C stage -s service/web'
	if [ "$(id -u)" -eq 0 ]; then
		chown -R 65534:65534 'one/more deep'
		chmod 755 .
		atf_check env -u TZ NB_BIN="$NB_BIN" setpriv --reuid 65534 \
		    --regid 65534 --clear-groups sh -c "$run" "$PWD/one/more deep"
	else
		atf_check env TZ=America/Lima sh -c "$run" "$PWD/one/more deep"
	fi
	atf_check cmp one/stage/METALOG 'one/more deep/stage/METALOG'
	atf_check diff -r one/stage 'one/more deep/stage'
	atf_check -o ignore grep '^./a/env' one/stage/METALOG
}

atf_test_case other_group
other_group_head() {
	atf_set descr "a stage in a set-group-id folder of another group works as any"
	atf_set require.user root
}
other_group_body() {
	stage
	chgrp -R 4242 stage
	script 1 'stat -c %g etc; cp -p bin/su bin/new; mkdir d'
	runs
	atf_check -o inline:'0\n' cat out
	atf_check -o match:'mode=4555' grep bin/new stage/METALOG
}

atf_test_case other_user
other_user_head() {
	atf_set descr "a stage of another user is refused"
	atf_set require.user root
}
other_user_body() {
	stage
	chown -R 4242 stage
	script 1 ':'
	atf_check -s exit:1 -e inline:'nb-postinst: stage: belongs to user 4242; let the user who unpacked the stage run the scripts\n' \
	    "$NB_BIN/nb-postinst" -q -C stage -s service/web
}

atf_test_case root_steps_down
root_steps_down_head() {
	atf_set descr "root's scripts run as nobody, from folders of root's own too"
	atf_set require.user root
}
root_steps_down_body() {
	mkdir -m 700 mine
	cd mine || exit
	stage
	mkdir extra
	echo 'echo extra' >extra/fin.sh
	script 1 'cat /proc/self/uid_map; : >new; id -u'
	runs service/web/postinst/1.sh extra/fin.sh
	atf_check -o match:'^ +0 +65534 +1$' -o match:'^0$' \
	    -o match:'^extra$' cat out
	atf_check -o inline:'0:0\n' stat -c %u:%g stage/new
	atf_check -o empty find . ! -user 0
	# what only root can read, and what is elsewhere
	chmod 600 service/common/vars extra/fin.sh
	chmod 700 service
	mv service/web elsewhere
	ln -s ../elsewhere service/web
	mkdir service/web/files
	ln -s one service/web/files/two
	echo 1 >service/web/files/one
	cp before stage/METALOG
	rm stage/new
	script 1 'cat ../service/common/vars >/dev/null
	cp -p ../service/web/files/one etc/ && readlink ../service/web/files/two'
	runs service/web/postinst/1.sh extra/fin.sh
	atf_check -o inline:'one\nextra\n' cat out
	# without the right to mount, root stays root, but harmless
	cp before stage/METALOG
	rm stage/etc/one
	script 1 'cat /proc/self/uid_map
	(echo x >/proc/sys/kernel/core_pattern) 2>/dev/null && echo "wrote it"
	chmod 600 /dev/null /dev/zero 2>/dev/null
	echo x >/dev/null || echo no null; head -c 5 /dev/zero | wc -c'
	old=$(cat /proc/sys/kernel/core_pattern)
	setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
	    "$NB_BIN/nb-postinst" -q -C stage -s service/web >out ||
	    atf_fail "without CAP_SYS_ADMIN: $?"
	atf_check_equal "$old" "$(cat /proc/sys/kernel/core_pattern)"
	atf_check -o inline:'666\n666\n' stat -c %a /dev/null /dev/zero
	atf_check -o match:'^ +0 +0 +1$' -o not-match:'wrote|null' \
	    -o match:'^5$' cat out
}

atf_test_case reader_left
reader_left_head() {
	atf_set descr "output to a pipe that nobody reads does not leave things half-done"
}
reader_left_body() {
	stage
	script 1 'trap "" PIPE; echo 1; sleep 0.2; echo 2; : >new; :'
	script 2 ': >newer'
	{ postinst 2>&1; echo $? >status; } | true
	atf_check -o inline:'0\n' cat status
	atf_check -o inline:'2\n' grep -c '^./newe*r* ' stage/METALOG
}

atf_test_case readers
readers_head() {
	atf_set descr "METALOG is read by programs that are not ours"
	atf_set require.progs bsdtar
}
readers_body() {
	stage
	script 1 'mkdir -p a; : >"a/b c"; chmod 1777 a; ln -s x a/l; mkfifo a/p'
	runs
	(cd stage && bsdtar -cf ../tar @METALOG) || atf_fail "bsdtar"
	bsdtar -tvf tar >list
	atf_check -o match:'^drwxrwxrwt .* 0 +0 .* \./a/?$' grep ' \./a/*$' list
	atf_check -o match:'^l.* \./a/l -> x$' grep 'a/l ' list
	atf_check -o match:'^prw-r--r-- ' grep 'a/p$' list
	atf_check -o match:'^-r--r----- .* 3 +5 ' grep etc/secret list
}

atf_init_test_cases() {
	for _case in place environment tools names input umask_modes output order \
	    given none common spoken failing unreadable_after_failure nodes stat_tells \
	    no_bwrap no_namespaces not_whole reserved usage host_unchanged host_hidden \
	    bind agent links_out background late signals killed core network untouched \
	    habits owners moved_over inode_again modes kinds devices \
	    odd_names deep epoch same other_group other_user \
	    root_steps_down reader_left readers; do
		atf_add_test_case "$_case"
	done
}
