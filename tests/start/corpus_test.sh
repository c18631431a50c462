#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzer's corpus of confs, once through its target.

. "$NB_TOP/tests/fuzz/target.subr"

atf_test_case conf
conf_head()
{
	atf_set descr 'what a fuzzer reads: conf'
}
conf_body()
{
	corpus_once conf
}

atf_init_test_cases()
{
	atf_add_test_case conf
}
