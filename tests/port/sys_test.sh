#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# sys_test: what is compiled on NetBSD, FreeBSD and macOS alone, or where time
# and devices have other names there, is C without a warning.
#
# clang compiles for these systems, with musl's headers for what is POSIX's and
# those of the folder sys for what is a system's own, as its manuals have it.
# So a branch that no longer fits its callers is seen, a call of Linux's or
# GNU's outside of a branch, and a header that is not included. What is not
# seen: whether the folder sys is right, what a system lacks of POSIX, and
# whether any of it works.
# shellcheck source=tests/port/port.subr
. "$(atf_get_srcdir)/port.subr"
# shellcheck source=tests/mkfs/case.subr
. "$(atf_get_srcdir)/../mkfs/case.subr"

# Where systems are told apart, and who asks it; of nb-postinst, also what is
# there for other systems alone.
sources()
(
	cd "$NB_TOP/tools" || exit
	grep -lE 'compat\.h|__(linux|APPLE|NetBSD|FreeBSD)__|st_[acm]tim\.' \
	    lib/*.c nb-mkfs/*.c nb-start/*.c nb-untar/*.c
	echo nb-postinst/elsewhere.c
	echo nb-postinst/run.c
)

# by_system NAME TARGET: sys/NAME's, compiled by clang for TARGET
by_system()
{
	need_progs clang musl-gcc
	musl=$(find /usr/include -maxdepth 1 -name '*-linux-musl')
	musl=${musl%%
*}
	cpu=${musl##*/}
	mkdir include
	for h in archive.h archive_entry.h zlib.h zconf.h; do
		f=$(find /usr/include -maxdepth 2 -name $h | head -1)
		ln -s "${f:?$h}" include/
	done
	sources >list
	[ "$(wc -l <list)" -gt 15 ] || atf_fail "few sources"
	while read -r f; do
		# shellcheck disable=SC2086 # several words each
		clang --target="${cpu%%-*}-$2" -nostdlibinc -fsyntax-only \
		    -std=c11 -pedantic -Werror $WARNS $DEFINES \
		    -D_NETBSD_SOURCE -D_DARWIN_C_SOURCE \
		    -I"$NB_TOP/tools/lib" -I"$NB_TOP/tools/${f%/*}" \
		    -isystem "$NB_TOP/tests/port/sys/$1" -isystem "$musl" \
		    -idirafter "$PWD/include" "$NB_TOP/tools/$f" ||
		    echo "$f" >>bad
	done <list
	[ ! -e bad ] || atf_fail "$1: $(tr '\n' ' ' <bad)"
}

t netbsd "NetBSD's branches"
netbsd_body()
{
	by_system netbsd unknown-netbsd
}

t freebsd "FreeBSD's branches"
freebsd_body()
{
	by_system freebsd unknown-freebsd14
}

t macos "macOS's branches"
macos_body()
{
	by_system macos apple-macosx11
}
