#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# sync_test: what is brought to the disk before the rename that publishes it:
# downloads, locks, confs and new services; images only with NB_SYNC=y. By the
# order of the calls that are made (fault.c).

. "$(atf_get_srcdir)/faults.subr"

# t NAME DESCRIPTION: a case; its body is NAME_is
t()
{
	fault_case "$1" "$2" 300 \
	    "harness; here=\$(pwd -P); echo old >f; $1_is" \
	    'if [ -s app ]; then kill "$(cat app)"; fi'
}

# traced COMMAND: it must work; its calls are in trace
traced()
{
	rm -f trace
	LD_PRELOAD=$FAULT_LIB FAULT_TRACE=$here/trace "$@" >out 2>&1 || {
		cat out
		atf_fail "$*"
	}
	touch trace
}

# before FILE: it is synced as FILE.part, renamed, and then its folder is synced
before()
{
	awk -v part="$here/$1.part" -v file="$here/$1" '
	$1 == "fsync" && $2 == part	{ synced = 1 }
	$1 == "rename" && $3 ~ "(^|/)" name "$" && synced { renamed = 1 }
	$1 == "fsync" && $2 == folder && renamed { ok = 1 }
	END { exit !ok }' name="${1##*/}" \
	    folder="$(dirname "$here/$1")" trace || {
		cat trace
		atf_fail "$1: not synced before it was there"
	}
}

# never: nothing is synced
never()
{
	! grep fsync trace || atf_fail "synced"
}

t download "nb-fetch, a small file and a large one"
download_is()
{
	head -c 3000000 /dev/urandom >large
	traced "$NB_BIN/nb-fetch" -q -o got "file://$here/f"
	before got
	traced "$NB_BIN/nb-fetch" -q -o got "file://$here/large"
	before got
}

t lock "nb-lock -w"
lock_is()
{
	traced "$NB_BIN/nb-lock" -q -w l x/sets/f f https://h/f
	before l
	traced "$NB_BIN/nb-lock" -q l x/sets/f f https://h/f
	never
}

t image "nb-mkfs: with NB_SYNC=y only"
image_is()
{
	mkdir in
	traced "$NB_BIN/nb-mkfs" -q -n -s 2m x.img in
	never
	# nor for being replaced, as ext4 syncs what is renamed over another:
	# the two change names, where that can be (renameat2(2) of x86_64)
	cp x.img a && cp x.img b
	if [ "$(uname -m)" = x86_64 ] && perl -e \
	    'exit(syscall(316, -100, my $a = "a", -100, my $b = "b", 2) != 0)'; then
		traced "$NB_BIN/nb-mkfs" -q -n -s 2m x.img in
		! grep rename trace || atf_fail "renamed over the old one"
		never
	fi
	export NB_SYNC=y
	traced "$NB_BIN/nb-mkfs" -q -n -s 2m x.img in
	before x.img
}

t conf "a conf that nb-app changes"
conf_is()
{
	[ -x "$NB_BIN/nb-app" ] || atf_skip "nb-app is not there"
	command -v curl >/dev/null || atf_skip "no curl"
	mkdir -p etc images kernels service run
	chmod 700 run
	export XDG_RUNTIME_DIR="$here/run"
	printf 'mem=64\n' >etc/web.conf
	for _p in 21111 22222 23333 24444; do
		LD_PRELOAD=$FAULT_LIB FAULT_TRACE=$here/trace \
		    "$NB_BIN/nb-app" -p $_p >out 2>err &
		echo $! >app
		for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			[ ! -s out ] || break 2
			sleep 0.2
		done
	done
	_url=http://127.0.0.1:$_p
	_token=$(curl -sS $_url/api/token |
	    sed -n 's/.*"token":"\([^"]*\)".*/\1/p')
	atf_check -o match:'"mem":96' curl -sS -X PATCH \
	    -H "Authorization: Bearer $_token" \
	    -H 'Content-Type: application/json' \
	    -d '{"settings": {"mem": 96}}' $_url/api/vms/web
	before etc/web.conf
}

t service "a new service and its conf"
service_is()
{
	mkdir -p service/hello/etc etc
	echo hello >service/hello/etc/rc
	echo mem=64 >etc/hello.conf
	traced sh "$NB_TOP/mk/new.sh" service etc foo
	[ -f etc/foo.conf ] || atf_fail "no conf"
	sed "s,$here/,,; s/\.new\.foo\.[0-9]*/PART/g" trace >order
	for f in 'service/PART/etc/rc' 'etc/PART' 'service/PART'; do
		awk -v f="$f" '$1 == "fsync" && $2 == f { synced = 1 }
		$1 == "rename" && $3 == "service/foo" { exit !synced }' order ||
		    atf_fail "$f: not synced: $(cat order)"
	done
	grep -q '^rename .* service/foo' order || atf_fail "$(cat order)"
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
