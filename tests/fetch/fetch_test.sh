#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fetch_test: nb-fetch against a real server, and against one that fails.

# What the tester's own network needs is not meant here.
unset NONET NOORIGIN NB_HTTP CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
unset http_proxy https_proxy all_proxy no_proxy HTTPS_PROXY ALL_PROXY NO_PROXY

# ---- servers, both stopped by each case's cleanup ----

# serve: lighttpd for the folder www; sets $base
serve() {
	# shellcheck source=tests/world/httpd.sh
	. "$(atf_get_srcdir)/../world/httpd.sh"
	mkdir -p www
	base=$(httpd_up "$PWD/httpd" "$PWD/www") ||
	    atf_fail "lighttpd does not start"
}

# misbehave: faulty.pl for the same folder; sets $bad
misbehave() {
	mkdir -p www
	perl "$(atf_get_srcdir)/faulty.pl" faulty.port www requests \
	    >/dev/null 2>&1 </dev/null &
	echo $! >faulty.pid
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
		[ -s faulty.port ] && break
		sleep 0.1
	done
	bad=http://127.0.0.1:$(cat faulty.port) ||
	    atf_fail "faulty.pl does not start"
}

servers_down() {
	for _f in httpd/pid faulty.pid tls.pid; do
		[ ! -s "$_f" ] || kill "$(cat "$_f")" 2>/dev/null || :
	done
}

# ---- shorthand ----

fetch() {
	"$NB_BIN/nb-fetch" "$@"
}

# begun FILE: wait until some of it has arrived
begun() {
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
		[ ! -e "$1.part" ] || return 0
		sleep 0.2
	done
	atf_fail "$1.part does not appear"
}

# data FILE BYTES: something that does not compress
data() {
	mkdir -p "$(dirname "$1")"
	head -c "$2" /dev/urandom >"$1"
}

sha() {
	"sha$1sum" "$2" | cut -d' ' -f1
}

# gets ARG...: exit 0; standard error is in stderr
gets() {
	_st=0
	fetch "$@" >stdout 2>stderr || _st=$?
	[ "$_st" -eq 0 ] || {
		cat stderr
		atf_fail "nb-fetch $*: exit $_st"
	}
	[ ! -s stdout ] || atf_fail "nb-fetch $*: wrote to standard output"
}

# says TEXT: the one line of standard error
says() {
	[ "$(cat stderr)" = "nb-fetch: $1" ] || {
		cat stderr
		atf_fail "not said: $1"
	}
}

same() {
	cmp "$1" "$2" || atf_fail "$1 is not $2"
}

# alone FILE...: the folder d holds these and nothing else
alone() {
	for _f; do echo "$_f"; done | sort >expected
	(cd d && find . ! -name . | sed 's,^\./,,') | sort >found
	diff expected found || atf_fail "odd files are left"
}

# refused REGEX ARG...: with d/out there, exit 1 after one line that matches,
# d/out as it was, nothing else in d.
refused() {
	_re=$1
	shift
	rm -rf d
	mkdir d
	echo previous >d/out
	_st=0
	fetch "$@" -o d/out >stdout 2>stderr || _st=$?
	sed 's/^/stderr: /' stderr
	[ "$_st" -eq 1 ] || atf_fail "nb-fetch $*: exit $_st, not 1"
	[ "$(wc -l <stderr)" -eq 1 ] || atf_fail "not one line"
	grep -Eq -- "^nb-fetch: $_re\$" stderr || atf_fail "not: $_re"
	[ "$(cat d/out)" = previous ] || atf_fail "the previous file is gone"
	alone out
}

# usage ARG...: exit 2, and nothing on disk
usage() {
	rm -rf d
	mkdir d
	_st=0
	(cd d && fetch "$@") >stdout 2>stderr || _st=$?
	[ "$_st" -eq 2 ] || atf_fail "nb-fetch $*: exit $_st, not 2"
	[ -s stderr ] || atf_fail "nb-fetch $*: nothing was said"
	alone
}

cases=
fetch_case() {
	atf_test_case "$1" cleanup
	eval "$1_head() {
		atf_set descr \"$2\"
		atf_set require.progs \"lighttpd perl curl ${3-}\"
		atf_set timeout 120
	}"
	eval "$1_cleanup() { servers_down; }"
	cases="$cases $1"
}

# ---- getting files ----

fetch_case whole_file "a file arrives with its bytes and its date"
whole_file_body() {
	data www/f 500000
	touch -d 2024-03-04T05:06:07Z www/f
	serve
	mkdir d
	gets -o d/f "$base/f"
	says "d/f: 500 kB, not verified"
	same d/f www/f
	[ "$(date -u -r d/f +%FT%T)" = 2024-03-04T05:06:07 ] ||
	    atf_fail "not the server's date"
	alone f .f.origin
	[ "$(stat -c %a d/f)" = "$(printf %o $((0666 & ~$(umask))))" ] ||
	    atf_fail "not the umask's mode"
}

fetch_case named_by_url "without -o a file is named by its URL, decoded"
named_by_url_body() {
	data "www/a b+c" 1000
	serve
	mkdir d
	gets -C d "$base/a%20b+c?x=/y"
	same "d/a b+c" "www/a b+c"
	cd d || exit
	gets "$base/x/../a%20b%2bc"
	same "a b+c" "../www/a b+c"
}

fetch_case no_notes "NOORIGIN: the file and nothing else"
no_notes_body() {
	data www/f 1000
	serve
	mkdir d
	NOORIGIN=1 gets -o d/f "$base/f"
	alone f
	NOORIGIN=1 gets -o d/f -s "$(sha 256 www/f)" "$base/f"
	alone f
}

fetch_case empty_file "a file of no bytes is a file"
empty_file_body() {
	mkdir -p www d
	: >www/f
	serve
	gets -o d/f "$base/f"
	atf_check -o inline:"0\n" stat -c %s d/f
	alone f .f.origin
}

fetch_case query_with_output "-o file URL?query, as postinst scripts have it"
query_with_output_body() {
	data www/get 1000
	serve
	gets -o f "$base/get?name=x&raw=y"
	same f www/get
}

fetch_case quiet "-q says nothing when all is well"
quiet_body() {
	data www/f 1000
	serve
	gets -q -o f "$base/f"
	[ ! -s stderr ] || atf_fail "said: $(cat stderr)"
}

fetch_case own_time "-m leaves the time of the download"
own_time_body() {
	data www/f 1000
	touch -d 2001-01-01T00:00:00Z www/f
	serve
	touch before
	gets -m -o f "$base/f"
	[ -z "$(find before -newer f)" ] ||
	    atf_fail "f is older than its download"
	gets -m -o f "$base/f"
	says "f: up to date, not verified"
}

fetch_case many_at_once "several URLs in one run, each to its file"
many_at_once_body() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		data "www/f$i" "$((i * 7777))"
	done
	serve
	mkdir d
	set --
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		set -- "$@" "$base/f$i"
	done
	gets -C d "$@"
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		same "d/f$i" "www/f$i"
	done
	[ "$(wc -l <stderr)" -eq 15 ] || atf_fail "not a line a file"
}

fetch_case side_by_side "one that does not arrive keeps no other one waiting"
side_by_side_body() {
	data www/f 500000
	data www/g 1000
	misbehave
	mkdir d
	"$NB_BIN/nb-fetch" -q -C d "$bad/stall/1000/f" "$bad/ok/g" &
	pid=$!
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
		[ ! -e d/g ] || break
		sleep 0.2
	done
	kill $pid
	wait $pid
	same d/g www/g
}

fetch_case one_of_many_fails "what can be had is there, exit 1, one line"
one_of_many_fails_body() {
	data www/a 1000
	data www/c 1000
	serve
	mkdir d
	atf_check -s exit:1 -e inline:"nb-fetch: $base/b: not on the server (404)
" "$NB_BIN/nb-fetch" -q -C d "$base/a" "$base/b" "$base/c"
	same d/a www/a
	same d/c www/c
	alone a .a.origin c .c.origin
}

fetch_case local_file "file:// works, needs no network, and says what is missing"
local_file_body() {
	data "www/a b" 3000
	NONET=1 gets -o f "file://$PWD/www/a%20b"
	same f "www/a b"
	refused "file://$PWD/www/none: no such file, or not readable" \
	    "file://$PWD/www/none"
	refused "file://$PWD/www: .*" "file://$PWD/www"
}

fetch_case redirects "redirects are followed; the file's own ETag counts"
redirects_body() {
	data www/f 3000
	misbehave
	gets -o f "$bad/hops/10/f"
	same f www/f
	grep -q of-the-redirect .f.origin && atf_fail "the redirect's ETag"
	gets -o g "$bad/to/$(echo "$bad/ok/f" | sed 's,/,%2f,g')"
	same g www/f
}

fetch_case mirrors "-b: what the first base does not give comes from the next"
mirrors_body() {
	data www/one/f 1000
	data www/two/g 1000
	serve
	mkdir d
	gets -C d -b "http://127.0.0.1:9 $base/one/" -b "$base/two" f g
	same d/f www/one/f
	same d/g www/two/g
	grep -q "trying the next" stderr || atf_fail "not said"
	refused "$base/two/h: not on the server \(404\)" \
	    -q -b "$base/one" -b "$base/two" h
}

fetch_case mirror_with_wrong_file "a base whose file has a wrong sum is passed over"
mirror_with_wrong_file_body() {
	data www/one/f 1000
	data www/two/f 1000
	serve
	gets -o f -s "$(sha 256 www/two/f)" -b "$base/one" -b "$base/two" f
	same f www/two/f
}

# many N: files www/one/f1 and so on, of up to 400 kB, and their sums; what
# asks for them is in $names
many() {
	mkdir -p www/one
	names=
	_i=0
	while [ "$_i" -lt "$1" ]; do
		_i=$((_i + 1))
		data "www/one/f$_i" $((_i * 7919 % 400000))
		names="$names f$_i"
	done
	# shellcheck disable=SC2086 # names
	(cd www/one && sha512sum $names >SHA512)
}

fetch_case many_files "many at once: each right, each with its note"
many_files_body() {
	many 100
	serve
	mkdir d e
	# shellcheck disable=SC2086 # names
	gets -C d -b "$base/one" $names
	# shellcheck disable=SC2046,SC2086 # names
	alone $names $(printf '.%s.origin ' $names)
	for f in $names; do
		same "d/$f" "www/one/$f"
	done
	# shellcheck disable=SC2086 # names
	gets -C d -b "$base/one" $names
	[ "$(grep -c 'up to date' stderr)" -eq 100 ] || atf_fail "not fresh"
	# Some are there, among them one that is another.
	cp d/f1 d/f2 d/f3 e
	echo another >e/f4
	# shellcheck disable=SC2086 # names
	gets -q -C e -S SHA512 -b "$base/one" $names
	for f in $names; do
		same "e/$f" "www/one/$f"
	done
}

fetch_case many_and_a_wrong_one "one of many is wrong: the next base has it"
many_and_a_wrong_one_body() {
	many 60
	cp -R www/one www/two
	echo wrong >www/one/f30
	echo wrong >www/one/f50
	echo wrong >www/two/f50
	serve
	mkdir d
	echo previous >d/f50
	st=0
	# shellcheck disable=SC2086 # names
	fetch -C d -S SHA512 -b "$base/one" -b "$base/two" $names \
	    >stdout 2>stderr || st=$?
	[ "$st" -eq 1 ] || atf_fail "exit $st"
	grep -q "f30: wrong SHA512.* trying the next" stderr ||
	    atf_fail "nothing is said of f30"
	grep -q "two/f50: wrong SHA512.* the previous file was kept" stderr ||
	    atf_fail "nothing is said of f50"
	atf_check -o inline:"previous\n" cat d/f50
	for f in $names; do
		[ "$f" = f50 ] || same "d/$f" "www/two/$f"
	done
	[ -z "$(find d -name '*.part')" ] || atf_fail "a part is left"
}

fetch_case many_killed "while many arrive: no file by half, and the next run"
many_killed_body() {
	many 100
	serve
	for sig in INT TERM KILL; do
		for after in 0.01 0.02 0.03 0.05; do
			rm -rf d
			mkdir d
			# shellcheck disable=SC2086 # names
			perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
			    "$NB_BIN/nb-fetch" -q -C d -b "$base/one" $names &
			pid=$!
			sleep "$after"
			kill -$sig $pid 2>/dev/null || :
			wait $pid || :
			for f in $names; do
				[ ! -e "d/$f" ] || same "d/$f" "www/one/$f"
			done
			[ "$sig" = KILL ] || [ -z "$(find d -name '*.part')" ] ||
			    atf_fail "$sig: a part is left"
			# shellcheck disable=SC2086 # names
			gets -q -C d -b "$base/one" $names
			# shellcheck disable=SC2046,SC2086 # names
			alone $names $(printf '.%s.origin ' $names)
		done
	done
}

# ---- getting them again ----

fetch_case unchanged "what has not changed is asked for once and left alone"
unchanged_body() {
	data www/f 3000
	misbehave
	for how in ok etag date; do
		gets -o f "$bad/$how/f"
		says "f: 3.0 kB, not verified"
		before=$(stat -c '%i %Y %Z' f)
		gets -o f "$bad/$how/f"
		says "f: up to date, not verified"
		[ "$(stat -c '%i %Y %Z' f)" = "$before" ] ||
		    atf_fail "$how: the file was touched"
		rm f
	done
	grep -q '^GET /ok/f tag="[^"]*" date=' requests || atf_fail "no question"
	grep -q '^GET /etag/f tag="[^"]*"$' requests || atf_fail "no ETag"
	grep -q '^GET /date/f date=.*GMT$' requests || atf_fail "no date"
}

fetch_case changed "what has changed is downloaded"
changed_body() {
	misbehave
	for how in ok etag date plain; do
		data www/f 3000
		touch -d 2024-01-01T00:00:00Z www/f
		gets -o f "$bad/$how/f"
		data www/f 3000
		touch -d 2024-01-02T00:00:00Z www/f
		gets -o f "$bad/$how/f"
		same f www/f
	done
}

fetch_case same_bytes "a server without memory: equal bytes leave the file alone"
same_bytes_body() {
	data www/f 300000
	misbehave
	gets -o f "$bad/plain/f"
	before=$(stat -c '%i %Y %Z' f)
	gets -o f "$bad/plain/f"
	gets -o f "$bad/retag/f"
	gets -f -o f "$bad/ok/f"
	[ "$(stat -c '%i %Y %Z' f)" = "$before" ] || atf_fail "it was touched"
}

fetch_case edited "a file that was changed here is not taken for the server's"
edited_body() {
	data www/f 3000
	serve
	gets -o f "$base/f"
	echo spoiled >f
	gets -o f "$base/f"
	same f www/f
	printf x | dd of=f bs=1 seek=7 conv=notrunc 2>/dev/null
	gets -o f "$base/f"
	same f www/f
	rm .f.origin
	gets -o f "$base/f"
	same f www/f
}

fetch_case other_url "what came from elsewhere is downloaded anew"
other_url_body() {
	data www/one/f 3000
	data www/two/f 3000
	touch -d 2024-01-01T00:00:00Z www/one/f www/two/f
	serve
	gets -o f "$base/one/f"
	gets -o f "$base/two/f"
	same f www/two/f
}

fetch_case forced "-f downloads what is fresh"
forced_body() {
	data www/f 3000
	misbehave
	gets -o f "$bad/ok/f"
	gets -f -o f "$bad/ok/f"
	[ "$(tail -n 1 requests)" = "GET /ok/f" ] || atf_fail "it was asked"
}

# ---- verification ----

fetch_case sum_given "-s: right is verified, wrong is refused with both sums"
sum_given_body() {
	data www/f 3000
	serve
	for n in 256 512; do
		right=$(sha $n www/f)
		gets -f -o f -s "$(echo "$right" | tr a-f A-F)" "$base/f"
		says "f: 3.0 kB, SHA$n verified"
		same f www/f
		rm f
		wrong=$(echo "$right" | tr 0-9a-f 1-9a-f0)
		refused "$base/f: wrong SHA$n: it is $right, the option -s says $wrong; the previous file was kept" \
		    -s "$wrong" "$base/f"
	done
}

fetch_case sum_beside "-s .sha256: the sum at URL.sha256, in each of its forms"
sum_beside_body() {
	data www/f 3000
	misbehave
	sum=$(sha 256 www/f)
	for form in "$sum" "$sum  f" "$sum *f" "SHA256 (f) = $sum" \
	    "$sum  build/kernels/f" "# a comment
$sum  f
$(sha 256 /dev/null)  other"; do
		rm -rf d
		mkdir d
		printf '%s\n' "$form" >www/f.sha256
		gets -o d/f -s .sha256 "$bad/plain/f"
		says "d/f: 3.0 kB, SHA256 verified"
		alone f .f.origin f.sha256 .f.sha256.origin
	done
	sha 256 /dev/null >www/f.sha256
	rm -rf d
	mkdir d
	echo previous >d/f
	atf_check -s exit:1 -e match:"f: wrong SHA256: it is $sum, d/f.sha256 says e3b0c4.*; the previous file was kept" \
	    "$NB_BIN/nb-fetch" -o d/f -s .sha256 "$bad/plain/f"
	atf_check -o inline:"previous\n" cat d/f
	alone f f.sha256 .f.sha256.origin
}

fetch_case sums_of_a_release "-S SHA512: one file of sums for a folder of sets"
sums_of_a_release_body() {
	mkdir -p www/sets
	for f in base.tar.xz etc.tar.xz; do
		data "www/sets/$f" 5000
		printf 'MD5 (%s) = %032d\nSHA512 (%s) = %s\n' "$f" 0 "$f" \
		    "$(sha 512 "www/sets/$f")"
	done >www/sets/SHA512
	misbehave
	mkdir d
	gets -C d -S SHA512 "$bad/ok/sets/base.tar.xz" "$bad/ok/sets/etc.tar.xz"
	sort stderr >sorted
	atf_check -o inline:"nb-fetch: d/base.tar.xz: 5.0 kB, SHA512 verified
nb-fetch: d/etc.tar.xz: 5.0 kB, SHA512 verified
" cat sorted
	alone SHA512 .SHA512.origin base.tar.xz .base.tar.xz.origin \
	    etc.tar.xz .etc.tar.xz.origin
	same d/base.tar.xz www/sets/base.tar.xz
	[ "$(grep -c SHA512 requests)" -eq 1 ] ||
	    atf_fail "the file of sums was asked for more than once"
}

fetch_case verified_is_not_asked_for "a file that has the wanted sum costs no request"
verified_is_not_asked_for_body() {
	data www/f 5000
	echo "SHA512 (f) = $(sha 512 www/f)" >www/SHA512
	misbehave
	mkdir d
	gets -C d -S "$bad/ok/SHA512" "$bad/ok/f"
	: >requests
	gets -C d -S "$bad/ok/SHA512" "$bad/ok/f"
	says "d/f: up to date, SHA512 verified"
	grep -q /ok/f requests && atf_fail "it was asked for"
	# Nor does a copy that came by other means.
	rm d/.f.origin
	gets -C d -S "$bad/ok/SHA512" "$bad/ok/f"
	says "d/f: up to date, SHA512 verified"
	grep -q /ok/f requests && atf_fail "the copy was asked for"
	# A newer one on the server is.
	data www/f 5000
	echo "SHA512 (f) = $(sha 512 www/f)" >www/SHA512
	touch -d 2030-01-01T00:00:00Z www/f www/SHA512
	gets -C d -S "$bad/ok/SHA512" "$bad/ok/f"
	same d/f www/f
}

fetch_case sums_without_the_file "no sum for the file: it is not taken unverified"
sums_without_the_file_body() {
	data www/f 100
	echo "SHA512 (g) = $(sha 512 www/f)" >www/SHA512
	echo "<html>It works!</html>" >www/page
	serve
	for sums in SHA512 page; do
		rm -rf d
		mkdir d
		echo previous >d/f
		atf_check -s exit:1 -e inline:"nb-fetch: $base/f: cannot be verified, d/$sums has no SHA256 or SHA512 of f
" "$NB_BIN/nb-fetch" -C d -S $sums "$base/f"
		atf_check -o inline:"previous\n" cat d/f
	done
	refused "$base/none: not on the server \(404\)" -S none "$base/f"
	refused "$base/f.sha256: not on the server \(404\)" -s .sha256 "$base/f"
}

fetch_case contradicting_sums "two sums of a kind that differ are refused"
contradicting_sums_body() {
	data www/f 100
	{
		echo "SHA256 (f) = $(sha 256 www/f)"
		echo "SHA256 (f) = $(sha 256 /dev/null)"
	} >www/sums
	serve
	atf_check -s exit:1 -e inline:"nb-fetch: sums: gives two SHA256 sums for f
" "$NB_BIN/nb-fetch" -S sums "$base/f"
	atf_check -s exit:1 test -e f
}

fetch_case sums_on_disk "-S ./file: sums that are here already"
sums_on_disk_body() {
	data www/f 100
	serve
	sha256sum <www/f | sed 's/-/f/' >sums
	gets -o f -S ./sums "$base/f"
	says "f: 100 B, SHA256 verified"
	sha256sum </dev/null | sed 's/-/f/' >sums
	refused "$base/f: wrong SHA256: it is .*, ./sums says .*" \
	    -S ./sums "$base/f"
	refused "./none: No such file or directory" -S ./none "$base/f"
}

# ---- failures: the previous file stays, nothing else does ----

fetch_case not_there "404: the URL, the status, and the caller's hint"
not_there_body() {
	serve
	refused "$base/none: not on the server \(404\)" "$base/none"
	refused "$base/none: not on the server \(404\); see SETS" \
	    -H "see SETS" "$base/none"
}

fetch_case statuses "an answer without the file is no file, whatever its page"
statuses_body() {
	misbehave
	for s in 201 202 204 206 300 302 304 400 401 403 418; do
		refused "$bad/status/$s/x: .*\($s\).*" "$bad/status/$s/x"
	done
	for s in 408 429 500 502 503 504; do
		refused "$bad/status/$s/x: the server cannot answer now \($s\), try again later" \
		    -r 1 "$bad/status/$s/x"
	done
}

fetch_case refused_connection "nobody listens"
refused_connection_body() {
	refused "http://127.0.0.1:9/f: no connection: Connection refused, check the network" \
	    http://127.0.0.1:9/f
}

fetch_case unknown_host "a host without address"
unknown_host_body() {
	refused "https://no-such-host.invalid/f: the host has no address, check its name and the network" \
	    https://no-such-host.invalid/f
}

fetch_case cut_short "a body that ends early, however it ends"
cut_short_body() {
	data www/f 500000
	misbehave
	for n in 0 1 999 499999; do
		refused "$bad/truncate/$n/f: the connection broke off after $n of 500000 bytes" \
		    -r 1 "$bad/truncate/$n/f"
	done
	refused "$bad/reset/100000/f: the connection broke off after [0-9]* of 500000 bytes" \
	    -r 1 "$bad/reset/100000/f"
	refused "$bad/long/f: the connection broke off after 500000 of 500001 bytes" \
	    -r 1 "$bad/long/f"
	refused "$bad/unchunked/f: the connection broke off after 500000 bytes" \
	    -r 1 "$bad/unchunked/f"
	refused "$bad/closed: the server closed the connection without an answer" \
	    -r 1 "$bad/closed"
}

fetch_case short_length "a length that is too short: what is behind it is not the next file"
short_length_body() {
	data www/f 100000
	data www/g 1000
	misbehave
	mkdir d
	refused "$bad/short/f: wrong SHA256: .*" -s "$(sha 256 www/f)" \
	    "$bad/short/f"
	gets -j 1 -C d "$bad/short/f" "$bad/ok/g"
	same d/g www/g
}

fetch_case other_lengths "chunked and unmeasured bodies"
other_lengths_body() {
	data www/f 100000
	misbehave
	gets -o a "$bad/chunked/f"
	same a www/f
	gets -o b "$bad/nolength/f"
	same b www/f
}

fetch_case no_connection "a connection that does not come about: the limit ends it"
no_connection_body() {
	misbehave
	# It listens, and never answers to TLS.
	tls=https://${bad#http://}
	refused "$tls/f: no connection within 1 s, check the network" \
	    -c 1 -r 1 "$tls/f"
}

fetch_case stalled "nothing arrives: the limit ends it"
stalled_body() {
	data www/f 500000
	misbehave
	start=$(date +%s)
	refused "$bad/stall/100000/f: nothing, or next to it, arrived for 1 s" \
	    -w 1 -r 1 "$bad/stall/100000/f"
	refused "$bad/silent: nothing, or next to it, arrived for 1 s" \
	    -w 1 -r 1 "$bad/silent"
	[ $(($(date +%s) - start)) -le 5 ] || atf_fail "it took too long"
}

fetch_case dripping "next to nothing arrives: the limit ends it"
dripping_body() {
	data www/f 500
	misbehave
	start=$(date +%s)
	for how in drip driphead; do
		refused "$bad/$how/f: nothing, or next to it, arrived for 1 s" \
		    -w 1 -r 1 "$bad/$how/f"
	done
	[ $(($(date +%s) - start)) -le 6 ] || atf_fail "it took too long"
}

fetch_case tries "what may pass is tried again, what will not is not"
tries_body() {
	data www/f 5000
	misbehave
	gets -o f "$bad/flaky/2/f"
	same f www/f
	gets -o g "$bad/drop/2/f"
	same g www/f
	gets -o h "$bad/after/1/f"
	same h www/f
	refused ".*/flaky/3/f: .*\(503\).*" "$bad/flaky/3/f"
	[ "$(grep -c /flaky/3/f requests)" -eq 3 ] || atf_fail "not 3 tries"
	refused ".*\(404\)" "$bad/status/404/f"
	[ "$(grep -c /status/404/f requests)" -eq 1 ] ||
	    atf_fail "404 was tried again"
}

fetch_case long_wait_is_not_waited_for "a Retry-After of an hour ends the tries"
long_wait_is_not_waited_for_body() {
	data www/f 10
	misbehave
	refused ".*\(503\).*" "$bad/after/3600/f"
}

fetch_case redirect_limits "loops, and ways out of http"
redirect_limits_body() {
	echo secret >secret
	data www/f 10
	misbehave
	refused "$bad/loop: redirected more than 10 times" "$bad/loop"
	refused "$bad/hops/11/f: redirected more than 10 times" "$bad/hops/11/f"
	refused ".*: redirected to where it must not go .*" \
	    "$bad/to/$(echo "file://$PWD/secret" | sed 's,/,%2f,g')"
	refused ".*: redirected to where it must not go .*" "$bad/to/ftp:%2f%2fh%2ff"
}

fetch_case tls "https: unknown signers are refused, and http is never fallen back to" openssl
tls_body() {
	data www/f 1000
	serve
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert \
	    -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	    >/dev/null 2>&1 || atf_fail "openssl req"
	mkdir t
	{ printf 'HTTP/1.0 200 ok\r\n\r\n' && cat www/f; } >t/f
	printf 'HTTP/1.0 302 f\r\nLocation: %s/f\r\n\r\n' "$base" >t/away
	(cd t && exec openssl s_server -accept localhost:0 -cert ../cert \
	    -key ../key -HTTP >../tls.out 2>&1 </dev/null) &
	echo $! >tls.pid
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do
		grep -q ^ACCEPT tls.out && break
		sleep 0.1
	done
	tls=https://localhost:$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' tls.out)
	refused "$tls/f: the server's certificate cannot be trusted: .*; check the host's name and the clock, or give CURL_CA_BUNDLE" "$tls/f"
	CURL_CA_BUNDLE=cert gets -o f "$tls/f"
	same f www/f
	SSL_CERT_FILE=cert refused ".*: redirected to where it must not go .*" \
	    "$tls/away"
	wrong=https://127.0.0.1:${tls##*:}
	SSL_CERT_FILE=cert refused "$wrong/f: the server's certificate cannot be trusted: .*" \
	    "$wrong/f"
	CURL_CA_BUNDLE=none refused "$tls/f: no certificates to trust: .*" \
	    "$tls/f"
	# A sum does not make up for it, nor does the next base wait.
	refused "$tls/f: the server's certificate .*" \
	    -s "$(sha 256 www/f)" "$tls/f"
	gets -b "$tls" -b "$base" -o g f
	same g www/f
}

fetch_case full_disk "a full disk: one line, nothing left" unshare
full_disk_body() {
	data www/f 500000
	gzip -k www/f
	serve
	mkdir t
	cat >script <<-'END'
	mount -t tmpfs -o size=128k tmpfs t || exit 77
	echo previous >t/out
	"$NB_BIN/nb-fetch" "$@" >stdout 2>stderr
	echo $? >status
	cat t/out >kept
	ls -A t >left
	END
	for z in "$base/f" "-z $base/f.gz"; do
		# shellcheck disable=SC2086 # an option and a URL
		unshare -rm sh script -q -o t/out $z ||
		    atf_skip "no mount in a namespace of one's own"
		atf_check -o inline:"1\n" cat status
		atf_check -o inline:"previous\n" cat kept
		atf_check -o inline:"out\n" cat left
		atf_check -o inline:"nb-fetch: t/out: cannot be written: No space left on device\n" \
		    cat stderr
	done
}

fetch_case too_large "a limit on the size of files is an error, not a death"
too_large_body() {
	data www/f 500000
	serve
	mkdir d
	echo previous >d/out
	(
		ulimit -f 100
		fetch -o d/out "$base/f" 2>stderr
		echo $? >status
	)
	atf_check -o inline:"1\n" cat status
	says "d/out: cannot be written: File too large"
	atf_check -o inline:"previous\n" cat d/out
	alone out
}

fetch_case bad_target "a folder that is missing, a folder in the way, a device"
bad_target_body() {
	data www/f 10
	serve
	mkdir dir
	atf_check -s exit:1 -e inline:"nb-fetch: none/f: the folder none does not exist
" "$NB_BIN/nb-fetch" -H hint -o none/f "$base/f"
	atf_check -s exit:1 -e inline:"nb-fetch: none: no such folder, make it first
" "$NB_BIN/nb-fetch" -C none "$base/f" "$base/g"
	atf_check -s exit:1 -e inline:"nb-fetch: dir: cannot be replaced: it is a folder
" "$NB_BIN/nb-fetch" -o dir "$base/f"
	atf_check -s exit:1 -e inline:"nb-fetch: /dev/null: cannot be replaced: it is not a regular file
" "$NB_BIN/nb-fetch" -o /dev/null "$base/f"
	[ -c /dev/null ] || atf_fail "/dev/null is gone"
}

fetch_case second_writer "two runs that write one file do not mix"
second_writer_body() {
	data www/f 500000
	misbehave
	mkdir d
	"$NB_BIN/nb-fetch" -q -o d/f "$bad/stall/1000/f" 2>/dev/null &
	pid=$!
	begun d/f
	atf_check -s exit:1 -e inline:"nb-fetch: d/f: another process is writing it: $pid
" "$NB_BIN/nb-fetch" -o d/f "$bad/ok/f"
	kill $pid
	wait $pid
	alone
}

fetch_case signals "INT, TERM, HUP and QUIT: dead of it, nothing left"
signals_body() {
	data www/f 500000
	misbehave
	for sig in INT TERM HUP QUIT; do
		rm -rf d
		mkdir d
		echo previous >d/f
		# A shell's background job ignores INT and QUIT.
		perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec @ARGV' \
		    "$NB_BIN/nb-fetch" -o d/f "$bad/stall/1000/f" &
		pid=$!
		begun d/f
		kill -$sig $pid
		st=0
		wait $pid || st=$?
		[ "$(kill -l $st)" = $sig ] || atf_fail "$sig: exit $st"
		alone f
		atf_check -o inline:"previous\n" cat d/f
	done
}

fetch_case killed "KILL: the previous file is intact, the next run tidies up"
killed_body() {
	data www/f 500000
	misbehave
	mkdir d
	gets -o d/f "$bad/ok/f"
	"$NB_BIN/nb-fetch" -f -q -o d/f "$bad/stall/1000/f" 2>/dev/null &
	pid=$!
	begun d/f
	kill -KILL $pid
	wait $pid
	alone f .f.origin f.part
	same d/f www/f
	gets -o d/f "$bad/ok/f"
	says "d/f: up to date, not verified"
	alone f .f.origin
}

# ---- going on with what is here ----

# resumes HOW FAILS ARG...: from $bad/rest/HOW/FAILS/f; right bytes, nothing
# left, and $asked says which ranges were asked for
resumes() {
	url=$bad/rest/$1/$2/f
	shift 2
	rm -rf d
	mkdir d
	: >requests
	gets "$@" -o d/f "$url"
	same d/f www/f
	alone f .f.origin
	asked=$(sed -n 's/^GET [^ ]*//; s/.*range=bytes=\([0-9]*\)-.*/\1/p' \
	    requests | tr '\n' ' ')
}

# whole N: N requests from the first byte
whole() {
	[ "$(grep -vc range= requests)" -eq "$1" ] || {
		cat requests
		atf_fail "not $1 times from the start"
	}
}

# went_on N: N requests that went on from later and later
went_on() {
	# shellcheck disable=SC2086 # numbers
	[ "$(echo $asked | wc -w)" -eq "$1" ] || {
		cat requests
		atf_fail "not $1 times from where it was"
	}
	last=0
	for n in $asked; do
		[ "$n" -gt "$last" ] || atf_fail "not on: $asked"
		last=$n
	done
}

fetch_case goes_on "a connection that breaks off: the next one brings the rest"
goes_on_body() {
	data www/f 5000000
	touch -d 2024-01-01T00:00:00Z www/f
	misbehave
	for how in e d ed ex; do
		resumes $how 2
		whole 1
		went_on 2
		says "d/f: 5.0 MB, not verified"
	done
	# Without a sum, and without a validator that is strong, from the start.
	for how in w y z; do
		resumes $how 2
		whole 3
		went_on 0
	done
	# With a sum: whatever the server says of the file.
	for how in z wi y; do
		resumes $how 2 -s "$(sha 256 www/f)"
		whole 1
		went_on 2
		says "d/f: 5.0 MB, SHA256 verified"
	done
	# A try that brought a megabyte is not counted.
	resumes e 2 -r 2
}

fetch_case goes_on_not "what cannot be gone on with comes from the start"
goes_on_not_body() {
	data www/f 3000000
	touch -d 2024-01-01T00:00:00Z www/f
	misbehave
	# No ranges; 416; another piece; another length; without validators.
	for how in en es eo et; do
		resumes $how 1
		resumes $how 1 -s "$(sha 512 www/f)"
	done
	resumes eda 1
	# For ever: an error, after some tries.
	refused ".*/rest/en/99/f: the connection broke off after .*" -r 2 \
	    "$bad/rest/en/99/f"
	refused ".*/rest/e5/1/f: the server cannot answer now .*" -r 2 \
	    "$bad/rest/e5/1/f"
}

fetch_case changed_meanwhile "a file that changes between two pieces"
changed_meanwhile_body() {
	data www/f 3000000
	touch -d 2024-01-01T00:00:00Z www/f
	perl -0777 -pe '$_ ^= "\1" x length' www/f >other
	misbehave
	mkdir d
	# ec, dc: the server says so; eic, dic: it does not, but its validators
	# do; zic with a sum, eica: nobody does.
	for how in ec dc edc eic dic el eil eica; do
		: >requests
		gets -o d/f "$bad/rest/$how/1/f"
		case $how in
		*l)	{ cat www/f && printf longer; } | cmp - d/f ||
			    atf_fail "$how: wrong bytes" ;;
		*)	same d/f other ;;
		esac
		rm d/f
	done
	# The sum of the new one is given: the pieces are of two files.
	for how in eic zc wic; do
		gets -o d/f -s "$(sha 256 other)" "$bad/rest/$how/1/f"
		same d/f other
		rm d/f
	done
	refused ".*/rest/zc/1/f: wrong SHA256: it is $(sha 256 other), .*" \
	    -s "$(sha 256 www/f)" "$bad/rest/zc/1/f"
}

fetch_case goes_on_elsewhere "the rest from another mirror, if there is a sum"
goes_on_elsewhere_body() {
	data www/f 3000000
	misbehave
	mkdir d
	gets -q -C d -r 1 -s "$(sha 256 www/f)" -b "$bad/rest/x/99" \
	    -b "$bad/rest/e/0" f
	same d/f www/f
	grep -q '/rest/e/0/f range=' requests || atf_fail "from the start"
	rm -r d
	mkdir d
	gets -q -C d -r 1 -b "$bad/rest/e/99" -b "$bad/rest/e/0" f
	same d/f www/f
	tail -n 1 requests | grep -q range= && atf_fail "of two files"
	:
}

fetch_case decompress_goes_on "-z: the rest of what is decompressed" xz
decompress_goes_on_body() {
	data www/plain 3000000
	xz -c www/plain >www/f
	misbehave
	for args in "" "-s $(sha 256 www/f)"; do
		: >requests
		# shellcheck disable=SC2086 # an option and its argument
		gets -z $args -o f "$bad/rest/e/2/f"
		same f www/plain
		whole 1
		rm f
	done
	gets -z -o f "$bad/rest/en/1/f"
	same f www/plain
}

# killed_at URL ARG...: d/f.part is there, of over 1 MB
killed_at() {
	rm -rf d
	mkdir d
	"$NB_BIN/nb-fetch" -q -o d/f "$@" 2>/dev/null &
	pid=$!
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		n=$(stat -c %s d/f.part 2>/dev/null || echo 0)
		[ "$n" -lt 1000000 ] || break
		sleep 0.1
	done
	kill -KILL $pid
	wait $pid
	alone f.part .f.origin.part
}

fetch_case killed_goes_on "after SIGKILL the next run goes on"
killed_goes_on_body() {
	data www/f 64000000
	touch -d 2024-01-01T00:00:00Z www/f
	sum=$(sha 256 www/f)
	misbehave
	for how in ep dp; do
		killed_at "$bad/rest/$how/0/f"
		: >requests
		gets -o d/f "$bad/rest/$how/0/f"
		grep -q 'range=bytes=[1-9].* if=' requests ||
		    atf_fail "from the start"
		grep -Eq 'd/f: 64 MB, [0-9.]* MB of it from before, not verified' \
		    stderr || atf_fail "not said"
		same d/f www/f
		alone f .f.origin
	done
	killed_at -s "$sum" "$bad/rest/p/0/f"
	gets -o d/f -s "$sum" "$bad/rest/p/0/f"
	grep -q 'range=bytes=[1-9]' requests || atf_fail "from the start"
	same d/f www/f
	alone f .f.origin
}

fetch_case killed_and_changed "... unless the file is another one by then"
killed_and_changed_body() {
	data www/f 64000000
	sum=$(sha 256 www/f)
	misbehave
	# On the server; a part that was spoiled; another sum; no note; -f.
	for what in server part sum note forced; do
		touch -d 2024-01-01T00:00:00Z www/f
		killed_at -s "$sum" "$bad/rest/ep/0/f"
		args="-s $sum" new=$sum
		case $what in
		server)	data www/f 64000000
			args= ;;
		part)	printf x | dd of=d/f.part bs=1 seek=77 conv=notrunc \
			    2>/dev/null ;;
		sum)	data www/f 64000000
			args="-s $(sha 256 www/f)" ;;
		note)	: >d/.f.origin.part ;;
		forced)	args=-f ;;
		esac
		: >requests
		# shellcheck disable=SC2086 # an option and its argument
		gets -o d/f $args "$bad/rest/e/0/f"
		same d/f www/f
		alone f .f.origin
		case $what in
		sum | note | forced)	whole 1 ;;
		esac
		sum=$(sha 256 www/f)
	done
}

fetch_case killed_and_unreachable "... and stays if that cannot be asked"
killed_and_unreachable_body() {
	data www/f 64000000
	misbehave
	killed_at "$bad/rest/eq/0/f"
	atf_check -s exit:1 -e ignore "$NB_BIN/nb-fetch" -o d/f \
	    "$bad/status/404/f"
	alone f.part .f.origin.part
	# An interrupted run leaves nothing, whatever it went on with.
	n=$(stat -c %s d/f.part)
	"$NB_BIN/nb-fetch" -q -o d/f "$bad/rest/eq/0/f" 2>/dev/null &
	pid=$!
	for _i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		[ "$(stat -c %s d/f.part)" -le "$n" ] || break
		sleep 0.1
	done
	kill $pid
	wait $pid
	alone
}

# ---- decompression ----

fetch_case decompress "-z: gzip, xz and zstd, with the sum of what was sent" "xz zstd"
decompress_body() {
	head -c 3000000 /dev/zero >www.f
	mkdir -p www/sub
	{ cat www.f && head -c 100000 /dev/urandom; } >www/f
	(cd www && gzip -k f && xz -k f && zstd -q -k f &&
	    cat f.gz f.gz >two.gz && cat f.xz f.xz >two.xz &&
	    cat f f >two && sha512sum f.gz f.xz f.zst >sums)
	serve
	mkdir d
	for e in gz xz zst; do
		gets -z -C d -S sums "$base/f.$e"
		says "d/f: 3.1 MB, SHA512 verified"
		same d/f www/f
		gets -z -C d -S sums "$base/f.$e"
		says "d/f: up to date, SHA512 verified"
		rm d/f
		gets -z -o d/f "$base/f.$e"
		says "d/f: 3.1 MB, not verified"
		same d/f www/f
		rm d/f
	done
	alone sums .sums.origin .f.origin
	# The sum of what was sent is not taken for the file's own.
	gets -z -C d -S sums "$base/f.gz"
	gets -C d -s "$(sha 512 www/f)" "$base/f"
	says "d/f: up to date, SHA512 verified"
	gets -z -C d -S sums "$base/f.gz"
	same d/f www/f
	gets -z -o d/two "$base/two.gz"
	same d/two www/two
	gets -z -o d/two "$base/two.xz"
	same d/two www/two
}

fetch_case decompress_damaged "-z: what is damaged, cut short or not compressed" "xz zstd"
decompress_damaged_body() {
	data www/f 300000
	cd www || exit
	gzip -k f
	xz -k f
	zstd -q --check -k f
	: >empty
	for e in gz xz zst; do
		cp f.$e bad.$e
		# A byte that is another in any case.
		b=$(od -An -tu1 -j150000 -N1 f.$e)
		# shellcheck disable=SC2059 # an octal escape
		printf "\\$(printf %o $((b ^ 85)))" |
		    dd of=bad.$e bs=1 seek=150000 conv=notrunc 2>/dev/null
		head -c 200000 f.$e >cut.$e
		head -c -1 f.$e >last.$e
		{ cat f.$e && echo garbage behind the end; } >tail.$e
	done
	cd .. || exit
	serve
	for e in gz xz zst; do
		refused "$base/bad.$e: damaged [a-z]* data" -z "$base/bad.$e"
		refused "$base/cut.$e: cut short, .*" -z "$base/cut.$e"
		refused "$base/last.$e: cut short, .*" -z "$base/last.$e"
		refused "$base/tail.$e: damaged [a-z]* data" -z "$base/tail.$e"
	done
	refused "$base/f: is not compressed by gzip, xz or zstd" -z "$base/f"
	refused "$base/empty: is not compressed by gzip, xz or zstd" \
	    -z "$base/empty"
}

# ---- what is fresh ----

# asked N: so many requests since the last look
asked() {
	[ "$(wc -l <requests)" -eq "$1" ] || {
		cat requests
		atf_fail "not $1 requests"
	}
	: >requests
}

fetch_case fresh "-t: what was asked a short while ago is not asked again"
fresh_body() {
	data www/f 3000
	data www/g 4000
	(cd www && sha512sum --tag f g >SHA512)
	misbehave
	mkdir d
	: >requests
	gets -t 60 -o p "$bad/ok/f"
	gets -t 60 -C d -S SHA512 "$bad/ok/f"
	asked 3
	gets -t 60 -o p "$bad/ok/f"
	says "p: up to date, not verified"
	gets -t 60 -C d -S SHA512 "$bad/ok/f"
	says "d/f: up to date, SHA512 verified"
	asked 0
	# ... which tells since when that is known
	touch -d '12 minutes ago' .p.origin d/.SHA512.origin
	gets -t 60 -o p "$bad/ok/f"
	says "p: up to date 12 min ago, not verified"
	gets -t 60 -C d -S SHA512 "$bad/ok/f"
	says "d/f: up to date 12 min ago, SHA512 verified"
	asked 0
	# longer ago, without -t, or by force, it is; and then it is known
	gets -t 11 -C d -S SHA512 "$bad/ok/f"
	gets -t 11 -o p "$bad/ok/f"
	asked 2
	gets -t 11 -C d -S SHA512 "$bad/ok/f" + -o p "$bad/ok/f"
	asked 0
	gets -C d -S SHA512 "$bad/ok/f"
	gets -o p "$bad/ok/f"
	gets -f -t 60 -o p "$bad/ok/f"
	asked 3
	# another server, another time, another file
	gets -t 60 -o p "$bad/plain/f"
	asked 1
	touch -d '1 hour' .p.origin
	gets -t 60 -o p "$bad/plain/f"
	asked 1
	echo more >>p
	gets -t 60 -o p "$bad/plain/f"
	same p www/f
	asked 1
	# what is missing comes, by the sums of today
	data www/g 4000
	data www/f 3000
	(cd www && sha512sum --tag f g >SHA512)
	# servers tell whole seconds
	touch -d '1 minute' www/*
	gets -t 60 -C d -S SHA512 "$bad/ok/f"
	asked 0
	gets -t 60 -C d -S SHA512 "$bad/ok/f" "$bad/ok/g"
	same d/g www/g
	same d/f www/f
	asked 3
	# a folder of this machine is always looked at
	gets -t 60 -o l "file://$PWD/www/f"
	data www/f 3000
	gets -t 60 -o l "file://$PWD/www/f"
	same l www/f
}

fetch_case unanswered "-t: when nobody answers, what is there will do; said once"
unanswered_body() {
	data www/f 3000
	data www/g 3000
	(cd www && sha512sum --tag f g >SHA512)
	serve
	mkdir d
	gets -C d -S SHA512 "$base/f" "$base/g"
	gets -o p "$base/f"
	servers_down
	touch -d '2 hours ago' .p.origin d/.SHA512.origin
	none="$base/SHA512: no connection: .*; going on with what is on disk"
	gets -t 60 -C d -S SHA512 "$base/f" "$base/g" + -o p "$base/f"
	atf_check -o inline:"1\n" grep -c . stderr
	atf_check -o match:"^nb-fetch: $none\$" cat stderr
	gets -t 60 -q -C d -S SHA512 "$base/f" + -o p "$base/f"
	[ ! -s stderr ] || atf_fail "-q: $(cat stderr)"
	# it was not confirmed
	atf_check -o match:"origin" find . -name '.p.origin' -mmin +100
	# without -t, of what is missing, or is not what the sums say: no
	atf_check -s exit:1 -e match:"no connection" \
	    "$NB_BIN/nb-fetch" -o p "$base/f"
	atf_check -s exit:1 -e match:"no connection" \
	    "$NB_BIN/nb-fetch" -t 60 -o none "$base/f"
	atf_check -s exit:1 -e match:"no connection" \
	    "$NB_BIN/nb-fetch" -f -t 60 -o p "$base/f"
	atf_check -s exit:1 -e match:"no connection" \
	    "$NB_BIN/nb-fetch" -t 60 -o p "${base%:*}:1/f"
	echo more >>d/g
	atf_check -s exit:1 -e match:"going on with" -e match:"/g: no conn" \
	    "$NB_BIN/nb-fetch" -t 60 -C d -S SHA512 "$base/f" "$base/g"
	# an answer is an answer, but for those that may pass; tried once
	misbehave
	gets -o p "$bad/ok/f"
	for how in status/503 silent truncate/0; do
		sed -i "s,^url .*,url $bad/$how/f," .p.origin
		touch -d '2 hours ago' .p.origin
		: >requests
		gets -t 60 -w 1 -o p "$bad/$how/f"
		says "$(sed -n 's/^nb-fetch: \(.*\); going.*/\1/p' stderr); going on with what is on disk"
		asked 1
	done
	for how in status/404 status/403; do
		sed -i "s,^url .*,url $bad/$how/f," .p.origin
		touch -d '2 hours ago' .p.origin
		atf_check -s exit:1 -e match:"$how/f: " \
		    "$NB_BIN/nb-fetch" -t 60 -o p "$bad/$how/f"
	done
}

fetch_case look "-n: nobody is asked; what no sum speaks for is said"
look_body() {
	data www/f 3000
	data www/g 3000
	(cd www && sha512sum --tag f g >SHA512)
	misbehave
	mkdir d
	gets -q -C d -S SHA512 "$bad/ok/f" + -o p "$bad/ok/g"
	: >requests
	gets -n -C d -S SHA512 "$bad/ok/f"
	[ ! -s stderr ] || atf_fail "what is verified: $(cat stderr)"
	gets -n -C d -S SHA512 "$bad/ok/f" + -o p "$bad/ok/g"
	says "p: not verified"
	cp www/g d/g
	rm d/SHA512
	gets -n -C d -S SHA512 "$bad/ok/g"
	says "d/g: not verified"
	cp www/SHA512 d/
	cp www/f d/g
	atf_check -s exit:1 -e match:"^nb-fetch: d/g: wrong SHA512: on disk [0-9a-f]*, wanted [0-9a-f]*; typed\$" \
	    "$NB_BIN/nb-fetch" -n -H typed -C d -S SHA512 "$bad/ok/g"
	atf_check -s exit:1 -e match:"^nb-fetch: none: missing" \
	    "$NB_BIN/nb-fetch" -n -o none "$bad/ok/g"
	asked 0
}

# ---- without a network ----

fetch_case offline "NONET: what is on disk, or one line"
offline_body() {
	data www/f 1000
	misbehave
	gets -o f "$bad/ok/f"
	: >requests
	NONET=1 gets -o f "$bad/ok/f"
	says "f: as it is on disk (NONET), not verified"
	NONET=1 gets -f -o f http://no-such-host.invalid/f
	atf_check -s exit:1 -e inline:"nb-fetch: none: missing, and NONET forbids to fetch it from $bad/ok/f; bmake setfetch brings it
" env NONET=1 "$NB_BIN/nb-fetch" -H "bmake setfetch brings it" -o none "$bad/ok/f"
	[ ! -s requests ] || atf_fail "the network was used"
	for no in "" 0 n no; do
		rm f
		NONET=$no gets -o f "$bad/ok/f"
	done
}

fetch_case offline_verified "NONET: sums on disk are heeded"
offline_verified_body() {
	data www/f 1000
	gzip -k www/f
	(cd www && sha512sum f f.gz >SHA512)
	serve
	mkdir d
	gets -C d -S SHA512 "$base/f"
	NONET=1 gets -C d -S SHA512 "$base/f"
	says "d/f: as it is on disk (NONET), SHA512 verified"
	rm d/.f.origin
	NONET=1 gets -C d -S SHA512 "$base/f"
	says "d/f: as it is on disk (NONET), SHA512 verified"
	echo spoiled >d/f
	atf_check -s exit:1 -e match:"d/f: wrong SHA512: on disk [0-9a-f]{128}, wanted $(sha 512 www/f)" \
	    env NONET=1 "$NB_BIN/nb-fetch" -C d -S SHA512 "$base/f"
	rm d/SHA512
	NONET=1 gets -C d -S SHA512 "$base/f"
	says "d/f: as it is on disk (NONET), not verified"
	gets -z -C d -S SHA512 "$base/f.gz"
	NONET=1 gets -z -C d -S SHA512 "$base/f.gz"
	says "d/f: as it is on disk (NONET), SHA512 verified"
	# Given on the command line, a sum holds without a network too.
	atf_check -s exit:1 -e match:"wrong SHA256" env NONET=1 \
	    "$NB_BIN/nb-fetch" -o d/f -s "$(sha 256 /dev/null)" "$base/f"
}

# ---- wildcards ----

fetch_case newest "NAME-*: the newest by pkgsrc's order, of NAME only"
newest_body() {
	mkdir -p www/All d
	for f in nginx-1.9.15.tgz nginx-1.10.tgz nginx-1.10nb2.tgz \
	    nginx-1.10nb10.tgz nginx-1.10rc1.tgz nginx-mode-3.0.tgz \
	    nginx-1.10nb10.tgz.sha256 nano-8.1.tgz nano-8.1beta2.tgz \
	    only-one-1.0.tgz one-1.tgz two-1.tgz; do
		echo "$f" >"www/All/$f"
	done
	misbehave
	all=$bad/index/All
	serve
	gets -o f "$base/All/nginx-*"
	same f www/All/nginx-1.10nb10.tgz
	gets -C d "$all/nginx-*" "$all/nano-*" "$all/only-*"
	alone nano-8.1.tgz .nano-8.1.tgz.origin nginx-1.10nb10.tgz \
	    .nginx-1.10nb10.tgz.origin only-one-1.0.tgz \
	    .only-one-1.0.tgz.origin
	same d/nginx-1.10nb10.tgz www/All/nginx-1.10nb10.tgz
	[ "$(grep -c '^GET /index/All/$' requests)" -eq 1 ] ||
	    atf_fail "the index was asked for more than once"
	NONET=1 gets -C d "$all/nginx-*"
	says "d/nginx-1.10nb10.tgz: as it is on disk (NONET), not verified"
	atf_check -s exit:1 -e match:"d/none-\*: missing, and NONET" \
	    env NONET=1 "$NB_BIN/nb-fetch" -C d "$all/none-*"
	gets -o f "$all/nginx-1.9*"
	same f www/All/nginx-1.9.15.tgz
	refused "$all/\*-1.tgz: matches one-1.tgz and two-1.tgz, say which" \
	    "$all/*-1.tgz"
	refused "$all/none-\*: nothing there matches; see ADDPKGS" \
	    -H "see ADDPKGS" "$all/none-*"
	refused "$bad/index/none/: not on the server \(404\)" "$bad/index/none/x-*"
	gets -o g "file://$PWD/www/All/nginx-*"
	same g www/All/nginx-1.10nb10.tgz
}

fetch_case version_order "pkgsrc's order of versions, older then newer"
version_order_body() {
	while read -r old new; do
		rm -rf d out
		mkdir d
		touch "d/x-$old.tgz" "d/x-$new.tgz"
		echo "$new" >"d/x-$new.tgz"
		fetch -q -o out "file://$PWD/d/x-*" || atf_fail "$old $new"
		[ "$(cat out)" = "$new" ] || atf_fail "$old is newer than $new"
	done <<-END
	1 2
	9 10
	1.9 1.10
	1.0 1.0.1
	1.0nb1 1.0nb2
	1.0nb9 1.0nb10
	1.0 1.0nb1
	1.0nb5 1.1
	1.0alpha1 1.0beta1
	1.0beta2 1.0rc1
	1.0rc1 1.0
	1.0pre1 1.0
	1.0RC1 1.0rc2
	1.0 1.0pl1
	1.0pl1 1.0.2
	1.0 1.0a
	1.0a 1.0b
	1.0z 1.1
	1.0_1 1.0_2
	1.0rc1nb7 1.0
	20240101 20240102
	3.9.6p1 3.9.7
	8.1beta2 8.1
	0.9.8zh 0.9.8zi
	99999999999999999998 99999999999999999999999
	2024.01.31 2024.1.31nb1
	END
}

fetch_case star_in_a_query "a * behind the ? is no wildcard"
star_in_a_query_body() {
	data www/f 10
	serve
	gets -o f "$base/f?x=*"
	same f www/f
}

# ---- what is shown ----

# shown ARG...: on a terminal; all that was written there is in typescript
shown() {
	TERM=xterm script -qefc "stty cols ${columns-80} rows ${rows-24}; \
	    exec '$NB_BIN/nb-fetch' $*" typescript >/dev/null 2>&1 </dev/null
}

fetch_case display "on a terminal: a line a file that arrives, and one for all" script
display_body() {
	data www/f 60000000
	data www/g 50000000
	misbehave
	mkdir d
	shown -C d "$bad/rest/p/0/f" "$bad/rest/p/0/g" || atf_fail "exit $?"
	tr -d '\r' <typescript | sed 's/\x1b\[/^/g' >plain
	for re in '/f: [0-9.]* MB of 60 MB ([0-9]*%), [0-9.]* MB/s, [0-9]:[0-9][0-9]' \
	    '/g: [0-9.]* MB of 50 MB ([0-9]*%), ' \
	    '0 of 2 files: [0-9.]* MB of 110 MB ([0-9]*%), [0-9.]* MB/s, ' \
	    '\^2A' 'nb-fetch: d/g: 50 MB, not verified'; do
		grep -qe "$re" plain || {
			cat plain
			atf_fail "not shown: $re"
		}
	done
	# A narrow one: the end of the name, nothing that wraps.
	columns=50 shown -f -o d/a-name-that-has-no-room-here-at-all \
	    "$bad/rest/p/0/f" || atf_fail "exit $?"
	tr '\r' '\n' <typescript | sed 's/\x1b\[[0-9]*[A-Z]//g' >plain
	grep -q 'at-all: [0-9]' plain || atf_fail "the end is not shown"
	grep 'MB of' plain | grep -q '^.\{50\}' && atf_fail "too long"
	# None at all.
	shown -q -f -o d/f "$bad/rest/p/0/f" || atf_fail "exit $?"
	grep -q "MB of" typescript && atf_fail "-q shows it"
	NO_COLOR=1 shown -f -o d/f "$bad/rest/p/0/f" || atf_fail "exit $?"
	grep -q "MB of" typescript && atf_fail "NO_COLOR shows it"
	:
}

# ---- the rest ----

fetch_case probing "-p: 0 or 1, quietly, within its limit"
probing_body() {
	data www/f 5000000
	misbehave
	mkdir d
	cd d || exit
	atf_check "$NB_BIN/nb-fetch" -p "$bad/ok/f" "$bad/plain/f"
	atf_check -s exit:1 "$NB_BIN/nb-fetch" -p "$bad/ok/f" "$bad/ok/none"
	atf_check -s exit:1 -e match:'ok/none: not on the server' \
	    "$NB_BIN/nb-fetch" -pv "$bad/ok/none"
	atf_check -s exit:1 "$NB_BIN/nb-fetch" -p http://127.0.0.1:9/
	atf_check "$NB_BIN/nb-fetch" -p -b http://127.0.0.1:9 -b "$bad/ok" f
	atf_check -s exit:1 env NONET=1 "$NB_BIN/nb-fetch" -p "$bad/ok/f"
	start=$(date +%s)
	atf_check -s exit:1 "$NB_BIN/nb-fetch" -p -c 1 "$bad/silent"
	[ $(($(date +%s) - start)) -le 3 ] || atf_fail "it took too long"
	[ -z "$(ls -A)" ] || atf_fail "something was written"
}

fetch_case usage_errors "wrong words: exit 2 before anything is done"
usage_errors_body() {
	usage
	usage -y http://127.0.0.1:9/f
	usage -o
	usage f
	usage www.example.org/f
	usage ftp://127.0.0.1/f
	usage "http://127.0.0.1:9/a b"
	usage "http://127.0.0.1:99999/f"
	usage http://127.0.0.1:9/
	usage http://127.0.0.1:9/a%2fb
	usage http://127.0.0.1:9/%2e%2e
	usage -o x http://127.0.0.1:9/f http://127.0.0.1:9/g
	usage -o x -C . http://127.0.0.1:9/f
	usage -o - http://127.0.0.1:9/f
	usage -s 1234 http://127.0.0.1:9/f
	usage -s . http://127.0.0.1:9/f
	usage -s "$(sha 256 /dev/null)" http://127.0.0.1:9/f http://127.0.0.1:9/g
	usage -s .sha256 -S SHA512 http://127.0.0.1:9/f
	usage -c 0 http://127.0.0.1:9/f
	usage -w 1s http://127.0.0.1:9/f
	usage -r -1 http://127.0.0.1:9/f
	usage http://127.0.0.1:9/a/f http://127.0.0.1:9/b/f
	usage -S SHA512 http://127.0.0.1:9/a/f http://127.0.0.1:9/b/g
	usage -p
	atf_check -o match:'^usage: nb-fetch' "$NB_BIN/nb-fetch" --help
}

fetch_case secrets "a password in a URL is used and not shown"
secrets_body() {
	data www/f 1000
	misbehave
	url=http://user:secret@${bad#http://}
	gets -v -o f "$url/flaky/1/f"
	same f www/f
	refused "$bad/ok/none: .*" "$url/ok/none"
	gets -o g "$url/ok/f"
	gets -o g "$url/ok/f"
	says "g: up to date, not verified"
	grep -r secret .g.origin stderr && atf_fail "it is shown"
	:
}

fetch_case proxy "http_proxy is used, no_proxy is heeded"
proxy_body() {
	data www/f 1000
	misbehave
	http_proxy=$bad gets -u -o f http://no-such-host.invalid/f
	tail -n 1 requests | grep -q '^GET http://no-such-host.invalid/f' ||
	    atf_fail "the proxy was not asked"
	http_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1 gets -o g "$bad/ok/f"
	same g www/f
	# One that does not answer, refuses, or does not tunnel.
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	refused "http://h.invalid/f: no connection: .*" -u http://h.invalid/f
	refused "https://h.invalid/f: no connection: .*" https://h.invalid/f
	http_proxy=$bad/status/407 https_proxy=$bad
	refused "http://h.invalid/status/407/f: the proxy refuses it \(407\)" \
	    -u http://h.invalid/status/407/f
	refused "https://h.invalid/f: the proxy refuses it \(403\)" \
	    https://h.invalid/f
	unset http_proxy https_proxy
	all_proxy=$bad gets -u -o h http://h.invalid/f
	same h www/f
}

fetch_case plain_http "http:// of another machine: only with a sum, or with leave"
plain_http_body() {
	data www/f 1000
	sum=$(sha 256 www/f)
	echo "$sum" >www/f.sha256
	misbehave
	export http_proxy="$bad"
	url=http://mirror.example/f
	no="would come unverified over http: use https, give a sum \(-s, -S\), or say that it will do \(-u\)"
	refused "$url: $no" "$url"
	refused "$url: $no" "http://user:word@mirror.example/f"
	refused "http://mirror.example/f: $no" -b "$bad/ok" \
	    -b http://mirror.example/ /f
	refused "http://127.0.0.1.example/f: $no" http://127.0.0.1.example/f
	[ ! -s requests ] || atf_fail "it was asked"
	gets -o d/f -s "$sum" "$url"
	says "d/f: 1.0 kB, SHA256 verified"
	rm d/f
	gets -o d/f -s .sha256 "$url"
	says "d/f: 1.0 kB, SHA256 verified by sums that came over http"
	gets -o d/f -s .sha256 "$url"
	says "d/f: up to date, SHA256 verified by sums that came over http"
	gets -u -o d/g "$url"
	says "d/g: 1.0 kB, not verified"
	NB_HTTP=y gets -o d/h "$url"
	same d/h www/f
	for here in localhost 127.1.2.3 "[::1]"; do
		gets -o d/h "http://$here/f"
	done
	NONET=1 gets -o d/h "$url"
	# A redirect does not lead there either.
	unset http_proxy
	no_proxy=127.0.0.1 http_proxy=$bad refused \
	    "$bad/to/.*: redirected to http://mirror.example/f: would come unverified over http: give a sum .*" \
	    "$bad/to/http:%2f%2fmirror.example%2ff"
}

fetch_case json "-J: a line of JSON for each file"
json_body() {
	data www/f 3000000
	data www/g 500
	sum=$(sha 512 www/g)
	printf '%s' "$sum" >www/g.sum
	misbehave
	mkdir d
	atf_check -s exit:1 -o save:json -e ignore "$NB_BIN/nb-fetch" -J -C d \
	    "$bad/rest/e/1/f" "$bad/ok/none" + -C d -s .sum "$bad/ok/g" + \
	    -o "d/a\"b\\c$(printf '\001\377')" "file://$PWD/www/g"
	cat json
	[ "$(wc -l <json)" -eq 4 ] || atf_fail "not 4 lines"
	set -- "\"result\": \"new\", \"url\": \"$bad/rest/e/1/f\", \"file\": \"d/f\", \"size\": 3000000, \"sha256\": \"$(sha 256 www/f)\", \"verified\": false, \"received\": [0-9]*, \"resumed\": 0, \"tries\": 2, \"seconds\": [0-9.]*" \
	    "\"result\": \"failed\", \"url\": \"$bad/ok/none\", \"file\": \"d/none\", \"received\": 0, \"resumed\": 0, \"tries\": 1, \"seconds\": [0-9.]*, \"error\": \"$bad/ok/none: not on the server (404)\"" \
	    "\"result\": \"new\", .*\"file\": \"d/g\", \"size\": 500, \"sha512\": \"$sum\", \"verified\": true, \"received\": 500, .*" \
	    "\"result\": \"new\", .*\"file\": \"d/a\\\\\"b\\\\\\\\c\\\\u0001\\\\ufffd\", .*"
	n=0
	for re; do
		n=$((n + 1))
		sed -n "${n}p" json | grep -q "^{$re}\$" ||
		    atf_fail "line $n is not: $re"
	done
	# What was not downloaded is told of, too.
	atf_check -o match:"\"same\", .*\"sha512\": \"$sum\", \"verified\": true" \
	    -e ignore "$NB_BIN/nb-fetch" -J -C d -s .sum "$bad/ok/g"
	gets -o d/h "$bad/ok/g"
	atf_check -o match:"\"same\", .*\"sha256\": \"$(sha 256 www/g)\", \"verified\": false" \
	    -e ignore "$NB_BIN/nb-fetch" -J -o d/h "$bad/ok/g"
	atf_check -o match:"\"disk\"" -e ignore env NONET=1 \
	    "$NB_BIN/nb-fetch" -J -o d/h "$bad/ok/g"
}

fetch_case sets_of_options "+ begins anew with what is for some files only" xz
sets_of_options_body() {
	mkdir -p www d e
	for f in a b c; do
		data "www/$f.xz" 0
		echo "$f" | xz >"www/$f.xz"
	done
	(cd www && sha512sum a.xz >SHA512 && sha256sum c.xz >c.xz.sha256)
	misbehave
	gets -C d -S SHA512 "$bad/ok/a.xz" + -z -o e/b "$bad/ok/b.xz" + \
	    -m -s .sha256 -C e "$bad/ok/c.xz"
	same d/a.xz www/a.xz
	same e/c.xz www/c.xz
	atf_check -o inline:"b\n" cat e/b
	sort stderr >sorted
	atf_check -o inline:"nb-fetch: d/a.xz: 60 B, SHA512 verified
nb-fetch: e/b: 2 B, not verified
nb-fetch: e/c.xz: 60 B, SHA256 verified
" cat sorted
	usage "$bad/ok/a.xz" +
	usage + "$bad/ok/a.xz"
	usage "$bad/ok/a.xz" + "$bad/ok/a.xz"
}

fetch_case one_connection "what is fresh is asked for over one connection"
one_connection_body() {
	for f in 1 2 3 4 5 6; do
		data "www/f$f" 1000
	done
	misbehave
	mkdir d
	set --
	for f in 1 2 3 4 5 6; do
		set -- "$@" "$bad/ok/f$f"
	done
	gets -C d "$@"
	: >requests.connections
	gets -C d "$@"
	[ "$(grep -c 'up to date' stderr)" -eq 6 ] || atf_fail "not fresh"
	[ "$(grep -c . requests.connections)" -eq 1 ] ||
	    atf_fail "not one connection"
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
