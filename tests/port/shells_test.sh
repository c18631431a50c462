#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# shells_test: the rules and the scripts that they call, by shells, awks and
# tools of other systems: images and answers are the same.

. "$(atf_get_srcdir)/../helpers.sh"

# need PROGRAM ...: false when one is not there, which is told of at the end
missing=
need()
{
	for _p; do
		command -v "$_p" >/dev/null || {
			missing="$missing $_p"
			return 1
		}
	done
}

# toolbox SHELL [AWK]: a folder for PATH, box, in which sh and awk are these
toolbox()
{
	need "$@" || return 1
	rm -rf box
	mkdir box
	ln -s "$(command -v "$1")" box/sh
	[ $# -lt 2 ] || ln -s "$(command -v "$2")" box/awk
}

# lone_busybox: box has busybox's tools, and nothing else is in PATH
lone_busybox()
{
	toolbox busybox || return 1
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

# compared SHELL [PATH]: with what the host's own say
compared()
{
	rm -rf p
	project ${2+"$2"}
	walked "$1"
	echo "by $1:"
	atf_check diff ours said
}

mirror_case shells "busybox alone, mksh and the one true awk, yash, bash"
shells_body()
{
	start_mirror -q mirror amd64
	start_lighttpd mirror
	copy_project p
	walked "the host's own"
	mv said ours

	# From here on, options stand before names, and all else is POSIX's.
	export POSIXLY_CORRECT=y
	lone_busybox && compared busybox ''
	toolbox mksh original-awk && compared mksh
	# It knows POSIX alone.
	toolbox yash && compared yash
	toolbox bash && compared bash
	[ -z "$missing" ] || atf_skip "no$missing: type: sh mk/bootstrap test"
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
