#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check_test: nb-check: each fault with its file and line, and none where there
# is none.

. "$(atf_get_srcdir)/../helpers.sh"

MIRROR_URL=http://127.0.0.1:9

# clean: s/web, a service without a fault, and what is beside it
clean() {
	rm -rf s etc
	mkdir -p s/common s/web/etc s/web/postinst s/web/var/www etc
	: >s/common/basicrc
	: >s/common/shutdown
	: >s/common/funcs
	cat >s/web/etc/rc <<-'X'
		#!/bin/sh
		. /etc/include/basicrc
		httpd -f /var/www
		. /etc/include/shutdown
	X
	cat >s/web/postinst/10-users.sh <<-'X'
		#!/bin/sh
		. ../service/common/funcs
		echo '_web:*:90:' >>etc/group
	X
	printf '# web: a page\nIMGSIZE=	100\nPORT=	::8080-:80\n' >s/web/options.mk
	cat >s/web/root.mtree <<-'X'
		#mtree
		./var/www		type=dir
		./var/www/index.html	type=file mode=0644
	X
	echo page >s/web/var/www/index.html
	printf 'NAME=webroot / ext2fs rw 1 1\n' >s/web/etc/fstab
	printf 'mem=128\nhostfwd=::8080-:80\n' >etc/web.conf
}

# check WORD ...: nb-check, as make calls it
check() {
	"$NB_BIN/nb-check" -V "$NB_TOP/mk/variables" -c etc/web.conf "$@" s/web
}

# faults WORD ...: it finds what standard input says, and nothing else; lines
# are FILE:LINE: and words that the rest has to have
faults() {
	cat >want
	check "$@" >out 2>err && atf_fail "$(head -n 1 want): not found"
	cat err
	[ ! -s err ] || atf_fail "nb-check failed"
	cut -d ' ' -f 1 want >want.places
	cut -d ' ' -f 1 out >out.places
	diff want.places out.places >differ || {
		cat out differ
		atf_fail "other findings than $(cat want)"
	}
	while read -r _place _text; do
		grep -F -- "$_place " out | grep -qF -- "$_text" || {
			cat out
			atf_fail "$_place does not say: $_text"
		}
	done <want
}

none() {
	check "$@" >out 2>&1 || {
		cat out
		atf_fail "a fault where there is none"
	}
	atf_check cmp /dev/null out
}

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; }"
	eval "$1_body() { clean; none; $1_is; }"
	cases="$cases $1"
}

t rc "etc/rc: missing, without #!, without an end, with lost files"
rc_is() {
	printf '. /etc/include/basicrc\nhttpd\n' >s/web/etc/rc
	faults <<-'X'
		s/web/etc/rc:1: no #! line: begin with #!/bin/sh
		s/web/etc/rc:2: nothing ends the VM
	X
	printf '#!/bin/sh\n. /etc/include/basicrd\n\n. /etc/rc.mine\nhalt\n' >s/web/etc/rc
	faults <<-'X'
		s/web/etc/rc:2: /etc/include/basicrd: neither in s/common
		s/web/etc/rc:4: /etc/rc.mine: neither in
	X
	for end in 'exec httpd' 'while :; do httpd; done' '/sbin/poweroff' \
	    'until false; do :; done; halt -lq'; do
		printf '#!/bin/sh\n%s\n' "$end" >s/web/etc/rc
		none
	done
	for end in 'exec >/dev/console' 'httpd || :' 'echo halt'; do
		printf '#!/bin/sh\n%s\n' "$end" >s/web/etc/rc
		echo 's/web/etc/rc:2: nothing ends the VM' | faults
	done
	printf '#!/bin/sh\n[ -f /etc/x ] && . /etc/x\n. /etc/rc.subr\n. /etc/y\nhalt\n' \
	    >s/web/etc/rc
	: >s/web/etc/y
	none
	rm s/web/etc/rc
	echo 's/web/etc/rc:1: is missing: init(8) has nothing to run' | faults
	# another init, or all that NetBSD's own rc starts
	echo './sbin/init type=link link=/usr/pkg/sbin/nitro' >>s/web/root.mtree
	none
}

t syntax "carriage returns, and what sh -n says"
syntax_is() {
	printf '#!/bin/sh\r\n. /etc/include/basicrc\r\nhalt\r\n' >s/web/etc/rc
	printf '#!/bin/sh\nif true; then\n\techo "x\nfi\n' >s/web/postinst/b.sh
	check >out && atf_fail "nothing found"
	atf_check -o ignore grep '^s/web/etc/rc:1: .*carriage return' out
	atf_check -o ignore grep '^s/web/postinst/b.sh:[0-9]*: sh -n: ' out
	clean
	# ... of whatever is a shell's script in etc
	printf '#!/bin/sh\necho )\n' >s/web/etc/rc.local
	echo 's/web/etc/rc.local:2: sh -n:' | faults
	printf 'not a script )\n' >s/web/etc/rc.local
	none
}

t bashisms "words that sh(1) does not have"
bashisms_is() {
	cat >s/web/postinst/a.sh <<-'X'
		[[ $ARCH = amd64 ]] && echo yes
		function f { echo; }
		source ../service/common/funcs
		[ "$ARCH" == amd64 ] || test $ARCH \
		    == i386
		cat <<<"$ARCH" &>/dev/null
		(( n++ ))
		echo ${ARCH/64/32} "${ARCH,,}" ${ARCH:0:2}
	X
	# what sh -n says of it depends on which sh(1) this host has
	check | grep -v 'sh -n' >out
	for l in '1: [[' '2: function' '3: source' '4: ==' '5: ==' '6: <<<' \
	    '6: &>' '7: ((' '8: this ${'; do
		grep -qF "s/web/postinst/a.sh:$l" out || {
			cat out
			atf_fail "not found: $l"
		}
	done
	atf_check -o inline:"9\n" sh -c 'wc -l <out | tr -d " "'
	cat >s/web/postinst/a.sh <<-'X'
		# [[ and == in a comment, in text and in a heredoc
		echo '[[ x == y ]]' "function source" \
		    "==" ${ARCH:-x} ${ARCH##*/} "${ARCH%%-*}" $((1 + 2))
		cat >etc/x <<END
		[[ x == y ]] && source x
		END
		case $ARCH in
		(amd64) [ "$ARCH" = '==' ] ;;
		[[:alpha:]]*) : ;;
		esac
		source() { . "$1"; }
		source ../service/common/funcs
	X
	none
}

t absolute "postinst scripts that write to absolute names"
absolute_is() {
	cat >s/web/postinst/a.sh <<-'X'
		echo x >/etc/a
		cat >>/etc/b <<E
		echo >/not/this
		E
		cp x /etc/c; mv /etc/d e
		rm -f /etc/e &&
		    mkdir -m 755 -p usr /etc/f
		ln -s /rescue/sh /etc/g
		install -m 644 x /etc/h
		chmod 600 /etc/i
		if chown root:wheel /etc/j; then echo $(touch /etc/k); fi
		sed -i'' 's,/x,/y,' /etc/l
		x=`tee "/etc/m"`
		(echo) 2>/etc/n
		for i in 1; do $FETCH -o /etc/o http://x/; done >/etc/p
		$TAR xzf x.tgz -C /usr/pkg
		mknod -m 600 /dev/console c 0 0
	X
	sed 's/^./s\/web\/postinst\/a.sh:&/' >places <<-'X'
		1: /etc/a:
		2: /etc/b:
		5: /etc/c:
		5: /etc/d:
		6: /etc/e:
		7: /etc/f:
		8: /etc/g:
		9: /etc/h:
		10: /etc/i:
		11: /etc/j:
		11: /etc/k:
		12: /etc/l:
		13: /etc/m:
		14: /etc/n:
		15: /etc/o:
		15: /etc/p:
		16: /usr/pkg:
		17: /dev/console:
	X
	faults <places
	cat >s/web/postinst/a.sh <<-'X'
		#!/bin/sh
		echo x >/dev/null 2>/dev/stderr >"$HOME"/x
		cp /etc/resolv.conf etc/ && cp x /tmp/x
		ln -s /rescue/x sbin/x; ln -sf /usr/pkg/bin/x
		sed -e 's,^,/etc/,' -i etc/x
		sed 's,/etc,/usr,' /etc/services >etc/services
		install -d -o root var/x
		echo '>/etc/x' ">/etc/y" \>/etc/z # >/etc/w
		cat <<-'E' >etc/rc
			rm /etc/x
		E
		$TAR cf x.tar -C /usr/share .
		find . -name x -exec rm {} +
		grep -q x /etc/passwd || :
	X
	none
	# one that knows that it is in the builder
	printf '[ -f /BUILDIMG ] && echo x >/etc/x\n' >s/web/postinst/a.sh
	none
}

t netbsd_only "what the sandbox cannot do, and downloads without FETCH"
netbsd_only_is() {
	printf 'chroot . useradd x\nuseradd y\nsudo ls\npkgin -y in z\nx=$(curl -O u)\nwget u\n' \
	    >s/web/postinst/a.sh
	faults <<-'X'
		s/web/postinst/a.sh:1: chroot: does not work in the sandbox
		s/web/postinst/a.sh:2: useradd: does not work
		s/web/postinst/a.sh:3: sudo: does not work
		s/web/postinst/a.sh:4: pkgin: does not work
		s/web/postinst/a.sh:5: curl: not on every host
		s/web/postinst/a.sh:6: wget: not on every host
	X
	: >s/web/NETBSD_ONLY
	faults <<-'X'
		s/web/postinst/a.sh:5: curl: not on every host
		s/web/postinst/a.sh:6: wget: not on every host
	X
	rm s/web/NETBSD_ONLY
	printf 'if [ -f /BUILDIMG ]; then chroot . sh -c x; fi\n' >s/web/postinst/a.sh
	none
	printf 'useradd() { :; }\nuseradd x\ncommand -v chroot\necho mount\n' \
	    >s/web/postinst/a.sh
	none
}

t postinst "scripts that are never run, sourced files that are not there"
postinst_is() {
	printf '#!/bin/sh\n:\n' >s/web/postinst/20-more
	printf ':\n' >s/web/postinst/30-more.bash
	chmod +x s/web/postinst/30-more.bash
	echo text >s/web/postinst/README
	printf '\n. ../service/common/func\n. ../service/web/vars\n. $x/y\n' >s/web/postinst/a.sh
	faults <<-'X'
		s/web/postinst/20-more:1: is never run: only *.sh are
		s/web/postinst/30-more.bash:1: is never run
		s/web/postinst/a.sh:2: ../service/common/func: is not there
		s/web/postinst/a.sh:3: ../service/web/vars: is not there
	X
	: >s/common/func
	: >s/web/vars
	rm s/web/postinst/[23]0*
	none
}

t options "variables and values that cannot be"
options_is() {
	cat >s/web/options.mk <<-'X'
		IMGSIZ=	100
		IMGSIZE=	abc
		MOUNTRO=	maybe
		.if ${ARCH} == "amd64"
		FSTYPE=	zfs	# a comment
		.endif
		PORT=	8080:80
		ARCH=	i386
		SETS=	base ect \
			/no/such
		ADDPKGS=	curl ./no.tgz
		MEM=	lots
		CURLSH=	x.sh
		FRESH=	y
		BUILDER ?=	often
		SOMETHING_ELSE=	1
		ROOTDIR=	/no/such
		MINIMIZE=	+x
	X
	printf '\nIMGSIZE=-1\nARCH=i386\nFRESH=y\n' >s/web/own.mk
	faults <<-'X'
		s/web/options.mk:1: IMGSIZ: no such variable: IMGSIZE?
		s/web/options.mk:2: IMGSIZE=abc: not a whole number
		s/web/options.mk:3: MOUNTRO=maybe: not one of
		s/web/options.mk:5: FSTYPE=zfs: not one of ffs|ffs2|ext2
		s/web/options.mk:7: PORT=8080:80: not of the form
		s/web/options.mk:8: ARCH: is not for this file to set
		s/web/options.mk:9: SETS=/no/such: no such file
		s/web/options.mk:9: SETS=ect: no such set: etc?
		s/web/options.mk:11: ADDPKGS=./no.tgz: no such file
		s/web/options.mk:12: MEM=lots: not a number of MB
		s/web/options.mk:13: CURLSH=x.sh: not a URL
		s/web/options.mk:14: FRESH: is not for this file
		s/web/options.mk:15: BUILDER=often: not one of auto|always|never
		s/web/options.mk:16: SOMETHING_ELSE: no such variable
		s/web/options.mk:17: ROOTDIR=/no/such: no such file
		s/web/options.mk:18: MINIMIZE=+x: not one of
		s/web/own.mk:2: IMGSIZE=-1: not a whole number
		s/web/own.mk:3: ARCH: is not for this file
	X
	rm s/web/own.mk
	: >set.tgz
	cat >s/web/options.mk <<-'X'
		# IMGSIZ=1
		_MINE=	1
		HERE!=	pwd
		POSTINSTVARS=	HERE GREETING
		GREETING=	hello \# world
		SIZE=	64
		IMGSIZE:=	${SIZE}
		SETS=	base etc kern-GENERIC ./set.tgz:/x ${MORE}
		ADDPKGS+=	curl-8* nginx
		MEM?=	1g
		MOUNTRO=	y
		PORT=
		MINIMIZE=	+64
		.if defined(X) && ${X} == "FOO=1"
		PORT=	tcp::1-:2,udp::3-:4
		.endif
	X
	none
}

t others "root.mtree, fstab, keys, passwords, links"
others_is() {
	rm s/web/var/www/index.html
	echo 'NAME=otherroot / ffs rw' >s/web/etc/fstab
	faults <<-'X'
		s/web/etc/fstab:1: NAME=otherroot: the root is called NAME=webroot
		s/web/root.mtree:3: ./var/www/index.html: its content is not there
	X
	clean
	printf 'tmpfs /tmp tmpfs rw\n# NAME=x / y\n/dev/ld0a / ffs rw\n' >s/web/etc/fstab
	printf './a type=link\n' >>s/web/root.mtree
	faults <<-'X'
		s/web/etc/fstab:3: /dev/ld0a: the root is called
		s/web/root.mtree:4: symbolic link without link=
	X
	clean
	mkdir s/web/etc/ssh
	printf 'x\n-----BEGIN OPENSSH %s KEY-----\n' PRIVATE >s/web/etc/ssh/mine
	echo key >s/web/etc/ssh/id_rsa
	echo key >s/web/etc/ssh/id_rsa.pub
	echo key >s/web/etc/ssh/ssh_host_rsa_key
	printf 'a:*:0:0::0:0::/:\nroot:$2a$10$x:0:0::0:0::/root:/bin/sh\n' \
	    >s/web/etc/master.passwd
	faults <<-'X'
		s/web/etc/master.passwd:2: a password
		s/web/etc/ssh/id_rsa:1: a private key
		s/web/etc/ssh/mine:2: a private key
		s/web/etc/ssh/ssh_host_rsa_key:1: a private key
	X
	clean
	ln -s ../../../common/funcs s/web/etc/up
	ln -s ../common s/web/common
	ln -s /usr/share/zoneinfo/UTC s/web/etc/localtime
	ln -s ../usr/share s/web/etc/share
	ln -s /etc s/web/files
	faults <<-'X'
		s/web/common:1: a link to ../common, which leaves
		s/web/etc/up:1: a link to ../../../common/funcs, which leaves
		s/web/files:1: a link to /etc, which leaves
	X
}

t conf "the conf: what nb-start refuses, other images, unknown keys"
conf_is() {
	printf 'mem=128\nmeme=1\nimg=images/other-amd64.img\nroot=NAME=xroot\n' >etc/web.conf
	faults <<-'X'
		etc/web.conf:2: meme: nothing uses this variable
		etc/web.conf:3: img=images/other-amd64.img: not an image of web
		etc/web.conf:4: root=NAME=xroot: the image's is called NAME=webroot
	X
	printf '# x\nmem=many\n' >etc/web.conf
	echo 'etc/web.conf:2: mem: "many" is not a number' | faults
	printf 'cores=$(nproc)\n' >etc/web.conf
	echo 'etc/web.conf:1: a command is not run' | faults
	printf 'i=images\nimg=$i/web-amd64:t.img\nroot=NAME=webroot\n' >etc/web.conf
	none
}

t lock "a lock that is stale"
lock_is() {
	cat >s/web/lock <<-'X'
		# a lock
		amd64/kernel/netbsd-SMOL (http://x/) = 1
		amd64/sets/base.tar.xz (http://x/) = 1
		amd64/sets/games.tar.xz (http://x/) = 1
		i386/sets/games.tgz (http://x/) = 1
	X
	set -- -a amd64 -k 'amd64/kernel/*' -k amd64/sets/base.tar.xz
	faults "$@" -k amd64/sets/etc.tar.xz <<-'X'
		s/web/lock:1: does not name amd64/sets/etc.tar.xz
		s/web/lock:4: amd64/sets/games.tar.xz: no build uses it any more
	X
	none "$@" -k 'amd64/sets/g*'
	none -a evbarm-aarch64 -k evbarm-aarch64/sets/base.tar.xz
}

t size "an image too small"
size_is() {
	mkdir files
	head -c 3000000 /dev/zero >files/a
	head -c 3000000 /dev/zero >files/b
	echo 's/web/options.mk:2: IMGSIZE=5: too small for 6 MB of files' |
	    faults -s 5 -l files:/usr -l s/web/etc:/etc
	none -s 6 -l files:/usr
	printf 'IMGSIZE=5\n' >s/web/own.mk
	echo 's/web/own.mk:1: IMGSIZE=5: too small' | faults -s 5 -l files
	# a later layer's file is the only one
	mkdir other
	: >other/a
	none -s 5 -l files:/usr -l other:/usr
	# what cannot be read is said, and is no fault
	atf_check -e match:'size not known' \
	    "$NB_BIN/nb-check" -V "$NB_TOP/mk/variables" -s 5 -l none.tgz s/web
}

t unread "a file or folder that cannot be read: told, once"
unread_is() {
	[ "$(id -u)" -ne 0 ] || set -- setpriv --reuid nobody --clear-groups
	chmod -R a+rX .
	chmod 0 s/web/options.mk s/web/etc
	atf_check -s exit:1 -o save:said "$@" "$NB_BIN/nb-check" \
	    -V "$NB_TOP/mk/variables" s/web
	chmod 755 s/web/etc
	for f in etc options.mk; do
		atf_check -o inline:"s/web/$f:1: cannot be read: Permission \
denied\n" grep "^s/web/$f:" said
	done
	# what may be there is not missing
	atf_check -s exit:1 grep 'is missing' said
}

t sailor "a sailor.conf that nb-trim refuses"
sailor_is() {
	printf '\nshipbins=$(ls)\n' >s/web/sailor.conf
	echo 's/web/sailor.conf:2: $(: command substitution' |
	    faults -t "$NB_BIN/nb-trim"
	printf 'x=`\n' >s/common/sailor.vars
	printf '. /service/common/sailor.vars\n' >s/web/sailor.conf
	echo 's/common/sailor.vars:1:' | faults -t "$NB_BIN/nb-trim"
	printf 'shipbins="/bin/sh"\n' >s/common/sailor.vars
	none -t "$NB_BIN/nb-trim"
	none -t ./no-such-program
}

t own_mk "own.mk in git"
own_mk_is() {
	command -v git >/dev/null || atf_skip "no git"
	echo 'IMGSIZE=5' >s/web/own.mk
	none
	git init -q . && git add -f s/web/own.mk
	echo 's/web/own.mk:1: is yours, and in git' | faults
}

t nothing_run "nothing of a service is run, whatever it says"
nothing_run_is() {
	cat >s/web/postinst/a.sh <<-'X'
		touch ran-1
		: $(touch ran-2) `touch ran-3` "$(touch ran-4)"
		cat <<E
		$(touch ran-5)
		E
	X
	printf 'touch ran-6\n' >env.sh
	printf 'X!=	touch ran-7\nY=	${X}\n' >>s/web/options.mk
	check >out || :
	ENV=$PWD/env.sh BASH_ENV=$PWD/env.sh check >out || :
	atf_check find . -name 'ran-*'
}

t words "what it is called with"
words_is() {
	atf_check -s exit:2 -e match:'^usage: nb-check' "$NB_BIN/nb-check"
	atf_check -s exit:2 -e match:'^usage: nb-check' "$NB_BIN/nb-check" s/web
	# What was taken until then is given back (LeakSanitizer tells).
	atf_check -s exit:2 -e match:'^usage: nb-check' "$NB_BIN/nb-check" \
	    -C c -C d -k k -l l s/web
	atf_check -s exit:2 -e match:usage: "$NB_BIN/nb-check" -C c -k k -l l -q
	atf_check -o match:'^usage: nb-check' "$NB_BIN/nb-check" -h
	v=$NB_TOP/mk/variables
	atf_check -s exit:1 -e match:'^nb-check: s/none: No such file' \
	    "$NB_BIN/nb-check" -V "$v" s/none
	atf_check -s exit:1 -e match:'^nb-check: none: No such file' \
	    "$NB_BIN/nb-check" -V none s/web
	atf_check -s exit:1 -e match:'^nb-check: etc/web.conf:1: mem=128: not a name' \
	    "$NB_BIN/nb-check" -V etc/web.conf s/web
	atf_check -o inline:"s/web: no faults found\n" \
	    "$NB_BIN/nb-check" -v -V "$v" s/web/
	# control characters do not reach a terminal
	printf 'A\033=1\n"\033[1m"=2\nIMGSIZE=\033[1m\n' >s/web/options.mk
	check >out
	atf_check -s exit:1 grep "$(printf '\033')" out
}

t good_scripts "the good scripts of nb-postinst's corpus have no fault"
good_scripts_is() {
	rm s/web/postinst/*
	cp "$NB_TOP"/service/common/* s/common/
	cp "$NB_TOP"/tests/postinst/corpus/good-*.sh s/web/postinst/
	none
	atf_check test "$(ls s/web/postinst | wc -l)" -gt 30
}

t project "the project's services have no fault, by bmake check"
project_is() {
	copy_project p
	for arch in amd64 i386 evbarm-aarch64; do
		for d in p/service/*/; do
			n=$(basename "$d")
			[ "$n" != common ] || continue
			./rules p ARCH=$arch SERVICE="$n" check >out 2>&1 || {
				cat out
				atf_fail "$n"
			}
			atf_check_equal "service/$n: no faults found" "$(cat out)"
		done
	done
	# with a fault that make itself would stop at
	printf 'IMGSIZE=abc\nFROMIMG=none\n' >p/service/base/options.mk
	./rules p SERVICE=base check >out 2>err && atf_fail "no fault"
	atf_check -o ignore grep '^service/base/options.mk:1: IMGSIZE=abc' out
	atf_check -s not-exit:0 -o ignore -e match:'FROMIMG=none' \
	    ./rules p SERVICE=base base
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
