#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf_test: sailor.conf as data: its grammar, its files, its words, and what
# is said of all else.

# means CONF KEY WORD ...: the conf's text gives KEY these words, silently
means()
{
	printf '%b' "$1" >c/sailor.conf
	_key=$2
	shift 2
	: >want
	[ $# -eq 0 ] || printf '%s\n' "$@" >want
	atf_check -o file:want "$NB_BIN/nb-trim" -p "$_key" -c c/sailor.conf
	# A shell says the same.
	atf_check -o file:want env prefix=/usr/pkg sysconfdir=/usr/pkg/etc \
	    sh -c 'set -f; . c/sailor.conf; eval "set -- \$$1"
		[ $# -eq 0 ] || printf "%s\n" "$@"' sh "$_key"
}

# refused LINE CONF PATTERN: an error that names the line and matches
refused()
{
	printf '%b' "$2" >c/sailor.conf
	atf_check -s exit:1 -o empty \
	    -e match:"^nb-trim: c/sailor.conf:$1: $3" \
	    "$NB_BIN/nb-trim" -p shipbins -c c/sailor.conf
}

# warned PATTERN CONF: done, with that warning and no other
warned()
{
	printf '%b' "$2" >c/sailor.conf
	: >stage.mtree
	atf_check -o ignore -e match:"^nb-trim: warning: $1" \
	    "$NB_BIN/nb-trim" -c c/sailor.conf stage.mtree
	"$NB_BIN/nb-trim" -c c/sailor.conf stage.mtree 2>said
	atf_check_equal "$(grep -c warning: said)" 1
}

atf_test_case assignments
assignments_head()
{
	atf_set descr "assignments, quotes, variables, comments, long lines"
}
assignments_body()
{
	mkdir c
	means '' shipbins
	means '# nothing\n\n   \t\n' shipbins
	means 'shipbins=/bin/sh\n' shipbins /bin/sh
	means 'shipbins=/bin/sh' shipbins /bin/sh
	means 'shipbins="/bin/sh /bin/ls"\n' shipbins /bin/sh /bin/ls
	means "shipbins='/bin/sh /bin/ls'\n" shipbins /bin/sh /bin/ls
	means "shipbins='a b'\"c d\"e\\\\ f\n" shipbins a bc de f
	means 'shipbins="  /a\t/b\n/c "\n' shipbins /a /b /c
	means 'shipbins=a; shipbins=b\n' shipbins b
	means 'x=a shipbins=$x y=b # $z\n' shipbins a
	means 'x=1\ty=2\nshipbins=$x$y\n' shipbins 12
	means 'shipbins=a\nshipbins="$shipbins b"\nshipbins="${shipbins} c"\n' \
	    shipbins a b c
	means 'x=/a\nshipbins="$x/b ${x}c $x"\n' shipbins /a/b /ac /a
	means "x=/a\nshipbins='\$x/b'\n" shipbins '$x/b'
	means 'x=/a\nshipbins="\\$x \\" \\\\ \\` \\x"\n' shipbins \
	    '$x' '"' '\' '`' '\x'
	means 'shipbins="/a \\\n   /b \\\n /c"\n' shipbins /a /b /c
	means 'shipbins=/a\\\n/b\n' shipbins /a/b
	means 'shipbins=/a \\\n sync_dirs=/b\n' sync_dirs /b
	means 'shipbins=a#b # c\n' shipbins 'a#b'
	means 'shipbins="a # b"\n' shipbins a '#' b
	means 'shipbins="a$ b$, $"\n' shipbins 'a$' 'b$,' '$'
	means 'shipbins=/lib/*.so*\n' shipbins '/lib/*.so*'
		means 'export shipbins=/a\n' shipbins /a
	means '_a1=/a shipbins=$_a1\n' shipbins /a
	means 'shipbins=${x:-/a}\nx=/b\nsync_dirs=${x:-/a}\n' shipbins /a
	means 'shipbins=${x:-/a}\nx=/b\nsync_dirs=${x:-/a}\n' sync_dirs /b
	means "y=/b shipbins=\"\${x:-/a ' \$y '} /c\"\n" \
	    shipbins /a "'" /b "'" /c
	means "y=/b shipbins=\${x:-'/a \$y'\"\$y\"}/c\n" \
	    shipbins /a '$y/b/c'
	means 'packages="curl rsync"\n' packages curl rsync
	means 'shipbins="$prefix/bin ${prefix}/x $sysconfdir"\n' shipbins \
	    /usr/pkg/bin /usr/pkg/x /usr/pkg/etc
	echo 'shipbins=$prefix/bin' >c/sailor.conf
	atf_check -o inline:'/opt/bin\n' "$NB_BIN/nb-trim" -l /opt \
	    -p shipbins -c c/sailor.conf
}

atf_test_case commands
commands_head()
{
	atf_set descr "run_at_build: each assignment adds a command"
}
commands_body()
{
	mkdir c
	cat >c/sailor.conf <<-'EOF'
		pip="pip3.4"
		run_at_build="${pip} install Flask-API"
		run_at_build="printf '\\n\\nsuch lines\\n'"
		run_at_build=
		run_at_build='kill $(cat /var/run/x.pid) | wc -l'
		run_at_build="${mkdir} ${sysconfdir}/php.d; ${rm} x"
		run_at_start="cd /var/flask && $nobody"
	EOF
	cat >want <<-'EOF'
		pip3.4 install Flask-API
		printf '\n\nsuch lines\n'
		kill $(cat /var/run/x.pid) | wc -l
		mkdir -p /usr/pkg/etc/php.d; rm -f x
	EOF
	atf_check -o file:want "$NB_BIN/nb-trim" -p run_at_build \
	    -c c/sailor.conf
	refused 2 'x=1\nrun_at_build="a\nb"\n' "run_at_build: of more than one"
}

atf_test_case errors
errors_head()
{
	atf_set descr "what is not data is refused with its line and a way out"
}
errors_body()
{
	mkdir c
	refused 1 'shipbins=$(which uname)\n' '[$][(]: command sub.*write the val'
	refused 2 '\nshipbins="/a $(id)"\n' '[$][(]: command substitution'
	refused 3 '\n\nshipbins=`id`\n' '`: command substitution'
	refused 2 'x=1\nshipbins="`id`"\n' '`: command substitution'
	refused 1 'shipbins=$((1+1))\n' '[$][(]: command substitution'
	refused 1 'shipbins=$shipbins /bin/ksh\n' \
	    '/bin/ksh: a command: .*blanks in it wants quotes'
	refused 1 'rm -rf /\n' 'rm: a command: nothing is run: only name=value'
	refused 3 'x=1\n# y\nif [ -n "$x" ]; then\n' 'if: a command'
	refused 1 '[ -f x ] && y=1\n' '[[]: a command'
	refused 1 'f() { :; }\n' 'f[(][)]: a command'
	refused 2 '\n{ x=1; }\n' '[{]: a command'
	refused 1 'eval x=1\n' 'eval: a command'
	refused 1 'export x\n' 'x: a command'
	refused 1 'source x\n' 'source: a command'
	refused 1 'shipbins+=" /bin/ksh"\n' \
	    'shipbins[+]=.*write shipbins="[$]shipbins \.\.\."'
	refused 1 'x=a|b\n' '[|]: the shell.s own: quotes'
	refused 1 'x=a&\n' '&: the shell'
	refused 1 'x=a>b\n' '>: the shell'
	refused 1 'x=a <b\n' '<b: a command'
	refused 1 'x=(a b)\n' '[(]: the shell'
	refused 1 'x=$1\n' '\$1: is the shell'
	refused 1 'x="$@"\n' '\$@: is the shell'
	refused 1 'x=${y%%/*}\n' '[$][{]y%: only [$][{]y[}] and [$][{]y:-value[}]'
	refused 1 'x=${#y}\n' '[$][{]: no variable'
	refused 1 'x=${}\n' '[$][{]: no variable'
	refused 1 'x=${y\n' '[$][{]y'
	refused 2 'x=1\ny=${x:-a\nb\n' '[$][{]: no }'
	refused 2 'x=1\ny="a\nb\n' '": begins here and does not end'
	refused 3 "x='1\n'\ny='a\n\nb\n" "': begins here and does not end"
	refused 1 'x=a\\' '[\\]: nothing behind it'
	refused 1 'x=a\r\n' 'a carriage return: save the file'
	refused 2 'x=a\n\r\n' 'a carriage return'
	refused 2 'x=a\nb\0c\n' 'a NUL byte'
	refused 1 '1x=a\n' '1x=a: a command'
	refused 1 '=a\n' '=a: a command'
	refused 1 'x =a\n' 'x: a command'
	refused 1 '.\n' '\.: a command'
	refused 1 '. \n' '\.: no file'
	refused 1 '. a b\n' 'c/a: No such file'
	refused 2 '\n. /service/no/sailor.vars\n' 'c/\.\./no/sailor.vars: No suc'
	refused 2 '\n. .\n' 'c/\.: not a file'
	refused 1 '. /etc/passwd\n' '/etc/passwd: only files below /service'
	long=$(printf '%070d' 0)
	refused 1 "x$long=1\n" 'x0*[.][.][.]: a name of over 63 bytes'
	refused 1 'a=${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-${a:-x}}}}}}}}}}}' \
	    '[$][{]a: more than 10'
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do
		echo 'x="$x$x"'
	done >>twice
	{ echo x=a; cat twice; } >c/sailor.conf
	atf_check -s exit:1 -e match:'c/sailor.conf:22: a value of over' \
	    "$NB_BIN/nb-trim" -p x -c c/sailor.conf
	for p in 'a$b' 'a;b' 'a(b' 'a:b' "a'b" 'a#b'; do
		echo "packages=\"x $p\"" | sed 's/\$/\\$/' >c/sailor.conf
		atf_check -s exit:1 -o ignore \
		    -e match:'c/sailor.conf:1: packages: .*no package.s name' \
		    "$NB_BIN/nb-trim" -p packages -c c/sailor.conf
	done
	head -c 1048577 /dev/zero | tr '\0' '\n' >c/sailor.conf
	atf_check -s exit:1 -e match:'not a file of at most' \
	    "$NB_BIN/nb-trim" -p x -c c/sailor.conf
	atf_check -s exit:1 -e match:'nb-trim: c/no: No such' \
	    "$NB_BIN/nb-trim" -p x -c c/no
	mkfifo c/fifo
	atf_check -s exit:1 -e match:'not a file' \
	    "$NB_BIN/nb-trim" -p x -c c/fifo
}

atf_test_case not_run
not_run_head()
{
	atf_set descr "nothing in a conf is run, and nothing of it reaches a shell"
}
not_run_body()
{
	mkdir c
	for t in 'x=$(touch ran)' 'x=`touch ran`' 'touch ran' 'x=1;touch ran' \
	    "x='\$(touch ran)'" "shipbins=';touch ran;'" \
	    'run_at_build="touch ran"' "packages='\`touch ran\`'"; do
		echo "$t" >c/sailor.conf
		for k in x shipbins packages run_at_build; do
			"$NB_BIN/nb-trim" -p $k -c c/sailor.conf \
			    >/dev/null 2>&1
		done
		test ! -e ran || atf_fail "run: $t"
	done
}

atf_test_case files
files_head()
{
	atf_set descr "files that a conf reads, and who is told of their words"
}
files_body()
{
	mkdir -p c s/common s/x
	echo 'shipbins="/bin/sh /bin/a"' >s/common/sailor.vars
	cat >s/x/sailor.conf <<-'EOF'
		. /service/common/sailor.vars

		. ./more
		. ../common/other	# relative to this file
		shipbins="$shipbins /bin/d"
	EOF
	echo 'shipbins="$shipbins /bin/b"' >s/x/more
	echo 'shipbins="$shipbins /bin/c"' >s/common/other
	printf '/bin/sh\n/bin/a\n/bin/b\n/bin/c\n/bin/d\n' >want
	atf_check -o file:want "$NB_BIN/nb-trim" -p shipbins -c s/x/sailor.conf
	cp -R s t
	rm t/common/other
	atf_check -s exit:1 -e match:'t/x/sailor.conf:4: t/x/../common/other: ' \
	    "$NB_BIN/nb-trim" -p shipbins -s s -c t/x/sailor.conf
	# An error in a file that was read has that one's line.
	echo 'id' >>s/x/more
	atf_check -s exit:1 -e match:'^nb-trim: s/x/./more:2: id: a command' \
	    "$NB_BIN/nb-trim" -p shipbins -c s/x/sailor.conf
	# -s: where /service is
	echo '. /service/common/sailor.vars' >c/sailor.conf
	atf_check -o match:/bin/a "$NB_BIN/nb-trim" -s s -p shipbins \
	    -c c/sailor.conf
	# each other, for ever
	echo '. ./sailor.conf' >c/sailor.conf
	atf_check -s exit:1 -e match:'more than 8 files' \
	    "$NB_BIN/nb-trim" -p shipbins -c c/sailor.conf

	# Words keep the line in which they were written.
	sed -i -e '$d' s/x/more
	echo '. type=dir mode=0755' >m.mtree
	atf_check -e save:said "$NB_BIN/nb-trim" -c s/x/sailor.conf m.mtree
	sed -n 's/^nb-trim: warning: \(.*\): not there/\1/p' said >got
	cat >want <<-'EOF'
		s/x/../common/sailor.vars:1: shipbins: /bin/sh
		s/x/../common/sailor.vars:1: shipbins: /bin/a
		s/x/./more:1: shipbins: /bin/b
		s/x/../common/other:1: shipbins: /bin/c
		s/x/sailor.conf:5: shipbins: /bin/d
	EOF
	atf_check diff want got
}

atf_test_case warnings
warnings_head()
{
	atf_set descr "what is set and of no use, and what is used and not set"
}
warnings_body()
{
	mkdir c
	warned 'c/sailor.conf:1: shipbin: not a word that counts' 'shipbin=/a\n'
	warned 'c/sailor.conf:2: \$y: not set here' 'x=\nshipbins=$x$y\n'
	warned 'c/sailor.conf:1: services: of no use here: etc/rc' 'services=x\n'
	warned 'c/sailor.conf:1: ip_lo0: of no use' 'ip_lo0=192.168.1.1/24\n'
	warned 'c/sailor.conf:1: run_at_stop: of no use' 'run_at_stop=x\n'
	warned 'c/sailor.conf:1: shipbins: /a: not there' 'x=/a\nshipbins=$x\n'
	warned 'c/sailor.conf:1: sync_dirs: /a\*: nothing is' 'sync_dirs=/a*\n'
	warned 'c/sailor.conf:1: packages: curl: .*put it in ADDPKGS' \
	    'packages=curl\n'
	# none of these
	printf 'shippath="${HOME}/x"\nshipname=y\nrw_mounts=\nx=1\nip_x=$x\n' \
	    >c/sailor.conf
	atf_check -e save:said "$NB_BIN/nb-trim" -c c/sailor.conf stage.mtree
	atf_check_equal "$(grep -c warning: said)" 1	# ip_x
	atf_check -e empty "$NB_BIN/nb-trim" -q -c c/sailor.conf stage.mtree
	# a name that leads out of the system
	echo 'shipbins=/../x' >c/sailor.conf
	atf_check -s exit:1 -e match:'c/sailor.conf:1: shipbins: ../x: ".." ref' \
	    "$NB_BIN/nb-trim" -c c/sailor.conf stage.mtree
}

atf_test_case usage
usage_head()
{
	atf_set descr "wrong words are exit 2, and the manual has all options"
}
usage_body()
{
	: >c
	: >m.mtree
	for o in "" "-c c" "-c c a b" "m.mtree" "-p x" "-p x -c c m.mtree" \
	    "-x" "-l usr -c c m.mtree" "-p x -v -c c" "-p x -o y -c c" \
	    "-p x -k y -c c" "-p x -n y -c c"; do
		# shellcheck disable=SC2086 # words
		atf_check -s exit:2 -e not-empty "$NB_BIN/nb-trim" $o
	done
	"$NB_BIN/nb-trim" 2>usage
	sed -n 's/^\.It Fl \([a-z]\).*/\1/p' "$NB_TOP/tools/nb-trim/nb-trim.1" |
	    sort -u >manual
	grep -o -e '-[a-z]*' usage | grep -v -e '^-trim' | tr -d '-' |
	    fold -w 1 | sort -u >options
	atf_check diff manual options
}

atf_init_test_cases()
{
	for c in assignments commands errors not_run files warnings usage; do
		atf_add_test_case $c
	done
}
