# SPDX-License-Identifier: BSD-2-Clause
#
# sets.sh: makes the mirror's sets, packages and kernels, each in a folder of
# the cache. All of it is ours or Debian's, but for comp's one program.
#
# A set is an mtree(5) file, which bsdtar turns into an archive with the owners,
# modes, times and device nodes that it names, whoever runs it; and a list of
# hard links, which mtree has no word for. Read by mirror.
# shellcheck shell=sh disable=SC2154,SC2164

EPOCH=1754006400	# 2025-08-01; every time in the sets and of the files
ESBUILD=0.25.12

# suffix ARCH: what is behind a set's name.
suffix()
{
	case $1 in
	i386)	echo tgz ;;
	*)	echo tar.xz ;;
	esac
}

# pack SUFFIX: compress; nothing but the content may be in the result.
pack()
{
	case $1 in
	tgz)	gzip -n -6 ;;
	tar.xz)	xz -T1 -1 ;;
	esac
}

# bytes N: so many bytes of text.
bytes()
{
	awk -v n="$1" 'BEGIN {
		for (i = 0; n > 0; i++) {
			s = sprintf("%07d\n", i)
			printf "%s", substr(s, 1, n)
			n -= length(s)
		}
	}'
}

# contents DIR FROM: everything that the mtree files name.
contents()
{
	cp "$WORLD"/sets/content/* "$1"
	cp "$2/busybox" "$2/sh" "$1"
	cp "$1/nothing" "$1/nothing-setuid"
	for _n in 0 1 1023 1024 4095 4096 4097 49152 49153 98305 196609 \
	    5000000; do
		bytes $_n >"$1/size-$_n"
	done
	# zeros at both ends and between two lines: holes, if one likes
	{
		head -c 300000 /dev/zero
		echo one
		head -c 700000 /dev/zero
		echo two
		head -c 100000 /dev/zero
	} >"$1/zeros"
}

# links SET TREE CONTENT: the files of SET.links as hard links in TREE; prints
# their names.
links()
{
	[ -f "$WORLD/sets/$1.links" ] || return 0
	sed '/^#/d' "$WORLD/sets/$1.links" | while read -r _from _mode _names
	do
		for _n in $_names; do
			mkdir -p "$2/${_n%/*}"
			if [ -f "$2/.$_from" ]; then
				ln "$2/.$_from" "$2/$_n"
			else
				cp "$3/$_from" "$2/$_n"
				touch -d "@$EPOCH" "$2/$_n"
				chmod "$_mode" "$2/$_n"
				ln "$2/$_n" "$2/.$_from"
			fi
			echo "./$_n"
		done
	done
}

# set_make NAME MTREE CONTENT OUT SUFFIX
set_make()
{
	_tree=$new/tree.$1
	mkdir "$_tree"
	links "$1" "$_tree" "$3" >"$new/names"
	# paxr: pax where a name needs it; with "pax" the links' atime and
	# ctime would be in it, which are never the same.
	(
		cd "$3"
		xargs bsdtar --format=paxr --uid 0 --gid 0 --uname root \
		    --gname wheel -cf - "@$2" -C "$_tree" <"$new/names"
	) >"$new/$1.tar" || die "$1: the set could not be made"
	pack "$5" <"$new/$1.tar" >"$4/$1.$5"
	touch -d "@$EPOCH" "$4/$1.$5"
	rm -rf "$_tree" "$new/names" "$new/$1.tar"
}

# sums DIR: SHA512 as NetBSD's servers have it.
sums()
{
	(cd "$1" && rm -f SHA512 && sha512sum -- * |
	    sed 's/^\([0-9a-f]*\) .\(.*\)$/SHA512 (\2) = \1/' >.sums &&
	    mv .sums SHA512 && touch -d "@$EPOCH" SHA512)
}

# sets ARCH: prints the folder with base, etc, games and rescue.
sets()
{
	_from=$("$WORLD/debian" "$1") || exit
	_name=sets-$1-$(key "$WORLD/sets.sh" "$WORLD"/sets/*.* \
	    "$WORLD"/sets/content/* "$WORLD/debian")
	if ! made "$_name" >/dev/null && make_begin "$_name"; then
		echo "$prog: making the stand-in's sets for $1" >&2
		mkdir "$new/content"
		contents "$new/content" "$_from"
		for _s in base etc games rescue; do
			set_make $_s "$WORLD/sets/$_s.mtree" "$new/content" \
			    "$new" "$(suffix "$1")"
		done
		rm -rf "$new/content"
		sums "$new"
		make_end "$_name"
	fi
	made "$_name"
}

# esbuild ARCH FILE: the NetBSD program of that architecture.
esbuild()
{
	case $1 in
	amd64)		_npm=x64 ;;
	evbarm-aarch64)	_npm=arm64 ;;
	i386)		cp "$WORLD/sets/content/nothing" "$2"; return ;;
	esac
	need npm
	(cd "$new" && npm pack --silent --cache "$new/npm" \
	    "@esbuild/netbsd-$_npm@$ESBUILD") >"$new/npm.log" 2>&1 || {
		cat "$new/npm.log" >&2
		die "@esbuild/netbsd-$_npm: npm could not fetch it"
	}
	bsdtar -xOf "$new"/esbuild-netbsd-*.tgz package/bin/esbuild >"$2"
	rm -rf "$new/npm" "$new"/esbuild-netbsd-*.tgz "$new/npm.log"
}

# comp ARCH: prints the folder with comp.
comp()
{
	_name=comp-$1-$(key "$WORLD/sets.sh" "$WORLD"/sets/comp.*)
	if ! made "$_name" >/dev/null && make_begin "$_name"; then
		echo "$prog: making the stand-in's comp set for $1" >&2
		mkdir "$new/content"
		cp "$WORLD/sets/content/nothing" "$new/content"
		bytes 1 >"$new/content/size-1"
		esbuild "$1" "$new/content/esbuild"
		# a folder of many blocks
		cp "$WORLD/sets/comp.mtree" "$new/mtree"
		awk 'BEGIN { for (i = 0; i < 400; i++) printf \
		    "./usr/share/many/a-file-of-a-large-folder-%04d " \
		    "contents=size-1\n", i }' >>"$new/mtree"
		set_make comp "$new/mtree" "$new/content" "$new" \
		    "$(suffix "$1")"
		rm -rf "$new/content" "$new/mtree"
		sums "$new"
		make_end "$_name"
	fi
	made "$_name"
}

# generic64: prints the folder with evbarm-aarch64's compressed kernel.
generic64()
{
	_kernel=$("$WORLD/guest" evbarm-aarch64) || exit
	_name=generic64-$(echo "$_kernel" | key -)
	if ! made "$_name" >/dev/null && make_begin "$_name"; then
		gzip -n -1 <"$_kernel" >"$new/netbsd-GENERIC64.img.gz"
		touch -d "@$EPOCH" "$new/netbsd-GENERIC64.img.gz"
		sums "$new"
		make_end "$_name"
	fi
	made "$_name"
}
