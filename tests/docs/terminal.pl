#!/usr/bin/env perl
# SPDX-License-Identifier: BSD-2-Clause
#
# terminal.pl: a terminal's lines, each behind the second that it came, as an SVG
# that shows them in that order, after the time that it takes to type a command; no
# pause is longer than $most. Who wants no motion sees all of it.
use strict;
use warnings;

my ($most, $type, $width, $height) = (1.6, 0.035, 8.4, 19);
my ($now, $last, @rows) = (0.6);

sub escaped {
	my $s = shift;
	$s =~ s/&/&amp;/g;
	$s =~ s/</&lt;/g;
	$s =~ s/>/&gt;/g;
	return $s;
}

while (<>) {
	my ($time, $text) = /^([\d.]+) (.*?)\r*$/s or die "terminal: line $.: no time\n";
	chomp $text;
	# what was overwritten is not seen; colours are not kept
	$text =~ s/\e\[[\d;?]*[A-Za-z]//g;
	$text =~ s/.*\r//s;
	$text =~ s/[\r\n\004\010]|\^D//g;
	next if $text eq '';
	my $pause = defined $last ? $time - $last : 0;
	$now += $pause > $most ? $most : $pause;
	$last = $time;
	push @rows, [$now, $text];
	# then a person reads what came
	$now += length($text) * $type + 0.4 if $text =~ /^\$ /;
}
push @rows, [$now + 0.6, '$ '];

my $columns = 0;
for (@rows) {
	$columns = length $_->[1] if length $_->[1] > $columns;
}
my $w = int($columns * $width + 32);
my $h = int(@rows * $height + 30);
print <<HEAD;
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $w $h" width="$w" height="$h" role="img" aria-label="A recording of a terminal">
<style>
rect{fill:#16181d}
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#c9cdd4;white-space:pre}
.c{fill:#fff}.p{fill:#7fb069}
\@media(prefers-reduced-motion:no-preference){text{opacity:0;animation:s 1ms linear forwards}}
\@keyframes s{to{opacity:1}}
</style>
<rect width="100%" height="100%" rx="8"/>
HEAD
my $y = 12;
for (@rows) {
	my ($time, $text) = @$_;
	$y += $height;
	my $shown = $text =~ /^\$ (.*)/s ?
	    '<tspan class="p">$</tspan> <tspan class="c">' . escaped($1) . '</tspan>' :
	    escaped($text);
	printf "<text x=\"16\" y=\"%d\" style=\"animation-delay:%.2fs\" xml:space=\"preserve\">%s</text>\n",
	    $y, $time, $shown;
}
print "</svg>\n";
