#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# load_soak: fifty clients for half a minute with ten VMs that run: no error,
# less than 32 MB.

# shellcheck source=tests/app/app.subr
. "$(atf_get_srcdir)/app.subr"

t fifty "fifty clients for thirty seconds with ten VMs"
fifty_is() {
	for i in 1 2 3 4 5 6 7 8; do
		cp etc/web.conf etc/vm$i.conf
		perl "$(atf_get_srcdir)/../start/mkgpt.pl" \
		    images/vm$i-amd64.img vm${i}root! || atf_fail mkgpt.pl
	done
	app
	for n in web db vm1 vm2 vm3 vm4 vm5 vm6 vm7 vm8; do
		ok POST /api/vms/$n/start
	done
	perl "$(atf_get_srcdir)/load.pl" "$PORT" 50 30 >said || {
		cat said
		atf_fail "see above"
	}
	cat said
	rss=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' /proc/$APP/status)
	echo "$rss KB"
	[ -n "$SANITIZE" ] || [ "$rss" -lt 32768 ] || atf_fail "$rss KB"
	for n in web db vm1 vm2 vm3 vm4 vm5 vm6 vm7 vm8; do
		ok POST /api/vms/$n/kill
	done
	app_end
	nothing_left
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
