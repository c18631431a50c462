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

# built CC FLAGS: nb-mkfs from its sources by that compiler gives the sums
built()
{
	mkdir bin
	# shellcheck disable=SC2086 # several words each
	$1 -std=c11 $2 -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE \
	    -D_FILE_OFFSET_BITS=64 -I "$NB_TOP/tools/lib" -o bin/nb-mkfs \
	    "$NB_TOP"/tools/lib/*.c "$NB_TOP"/tools/nb-mkfs/*.c \
	    "$NB_TOP"/tools/nb-mkfs/*/*.c -larchive -lz -lmd -lpthread ||
	    atf_fail "$1 $2: does not compile"
	NB_BIN=$PWD/bin "$NB_TOP/tests/mkfs/golden" list >sums ||
	    atf_fail "golden list"
	atf_check diff "$NB_TOP/tests/mkfs/golden.sha256" sums
}

# build_case NAME CC FLAGS
build_case()
{
	atf_test_case "$1"
	eval "${1}_head()
	{
		atf_set descr 'the same sums from $2 $3'
		atf_set require.progs '$2 sha256sum'
		atf_set timeout 1800
	}
	${1}_body()
	{
		built '$2' '$3'
	}"
}

build_case gcc_O0 gcc -O0
build_case gcc_O3 gcc -O3
build_case clang_O0 clang -O0
build_case clang_O2 clang -O2
build_case sanitized clang \
    '-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all'

atf_init_test_cases()
{
	for c in gcc_O3 clang_O0 sanitized; do
		atf_add_test_case $c
	done
	if [ "${NB_SOAK-}" = y ]; then
		atf_add_test_case gcc_O0
		atf_add_test_case clang_O2
	fi
	atf_add_test_case known_sums
	atf_add_test_case other_surroundings
}
