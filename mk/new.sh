#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# new.sh: what `bmake SERVICE=NAME new` runs: a service of one's own, a copy of
# the smallest, with its conf. Both are there at the end, or neither.
#
#	new.sh SERVICEDIR CONFDIR NAME [PRODUCT/]
#
# A project elsewhere than the product may have neither folder yet.
set -eu
services=$1 confs=$2 name=$3 product=${4-}
from=hello

die() {
	echo "new: $*" >&2
	exit 1
}

# A partition's name has 36 characters, the last four of them "root".
case $name in
common | "$from")
	die "SERVICE=$name: is taken: choose another" ;;
[!A-Za-z0-9]* | *[!A-Za-z0-9._+-]*)
	die "SERVICE=$name: begins with a letter or digit, and has letters," \
	    "digits, \"_\", \"+\", \"-\" and \".\" only" ;;
esac
[ ${#name} -le 32 ] || die "SERVICE=$name: longer than 32 characters"
[ -z "$product" ] || [ ! -d "${product}service/$name" ] ||
    die "SERVICE=$name: an installed service has that name: choose another," \
	"or copy ${product}service/$name to $services/$name and edit that"
[ -z "$product" ] || { mkdir -p "$services" && mkdir -p "$confs"; }
[ -d "$services" ] || die "$services: no such folder: see SERVICEDIR"
[ -d "$confs" ] || die "$confs: no such folder: see CONFDIR"

template=$services/$from conf=$confs/$from.conf
[ -d "$template" ] || template=${product}service/$from
[ -f "$conf" ] || conf=${product}etc/$from.conf
[ -d "$template" ] || die "$template: is not there: it is what services are made from"
new=$services/$name newconf=$confs/$name.conf
for there in "$new" "$newconf"; do
	if [ -e "$there" ] || [ -h "$there" ]; then
		die "$there: is there already: choose another name, or remove it"
	fi
done

part=$services/.new.$name.$$ partconf=$confs/.new.$name.$$
trap 'rm -rf "$part" "$partconf"' EXIT
trap 'exit 1' HUP INT TERM

# named FILE ...: with the new name wherever the old one stands as a word
named() {
	awk -v from="$from" -v to="$name" '
	BEGIN { word = "[A-Za-z0-9_]" }
	{
		line = ""
		rest = $0
		while ((i = index(rest, from)) > 0) {
			line = line substr(rest, 1, i - 1)
			rest = substr(rest, i + length(from))
			if (line ~ (word "$") || rest ~ ("^" word))
				line = line from
			else
				line = line to
		}
		print line rest
	}' "$@"
}

cp -R -P "$template" "$part"
chmod -R u+w "$part"
# What is about the copied one only.
rm -f "$part/lock" "$part/own.mk" "$part/README.md"
find "$part" -type f -exec grep -l "$from" {} + >"$part/.names" || :
while IFS= read -r file; do
	[ "$(tr -cd '\000' <"$file" | wc -c)" -eq 0 ] || continue
	# Into the same file: it may be executable.
	named "$file" >"$part/.named"
	cat "$part/.named" >"$file"
done <"$part/.names"
rm -f "$part/.names" "$part/.named"
if [ -f "$part/options.mk" ]; then
	{
		echo "# $name: a copy of $from: say here what it is, for \"bmake list\"."
		sed "1{/^# $name:/d;}" "$part/options.mk"
	} >"$part/.options"
	mv "$part/.options" "$part/options.mk"
fi
if [ -f "$conf" ]; then
	named "$conf" >"$partconf"
else
	echo "# $name.conf: how $name is started; see nb.conf(5)" >"$partconf"
fi

# On the disk before they have their names. (Where sync(8) takes no files, all
# that is not there yet is brought there.)
find "$part" "$partconf" -exec sync {} +

# A name that somebody took meanwhile would be moved into, and shows so.
mv "$part" "$new" 2>/dev/null ||
    die "$new: is there already, or cannot be made: choose another name"
if [ -d "$new/${part##*/}" ]; then
	rm -rf "${new:?}/${part##*/}"
	die "$new: is there already: choose another name, or remove it"
fi
ln "$partconf" "$newconf" || {
	rm -rf "$new"
	die "$newconf: cannot be made"
}

echo "made $new and $newconf, from $template"
page=$(find "$new" -name index.html | head -n 1)
echo "edit ${page:+$page, its page, or }$new/etc/rc, what it runs, then:"
echo "    bmake SERVICE=$name start"
