#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# kernel_test: which kernels are taken and how the others are refused.

# bad TEXT [WORD=VALUE ...]: a kernel made so is refused with that reason
bad() {
	_t=$1
	shift
	elf k "$@"
	refused 1 "k: $_t" -k k -i base
}

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() { world; $1_is; }"
	cases="$cases $1"
}
cases=

t missing "a kernel that is not there: what to type"
missing_is() {
	rm kernels/*
	host=$(uname -m)
	case $host in
	x86_64)	amd64= i386='ARCH=i386 ' ;;
	*)	atf_skip "written for amd64 hosts" ;;
	esac
	refused 1 "kernels/netbsd-SMOL: no such kernel: type \`bmake ${amd64}kernfetch\`" \
	    -i base
	refused 1 "kernels/netbsd-SMOL386: no such kernel: type \`bmake ${i386}kernfetch\`" \
	    -i images/base-i386.img
	refused 1 'kernels/netbsd-GENERIC64.img: no such kernel: type `bmake ARCH=evbarm-aarch64 kernfetch`' \
	    -i images/base-evbarm-aarch64.img
	refused 1 'kernels/x: no such kernel' -k x -i base
	refused 1 './x: no such kernel' -k ./x -i base
	refused 1 'kernels: not a file' -k kernels -i base
	mkfifo k
	refused 1 'k: not a file' -k k -i base
}

t machines "the machine is the kernel's own, 32 and 64 bits"
machines_is() {
	elf k
	words -k k -i images/base-amd64.img | grep -qx qemu-system-x86_64 ||
	    atf_fail "EM_X86_64"
	elf k class=32 machine=3
	words -k k -i images/base-amd64.img | grep -qx qemu-system-i386 ||
	    atf_fail "EM_386"
	elf k machine=183 note=0
	words -k k -i images/base-amd64.img | grep -qx qemu-system-aarch64 ||
	    atf_fail "EM_AARCH64"
	bad 'a kernel for ELF machine 243: ours are x86 and aarch64' machine=243
	bad 'a big-endian kernel' poke=5:1:2
}

t pvh "an x86 kernel without the PVH entry note is refused"
pvh_is() {
	bad 'has no PVH entry note' note=0
	bad 'has no PVH entry note' note=17
	bad 'has no PVH entry note' owner=Xeno
	bad 'has no PVH entry note' owner=Xe
	bad 'has no PVH entry note' class=32 machine=3 note=0
	for k in lead=0 lead=1 lead=7 align=8 'align=8 lead=5'; do
		elf k $k
		start -v -k k -i base >/dev/null || atf_fail "$k"
	done
}

t console "the console is viocon exactly when the kernel has the symbol"
console_is() {
	elf k sym=viocon_earlyinit
	has 'console=viocon root=NAME=baseroot -z' -k k -i base
	elf k class=32 machine=3 sym=viocon_earlyinit
	has 'console=viocon root=NAME=baseroot -z' -k k -i base
	elf k machine=183 sym=viocon_earlyinit
	has 'console=viocon root=NAME=baseroot -z' -k k -i base
	for s in viocon_earlyini viocon_earlyinit2 xviocon_earlyinit; do
		elf k sym=$s
		has 'console=com root=NAME=baseroot -z' -k k -i base
	done
	# The name in the file, but as no symbol's.
	elf k sym=x_viocon_earlyinit
	has 'console=com root=NAME=baseroot -z' -k k -i base
}

t arm64 "an arm64 boot image is told by its header"
arm64_is() {
	arm k
	has qemu-system-aarch64 -k k -i base
	head -c 63 k >k2
	refused 1 'k2: neither an ELF kernel nor an arm64 boot image' -k k2 -i base
	gzip -c k >k.gz
	refused 1 'k.gz: compressed: type `gunzip k.gz`' -k k.gz -i base
	: >k
	refused 1 'k: neither an ELF kernel' -k k -i base
	printf '#!/bin/sh\n' >k
	refused 1 'k: neither an ELF kernel' -k k -i base
}

t not_kernels "ELF files that are no kernels"
not_kernels_is() {
	bad 'an ELF file with nothing to load' load=0
	bad 'damaged ELF file: neither 32 nor 64 bits' poke=4:1:3
	bad 'damaged ELF file: version' poke=6:1:0
}

# Offsets in the file that mkelf.pl makes for 64 bits: header 64, two program
# headers of 56 (note, load), the note, the text, symbols, sections.
t hostile "every number that leads outside the file is refused"
hostile_is() {
	big=0x7fffffffffffffff
	neg=0xffffffffffffffff
	for v in $big $neg 0xfffffffffffffff0 4096; do
		bad 'cut short' poke=32:8:$v		# e_phoff
		bad 'cut short' sym=x poke=40:8:$v	# e_shoff
		bad 'cut short' poke=72:8:$v		# the note's p_offset
		bad 'cut short' poke=128:8:$v		# the text's
		bad 'cut short' poke=152:8:$v		# and its p_filesz
	done
	bad 'cut short' poke=96:8:$neg			# the note's p_filesz
	bad 'cut short' poke=56:2:0xfffe		# e_phnum
	bad 'damaged ELF file: size of program headers' poke=54:2:55
	bad 'damaged ELF file: size of program headers' poke=54:2:0
	bad 'damaged ELF file: size of section headers' sym=x poke=58:2:63
	bad 'damaged ELF file: size of section headers' sym=x poke=58:2:0
	# Notes whose sizes reach over their end.
	for v in 5 64 0xfffffff0 0xffffffff; do
		bad 'has no PVH entry note' poke=176:4:$v	# n_namesz
		bad 'has no PVH entry note' poke=180:4:$v	# n_descsz
	done
}

t hostile_symbols "a damaged table of symbols is refused"
hostile_symbols_is() {
	elf k sym=viocon_earlyinit
	sh=$(od -An -j40 -N4 -tu4 k | tr -d ' ')	# e_shoff
	symtab=$((sh + 64))
	strtab=$((sh + 128))
	at() { bad "$1" sym=viocon_earlyinit "poke=$2"; }
	at 'cut short' $((symtab + 24)):8:0x7fffffffffffffff	# sh_offset
	at 'cut short' $((symtab + 32)):8:0xffffffffffffffff	# sh_size
	at 'cut short' $((strtab + 24)):8:0xfffffffffffffff8
	at 'cut short' $((strtab + 32)):8:0x10000
	at 'damaged ELF file: symbols without names' $((symtab + 40)):4:3
	at 'damaged ELF file: symbols without names' $((symtab + 40)):4:0xffffffff
	at 'damaged ELF file: symbols without names' $((symtab + 40)):4:1
	at 'damaged ELF file: size of symbols' $((symtab + 56)):8:0
	at 'damaged ELF file: size of symbols' $((symtab + 56)):8:16
	# 65280 sections and no symbols among those that are there; 2^24 sections.
	bad 'cut short' sym=viocon_earlyinit poke=60:2:0xff00 \
	    poke=$((symtab + 4)):4:7
	bad 'damaged ELF file: number of headers' sym=viocon_earlyinit \
	    poke=60:2:0 poke=$((sh + 32)):8:0x1000000
	# A name past the strings is none.
	sym=$(od -An -j$((symtab + 24)) -N4 -tu4 k | tr -d ' ')
	for v in 0x7fffffff 0xffffffff 23 24; do
		elf k sym=viocon_earlyinit poke=$((sym + 48)):4:$v
		has 'console=com root=NAME=baseroot -z' -k k -i base
	done
	# Strings that end without a NUL.
	elf k sym=viocon_earlyinit poke=$((strtab + 32)):8:22
	has 'console=viocon root=NAME=baseroot -z' -k k -i base
	elf k sym=viocon_earlyinit poke=$((strtab + 32)):8:21
	has 'console=com root=NAME=baseroot -z' -k k -i base
}

t cut "a kernel that is cut short anywhere is refused"
cut_is() {
	for k in '' 'class=32 machine=3'; do
		elf whole $k sym=viocon_earlyinit
		size=$(($(wc -c <whole)))
		n=0
		while [ $n -lt $size ]; do
			head -c $n whole >k
			refused 1 "k: " -k k -i base
			n=$((n + 3))
		done
	done
}

t flipped "no byte of the headers, whatever it is, ends in a crash"
flipped_is() {
	for k in '' 'class=32 machine=3'; do
		elf whole $k sym=viocon_earlyinit
		perl -e '
			open my $fh, "<:raw", "whole" or die; local $/;
			my $whole = <$fh>;
			for my $n (0 .. length($whole) - 1) {
				for my $v (0, 0xff, ord(substr $whole, $n) ^ 0x80) {
					my $k = $whole;
					substr($k, $n, 1) = chr $v;
					open my $to, ">:raw", "k" or die;
					print $to $k;
					close $to or die;
					system "$ENV{NB_BIN}/nb-start -v -k k -i base >out 2>err";
					$? == 0 || $? == 256 or
					    die "byte $n is $v: status $?\n";
				}
			}' || { cat err; atf_fail "a crash"; }
	done
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
