#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzer's corpus of pkg_summary files, once through its target.

atf_test_case summary
summary_head()
{
	atf_set descr "what a fuzzer tried of pkg_summary and patterns holds"
}
summary_body()
{
	fuzz=$NB_TOP/tests/fuzz
	tools=$NB_TOP/tools
	# shellcheck disable=SC2086 # CC may be several words, or flags be none
	${CC:-cc} -std=c11 -O1 -g -DSTANDALONE -D_XOPEN_SOURCE=700 \
	    -D_NETBSD_SOURCE -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 \
	    ${SANITIZE:+-fsanitize=$SANITIZE} -I "$tools/lib" \
	    -I "$tools/nb-pkg" -o summary_fuzz "$fuzz/summary_fuzz.c" \
	    "$fuzz/standalone.c" "$tools/nb-pkg/blame.c" \
	    "$tools/nb-pkg/pattern.c" "$tools/nb-pkg/repo.c" \
	    "$tools/nb-pkg/resolve.c" "$tools/nb-pkg/summary.c" \
	    "$NB_OBJ/lib/libnb.a" -larchive -lmd -lz ||
	    atf_fail "the target does not compile"
	atf_check -o match:'^[1-9][0-9]* inputs$' ./summary_fuzz \
	    "$fuzz/corpus/summary"/*
}

atf_init_test_cases()
{
	atf_add_test_case summary
}
