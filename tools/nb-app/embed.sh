#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# embed.sh: files as C, for page.h:
#
#	embed.sh page/index.html page/style.css ... >page_data.c
set -eu

type_of() {
	case $1 in
	*.html)	echo 'text/html; charset=utf-8' ;;
	*.css)	echo 'text/css; charset=utf-8' ;;
	*.js)	echo 'text/javascript; charset=utf-8' ;;
	*.svg)	echo 'image/svg+xml' ;;
	*)	echo "embed.sh: $1: what is it?" >&2; exit 1 ;;
	esac
}

echo '/* made by embed.sh */'
echo '#include "page.h"'
n=0
for f; do
	echo "static const unsigned char file${n}[] = {"
	od -An -v -tx1 "$f" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo '};'
	n=$((n + 1))
done
echo 'const struct page_file page_files[] = {'
n=0
for f; do
	type=$(type_of "$f")
	path=/${f##*/}
	[ "$path" != /index.html ] || path=/
	sum=$(cksum <"$f")
	printf '\t{ "%s", "%s", "\\"%s\\"", file%d, sizeof(file%d) },\n' \
	    "$path" "$type" "$(echo "$sum" | tr ' ' -)" $n $n
	n=$((n + 1))
done
echo '};'
echo "const size_t page_count = $n;"
