# SPDX-License-Identifier: BSD-2-Clause
#
# helpers.sh: what tests share: a server, the stand-in world, virtual machines,
# and that nothing of these is there when a case has ended. To be read by
# atf-sh programs:
#
#	. "$(atf_get_srcdir)/../helpers.sh"
#
# A case that starts something has a cleanup, which calls stop_all.
# shellcheck shell=sh disable=SC2034

# shellcheck source=tests/world/httpd.sh
. "${NB_TOP:?}/tests/world/httpd.sh"

# Whose tests these are is nobody's business: no key of theirs is in an image.
unset SSH_AUTH_SOCK

# start_lighttpd DIR: serve it; sets MIRROR_URL. The log of what was asked for
# is in .httpd/access.log: status method path range bytes and the client's port,
# which is one for each connection.
start_lighttpd()
{
	_root=$1
	case $_root in /*)	;; *) _root=$PWD/$_root ;; esac
	httpd_up "$PWD/.httpd" "$_root" -D >.url ||
	    atf_fail "lighttpd does not start"
	MIRROR_URL=$(cat .url)
	export MIRROR_URL
}

# asked: the lines of that log since the last call are in the file asked.
asked()
{
	# The server keeps them for a while, but for this.
	kill -HUP "$(cat .httpd/pid)"
	touch .asked
	_n=$(wc -l <.asked)
	for _i in 1 2 3 4; do
		sleep 0.1
		grep -v 'HEAD / ' .httpd/access.log >.asked.new || :
		[ "$(wc -l <.asked.new)" -eq "$_n" ] || break
	done
	tail -n +$((_n + 1)) .asked.new >asked
	mv .asked.new .asked
}

# start_mirror [-q] ARCH ...: the stand-in's servers with a tree of their own,
# ./mirror, in which a test may replace files. -q: without the comp set.
start_mirror()
{
	case "$1${NB_NO_COMP-}" in
	-q*)	;;
	*y)	atf_skip "npm could not fetch what the comp set is made of" ;;
	esac
	"$NB_TOP/tests/world/mirror" tree "$@" >/dev/null ||
	    atf_fail "the mirror could not be made"
}

# project_up ARCH ...: the stand-in's servers for these, and the project in p
project_up()
{
	start_mirror -q mirror "$@"
	start_lighttpd mirror
	copy_project p
}

# mirror_case NAME DESCRIPTION: a case that starts servers, and that cases lists
# from now on; its body is NAME_body. Who reads this file may have listed some.
cases=${cases-}
mirror_case() {
	atf_test_case "$1" cleanup
	eval "$1_head() {
		atf_set descr '$2'
		atf_set require.progs 'lighttpd bsdtar'
		atf_set timeout 300
	}"
	eval "$1_cleanup() { stop_all; }"
	cases="$cases $1"
}

# add_cases [NAME ...]: those that mirror_case declared; these are long, and
# NB_SOAK=y has them.
add_cases()
{
	for _c in $cases; do
		case " ${NB_SOAK-} $* " in
		' y '*)	;;
		*" $_c "*)	continue ;;
		esac
		atf_add_test_case "$_c"
	done
}

# wait_http URL SECONDS: until it answers, whatever the answer is.
wait_http()
{
	_end=$(($(date +%s) + $2))
	until curl -s -m 5 -o /dev/null "$1"; do
		[ "$(date +%s)" -lt "$_end" ] ||
		    atf_fail "$1: no answer in $2 seconds"
		sleep 0.2
	done
}

# ---- the project, as a clone has it ----

# copy_project DIR: Makefile, rules and services; the programs are NB_BIN's.
copy_project()
{
	mkdir "$1"
	(cd "$NB_TOP" && cp -R Makefile mk service etc "$OLDPWD/$1")
	mkdir "$1/sets" "$1/pkgs" "$1/kernels" "$1/images"
	write_rules
}

# Also makes ./rules DIR [VAR=VALUE ...] TARGET ...: bmake as a person would
# call it there, with the mirror in NetBSD's place. (atf_check runs programs.)
write_rules()
{
	cat >rules <<-EOF
		#!/bin/sh
		cd "\$1" || exit
		shift
		exec "${MAKE:-bmake}" BIN="$NB_BIN" CC="${CC:-cc}" \\
		    SANITIZE="${SANITIZE:-}" COVERAGE="${COVERAGE:-}" KDIST="$MIRROR_URL/assets" \\
		    DIST="$MIRROR_URL/pub/NetBSD-daily/netbsd-11/latest/\\\${ARCH}/binary" \\
		    PKGSITE="$MIRROR_URL/pub/pkgsrc/packages/NetBSD/\\\${PKGMACHINE}/11.0/All" \\
		    "\$@"
	EOF
	chmod +x rules
}

# fs SERVICE [ARCH]: the file system of p's image, for those who know no
# partitions; in fs
fs()
{
	tail -c +1048577 "p/images/$1-${2:-amd64}.img" >fs
	atf_check -o ignore -e ignore e2fsck -fn fs
}

# in_fs COMMAND atf_check's-options: what debugfs says of it
in_fs()
{
	_cmd=$1
	shift
	atf_check "$@" -e ignore debugfs -R "$_cmd" fs
}

# ---- virtual machines ----

# boot SERVICE [nb-start's options]: p's image of it, for boot_arch. microvm has no
# power-off, so a guest that wants to end reboots.
boot_arch=amd64 boot_kernel=netbsd-SMOL
boot()
{
	_image=$PWD/p/images/$1-$boot_arch.img
	shift
	start_vm "$@" -x -no-reboot -k "$PWD/p/kernels/$boot_kernel" \
	    -i "$_image"
}

# One case's VMs are known by name to that case only.
export XDG_RUNTIME_DIR="$PWD/.rt"

# start_vm [-p GUESTPORT] nb-start's options: start one in the background. Its
# console is vm.log; what is written to .console is typed there. With -p a free
# port of the host's is forwarded, URL says which: whether it was free shows
# when QEMU binds it, so that is tried again.
start_vm()
{
	_guest=
	if [ "$1" = -p ]; then
		_guest=$2
		shift 2
	fi
	# Open for both, so that neither end waits or sees an end.
	rm -f .console
	mkfifo .console
	for _try in 1 2 3 4 5; do
		_port=$((20000 + $(random) % 12000))
		"$NB_BIN/nb-start" "$@" ${_guest:+-p "::$_port-:$_guest"} \
		    >vm.log 2>&1 <>.console &
		VM_PID=$!
		echo $VM_PID >>.vms
		URL=http://127.0.0.1:$_port
		wait_log "$_first" 60 && return
		grep -q -e 'host forwarding rule' -e 'is taken' vm.log || break
	done
	tail -50 vm.log
	atf_fail "no VM"
}
_first='Linux version|^stand-in for NetBSD'

# wait_log PATTERN SECONDS: until the console shows it; fails when the VM ends
# without, or in time.
wait_log()
{
	_end=$(($(date +%s) + $2))
	until grep -qE "$1" vm.log; do
		if ! kill -0 "$VM_PID" 2>/dev/null ||
		    [ "$(date +%s)" -ge "$_end" ]; then
			grep -qE "$1" vm.log
			return
		fi
		sleep 0.2
	done
}

# expect_log PATTERN SECONDS: the same, for a case that has no other way on.
expect_log()
{
	wait_log "$@" || {
		tail -50 vm.log
		atf_fail "the console does not show: $1"
	}
}

# expect_end SECONDS: the VM ends of its own accord.
expect_end()
{
	_end=$(($(date +%s) + $1))
	while kill -0 "$VM_PID" 2>/dev/null; do
		[ "$(date +%s)" -lt "$_end" ] || {
			tail -50 vm.log
			atf_fail "the VM still runs after $1 seconds"
		}
		sleep 0.2
	done
}

# stop_vm: as a person would, by a signal; nothing may be left of it.
stop_vm()
{
	kill "$VM_PID"
	expect_end 10
	nothing_left
}

# nothing_left: no VM has a file of this case.
nothing_left()
{
	for _c in /proc/[0-9]*/cmdline; do
		case $(tr '\0' ' ' <"$_c" 2>/dev/null) in
		*qemu-system*"$PWD/"*)
			atf_fail "left: $(tr '\0' ' ' <"$_c")" ;;
		esac
	done
}

# stop_all: for cleanups.
stop_all()
{
	httpd_down "$PWD/.httpd"
	[ -f .vms ] || return 0
	while read -r _pid; do
		kill "$_pid" 2>/dev/null || :
	done <.vms
	sleep 0.5
	while read -r _pid; do
		kill -9 "$_pid" 2>/dev/null || :
	done <.vms
}
