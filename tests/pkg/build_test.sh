#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# build_test: ADDPKGS, from the mirror's pkg_summary.gz to the package database
# of an image, by the rules.

. "$(atf_get_srcdir)/../helpers.sh"

MIRROR_URL=http://127.0.0.1:9
all=pub/pkgsrc/packages/NetBSD/x86_64/11.0/All

# bake WORD ...: bmake as a person would call it, which must do it; what it
# says is in out
bake() {
	./rules p ARCH=amd64 FSTYPE=ffs IMGSIZE=40 "$@" >out 2>&1 || {
		cat out
		atf_fail "bmake $*"
	}
}

# fails PATTERN WORD ...: bmake ends non-zero, and says PATTERN in one line
fails() {
	_pattern=$1
	shift
	./rules p ARCH=amd64 FSTYPE=ffs IMGSIZE=40 "$@" >out 2>err &&
	    atf_fail "bmake $* did not fail"
	cat out err
	atf_check -o inline:"1\n" grep -c -- "$_pattern" err
}

# unpack: the image's files into the folder i, but for what only root can make
unpack() {
	rm -rf i
	mkdir i
	"$NB_BIN/nb-mkfs" -x -o tar "${1-p/images/base-amd64.img}" >i.tar &&
	    bsdtar -xof i.tar -C i --exclude dev --exclude chroot ||
	    atf_fail "the image was not read"
}

# has NAME ...: these are in the package database, and no others
has() {
	unpack
	ls i/usr/pkg/pkgdb >got
	printf '%s\n' "$@" | LC_ALL=C sort >want
	atf_check diff want got
}

# same_image, another_image: it was not, or was, made again since `mark`
mark() {
	exec 3<p/images/base-amd64.img
	was=$(stat -c %i p/images/base-amd64.img)
}
same_image() {
	atf_check_equal "$was" "$(stat -c %i p/images/base-amd64.img)"
}
another_image() {
	[ "$was" != "$(stat -c %i p/images/base-amd64.img)" ] ||
	    atf_fail "the image was not made again"
}

mirror_case database "an image with packages: files, database, who requires whom"
database_body() {
	project_up amd64
	bake ADDPKGS="served greet" pkgfetch
	atf_check -o match:"served-2.1.tgz: .*SHA512 verified" \
	    -o match:"4 packages: .* to download, .* installed" \
	    -o match:"served-2.1: not run: its \+INSTALL \(user served, group served, 1 file, 1 folder\)" \
	    cat out
	# the image brings nothing more of these
	bake setfetch
	stop_all
	bake ADDPKGS="served greet" base
	has greet-1.10nb2 libgreet-0.3nb1 served-2.1 served-tls-1.0
	atf_check -o match:'echo greet-1.10nb2' cat i/usr/pkg/bin/greet
	cd i/usr/pkg/pkgdb || atf_fail "no pkgdb"
	atf_check -o inline:'greet-1.10nb2\n' cat libgreet-0.3nb1/+REQUIRED_BY
	atf_check -o inline:'served-2.1\n' cat greet-1.10nb2/+REQUIRED_BY
	atf_check -o inline:'served-2.1\n' cat served-tls-1.0/+REQUIRED_BY
	atf_check -o inline:'served-tls-1.0\n' cat served-2.1/+REQUIRED_BY
	atf_check -o inline:'automatic=yes\n' cat libgreet-0.3nb1/+INSTALLED_INFO
	atf_check test ! -e greet-1.10nb2/+INSTALLED_INFO
	atf_check test ! -e served-2.1/+INSTALLED_INFO
	atf_check test -f served-2.1/+INSTALL
	cd ../../../..
	# run it would have made these
	atf_check test ! -e i/usr/pkg/etc/served
	# a set's and the service's own files
	atf_check cmp i/etc/rc p/service/base/etc/rc
	atf_check find p/pkgs -name '*.part' -o -name '*.new'
}

mirror_case nothing_to_do "nothing is done when nothing changed; pkgfetch asks"
nothing_to_do_body() {
	project_up amd64
	bake ADDPKGS=greet base
	has greet-1.10nb2 libgreet-0.3nb1
	mark
	bake ADDPKGS=greet base
	atf_check -o inline:"images/base-amd64.img is up to date: bmake SERVICE=base ARCH=amd64 start\n" \
	    cat out
	same_image
	# the server has nothing newer
	bake ADDPKGS=greet pkgfetch
	atf_check -o match:'pkg_summary.gz: up to date' \
	    -o match:'/greet-1.10nb2.tgz: up to date, SHA512 verified' cat out
	bake ADDPKGS=greet base
	same_image
	bake ADDPKGS=greet pkgfetch base
	same_image
	# ... now it has
	(cd "mirror/$all" && gzip -dc pkg_summary.gz |
	    sed '/^PKGNAME=greet-1.10nb2$/,/^$/d' | gzip -n >new &&
	    rm pkg_summary.gz && mv new pkg_summary.gz)
	bake ADDPKGS=greet base
	same_image
	bake ADDPKGS=greet pkgfetch
	same_image
	bake ADDPKGS=greet FRESH=y pkgfetch
	bake ADDPKGS=greet base
	another_image
	has greet-1.10 libgreet-0.3nb1
}

mirror_case words "ADDPKGS and PKGDEPS shape the image"
words_body() {
	project_up amd64
	bake ADDPKGS=greet base
	mark
	bake ADDPKGS='greet-1.9' base
	another_image
	has greet-1.9 libgreet-0.3nb1
	bake ADDPKGS='greet<1.10alpha' PKGDEPS=n base
	has greet-1.9
	bake ADDPKGS='{nope,greet}>=1.10rc1<1.10' base
	has greet-1.10rc3 libgreet-0.3nb1
	bake base
	unpack
	atf_check test ! -e i/usr/pkg/pkgdb
	# a service's own word, with a script of its own to run
	mkdir -p p/service/x/postinst
	cp -R p/service/base/etc p/service/x/
	echo 'ADDPKGS=greet' >p/service/x/options.mk
	echo 'cat usr/pkg/pkgdb/libgreet-0.3nb1/+REQUIRED_BY >etc/who' \
	    >p/service/x/postinst/1.sh
	bake SERVICE=x base
	unpack p/images/x-amd64.img
	atf_check -o inline:'greet-1.10nb2\n' cat i/etc/who
	# ... which the command line wins over
	bake SERVICE=x PKGDEPS=n ADDPKGS=libgreet SETS=base \
	    POSTINSTVARS= FSTYPE=ext2 pkgfetch
	atf_check -o match:'^nb-pkg: 1 package: ' cat out
	bake pkgfetch
	atf_check -o match:'has no packages: bmake ADDPKGS=' cat out
}

mirror_case local "an entry with a slash is a file, used as it is"
local_body() {
	project_up amd64
	cp "mirror/$all/greet-1.10.tgz" p/my.tgz
	bake ADDPKGS=./my.tgz base
	has greet-1.10 libgreet-0.3nb1
	atf_check -o inline:'libgreet-0.3nb1.tgz\npkg_summary.gz\n' \
	    ls p/pkgs/amd64
	mark
	bake ADDPKGS=./my.tgz base
	same_image
	cp "mirror/$all/greet-1.9.tgz" p/my.tgz
	bake ADDPKGS=./my.tgz base
	another_image
	has greet-1.9 libgreet-0.3nb1
	atf_check test ! -e i/usr/pkg/pkgdb/greet-1.9/+INSTALLED_INFO
	atf_check test -e i/usr/pkg/pkgdb/libgreet-0.3nb1/+INSTALLED_INFO
	bake ADDPKGS="./my.tgz served" base
	has greet-1.9 libgreet-0.3nb1 served-2.1 served-tls-1.0
}

mirror_case offline "NONET: works with what is there, else names what is missing"
offline_body() {
	project_up amd64
	NONET=1
	export NONET
	fails 'pkgs/amd64/pkg_summary.gz: missing.*pkgfetch brings it' \
	    ADDPKGS=greet pkgfetch
	unset NONET
	bake ADDPKGS=greet fetch
	stop_all
	bake ADDPKGS=greet base
	has greet-1.10nb2 libgreet-0.3nb1
	export NONET=1
	bake ADDPKGS=greet pkgfetch
	bake ADDPKGS='{nope,greet}-[0-9]*' base
	has greet-1.10nb2 libgreet-0.3nb1
	rm p/pkgs/amd64/libgreet-0.3nb1.tgz
	fails 'pkgs/amd64/libgreet-0.3nb1.tgz: missing.*bmake ARCH=amd64 SERVICE=base pkgfetch brings it' \
	    ADDPKGS=greet base
	atf_check -o inline:'1\n' grep -c '^nb-fetch: ' err
	# one that is not what the sum says
	cp p/pkgs/amd64/greet-1.10nb2.tgz p/pkgs/amd64/libgreet-0.3nb1.tgz
	fails 'libgreet-0.3nb1.tgz: .*[0-9a-f]\{20\}' ADDPKGS=greet base
	atf_check test -f p/images/base-amd64.img
}

mirror_case refused "what cannot be is refused in one line, and the old image stays"
refused_body() {
	project_up amd64
	bake ADDPKGS=greet base
	mark
	fails '^nb-pkg: nope: no such package in pkgs/amd64/pkg_summary.gz$' \
	    ADDPKGS=nope base
	fails '^nb-pkg: served-ssl-0.9 conflicts with served-tls-1.0 (served-tls-\[0-9\]\*)' \
	    ADDPKGS='served-ssl served-tls' base
	fails '^nb-pkg: greet>=2: only greet-1.10, .* are there$' \
	    ADDPKGS='greet>=2' base
	# a page instead of packages
	rm "mirror/$all/pkg_summary.gz"
	echo '<html>' >"mirror/$all/pkg_summary.gz"
	fails '^nb-pkg: pkgs/amd64/pkg_summary.gz:1: "<html>" is no VARIABLE=VALUE' \
	    ADDPKGS=greet FRESH=y pkgfetch
	same_image
	find p/pkgs -name '*.new' -o -name '*.part' | grep . &&
	    atf_fail "files are left"
	:
}

mirror_case changed "a package that is not what pkg_summary says is refused"
changed_body() {
	project_up amd64
	rm "mirror/$all/libgreet-0.3nb1.tgz"
	cp "mirror/$all/greet-1.9.tgz" "mirror/$all/libgreet-0.3nb1.tgz"
	sum=$(sha512sum <"mirror/$all/greet-1.9.tgz" | cut -c1-20)
	fails "libgreet-0.3nb1.tgz: .*$sum" ADDPKGS=greet base
	atf_check test ! -e p/pkgs/amd64/libgreet-0.3nb1.tgz
	atf_check test ! -e p/images/base-amd64.img
}

mirror_case unsummed "a package without a sum is brought, and said not to be verified"
unsummed_body() {
	project_up amd64
	(cd "mirror/$all" && gzip -dc pkg_summary.gz |
	    sed '/^PKGNAME=libgreet/,/^$/{
		s/^FILE_CKSUM=.*/FILE_CKSUM=sha1 00/
		s/^FILE_NAME=.*/FILE_NAME=lib+greet~=,@0.tgz/
	    }' | gzip -n >new && rm pkg_summary.gz && mv new pkg_summary.gz &&
	    mv libgreet-0.3nb1.tgz 'lib+greet~=,@0.tgz')
	bake ADDPKGS=greet base
	atf_check -o match:'greet-1.10nb2.tgz: .*SHA512 verified' \
	    -o match:'/lib\+greet~=,@0.tgz: .*not verified' cat out
	has greet-1.10nb2 libgreet-0.3nb1
}

mirror_case gone "a package that the server has no more: what to do"
gone_body() {
	project_up amd64
	bake ADDPKGS=greet pkgfetch
	rm p/pkgs/amd64/libgreet-0.3nb1.tgz "mirror/$all/libgreet-0.3nb1.tgz"
	fails 'libgreet-0.3nb1.tgz: not on the server.*SERVICE=base pkgfetch brings it' \
	    ADDPKGS=greet base
	fails 'libgreet-0.3nb1.tgz: not on the server.*see PKGSITE and PKGVERS' \
	    ADDPKGS=greet pkgfetch
	fails 'pkg_summary.gz: not on the server.*see PKGSITE and PKGVERS' \
	    ADDPKGS=greet PKGSITE="$MIRROR_URL/none" base
}

mirror_case whole "a plan that cannot be made leaves what the last one was"
whole_body() {
	project_up amd64
	bake ADDPKGS=greet pkgfetch
	rm p/pkgs/amd64/.plan/*/done
	cksum p/pkgs/amd64/.plan/*/* >before
	mkdir bad
	cat >bad/awk <<-X
		#!/bin/sh
		[ "\$1" = -F ] || exec $(command -v awk) "\$@"
		echo half
		exit 3
	X
	chmod +x bad/awk
	! PATH=$PWD/bad:$PATH ./rules p ARCH=amd64 ADDPKGS=greet pkgfetch \
	    >out 2>&1 || atf_fail "it did not fail"
	cksum p/pkgs/amd64/.plan/*/* >after
	atf_check diff before after
	bake ADDPKGS=greet pkgfetch
	rm p/pkgs/amd64/.plan/*/done
	cksum p/pkgs/amd64/.plan/*/* >after
	atf_check diff before after
}

mirror_case parallel "bmake -j4 from nothing: the same image"
parallel_body() {
	project_up amd64
	bake -j4 ADDPKGS="served greet" base
	cp p/images/base-amd64.img one.img
	rm -rf p/images/* p/images/.work p/pkgs/amd64
	bake ADDPKGS="served greet" base
	atf_check cmp one.img p/images/base-amd64.img
}

mirror_case site "another server's packages are not taken for this one's"
site_body() {
	project_up amd64
	mkdir -p mirror/other
	(cd "mirror/$all" && gzip -dc pkg_summary.gz |
	    sed '/^PKGNAME=greet-1.10/,/^$/d' | gzip -n) \
	    >mirror/other/pkg_summary.gz
	cp -L "mirror/$all"/*.tgz mirror/other/
	bake ADDPKGS=greet base
	has greet-1.10nb2 libgreet-0.3nb1
	bake ADDPKGS=greet PKGSITE="$MIRROR_URL/other" base
	has greet-1.9 libgreet-0.3nb1
	bake ADDPKGS=greet base
	has greet-1.10nb2 libgreet-0.3nb1
	# the first that has it, of several
	bake ADDPKGS=greet PKGSITE="$MIRROR_URL/none $MIRROR_URL/other" base
	has greet-1.9 libgreet-0.3nb1
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
