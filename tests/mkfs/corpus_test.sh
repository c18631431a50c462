#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzers' corpora, once through their targets.

. "$NB_TOP/tests/fuzz/target.subr"

atf_test_case images
images_head()
{
	atf_set descr "what a fuzzer once found in images is still mended"
}
images_body()
{
	corpus_once ffs ffs2 ext2 gpt
}

atf_test_case metalog
metalog_head()
{
	atf_set descr "... in METALOG"
}
metalog_body()
{
	corpus_once metalog
}

atf_test_case names
names_head()
{
	atf_set descr "... in names of layers' entries, and in layers' words"
}
names_body()
{
	corpus_once names
}

atf_test_case tar
tar_head()
{
	atf_set descr "... in tar files"
}
tar_body()
{
	corpus_once tar
}

atf_init_test_cases()
{
	atf_add_test_case images
	atf_add_test_case metalog
	atf_add_test_case names
	atf_add_test_case tar
}
