#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: what a fuzzer reads, once, without one (tests/fuzz/README.md).

. "${NB_TOP:?}/tests/fuzz/target.subr"

atf_test_case shell
shell_head()
{
	atf_set descr 'what a fuzzer reads: shell'
}
shell_body()
{
	corpus_once shell
}

atf_init_test_cases()
{
	atf_add_test_case shell
}
