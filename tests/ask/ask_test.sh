#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# ask_test: `bmake list`, `bmake show` and `bmake new`, which need no network, no
# programs and no images; and how `bmake start` puts together what was said.

. "$(atf_get_srcdir)/../helpers.sh"

MIRROR_URL=http://127.0.0.1:9

# project: a copy in p, with two services of its own in s
project() {
	copy_project p
	mkdir -p s/common s/web/etc s/old p/images
	printf '# web: a page, and "quotes" $HOME\nIMGSIZE=20\n' >s/web/options.mk
}

# ask WORD ...: bmake as a person would call it there
ask() {
	(cd p && "${MAKE:-bmake}" ARCH=amd64 SERVICEDIR=../s "$@")
}

# row NAME: its line of the list in out, blanks made one
row() {
	sed -n "s/^$1  *\(.*\)/\1/p" out | tr -s ' '
}

# The first column of the table in docs/reference.md.
readme_names() {
	awk '/^## Variables/ { on = 1; next } /^## / { on = 0 }
	    on && /^\| `/ { split($0, column, "|"); print column[2] }' \
	    "$NB_TOP/docs/reference.md" | tr -cs 'A-Z_' '\n' | grep .
}

atf_test_case agreement
agreement_head() {
	atf_set descr "docs/reference.md, mk/variables and show have the same variables"
}
agreement_body() {
	project
	readme_names >readme
	sed -n 's/^\([A-Z_]\{1,\}\)[[:space:]].*/\1/p' "$NB_TOP/mk/variables" >table
	atf_check diff readme table
	ask SERVICE=web show >out || atf_fail "show"
	sed -e '/^$/,$d' -e 's/ .*//' out >shown
	atf_check diff readme shown
	# nothing has a default that the table does not have
	sed -n 's/^\([A-Z][A-Z_]*\)?=.*/\1/p' "$NB_TOP"/mk/*.mk | sort -u |
	    grep -v -e VARIANT -e PREFIX -e MANDIR -e ZSHDIR >defaults
	sort table >sorted
	atf_check comm -23 defaults sorted
	atf_check test "$(wc -l <defaults)" -gt 25
	# who may set it, and what it can be, is said of all
	tab=$(printf '\t')
	atf_check -s exit:1 grep -v -E -e '^#' -e \
	    "^[A-Z_]+${tab}+(service|own|call)${tab}(text|number|memory|port|url|path|packages|names|sets|[a-z0-9-]+\\|[a-z0-9N|+-]+)\$" \
	    "$NB_TOP/mk/variables"
}

atf_test_case names
names_head() {
	atf_set descr "a variable that is nearly another is told, and that of a service is not"
}
names_body() {
	project
	near='^bmake: ".*SERVICES: no such variable: SERVICE[?] '
	for goal in base list ""; do
		atf_check -s exit:1 -o ignore -e match:"$near" \
		    "${MAKE:-bmake}" -C p ARCH=amd64 SERVICES=rescue $goal
	done
	[ ! -e p/images/.work ] && [ ! -e p/images/.lock ] || atf_fail "begun"
	# what it may be without much doubt, and what is nobody's
	ask MEN=512 WHATEVER=3 list >out 2>err || atf_fail list
	atf_check -o inline:"bmake: warning: MEN: no such variable: MEM?
bmake: warning: WHATEVER: nothing here has a variable of that name: \"bmake show\" lists those there are
" cat err
	# programs', make's and the rules' own
	ask TMPDIR=/tmp NO_COLOR=1 QEMU_ACCEL=tcg CFLAGS=-O LC_ALL=C MAKE=bmake \
	    TESTS=x SECONDS=3 DESTDIR=/x VARIANT=x NB_SYNC=y http_proxy=x \
	    list >out 2>err || atf_fail list
	atf_check cat err

	# in files: with the line; what is used or handed on is theirs
	cat >s/web/own.mk <<-'X'
		IMGSIZ=	20
		USED=	3
		MEMM=	$(USED)
		.if ${MEMM} == 3 && ${PORTS:Uno} == "no"
		MEM=	77
		.endif
		KERNAL=	x
		POSTINSTVARS= KERNAL \
			NONETT=2
		 FSTYP?= ffs
		FLAVOUR= sweet
	X
	ask SERVICE=web PORTS=no show >out 2>err || atf_fail show
	atf_check -o inline:"bmake: warning: ../s/web/own.mk:1: IMGSIZ: no such variable: IMGSIZE?
bmake: warning: ../s/web/own.mk:10: FSTYP: no such variable: FSTYPE?
" cat err
	ask SERVICE=old show >out 2>err || atf_fail show
	atf_check cat err
	# for a service that is not asked for, and where nb-check tells of all
	ask list >out 2>err || atf_fail list
	atf_check cat err
	# no service of ours has one
	for s in "$NB_TOP"/service/*/; do
		(cd p && "${MAKE:-bmake}" ARCH=amd64 SERVICE="$(basename "$s")" \
		    -V SERVICE fetch) 2>>err >out || :
	done
	atf_check -s exit:1 grep 'no such variable' err
}

atf_test_case origin
origin_head() {
	atf_set descr "show says where each variable was set"
}
origin_body() {
	project
	cat >s/web/options.mk <<-'X'
		# web: a page
		IMGSIZE=	20
		MOUNTRO=	y
		FSTYPE=		ffs
		MEM?=		100
		CPUS=		2
		.if ${ARCH} == "i386"
		VERS=		10
		.endif
	X
	echo 'FSTYPE=ffs2' >s/web/own.mk
	IMGSIZE=30 MOUNTRO=y MEM=99 CPUS=7 PORT=::1-:1 FSTYPE=ext2 ask CPUS=4 \
	    SERVICE=web show >out || atf_fail "show"
	atf_check_equal "../s/web/options.mk 20" "$(row IMGSIZE)"
	atf_check_equal "../s/web/options.mk y" "$(row MOUNTRO)"
	atf_check_equal "../s/web/own.mk ffs2" "$(row FSTYPE)"
	atf_check_equal "environment 99" "$(row MEM)"
	atf_check_equal "environment ::1-:1" "$(row PORT)"
	atf_check_equal "command line 4" "$(row CPUS)"
	atf_check_equal "command line web" "$(row SERVICE)"
	atf_check_equal "default 11" "$(row VERS)"
	atf_check_equal "default base etc" "$(row SETS)"
	atf_check_equal "default" "$(row ADDSETS)"
	ask ARCH=i386 SERVICE=web show >out || atf_fail "show"
	atf_check_equal "../s/web/options.mk 10" "$(row VERS)"
	# what is from nowhere else is from the image
	: >x.img
	ask SERVICE=web FROMIMG=../x.img show >out || atf_fail "show"
	atf_check_equal "FROMIMG" "$(row SETS)"
	# columns begin where the first line's do
	sed '/^$/,$d' out >table
	atf_check_equal 1 "$(sed -n 's/^\([A-Z_]*  *\)[^ ].*/\1/p' table |
	    awk '{ print length($0) }' | sort -u | wc -l)"
}

atf_test_case quotes
quotes_head() {
	atf_set descr "show prints values as they are, and runs nothing"
}
quotes_body() {
	project
	value="it's \"a  b\" \`touch x\` \$(touch y) \\ * ; | & < > # ~ %s \\n"
	# make has its own dollar
	ask SERVICE=web "DIST=$(printf '%s' "$value" | sed 's/\$/$$/g')" show >out ||
	    atf_fail "show"
	printf 'DIST %s command line  %s\n' "$(printf '%*s' 14 '')" "$value" |
	    sed 's/  *command line */ command line /' >want
	grep '^DIST' out | sed 's/  *command line */ command line /' >got
	atf_check diff want got
	printf 'POSTINST_BIND=a "b\x27 $$HOME `touch z`\nPOSTINSTVARS=X Y\nX=1 2\nY="\n' \
	    >>s/web/options.mk
	ask SERVICE=web show >out || atf_fail "show"
	atf_check_equal "../s/web/options.mk a \"b' \$HOME \`touch z\`" \
	    "$(row POSTINST_BIND)"
	atf_check_equal 'POSTINSTVARS 1 2' "$(row X)"
	atf_check_equal 'POSTINSTVARS "' "$(row Y)"
	atf_check find . -name x -o -name y -o -name z
}

atf_test_case follows
follows_head() {
	atf_set descr "show says what follows: image, packages, where scripts run"
}
follows_body() {
	project
	ask SERVICE=web IMGTAG=t show >out || atf_fail "show"
	atf_check_equal "images/web-amd64:t.img (not built yet)" "$(row image)"
	atf_check_equal "none" "$(row packages)"
	atf_check_equal "none" "$(row scripts)"
	mkdir s/web/postinst
	: >s/web/postinst/b.sh
	: >s/web/postinst/a.sh
	: >p/images/web-amd64.img
	ask SERVICE=web ADDPKGS=greet show >out || atf_fail "show"
	atf_check_equal "images/web-amd64.img" "$(row image)"
	row packages >got
	row scripts >>got
	atf_check -o ignore grep '^greet, and what they need' got
	atf_check -o ignore grep 'on this host.*: a.sh b.sh$' got
	: >s/web/NETBSD_ONLY
	ask SERVICE=web show >out || atf_fail "show"
	row scripts >got
	atf_check -o ignore grep 'builder.*: a.sh b.sh$' got
	atf_check -s not-exit:0 -o ignore \
	    -e match:'SERVICE=none: there is no folder ../s/none: one of old web' \
	    sh -c "cd p && '${MAKE:-bmake}' SERVICEDIR=../s SERVICE=none show"
}

atf_test_case list
list_head() {
	atf_set descr "list: services, images and a line each, aligned"
}
list_body() {
	project
	mkdir s/a-very-long-name s/readme s/.new.x.1
	printf 'IMGSIZE=1\n' >s/old/options.mk
	printf '<!-- x -->\n\n# A *fine* service\n\ntext\n' >s/readme/README.md
	printf '# SPDX-License-Identifier: BSD-2-Clause\n' >s/readme/options.mk
	printf '#a-very-long-name: \033[1mx\tno newline' >s/a-very-long-name/options.mk
	: >p/images/web-amd64.img
	: >p/images/old-amd64:v1.img
	: >p/images/readme-i386.img
	cat >want <<-'X'
		SERVICE           IMAGE  WHAT IT IS
		a-very-long-name  -      [1mx no newline
		old               :v1    -
		readme            -      A *fine* service
		web               yes    a page, and "quotes" $HOME

		images for ARCH=amd64; bmake SERVICE=NAME start boots one
	X
	ask list >out || atf_fail "list"
	atf_check diff want out
	# the project's own say what they are
	(cd p && "${MAKE:-bmake}" list) >out || atf_fail "list"
	atf_check -o ignore grep '^hello  ' out
	atf_check -s exit:1 grep -E '  -$' out
	atf_check -s exit:1 -e match:'../none: no such folder' -o ignore \
	    sh -c "cd p && '${MAKE:-bmake}' SERVICEDIR=../none list"
}

# template: s/hello and its conf in c
template() {
	mkdir -p s/hello/etc/www c
	printf '# hello: the smallest\nPORT=	::8180-:80\n' >s/hello/options.mk
	printf '#!/bin/sh\n# rc of hello; othello, hello_x, hellos\nhello=hello\n' \
	    >s/hello/etc/rc
	chmod +x s/hello/etc/rc
	echo 'Hello, hello-world' >s/hello/etc/www/index.html
	printf 'hello \0 hello' >s/hello/etc/binary
	ln -s rc s/hello/etc/link
	: >s/hello/lock
	: >s/hello/own.mk
	: >s/hello/README.md
	printf '# hello.conf: http://localhost:8180/\nhostfwd=::8180-:80\n' >c/hello.conf
}

# new_fails PATTERN WORD ...: one line with PATTERN, and nothing is made
new_fails() {
	_pattern=$1
	shift
	find s c | sort >before
	atf_check -s not-exit:0 -o ignore -e save:err \
	    sh -c 'cd p && "${MAKE:-bmake}" ARCH=amd64 SERVICEDIR=../s CONFDIR=../c "$@" new' \
	    sh "$@"
	atf_check -o ignore grep -e "$_pattern" err
	find s c | sort >after
	atf_check diff before after
}

atf_test_case new
new_head() {
	atf_set descr "new: a service and its conf, whole, under another name"
}
new_body() {
	project
	template
	cat >want <<-'X'
		made ../s/foo-2 and ../c/foo-2.conf, from ../s/hello
		edit ../s/foo-2/etc/www/index.html, its page, or ../s/foo-2/etc/rc, what it runs, then:
		    bmake SERVICE=foo-2 start
	X
	ask CONFDIR=../c SERVICE=foo-2 new >out || atf_fail "new"
	atf_check diff want out
	(cd s/foo-2 && find . | sort) >out
	printf '%s\n' . ./etc ./etc/binary ./etc/link ./etc/rc ./etc/www \
	    ./etc/www/index.html ./options.mk >want
	atf_check diff want out
	printf '#!/bin/sh\n# rc of foo-2; othello, hello_x, hellos\nfoo-2=foo-2\n' >want
	atf_check cmp want s/foo-2/etc/rc
	atf_check test -x s/foo-2/etc/rc
	atf_check cmp s/hello/etc/binary s/foo-2/etc/binary
	atf_check -o inline:"rc\n" readlink s/foo-2/etc/link
	atf_check -o inline:"Hello, foo-2-world\n" cat s/foo-2/etc/www/index.html
	atf_check -o match:'^# foo-2: a copy of hello' -o match:'^PORT=' \
	    -o not-match:'the smallest' cat s/foo-2/options.mk
	printf '# foo-2.conf: http://localhost:8180/\nhostfwd=::8180-:80\n' >want
	atf_check cmp want c/foo-2.conf
	find s c -name '.*' >out
	atf_check cmp /dev/null out
}

atf_test_case new_refused
new_refused_head() {
	atf_set descr "new: what is there, bad names, and half a service"
}
new_refused_body() {
	project
	template
	new_fails 'new: say what it is called: bmake SERVICE=NAME new'
	new_fails 'new: ../s/web: is there already' SERVICE=web
	new_fails 'SERVICE=hello: is taken' SERVICE=hello
	new_fails 'SERVICE=common: is taken' SERVICE=common
	new_fails 'SERVICE=-x: begins with' SERVICE=-x
	new_fails "SERVICE=.x: a service's name has" SERVICE=.x
	new_fails "SERVICE=a b: a service's name has" 'SERVICE=a b'
	new_fails "SERVICE=a/b: a service's name has" SERVICE=a/b
	new_fails "longer than 32 characters" \
	    SERVICE=abcdefghijklmnopqrstuvwxyz1234567
	: >c/foo.conf
	new_fails 'new: ../c/foo.conf: is there already' SERVICE=foo
	rm c/foo.conf
	ln -s nowhere s/foo
	new_fails 'new: ../s/foo: is there already' SERVICE=foo
	rm s/foo
	# what cannot be read is no reason for a part of it
	[ "$(id -u)" -ne 0 ] || return 0
	chmod 0 s/hello/etc/rc
	new_fails 'etc/rc' SERVICE=foo
}

atf_test_case start
start_head() {
	atf_set descr "start: the conf, and over it what a person said"
}

# started WORD ...: what nb-start is given is in args
started() {
	ask BIN=../bin NONET=1 ROOTDIR=../root IMGSIZE=3 "$@" start >out 2>&1 || {
		cat out
		atf_fail "start $*"
	}
}

start_body() {
	project
	template
	mkdir bin root
	ln -s "$NB_BIN"/nb-* bin/
	rm bin/nb-start
	printf '#!/bin/sh\nfor a; do printf "[%%s] " "$a"; done >"%s/args"\n' "$PWD" \
	    >bin/nb-start
	chmod +x bin/nb-start
	: >p/kernels/netbsd-SMOL
	echo CPUS=3 >>s/web/options.mk
	k='[-k] [kernels/netbsd-SMOL] '
	i='[-i] [images/web-amd64.img] '
	# no conf: as the variables say
	started SERVICE=web
	atf_check_equal "$i${k}[-m] [256] [-c] [3] [-p] [::22022-:22] " "$(cat args)"
	started SERVICE=web PORT= MEM=64
	atf_check_equal "$i${k}[-m] [64] [-c] [3] [-p] [] " "$(cat args)"
	# a conf counts, options.mk for what it leaves open, a person above all
	printf 'mem=128\n#cores=9\nhostfwd=::8080-:80\n' >p/etc/web.conf
	f='[-f] [etc/web.conf] '
	started SERVICE=web
	atf_check_equal "$f$i${k}[-c] [3] " "$(cat args)"
	started SERVICE=web MEM=512 PORT=::1-:1 CPUS=2
	atf_check_equal "$f$i${k}[-m] [512] [-c] [2] [-p] [::1-:1] " "$(cat args)"
	MEM=99 started SERVICE=web PORT=
	atf_check_equal "$f$i${k}[-m] [99] [-c] [3] [-p] [] " "$(cat args)"
	echo MEM=77 >s/web/own.mk
	started SERVICE=web
	atf_check_equal "$f$i${k}[-m] [77] [-c] [3] " "$(cat args)"
	echo kernel=mine >>p/etc/web.conf
	started SERVICE=web
	atf_check_equal "$f${i}[-m] [77] [-c] [3] " "$(cat args)"
	: >p/other
	started SERVICE=web KERNEL=other
	atf_check_equal "$f${i}[-k] [other] [-m] [77] [-c] [3] " "$(cat args)"
}

atf_init_test_cases() {
	for _case in agreement names origin quotes follows list \
	    new new_refused start; do
		atf_add_test_case $_case
	done
}
