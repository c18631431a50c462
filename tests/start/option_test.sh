#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# option_test: what is refused on the command line and about the files it
# names, each with one line, before anything is run.

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() { world; $1_is; }"
	cases="$cases $1"
}
cases=

t words "words that are no options, values that are missing"
words_is() {
	refused 2 '-z: no such option' -z
	refused 2 '-z: no such option' -i base -sz
	refused 2 '--nosuch: no such option' --nosuch
	refused 2 '--kern: no such option' --kern=x
	refused 2 '-k: needs a value (file)' -i base -k
	refused 2 '--kernel: needs a value (file)' --kernel
	refused 2 '--daemon: takes no value' --daemon=y
	refused 2 'base: not an option' base
	refused 2 'base: not an option' -v -- base
	refused 2 '-: not an option' -
	refused 2 'no image: name one with -i' -v
	refused 2 '-k: an empty name' -v -i base -k ''
	refused 2 '-i: an empty name' -v -i ''
	refused 2 '-c: "" is not a number' -v -i base -c ''
	refused 2 '-A: xen: no such accelerator: kvm, nvmm, hvf or tcg' -v -i base -A xen
	refused 2 '-A: tcg,thread=single: no such accelerator' \
	    -v -i base -A tcg,thread=single
	refused 2 '-t goes with -d' -v -i base -t 5555
	start -v -i base -- >/dev/null || atf_fail "-- at the end"
}

t usage "without a word: how it is used, status 2"
usage_is() {
	atf_check -s exit:2 -e match:'^usage: nb-start \[-' \
	    "$NB_BIN/nb-start"
}

t help "-h lists every option with its long form"
help_is() {
	start -h >help || atf_fail "status"
	for o in A a b c d E e f h I i k l m N n P p r S s T t u v w x; do
		grep -q -- "^  -$o, --[a-z0-9-]*" help || atf_fail "-$o"
	done
	[ "$(grep -c '^  -' help)" -eq 27 ] || atf_fail "$(cat help)"
}

t manual "the manual has every option, and no other"
manual_is() {
	man=$NB_TOP/tools/nb-start/nb-start.1
	[ -f "$man" ] || atf_skip "no manual here"
	start -h | sed -n 's/^  -\(.\), --\([a-z0-9-]*\).*/\1 \2/p' | sort >help
	sed -n 's/^\(\.It \)\{0,1\}\.\{0,1\}Fl \(.\) , Fl Fl \([a-z0-9-]*\).*/\2 \3/p' \
	    "$man" | sort >manual
	diff -u help manual || atf_fail "they differ"
}

t examples "the manual's examples are commands that nb-start takes"
examples_is() {
	man=$NB_TOP/tools/nb-start/nb-start.1
	[ -f "$man" ] || atf_skip "no manual here"
	export ARCH=amd64
	image images/rescue-amd64.img rescueroot!
	image images/bozohttpd-amd64.img bozohttpdroot!
	image images/build-amd64.img buildroot!
	image work.img workroot!
	image job.img nbjob!
	mkdir etc
	echo hostfwd=::8180-:80 >etc/bozohttpd.conf
	sed -n 's/^\.Dl nb-start //p' "$man" >examples
	[ "$(wc -l <examples)" -ge 3 ] || atf_fail "$(wc -l <examples) examples"
	while read -r e; do
		eval "start -v $e" >out 2>err || show "nb-start $e"
		[ ! -s err ] || show "nb-start $e"
	done <examples
}

t environment "a bad value of the environment is named by its variable"
environment_is() {
	export QEMU_ACCEL=warp
	refused 2 'QEMU_ACCEL: warp: no such accelerator' -v -i base
	QEMU_ACCEL=tcg
	export ARCH=vax
	refused 2 'ARCH: vax: no such architecture: amd64, i386 or evbarm-aarch64' \
	    -v -i base
	unset ARCH
	export QEMU=nosuch
	refused 1 'nosuch: no such program: QEMU names it' -v -i base
	QEMU=./nosuch
	refused 1 './nosuch: no such program: QEMU names it' -v -i base
}

t no_qemu "QEMU that is not installed"
no_qemu_is() {
	for p in cat grep wc head rm cp perl uname dirname truncate env; do
		ln -s "$(command -v $p)" bin/$p
	done
	rm bin/qemu*
	PATH=$PWD/bin
	for a in base:x86_64 images/base-i386.img:i386 \
	    images/base-evbarm-aarch64.img:aarch64; do
		refused 1 "qemu-system-${a#*:}: not found: install QEMU" \
		    -v -i ${a%:*}
	done
	: >bin/qemu-system-x86_64
	refused 1 'qemu-system-x86_64: not found' -v -i base
}

t cmdline "a kernel's command line that NetBSD would not read to its end"
cmdline_is() {
	# "console=com root=NAME=baseroot " has 31 characters.
	a=$(head -c 224 /dev/zero | tr '\0' a)
	start -v -i base -a "$a" >/dev/null || atf_fail "255 characters"
	refused 2 'has 256 characters and NetBSD looks at 255 only: shorten -a' \
	    -v -i base -a "a$a"
	refused 2 'longer than the 143 characters' -v -i base \
	    -r "$(head -c 144 /dev/zero | tr '\0' a)"
	refused 2 'root NAME=a b: has a blank in it' -v -i base -r 'NAME=a b'
	refused 2 '-a: a control character in the value' -v -i base -a 'a
b'
}

t no_image "an image that is not there: what to type"
no_image_is() {
	[ "$(uname -m)" = x86_64 ] || atf_skip "written for amd64 hosts"
	refused 1 'images/x-amd64.img: no such image: type `bmake SERVICE=x base`' \
	    -v -i x
	refused 1 'images/x-i386.img: no such image: type `bmake ARCH=i386 SERVICE=x base`' \
	    -v -i x -k netbsd-SMOL386
	refused 1 'images/x-i386.img: no such image: type `bmake ARCH=i386 SERVICE=x base`' \
	    -v -i x-i386
	refused 1 'images/x-amd64:t.img: no such image: type `bmake SERVICE=x base`' \
	    -v -i x:t
	refused 1 './x.img: no such image: type `bmake SERVICE=x base`' -v -i ./x.img
	refused 1 'images/two-amd64.img: no such image' -v -i base -l two
	: >x.conf
	refused 1 'images/x-amd64.img: no such image' -v -f x.conf
	echo imgtag=t >x.conf
	refused 1 'images/x-amd64:t.img: no such image' -v -f x.conf
	mkdir base images/d.img
	start -v -i base >/dev/null || atf_fail "a folder of that name"
	refused 1 'images/d.img: no such image' -v -i images/d.img
}

t bad_image "images that cannot be used"
bad_image_is() {
	: >images/x.img
	refused 1 'images/x.img: empty: make it again' -v -i x
	mkfifo images/f.img
	refused 1 'images/f.img: not an image file' -v -i f
	cp images/base-amd64.img images/x.img
	printf x | dd of=images/x.img bs=1 seek=530 conv=notrunc 2>/dev/null
	refused 1 'images/x.img: damaged partition table' -v -i x
	start -v -i x -r ld0a >/dev/null || atf_fail "with -r it is not looked at"
	image images/x.img one two
	refused 1 'images/x.img: has 2 partitions and none is marked bootme (the first is "one"): name the root with -r NAME=name' \
	    -v -i x
	image images/x.img 'my root!'
	refused 1 'images/x.img: partition "my root" has a blank in its name' -v -i x
	image images/x.img '!'
	refused 1 'images/x.img: its partition has no name' -v -i x
}

t read_only "an image that may not be written"
read_only_head() {
	atf_set descr "an image that may not be written"
	atf_set require.user unprivileged
}
read_only_is() {
	chmod 400 images/base-amd64.img
	refused 1 'images/base-amd64.img: cannot be written (:snapshot or -S throws away what the guest writes): Permission denied' \
	    -i base
	start -v -i base -S >/dev/null || atf_fail "-S"
	start -v -i base -I >/dev/null || atf_fail "-I"
	chmod 0 images/base-amd64.img
	refused 1 'images/base-amd64.img: Permission denied' -i base -S
}

t planted_qcow2 "a qcow2 header that a guest wrote gives it no file of the host"
planted_qcow2_is() {
	# Version 3, a backing file's name at 104 (QEMU docs/interop/qcow2.txt).
	{ printf 'QFI\373\0\0\0\3\0\0\0\0\0\0\0\150\0\0\0\013'
	  head -c 84 /dev/zero; printf /etc/shadow; } >images/x.img
	truncate -s 1M images/x.img
	refused 1 'images/x.img: a qcow2 image that names other files of this host' \
	    -v -i x
	cp images/x.img images/mine.qcow2
	has if=none,file=images/mine.qcow2,format=qcow2,id=hd0 -i mine.qcow2
	# Incompatible feature 2: the data is in another file.
	{ printf 'QFI\373\0\0\0\3'; head -c 71 /dev/zero; printf '\004'; } >images/x.img
	truncate -s 1M images/x.img
	refused 1 'names other files of this host' -v -i x
}

t damaged_qcow2 "no byte of a qcow2 file's first ones ends in a crash"
damaged_qcow2_head() {
	atf_set descr "no byte of a qcow2 file's first ones ends in a crash"
	atf_set require.progs perl qemu-img
	atf_set timeout 600
}
damaged_qcow2_is() {
	image raw.img baseroot!
	qemu-img convert -O qcow2 -o cluster_size=512 raw.img whole
	perl -e '
		open my $fh, "<:raw", "whole" or die; local $/;
		my $whole = <$fh>;
		my @l1 = (unpack "Q>", substr $whole, 40, 8)[0] + 0;
		my ($l2) = unpack "Q>", substr $whole, $l1[0], 8;
		$l2 &= 0x00fffffffffffe00;
		for my $n (4 .. 79, $l1[0] .. $l1[0] + 7, $l2 .. $l2 + 23) {
			for my $v (0, 0x7f, 0xff) {
				my $k = $whole;
				substr($k, $n, 1) = chr $v;
				open my $to, ">:raw", "images/x.qcow2" or die;
				print $to $k;
				close $to or die;
				system "$ENV{NB_BIN}/nb-start -v -i x.qcow2 >out 2>err";
				$? == 0 || $? == 256 or
				    die "byte $n is $v: status $?\n";
			}
		}' || { cat err; atf_fail "a crash"; }
}

t shares "folders and files to hand over that are not there"
shares_is() {
	refused 1 'nosuch: no such folder to share' -v -i base -w nosuch
	refused 1 'nosuch: no such folder to share' -v -i base -w nosuch:ro
	refused 1 'kernels/netbsd-SMOL: no such folder' -v -i base -w kernels/netbsd-SMOL
	refused 1 'nosuch: No such file' -v -i base -E F=nosuch
	refused 1 'kernels: not a file' -v -i base -E F=kernels
	refused 2 '-e: "b" is not NAME=VALUE (a comma in a value is written twice)' \
	    -v -i base -e a=1,b
	refused 2 '-e: a: has no value' -v -i base -e a=
	refused 2 '-e: "a b": a name has letters, digits and _ only' -v -i base -e 'a b=1'
	refused 2 '-e: "a,string": a name has' -v -i base -e 'a,,string=x'
	n=$(head -c 34 /dev/zero | tr '\0' n)
	start -v -i base -e "$n=1" >/dev/null || atf_fail "34 characters"
	refused 2 "-e: n$n: longer than 34 characters" -v -i base -e "n$n=1"
}

t first_line "a message is one line whatever the names have in them"
first_line_is() {
	refused 2 '-k: a control character in the value' -v -i base -k './a
b'
	export QEMU='./a
b'
	refused 1 './a?b: no such program' -v -i base
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
