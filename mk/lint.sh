#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lint.sh: what `bmake lint` runs: cppcheck and clang-tidy on C, mandoc on
# manuals, shellcheck on shell, node on JavaScript, gnuisms.sh on what the product
# runs. Says every finding and exits 1 if there was one. `lint.sh files` lists
# gnuisms.sh's; `lint.sh tidy FILE` is clang-tidy on one, as often as lint wants.
set -u
bad=0

product() {
	find Makefile mk service -type f ! -name '*.md' ! -name '*.mtree' \
	    ! -path '*/www/*' ! -path mk/gnuisms.sh
	find tools -path tools/obj -prune -o -path tools/bin -prune -o \
	    \( -name '*.[ch]' -o -name '*.sh' \) -print
}
if [ "${1-}" = files ]; then
	product
	exit
fi

# Where a file that clang-tidy had nothing to say about has a stamp.
stamps=tools/obj/lint

# With a fourth of the nodes that it takes by default, the analyser found the same
# in a fourth of the time. nb-start's headers are other programs', too, but come
# last: system headers have names like theirs. What two files define can be no
# macro there.
tidy() {
	stamp=$stamps/$1
	! [ -e "$stamp" ] || [ -n "$(find "$1" -newer "$stamp")" ] || return 0
	mkdir -p "${stamp%/*}"
	program=${1#tools/}
	first=mk/lint.h
	case $1 in
	tools/lib/diag.c | tools/lib/err.c) first=err.h ;;
	esac
	: >"$stamp.new"		# what is changed from here on is newer
	if clang-tidy --quiet "$1" -- -std=c11 -D_XOPEN_SOURCE=700 \
	    -D_NETBSD_SOURCE -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 \
	    -I "${1%/*}" -I "tools/${program%%/*}" -I tools/lib \
	    -include "$first" -idirafter tools/nb-start \
	    -Xclang -analyzer-config -Xclang max-nodes=60000 \
	    >"$stamp.out" 2>&1; then
		mv "$stamp.new" "$stamp"
	else
		# Not how much it did not say of the system's headers.
		grep -v 'generated\.$' "$stamp.out"
		return 1
	fi
}
if [ "${1-}" = tidy ]; then
	tidy "$2"
	exit
fi

product | xargs sh mk/gnuisms.sh || bad=1

# ctuPointerArith takes the last byte of a buffer for one past its end.
cppcheck --quiet --std=c11 --enable=warning,performance,portability \
    --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 \
    --suppress=ctuPointerArith \
    -I tools/lib -D_XOPEN_SOURCE=700 tools tests -i tools/obj \
    -i tests/cache || bad=1

# clang-tidy, with scan-build's analyser (.clang-tidy says what for). What decides
# for all files makes all stamps void.
if clang-tidy --version >/dev/null; then
	if ! [ -e "$stamps/since" ] || [ -n "$(find tools -path tools/obj -prune -o \
	    -name '*.h' -newer "$stamps/since" -print)" ] ||
	    [ -n "$(find .clang-tidy mk/lint.h mk/lint.sh -newer "$stamps/since")" ]; then
		rm -rf "$stamps"
		mkdir -p "$stamps"
		: >"$stamps/since"
	fi
	find tools -path tools/obj -prune -o -path tools/bin -prune -o -name '*.c' \
	    -print | sort | xargs -n 1 -P 2 sh mk/lint.sh tidy || bad=1
else
	bad=1
fi

# Manuals of ours that refer to each other are not installed here, and words
# like "NetBSD" are names of things, not of the system that the page is for.
find tools \( -path tools/obj -o -path tools/bin \) -prune -o -name '*.[1578]' \
    -exec mandoc -Tlint -Wwarning {} + || bad=1

# shell_in FOLDER ...: everything there that is shell, by its name or first line.
shell_in() {
	find "$@" -type f ! -path 'tests/cache/*' ! -path 'tools/obj/*' | sort |
	    while IFS= read -r f; do
		case $f in
		*.sh | */etc/rc | service/common/* | mk/bootstrap | .ci/run)
			printf '%s\n' "$f" ;;
		*)	case $(head -n 1 "$f" | tr -d '\0') in
			'#!/bin/sh'* | '#!/usr/bin/env atf-sh'*)
				printf '%s\n' "$f" ;;
			esac ;;
		esac
	done
}

shell_in mk service .ci tools | xargs shellcheck -s sh -x || bad=1
# In tests, variables cross files and atf-sh's functions are not known here.
# The corpus is other people's scripts, some of them bad on purpose.
shell_in tests | grep -v '^tests/postinst/corpus/' | xargs shellcheck -s sh -S warning \
    -e SC1007,SC2034,SC2154,SC2283 || bad=1

# JavaScript is looked at where there is something that reads it.
if command -v node >/dev/null; then
	for f in tools/nb-app/page/*.js tests/app/*.mjs; do
		node --input-type=module --check <"$f" || {
			echo "$f: no JavaScript" >&2
			bad=1
		}
	done
fi

exit "$bad"
