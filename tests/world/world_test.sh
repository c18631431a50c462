#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# world_test: what the other tests lean on: the stand-in's servers and sets.

bin=pub/NetBSD-daily/netbsd-11/latest
arch=amd64

atf_test_case sums cleanup
sums_head() {
	atf_set descr "SHA512 and .sha256 are those of the files beside them"
	atf_set timeout 600
}
sums_body() {
	start_mirror mirror
	for d in "mirror/$bin"/*/binary/sets "mirror/$bin"/*/binary/kernel; do
		[ -d "$d" ] || continue
		sed 's/^SHA512 (\(.*\)) = \(.*\)$/\2  \1/' "$d/SHA512" >sums
		atf_check test "$(wc -l <sums)" -eq \
		    "$(find "$d" -name '*z' | wc -l)"
		(cd "$d" && sha512sum -c --quiet -) <sums ||
		    atf_fail "$d/SHA512"
	done
	(cd mirror/assets && sha256sum -c --quiet ./*.sha256) ||
	    atf_fail ".sha256"
}
sums_cleanup() { stop_all; }

atf_test_case same_again cleanup
same_again_head() {
	atf_set descr "sets made again, with another umask and TZ, are the same"
	atf_set timeout 600
}
same_again_body() {
	cache=${NB_WORLD:-$NB_TOP/tests/cache}
	start_mirror -q first $arch
	mkdir cache
	for d in "$cache"/debian-amd64-* "$cache"/guest-amd64-*; do
		ln -s "$d" cache/
	done
	export NB_WORLD="$PWD/cache"
	umask 077
	TZ=Asia/Tokyo LC_ALL=POSIX start_mirror -q second $arch
	for s in base etc rescue; do
		atf_check cmp "first/$bin/$arch/binary/sets/$s.tar.xz" \
		    "second/$bin/$arch/binary/sets/$s.tar.xz"
	done
	[ "$(readlink first/$bin/$arch/binary/sets/base.tar.xz)" != \
	    "$(readlink second/$bin/$arch/binary/sets/base.tar.xz)" ] ||
	    atf_fail "nothing was made again"
}
same_again_cleanup() { stop_all; }

atf_test_case own_tree cleanup
own_tree_head() {
	atf_set descr "a file replaced in one tree stays as it was in another"
	atf_set timeout 600
}
own_tree_body() {
	start_mirror -q a $arch
	start_mirror -q b $arch
	before=$(sha256sum <b/$bin/$arch/binary/sets/etc.tar.xz)
	rm a/$bin/$arch/binary/sets/etc.tar.xz
	echo broken >a/$bin/$arch/binary/sets/etc.tar.xz
	echo broken >>a/$bin/$arch/binary/sets/SHA512
	atf_check_equal "$before" \
	    "$(sha256sum <b/$bin/$arch/binary/sets/etc.tar.xz)"
	atf_check -s exit:1 grep broken b/$bin/$arch/binary/sets/SHA512
}
own_tree_cleanup() { stop_all; }

atf_test_case servers cleanup
servers_head() {
	atf_set descr "two servers at once have two ports; down leaves none"
	atf_set require.progs "lighttpd curl"
	atf_set timeout 600
}
servers_body() {
	for d in a b; do
		"$NB_TOP/tests/world/mirror" up -q "$PWD/$d" $arch >$d.url ||
		    atf_fail "up $d"
	done
	atf_check -s exit:1 cmp -s a.url b.url
	for d in a b; do
		atf_check -o file:"$PWD/$d/root/assets/netbsd-SMOL.sha256" \
		    curl -fsS "$(cat $d.url)/assets/netbsd-SMOL.sha256"
		pid=$(cat $d/pid)
		atf_check "$NB_TOP/tests/world/mirror" down "$PWD/$d"
		! kill -0 "$pid" 2>/dev/null || atf_fail "$d still runs"
		# lighttpd writes its log when it ends, at the latest
		atf_check -o match:"GET /assets/netbsd-SMOL.sha256" \
		    cat $d/access.log
		atf_check -s exit:7 -e ignore \
		    curl -sS -o /dev/null "$(cat $d.url)/"
		# nothing to do is no error
		atf_check "$NB_TOP/tests/world/mirror" down "$PWD/$d"
	done
}
servers_cleanup() {
	for d in a b; do
		"$NB_TOP/tests/world/mirror" down "$PWD/$d"
	done
}

atf_test_case usage
usage_head() {
	atf_set descr "an architecture that is none is refused by name"
}
usage_body() {
	atf_check -s exit:1 -e match:'sparc64: not an architecture' \
	    "$NB_TOP/tests/world/mirror" make sparc64
	atf_check -s exit:1 -e match:'sparc64: not an architecture' \
	    "$NB_TOP/tests/world/guest" sparc64
	atf_check -s exit:2 -e match:usage "$NB_TOP/tests/world/mirror"
	atf_check -s exit:2 -e match:usage "$NB_TOP/tests/world/guest"
}

atf_init_test_cases() {
	# shellcheck source=tests/helpers.sh
	. "$(atf_get_srcdir)/../helpers.sh"
	atf_add_test_case sums
	atf_add_test_case same_again
	atf_add_test_case own_tree
	atf_add_test_case servers
	atf_add_test_case usage
}
