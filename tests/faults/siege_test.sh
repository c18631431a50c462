#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# siege_test: `bmake SERVICE=base base` while calls of its programs and shells
# fail, and while they are killed: a sample of what siege_soak does.

. "$(atf_get_srcdir)/siege.subr"

t faults "a call fails: nothing wrong in place, a line says why, bmake again heals"
faults_is()
{
	harness
	project_up amd64
	# shellcheck disable=SC2086 # words
	states $base base
	# shellcheck disable=SC2086
	siege -n 15 -p -bmake,rules -s empty -s old -s old:FRESH=y -- \
	    ./rules p $base base
}

t kills "SIGKILL: bmake again heals, and nothing is left"
kills_is()
{
	project_up amd64
	# shellcheck disable=SC2086
	states $base base
	# shellcheck disable=SC2086
	siege -k -n 8 -s empty -s old -- ./rules p $base base
}

t plan "packages: what cannot be put in place is not left beside it"
plan_is()
{
	project_up amd64
	mkdir bin
	printf '#!/bin/sh\necho "mv: no" >&2\nexit 1\n' >bin/mv
	chmod +x bin/mv
	# shellcheck disable=SC2086 # words
	! PATH="$PWD/bin:$PATH" ./rules p $base ADDPKGS=greet base >out 2>&1 ||
	    atf_fail "it works without mv"
	atf_check -o match:'^mv: no' cat out
	find p/pkgs -name '*.new' >left
	[ ! -s left ] || atf_fail "left: $(cat left)"
}

t folders "one folder a mkdir: that of GNU may put a second one elsewhere"
folders_is()
{
	project_up amd64
	mkdir bin
	cat >bin/mkdir <<-X
		#!/bin/sh
		[ \$# -le 2 ] || { echo "mkdir: too many" >&2; exit 1; }
		exec $(command -v mkdir) "\$@"
	X
	chmod +x bin/mkdir
	# shellcheck disable=SC2086 # words
	PATH="$PWD/bin:$PATH" ./rules p $base base >out 2>&1 || {
		cat out
		atf_fail "more than one folder a mkdir"
	}
}

# sees WHAT RULE: siege finds fault with p when its image is made so
sees()
{
	printf '%s\n' 'all: images/x' 'images/x:' "	$2" >p/Makefile
	printf '#!/bin/sh\ncd p && exec %s\n' "${MAKE:-bmake}" >rules
	chmod +x rules
	if nice "$NB_TOP/tests/faults/siege" ${3-} -n 12 -p -bmake,rules \
	    -s empty -- ./rules >out 2>&1; then
		cat out
		atf_fail "not seen: $1"
	fi
	grep -q ' findings$' out || atf_fail "$1: $(cat out)"
}

t seen "what is not right is found"
seen_is()
{
	harness
	mkdir -p p empty/sets empty/pkgs empty/kernels empty/images
	sees 'a rule that does not care' \
	    '@cat /etc/passwd >images/y; cp images/y images/x; rm -f images/y'
	sees 'a file that is made in place' \
	    '@for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1; echo $$i; done >images/x' -k
	sees 'what is in TMPDIR' \
	    '@t=$$(mktemp) && date +%N >$$t && sleep 0.3 && echo >images/x && rm $$t' -k
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
