#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# gnuisms_test: what mk/gnuisms.sh finds, and what it leaves alone.
# shellcheck source=tests/mkfs/case.subr
. "$(atf_get_srcdir)/../mkfs/case.subr"

# caught FILE: each line of standard input, alone in a file, is told of
caught()
{
	n=0
	while IFS= read -r line; do
		printf '%s\n' "$line" >"$1"
		! sh "$NB_TOP/mk/gnuisms.sh" "$1" 2>err ||
		    atf_fail "not caught: $line"
		grep -q "^$1:1: " err || atf_fail "$line: $(cat err)"
		n=$((n + 1))
	done
	[ "$n" -gt 3 ] || atf_fail "$n lines"
}

t product "there is none in the product"
product_body()
{
	cd "$NB_TOP" || atf_fail "$NB_TOP"
	# shellcheck disable=SC2046 # names without blanks
	atf_check sh mk/gnuisms.sh $(sh mk/lint.sh files)
}

t shell "shell, awk and rules"
shell_body()
{
	caught a.sh <<-'X'
		sed -i s/a/b/ f
		sed -n -i.bak s/a/b/ f
		grep -oE x f
		grep -q -P x f
		find . -printf '%p'
		x=$(stat -c %s f)
		date -d @0
		date +%s%N
		d=$(readlink -f "$0")
		x=$(realpath "$0")
		for i in $(seq 3); do
		ls | xargs -r rm
		cp -a x y
		sort -V f
		x=$(head -c 3 f)
		install -D x y
		ln -sr x y
		d=$(mktemp -d)
		f() { local x=1; }
		if [[ -f x ]]; then
		[ "$a" == b ] && exit
		function f {
		tr $'\n' ' '
		cat <<<x
		set -o pipefail
		source ./x
		if x; then echo -n y; fi
		awk '{ print strftime() }'
		mkdir --parents x
	X
	caught r.mk <<-'X'
		x!= readlink -f y
			@cp -a x y
			@sed -i '' x
			@local x
	X
}

t c "C"
c_body()
{
	caught a.c <<-'X'
		typeof(x) y;
		__typeof__(x) y;
		x = ({ int y; y; });
		x = y ?: 1;
		(void)asprintf(&p, "x");
		#ifdef __linux__
		#if !defined(__APPLE__)
		#include <sys/prctl.h>
		#define _GNU_SOURCE
	X
	# but in files that are about it
	printf '/*\n * a.c: something of Linux.\n */\n#ifdef __linux__\n' >a.c
	atf_check sh "$NB_TOP/mk/gnuisms.sh" a.c
}

t others "what is POSIX's, and comments"
others_body()
{
	cat >b.sh <<-'X'
		# sed -i is not for us
		sed -n -e s/-i/x/ f
		grep -qF x f || exit 1
		grep -c -- -r f
		find . -name x -exec rm {} +
		echo "the source of it, local and seq"
		cp -R -P x y
		x=$(mktemp -d "${TMPDIR:-/tmp}/x.XXXXXX")
		head -n 1 f | sort -u -k 2
		[ "$a" = b ] && printf '%s' "a == b"
		cmd >&2 2>&1
		nb-start --limit 3 | cut -f 2
	X
	atf_check sh "$NB_TOP/mk/gnuisms.sh" b.sh
}
