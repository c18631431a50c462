#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# accel_test: an accelerator is believed when a guest ran in it, and the
# verdict is kept for as long as it can hold.

# A QEMU whose kvm does what the file kvm says; each start of it with kvm
# leaves a line in probes.
qemu() {
	stub qemu-system-x86_64 <<-'EOF'
		#!/bin/sh
		case " $* " in
		*' -accel kvm '*)
			echo "$*" >>probes
			. ./kvm ;;
		*' -kernel /dev/fd/'*)
			# the probe, in tcg
			echo "$*" >>tcg_probes
			[ ! -e tcg ] || . ./tcg
			printf K
			exec sleep 60 ;;
		esac
		for a; do printf '%s\n' "$a"; done >args
	EOF
	cp bin/qemu-system-x86_64 bin/qemu-system-i386
}

t() {
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs perl; }"
	eval "$1_body() { $3 world; unset QEMU_ACCEL; export XDG_CACHE_HOME=\$PWD/cache; qemu; $1_is; }"
	cases="$cases $1"
}
cases=

needs_kvm() {
	[ "$(uname -s)" = Linux ] || atf_skip "kvm is Linux's"
	case $(uname -m) in
	x86_64)	;;
	*)	atf_skip "written for amd64 hosts" ;;
	esac
	[ -r /dev/kvm ] && [ -w /dev/kvm ] || atf_skip "no /dev/kvm here"
}

probes() {
	[ -e probes ] || : >probes
	[ $(($(wc -l <probes))) -eq "$1" ] || {
		cat probes
		atf_fail "$(wc -l <probes) probes, not $1"
	}
}

# takes ACCEL ARGS: the command that -v prints has that accelerator
takes() {
	_a=$1
	shift
	start -v "$@" >out 2>err || { cat err; atf_fail "nb-start -v $*"; }
	grep -q -- " -accel $_a " out || {
		cat out err
		atf_fail "nb-start -v $*: not $_a"
	}
}

# no_child: nothing of the probe's is left (init may be slow to reap it)
no_child() {
	sleep 0.1
	case $(ps -o stat= -p "$(cat child)") in
	'' | Z*)	;;
	*)	atf_fail "a process was left" ;;
	esac
}

t works "a kvm that runs the guest is taken, without a word" "needs_kvm;"
works_is() {
	echo 'printf K' >kvm
	start -i base </dev/null >out 2>err || show "see above"
	grep -qx kvm args || atf_fail "$(cat args)"
	takes kvm -i base
	[ ! -s err ] || show "see above"
	grep -qE -- ' -cpu host(,\+invtsc)? ' out || show "see above"
}

t hangs "a kvm that hangs is given a second and tcg taken" "needs_kvm;"
hangs_is() {
	echo 'echo $$ >child; exec sleep 60' >kvm
	from=$(date +%s)
	start -i base </dev/null 2>err || show "see above"
	[ $(($(date +%s) - from)) -le 3 ] || atf_fail "it took too long"
	no_child
	atf_check -o match:'^nb-start: kvm: a guest of some 10 ms did not end within 1000 ms: tcg taken, which is slower \(-A kvm forces it\)$' cat err
	[ "$(wc -l <err)" -eq 1 ] || atf_fail "more than a line"
	grep -qx max args || atf_fail "the processor's model"
}

t firmware "where nothing runs in tcg either the firmware may be at fault" "needs_kvm;"
firmware_is() {
	# QEMU 9.1 has been so
	echo 'exec sleep 60' >kvm
	cp kvm tcg
	start -i base </dev/null 2>err || show "see above"
	atf_check -o match:'^nb-start: kvm: a guest of some 10 ms did not end within 1000 ms, nor in tcg: this QEMU.s firmware may be at fault, as that of 9.0 and 9.1 \(-x "-L folder" names another.s\): tcg taken' cat err
	[ "$(wc -l <err)" -eq 1 ] || atf_fail "more than a line"
	# once for many
	[ "$(wc -l <tcg_probes)" -eq 1 ] || atf_fail "$(cat tcg_probes)"
	start -i base </dev/null 2>again || show "see above"
	cmp err again || atf_fail "another time it says something else"
	[ "$(wc -l <tcg_probes)" -eq 1 ] && probes 1
	# one that hangs in kvm only is as before
	rm -r cache tcg
	start -i base </dev/null 2>err || show "see above"
	! grep firmware err || atf_fail "see above"
	# other firmware is tried for itself, and the probe has it
	echo 'case " $* " in *" -L ./my fw -bios b.bin "*) printf K ;; esac; exec sleep 60' >kvm
	takes tcg -i base
	takes kvm -i base -x '-L "./my fw" -no-reboot -bios b.bin'
	takes tcg -i base -x '-no-reboot -L'
	probes 3
	! grep -- -no-reboot probes || atf_fail "other words than those"
	takes kvm -i base -x '-L "./my fw" -bios b.bin'
	probes 3
}

t hangs_in_child "processes below that QEMU are ended too" "needs_kvm;"
hangs_in_child_is() {
	printf 'sleep 60 &\necho $! >child\nwait\n' >kvm
	takes tcg -i base
	no_child
}

t aborts "a kvm in which QEMU aborts: tcg, with QEMU's reason" "needs_kvm;"
aborts_is() {
	cat >kvm <<-'EOF'
		echo 'one line' >&2
		echo 'qemu-system-x86_64: error: failed to set MSR 0x48f' >&2
		kill -ABRT $$
	EOF
	start -i base </dev/null 2>err || atf_fail "status"
	atf_check -o inline:'nb-start: kvm: error: failed to set MSR 0x48f: tcg taken, which is slower (-A kvm forces it)\n' cat err
	rm -r cache
	echo 'kill -ABRT $$' >kvm
	start -i base </dev/null 2>err || atf_fail "status"
	atf_check -o match:'kvm: QEMU was ended by signal 6: tcg taken' cat err
	rm -r cache
	echo 'exit 3' >kvm
	start -i base </dev/null 2>err || atf_fail "status"
	atf_check -o match:'kvm: QEMU ended with status 3: tcg taken' cat err
}

t wrong_byte "a kvm that writes something else does not work" "needs_kvm;"
wrong_byte_is() {
	echo 'printf xyz; exit 0' >kvm
	takes tcg -i base
}

t remembered "one probe for many starts, and the reason is told each time" "needs_kvm;"
remembered_is() {
	echo 'echo no such luck >&2; exit 1' >kvm
	for i in 1 2 3; do
		start -i base </dev/null 2>err || atf_fail "status"
		atf_check -o match:'kvm: no such luck: tcg taken' cat err
	done
	probes 1
	rm probes
	rm -r cache
	echo 'printf K' >kvm
	for i in 1 2 3; do
		takes kvm -i base
	done
	probes 1
}

t forgotten "another QEMU, another boot or another model is tried anew" "needs_kvm;"
forgotten_is() {
	echo 'printf K' >kvm
	takes kvm -i base
	probes 1
	takes kvm -i base
	probes 1
	touch -t 202001010000 bin/qemu-system-x86_64
	takes kvm -i base
	probes 2
	echo '# longer' >>bin/qemu-system-x86_64
	touch -t 202001010000 bin/qemu-system-x86_64
	takes kvm -i base
	probes 3
	cp -p bin/qemu-system-x86_64 other
	QEMU=./other takes kvm -i base
	probes 4
	# The boot's id is in the verdict: another one's is no use.
	takes kvm -i base
	probes 4
	sed "s/$(cat /proc/sys/kernel/random/boot_id)/00000000-0000-0000-0000-000000000000/" \
	    cache/nb-start/accel-* >old
	cmp -s old cache/nb-start/accel-* && atf_fail "no boot id in it"
	for f in cache/nb-start/accel-*; do cp old "$f"; done
	takes kvm -i base
	probes 5
}

t damaged "what is no verdict is none" "needs_kvm;"
damaged_is() {
	echo 'printf K' >kvm
	takes kvm -i base
	f=$(echo cache/nb-start/accel-*)
	cp "$f" good
	n=1
	for s in '' yes 's/^nb-start 1/nb-start 2/' '$s/.*/maybe/' '$d'; do
		case $s in
		'' | yes)	printf '%s' "$s" >"$f" ;;
		*)	sed "$s" good >"$f" ;;
		esac
		takes kvm -i base
		n=$((n + 1))
		probes $n
		cmp good "$f" || atf_fail "not mended"
	done
	head -c 100000 /dev/urandom >"$f"
	takes kvm -i base
	rm "$f"
	ln -s ../../good "$f"
	takes kvm -i base
	probes $((n + 2))
}

t nowhere "a verdict that cannot be kept is no error" "needs_kvm;"
nowhere_is() {
	echo 'printf K' >kvm
	: >cache
	takes kvm -i base
	takes kvm -i base
	probes 2
	[ ! -s err ] || show "see above"
	rm cache
	mkdir -p cache/nb-start
	chmod 777 cache/nb-start
	takes kvm -i base
	takes kvm -i base
	probes 4
	[ -z "$(ls cache/nb-start)" ] || atf_fail "left where others may write"
}

t signal "an interrupted probe leaves nothing" "needs_kvm;"
signal_is() {
	echo 'echo $$ >child; exec sleep 60' >kvm
	"$NB_BIN/nb-start" -i base </dev/null 2>err &
	pid=$!
	while [ ! -s child ]; do sleep 0.02; done
	kill -TERM $pid
	wait $pid
	[ $? -gt 128 ] || atf_fail "it did not die of the signal"
	no_child
}

t forced "-A and QEMU_ACCEL are not put to the test" "needs_kvm;"
forced_is() {
	echo 'exit 1' >kvm
	takes kvm -i base -A kvm
	takes tcg -i base -A tcg
	export QEMU_ACCEL=kvm
	takes kvm -i base
	probes 0
}

t foreign "a guest for another processor gets tcg, without a word"
foreign_is() {
	case $(uname -m) in
	x86_64)	;;
	*)	atf_skip "written for amd64 hosts" ;;
	esac
	takes tcg -i images/base-evbarm-aarch64.img
	[ ! -s err ] || show "see above"
}

t i386 "an i386 guest runs in an amd64 host's kvm" "needs_kvm;"
i386_is() {
	echo 'printf K' >kvm
	takes kvm -i images/base-i386.img
}

t denied "a /dev/kvm that may not be opened is not tried"
denied_head() {
	atf_set descr "a /dev/kvm that may not be opened is not tried"
	atf_set require.user unprivileged
}
denied_is() {
	[ "$(uname -s)" = Linux ] || atf_skip "kvm is Linux's"
	! { [ -r /dev/kvm ] && [ -w /dev/kvm ]; } || atf_skip "it may be opened"
	start -i base </dev/null 2>err || show "see above"
	atf_check -o match:'^nb-start: kvm: /dev/kvm: .*: tcg taken' cat err
	probes 0
}

t same_machine "the probe's machine is the guest's own" "needs_kvm;"
same_machine_is() {
	echo 'printf K' >kvm
	takes kvm -i base
	want=$(sed 's/.*\( -accel.* -display none\) .*/\1/' out)
	grep -qF -- "$want" probes || { cat probes; atf_fail "not $want"; }
}

atf_test_case guests
guests_head() {
	atf_set descr "the guests of the probe run: amd64, i386 and aarch64, in tcg"
	atf_set require.progs qemu-system-x86_64 qemu-system-i386 \
	    qemu-system-aarch64 cc
}
guests_body() {
	src=$NB_TOP/tools
	[ -f "$src/nb-start/guest.c" ] || atf_skip "no sources here"
	cat >m.c <<-'EOF'
		#include <stdio.h>
		#include "guest.h"
		int
		main(int argc, char **argv)
		{
			uint8_t file[GUEST_MAX];
			size_t n = guest_make(file, arch_find(argv[argc - 1]));

			return fwrite(file, 1, n, stdout) != n;
		}
	EOF
	cc -I"$src/nb-start" -I"$src/lib" -D_XOPEN_SOURCE=700 -o m m.c \
	    "$src/nb-start/guest.c" "$src/nb-start/arch.c" || atf_fail cc
	while read -r arch qemu machine cpu; do
		./m $arch >guest.$arch
		timeout 20 qemu-system-$qemu -nodefaults -accel tcg -cpu $cpu \
		    -M $machine -m 64 -display none -serial stdio \
		    -kernel guest.$arch </dev/null >out.$arch 2>err.$arch &
		n=0
		while [ ! -s out.$arch ] && [ $n -lt 180 ]; do
			sleep 0.1
			n=$((n + 1))
		done
		kill $!
		wait $!
		[ "$(cat out.$arch)" = K ] || {
			cat err.$arch
			atf_fail "$arch: $(od -c out.$arch)"
		}
	done <<-'EOF'
		amd64 x86_64 microvm,rtc=on,acpi=off,pic=off max
		i386 i386 microvm,rtc=on,acpi=off,pic=off max
		evbarm-aarch64 aarch64 virt,gic-version=3 max,pauth-impdef=on
	EOF
}

atf_init_test_cases() {
	. "$(atf_get_srcdir)/start.subr"
	for c in $cases; do
		atf_add_test_case "$c"
	done
	atf_add_test_case guests
}
