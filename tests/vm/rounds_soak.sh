#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# rounds_soak: VMs started, killed, stopped in random order:
# a hundred rounds. NB_SEED repeats a row.

atf_test_case hundred cleanup
hundred_head()
{
	atf_set descr "a hundred rounds leave nothing behind and hurt no stranger"
	atf_set require.progs perl flock
	atf_set timeout 3600
}
hundred_body()
{
	. "$NB_TOP/tests/vm/rounds.subr"
	vm_world
	rounds 100
}
hundred_cleanup()
{
	. "$NB_TOP/tests/vm/vm.subr"
	end_all
}

atf_init_test_cases()
{
	. "$NB_TOP/tests/vm/vm.subr"
	atf_add_test_case hundred
}
