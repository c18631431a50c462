#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# app_test: what nb-app answers, and what it leaves, when a call of it fails
# (see ask). NB_SOAK=y: every call of every class.

. "$(atf_get_srcdir)/faults.subr"

# t NAME DESCRIPTION: a case; its body is NAME_is, where nb-app serves a project
t()
{
	fault_case "$1" "$2" 3600 "project; $1_is; served" put_away
}

# project: confs, a service and a make that is none, and QEMUs that are none
project()
{
	[ -x "$NB_BIN/nb-app" ] ||
	    atf_skip "nb-app is not there: libmicrohttpd or jansson is missing"
	harness
	_here=$(pwd -P)
	. "$NB_TOP/tests/vm/vm.subr"
	mkdir before p
	cd p || exit
	vm_world
	mkdir -m 700 rt
	echo '# hello' >says
	mkdir -p service/web service/common etc
	echo '# web: pages' >service/web/options.mk
	for _s in base web db; do
		printf '# by hand\nARCH=amd64\nmem=64\ncores=1 # one\n' \
		    >../before/$_s.conf
		printf 'img=images/base-amd64.img\n' >>../before/$_s.conf
	done
	cp ../before/* etc/
	stub bmake <<-'X'
		#!/bin/sh
		echo made
	X
	export XDG_RUNTIME_DIR="$PWD/rt"
	for _try in 1 2 3 4 5; do
		_port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
		LD_PRELOAD=$FAULT_LIB FAULT_PROG=nb-app FAULT_PLAN=$_here/plan \
		    nb_app
		[ ! -s ../out ] || return 0
		grep -q 'is taken' ../err || break
	done
	atf_fail "nb-app does not start: $(cat ../err)"
}

# nb_app: it is started, at $_port
nb_app()
{
	head -c 4096 /dev/zero >../plan
	rm -f ../out
	"$NB_BIN/nb-app" -p "$_port" >../out 2>../err &
	_app=$!
	echo $_app >../app
	until [ -s ../out ] || ! kill -0 $_app 2>/dev/null; do
		sleep 0.05
	done
}

# asked FAULTS: about the requests on standard input
asked()
{
	_how="-s -n ${most:-40}"
	[ "${NB_SOAK-}" != y ] || _how=
	# shellcheck disable=SC2086 # words
	nice "$NB_TOP/tests/faults/ask" $_how -p "$_port" ../plan "$_app" "$@" \
	    >../asked 2>&1 || {
		cat ../asked ../err
		atf_fail "ask"
	}
	cat ../asked
}

# served: it ends as ever, and has said nothing
served()
{
	kill "$_app"
	wait "$_app" || atf_fail "nb-app ends with $?: $(cat ../err)"
	[ ! -s ../err ] || atf_fail "nb-app says: $(cat ../err)"
}

put_away()
{
	[ ! -s app ] || kill "$(cat app)" 2>/dev/null || :
	[ ! -d p ] || {
		cd p || return
		. "$NB_TOP/tests/vm/vm.subr"
		end_all
	}
}

t reads "what is asked for: what there is, or why not"
reads_is()
{
	asked open:EMFILE read:EIO readdir:EIO malloc:ENOMEM fork:EAGAIN \
	    pipe:EMFILE poll:ENOMEM thread:EAGAIN socket:EMFILE write:EIO \
	    <<-'X'
		host n~ GET /api/host
		files n GET /api/files
		services n~ GET /api/services
		vms n GET /api/vms
		vm n GET /api/vms/web
		look n POST /api/vms/web/dismiss
		page n GET /
	X
}

t confs "confs: old or new, never half"
confs_is()
{
	asked open:EIO read:EIO write:ENOSPC write:short rename:EIO fsync:EIO \
	    close:EIO unlink:EACCES mode:EIO stat:EIO malloc:ENOMEM \
	    fork:EAGAIN <<-'X'
		new n POST /api/vms {"name":"new","settings":{"mem":64}}
		change n PATCH /api/vms/web {"settings":{"mem":96}}
		clone n POST /api/vms/web/clone {"name":"two"}
		delete n DELETE /api/vms/web
	X
}

t vms "VMs are started and stopped, or it says why not"
vms_is()
{
	most=6 asked read:EIO fork:EAGAIN pipe:EMFILE malloc:ENOMEM \
	    poll:ENOMEM <<-'X'
		start n POST /api/vms/base/start {}
		stop y POST /api/vms/base/stop {}
		kill y POST /api/vms/base/kill {}
	X
}

t streams "consoles, builds and events"
streams_is()
{
	most=5 asked read:EIO write:EPIPE fork:EAGAIN pipe:EMFILE \
	    malloc:ENOMEM thread:EAGAIN poll:ENOMEM <<-'X'
		events n GET /api/events
		watch y GET /api/vms/base/console
		type y POST /api/vms/base/console {"input":"ls\n"}
		build n POST /api/builds {"service":"web","target":"base"}
		log n GET /api/builds/@/log
		builds n~ GET /api/builds
	X
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
