#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lint.sh: what `bmake lint` runs: cppcheck on C, mandoc on manuals, shellcheck
# on shell, node on JavaScript, gnuisms.sh on what the product runs. Says every
# finding and exits 1 if there was one. `lint.sh files` lists gnuisms.sh's.
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
product | xargs sh mk/gnuisms.sh || bad=1

# ctuPointerArith takes the last byte of a buffer for one past its end.
cppcheck --quiet --std=c11 --enable=warning,performance,portability \
    --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 \
    --suppress=ctuPointerArith \
    -I tools/lib -D_XOPEN_SOURCE=700 tools tests -i tools/obj \
    -i tests/cache || bad=1

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
