#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzer's corpus, once through its target.

atf_test_case all_inputs
all_inputs_head()
{
	atf_set descr "what a fuzzer once found is still mended"
}
all_inputs_body()
{
	fuzz=$NB_TOP/tests/fuzz
	tools=$NB_TOP/tools
	# shellcheck disable=SC2086 # CC may be several words, or flags be none
	${CC:-cc} -std=c11 -O1 -g -DSTANDALONE -D_XOPEN_SOURCE=700 \
	    -D_NETBSD_SOURCE -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 \
	    ${SANITIZE:+-fsanitize=$SANITIZE} -I "$tools/lib" -o image_fuzz \
	    "$fuzz/image_fuzz.c" "$tools"/nb-mkfs/check/*.c \
	    "$tools"/nb-mkfs/list*.c "$tools"/nb-mkfs/word.c \
	    "$NB_OBJ/lib/libnb.a" -larchive -lmd -lz ||
	    atf_fail "the target does not compile"
	atf_check -o match:'^[1-9][0-9]* inputs$' ./image_fuzz \
	    "$fuzz"/corpus/*/*
}

atf_init_test_cases()
{
	atf_add_test_case all_inputs
}
