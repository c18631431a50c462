# SPDX-License-Identifier: BSD-2-Clause
#
# Plan.pm: the file by which fault.c is told which call is to fail, and tells
# what it counted; and what the programs here that are in Perl share.
package Plan;
use strict;
use warnings;
use Digest::MD5;
use Errno;
use Exporter qw(import);
use File::Find;
our @EXPORT_OK = qw(differ processes state_of);

# The classes of fault.c, in its order.
my @classes = qw(none open read write rename ftruncate fsync close make unlink
    stat mode mmap malloc fork exec pipe dup socket thread readdir poll);
my %class = map { $classes[$_] => $_ } 0 .. $#classes;
my $form = 'Q4 q Z64 Q' . @classes;	# struct plan
my %word = (short => -1, kill => -2, shrink => -3, grow => -4, vanish => -5);

# new PATH: the environment of who is to be told is env's.
sub new {
	my ($of, $path) = @_;
	my $p = bless { path => $path }, $of;
	$p->set('none', 0, 0);
	return $p;
}

sub env {
	my ($p) = @_;
	return (LD_PRELOAD => $ENV{FAULT_LIB}, FAULT_PLAN => $p->{path});
}

# env_mark: what finds its processes, and no more
sub env_mark { return (FAULT_PLAN => $_[0]->{path}) }

# set CLASS, HOW, AT [, ON]: from now on; at 0 calls are counted only. In place:
# who has it mapped sees it.
sub set {
	my ($p, $class, $how, $at, $on) = @_;
	my $value = $word{$how} // (exists $!{$how} ? Errno->can($how)->() :
	    $how);
	open my $f, -e $p->{path} ? '+<' : '+>', $p->{path} or
	    die "$p->{path}: $!\n";
	binmode $f;
	die "$class: no such class\n" if !defined $class{$class};
	syswrite $f, pack($form, $class{$class}, $at, $on ? 1 : 0, 0, $value,
	    '', (0) x @classes) or
	    die "$p->{path}: $!\n";
}

# got: whether it happened, and to whom; and of each class how many calls there
# were
sub got {
	my ($p) = @_;
	open my $f, '<:raw', $p->{path} or die "$p->{path}: $!\n";
	local $/;
	my (undef, undef, undef, $fired, undef, $who, @calls) =
	    unpack $form, <$f>;
	my %calls;
	@calls{@classes} = @calls;
	return ($fired, $who, \%calls);
}

# sum_of FILE: by large reads, for there are many
sub sum_of {
	my ($file) = @_;
	my $d = Digest::MD5->new;
	open my $f, '<:raw', $file or return '-';
	my $piece;
	$d->add($piece) while sysread $f, $piece, 1 << 20;
	return $d->hexdigest;
}

# state_of DIR [, SKIP]: names, kinds, modes, contents; no times. SKIP: a
# pattern of names that do not matter.
sub state_of {
	my ($dir, $skip) = @_;
	my %s;
	find({ no_chdir => 1, wanted => sub {
		my @st = lstat or return;
		my $what = '';
		if (-l _) { $what = readlink }
		elsif (-f _) {
			$what = -r _ ? sum_of($_) : '-';
		}
		(my $name = $_) =~ s/^\Q$dir\E//;
		return if defined $skip && $name =~ m,(^|/)(?:$skip)$,;
		$s{$name} = sprintf '%o %s', $st[2], $what;
	} }, $dir);
	return \%s;
}

# differ A, B: the first difference, or undef. $part: A may have less; $left: a
# name that it may have, too.
sub differ {
	my ($have, $want, $part, $left) = @_;
	for (sort keys %$have) {
		next if defined $want->{$_} && ($part ||
		    $want->{$_} eq $have->{$_});
		next if defined $left && m,(^|/)$left(/|$),;
		return defined $want->{$_} ? "$_ is another" : "$_ is left";
	}
	return undef if $part;
	for (sort keys %$want) {
		return "$_ is gone" if !defined $have->{$_} &&
		    !(defined $left && m,(^|/)$left(/|$),);
	}
	return undef;
}

# processes PLAN: those that have its file in their environment, wherever they
# went, as "number name"; a zombie has none
sub processes {
	my ($p) = @_;
	my @found;
	for my $d (glob '/proc/[0-9]*') {
		open my $f, '<', "$d/environ" or next;
		local $/;
		my $env = <$f> // next;
		next if index($env, "FAULT_PLAN=$p->{path}\0") == -1;
		open $f, '<', "$d/comm" or next;
		my $name = <$f> // next;
		chomp $name;
		push @found, substr($d, 6) . " $name";
	}
	return @found;
}

1;
