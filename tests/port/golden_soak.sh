#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# golden_soak: all the images of golden_test.sh, by optimized programs.
# shellcheck source=tests/port/port.subr
. "$(atf_get_srcdir)/port.subr"
# shellcheck source=tests/mkfs/case.subr
. "$(atf_get_srcdir)/../mkfs/case.subr"

t s390x "big-endian: every image of the fixed inputs"
s390x_body()
{
	cross_begin s390x -O1
	cross_prog nb-mkfs
	golden_sums
}

t i386 "32 bits: every image of the fixed inputs"
i386_body()
{
	cross_begin i386 -O1
	cross_prog nb-mkfs
	golden_sums
}
