#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# commands_test: the commands of README, CONTRIBUTING, docs/ and the manuals'
# EXAMPLES: each is known to the table how, and is run as that says.

. "$(atf_get_srcdir)/../helpers.sh"

here=$NB_TOP/tests/docs
tab=$(printf '\t')

# documents: by their names in the project
documents() {
	(cd "$NB_TOP" && ls README.md CONTRIBUTING.md docs/*.md &&
	    find tools -path tools/obj -prune -o -path tools/bin -prune -o \
	    -name '*.[1-9]' -print | LC_ALL=C sort)
}

# commands DOCUMENT: one a line
commands() {
	(cd "$NB_TOP" && awk -f tests/docs/commands.awk "$1") | cut -f 2-
}

# how DOCUMENT COMMAND: the way, and the number of its line in the table; 1: none
how() {
	_n=0
	while IFS=$tab read -r _doc _way _pattern; do
		_n=$((_n + 1))
		case $_doc in '#'*) continue ;; esac
		# shellcheck disable=SC2254 # a pattern it is
		case $1 in $_doc) ;; *) continue ;; esac
		# shellcheck disable=SC2254
		case $2 in
		$_pattern)
			echo "$_n $_way"
			return ;;
		esac
	done <"$here/how"
	return 1
}

# named WAY: the test that it names is there
named() {
	_file=${1%%:*}
	_file=${_file%.sh}
	_found=
	for _f in "$NB_TOP/tests/$_file.sh" "$NB_TOP/tests/$_file.c"; do
		[ ! -f "$_f" ] || _found=$_f
	done
	[ -n "$_found" ] || return 1
	case $1 in *:*) ;; *) return 0 ;; esac
	grep -qE "(atf_test_case|mirror_case|^[a-z_]+|atf_add_test_case) ${1#*:}( |\$)" "$_found"
}

atf_test_case known
known_head() {
	atf_set descr "each command fits a line of the table, and each line a command"
}
known_body() {
	: >used
	: >ways
	documents | while read -r doc; do
		commands "$doc" | while IFS= read -r command; do
			if line=$(how "$doc" "$command"); then
				echo "${line%% *}" >>used
				echo "${line#* }" >>ways
			else
				echo "$doc: $command"
			fi
		done
	done >unknown
	atf_check cat unknown
	atf_check test "$(wc -l <ways)" -gt 80
	grep -n . "$here/how" | grep -v '^[0-9]*:#' | cut -d : -f 1 | sort >lines
	sort -u used >used.s
	comm -23 lines used.s >idle
	atf_check cat idle
	sort -u ways | while read -r way; do
		case $way in
		run | boot | serve | text)	;;
		dry)	;;
		ci)	grep -q '^exec sh mk/bootstrap test$' "$NB_TOP/.ci/run" ||
			    echo "$way" ;;
		*)	named "$way" || echo "$way" ;;
		esac
	done >nowhere
	atf_check cat nowhere
}

atf_test_case dry
dry_head() {
	atf_set descr "what is long to run has targets and tests that are there"
}
dry_body() {
	commands CONTRIBUTING.md | while IFS= read -r command; do
		echo "$command" | tr ' "' '\n\n' | sed 's/^TESTS=//' |
		    grep -E '^[a-z]+(/[a-z_.]+(:[a-z_]+)?)?$' |
		    grep -vxE 'bmake|sh|mk/bootstrap' |
		while read -r word; do
			case $word in
			*/*)	named "$word" ;;
			*)	grep -qE "(^|[ ,])$word([ ,]|:.*\\.PHONY)" \
				    "$NB_TOP"/mk/*.mk "$NB_TOP/mk/help.txt" ||
				    [ -d "$NB_TOP/tests/$word" ] ||
				    grep -q "$word" "$NB_TOP/tests/bench/bench" ;;
			esac || echo "$command: $word"
		done
	done >bad
	atf_check cat bad
}

# free: a port that nobody has here
free() {
	while :; do
		_port=$((20000 + $(random) % 12000))
		! perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(
		    LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Listen => 1)' \
		    $_port || break
	done
	echo "$_port"
}

# session: the project in p, and commands by their names; servers and ports are
# others than those that the documents name.
session() {
	# shellcheck disable=SC2086 # words
	start_mirror -q mirror $1
	start_lighttpd mirror
	copy_project p
	cp "$NB_TOP/mk/bootstrap" p/mk/
	mkdir -p p/tools bin home
	ln -s "$NB_BIN" p/tools/bin
	for prog in "$NB_BIN"/nb-*; do
		ln -s "$prog" bin/
	done
	# (one that is called by another is told all by that one)
	printf '#!/bin/sh\nPATH=%s\nexec "%s/rules" . ARCH=%s "$@"\n' \
	    "$PATH" "$PWD" '${ARCH:-amd64}' >bin/bmake
	chmod +x bin/bmake
	web=$(free) ssh=$(free)
	sed -i "s/22122/$ssh/; s/8080/$web/; s/8180/$web/" p/etc/*.conf p/service/*/options.mk
	PATH=$PWD/bin:$PATH HOME=$PWD/home
	PKGSITE=$MIRROR_URL/pub/pkgsrc/packages/NetBSD/x86_64/11.0/All
	export PATH HOME PKGSITE
	mkfifo .console
}

# here COMMAND: as it is run here
here() {
	printf '%s\n' "$1" | sed -e "s,https://smolbsd.org/,$MIRROR_URL/,g" \
	    -e "s,https://[a-z]*.netbsd.org/,$MIRROR_URL/,g" \
	    -e "s/8080/$web/g; s/8180/$web/g" \
	    -e 's,/tmp/nightly\.,nightly.,; s,/tmp/stage,stage,g; s/nginx-1.27/served-2.1/g; s/nginx/served/g; s/libcrypt/etc/'
}

# spoke: the guest of the command that was started; its QEMU ends with this case
spoke() {
	expect_log "$_first" 120
	for _pid in p/qemu-*.pid; do
		cat "$_pid" >>.vms
	done
}

# session_of DOCUMENT
session_of() {
	commands "$1" >commands
	while IFS= read -r command <&3; do
		way=$(how "$1" "$command")
		way=${way#* }
		line=$(here "$command")
		case $way in
		run)
			echo "\$ $line"
			(cd p && sh -c "$line" >../out 2>../err </dev/null) || {
				cat out err
				atf_fail "$1: $command"
			}
			ran=$((ran + 1))
			;;
		boot | serve)
			echo "& $line"
			(cd p && exec sh -c "exec $line" >../vm.log 2>&1 <>../.console) &
			VM_PID=$!
			echo "$VM_PID" >>.vms
			spoke
			ran=$((ran + 1))
			case $way in
			serve)	wait_http "http://127.0.0.1:$web/" 120 ;;
			boot)	(cd p && nb-vm stop -t 5 -a) >/dev/null || atf_fail "stop"
				expect_end 20 ;;
			esac
			;;
		esac
	done 3<commands
}

mirror_case readme "the commands of README, one after the other"
readme_head() {
	atf_set descr "the commands of README, one after the other"
	atf_set require.progs "lighttpd bsdtar"
	atf_set timeout 900
}
readme_body() {
	session "amd64 evbarm-aarch64"
	ran=0
	session_of README.md
	atf_check test "$ran" -ge 12
	# as it says of them
	atf_check -o inline:"20971520\n" sh -c "wc -c <p/images/rescue-amd64.img | tr -d ' '"
	atf_check test -s p/images/base-evbarm-aarch64.img
	(cd p && nb-vm stop -t 5 -a) >/dev/null 2>&1 || :
	nothing_left
}

mirror_case manuals "the EXAMPLES of the manuals"
manuals_head() {
	atf_set descr "the EXAMPLES of the manuals"
	atf_set require.progs "lighttpd bsdtar"
	atf_set timeout 900
}
manuals_body() {
	session "amd64 evbarm-aarch64"
	bmake() { (cd p && command bmake "$@") >out 2>&1 || atf_fail "$*: $(cat out)"; }
	# What they speak of is there.
	bmake SERVICE=bozohttpd base
	bmake SERVICE=rescue base
	bmake ADDPKGS=served SERVICE=base fetch
	bmake SERVICE=foo new
	bmake SERVICE=web new
	mkdir -p p/service/foo/postinst p/from p/to p/usr/pkg
	echo 'echo made >etc/made' >p/service/foo/postinst/a.sh
	echo kept >p/from/file
	cp p/sets/amd64/base.tar.xz p/
	cp p/pkgs/amd64/served-2.1.tgz p/
	tar -C p -czf p/more.tgz from
	ran=0
	for page in $(documents | grep '^tools/'); do
		rm -rf p/stage
		session_of "$page"
	done
	atf_check test "$ran" -ge 35
	# as they say of them
	atf_check -o inline:"kept\n" cat p/to/file
	atf_check -o inline:"made\n" nb-mkfs -x p/images/foo-amd64.img:/etc/made
	atf_check test -s p/usr/pkg/share/doc/served/README -o -n "$(ls p/usr/pkg)"
	nothing_left
}

atf_init_test_cases() {
	atf_add_test_case known
	atf_add_test_case dry
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
