#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# offline_test: every target that uses files from the network, without one; and
# that nothing unverified is used without a word.

. "$(atf_get_srcdir)/../helpers.sh"

all=pub/pkgsrc/packages/NetBSD/x86_64/11.0/All

# mirror_up: the mirror, with an image of each kind that others made, and the
# project in p
mirror_up() {
	start_mirror -q mirror amd64
	latest=mirror/pub/NetBSD-daily/netbsd-11/latest
	mkdir -p $latest/images mirror/releases
	echo live | gzip -c >$latest/images/NetBSD-11.0-amd64-live.img.gz
	(cd $latest/images && sha512sum --tag ./*.gz | sed 's,(\./,(,' >SHA512)
	echo builder | xz -c >mirror/releases/build-amd64.img.xz
	(cd mirror/releases && sha256sum build-amd64.img.xz \
	    >build-amd64.img.xz.sha256)
	start_lighttpd mirror
	copy_project p
	# what boots is another test's
	printf '#!/bin/sh\necho booted "$@"\n' >boots
	chmod +x boots
}

# bake WORD ...: bmake in p
bake() {
	./rules p ARCH=amd64 FSTYPE=ffs IMGSIZE=40 ADDPKGS=greet \
	    NB_START="$PWD/boots" IMGDIST="$MIRROR_URL/releases" "$@"
}
does() {
	bake "$@" >out 2>&1 || {
		cat out
		atf_fail "bmake $*"
	}
}
fails() {
	_pattern=$1
	shift
	bake "$@" >out 2>err && atf_fail "bmake $* did not fail"
	cat out err
	atf_check -o inline:"1\n" grep -c -- "$_pattern" err
}

# What each target needs that the network brings, and the target that does.
needs() {
	k=kernels/netbsd-SMOL:kernfetch
	s="sets/amd64/base.tar.xz:setfetch sets/amd64/etc.tar.xz:setfetch"
	r="sets/amd64/rescue.tar.xz:setfetch sets/amd64/etc.tar.xz:setfetch"
	g="pkgs/amd64/pkg_summary.gz:pkgfetch
	    pkgs/amd64/greet-1.10nb2.tgz:pkgfetch"
	case $1 in
	kernfetch)	echo $k ;;
	setfetch)	echo $s ;;
	pkgfetch)	echo $g ;;
	base | build | buildimg) echo $s $g ;;
	rescue)		echo $r $g ;;
	start | fetch | fetchall | lock)
			echo $k $s $g ;;
	live)		echo images/NetBSD-amd64-live.img:live ;;
	fetchimg)	echo images/build-amd64.img:fetchimg ;;
	# these use none, or what is asked for in other tests
	demo | tools | test, | soak | bench | fuzz | coverage | lint, | \
	format | clean, | \
	list | show | check | new | stop | app | install, | install | \
	uninstall | distclean)	;;
	*)		atf_fail "$1: is it to work offline? say so here" ;;
	esac
}

# targets: all that help names
targets() {
	sed -n 's/^  bmake \(SERVICE=NAME \)*//p' "$NB_TOP/mk/help.txt" |
	    sed 's/   .*//; s/, / /g' | tr ' ' '\n'
	echo fetch
}

mirror_case offline "NONET: every target works, or names what is missing and what brings it"
offline_body() {
	mirror_up
	does fetchall live fetchimg base
	does rescue
	stop_all
	NONET=1
	export NONET
	for t in $(targets | sed 's/,$//'); do
		case $t in
		test | lint | clean)	continue ;;
		esac
		n=$(needs "$t") || atf_fail "$n"
		[ -n "$n" ] || continue
		rm -f p/images/base-* p/images/rescue-*
		does "$t"
		for f in $n; do
			by=${f#*:} f=${f%:*}
			mv "p/$f" keep
			fails "$f: missing, .*; bmake ARCH=amd64.* $by brings it$" \
			    "$t"
			# one line, then that of bmake
			atf_check -o inline:"1\n" grep -c '^nb-' err
			mv keep "p/$f"
		done
		rm -f p/service/*/lock
	done
	does start
	atf_check -o match:"^booted -f etc/base.conf -i images/base-amd64.img -k kernels/netbsd-SMOL" cat out
}

mirror_case said "what is not verified is said to be so, each time that it is used"
said_body() {
	mirror_up
	does fetchall
	atf_check -o match:"pkg_summary.gz: .*, not verified" cat out
	does base
	atf_check -s exit:1 grep "not verified" out
	# sets that nobody has sums of
	(cd p/sets/amd64 && rm SHA512 .*.origin)
	rm p/images/base-*
	does NONET=1 base
	atf_check -o inline:"nb-fetch: sets/amd64/base.tar.xz: not verified\nnb-fetch: sets/amd64/etc.tar.xz: not verified\n" \
	    grep "not verified" out
	# ... and by the sums, as soon as there are some
	does base
	atf_check -s exit:1 grep "not verified" out
	# one that changed since, also within the hour
	cp p/sets/amd64/etc.tar.xz good
	echo x >>p/sets/amd64/etc.tar.xz
	fails "sets/amd64/etc.tar.xz: wrong SHA512: on disk [0-9a-f]*, wanted [0-9a-f]*; bmake ARCH=amd64 SERVICE=base setfetch brings it" \
	    base
	does setfetch base
	atf_check cmp good p/sets/amd64/etc.tar.xz
	# files of one's own
	cp good my.tar.xz
	cp "mirror/$all/greet-1.10.tgz" my.tgz
	does ADDSETS="$PWD/my.tar.xz" ADDPKGS="$PWD/my.tgz" base
	atf_check -o inline:"not verified, being yours: $PWD/my.tar.xz $PWD/my.tgz\n" \
	    grep "not verified" out
	# a package that has no sum
	(cd "mirror/$all" && gzip -dc pkg_summary.gz |
	    sed '/^PKGNAME=libgreet/,/^$/s/^FILE_CKSUM=.*/FILE_CKSUM=sha1 00/' |
	    gzip -n >new && rm pkg_summary.gz && mv new pkg_summary.gz)
	does FRESH=y pkgfetch
	does base
	rm p/images/base-*
	does base
	atf_check -o inline:"nb-fetch: pkgs/amd64/libgreet-0.3nb1.tgz: not verified\n" \
	    grep "not verified" out
	# by a lock all is
	does lock
	does base
	atf_check -s exit:1 grep "not verified" out
	rm p/service/base/lock
	# a kernel
	rm p/kernels/netbsd-SMOL.sha256
	does NONET=1 start
	atf_check -o match:"^nb-fetch: kernels/netbsd-SMOL: not verified" cat out
	does KERNEL="$PWD/my.tgz" start
	atf_check -s exit:1 grep "not verified" out
}

mirror_case refused "kernels and ready images without sums are not taken"
refused_body() {
	mirror_up
	fails "comp.tar.xz: cannot be verified, .*SHA512 has no " ADDSETS=comp base
	rm -r p/sets/*
	rm mirror/assets/*.sha256 mirror/releases/*.sha256 $latest/images/SHA512
	fails "netbsd-SMOL.sha256: not on the server" kernfetch
	# (live brings a kernel, too)
	(cd mirror/assets && sha256sum netbsd-SMOL >netbsd-SMOL.sha256)
	fails "/SHA512: not on the server" live
	fails "build-amd64.img.xz.sha256: not on the server" fetchimg
	: >$latest/images/SHA512
	fails "cannot be verified, .*SHA512 has no " live
	rm p/kernels/netbsd-SMOL* p/kernels/.netbsd-SMOL*
	rm mirror/pub/NetBSD-daily/netbsd-11/latest/amd64/binary/sets/SHA512
	fails "/SHA512: not on the server" setfetch
	atf_check -o inline:"" find p/kernels p/sets p/images \
	    -type f ! -name '*SHA512*' ! -name .lock
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
