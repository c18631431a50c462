#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# manual_test: nb-vm.1 against the program: commands, options, members, files,
# and its examples, which are taken from the page itself.

page=$NB_TOP/tools/nb-vm/nb-vm.1

t() {
	atf_test_case "$1" cleanup
	eval "$1_cleanup() { . \"$NB_TOP/tests/vm/vm.subr\"; end_all; }"
	eval "$1_head() {
		atf_set descr \"$2\"
		atf_set require.progs perl flock
	}"
	eval "$1_body() {
		[ -f \"$page\" ] || atf_skip 'no manual here'
		vm_world
		$1_is
	}"
	cases="$cases $1"
}
cases=

# section NAME: the page's source from that heading to the next
section() {
	sed -n "/^\.S[hs] $1\$/,/^\.S[hs] /p" "$page" | sed '$d'
}

# same WHAT: the files want and got
same() {
	[ -s want ] || atf_fail "$1: none found"
	diff want got || atf_fail "$1"
}

t synopsis "the page's synopsis is the program's usage"
synopsis_is() {
	vm 2>usage
	sed 's/^usage: //; s/^ *nb-vm //' usage | tr -d ' [].|' >want
	section SYNOPSIS | tr '\n' ' ' | sed 's/\.Nm/\n/g' |
	    sed -e '1d' -e 's/Fl \([a-zA-Z]\)/-\1/g' -e 's/\.*\(Op\|Cm\|Ar\) //g' \
		-e 's/\.-/-/g' | tr -d ' .|' | awk 1 >got
	same "they differ"
	section DESCRIPTION | sed -n 's/^\.It Cm \([a-z]*\)$/\1/p' >got
	sed 's/^usage: //; s/^ *nb-vm \([a-z]*\).*/\1/' usage >want
	same "the commands"
	grep -oE -- ' \[?-[a-zA-Z]' usage | tr -d ' [-' | sort -u >want
	section DESCRIPTION | sed -n 's/^\.It Fl \(.\).*/\1/p' | sort >got
	same "the options"
}

t members "the members of the objects are those that the page has"
members_is() {
	keys() {
		perl -MJSON::PP -0777 -e '
			print "$_\n" for sort keys %{decode_json(<STDIN>)->[0]}'
	}
	image images/two.img two
	up -n 1 -l two -p ::19756-:80
	vm list -J | keys >got
	section JSON | sed -n '/^Objects of/,/^\.Pp/p' |
	    sed -n 's/^\.Li \([a-z_]*\).*/\1/p' | sort >want
	same "of list"
	vm stop -J base | keys >got
	section JSON | sed -n '/^Those of/,$p' |
	    sed -n 's/^\.Li \([a-z_]*\).*/\1/p' | grep -v gone | sort >want
	same "of stop"
	section STOPPING | sed -n 's/^\.It Li //p' >want
	sed -n '/^} hows/,/^}/p' "$NB_TOP/tools/nb-vm/nb-vm.c" |
	    sed -n 's/^	{ "\([a-z]*\)".*/\1/p' | grep -v -e gone -e not >got
	same "the steps"
}

t files "what there is in the folder is what the page says"
files_is() {
	up
	(cd $known && ls) | sed 's/base//' | sort >got
	section FILES | grep -o 'Pa \.[a-z]*' | sed 's/Pa //' | sort >want
	same "files"
	vm stop base
}

# commands: those of EXAMPLES, one a line, as a shell takes them
commands() {
	section EXAMPLES | sed -n -e 's/^\.Dl //p' -e '/^\.Bd/,/^\.Ed/p' |
	    sed -e '/^\./d' -e 's/\\(dq/"/g' -e 's/\\e/\\/g'
}

# promised COMMAND: what the page says of it has come true; out is its output
promised() {
	case $1 in
	"nb-start -d -i bozohttpd -p ::8080-:80")
		kill -0 "$(cat qemu-bozohttpd.pid)" || atf_fail "$1" ;;
	"nb-vm list")
		grep -q '^bozohttpd  running ' out || atf_fail "$(cat out)" ;;
	"nb-vm logs bozohttpd")
		atf_check cmp says out ;;
	"nb-vm stop bozohttpd")
		[ ! -e qemu-bozohttpd.pid ] || atf_fail "$1"
		start -d -i rescue -N >/dev/null 2>&1 </dev/null
		start -d -i other -N >/dev/null 2>&1 </dev/null ;;
	"nb-vm stop -t 5 -a")
		nothing_left
		start -d -i rescue -N >/dev/null 2>&1 </dev/null ;;
	"nb-vm stop images/rescue-amd64.img")
		nothing_left ;;
	"nb-vm status bozohttpd >/dev/null 2>&1 || echo no")
		[ "$(cat out)" = no ] || atf_fail "$(cat out)"
		start -d -i rescue -N >/dev/null 2>&1 </dev/null
		sh -c "${1%bozohttpd*}rescue${1#*bozohttpd}" >out
		[ ! -s out ] || atf_fail "it is there" ;;
	"nb-vm list -J |"*)
		cmp qemu-rescue.pid out || atf_fail "$(cat out)"
		vm stop -a ;;
	*)	atf_fail "an example that no test knows: $1" ;;
	esac
}

t examples "the page's commands do what it says of them"
examples_is() {
	ln -s "$NB_BIN/nb-vm" "$NB_BIN/nb-start" bin/
	printf 'hello\n' >says
	for i in bozohttpd rescue other; do
		image images/$i-amd64.img ${i}root!
	done
	# 8080 may be somebody's
	commands >lines
	[ "$(wc -l <lines)" -ge 8 ] || atf_fail "$(cat lines)"
	while IFS= read -r line; do
		echo "\$ $line"
		sh -c "$(printf '%s' "$line" | sed 's/8080/19757/')" \
		    >out 2>err </dev/null || show "$line"
		promised "$line" </dev/null
	done <lines
	nothing_left
}

atf_init_test_cases() {
	. "$NB_TOP/tests/vm/vm.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
