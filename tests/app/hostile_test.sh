#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# hostile_test: what must not be done is not done, by whatever request; nb-app
# lives on, and no file has changed.

# shellcheck source=tests/app/app.subr
. "$(atf_get_srcdir)/app.subr"

# all: every file of the project's folder, its names and its content; not the lock of
# who writes confs (lib/turn), which a request may make that is refused later
all()
{
	find . -type f ! -name 'app.*' ! -name '.apps' ! -name files.\* ! -path ./etc/.lock |
	    LC_ALL=C sort | xargs -d '\n' cksum
}

# alive: it answers, and does what it should for who may ask
alive()
{
	ok GET /api/vms
	says '"name":"web"'
	kill -0 $APP || atf_fail "nb-app has ended: $(cat app.err)"
	[ ! -s app.err ] || atf_fail "nb-app says: $(cat app.err)"
}

t requests "hundreds of hostile requests are refused, each"
requests_is() {
	ln -s /etc/passwd etc/passwd.conf
	app
	all >files.before
	perl "$(atf_get_srcdir)/hostile.pl" "$PORT" "$TOKEN" >said || {
		cat said
		atf_fail "not refused: $(head -n 1 said)"
	}
	rm answer 2>/dev/null || :
	n=$(sed -n 's/ requests, 0 not refused$//p' said)
	[ "$n" -ge 50 ] || atf_fail "only $n"
	mv said ../
	all >files.after
	atf_check cmp files.before files.after
	alive
	app_end
}

# slow clients: N that send a byte a second, or nothing, or read nothing
t slow "clients that take their time keep nobody else waiting"
slow_is() {
	app
	cat >slow.pl <<-'EOF'
		use strict;
		use IO::Socket::INET;
		my ($port, $token) = @ARGV;
		my @s = map { IO::Socket::INET->new("127.0.0.1:$port") or die }
		    1 .. 60;
		my $t = "POST /api/vms HTTP/1.1\r\nHost: localhost\r\n" .
		    "Authorization: Bearer $token\r\nContent-Length: 900\r\n\r\n";
		# 20 stop in their headers, 20 in their body, 20 never read
		print { $s[$_] } "GET /api/vms HT" for 0 .. 19;
		print { $s[$_] } "$t\{\"name\":" for 20 .. 39;
		for my $i (40 .. 59) {
			print { $s[$i] } "GET /api/events HTTP/1.1\r\n" .
			    "Host: localhost\r\n\r\n";
		}
		$_->flush for @s;
		print "ready\n";
		close STDOUT;
		sleep 60;
	EOF
	perl slow.pl "$PORT" "$TOKEN" >slow.out &
	echo $! >>.apps
	slow=$!
	n=0
	until [ -s slow.out ] || [ $n -gt 50 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	for i in 1 2 3 4 5; do
		from=$(date +%s%N)
		ok GET /api/vms
		ms=$((($(date +%s%N) - from) / 1000000))
		[ $ms -lt 2000 ] || atf_fail "$ms ms"
	done
	alive
	# it ends for all that
	app_end
	kill $slow
}

t many "more clients than it serves do no harm"
many_is() {
	app
	perl -MIO::Socket::INET -e '
		my @s = map { IO::Socket::INET->new("127.0.0.1:$ARGV[0]") }
		    1 .. 400;
		sleep 2' "$PORT" || atf_fail perl
	sleep 1
	alive
	app_end
}

# 50 clients at once, here for a moment; load_soak.sh has the real thing
t load "many clients at once get answers, and it stays small"
load_is() {
	for i in 1 2 3 4 5 6 7 8; do
		cp etc/web.conf etc/vm$i.conf
	done
	app
	perl "$(atf_get_srcdir)/load.pl" "$PORT" 50 3 >said || {
		cat said
		atf_fail "see above"
	}
	rss=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' /proc/$APP/status)
	[ -n "$SANITIZE" ] || [ "$rss" -lt 32768 ] ||
	    atf_fail "$rss KB"
	alive
	app_end
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
