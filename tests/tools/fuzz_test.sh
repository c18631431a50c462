#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fuzz_test: what `bmake fuzz` runs: it finds what is there to be found, says
# where that is, and leaves the corpora alone.

# The parts that one target is made of, to be spoilt.
prepare()
{
	case ${SANITIZE-}${COVERAGE-} in
	?*)	atf_skip "another library would be linked" ;;
	esac
	mkdir -p top/tests/fuzz/corpus top/tools
	cp "$NB_TOP"/tests/fuzz/shell* "$NB_TOP/tests/fuzz/target.subr" \
	    top/tests/fuzz/
	cp -R "$NB_TOP/tests/fuzz/corpus/shell" top/tests/fuzz/corpus/
	cp -R "$NB_TOP/tools/nb-check" "$NB_TOP/tools/lib" top/tools/
	chmod -R u+w top
	cp -R top/tests/fuzz/corpus before
	# A fuzzer's library takes a minute to compile; this one is there.
	cat >fuzz <<-EOF
	#!/bin/sh
	NB_TOP=$PWD/top NB_OBJ=$PWD/obj NB_FUZZLIB=$NB_OBJ/lib/libnb.a \\
	    exec sh $NB_TOP/tests/fuzz/run "\$@"
	EOF
	chmod +x fuzz
	echo 'int LLVMFuzzerTestOneInput(const char *, long);
	    int LLVMFuzzerTestOneInput(const char *p, long n)
	    { return p && n < 0; }' >x.c
	"${CLANG:-clang}" -fsanitize=fuzzer,address -o x x.c 2>/dev/null ||
	    atf_skip "there is no libFuzzer here"
}

atf_test_case planted
planted_head()
{
	atf_set descr 'a flaw that no file of the corpus meets is found'
	atf_set timeout 300
}
planted_body()
{
	prepare
	# One byte behind what is its own, where a script has ^G.
	sed 's/^	char c = \*x->p++;/&\
	if (c == 7) { volatile char *q = malloc(1); q[1] = c; }/' \
	    "$NB_TOP/tools/nb-check/lex.c" >top/tools/nb-check/lex.c
	atf_check -s exit:1 -o ignore \
	    cmp "$NB_TOP/tools/nb-check/lex.c" top/tools/nb-check/lex.c
	./fuzz -T 60 >out 2>err
	atf_check_equal 1 $?
	atf_check -o match:'heap-buffer-overflow' cat out
	atf_check -o match:"^found: $PWD/obj/found-shell-crash-[0-9a-f]*: $PWD/obj/shell_fuzz /" \
	    grep '^found: ' err
	# what is said shows it again
	atf_check -s not-exit:0 -o ignore -e match:'heap-buffer-overflow' \
	    sh -c "$(sed -n 's/^found: [^ ]* //p' err)"
	atf_check diff -r before top/tests/fuzz/corpus
}

atf_test_case nothing
nothing_head()
{
	atf_set descr 'without one there is nothing, and exit is 0; words that are none are refused'
	atf_set timeout 300
}
nothing_body()
{
	prepare
	atf_check -o match:'^shell: [0-9]+ seconds$' ./fuzz -T 1
	atf_check diff -r before top/tests/fuzz/corpus
	[ -z "$(find obj -name 'found-*')" ] || atf_fail "findings"
	atf_check -s exit:1 -e inline:'fuzz: no: no such corpus\n' ./fuzz -T 1 no
	atf_check -s exit:1 -e match:'^fuzz: SECONDS=x' ./fuzz -T x
	atf_check -s exit:1 -o ignore -e match:'sh mk/bootstrap fuzz$' \
	    env CLANG=false ./fuzz -T 1
}

atf_init_test_cases()
{
	atf_add_test_case planted
	atf_add_test_case nothing
}
