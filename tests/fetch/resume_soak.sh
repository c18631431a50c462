#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# resume_soak: downloads that are killed again and again: each run goes on, what
# comes is right, and little comes twice.

: "${DOWNLOADS:=20}" "${KILLS:=10}"

# part: how much is there
part()
{
	stat -c %s d/f.part 2>/dev/null || echo 0
}

# kill_later PID: when it has brought two to four megabytes more
kill_later()
{
	want=$(($(part) + 2000000 + $(od -An -N2 -tu2 /dev/urandom) * 30))
	until [ "$(part)" -ge "$want" ]; do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.02
	done
	kill -KILL "$1" 2>/dev/null
	wait "$1"
}

# download HOW ARG...: d/f, killed $KILLS times; $sent is what the server sent
download()
{
	url=$bad/rest/$1/0/f
	shift
	rm -rf d
	mkdir d
	: >requests
	k=0
	while [ "$k" -lt "$KILLS" ]; do
		"$NB_BIN/nb-fetch" -q "$@" -o d/f "$url" &
		kill_later $!
		[ ! -e d/f ] || atf_fail "it was there before kill $k"
		k=$((k + 1))
	done
	atf_check "$NB_BIN/nb-fetch" -q "$@" -o d/f "$url"
	cmp www/f d/f || atf_fail "wrong bytes"
	[ "$(cd d && echo .[!.]* *)" = ".f.origin f" ] ||
	    atf_fail "left: $(ls -A d)"
	for _i in 1 2 3 4 5 6 7 8 9 10; do
		[ "$(grep -c ^SENT requests)" -lt "$(grep -c ^GET requests)" ] ||
		    break
		sleep 0.2
	done
	sent=$(awk '/^SENT/ { n += $2 } END { printf "%d\n", n }' requests)
}

atf_test_case killed_again_and_again cleanup
killed_again_and_again_head()
{
	atf_set descr "20 downloads of 64 MB, ten SIGKILLs each"
	atf_set require.progs "perl"
	atf_set timeout 1200
}
killed_again_and_again_body()
{
	mkdir www
	head -c 64000000 /dev/urandom >www/f
	touch -d 2024-01-01T00:00:00Z www/f
	sum=$(sha256sum www/f | cut -d' ' -f1)
	perl "$(atf_get_srcdir)/faulty.pl" faulty.port www requests \
	    >/dev/null 2>&1 </dev/null &
	echo $! >faulty.pid
	while [ ! -s faulty.port ]; do
		sleep 0.1
	done
	bad=http://127.0.0.1:$(cat faulty.port)
	n=0
	while [ "$n" -lt "$DOWNLOADS" ]; do
		case $((n % 4)) in
		0)	download eq ;;
		1)	download dq ;;
		2)	download eq -s "$sum" ;;
		3)	download q -s "$sum" ;;
		esac
		echo "$n: $(grep -c range= requests) runs went on, $sent bytes"
		[ "$(grep -c range= requests)" -eq "$KILLS" ] ||
		    atf_fail "from the start, after all"
		[ "$sent" -ge 64000000 ] && [ "$sent" -lt 70400000 ] ||
		    atf_fail "$sent bytes were sent"
		n=$((n + 1))
	done
}
killed_again_and_again_cleanup()
{
	[ ! -s faulty.pid ] || kill "$(cat faulty.pid)" 2>/dev/null || :
}

atf_init_test_cases()
{
	atf_add_test_case killed_again_and_again
}
