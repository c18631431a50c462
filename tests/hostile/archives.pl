#!/usr/bin/env perl
# SPDX-License-Identifier: BSD-2-Clause
#
# archives.pl: writes the hostile archives that are rows of `table`, byte by
# byte: no archiver would make most of them.
#
# usage: archives.pl FOLDER OUTSIDE [GROUP ...]
#   one file for each archive into FOLDER; NAME.1, NAME.2 are layers of one row.
#   OUTSIDE is the folder that they try to get at, which has the file `victim`;
#   GROUP what their names have before the first dash, by default any
#
# Formats: POSIX.1-2017, pax, "ustar Interchange Format", "pax Header Block" and
# "cpio Interchange Format"; the manual of GNU tar, "Basic Tar Format" and
# "Storing Sparse Files"; tar(5) and cpio(5) of libarchive; PKWARE's
# APPNOTE.TXT 4.3 for zip.
use strict;
use warnings;
use Compress::Zlib;

my ($dir, $out, @groups) = @ARGV;
die "usage: archives.pl FOLDER OUTSIDE [GROUP ...]\n" unless defined $out;
my %wanted = map { $_ => 1 } @groups;

# --- Pieces.

# A number of a field: octal digits, or, below 0 and beyond, base 256.
sub number {
	my ($n, $len) = @_;
	return $n if $n =~ /[^-0-9]/;
	return sprintf('%0*o', $len - 1, $n) . "\0"
	    if $n >= 0 && $n < 8 ** ($len - 1);
	my $top = $n < 0 ? "\xff" x 4 : "\x80\0\0\0";
	return $top . pack('q>', $n) if $len > 8;
	return pack 'N2', $n < 0 ? 0xffffffff : 0x80000000 | $n >> 32,
	    $n & 0xffffffff;
}

sub padded {
	my $data = shift;
	return $data . "\0" x (-length($data) % 512);
}

# h TYPE, NAME, field => value ...: a member: its header and its data.
sub h {
	my ($type, $name, %f) = @_;
	my $data = $f{data} // '';
	my $size = $f{size} // length $data;
	my $block = pack 'a100 a8 a8 a8 a12 a12 a8 a1 a100 a8 a32 a32 a8 a8 ' .
	    'a155 a12', $name, number($f{mode} // ($type eq '5' ? 0755 :
	    0644), 8), number($f{uid} // 0, 8), number($f{gid} // 0, 8),
	    number($size, 12), number($f{mtime} // 1000, 12), ' ' x 8, $type,
	    $f{link} // '', $f{magic} // "ustar\x0000", $f{uname} // '',
	    $f{gname} // '', number($f{major} // 0, 8),
	    number($f{minor} // 0, 8), $f{prefix} // '', $f{last} // '';
	$block = substr($block, 0, $f{at}) . $f{bytes} .
	    substr($block, $f{at} + length $f{bytes}) if defined $f{at};
	my $sum = unpack('%32C*', $block) + ($f{sum} // 0);
	substr($block, 148, 8) = sprintf("%06o\0 ", $sum);
	return $block . padded($data);
}
sub f { my ($n, $d, @more) = @_; h('0', $n, data => $d, @more) }
sub d { my ($n, @more) = @_; h('5', $n, @more) }
sub l { my ($n, $to, @more) = @_; h('2', $n, link => $to, @more) }
sub hard { my ($n, $to, @more) = @_; h('1', $n, link => $to, @more) }
sub dev { my ($n, @more) = @_; h('3', $n, major => 5, minor => 1, @more) }
sub fifo { my ($n, @more) = @_; h('6', $n, @more) }

# A record of a pax header, with the length that counts itself.
sub record {
	my ($key, $value) = @_;
	my $rest = length " $key=$value\n";
	my $len = $rest + length $rest;
	$len = $rest + length $len;
	return "$len $key=$value\n";
}
sub x {
	my @kv = @_;
	my $text = '';
	while (my ($k, $v) = splice @kv, 0, 2) { $text .= record($k, $v) }
	return h('x', 'PaxHeader/x', data => $text);
}
sub g { my $r = x(@_); substr($r, 156, 1) = 'g'; return resum($r) }
sub resum {
	my $r = shift;
	substr($r, 148, 8) = ' ' x 8;
	substr($r, 148, 8) = sprintf "%06o\0 ", unpack '%32C*',
	    substr $r, 0, 512;
	return $r;
}
# A pax header whose text is as given.
sub raw { h('x', 'PaxHeader/x', data => $_[0]) }
sub gnu { (magic => "ustar  \0") }
sub L { h('L', '././@LongLink', data => "$_[0]\0", gnu) }
sub K { h('K', '././@LongLink', data => "$_[0]\0", gnu) }

# GNU's old sparse member: up to four [offset, length], the size in full.
sub sparse {
	my ($name, $real, $data, @map) = @_;
	my $last = '';
	$last .= number($_->[0], 12) . number($_->[1], 12) for @map;
	# atime, ctime, offset, longnames, a pad, the map, more?, the size
	my $tail = "\0" x 41 . pack('a96', $last) . "\0" . number($real, 12);
	return h('S', $name, data => $data, gnu, at => 345, bytes => $tail);
}

my %cpio_type = (f => 0100000, d => 0040000, l => 0120000, s => 0140000,
    c => 0020000, b => 0060000);
sub cpio {
	my ($type, $name, $data, %f) = @_;
	my $r = sprintf '070701' . '%08X' x 13, $f{ino} // 1,
	    $cpio_type{$type} | 0644, $f{uid} // 0, 0, $f{nlink} // 1, 1000,
	    $f{size} // length $data, 0, 0, 0, 0, $f{namesize} //
	    1 + length $name, 0;
	$r .= "$name\0";
	$r .= "\0" x (-length($r) % 4);
	return $r . $data . "\0" x (-length($data) % 4);
}
sub cpio_end { cpio('f', 'TRAILER!!!', '') }

# A zip of stored files, [name, content, mode] each.
sub zip {
	my ($all, $dirs) = ('', '');
	my $n = 0;
	for my $e (@_) {
		my ($name, $data, $mode) = @$e;
		my $same = pack 'v5 V3 v2', 20, 0, 0, 0, 0x21, crc32($data),
		    length $data, length $data, length $name, 0;
		$dirs .= pack('V v', 0x02014b50, 0x0314) . $same .
		    pack('v3 V2', 0, 0, 0, ($mode // 0100644) << 16,
		    length $all) . $name;
		$all .= pack('V', 0x04034b50) . $same . $name . $data;
		$n++;
	}
	return $all . $dirs . pack 'V v4 V2 v', 0x06054b50, 0, 0, $n, $n,
	    length $dirs, length $all, 0;
}

sub gz { Compress::Zlib::memGzip($_[0]) }

sub wanted { !%wanted || $wanted{$_[0] =~ /^([^-.]*)/ ? $1 : ''} }

sub put {
	my ($name, @parts) = @_;
	return unless wanted($name);
	open my $fh, '>:raw', "$dir/$name" or die "$dir/$name: $!\n";
	print $fh @parts or die "$dir/$name: $!\n";
	close $fh or die "$dir/$name: $!\n";
}
sub tar { my $name = shift; put($name, @_, "\0" x 1024) }

# --- Out by "..".
tar 'dotdot-file', f('../escaped', 'x');
tar 'dotdot-inside', d('d'), f('d/../../escaped', 'x');
tar 'dotdot-back-in', d('d'), f('d/../in', 'x');
tar 'dotdot-last', d('d'), f('d/..', 'x');
tar 'dotdot-alone', f('..', 'x');
tar 'dotdot-folder', d('../outside', mode => 0700);
tar 'dotdot-link', l('../escaped', 'x');
tar 'dotdot-device', dev('../escaped');
tar 'dotdot-fifo', fifo('../escaped');
tar 'dotdot-hard-name', f('f', 'x'), hard('../escaped', 'f');
tar 'dotdot-hard-target', hard('h', '../outside/victim');
tar 'dotdot-pax', x(path => '../escaped'), f('fine', 'x');
tar 'dotdot-pax-target', x(linkpath => '../outside/victim'), hard('h', 'f');
tar 'dotdot-global', g(path => '../escaped'), f('fine', 'x');
tar 'dotdot-long', L('../escaped'), f('fine', 'x', gnu);
tar 'dotdot-long-target', K('../outside/victim'), hard('h', 'f', gnu);
tar 'dotdot-prefix', f('escaped', 'x', prefix => '..');
tar 'dotdot-sparse', x('GNU.sparse.name' => '../escaped',
    'GNU.sparse.size' => 1, 'GNU.sparse.numblocks' => 1,
    'GNU.sparse.map' => '0,1'), f('fine', 'x');
tar 'dotdot-slashes', f('d//..///../escaped', 'x');
put 'dotdot-cpio', cpio('f', '../escaped', 'x'), cpio_end;
put 'dotdot-zip', zip ['../escaped', 'x'];
tar 'dotdot-backslash', f("..\\escaped", 'x');
tar 'dotdot-like', f('...', 'x'), f('.. ', 'y'), f('..a', 'z');
tar 'dotdot-overlong', f("\xc0\xae\xc0\xae\xc0\xafescaped", 'x');

# --- Out by names from the root.
tar 'absolute-file', f("$out/victim", 'x');
tar 'absolute-slashes', f("//$out/victim", 'x');
tar 'absolute-folder', d($out, mode => 0700);
tar 'absolute-root', d('/');
tar 'absolute-hard-target', hard('h', "$out/victim");
tar 'absolute-pax', x(path => "$out/victim"), f('fine', 'x');
tar 'absolute-prefix', f('victim', 'x', prefix => $out);
put 'absolute-cpio', cpio('f', "$out/victim", 'x'), cpio_end;
put 'absolute-zip', zip ["$out/victim", 'x'];
tar 'absolute-drive', f('C:\\escaped', 'x'), f('\\\\host\\share', 'y');

# --- Out through symbolic links.
tar 'link-through', l('s', $out), f('s/victim', 'x');
tar 'link-through-parent', d('a'), l('a/s', '..'), f('a/s/a/s/f', 'x');
tar 'link-through-folder', d('a'), l('a/s', '../../outside'), d('a/s/new');
tar 'link-through-link', l('s', $out), l('s/escaped', 'x');
tar 'link-through-fifo', l('s', $out), fifo('s/escaped');
tar 'link-through-device', l('s', $out), dev('s/escaped');
tar 'link-through-hard', f('f', 'x'), l('s', $out), hard('s/escaped', 'f');
tar 'link-through-two', l('a', '.'), l('b', 'a/../..'), f('b/escaped', 'x');
tar 'link-through-self', l('s', 's'), f('s/f', 'x');
tar 'link-through-later', f('s/f', 'x'), l('s', $out);
tar 'link-onto', l('s', "$out/victim"), f('s', 'x');
tar 'link-onto-folder', l('s', $out), d('s', mode => 0700),
    f('s/victim', 'x');
tar 'link-onto-device', l('s', "$out/victim"), dev('s');
tar 'link-onto-link', l('s', $out), l('s', '..'), f('s/escaped', 'x');
tar 'link-folder-then-link', d('d', mode => 0711), l('d', $out);
tar 'link-hard-to-link', l('s', "$out/victim"), hard('h', 's');
tar 'link-hard-then-content', l('s', "$out/victim"), hard('h', 's'),
    f('h', 'x');
tar 'link-with-content', x(comment => 'x'),
    h('2', 's', link => "$out/victim", data => 'x');
tar 'link-abroad', l('s', $out), l('t', '../outside/victim'), l('u', '/');
tar 'link-empty', l('s', '');
tar 'link-4095', K('t' x 4095), l('s', 't', gnu);
tar 'link-4096', K('t' x 4096), l('s', 't', gnu);
tar 'link-control', l('s', "a\nb\x1b[2J\x7f");
tar 'link-no-utf8', l('s', "\xff\xfe\xe9");
tar 'link-root', l('.', $out);
put 'link-cpio', cpio('l', 's', $out), cpio('f', 's/victim', 'x'), cpio_end;
put 'link-zip', zip ['s', $out, 0120777], ['s/victim', 'x'];
put 'link-cpio-long', cpio('l', 's', 't' x 5000), cpio_end;

# --- Hard links.
tar 'hard-missing', hard('h', 'nowhere');
tar 'hard-self', hard('h', 'h');
tar 'hard-self-again', f('h', 'x'), hard('h', 'h');
tar 'hard-loop', hard('a', 'b'), hard('b', 'a');
tar 'hard-loop-3', hard('a', 'b'), hard('b', 'c'), hard('c', 'a');
tar 'hard-forward', hard('a', 'b'), f('b', 'x');
tar 'hard-chain', hard('a', 'b'), hard('b', 'c'), hard('c', 'd'),
    f('d', 'x');
tar 'hard-chain-100', (map { hard("n$_", 'n' . ($_ + 1)) } 1 .. 100),
    f('n101', 'x');
tar 'hard-to-folder', d('d'), hard('h', 'd');
tar 'hard-to-folder-later', hard('h', 'd'), d('d');
tar 'hard-to-root', hard('h', '.');
tar 'hard-to-device', dev('c'), hard('h', 'c');
tar 'hard-through-link', l('s', $out), hard('h', 's/victim');
tar 'hard-through-file', f('f', 'x'), hard('h', 'f/g');
tar 'hard-empty-target', hard('h', '');
tar 'hard-content', x(comment => 'x'), f('f', 'old'),
    x(comment => 'x'), hard('h', 'f', data => 'new content');
tar 'hard-content-none', hard('h', 'f', data => 'new content');
tar 'hard-then-file', f('f', 'x'), hard('h', 'f'), f('h', 'y');
tar 'hard-then-target', f('f', 'x'), hard('h', 'f'), f('f', 'y');
tar 'hard-twice', f('f', 'x'), hard('h', 'f'), hard('h', 'f');
put 'hard-cpio', cpio('f', 'a', '', ino => 7, nlink => 2),
    cpio('f', 'b', 'x', ino => 7, nlink => 2), cpio_end;
tar 'hard-over.1', f('a', 'x'), hard('b', 'a'), hard('c', 'a');
tar 'hard-over.2', l('a', $out);

# --- Names that collide.
tar 'same-file', f('f', 'one'), f('f', 'two');
tar 'same-file-shorter', f('f', 'long content'), f('f', '');
tar 'same-three', f('f', 'one'), f('f', 'two'), f('f', 'three');
tar 'same-written-otherwise', f('a/f', 'one'), f('./a//f', 'two');
tar 'same-folder', d('d', mode => 0700, uid => 5), f('d/f', 'x'),
    d('d', mode => 0711, uid => 6);
tar 'same-link', l('s', 'one'), l('s', 'two');
tar 'same-device', dev('c'), dev('c', minor => 2);
tar 'case', f('README', 'one'), f('readme', 'two'), f('Readme', 'three');
tar 'case-folder', f('Sub/a', 'one'), f('sub/a', 'two');
tar 'unicode-forms', f("caf\xc3\xa9", 'composed'), f("cafe\xcc\x81", 'not');
tar 'unicode-ignored', f("a\xe2\x80\x8cb", 'zwnj'), f('ab', 'plain'),
    f("\xef\xbb\xbfab", 'bom');
tar 'unicode-turned', f("\xe2\x80\xaegnp.exe", 'x');

# --- Kinds that change.
tar 'kind-file-folder', f('a', 'x'), d('a');
tar 'kind-folder-file', d('a'), f('a', 'x');
tar 'kind-full-folder-file', f('a/b', 'x'), f('a', 'x');
tar 'kind-file-below-file', f('a', 'x'), f('a/b', 'y');
tar 'kind-device-over-file', f('a', 'x'), dev('a');
tar 'kind-file-over-device', dev('a'), f('a', 'x');
tar 'kind-fifo-over-file', f('a', 'x'), fifo('a');
tar 'kind-below-device', dev('a'), f('a/b', 'x');
tar 'kind-below-fifo', fifo('a'), d('a/b');
tar 'kind-root-file', f('.', 'x');
tar 'kind-root-device', dev('.');
my %layer = (
	file => f('a', 'low'), folder => d('a') . f('a/b', 'low'),
	link => l('a', $out), device => dev('a'), fifo => fifo('a')
);
for my $low (sort keys %layer) {
	for my $high (sort keys %layer) {
		next if $low eq $high;
		tar "layers-$low-$high.1", $layer{$low}, f('z', 'z');
		tar "layers-$low-$high.2", $layer{$high} =~ s/low/top/r;
	}
}

# --- Kinds that there are not.
put 'type-socket', cpio('s', 'sock', ''), cpio_end;
tar 'type-unknown', h('Z', 'a', data => 'x');
tar 'type-contiguous', h('7', 'a', data => 'x');
tar 'type-volume', h('V', 'label', gnu), f('a', 'x');
tar 'type-multivolume', h('M', 'a', data => 'x', gnu);
tar 'type-dumpdir', h('D', 'a', data => "Yb\0\0", gnu), f('a/b', 'x');
tar 'type-old-folder', h("\0", 'd/'), h("\0", 'd/f', data => 'x');
tar 'type-folder-content', h('5', 'd', data => 'x' x 600), f('e', 'y');
tar 'type-fifo-content', h('6', 'p', data => 'x' x 600), f('e', 'y');
tar 'type-device-content', h('3', 'c', data => 'x' x 600), f('e', 'y');

# --- Device numbers.
tar 'device-null', dev('null', major => 2, minor => 2, mode => 0666);
tar 'device-large', dev('c', major => 4095, minor => 1048575);
tar 'device-major', dev('c', major => 4096);
tar 'device-minor', dev('c', minor => 1048576);
tar 'device-negative', dev('c', major => -1);
tar 'device-garbage', dev('c', major => "zzzzzzz\0");

# --- Numbers.
tar 'size-negative', h('0', 'a', size => -1), f('b', 'x');
tar 'size-negative-512', h('0', 'a', size => -512), f('b', 'x');
tar 'size-lowest', h('0', 'a', size => -9223372036854775807 - 1);
tar 'size-highest', h('0', 'a', size => 9223372036854775807);
tar 'size-8-exabytes', h('0', 'a', size => 9223372036854775296);
tar 'size-8-gigabytes', h('0', 'a', size => 8589934592, data => 'x');
tar 'size-beyond', h('0', 'a', size => 5000, data => 'x');
tar 'size-garbage', h('0', 'a', size => "zzzzzzzzzzz\0");
tar 'size-blank', h('0', 'a', size => ' ' x 12);
tar 'size-pax-negative', x(size => -1), f('a', 'x');
tar 'size-pax-huge', x(size => '9' x 40), f('a', 'x');
tar 'size-pax-garbage', x(size => '1e3'), f('a', 'x');
tar 'size-pax-other', x(size => 1), h('0', 'a', size => 4000,
    data => 'x'), f('b', 'y');
tar 'time-negative', f('a', 'x', mtime => -86400);
tar 'time-1900', f('a', 'x', mtime => -2208988800);
tar 'time-2040', f('a', 'x', mtime => 2208988800);
tar 'time-far', f('a', 'x', mtime => 1 << 40);
tar 'time-farthest', f('a', 'x', mtime => 9223372036854775807);
tar 'time-lowest', f('a', 'x', mtime => -9223372036854775807 - 1);
tar 'time-pax-huge', x(mtime => '9' x 40), f('a', 'x');
tar 'time-pax-garbage', x(mtime => 'now'), f('a', 'x');
tar 'time-pax-fraction', x(mtime => '5.' . '9' x 30), f('a', 'x');
tar 'time-pax-negative', x(mtime => '-5.25'), f('a', 'x');
tar 'time-garbage', f('a', 'x', mtime => "zzzzzzzzzzz\0");
tar 'owner-negative', f('a', 'x', uid => -1);
tar 'owner-33-bits', f('a', 'x', uid => 1 << 32);
tar 'owner-32-bits', f('a', 'x', uid => 4294967295, gid => 4294967295);
tar 'owner-pax-huge', x(uid => '9' x 40), f('a', 'x');
tar 'owner-pax-negative', x(gid => -2), f('a', 'x');
tar 'owner-name', f('a', 'x', uname => 'root', gname => "who\nis\xff");
tar 'mode-all-bits', f('a', 'x', mode => "7777777\0");
tar 'mode-set-id', f('a', 'x', mode => 06755, uid => 7, gid => 8);
tar 'mode-garbage', f('a', 'x', mode => "zzzzzzz\0");
tar 'sum-wrong', f('a', 'x'), f('b', 'y', sum => 1), f('c', 'z');
tar 'sum-first-wrong', f('a', 'x', sum => 1), f('b', 'y');

# --- pax headers.
tar 'pax-no-length', raw("path=b\n"), f('a', 'x');
tar 'pax-length-0', raw("0 path=b\n"), f('a', 'x');
tar 'pax-length-long', raw("999 path=b\n"), f('a', 'x');
tar 'pax-length-huge', raw('9' x 40 . " path=b\n"), f('a', 'x');
tar 'pax-no-equals', raw("9 pathbc\n"), f('a', 'x');
tar 'pax-no-newline', raw('9 path=bc'), f('a', 'x');
tar 'pax-nul', x(path => "a\0b"), f('c', 'x');
tar 'pax-empty-name', x(path => ''), f('a', 'x');
tar 'pax-twice', x(path => 'b'), x(path => 'c'), f('a', 'x');
tar 'pax-alone', f('a', 'x'), x(path => 'b');
tar 'pax-large', x(comment => 'c' x 900000), f('a', 'x');
tar 'pax-larger', x(comment => 'c' x 3000000), f('a', 'x');
tar 'pax-size-16-gigabytes', h('x', 'p', size => 1 << 34), f('a', 'x');
tar 'pax-charset', x(hdrcharset => 'BINARY', path => "\xff\xfe"), f('a', 'x');
tar 'long-alone', f('a', 'x', gnu), L('b');
tar 'long-twice', L('b'), L('c'), f('a', 'x', gnu);
tar 'long-large', L('b' x 2000000), f('a', 'x', gnu);
tar 'long-no-nul', h('L', '././@LongLink', data => 'b' x 200, gnu),
    f('a', 'x', gnu);

# --- Sparse maps.
my @v01 = ('GNU.sparse.numblocks' => 1, 'GNU.sparse.name' => 'a');
tar 'sparse-good', sparse('a', 100000, 'ab' x 256, [512, 512],
    [100000, 0]);
tar 'sparse-overlap', sparse('a', 4096, 'x' x 1024, [0, 512], [100, 512]);
tar 'sparse-descends', sparse('a', 8192, 'x' x 1024, [4096, 512],
    [0, 512]);
tar 'sparse-beyond', sparse('a', 1024, 'x' x 512, [4096, 512]);
tar 'sparse-negative', sparse('a', 4096, 'x' x 512, [-512, 512]);
tar 'sparse-length-negative', sparse('a', 4096, 'x' x 512, [0, -512]);
tar 'sparse-wraps', sparse('a', 4096, 'x' x 512,
    [9223372036854775807, 512]);
tar 'sparse-more-than-there-is', sparse('a', 8192, 'x' x 512, [0, 4096]);
tar 'sparse-8-exabytes', sparse('a', 9223372036854775807, 'x' x 512,
    [0, 512]);
tar 'sparse-size-negative', sparse('a', -1, 'x' x 512, [0, 512]);
tar 'sparse-pax-good', x(@v01, 'GNU.sparse.size' => 9000,
    'GNU.sparse.map' => '4096,3'), f('fine', 'abc');
tar 'sparse-version', x(@v01, 'GNU.sparse.major' => 7,
    'GNU.sparse.minor' => 1, 'GNU.sparse.size' => 9000,
    'GNU.sparse.map' => '4096,3'), f('fine', 'abc');
tar 'sparse-pax-odd', x(@v01, 'GNU.sparse.size' => 9000,
    'GNU.sparse.map' => '4096'), f('fine', 'abc');
tar 'sparse-pax-garbage', x(@v01, 'GNU.sparse.size' => 9000,
    'GNU.sparse.map' => 'a,b'), f('fine', 'abc');
tar 'sparse-pax-descends', x(@v01, 'GNU.sparse.size' => 9000,
    'GNU.sparse.map' => '8192,1,0,2'), f('fine', 'abc');
tar 'sparse-pax-huge', x(@v01, 'GNU.sparse.size' => '9' x 30,
    'GNU.sparse.map' => '0,3'), f('fine', 'abc');
my @v10 = ('GNU.sparse.major' => 1, 'GNU.sparse.minor' => 0,
    'GNU.sparse.name' => 'a', 'GNU.sparse.realsize' => 9000);
tar 'sparse-1.0-good', x(@v10), f('fine', padded("1\n4096\n3\n") . 'abc');
tar 'sparse-1.0-count', x(@v10), f('fine', padded("999999999\n0\n3\n"));
tar 'sparse-1.0-garbage', x(@v10), f('fine', padded("many\n"));
tar 'sparse-1.0-endless', x(@v10), f('fine', '1' x 4096);

# --- What an image does not keep.
tar 'xattr', x('SCHILY.xattr.user.note' => "\0\1binary",
    'SCHILY.xattr.security.capability' => "\1\0\0\2\0\4" . "\0" x 14,
    'LIBARCHIVE.xattr.user.b' => 'AAECAw'), f('a', 'x');
tar 'xattr-garbage', x('LIBARCHIVE.xattr.%zz' => '!!!',
    'SCHILY.xattr.' => ''), f('a', 'x');
tar 'xattr-acl', x('SCHILY.acl.access' => 'user::rwx,user:0:rwx,group::r--,' .
    'mask::rwx,other::rwx'), f('a', 'x', mode => 0600);
tar 'xattr-acl-garbage', x('SCHILY.acl.access' => 'no such thing'), f('a', 'x');
tar 'xattr-flags', x('SCHILY.fflags' => 'schg,nodump'), f('a', 'x');
tar 'xattr-apple', f('._a', 'resource'), f('a', 'x');

# --- Names.
tar 'name-empty', f('', 'x');
tar 'name-slash-end', f('a/', '');
tar 'name-newline', f("a\nb", 'x'), d("d\n"), f("d\n/c", 'y');
tar 'name-control', f(join('', map { chr } 1 .. 31, 127), 'x');
tar 'name-escape', f("\x1b]0;owned\x07\x1b[31m", 'x');
tar 'name-escape-refused', f("../\x1b]0;owned\x07", 'x');
tar 'name-newline-refused', f("../a\nnb-mkfs: all is well", 'x');
tar 'name-no-utf8', f("\xff\xfe", 'x'), f("caf\xe9", 'y');
tar 'name-surrogate', f("\xed\xa0\x80", 'x'), f("\xf4\x90\x80\x80", 'y');
tar 'name-shell', f('$(touch escaped)', 'x'), f('a b', 'y'),
    f('`c`;d|e&', 'z'), f('-rf', 'w'), f('*', 'v');
tar 'name-mtree', f('#a', 'x'), f('a=b', 'y'), f('..a\\', 'z'),
    f('a type=link', 'w');
tar 'name-metalog', f('METALOG', 'x');
tar 'name-part', f('stage.part/METALOG', 'x');
tar 'name-255', x(path => 'n' x 255), f('a', 'x');
tar 'name-256', x(path => 'n' x 256), f('a', 'x');
tar 'name-4095', x(path => 'ab/' x 1364 . 'efg'), f('a', 'x');
tar 'name-4096', x(path => 'ab/' x 1364 . 'efgh'), f('a', 'x');
tar 'name-4096-long', L('ab/' x 1364 . 'efgh'), f('a', 'x', gnu);
tar 'name-2047-deep', x(path => 'a/' x 2047 . 'b'), f('a', 'x');
tar 'name-slashes', x(path => 'a' . '/' x 5000 . 'b'), f('a', 'x');
tar 'name-dots', x(path => './' x 3000 . 'b'), f('a', 'x');
put 'name-cpio-nul', cpio('f', "a\0b", 'x'), cpio_end;
put 'name-cpio-size', cpio('f', 'a', 'x', namesize => 0xffffffff),
    cpio_end;
put 'name-cpio-0', cpio('f', '', 'x', namesize => 0), cpio_end;

# --- Not the archive that it seems to be.
my $good = f('a', 'x') . "\0" x 1024;
put 'other-empty', '';
put 'other-zeros', "\0" x 10240;
put 'other-one-byte', 'x';
put 'other-text', "<html>404 not found</html>\n" x 100;
put 'other-no-end', f('a', 'x');
put 'other-tail', $good, 'not zero' x 64;
put 'other-two', $good, f('b', 'y'), "\0" x 1024;
put 'other-ar', "!<arch>\n" . sprintf('%-16s%-12d%-6d%-6d%-8o%-10d`', 'a', 0, 0, 0,
    0100644, 2) . "\nxy";
put 'other-rpm', "\xed\xab\xee\xdb\3\0\0\0" . "\0" x 200;
put 'other-7z', "7z\xbc\xaf\x27\x1c\0\4" . "\0" x 100;
put 'other-compress', "\x1f\x9d\x90" . 'x' x 100;
put 'other-uuencode', "begin 644 a\n#0V%T\n`\nend\n";
put 'other-program', "#!/bin/sh\ntouch escaped\n";
put 'gzip', gz($good);
put 'gzip-in-gzip', gz(gz($good));
put 'gzip-in-gzip-30', do { my $z = $good; $z = gz($z) for 1 .. 30; $z };
put 'gzip-tail', gz($good), 'garbage';
put 'gzip-two', gz($good), gz(f('b', 'y') . "\0" x 1024);
put 'gzip-sum', do { my $z = gz($good); substr($z, -8, 1) ^= "\1"; $z };
put 'gzip-length', do { my $z = gz($good); substr($z, -4, 1) ^= "\1"; $z };
put 'gzip-header-only', "\x1f\x8b\x08\0\0\0\0\0\0\3";
put 'zip-in-tar-name', zip ['a', 'x'];
put 'zip-folder', zip ['d/', '', 040755], ['d/f', 'x'];
put 'zip-same', zip ['a', 'one'], ['a', 'two'];

# --- No row: a stage that is refused when 6,000 folders have been made.
if ($wanted{undo}) {
	tar 'undo', (map { x(path => "$_/" . 'a/' x 2040) . d('a') } 1 .. 3),
	    f('METALOG', '');	# content would be refused before that
}

# --- No rows either: what somebody else puts links in the way of.
if ($wanted{race}) {
	my $what = f('a/b/victim', 'x') . fifo('a/b/p', mode => 04777) .
	    x(comment => 'x') . hard('a/b/h', 'a/b/victim', data => 'new') .
	    l('a/b/s', 't') . f('a/victim', 'y');
	tar 'race-files', $what x 20;
	tar 'race-folders', (d('a', mode => 0777) . d('a/b', mode => 0777) .
	    $what) x 20;
}

# --- Bombs: gzip's of what repeats is a thousandth, and of that again.
exit unless wanted('bomb');
my $zeros = gz("\0" x 10485760);
put 'bomb-zeros', gz(gz(h('0', 'zeros', size => 10737418240)) .
    $zeros x 1024 . gz("\0" x 1024));
put 'bomb-folders', gz(join '', map { x(path => "$_/" . 'a/' x 2040) .
    d('a') } 1 .. 500);
put 'bomb-again', gz(f('f', 'x' x 512) x 20000);
put 'bomb-files', gz(join '', map { h('0', "f$_") } 1 .. 20000);
put 'bomb-small', gz(join '', map { f("f$_", 'x' x 8192) } 1 .. 2000);
put 'bomb-hard', gz(f('f', 'x') . join '', map { hard("h$_", 'f') }
    1 .. 20000);
put 'bomb-hole', x(@v01, 'GNU.sparse.size' => 10737418240,
    'GNU.sparse.map' => '0,3'), f('fine', 'abc');
put 'bomb-targets', gz(join '', map { K('t' x 4000) . l("s$_", 't', gnu) }
    1 .. 2000);
put 'bomb-orphans', gz(join '', map { hard("h$_", "m$_") } 1 .. 15000);
