#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# page_test: the page in a real browser, with real images and the stand-in
# guest. page.mjs has what is done.

# shellcheck source=tests/helpers.sh
. "$(atf_get_srcdir)/../helpers.sh"

atf_test_case page cleanup
page_head()
{
	atf_set descr "a person builds, creates, starts, edits, stops and deletes"
	atf_set timeout 1200
	atf_set require.progs "lighttpd curl node npm chromium qemu-system-x86_64"
}
page_body()
{
	[ -x "$NB_BIN/nb-app" ] && [ -x "$NB_BIN/nb-vm" ] ||
	    atf_skip "nb-app is not there: libmicrohttpd or jansson is missing"
	browser=$("$NB_TOP/tests/app/browser") ||
	    atf_skip "npm could not fetch what drives the browser"
	project_up amd64
	rm p/etc/*.conf
	atf_check -o ignore -e ignore ./rules p kernfetch
	mkdir run home shots
	chmod 700 run
	export XDG_RUNTIME_DIR="$PWD/run" HOME="$PWD/home"
	dist=$MIRROR_URL/pub/NetBSD-daily/netbsd-11/latest
	port=$((20000 + $(random) % 6000))
	cd p || exit
	node "$(atf_get_srcdir)/page.mjs" "$browser" "${NB_SHOTS:-$PWD/../shots}" \
	    $port $((port + 6000)) "$NB_BIN/nb-app" -m "${MAKE:-bmake}" \
	    BIN="$NB_BIN" CC="${CC:-cc}" KDIST="$MIRROR_URL/assets" \
	    DIST="$dist/\${ARCH}/binary" >../said 2>&1 || {
		cat ../said
		atf_fail "$(grep '^failed:' ../said | head -n 1)"
	}
	cat ../said
	nothing_left
}
page_cleanup()
{
	for f in p/qemu-*.pid; do
		[ ! -s "$f" ] || kill -9 "$(cat "$f")" 2>/dev/null || :
	done
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case page
}
