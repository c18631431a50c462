#!/usr/bin/env perl
# SPDX-License-Identifier: BSD-2-Clause
#
# mkelf.pl: writes an ELF file that looks like a kernel, or nearly.
#
# usage: mkelf.pl FILE [WORD=VALUE ...]
#   class=64|32  machine=N   note=N (0: none)  owner=Xen  align=4|8
#   sym=NAME     a symbol table with that name in it (and another)
#   load=N       bytes in the segment to load (0: no such segment)
#   lead=N       bytes of another note before the wanted one
#   poke=OFF:N:VALUE  put VALUE as N little-endian bytes; may be repeated
#   cut=N        keep the first N bytes
use strict;
use warnings;
no warnings 'portable';	# hexadecimal numbers over 32 bits

my $file = shift // die "usage: mkelf.pl FILE [WORD=VALUE ...]\n";
my %o = (class => 64, machine => 62, note => 18, owner => 'Xen', align => 4,
    load => 256, lead => -1);
my @pokes;
for (@ARGV) {
	my ($k, $v) = /^(\w+)=(.*)$/s or die "$_: not WORD=VALUE\n";
	if ($k eq 'poke') { push @pokes, $v } else { $o{$k} = $v }
}
my $is64 = $o{class} == 64;

# n: to a multiple of n bytes
sub pad {
	my ($s, $n) = @_;
	return $s . "\0" x (-length($s) % $n);
}

sub note {
	my ($owner, $type, $desc) = @_;
	my $name = "$owner\0";
	return pack('V3', length $name, length $desc, $type) .
	    pad($name, $o{align}) . pad($desc, $o{align});
}

# System V ABI figure 4-15; ELF-64 table 6
sub sym {
	my ($name) = @_;
	return $is64 ? pack('VCCvQ<Q<', $name, 0x12, 0, 1, 0x100000, 16) :
	    pack('VVVCCv', $name, 0x100000, 16, 0x12, 0, 1);
}

sub phdr {
	my ($type, $off, $size, $align) = @_;
	return $is64 ?
	    pack('VVQ<Q<Q<Q<Q<Q<', $type, 5, $off, 0x100000 + $off,
		0x100000 + $off, $size, $size, $align) :
	    pack('V8', $type, $off, 0x100000 + $off, 0x100000 + $off, $size,
		$size, 5, $align);
}

sub shdr {
	my ($type, $off, $size, $link, $entsize) = @_;
	return $is64 ?
	    pack('VVQ<Q<Q<Q<VVQ<Q<', 0, $type, 0, 0, $off, $size, $link, 0, 1,
		$entsize) :
	    pack('V10', 0, $type, 0, 0, $off, $size, $link, 0, 1, $entsize);
}

my ($ehsize, $phsize, $shsize) = $is64 ? (64, 56, 64) : (52, 32, 40);
my $phnum = ($o{load} ? 1 : 0) + ($o{note} || $o{lead} >= 0 ? 1 : 0);
my $at = $ehsize + $phnum * $phsize;
# All of the text is hlt, so that any of it will do for the entry.
my $notes = '';
$notes .= note('NetBSD', 1, 'x' x $o{lead}) if $o{lead} >= 0;
$notes .= note($o{owner}, $o{note}, pack('V', 0x100000 + $at + 128 +
    length $notes)) if $o{note};
my $text = "\xf4" x $o{load};
my $strs = "\0main\0" . (defined $o{sym} ? "$o{sym}\0" : '');
my $syms = sym(0) . sym(1) . (defined $o{sym} ? sym(6) : '');

my ($ph, $body) = ('', '');
if ($notes ne '') {
	$ph .= phdr(4, $at, length $notes, $o{align});
	$body .= $notes;
}
if ($o{load}) {
	$ph .= phdr(1, $at + length $body, length $text, 16);
	$body .= $text;
}
my ($shoff, $shnum, $sh) = (0, 0, '');
if (defined $o{sym}) {
	my $symoff = $at + length $body;
	my $stroff = $symoff + length $syms;
	$body .= $syms . $strs;
	$shoff = $at + length $body;
	$shnum = 3;
	$sh = shdr(0, 0, 0, 0, 0) .
	    shdr(2, $symoff, length $syms, 2, $is64 ? 24 : 16) .
	    shdr(3, $stroff, length $strs, 0, 0);
}
my $eh = "\x7fELF" . pack('C3x9', $is64 ? 2 : 1, 1, 1);
$eh .= $is64 ?
    pack('vvVQ<Q<Q<Vv6', 2, $o{machine}, 1, 0x100000, $ehsize, $shoff, 0,
	$ehsize, $phsize, $phnum, $shsize, $shnum, 0) :
    pack('vvVVVVVv6', 2, $o{machine}, 1, 0x100000, $ehsize, $shoff, 0,
	$ehsize, $phsize, $phnum, $shsize, $shnum, 0);
my $out = $eh . $ph . $body . $sh;
for (@pokes) {
	my ($off, $n, $v) = split /:/;
	$_ = /^0x/ ? hex : $_ for $off, $v;
	substr($out, $off, $n) = substr(pack('Q<', $v), 0, $n);
}
$out = substr($out, 0, $o{cut}) if defined $o{cut};
open my $fh, '>:raw', $file or die "$file: $!\n";
print $fh $out or die "$file: $!\n";
close $fh or die "$file: $!\n";
