#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# hardening.sh CC ...: of the flags below those that this compiler and its linker
# take without a word, one a line. macOS's linker knows no -z; the third
# _FORTIFY_SOURCE is glibc 2.34's, and others ignore all of them.
set -eu
dir=$(mktemp -d "${TMPDIR:-/tmp}/nb-hardening.XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

cat >"$dir/x.c" <<'EOF'
#include <string.h>

int
main(int argc, char **argv)
{
	char a[8];

	(void)strncpy(a, argv[argc - 1], sizeof(a) - 1);
	return a[0];
}
EOF

# works CC ... FLAG ...: no error, and no warning either
works()
{
	said=$("$@" -O2 -o "$dir/x" "$dir/x.c" 2>&1) && [ -z "$said" ]
}

# Nearly always all of them at once.
flags='-fPIE -pie -fstack-protector-strong -U_FORTIFY_SOURCE
    -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack'
# shellcheck disable=SC2086 # a list of words
for level in 3 2; do
	if works "$@" $flags -D_FORTIFY_SOURCE=$level; then
		printf '%s\n' $flags -D_FORTIFY_SOURCE=$level
		exit
	fi
done
for f in $flags; do
	! works "$@" -fPIE "$f" || printf '%s\n' "$f"
done
for level in 3 2; do
	if works "$@" -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$level; then
		echo "-D_FORTIFY_SOURCE=$level"
		exit
	fi
done
