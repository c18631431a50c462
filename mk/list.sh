#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# list.sh: what `bmake list` runs: each service, whether there is an image of it,
# and the line that says what it is: the first of its options.mk, or else the
# first words of its README.md.
#
#	list.sh SERVICEDIR IMAGEDIR ARCH [PRODUCT/]
#
# In a project elsewhere than the product, the product's services are listed too.
set -eu
services=$1 images=$2 arch=$3 installed=${4:+$4service}

[ -n "$installed" ] || [ -d "$services" ] || {
	echo "list: $services: no such folder: see SERVICEDIR" >&2
	exit 1
}

# what_is NAME: the line
what_is() {
	text='' from=$services
	# With nothing but settings of a person's own, it is the product's.
	[ -f "$from/$1/options.mk" ] || [ -f "$from/$1/README.md" ] ||
	    [ ! -d "$installed/$1" ] || from=$installed
	if [ -f "$from/$1/options.mk" ]; then
		read -r text <"$from/$1/options.mk" || :
		case $text in
		'#'*)	text=${text#'#'} text=${text# } text=${text#"$1": } ;;
		*)	text= ;;
		esac
	fi
	case $text in
	'' | *SPDX-*)
		text=
		[ ! -f "$from/$1/README.md" ] || text=$(sed -n \
		    's/^[[:space:]]*#*[[:space:]]*\([A-Za-z].*\)$/\1/p' \
		    "$from/$1/README.md" | head -n 1) ;;
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
	for folder in "$services"/*/ ${installed:+"$installed"/*/}; do
		[ -d "$folder" ] || continue
		name=${folder%/} name=${name##*/}
		[ "$name" != common ] || continue
		case $folder in
		"$services/$name/")	;;
		*)	[ ! -d "$services/$name" ] || continue ;;
		esac
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
