#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# siege_soak: 1,000 calls that fail and 300 SIGKILLs over `bmake SERVICE=base
# base`, 300 calls over a service with a package and a script, and 30 SIGKILLs
# over a `build` of one. NB_SEED=n: the same again.

. "$(atf_get_srcdir)/siege.subr"

: "${FAULTS:=1000}" "${FAULTS_X:=300}" "${KILLS:=300}" "${KILLS_BUILD:=30}"

t faults "1,000 calls fail, one in each run of base"
faults_is()
{
	harness
	project_up amd64
	# shellcheck disable=SC2086 # words
	states $base base
	# shellcheck disable=SC2086
	siege -n "$FAULTS" -p -bmake,rules -s empty -s old -s old:FRESH=y -- \
	    ./rules p $base base
}

t kills "300 SIGKILLs, one in each run of base"
kills_is()
{
	project_up amd64
	# shellcheck disable=SC2086
	states $base base
	# shellcheck disable=SC2086
	siege -k -n "$KILLS" -s empty -s old -- ./rules p $base base
}

# with_script: a service base with a script and a package; files that the script
# makes have a time that does not change
with_script()
{
	mkdir -p p/service/base/postinst
	cat >p/service/base/postinst/1.sh <<-'X'
		mkdir -p opt
		echo made >opt/made
		touch -t 202301010000 opt/made opt .
	X
}

t scripts "300 calls fail in runs with a package and a script"
scripts_is()
{
	harness
	project_up amd64
	with_script
	states ARCH=amd64 ADDPKGS=greet IMGSIZE=16 base
	siege -n "$FAULTS_X" -p -bmake,rules -s empty -s old -- \
	    ./rules p ARCH=amd64 ADDPKGS=greet IMGSIZE=16 base
}

t build "30 SIGKILLs while a builder VM runs a script"
build_is()
{
	project_up amd64
	with_script
	printf 'FSTYPE=ext2\nIMGSIZE=60\nADDPKGS=\n' >p/service/build/own.mk
	_x='ARCH=amd64 FSTYPE=ext2 IMGSIZE=16 MINIMIZE=+2 BUILDMEM=128
	    BUILDCPUS=1 BUILDTIMEOUT=600'
	# shellcheck disable=SC2086
	states $_x build
	# shellcheck disable=SC2086
	siege -k -t 900 -n "$KILLS_BUILD" -s old -- ./rules p $_x build
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
