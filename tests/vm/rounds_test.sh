#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# rounds_test: VMs started, killed, stopped in random order:
# thirty rounds. NB_SEED repeats a row.

atf_test_case some cleanup
some_head()
{
	atf_set descr "thirty rounds leave nothing behind and hurt no stranger"
	atf_set require.progs perl flock
	atf_set timeout 900
}
some_body()
{
	. "$NB_TOP/tests/vm/rounds.subr"
	vm_world
	rounds 30
}
some_cleanup()
{
	. "$NB_TOP/tests/vm/vm.subr"
	end_all
}

atf_init_test_cases()
{
	. "$NB_TOP/tests/vm/vm.subr"
	atf_add_test_case some
}
