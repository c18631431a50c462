#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# hardening_test: what the programs are compiled and linked with.

# flags VARIABLE WORD ...: as tools/nb-lock's Makefile has it; the words are
# variables and bmake's own.
flags()
{
	_v=$1
	shift
	(cd "$NB_TOP/tools/nb-lock" && unset CFLAGS CPPFLAGS LDFLAGS COPTS &&
	    env MAKEOBJDIR="${TMPDIR:-/tmp}" "$@" "${MAKE:-bmake}" \
	    -v "$_v" ${CC:+CC="$CC"})
}

atf_test_case programs
programs_head()
{
	atf_set descr 'each is hardened: read from its ELF headers'
	atf_set require.progs 'readelf'
}
programs_body()
{
	case ${SANITIZE-}${COVERAGE-} in ?*) atf_skip "these have other flags" ;; esac
	readelf -h "$NB_BIN/nb-mkfs" >/dev/null 2>&1 || atf_skip "not ELF here"
	fortified=n
	for p in "$NB_BIN"/nb-*; do
		readelf -hldW "$p" >elf
		atf_check -o match:'DYN' grep 'Type: ' elf
		atf_check -o match:'\(FLAGS_1\).*PIE' grep FLAGS_1 elf
		atf_check -o match:'NOW' grep '(FLAGS)' elf
		atf_check -o ignore grep GNU_RELRO elf
		atf_check -o match:' RW +0x' grep GNU_STACK elf
		readelf -W --dyn-syms "$p" >symbols
		atf_check -o ignore grep -w __stack_chk_fail symbols
		! grep -q '__[a-z]*_chk@' symbols || fortified=y
	done
	# musl has no such functions.
	[ $fortified = y ] || ! grep -q GLIBC symbols ||
	    atf_fail "_FORTIFY_SOURCE had no effect"
}

atf_test_case others_flags
others_flags_head()
{
	atf_set descr "the host's own flags win, and what cannot be is left out"
}
others_flags_body()
{
	flags CPPFLAGS >out || atf_fail "no flags"
	grep -q -- '-D_FORTIFY_SOURCE' out || atf_skip "not with this compiler"
	# once, and with the host's own level
	flags CPPFLAGS CPPFLAGS=-D_FORTIFY_SOURCE=1 >out
	atf_check -o inline:'-D_FORTIFY_SOURCE=1\n' \
	    grep -o -e '-[UD]_FORTIFY_SOURCE[=0-9]*' out
	flags CPPFLAGS CFLAGS='-O2 -D_FORTIFY_SOURCE=1' >out
	atf_check -s exit:1 grep -e _FORTIFY_SOURCE out
	# a host's words are behind ours
	flags CFLAGS CFLAGS=-fno-stack-protector >out
	atf_check -o match:'-fstack-protector-strong.*-fno-stack-protector' cat out
	flags LDFLAGS LDFLAGS=-no-pie >out
	atf_check -o match:'-pie.* -no-pie' cat out
	flags LDFLAGS LDFLAGS=-static >out
	atf_check -o match:'-z,now' -o not-match:'-pie' cat out
	# nothing to say about what is not optimized
	flags CPPFLAGS COPTS='-g -O0' >out
	atf_check -s exit:1 grep -e _FORTIFY_SOURCE out
	flags CFLAGS HARDENING=no >out
	atf_check -s exit:1 grep -e -fstack-protector out
	for v in SANITIZE=address COVERAGE=y; do
		flags CFLAGS $v >out
		atf_check -s exit:1 grep -e -fstack-protector out
	done
}

atf_test_case another_compiler
another_compiler_head()
{
	atf_set descr "a compiler or linker that has not all gets what it has"
}
another_compiler_body()
{
	# fake FLAG: a compiler that says no to it, or only a word to the last
	cat >cc-fake <<-EOF
		#!/bin/sh
		for w; do
			case \$w in
			-Wl,-z,*)	echo "unknown: \$w" >&2; exit 1 ;;
			*SOURCE=3)	echo "warning: as 2" >&2 ;;
			esac
		done
		exec ${CC:-cc} "\$@"
	EOF
	chmod +x cc-fake
	sh "$NB_TOP/tools/hardening.sh" ${CC:-cc} >all
	grep -q -e -z,now all || atf_skip "not with this compiler"
	atf_check -o save:out sh "$NB_TOP/tools/hardening.sh" ./cc-fake
	atf_check -o match:'^-fstack-protector-strong$' -o match:'^-pie$' \
	    -o match:'^-D_FORTIFY_SOURCE=2$' -o not-match:'-z' \
	    -o not-match:'SOURCE=3' cat out
	printf '#!/bin/sh\nexit 1\n' >cc-fake
	atf_check sh "$NB_TOP/tools/hardening.sh" ./cc-fake
}

atf_init_test_cases()
{
	atf_add_test_case programs
	atf_add_test_case others_flags
	atf_add_test_case another_compiler
}
