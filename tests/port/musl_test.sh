#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# musl_test: the library, nb-mkfs and nb-untar compile with musl's headers.
# They are not linked: Debian has no libarchive for musl.
# shellcheck source=tests/port/port.subr
. "$(atf_get_srcdir)/port.subr"
# shellcheck source=tests/mkfs/case.subr
. "$(atf_get_srcdir)/../mkfs/case.subr"

t compiles "with -std=c11 -pedantic and no warning"
compiles_body()
{
	need_progs musl-gcc
	mkdir include
	for h in archive.h archive_entry.h zlib.h zconf.h sha2.h; do
		f=$(find /usr/include -maxdepth 2 -name $h | head -1)
		ln -s "${f:?$h}" include/
	done
	# The kernel's own, which musl brings none of.
	for h in linux asm asm-generic; do
		f=$(find /usr/include -maxdepth 2 -name $h -type d | head -1)
		ln -s "${f:?$h}" include/
	done
	for dir in lib nb-mkfs nb-untar; do
		find "$NB_TOP/tools/$dir" -name '*.c' | while read -r f; do
			# shellcheck disable=SC2086 # several words each
			musl-gcc -std=c11 -pedantic -Werror $WARNS $DEFINES \
			    -I"$NB_TOP/tools/lib" -I"$NB_TOP/tools/nb-mkfs" \
			    -I"$NB_TOP/tools/$dir" -idirafter include \
			    -fsyntax-only "$f" || echo "$f" >>bad
		done
	done
	[ ! -e bad ] || atf_fail "$(cat bad)"
}
