#!/usr/bin/env perl
# SPDX-License-Identifier: BSD-2-Clause
#
# qemu.pl: plays QEMU's part towards nb-start and nb-vm: pid file (kept locked),
# -daemonize, sockets, QMP, a guest that types back. Files in the present
# folder say what it is like:
#
#	deaf	does not hear TERM		mute	has no QMP
#	hung	accepts, and answers nothing	slow	takes a while to start
#	listens	its guest answers STOP		paused	as QMP tells it
#	button	it sees its power button	says	what its console shows
use strict;
use warnings;
use Cwd;
use Fcntl;
use IO::Select;
use IO::Socket::UNIX;

my $args = "@ARGV";
my $here = getcwd();
my %is = map { $_ => -e } qw(deaf mute hung slow listens paused button says);
my ($pidfile, $control, $log, %path);
my $value = qr/((?:[^,]|,,)+)/;		# a comma in it is written twice
for my $i (0 .. $#ARGV) {
	$pidfile = $ARGV[$i + 1] if $ARGV[$i] eq "-pidfile";
	my ($id) = $ARGV[$i] =~ /,id=(sock1|char0|qmp1)/ or next;
	$path{$id} = $1 if $ARGV[$i] =~ /^socket,.*,path=$value/;
	my ($copy) = $ARGV[$i] =~ /,logfile=$value/ or next;
	$control = $copy if $id eq "sock1";
	$log = $copy if $id eq "char0";
}
for (values %path, $log // ()) { s/,,/,/g }
for ($pidfile, values %path) { $_ = "$here/$_" unless m{^/} }
my $server;			# who has made the files

sub nap { select undef, undef, undef, $_[0] }

sub leave {
	my ($status) = @_;
	exit $status unless defined $server && $server == $$;
	unlink $pidfile, values %path;
	exit $status;
}

# As QEMU has it: until it is up TERM kills it as any other.
nap(0.15) if $is{slow};
my $tell;
if ($args =~ /-daemonize/) {
	pipe my $ready, $tell or die;
	if (my $pid = fork) {
		close $tell;
		exit(sysread($ready, my $c, 1) ? 0 : 1);
	}
	close $ready;
	POSIX::setsid() if eval { require POSIX };
}

# struct flock of Linux: type, whence, start, length, pid
sysopen my $pf, $pidfile, O_RDWR | O_CREAT, 0600 or die "$pidfile: $!\n";
my $lock = pack "ssx4qqlx4", F_WRLCK, 0, 0, 0, 0;
fcntl $pf, F_SETLK, $lock or
    die "qemu: cannot create PID file: Cannot lock pid file\n";
$server = $$;
truncate $pf, 0;
syswrite $pf, "$$\n";
$SIG{PIPE} = "IGNORE";
$SIG{TERM} = $is{deaf} ? "IGNORE" : sub { leave(0) };
nap(0.15) if $is{slow};

my (%listener, %client, %kind);
my $select = IO::Select->new;
for my $id (keys %path) {
	next if $id eq "qmp1" && $is{mute};
	unlink $path{$id};
	my $s = IO::Socket::UNIX->new(Local => $path{$id}, Listen => 1) or
	    die "$path{$id}: $!\n";
	$kind{$s} = $id;
	$listener{$id} = $s;
	$select->add($s);
}
my ($to_control, $to_log);
open $to_control, ">", $control or die if $control;
open $to_log, ">", $log or die if $log;
if ($tell) {
	open STDIN, "<", "/dev/null";
	open STDOUT, ">", "/dev/null";
	open STDERR, ">", "/dev/null";
	leave(1) unless syswrite $tell, "x";
	close $tell;
	chdir "/";
}

sub console {
	my ($text) = @_;
	syswrite $to_log, $text if $to_log;
	syswrite $client{char0}, $text if $client{char0};
}

sub port {
	my ($text) = @_;
	syswrite $to_control, $text if $to_control;
	syswrite $client{sock1}, $text if $client{sock1};
}

sub qmp {
	my ($line) = @_;
	my $c = $client{qmp1};
	my $status = $is{paused} ? "paused" : "running";
	if ($line =~ /"query-status"/) {
		syswrite $c, qq({"timestamp": {"seconds": 1}, "event": "X"}\r\n);
		syswrite $c, qq({"return": {"status": "$status", ) .
		    qq("singlestep": false, "running": true}}\r\n);
	} elsif ($line =~ /"quit"/ ||
	    ($is{button} && $line =~ /"system_powerdown"/)) {
		syswrite $c, qq({"return": {}}\r\n);
		leave(0);
	} else {
		syswrite $c, qq({"return": {}}\r\n);
	}
}

if ($is{says}) {
	open my $f, "<", "$here/says" or die;
	local $/;
	console(<$f>);
}

my $end = time + 120;
while (time < $end) {
	for my $s ($select->can_read(0.5)) {
		my $id = $kind{$s};
		if (defined $listener{$id} && $s == $listener{$id}) {
			my $c = $s->accept or next;
			$select->remove($s);	# one at a time
			$client{$id} = $c;
			$kind{$c} = $id;
			$select->add($c);
			syswrite $c, qq({"QMP": {"version": {}, ) .
			    qq("capabilities": ["oob"]}}\r\n)
			    if $id eq "qmp1" && !$is{hung};
			next;
		}
		if (!sysread $s, my $text, 4096) {
			$select->remove($s);
			delete $client{$id};
			close $s;
			$select->add($listener{$id});
		} elsif ($id eq "qmp1" && !$is{hung}) {
			qmp($_) for split /\n/, $text;
		} elsif ($id eq "char0") {
			console("<$text>");
		} elsif ($id eq "sock1") {
			# a tty echoes
			port($text =~ s/\n/\r\n/gr);
			next unless $is{listens} && $text =~ /^STOP$/m;
			port("STOPPING\r\n");
			nap(0.1);
			port("JEMATA!\r\n");
		}
	}
}
leave(0);
