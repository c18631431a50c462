#!/usr/bin/env perl
# SPDX-License-Identifier: BSD-2-Clause
#
# mkgpt.pl: writes a disk of 1 MB with nothing but a primary GPT, which is all
# that a NetBSD kernel reads. (sgdisk takes a second for each.)
#
# usage: mkgpt.pl FILE [NAME[!] ...]
#   a partition for each name; with ! behind it it is marked bootme, with % it is
#   an EFI system partition, with = swap; else it is one of Linux's
use strict;
use warnings;

# ISO 3309, lowest bit first (UEFI 2.10, 4.2)
sub crc {
	my $crc = 0xffffffff;
	for my $byte (unpack 'C*', shift) {
		$crc ^= $byte;
		$crc = $crc & 1 ? $crc >> 1 ^ 0xedb88320 : $crc >> 1 for 1 .. 8;
	}
	return $crc ^ 0xffffffff;
}

my $file = shift // die "usage: mkgpt.pl FILE [NAME[!] ...]\n";
my ($entries, $lba) = ('', 64);
# UEFI 2.10, table 5.7; NetBSD sys/sys/disklabel_gpt.h
my %type = map { $_->[0] => pack 'VvvH4H12', @$_[1 .. 5] }
    (['', 0x0fc63daf, 0x8483, 0x4772, '8e79', '3d69d8477de4'],
    ['%', 0xc12a7328, 0xf81f, 0x11d2, 'ba4b', '00a0c93ec93b'],
    ['=', 0x49f48d32, 0xb10e, 0x11dc, 'b99b', '0019d1879648']);
for my $arg (@ARGV) {
	my ($name, $type, $boot) = $arg =~ /^(.*?)([%=]?)(!?)$/s;
	# UEFI 2.10, table 5.6; bit 59 is NetBSD's and FreeBSD's bootme
	$entries .= pack 'a16a16Q<Q<Q<a72', $type{$type}, "guid$lba", $lba, $lba + 63,
	    $boot ? 1 << 59 : 0, join '', map { pack 'v', ord } split //, $name;
	$lba += 64;
}
$entries .= "\0" x (128 * 8 - length $entries);
# UEFI 2.10, table 5.5
my $head = sub {
	return pack 'a8VVVVQ<Q<Q<Q<a16Q<VVV', 'EFI PART', 0x10000, 92, shift,
	    0, 1, 2047, 34, 2014, 'a disk', 2, 8, 128, crc($entries);
};
my $mbr = "\0" x 446 . pack('C8VV', 0, 0, 2, 0, 0xee, 255, 255, 255, 1, 2047) .
    "\0" x 48 . "\x55\xaa";
my $disk = $mbr . pack('a512', $head->(crc($head->(0)))) . $entries;
open my $fh, '>:raw', $file or die "$file: $!\n";
print $fh $disk, "\0" x ((1 << 20) - length $disk) or die "$file: $!\n";
close $fh or die "$file: $!\n";
