#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# coverage_test: what `bmake coverage` says of lines that were run and were not.

# atf_check runs programs.
write_report()
{
	cat >report <<-EOF
	#!/bin/sh
	NB_TOP=$PWD/top NB_OBJ=$PWD/obj exec sh $NB_TOP/tests/coverage/report "\$@"
	EOF
	chmod +x ./report
}

# Two programs that share a source; each runs another half of it.
prepare()
{
	write_report
	mkdir -p top/tools/lib top/tools/nb-x obj/a obj/b
	cat >top/tools/lib/both.c <<-EOF
		int both(int);
		int
		both(int n)
		{
			if (n == 1)
				return 10;
			return 20;
		}
	EOF
	cat >top/tools/nb-x/main.c <<-EOF
		int both(int);
		int
		main(int argc, char **argv)
		{
			(void)argv;
			if (argc > 8)
				return 1;
			return both(argc) == 0;
		}
	EOF
	for p in a b; do
		(cd obj/$p && ${CC:-cc} -O0 --coverage -o x \
		    "$OLDPWD"/top/tools/*/*.c 2>/dev/null) ||
		    atf_skip "no --coverage here"
	done
	# gcov is gcc's
	find obj/a -name '*.gcno' | grep -q . || atf_skip "no counters here"
	${CC:-cc} --version | grep -qi clang && atf_skip "clang's counters are its own"
	command -v gcov >/dev/null || atf_skip "gcov is not here"
}

atf_test_case counted
counted_head()
{
	atf_set descr 'lines, of each folder and in all; below 90 % is a failure'
}
counted_body()
{
	prepare
	atf_check -s exit:1 -o match:'^lib +0\.0 % +0 of +4 lines$' \
	    -o match:'^tools +0\.0 % +0 of +8 lines$' \
	    -e match:'below 90 %: .*coverage.txt$' ./report
	atf_check obj/a/x
	atf_check -s exit:1 -o match:'^lib +75\.0 % +3 of +4 lines$' \
	    -o match:'^nb-x +75\.0 % +3 of +4 lines$' -e ignore ./report
	atf_check -o inline:'lib/both.c:7:return 20;\nnb-x/main.c:7:return 1;\n' \
	    cat obj/coverage.txt
	# the other program's half counts
	atf_check obj/b/x 2
	atf_check -s exit:1 -o match:'^lib +100\.0 % +4 of +4 lines$' \
	    -o match:'^tools +87\.5 % +7 of +8 lines$' -e ignore ./report
	# a part of the tests need not reach all
	atf_check -o ignore ./report -p
	atf_check -s exit:1 obj/b/x 2 3 4 5 6 7 8 9
	atf_check -o match:'^tools +100\.0 %' ./report
}

atf_test_case no_counters
no_counters_head()
{
	atf_set descr 'nothing that counts is an error'
}
no_counters_body()
{
	write_report
	mkdir -p top/tools obj
	atf_check -s exit:1 -e inline:'coverage: no counters\n' ./report
}

atf_init_test_cases()
{
	atf_add_test_case counted
	atf_add_test_case no_counters
}
