#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# install.sh: what `bmake install` and `bmake uninstall` run in the source tree.
#
#	DESTDIR=... PROGS=... install.sh install|uninstall PREFIX MANDIR ZSHDIR BIN COMPLETIONS
#
# PREFIX/share/smolbsd/installed lists what was written, folders that were made for
# it included: uninstall removes that and nothing else, and so does the next install
# with what it has no more.
set -eu
what=$1 dest=${DESTDIR%/} prefix=${2%/} man=${3%/} zsh=${4%/} bin=$5 completions=$6
share=$prefix/share/smolbsd
list=$share/installed

die() {
	echo "$what: $*" >&2
	exit 1
}

for folder in "$prefix" "$man" "$zsh"; do
	case $folder in
	*[[:space:]]*)	die "$folder: a blank in it: choose another PREFIX" ;;
	*/../* | */.. )	die "$folder: \"..\" in it: choose another PREFIX" ;;
	'' | /*)	;;
	*)		die "$folder: not a name from the root: see PREFIX" ;;
	esac
done

# Modes are ours, not the caller's umask.
umask 022
: "${INSTALL:=install}"
: "${INSTALL_PROGRAM:=$INSTALL -c -m 755}" "${INSTALL_DATA:=$INSTALL -c -m 644}"

new=
trap '[ -z "$new" ] || rm -f "$new"' EXIT
trap 'exit 1' HUP INT TERM

# folder NAME: it and those it is in; noted are those that were not there, or were
# noted by the install before this one.
known='
'
folder() {
	case $known in *"
$1
"*)	return 0 ;;
	esac
	[ -n "$1" ] || return 0
	folder "${1%/*}"
	known="$known$1
"
	if [ ! -d "$dest$1" ]; then
		mkdir "$dest$1"
		chmod 755 "$dest$1"
	else
		grep -qxF -- "$1/" "$dest$list" 2>/dev/null || return 0
	fi
	echo "$1/" >>"$new"
}

# put FILE FOLDER: there, executable if it is
put() {
	folder "$2"
	if [ -x "$1" ]; then
		$INSTALL_PROGRAM "$1" "$dest$2/${1##*/}"
	else
		$INSTALL_DATA "$1" "$dest$2/${1##*/}"
	fi
	echo "$2/${1##*/}" >>"$new"
}

# put_all FOLDER TO: all files of it, but for a person's own
put_all() {
	find "$1" -type f ! -name own.mk ! -name '*.pub' ! -name '*~' ! -name '*.orig' \
	    ! -name '.*.sw?' ! -name .shellcheckrc | LC_ALL=C sort >"$new.files"
	while IFS= read -r file; do
		put "$file" "$2/${file%/*}"
	done <"$new.files"
	rm -f "$new.files"
}

# remove LIST: files first, then folders that are empty, from within.
remove() {
	grep -v '/$' "$1" | while IFS= read -r name; do
		rm -f "$dest$name"
	done
	grep '/$' "$1" | LC_ALL=C sort -r | while IFS= read -r name; do
		rmdir "$dest$name" 2>/dev/null || :
	done
}

install_all() {
	new=$(mktemp "${TMPDIR:-/tmp}/nb-install.XXXXXX")
	[ -z "$dest" ] || mkdir -p "$dest"
	folder "$share"
	for prog in $PROGS; do
		put "$bin/$prog" "$prefix/bin"
		for page in tools/"$prog"/*.[1-9]; do
			put "$page" "$man/man${page##*.}"
		done
	done
	put tools/nb.7 "$man/man7"
	put Makefile "$share"
	for file in mk/*.mk mk/*.sh mk/*.awk mk/*.mtree mk/help.txt mk/variables \
	    mk/sshd_config; do
		case $file in
		*/install.* | */check.mk | */lint.sh | */gnuisms.sh | */completions.* | */options.awk)
			;;
		*)	put "$file" "$share/mk" ;;
		esac
	done
	put_all service "$share"
	put_all etc "$share"
	for prog in $PROGS; do
		put "$completions/$prog" "$prefix/share/bash-completion/completions"
		put "$completions/_$prog" "$zsh"
		put "$completions/$prog.fish" "$prefix/share/fish/vendor_completions.d"
	done
	put README.md "$prefix/share/doc/smolbsd"
	put docs/reference.md "$prefix/share/doc/smolbsd/docs"
	put LICENSE "$prefix/share/doc/smolbsd"
	# Last: an uninstall that was interrupted can be done again.
	echo "$list" >>"$new"
	# What the one before had and this one has not.
	if [ -f "$dest$list" ]; then
		grep -vxF -f "$new" "$dest$list" >"$new.old" || :
		remove "$new.old"
		rm -f "$new.old"
	fi
	$INSTALL_DATA "$new" "$dest$list"
}

uninstall_all() {
	[ -f "$dest$list" ] || die "$dest$list: not there: nothing is installed" \
	    "with PREFIX=$prefix"
	new=$(mktemp "${TMPDIR:-/tmp}/nb-install.XXXXXX")
	cp "$dest$list" "$new"
	remove "$new"
}

"${what}_all"
