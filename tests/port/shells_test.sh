#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# shells_test: the rules and the scripts that they call, by shells, awks and
# tools of other systems: images and answers are the same.

. "$(atf_get_srcdir)/../helpers.sh"

# toolbox SHELL [AWK]: a folder for PATH, box, in which sh and awk are these
toolbox()
{
	for _p; do
		command -v "${_p%% *}" >/dev/null ||
		    atf_skip "no $_p: type: sh mk/bootstrap test"
	done
	mkdir box
	ln -s "$(command -v "$1")" box/sh
	[ $# -lt 2 ] || ln -s "$(command -v "$2")" box/awk
}

# lone_busybox: box has busybox's tools, and nothing else is in PATH
lone_busybox()
{
	toolbox busybox
	rm box/sh
	for _p in $(busybox --list); do
		ln -s "$(command -v busybox)" "box/$_p"
	done
	ln -s "$(command -v "${MAKE:-bmake}")" box/bmake
	# Debian's has no cksum, which POSIX asks for.
	[ -e box/cksum ] || ln -s "$(command -v cksum)" box/cksum
}

# project: p, whose make runs commands by box's sh; ./rules looks for them
# there first, or nowhere else
project()
{
	path=$PWD/box${1-:$PATH}
	copy_project p
	{
		echo ".SHELL: name=sh path=$PWD/box/sh"
		cat "$NB_TOP/Makefile"
	} >p/Makefile
	sed "s,^cd ,PATH=$path; export PATH\\
&," rules >rules.new
	mv rules.new rules
	chmod +x rules
}

# walked: what a person asks for, from list to an image; answers are in said
walked()
{
	{
		echo "# a word of mine" >p/service/base/own.mk
		./rules p ARCH=amd64 list &&
		./rules p ARCH=amd64 SERVICE=mine new &&
		./rules p ARCH=amd64 SERVICE=mine show &&
		./rules p ARCH=amd64 SERVICE=sshd SSHKEYS=boot show &&
		./rules p ARCH=amd64 SERVICE=mine IMGSIZE=64 base &&
		./rules p ARCH=amd64 SERVICE=mine IMGSIZE=64 base &&
		./rules p ARCH=amd64 SERVICE=mine lock &&
		./rules p ARCH=amd64 NONET=1 SERVICE=mine MINIMIZE=y \
		    FSTYPE=ffs DEVNODES=y base
	} >out 2>&1 || {
		cat out
		atf_fail "$*"
	}
	# How fast is another matter, and what is fetched first.
	sed -e '/MB\/s/d' -e "s,$PWD,,g" -e 's/ in [0-9.]* s$//' out |
	    sort >said
	(cd p && sha256sum images/*.img mk/*.sh && cat service/mine/lock \
	    etc/mine.conf) >>said
}

# compared SHELL: with what the host's own say
compared()
{
	walked "$1"
	mv said theirs
	mv p p.theirs
	mv rules rules.theirs
	copy_project p
	walked "the host's own"
	atf_check diff said theirs
}

# by_shell NAME DESCRIPTION SHELL [AWK]
by_shell()
{
	mirror_case "$1" "$2"
	eval "$1_body() { toolbox $3 ${4-}; start_mirror -q mirror amd64
		start_lighttpd mirror; project; compared $3; }"
}

mirror_case busybox "busybox alone, with no other tool in PATH"
busybox_body()
{
	start_mirror -q mirror amd64
	start_lighttpd mirror
	lone_busybox
	project ''
	compared busybox
}
by_shell mksh "mksh and the one true awk" mksh original-awk
by_shell yash "yash, which knows POSIX alone" yash
by_shell bash "bash as sh" bash

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
