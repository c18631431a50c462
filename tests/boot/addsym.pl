#!/usr/bin/env perl
# SPDX-License-Identifier: BSD-2-Clause
#
# addsym.pl: gives a 64-bit ELF file without sections symbols, as if it were a
# kernel that had these functions: addsym.pl NAME ... <kernel >kernel.new
# Source: ELF-64 Object File Format, tables 1, 9 and 13.
use strict;
use warnings;

@ARGV or die "usage: addsym.pl NAME ...\n";
binmode $_ for *STDIN, *STDOUT;
local $/;
my $elf = <STDIN>;
$elf .= "\0" x (-length($elf) % 8);
my $at = length $elf;
my ($strings, $symbols) = ("\0", "\0" x 24);
for (@ARGV) {
	$symbols .= pack 'VCCvQ<Q<', length $strings, 0x12, 0, 1, 0, 0;
	$strings .= "$_\0";
}
my $head = sub {
	my ($type, $off, $size, $link, $entry) = @_;
	return pack 'VVQ<Q<Q<Q<VVQ<Q<', 0, $type, 0, 0, $off, $size, $link, 1,
	    1, $entry;
};
my $body = $symbols . $strings . "\0" x (-length($strings) % 8);
my $sections = "\0" x 64 . $head->(2, $at, length $symbols, 2, 24) .
    $head->(3, $at + length $symbols, length $strings, 0, 0);
# e_shoff; e_shentsize, e_shnum, e_shstrndx
substr $elf, 40, 8, pack 'Q<', $at + length $body;
substr $elf, 58, 6, pack 'vvv', 64, 3, 2;
print $elf, $body, $sections or die "addsym.pl: $!\n";
