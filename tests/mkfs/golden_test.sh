#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# golden_test: images of fixed inputs have the sums that they always had, and
# the same for another user, umask, time zone, locale and folder.
# `tests/mkfs/golden renew` is for changes that are meant.

atf_test_case known_sums
known_sums_head()
{
	atf_set descr "a dozen inputs, in every format, give the images they gave"
	atf_set require.progs "sha256sum"
	atf_set timeout 900
}
known_sums_body()
{
	"$NB_TOP/tests/mkfs/golden" list >sums || atf_fail "golden list"
	atf_check_equal "$(awk 'END { print NR }' sums)" 36
	atf_check diff "$NB_TOP/tests/mkfs/golden.sha256" sums
}

atf_test_case other_surroundings
other_surroundings_head()
{
	atf_set descr "user, umask, time zone, locale and folder do not tell"
	atf_set require.user unprivileged
	atf_set require.progs "sha256sum"
	atf_set timeout 900
}
other_surroundings_body()
{
	mkdir -p elsewhere/home
	(
		umask 077
		TMPDIR=$PWD/elsewhere HOME=$PWD/elsewhere/home TZ=Asia/Tokyo \
		    LC_ALL=C.UTF-8 "$NB_TOP/tests/mkfs/golden" list >sums
	) || atf_fail "golden list"
	atf_check diff "$NB_TOP/tests/mkfs/golden.sha256" sums
}

atf_init_test_cases()
{
	atf_add_test_case known_sums
	atf_add_test_case other_surroundings
}
