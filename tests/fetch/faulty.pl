#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# faulty.pl: an HTTP server on loopback that misbehaves as its paths ask.
#
#	faulty.pl PORTFILE ROOT LOG
#
# listens on a free port of 127.0.0.1, whose number it writes to PORTFILE, and
# answers for files NAME of ROOT; LOG gets a line a request: method, path, and
# the validators and ranges that were sent; LOG.connections one a connection.
# It ends by itself after ten minutes.
#
#	/ok/NAME		the file, with Last-Modified and ETag
#	/etag/NAME		with an ETag only
#	/date/NAME		with Last-Modified only
#	/plain/NAME		with neither
#	/index/FOLDER/		a listing; /index/FOLDER/NAME as /plain/
#	/retag/NAME		another ETag each time
#	/truncate/N/NAME	closes after N bytes of the body
#	/reset/N/NAME		resets after N bytes
#	/stall/N/NAME		sends nothing more after N bytes
#	/long/NAME		Content-Length is one too many
#	/short/NAME		Content-Length is one too few
#	/chunked/NAME		chunked; /unchunked/: without the last chunk
#	/nolength/NAME		ends where the connection ends
#	/status/CODE/NAME	that status, with a page as its body
#	/after/SECONDS/NAME	503 with Retry-After, each second time
#	/flaky/K/NAME		fails K times with 503, then works
#	/drop/K/NAME		resets K times in the middle, then works
#	/loop			redirects to itself; /hops/N/NAME: N times
#	/to/URL			redirects to URL (percent-encoded)
#	/silent			accepts and says nothing; /closed: hangs up
#	/drip/NAME		a byte each tenth of a second; /driphead/
#	/rest/HOW/K/NAME	with ranges; resets K times, half way of what it
#				was to send. HOW is letters: e ETag, w a weak
#				one, d Last-Modified, y one of this very second,
#				n no ranges after all, i a deaf ear for
#				If-Range, c another file (of the same length)
#				from the second request on, l a longer one, a no
#				validators any more by then, o another piece,
#				t another total, s 416, 5 503 to ranges, x cut
#				short instead of reset, p 32 MB a second, q 16
#
# What is not HTTP is never answered.
use strict;
use warnings;
use IO::Socket::INET;
use POSIX qw(strftime WNOHANG _exit);
use Socket qw(SOL_SOCKET SO_LINGER);

my ($portfile, $root, $log) = @ARGV;
my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64,
    ReuseAddr => 1) or die "faulty.pl: $!\n";
my %pids;
$SIG{TERM} = $SIG{INT} = $SIG{ALRM} = sub {
	kill 'KILL', keys %pids;
	_exit(0);
};
$SIG{PIPE} = 'IGNORE';
alarm 600;
open(my $p, '>', "$portfile.new") or die;
print $p $listen->sockport, "\n";
close $p;
rename "$portfile.new", $portfile;

while (1) {
	my $c = $listen->accept;
	while ((my $done = waitpid(-1, WNOHANG)) > 0) {
		delete $pids{$done};
	}
	next unless $c;
	my $pid = fork;
	if ($pid == 0) {
		$SIG{TERM} = $SIG{INT} = $SIG{ALRM} = 'DEFAULT';
		alarm 600;
		close $listen;
		eval { serve($c) };
		_exit(0);
	}
	$pids{$pid} = 1;
	close $c;
}

sub note {
	open(my $l, '>>', $log) or die;
	syswrite $l, "@_\n";
	close $l;
}

# How often this path was asked, this time included.
sub times_asked {
	my ($path) = @_;
	open(my $l, '<', $log) or return 1;
	return scalar grep { (split)[1] eq $path } <$l>;
}

sub reset_now {
	my ($c) = @_;
	setsockopt($c, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
	close $c;
	_exit(0);
}

sub send_all {
	my ($c, $data, $tell) = @_;
	while (length $data) {
		my $n = syswrite $c, $data;
		if (!$n) {
			return 0 if $tell;
			_exit(0);
		}
		substr($data, 0, $n) = '';
	}
	return 1;
}

sub head {
	my ($c, $status, @lines) = @_;
	send_all($c, join("\r\n", "HTTP/1.1 $status Word", @lines, '', ''));
}

sub serve {
	my ($c) = @_;
	$c->autoflush(1);
	open(my $l, '>>', "$log.connections") or die;
	syswrite $l, "one\n";
	close $l;
	while (defined(my $line = <$c>)) {
		my ($method, $path) = $line =~ /^([A-Z]+) (\S+) HTTP/;
		sleep 600 unless defined $path;		# TLS, for one
		my %h;
		while (defined(my $l = <$c>)) {
			$l =~ s/\r?\n$//;
			last if $l eq '';
			$h{lc $1} = $2 if $l =~ /^([^:]+):\s*(.*)/;
		}
		my $tag = $h{'if-none-match'};
		my $date = $h{'if-modified-since'};
		note($method, $path, $tag ? "tag=$tag" : (),
		    $date ? "date=$date" : (),
		    $h{range} ? "range=$h{range}" : (),
		    $h{'if-range'} ? "if=$h{'if-range'}" : ());
		if ($method eq 'CONNECT') {
			head($c, 403, 'Content-Length: 0');
			return;
		}
		# As a proxy is asked.
		$path =~ s{^http://[^/]*(/[^/]*)$}{/plain$1};
		$path =~ s{^http://[^/]*}{};
		answer($c, $path, $tag, $date, \%h) or return;
	}
}

sub listing {
	my ($folder) = @_;
	opendir(my $d, "$root/$folder") or return undef;
	return join('', map { qq{<a href="$_">$_</a>\n} } readdir $d);
}

sub body {
	my ($name) = @_;
	local $/;
	$name =~ s/\?.*//;
	return (scalar listing($name), '', '') if $name =~ m{/$};
	open(my $f, '<:raw', "$root/$name") or return;
	my @st = stat $f;
	return (scalar <$f>, strftime('%a, %d %b %Y %H:%M:%S GMT',
	    gmtime $st[9]), "\"$st[1]-$st[9]-$st[7]\"");
}

sub http_date {
	return strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime $_[0]);
}

# Also kept open: what a client does with an answer that is complete.
sub rest {
	my ($c, $path, $h, $how, $fails, $name) = @_;
	my $times = times_asked($path);
	my %how = map { $_ => 1 } split //, $how;
	my ($data, $date, $tag) = body($name);
	if ($times > 1) {
		$data ^= "\1" x length $data if $how{c};
		$data .= 'longer' if $how{l};
		$tag = '"other"' if $how{c} || $how{l};
		$date = http_date(time - 3600) if $how{c} || $how{l};
		delete @how{'e', 'w', 'd', 'y'} if $how{a};
	}
	my @v = 'Date: ' . http_date(time);
	push @v, 'ETag: ' . ($how{w} ? "W/$tag" : $tag) if $how{e} || $how{w};
	$date = http_date(time) if $how{y};
	push @v, "Last-Modified: $date" if $how{d} || $how{y};
	my ($from) = ($h->{range} // '') =~ /^bytes=(\d+)-$/;
	my $if = $h->{'if-range'};
	$from = undef if $how{n} || (defined $if && !$how{i} &&
	    $if ne $tag && $if ne $date);
	my $total = length $data;
	my $say = '200';
	if (defined $from && $how{5}) {
		head($c, 503, 'Content-Length: 0');
		return 1;
	} elsif (defined $from && ($how{s} || $from >= $total)) {
		head($c, 416, "Content-Range: bytes */$total",
		    'Content-Length: 0');
		return 1;
	} elsif (defined $from) {
		my $first = $how{o} ? $from + 7 : $from;
		my $all = $how{t} ? $total + 1 : $total;
		$data = substr $data, $first;
		push @v, "Content-Range: bytes $first-" . ($total - 1) .
		    "/$all";
		$say = '206';
	}
	head($c, $say, 'Content-Length: ' . length $data, @v);
	my $end = $times <= $fails ? int(length($data) / 2) : length $data;
	for (my $at = 0; $at < $end; $at += 65536) {
		my $n = $end - $at < 65536 ? $end - $at : 65536;
		if (!send_all($c, substr($data, $at, $n), 1)) {
			note('SENT', $at);
			_exit(0);
		}
		select undef, undef, undef, 0.002 if $how{p};
		select undef, undef, undef, 0.004 if $how{q};
	}
	note('SENT', $end) if $how{p} || $how{q};
	return 1 if $end == length $data;
	select undef, undef, undef, 0.2;
	reset_now($c) unless $how{x};
	return 0;
}

# Returns whether the connection can be kept.
sub answer {
	my ($c, $path, $asktag, $askdate, $h) = @_;
	my (undef, $what, @rest) = split m{/}, $path, -1;
	my $name = $rest[-1];
	if ($what eq 'silent') {
		sleep 600;
	} elsif ($what eq 'closed') {
		return 0;
	} elsif ($what eq 'rest') {
		return rest($c, $path, $h, @rest);
	} elsif ($what eq 'loop') {
		head($c, 302, 'Location: /loop', 'Content-Length: 0');
		return 1;
	} elsif ($what eq 'hops' && $rest[0] > 0) {
		head($c, 302, 'Location: /hops/' . ($rest[0] - 1) . "/$name",
		    'Content-Length: 9', 'ETag: "of-the-redirect"');
		send_all($c, 'not this!');
		return 1;
	} elsif ($what eq 'to') {
		(my $url = $rest[0]) =~ s/%(..)/chr hex $1/ge;
		head($c, 302, "Location: $url", 'Content-Length: 0');
		return 1;
	} elsif ($what eq 'status' ||
	    ($what eq 'flaky' && times_asked($path) <= $rest[0]) ||
	    ($what eq 'after' && times_asked($path) % 2 == 1)) {
		my $page = "<html>this page is no file</html>\n";
		head($c, $what eq 'status' ? $rest[0] : 503,
		    'Content-Length: ' . length $page, $what eq 'after' ?
		    "Retry-After: $rest[0]" : ());
		send_all($c, $page);
		return 1;
	}
	$name = join '/', @rest if $what =~ /^(index|ok)$/;
	my ($data, $date, $tag) = body($name);
	if (!defined $data) {
		head($c, 404, 'Content-Length: 0');
		return 1;
	}
	$tag = '"' . times_asked($path) . '"' if $what eq 'retag';
	my @v;
	push @v, "ETag: $tag" if $what =~ /^(ok|etag|retag)$/;
	push @v, "Last-Modified: $date" if $what =~ /^(ok|date)$/;
	if (@v && (defined $asktag ? $asktag eq $tag :
	    defined $askdate && $askdate eq $date)) {
		head($c, 304, @v);
		return 1;
	}
	my $len = length $data;
	if ($what =~ /^(un)?chunked$/) {
		head($c, 200, 'Transfer-Encoding: chunked');
		send_all($c, sprintf("%x\r\n%s\r\n", $len, $data));
		send_all($c, "0\r\n\r\n") if $what eq 'chunked';
		return 0;
	} elsif ($what eq 'nolength') {
		head($c, 200);
		send_all($c, $data);
		return 0;
	}
	my $broken = $what =~ /^(truncate|reset|stall)$/ ||
	    ($what eq 'drop' && times_asked($path) <= $rest[0]);
	if ($what =~ /^drip/) {
		my $h = "HTTP/1.1 200 Word\r\nContent-Length: $len\r\n\r\n";
		if ($what eq 'drip') {
			send_all($c, $h);
			$h = '';
		}
		for (split //, $h . $data) {
			send_all($c, $_);
			select undef, undef, undef, 0.1;
		}
		return 1;
	}
	$len++ if $what eq 'long';
	$len-- if $what eq 'short';
	head($c, 200, "Content-Length: $len", @v);
	if ($broken) {
		send_all($c, substr($data, 0, $what eq 'drop' ?
		    length($data) / 2 : $rest[0]));
		select undef, undef, undef, 0.2;
		sleep 600 if $what eq 'stall';
		reset_now($c) if $what ne 'truncate';
		return 0;
	}
	send_all($c, $data);
	return $what ne 'long' && $what ne 'short';
}
