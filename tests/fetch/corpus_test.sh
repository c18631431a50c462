#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzers' corpora of what servers say, once through their
# targets.

# corpus NAME
corpus()
{
	fuzz=$NB_TOP/tests/fuzz
	tools=$NB_TOP/tools
	# shellcheck disable=SC2086 # CC may be several words, or flags be none
	${CC:-cc} -std=c11 -O1 -g -DSTANDALONE -D_XOPEN_SOURCE=700 \
	    -D_NETBSD_SOURCE -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 \
	    ${SANITIZE:+-fsanitize=$SANITIZE} -I "$tools/lib" \
	    -I "$tools/nb-fetch" -o "$1_fuzz" "$fuzz/$1_fuzz.c" \
	    "$fuzz/standalone.c" "$tools/nb-fetch/index.c" \
	    "$tools/nb-fetch/sums.c" "$tools/nb-fetch/url.c" \
	    "$NB_OBJ/lib/libnb.a" -lcurl -lmd ||
	    atf_fail "the target does not compile"
	atf_check -o match:'^[1-9][0-9]* inputs$' "./$1_fuzz" \
	    "$fuzz/corpus/$1"/*
}

for c in sums index; do
	eval "
	atf_test_case $c
	${c}_head()
	{
		atf_set descr 'what a fuzzer reads: $c'
	}
	${c}_body()
	{
		corpus $c
	}"
done

atf_init_test_cases()
{
	atf_add_test_case sums
	atf_add_test_case index
}
