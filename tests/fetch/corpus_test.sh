#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzers' corpora of what servers say, and of locks, once
# through their targets.

. "$NB_TOP/tests/fuzz/target.subr"

for c in sums index lock; do
	eval "
	atf_test_case $c
	${c}_head()
	{
		atf_set descr 'what a fuzzer reads: $c'
	}
	${c}_body()
	{
		corpus_once $c
	}"
done

atf_init_test_cases()
{
	atf_add_test_case sums
	atf_add_test_case index
	atf_add_test_case lock
}
