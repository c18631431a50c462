# SPDX-License-Identifier: BSD-2-Clause
#
# world.sh: what the stand-in world's programs share: where things are kept,
# and folders that appear whole or not at all.
#
# Before it is read, WORLD is this folder.
# shellcheck shell=sh disable=SC2015,SC2034

prog=${0##*/}
# Names in archives are UTF-8, whatever the caller speaks.
LC_ALL=C.UTF-8
export LC_ALL
new=''		# the folder being made (make_begin)
# lighttpd, mke2fs and others are there, which is not on everybody's PATH
PATH=$PATH:/usr/sbin:/sbin
NB_WORLD=${NB_WORLD:-${WORLD%/*}/cache}

die()
{
	echo "$prog: $*" >&2
	exit 1
}

need()
{
	for _n; do
		command -v "$_n" >/dev/null 2>&1 ||
		    die "$_n: not installed, type: sh mk/bootstrap test"
	done
}

# Debian's word for an architecture of ours.
debian_arch()
{
	case $1 in
	amd64|i386)		echo "$1" ;;
	evbarm-aarch64)		echo arm64 ;;
	*)	die "$1: not an architecture, amd64, i386 and evbarm-aarch64 are" ;;
	esac
}

# key FILE ...: short name of what these files say; it changes with them.
key()
{
	cat "$@" | sha256sum | cut -c1-12
}

# made NAME: print the folder NAME of the cache if it is there.
made()
{
	[ -e "$NB_WORLD/$1/.made" ] && echo "$NB_WORLD/$1"
}

# make_begin NAME: wait until no other run makes NAME, then work in a new
# folder, $new. Returns false when the other run has made it.
make_begin()
{
	mkdir -p "$NB_WORLD" 2>/dev/null && [ -w "$NB_WORLD" ] ||
	    die "$NB_WORLD: cannot write there, set NB_WORLD to a folder of your own"
	# The other user's lock can be opened for reading only.
	[ -e "$NB_WORLD/.lock" ] || : >>"$NB_WORLD/.lock"
	exec 9<"$NB_WORLD/.lock"
	flock 9
	if made "$1" >/dev/null; then
		exec 9<&-
		return 1
	fi
	new=$NB_WORLD/$1.part
	rm -rf "$new"
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	(umask 022 && mkdir "$new")
	umask 022
}

# make_end NAME: $new is complete.
make_end()
{
	: >"$new/.made"
	chmod -R a+rX "$new"
	rm -rf "${NB_WORLD:?}/$1"
	mv "$new" "$NB_WORLD/$1"
	trap - EXIT HUP INT TERM
	exec 9<&-
}
