#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# load.pl: so many clients at once, for so many seconds: half ask for the list
# again and again, half hear of its changes. Says what went wrong, and counts.
#
#	load.pl PORT CLIENTS SECONDS
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(time);

my ($port, $clients, $seconds) = @ARGV;
my (%got, %streams, $answers, $events, @wrong);
my $sel = IO::Select->new;
my $end = time + $seconds;

sub begin {
	my ($stream) = @_;
	my $s = IO::Socket::INET->new("127.0.0.1:$port") or die "gone: $@\n";
	my $path = $stream ? 'events' : 'vms';
	$got{$s} = '';
	$streams{$s} = $stream;
	print $s "GET /api/$path HTTP/1.1\r\nHost: localhost\r\n\r\n";
	$s->flush;
	$sel->add($s);
}

sub whole {
	my ($s) = @_;
	return 0 unless $got{$s} =~ /^(.*?)\r\n\r\n(.*)$/s;
	my ($head, $body) = ($1, $2);
	push @wrong, $head if $head !~ m{^HTTP/1\.1 200 };
	return 0 unless $head =~ /^Content-Length: (\d+)/im &&
	    length($body) >= $1;
	push @wrong, $body if $body !~ /^\{"vms":\[\{.*\]/s;
	return 1;
}

$answers = $events = 0;
begin($_ % 2) for 1 .. $clients;
while (time < $end) {
	for my $s ($sel->can_read(1)) {
		my $n = sysread $s, my $buf, 65536;
		if (!$n) {
			push @wrong, 'closed';
			$sel->remove($s);
			next;
		}
		if ($streams{$s}) {
			$events += () = $buf =~ /^event: /mg;
			next;
		}
		$got{$s} .= $buf;
		next unless whole($s);
		$answers++;
		$got{$s} = '';
		# some on the same connection, some on another
		if ($answers % 3) {
			print $s "GET /api/vms HTTP/1.1\r\nHost: localhost\r\n\r\n";
			$s->flush;
		} else {
			$sel->remove($s);
			close $s;
			begin(0);
		}
	}
}
print "$answers answers, $events events, " . scalar(@wrong) . " wrong\n";
print substr($_, 0, 200), "\n" for @wrong[0 .. ($#wrong < 4 ? $#wrong : 4)];
exit(@wrong || $answers < $clients || $events < $clients / 2 ? 1 : 0);
