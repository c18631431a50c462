#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf_test: the grammar of conf files, each point of it, and that a conf is
# data whatever is in it.

# conf TEXT: base.conf has that text, printf's escapes understood
conf() {
	printf "$1" >base.conf
}

# append WANT: what the conf gives as kernel parameters
append() {
	has "console=com root=NAME=baseroot $1" -f base.conf
	[ ! -s err ] || atf_fail "a warning: $(cat err)"
}

# bad LINE TEXT: the conf is refused, with the line and the reason
bad() {
	refused 1 "base.conf:$1: $2" -f base.conf
}

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() { world; $1_is; }"
	cases="$cases $1"
}
cases=

t values "a value is bare, in quotes of both kinds, or joined of these"
values_is() {
	conf 'append=-v\n'
	append '-v'
	conf "append='-v -s'\\n"
	append '-v -s'
	conf 'append="-v -s"\n'
	append '-v -s'
	conf "append=-v\" \"-s' '-x\\n"
	append '-v -s -x'
	conf 'append=""\n'
	has 'console=com root=NAME=baseroot' -f base.conf
	conf 'append=-v'
	append '-v'
}

t escapes "backslashes quote as in a shell"
escapes_is() {
	cat >base.conf <<-'EOF'
		append=a\ b\"c\'d\\e\$f\#g
	EOF
	append "a b\"c'd\\e\$f#g"
	cat >base.conf <<-'EOF'
		append="a\"b\\c\$d\`e\f"
	EOF
	append 'a"b\c$d`e\f'
	cat >base.conf <<-'EOF'
		append='a\b"c$d`e'
	EOF
	append 'a\b"c$d`e'
}

t comments "comments stand alone and behind values, and a # in a word is none"
comments_is() {
	cat >base.conf <<-'EOF'
		# append=no

		   # nor here $(id) `id` "
		append=a#b	# a comment with ' in it
		#
	EOF
	append 'a#b'
}

t continued "a backslash at the end joins lines, and lines are counted on"
continued_is() {
	cat >base.conf <<-'EOF'
		append="a \
		b"
		mem=\
		64
	EOF
	append 'a b'
	has 64 -f base.conf
	cat >base.conf <<-'EOF'
		append="a \
		b"
		mem=x
	EOF
	bad 3 'mem: "x" is not a number of MB'
}

t variables "variables of earlier lines and of the environment"
variables_is() {
	unset nothing
	export FROM_OUTSIDE=outside
	cat >base.conf <<-'EOF'
		a=one
		b=${a}two
		append="$b-$a-${b}x '$a' $FROM_OUTSIDE"'$a'
	EOF
	append "onetwo-one-onetwox 'one' outside\$a"
	cat >base.conf <<-'EOF'
		a=one
		a=$a$a
		mem=64
		append=$a$mem
	EOF
	append oneone64
	cat >base.conf <<-'EOF'
		FROM_OUTSIDE=inside
		append=$FROM_OUTSIDE
	EOF
	append inside
}

t pwd "\$(pwd) is the present folder"
pwd_is() {
	conf 'append="$(pwd)/x"\n'
	append "$PWD/x"
	mkdir 'a "b", c'
	cd 'a "b", c' || atf_fail cd
	world
	conf 'share=$(pwd)\n'
	has "local,path=$(printf %s "$PWD" | sed 's/,/,,/g'),security_model=none,id=share0" \
	    -f base.conf
}

t arch "ARCH is bmake's, unless the conf or the environment says it"
arch_is() {
	conf 'ARCH=i386\nappend=$ARCH\n'
	append i386
	has kernels/netbsd-SMOL386 -f base.conf
	conf 'append=$ARCH\n'
	ARCH=i386
	export ARCH
	append i386
	unset ARCH
	conf 'append=$ARCH\nimg=images/base-${ARCH}.img\n'
	case $(uname -m) in
	x86_64)	append amd64 ;;
	esac
	conf 'ARCH=sparc\n'
	bad 1 'ARCH: sparc: no such architecture'
}

t yes_no "what is on or off"
yes_no_is() {
	for v in y yes on true 1; do
		conf "sharerw=$v\\n"
		has virtio-blk-device,drive=hd0,share-rw=on -f base.conf
	done
	for v in n no off false 0 '""' ''; do
		conf "sharerw=$v\\n"
		has virtio-blk-device,drive=hd0 -f base.conf
	done
	conf 'sharerw=maybe\n'
	bad 1 'sharerw: "maybe" is neither y nor n'
}

t nothing "an empty value leaves the default"
nothing_is() {
	conf 'kernel=\nimg=\nmem=\ncores=\nhostfwd=\nroot=\nshare=\nextra=\n'
	words -i base >want
	printf '%s=\n' bridgenet qmp_port serial_port imgtag use_pty fwcfgvar \
	    fwcfgfile drive2 max_ports ARCH >>base.conf
	words -f base.conf >got
	diff -u want got || atf_fail "differs from no conf"
}

t later "of two lines for one key the later holds"
later_is() {
	conf 'append=-v\nappend=-s\nhostfwd=::18080-:80\nhostfwd=::18081-:81\n'
	append -s
	has user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:18081-:81 -f base.conf
}

t unused "a variable that nothing uses is warned of, with its line"
unused_is() {
	conf 'mem=64\nvm=x\nused=-v\nappend=$used\n'
	words -f base.conf >got
	atf_check -o inline:"nb-start: warning: base.conf:2: vm: nothing uses this variable\n" \
	    cat err
	has 'console=com root=NAME=baseroot -v' -f base.conf
}

t crlf "lines that end as on Windows"
crlf_is() {
	conf 'append=-v\r\nmem=64\r\n'
	append -v
	has 64 -f base.conf
}

t no_commands "commands are refused by line and never run"
no_commands_is() {
	for c in '$(touch ran)' '`touch ran`' '"$(touch ran)"' '"`touch ran`"' \
	    'x$(touch ran)y' '$(pwd; touch ran)' '$( pwd )' '$((1+1))' \
	    '"$(pwd' '$(pwd'; do
		printf 'mem=64\nappend=%s\n' "$c" >base.conf
		bad 2 ''
		atf_check -o match:'a command is not run' cat err
	done
	printf 'ARCH="$(scripts/uname.sh -m)"\n' >base.conf
	bad 1 'a command is not run'
	[ ! -e ran ] || atf_fail "it was run"
}

t no_statements "statements are refused by line and never run"
no_statements_is() {
	for c in 'touch ran' '. ./x' 'append=-v touch ran' 'append=-v; touch ran' \
	    'append=-v && touch ran' 'append=-v|touch ran' 'append=-v&' \
	    'append=-v >ran' 'append=-v>ran' 'append=<(touch ran)' 'if true; then' \
	    'export append=-v' 'append =-v' 'append= -v' '=x' '1a=x' 'a-b=x' \
	    'append+=-v' 'a[1]=x' 'append=(a b)' '"append"=-v' '$a=b' 'append' \
	    'append=a b' 'append=a"b"c d' 'append="a" "b"'; do
		printf '# one\n%s\n' "$c" >base.conf
		bad 2 ''
	done
	[ ! -e ran ] || atf_fail "it was run"
}

t no_expansions "other expansions are refused by line"
no_expansions_is() {
	unset UNSET
	conf 'append=$UNSET\n'
	bad 1 'UNSET is not set'
	conf 'append="${UNSET}"\n'
	bad 1 'UNSET is not set'
	for c in '${a:-b}' '${a#b}' '${#a}' '${}' '${1}' '${a' '"${a"'; do
		printf 'a=x\nappend=%s\n' "$c" >base.conf
		bad 2 'of ${...} only ${NAME} is known'
	done
	for c in '$' '$$' '$?' '$1' '$@' '$*' '$-' '$!' '"a$"' 'a$/b'; do
		printf 'a=x\nappend=%s\n' "$c" >base.conf
		bad 2 'a $ without a name behind it'
	done
	conf 'share=~/x\n'
	bad 1 '~ is not expanded'
}

t quotes_open "a quote that is not closed on its line is told with that line"
quotes_open_is() {
	conf "mem=64\\nappend='a\\nb'\\n"
	bad 2 'single quote is not closed'
	conf 'mem=64\nappend="a\nb"\n'
	bad 2 'double quote is not closed'
	conf 'append="a'
	bad 1 'double quote is not closed'
	conf 'append=a\\'
	bad 1 'a backslash at the end of the file'
}

t bytes "control characters and NULs are refused by line"
bytes_is() {
	conf 'mem=64\nappend=a\000b\n'
	bad 2 'a control character (0x00)'
	conf 'mem=64\nappend=a\033b\n'
	bad 2 'a control character (0x1b)'
	conf 'mem=64\n# a\177b\n'
	bad 2 'a control character (0x7f)'
	conf 'append=a\rb\n'
	bad 1 'a control character (0x0d)'
	export NL='a
b'
	conf 'append="$NL"\n'
	bad 1 'append: a control character in the value'
	conf 'append=-v\303\274\n'
	append "$(printf -- '-v\303\274')"
}

t bounds "long lines, big files and variables that multiply are refused"
bounds_is() {
	{ echo mem=64; printf 'a='; head -c 100000 /dev/zero | tr '\0' x; echo; } >base.conf
	bad 2 'a value of more than 8191 characters'
	{ printf 'append='; head -c 1048576 /dev/zero | tr '\0' x; } >base.conf
	refused 1 'base.conf: more than 256 KB' -f base.conf
	{
		echo a=xxxxxxxxxxxxxxxxxxxx
		for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo 'a=$a$a'; done
	} >base.conf
	bad 10 'a value of more than 8191 characters'
	{ head -c 300 /dev/zero | tr '\0' a; echo =1; printf 'append=$'; \
	    head -c 300 /dev/zero | tr '\0' a; echo; } >base.conf
	bad 2 'a name of more than 255 characters'
}

t values_checked "what options would refuse, confs refuse by line"
values_checked_is() {
	while IFS='|' read -r c text; do
		printf '# one\n%s\n' "$c" >base.conf
		bad 2 "$text"
	done <<-'EOF'
		mem=32|mem: 32 is too little: at least 48 MB
		mem=2000g|mem: 2000g is too much: at most 1048576 MB
		mem=99999999999999999999|mem: 99999999999999999999 is too much
		mem=1k|mem: "1k" is not a number of MB
		mem=-1|mem: "-1" is not a number
		mem=0x40|mem: "0x40" is not a number
		cores=0|cores: 0 is too little
		cores=1000|cores: 1000 is too much
		cores=two|cores: "two" is not a number
		hostfwd=8080|hostfwd: 8080: not of the form
		hostfwd=::80-:80,evil=1|hostfwd: evil=1: not of the form
		hostfwd=::99999-:80|hostfwd: ::99999-:80: host port "99999"
		qmp_port=0|qmp_port: 0 is too little
		qmp_port=4444,server|qmp_port: "4444,server" is not a number
		serial_port=65536|serial_port: 65536 is too much
		imgtag=../x|imgtag: ../x: a tag has no slash
		fwcfgvar=a|fwcfgvar: "a" is not NAME=VALUE
		fwcfgvar=a-b=c|fwcfgvar: "a-b": a name has letters
		fwcfgfile=a|fwcfgfile: "a" is not NAME=VALUE
		max_ports=99|max_ports: 99 is too much
		extra='a "b'|extra: double quote is not closed
		bridgenet=br0|bridgenet: "br0" is neither y nor n
	EOF
}

t no_file "a conf that cannot be read is named"
no_file_is() {
	refused 1 'nosuch.conf: No such file' -f nosuch.conf
	mkdir d.conf
	refused 1 'd.conf: Is a directory' -f d.conf
	# which was meant
	mkdir -p etc
	for _n in foo fox games base; do : >etc/$_n.conf; done
	: >etc/README
	refused 1 'etc/fo.conf: No such file or directory: etc/foo.conf?' -f etc/fo.conf
	refused 1 'etc/gmaes.conf: No such file or directory: etc/games.conf?' \
	    -f etc/gmaes.conf
	refused 1 'etc/games: No such file or directory: etc/games.conf?' -f etc/games
	refused 1 'games: No such file or directory: etc/games.conf?' -f games
	refused 1 'etc/REAME: No such file or directory: "bmake list" shows' -f etc/REAME
	refused 1 'none/games.conf: No such file or directory: "bmake list" shows' \
	    -f none/games.conf
	ln -s gone etc/gone.conf
	refused 1 'etc/gone.conf: No such file or directory: ' -f etc/gone.conf
	[ "$(id -u)" -eq 0 ] || {
		chmod 0 etc/fox.conf
		refused 1 'etc/fox.conf: Permission denied' -f etc/fox.conf
	}
}

t manual "the manual has every key, and its examples are confs"
manual_is() {
	man=$NB_TOP/tools/nb-start/nb.conf.5
	[ -f "$man" ] || atf_skip "no manual here"
	sed -n 's/^\.It Cm \([A-Za-z0-9_]*\)$/\1/p' "$man" | sort >keys
	[ "$(wc -l <keys)" -eq 22 ] || atf_fail "$(wc -l <keys) keys"
	# A key that is none would be a variable that nothing uses.
	while read -r k; do
		printf '%s=\n' "$k" >base.conf
		words -i base -f base.conf >got
		[ ! -s err ] || atf_fail "$k: $(cat err)"
	done <keys
	export HOME="$PWD/home"
	mkdir -p home/src
	image images/NetBSD-amd64-live.img x!
	image images/bozohttpd-amd64.img x!
	image images/builder-amd64.img x!
	export ARCH=amd64
	mkdir etc
	awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0 }
	    on && /^# etc/ { file = $2 } on { print >file }' "$man"
	[ "$(ls etc | wc -l)" -eq 3 ] || atf_fail "examples: $(ls etc)"
	for c in etc/*.conf; do
		words -f "$c" >got
		[ ! -s err ] || atf_fail "$c: $(cat err)"
	done
	grep -qx "local,path=$HOME/src,security_model=none,id=share0,readonly=on" \
	    got || words -f etc/builder.conf |
	    grep -qx "local,path=$HOME/src,security_model=none,id=share0,readonly=on" ||
	    atf_fail "builder.conf"
}

t original "the original's confs that are data mean the same"
original_is() {
	image images/bozo-amd64.img bozoroot!
	cat >bozo.conf <<-'EOF'
		# mandatory
		img=images/bozo-amd64.img
		# optional
		mem=128m
		cores=1
		hostfwd=::18180-:80
		#append="-v"
		#share=$(pwd)
		sharerw="y"
		bridgenet=
	EOF
	words -f bozo.conf >got
	[ ! -s err ] || show "see above"
	for w in 128 virtio-blk-device,drive=hd0,share-rw=on \
	    user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.1:18180-:80 \
	    'console=com root=NAME=bozoroot -z' qemu-bozo.pid; do
		grep -qxF "$w" got || atf_fail "no word $w"
	done
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
