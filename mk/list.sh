#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# list.sh: what `bmake list` runs: each service, whether there is an image of it,
# and the line that says what it is: the first of its options.mk, or else the
# first words of its README.md.
#
#	list.sh SERVICEDIR IMAGEDIR ARCH
set -eu
services=$1 images=$2 arch=$3

[ -d "$services" ] || {
	echo "list: $services: no such folder: see SERVICEDIR" >&2
	exit 1
}

# what_is NAME: the line
what_is() {
	text=
	if [ -f "$services/$1/options.mk" ]; then
		read -r text <"$services/$1/options.mk" || :
		case $text in
		'#'*)	text=${text#'#'} text=${text# } text=${text#"$1": } ;;
		*)	text= ;;
		esac
	fi
	case $text in
	'' | *SPDX-*)
		text=
		[ ! -f "$services/$1/README.md" ] || text=$(sed -n \
		    's/^[[:space:]]*#*[[:space:]]*\([A-Za-z].*\)$/\1/p' \
		    "$services/$1/README.md" | head -n 1) ;;
	esac
	printf '%s\n' "${text:--}" | tr '\t' ' ' | tr -d '\000-\010\013-\037\177'
}

# image_of NAME: yes, or the tags of those there are
image_of() {
	has=
	[ ! -f "$images/$1-$arch.img" ] || has=yes
	for image in "$images/$1-$arch":*.img; do
		[ -f "$image" ] || continue
		image=${image%.img}
		has=${has:+$has,}:${image##*:}
	done
	echo "${has:--}"
}

{
	printf 'SERVICE\tIMAGE\tWHAT IT IS\n'
	for folder in "$services"/*/; do
		[ -d "$folder" ] || continue
		name=${folder%/} name=${name##*/}
		[ "$name" != common ] || continue
		printf '%s\t%s\t%s\n' "$name" "$(image_of "$name")" \
		    "$(what_is "$name")"
	done
} | awk -F '\t' '
{
	name[NR] = $1
	image[NR] = $2
	what[NR] = $3
	if (length($1) > names)
		names = length($1)
	if (length($2) > images)
		images = length($2)
}
END {
	for (i = 1; i <= NR; i++)
		printf "%-" names "s  %-" images "s  %s\n", name[i], image[i], what[i]
}'
echo
echo "images for ARCH=$arch; bmake SERVICE=NAME start boots one"
