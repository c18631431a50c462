#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# timing_test: -T and --boots: what is timed, and what is said of it.

# A QEMU whose console says what the file says has, a line each 0.1 s, and
# whose forwarded port answers in its last 0.1 s, as "$answer" wants it.
qemu() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/usr/bin/env perl
		use IO::Socket::INET;
		my $args = "@ARGV";
		open my $n, ">>", "starts"; print $n "$args\n"; close $n;
		my ($log) = $args =~ m{,id=char0,?\S*logfile=(/dev/fd/\d+)};
		my ($port) = $args =~ /hostfwd=tcp:127.0.0.1:(\d+)/;
		open my $to, ">", $log or die "no log";
		open my $from, "<", "says";
		my $server;
		# as QEMU does it: whoever comes is let in at once
		$server = IO::Socket::INET->new(Listen => 64, ReuseAddr => 1,
		    LocalAddr => "127.0.0.1", LocalPort => $port) or die "$port: $@"
		    if $port;
		while (my $line = <$from>) {
			select undef, undef, undef, 0.1;
			syswrite $to, $line;
		}
		select undef, undef, undef, 0.1;
		exit 0 if -e "ends";
		for (1 .. 500) {
			last if !$server || -e "mute";
			my $c = $server->accept or last;
			if (-e "speaks") {
				syswrite $c, "SSH-2.0-x\r\n";
				sleep 1;
			} elsif ($_ > 3 && defined(my $q = <$c>)) {
				open my $f, ">", "question"; print $f $q; close $f;
				syswrite $c, "HTTP/1.0 200 OK\r\n\r\n";
				sleep 1;
			}
		}
		sleep 1 for 1 .. 30;
	EOF
	cat >says <<-'EOF'
		[   1.0000000] Copyright (c) 1996
		[   1.0000000] root on dk0
		[   1.0100000] root file system type: ffs
		Created tmpfs /dev
		hello
	EOF
}

# free_port: one that nobody listened at a moment ago
free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1,
	    LocalAddr => "127.0.0.1")->sockport'
}

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; atf_set timeout 120; }"
	eval "$1_body() { world; qemu; $1_is; }"
	cases="$cases $1"
}
cases=

# within LOW HIGH FILE PATTERN: the first number behind it
within() {
	_v=$(sed -n "s/.*$4\\([0-9]*\\).*/\\1/p" "$3" | head -n 1)
	[ -n "$_v" ] && [ "$_v" -ge "$1" ] && [ "$_v" -le "$2" ] || {
		cat "$3"
		atf_fail "$4: $_v is not within $1 and $2"
	}
}

t one "-T says one line about the boot, and the VM goes on"
one_is() {
	port=$(free_port)
	start -T -i base -p "::$port-:80" --limit 4 </dev/null >out 2>err || :
	grep -q "^nb-start: base: the kernel's first line after [0-9]* ms, init [0-9]* ms later, first byte of port $port after [0-9]* ms\$" err ||
	    show "no figures"
	within 100 2500 err 'first line after '
	within 280 2500 err ', init '
	within 600 3500 err "port $port after "
	# it was not ended by that
	grep -q 'not done in 4 seconds' err || show "it was ended"
	atf_check -o inline:'GET / HTTP/1.0\r\n' cat question
	[ "$(wc -l <starts)" -eq 1 ] || atf_fail "$(cat starts)"
	# who speaks first is heard too
	: >speaks
	start --timing -i base -p "::$port-:80" --limit 4 </dev/null >out 2>err || :
	within 600 3500 err "port $port after "
	# without a port it is init
	start -T -i base --limit 2 </dev/null >out 2>err || :
	grep -q "^nb-start: base: the kernel's first line after [0-9]* ms, init [0-9]* ms later\$" err ||
	    show "no figures"
}

t silent "what never came is not told of"
silent_is() {
	port=$(free_port)
	: >mute
	start -T -i base -p "::$port-:80" --limit 2 </dev/null >out 2>err || :
	grep -q "later, no answer of port $port\$" err || show "see above"
	: >says
	start -T -i base --limit 1 </dev/null >out 2>err || :
	grep -q '^nb-start: base: not a word$' err || show "see above"
	rm mute
	start -T -i base -p "::$port-:80" --limit 3 </dev/null >out 2>err || :
	grep -q "^nb-start: base: first byte of port $port after [0-9]* ms\$" err ||
	    show "see above"
}

t boots "--boots: a table of so many, with median and p90; each is ended"
boots_is() {
	port=$(free_port)
	: >speaks
	from=$(date +%s)
	start --boots 3 -i base -p "udp::$port-:53,::$port-:80" </dev/null \
	    >out 2>err || show "status"
	[ $(($(date +%s) - from)) -lt 25 ] || atf_fail "it took long"
	[ "$(wc -l <starts)" -eq 3 ] || atf_fail "$(cat starts)"
	[ "$(wc -l <out)" -eq 6 ] || show "lines"
	grep -qx "ms       exec to kernel   kernel to init    exec to $port" out ||
	    show "the first line"
	for r in 1 2 3 median p90; do
		grep -qE "^$r( +[0-9]+\\.[0-9]){3}\$" out || show "$r"
	done
	grep -q "^nb-start: base: http://127.0.0.1:$port/" err || cat err
	# all of them are thrown away, and none comes again
	[ "$(grep -c 'snapshot=on.* -no-reboot .*' starts)" -eq 3 ] ||
	    atf_fail "$(cat starts)"
	[ ! -e qemu-base.pid ] || atf_fail "a pid file"
	start --boots=2 -i base </dev/null >out 2>err || show "status"
	grep -qE '^median( +[0-9]+\.[0-9]){2}$' out || show "two columns"
}

t fails "--boots: a boot that is not to be timed is a failure"
fails_is() {
	: >ends
	: >says
	atf_check -s exit:1 -e match:'base: the guest ended before its boot was timed$' \
	    "$NB_BIN/nb-start" --boots 2 -i base
	rm ends
	atf_check -s exit:1 -e match:'base: not done in 1 seconds' \
	    "$NB_BIN/nb-start" --boots 2 --limit 1 -i base
	stub qemu-system-x86_64 <<-'EOF'
		#!/bin/sh
		echo 'qemu-system-x86_64: no' >&2
		exit 1
	EOF
	atf_check -s exit:1 -e inline:'qemu-system-x86_64: no\n' \
	    "$NB_BIN/nb-start" --boots 2 -i base
}

t usage "what it does not go with, and what the kernel is told"
usage_is() {
	refused 2 '-T: is for a VM that is waited for, -d' -i base -d -T
	refused 2 '--boots: is for a VM that is waited for, -d' -i base -d --boots 2
	refused 2 '--boots: ends each VM' -i base --status --boots 2
	refused 2 '--boots: 0 is too little' -i base --boots 0
	refused 2 '--boots: 1001 is too much' -i base --boots 1001
	has 'console=com root=NAME=baseroot' -i base -T
	has 'console=com root=NAME=baseroot -v' -i base -T -a -v
	has null,id=char0 -i base --boots 2
	has if=none,file=images/base-amd64.img,format=raw,id=hd0,snapshot=on \
	    -i base --boots 2
	hasnot snapshot -i base -T
}

t words "a kernel's words and init's, in whatever pieces; median and p90"
words_is() {
	src=$NB_TOP/tools
	[ -f "$src/nb-start/timing.c" ] || atf_skip "no sources here"
	cat >m.c <<-'EOF'
		#include <poll.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include "clock.h"
		#include "diag.h"
		#include "timing.h"

		static int64_t now = 1000;

		int64_t
		clock_us(void)
		{
			return now += 1000;
		}

		void
		diag_say(const char *f, ...)
		{
			(void)f;
		}

		/* When init began, of text in pieces of so many bytes. */
		static int64_t
		init(const char *text, size_t piece)
		{
			struct timing t = { .exec = 1 };
			size_t len = strlen(text);

			now = 1000;
			for (size_t i = 0; i < len; i += piece)
				timing_console(&t, text + i,
				    len - i < piece ? len - i : piece);
			return t.init == 0 ? -1 : t.init / 1000 - 2;
		}

		int
		main(int argc, char **argv)
		{
			struct timing t[10] = { { .exec = 0 } };

			if (argc > 2) {
				printf("%lld\n", (long long)init(argv[1],
				    strtoul(argv[2], NULL, 10)));
				return 0;
			}
			for (int i = 0; i < 10; i++) {
				t[i].exec = 1000000;
				t[i].kernel = 1000000 + 1000 * (10 - i);
				t[i].init = i == 3 ? 0 : t[i].kernel + 1000;
			}
			timing_table(t, strtoul(argv[1], NULL, 10));
			return 0;
		}
	EOF
	cc -std=c11 -I"$src/nb-start" -I"$src/lib" -D_XOPEN_SOURCE=700 -o m m.c \
	    "$src/nb-start/timing.c" "$src/nb-start/timed.c" "$src/lib/mem.c" \
	    "$src/lib/err.c" || atf_fail cc
	nl='
'
	k="[   1.000] NetBSD${nl}[   1.000] root file system type: ffs$nl"
	# the byte at which it began, one by one
	for s in "${k}Created tmpfs" "$k# " "${k}hello$nl" "$k${nl}a$nl" \
	    "x$nl$k# " "boot: ${nl}stand-in${nl}root file system type: ffs${nl}#$nl"; do
		want=$(printf %s "$s" | awk '
			{ at += length($0) + 1 }
			/root file system type/ { from = at; seen = 1; next }
			seen && length($0) > 0 { print at - length($0) - 1; exit }')
		got=$(./m "$s" 1)
		[ "$got" = "$want" ] || atf_fail "$s: $got, not $want"
		for n in 2 3 7 64; do
			[ "$(./m "$s" $n)" -ge 0 ] || atf_fail "$s: $n"
		done
	done
	# it has not begun
	for s in "" "hello$nl" "[   1.000] NetBSD$nl" "$k" "${k}[ 2.0] more$nl" \
	    "[  1.0] a${nl}root file sys" "${k}root file"; do
		[ "$(./m "$s" 1)" = -1 ] || atf_fail "$s: begun"
	done
	atf_check -o inline:'ms       exec to kernel   kernel to init
1                  10.0              1.0
2                   9.0              1.0
3                   8.0              1.0
median              9.0              1.0
p90                10.0              1.0\n' ./m 3
	./m 10 >out
	atf_check -o inline:'4                   7.0                -\n' grep '^4 ' out
	atf_check -o inline:'median              5.5                -
p90                 9.0                -\n' tail -n 2 out
	./m 1 >out
	atf_check -o match:'^median             10.0              1.0$' \
	    -o match:'^p90                10.0              1.0$' tail -n 2 out
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
