#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzer's corpus of pkg_summary files, once through its target.

. "$NB_TOP/tests/fuzz/target.subr"

atf_test_case summary
summary_head()
{
	atf_set descr "what a fuzzer tried of pkg_summary and patterns holds"
}
summary_body()
{
	corpus_once summary
}

atf_init_test_cases()
{
	atf_add_test_case summary
}
