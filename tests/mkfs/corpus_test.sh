#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# corpus_test: the fuzzers' corpora, once through their targets.

# corpus TARGET NAME ...: compile tests/fuzz/TARGET.c, and have it read these
corpus()
{
	fuzz=$NB_TOP/tests/fuzz
	tools=$NB_TOP/tools
	target=$1
	shift
	# shellcheck disable=SC2086 # CC may be several words, or flags be none
	${CC:-cc} -std=c11 -O1 -g -DSTANDALONE -D_XOPEN_SOURCE=700 \
	    -D_NETBSD_SOURCE -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 \
	    ${SANITIZE:+-fsanitize=$SANITIZE} -I "$tools/lib" -o "$target" \
	    "$fuzz/$target.c" "$fuzz/standalone.c" "$fuzz/scratch.c" \
	    "$fuzz/treecheck.c" "$tools"/nb-mkfs/check/*.c \
	    "$tools"/nb-mkfs/list*.c "$tools"/nb-mkfs/word.c \
	    "$NB_OBJ/lib/libnb.a" -larchive -lmd -lz ||
	    atf_fail "the target does not compile"
	for name; do
		atf_check -o match:'^[1-9][0-9]* inputs$' "./$target" \
		    "$fuzz/corpus/$name"/*
	done
}

atf_test_case images
images_head()
{
	atf_set descr "what a fuzzer once found in images is still mended"
}
images_body()
{
	corpus image_fuzz ffs ffs2 ext2 gpt
}

atf_test_case metalog
metalog_head()
{
	atf_set descr "... in METALOG"
}
metalog_body()
{
	corpus metalog_fuzz metalog
}

atf_test_case names
names_head()
{
	atf_set descr "... in names of layers' entries, and in layers' words"
}
names_body()
{
	corpus names_fuzz names
}

atf_init_test_cases()
{
	atf_add_test_case images
	atf_add_test_case metalog
	atf_add_test_case names
}
