#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# lddtree_test: what nb-trim keeps of real programs is what lddtree(1) of
# pax-utils says that they load. NB_SOAK=y: six times as many one by one.

# lddtree is Python; a python3 of the user's own may not have its library.
tree_of()
{
	_python=/usr/bin/python3
	[ -x $_python ] || _python=python3
	$_python "$(command -v lddtree)" "$@"
}

# real: the files below stage that the names on standard input lead to
real()
{
	LC_ALL=C sort -u | while read -r _f; do
		while [ -L "$_f" ]; do
			_to=$(readlink "$_f")
			case $_to in
			/*)	_f=$PWD/stage$_to ;;
			*)	_f=${_f%/*}/$_to ;;
			esac
		done
		realpath --relative-to=stage "$_f"
	done | LC_ALL=C sort -u
}

# programs: names of all dynamic programs in the stage's PATH
programs()
{
	(cd stage && find bin sbin usr/bin usr/sbin lib/systemd usr/lib/openssh \
	    -type f -perm -100 -exec sh -c 'for f; do
		readelf -lW "$f" 2>/dev/null | grep -q INTERP && echo "$f"
	    done' sh {} +) | LC_ALL=C sort
}

# kept CONF: regular files that are kept for it
kept()
{
	echo "$1" >conf
	"$NB_BIN/nb-trim" -c conf -o stage/METALOG.kept stage/METALOG 2>said ||
	    atf_fail "$(cat said)"
	grep warning: said && atf_fail "$1: missing"
	sed -n 's/^\.\/\(.*\) type=file .*/\1/p' stage/METALOG.kept |
	    LC_ALL=C sort
}

compare()
{
	_tree=$("$NB_TOP/tests/trim/programs" "$1")/tree ||
	    atf_skip "Debian's programs cannot be fetched"
	tar -cf tree.tar -C "$_tree" .
	"$NB_BIN/nb-untar" -C stage tree.tar || atf_fail "no stage"
	programs | grep -v '\[' >all	# METALOG has another name for it
	n=$(wc -l <all)
	[ "$n" -ge 200 ] || atf_fail "only $n programs"
	kept '' >always
	LC_ALL=C
	export LC_ALL
	# Some by themselves, then all at once.
	some=10
	[ "${NB_SOAK-}" != y ] || some=60
	awk -v step=$((n / some)) 'NR % step == 0' all | head -n $some >some
	while read -r f; do
		kept "shipbins=/$f" | comm -23 - always >got
		tree_of -R "$PWD/stage" -l "/$f" 2>ldderr | real >want
		diff -u want got >differs || {
			cat differs ldderr
			atf_fail "$f: not what lddtree says"
		}
	done <some
	atf_check_equal $some "$(wc -l <some)"
	kept "shipbins=\"$(sed 's,^,/,' all | tr '\n' ' ')\"" |
	    comm -23 - always >got
	# shellcheck disable=SC2046 # names without blanks
	tree_of -R "$PWD/stage" -l $(sed 's,^,/,' all) 2>ldderr | real >want
	atf_check diff -u want got
}

atf_test_case amd64
amd64_head()
{
	atf_set descr "10 programs of Debian's for amd64, and all 300 at once"
	atf_set require.progs "lddtree readelf bsdtar"
	atf_set timeout 900
}
amd64_body()
{
	compare amd64
}

atf_test_case aarch64
aarch64_head()
{
	atf_set descr "the same for arm64"
	atf_set require.progs "lddtree readelf bsdtar"
	atf_set timeout 900
}
aarch64_body()
{
	compare evbarm-aarch64
}

atf_test_case host
host_head()
{
	atf_set descr "programs of this machine with its own libraries"
	atf_set require.progs "lddtree readelf ldd"
	atf_set timeout 900
}
host_body()
{
	# What ldd finds of 60 programs, and other libraries beside them.
	mkdir root
	n=0
	for f in /usr/bin/[a-z]* /usr/sbin/[a-z]*; do
		[ -f "$f" ] && [ -r "$f" ] && [ ! -L "$f" ] || continue
		[ $n -lt 60 ] || break
		ldd "$f" >libs 2>/dev/null || continue
		grep -q '=> /' libs || continue
		readelf -lW "$f" 2>/dev/null | grep -q INTERP || continue
		n=$((n + 1))
		{ echo "$f"; grep -o '/[^ ]*' libs; } >>wanted
	done
	atf_check test $n -ge 50
	find /usr/lib/*-linux-gnu* -maxdepth 1 -name 'lib[a-d]*.so.*' \
	    -size -200k >>wanted 2>/dev/null
	sort -u wanted >files
	while read -r f; do
		while [ -L "$f" ]; do
			echo "$f"
			to=$(readlink "$f")
			case $to in
			/*)	f=$to ;;
			*)	f=$(realpath -ms "${f%/*}/$to") ;;
			esac
		done
		[ ! -f "$f" ] || echo "$f"
	done <files | sort -u >all
	for d in /bin /sbin /lib /lib64 /lib32; do
		[ -L $d ] || continue
		sed -i "s,^$d/,$(realpath $d)/," all
		echo $d >>all
	done
	sort -u -o all all
	[ ! -f /etc/ld.so.conf ] || find -L /etc/ld.so.conf /etc/ld.so.conf.d \
	    -type f >>all
	tar --no-recursion -cPf tree.tar --transform 's,^/,./,S' -T all
	"$NB_BIN/nb-untar" -C stage tree.tar || atf_fail "no stage"
	kept '' >always
	LC_ALL=C
	export LC_ALL
	grep -E '^/usr/s?bin/' wanted | sort -u >some
	while read -r f; do
		kept "shipbins=$f" | comm -23 - always >got
		tree_of -R "$PWD/stage" -l "$f" 2>ldderr | real |
		    comm -23 - always >want
		diff -u want got >differs || {
			cat differs ldderr
			atf_fail "$f: not what lddtree says"
		}
	done <some
}

atf_init_test_cases()
{
	atf_add_test_case amd64
	atf_add_test_case aarch64
	[ "$(uname -s)" != Linux ] || atf_add_test_case host
}
