#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzer's corpora of what nb-trim reads, once through their
# targets.

. "$NB_TOP/tests/fuzz/target.subr"

atf_test_case sailor
sailor_head()
{
	atf_set descr "what a fuzzer tried of a sailor.conf holds"
}
sailor_body()
{
	corpus_once sailor
}

atf_test_case elf
elf_head()
{
	atf_set descr "what a fuzzer tried of ELF files and scripts holds"
}
elf_body()
{
	corpus_once elf
}

atf_init_test_cases()
{
	atf_add_test_case sailor
	atf_add_test_case elf
}
