#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# lock_test: `bmake lock`, and builds that take nothing but what it says.

. "$(atf_get_srcdir)/../helpers.sh"

dist=pub/NetBSD-daily/netbsd-11/latest/amd64/binary
all=pub/pkgsrc/packages/NetBSD/x86_64/11.0/All

# mirror_up ARCH ...: the mirror, and the project in p with a service x
mirror_up() {
	project_up "$@"
	mkdir -p p/service/x
	cp -R p/service/base/etc p/service/x/
	echo 'ADDPKGS=greet' >p/service/x/options.mk
	LOCK=p/service/x/lock
}

# does WORD ...: bmake as a person would call it; what it says is in out
does() {
	./rules p ARCH=amd64 FSTYPE=ffs IMGSIZE=40 SERVICE=x "$@" >out 2>&1 || {
		cat out
		atf_fail "bmake $*"
	}
}

# fails PATTERN WORD ...: bmake ends non-zero, and says PATTERN in one line
fails() {
	_pattern=$1
	shift
	./rules p ARCH=amd64 FSTYPE=ffs IMGSIZE=40 SERVICE=x "$@" >out 2>err &&
	    atf_fail "bmake $* did not fail"
	cat out err
	atf_check -o inline:"1\n" grep -c -- "$_pattern" err
}

sum() {
	sha256sum <"$1" | cut -c1-64
}

# another_set NAME: the server has another one of that name, and of the same
# content, so that only its sums tell
another_set() {
	xz -dc "mirror/$dist/sets/$1.tar.xz" | xz -0 >new
	rm "mirror/$dist/sets/$1.tar.xz"
	mv new "mirror/$dist/sets/$1.tar.xz"
	(cd "mirror/$dist/sets" &&
	    sha512sum --tag ./*.xz | sed 's,(\./,(,' >SHA512)
}

mirror_case written "all that a build uses, with its URL and sum; twice the same"
written_body() {
	mirror_up amd64
	does lock
	url=$MIRROR_URL
	cat >want <<-EOF
		amd64/kernel/netbsd-SMOL ($url/assets/netbsd-SMOL) = $(sum p/kernels/netbsd-SMOL)
		amd64/packages/greet-1.10nb2.tgz ($url/$all/greet-1.10nb2.tgz) = $(sum p/pkgs/amd64/greet-1.10nb2.tgz)
		amd64/packages/libgreet-0.3nb1.tgz ($url/$all/libgreet-0.3nb1.tgz) = $(sum p/pkgs/amd64/libgreet-0.3nb1.tgz)
		amd64/packages/pkg_summary.gz ($url/$all/pkg_summary.gz) = $(sum p/pkgs/amd64/pkg_summary.gz)
		amd64/sets/base.tar.xz ($url/$dist/sets/base.tar.xz) = $(sum p/sets/amd64/base.tar.xz)
		amd64/sets/etc.tar.xz ($url/$dist/sets/etc.tar.xz) = $(sum p/sets/amd64/etc.tar.xz)
	EOF
	grep -v '^#' $LOCK >got
	atf_check diff want got
	cp $LOCK first
	does lock
	atf_check cmp first $LOCK
	# ... also after a build, offline, and in another folder from nothing
	does base
	does lock
	does NONET=1 lock
	does FRESH=y FRESHMIN=0 lock
	atf_check cmp first $LOCK
	mkdir q
	(cd q && copy_project p && cp -R ../p/service/x p/service/ &&
	    rm p/service/x/lock && umask 077 && does lock)
	atf_check cmp first q/$LOCK
	# without packages; and their lines go
	does ADDPKGS= SETS=base lock
	atf_check -o inline:"amd64/kernel/netbsd-SMOL\namd64/sets/base.tar.xz\n" \
	    sed -n 's/^\([^#]*\) (.*/\1/p' $LOCK
	# with a file of one's own
	cp p/pkgs/amd64/greet-1.10nb2.tgz my.tgz
	does ADDPKGS="$PWD/my.tgz" PKGDEPS=n ADDSETS="$PWD/my.tgz" lock
	does ADDPKGS="$PWD/my.tgz" PKGDEPS=n ADDSETS="$PWD/my.tgz" base
	atf_check -s exit:1 grep my.tgz $LOCK
	atf_check -o inline:"" find p/service p/images/.work p/pkgs \
	    -name '*.part' -o -name '*.new'
}

mirror_case archs "one lock for three architectures; of a kernel, not of its .gz"
archs_body() {
	mirror_up amd64 i386 evbarm-aarch64
	does ADDPKGS= lock
	cp $LOCK one
	does ADDPKGS= ARCH=evbarm-aarch64 lock
	does ADDPKGS= ARCH=i386 lock
	atf_check -o inline:"9\n" grep -c '^[^#]' $LOCK
	grep '^amd64' $LOCK >got
	grep '^amd64' one >want
	atf_check cmp want got
	k=p/kernels/netbsd-GENERIC64.img
	atf_check -o match:"GENERIC64.img \(.*GENERIC64.img.gz\) = $(sum $k)" \
	    grep aarch64/kernel $LOCK
	# fetched again, if it is not that; compressed in whatever way
	gz=mirror/pub/NetBSD-daily/netbsd-11/latest/evbarm-aarch64/binary/kernel
	gzip -dc $gz/*.gz | gzip -n -9 >new
	rm $gz/netbsd-GENERIC64.img.gz
	mv new $gz/netbsd-GENERIC64.img.gz
	cp $k good
	echo x >>$k
	does ARCH=evbarm-aarch64 kernfetch
	atf_check cmp good $k
	rm $k
	does ARCH=evbarm-aarch64 kernfetch
	atf_check cmp good $k
	does ARCH=evbarm-aarch64 NONET=1 ADDPKGS= base kernfetch
}

mirror_case held "a file that differs is fetched again, by URL and sum of the lock"
held_body() {
	mirror_up amd64
	does lock
	cp -R p/sets p/pkgs p/kernels .
	does base
	asked
	does base
	atf_check -o match:"up to date" cat out
	for t in fetch fetchall kernfetch setfetch pkgfetch; do
		does $t
	done
	atf_check -o match:"files are as service/x/lock says" cat out
	asked
	[ ! -s asked ] || atf_fail "asked: $(cat asked)"
	before=$(stat -c '%i %Y' p/images/x-amd64.img)
	for f in kernels/netbsd-SMOL sets/amd64/base.tar.xz \
	    pkgs/amd64/greet-1.10nb2.tgz; do
		echo x >>p/$f
		does fetch
		atf_check cmp $f p/$f
		rm p/$f
		# from where the lock says, whatever the variables say
		does DIST=http://127.0.0.1:9/d KDIST=http://127.0.0.1:9/k fetch
		atf_check cmp $f p/$f
	done
	# other settings do not matter, nor does another pkg_summary.gz
	cp p/pkgs/amd64/pkg_summary.gz .
	gzip -dc pkg_summary.gz | sed '/^PKGNAME=greet-1.10nb2$/,/^$/d' |
	    gzip -n >p/pkgs/amd64/pkg_summary.gz
	does base
	# ... until a plan has to be made: then the right one comes
	does SOURCE_DATE_EPOCH=1 PKGDEPS=n base
	atf_check cmp pkg_summary.gz p/pkgs/amd64/pkg_summary.gz
	# FRESH=y asks whether the server has it still; so it does
	does FRESH=y base fetchall
	asked
	atf_check -o inline:"5\n" grep -c '^304' asked
}

mirror_case refused "a server that moved on, and a file that is not named"
refused_body() {
	mirror_up amd64
	does lock
	does base
	old=$(sum p/sets/amd64/etc.tar.xz)
	img=$(sum p/images/x-amd64.img)
	another_set etc
	new=$(sum mirror/$dist/sets/etc.tar.xz)
	# what is there is right: no server can change that
	does base
	does FRESHMIN=0 base setfetch
	atf_check_equal "$old" "$(sum p/sets/amd64/etc.tar.xz)"
	# who asks is told, and keeps what is there
	for t in base setfetch fetchall; do
		fails "etc.tar.xz: wrong SHA256: it is $new, service/x/lock says $old; the previous file was kept; bmake ARCH=amd64 SERVICE=x lock moves it on" \
		    FRESH=y $t
		atf_check_equal "$old" "$(sum p/sets/amd64/etc.tar.xz)"
	done
	# so is who lost his
	cp p/sets/amd64/etc.tar.xz keep
	echo x >>p/sets/amd64/etc.tar.xz
	fails "wrong SHA256: it is $new, service/x/lock says $old" base
	mine=$(sum p/sets/amd64/etc.tar.xz)
	fails "sets/amd64/etc.tar.xz: wrong SHA256: on disk $mine, wanted $old" \
	    NONET=1 base
	rm p/sets/amd64/etc.tar.xz
	fails "wrong SHA256: it is $new, service/x/lock says $old; nothing was written" \
	    base
	atf_check test ! -e p/sets/amd64/etc.tar.xz
	atf_check_equal "$img" "$(sum p/images/x-amd64.img)"
	mv keep p/sets/amd64/etc.tar.xz
	# neither a set nor a package nor another architecture slips in
	fails "sets/amd64/rescue.tar.xz: service/x/lock has no amd64/sets/rescue.tar.xz; bmake ARCH=amd64 SERVICE=x lock adds it" \
	    ADDSETS=rescue base
	fails "pkgs/amd64/greet-1.9.tgz: service/x/lock has no amd64/packages/greet-1.9.tgz; bmake ARCH=amd64 SERVICE=x lock adds it" \
	    ADDPKGS=greet-1.9 base
	fails "has no i386/sets/base.tgz; bmake ARCH=i386 SERVICE=x lock adds it" \
	    ARCH=i386 ADDPKGS= base
	atf_check test ! -e p/sets/amd64/rescue.tar.xz
	echo '>>>>>>> theirs' >>$LOCK
	fails "service/x/lock:9: is no line of a lock" base
	sed -i '$d' $LOCK
	# on: the new set, and the image is another
	does lock
	atf_check -o match:"6 files: 0 new, 1 moved on, 0 gone" cat out
	atf_check -o match:"etc.tar.xz .* = $new" cat $LOCK
	does base
	atf_check -o match:"^nb-mkfs: " cat out
	# another service has no lock
	does SERVICE=base base
}

mirror_case offline "NONET: what is missing is named, with what brings it"
offline_body() {
	mirror_up amd64
	does lock base
	for f in kernels/netbsd-SMOL:kernfetch sets/amd64/base.tar.xz:setfetch \
	    pkgs/amd64/greet-1.10nb2.tgz:pkgfetch; do
		t=${f#*:} f=${f%:*}
		mv p/$f keep
		for t in $t fetchall lock; do
			fails "^nb-.*: $f: missing.*; bmake ARCH=amd64 .*" \
			    NONET=1 $t
		done
		mv keep p/$f
	done
	does NONET=1 base
}

mirror_case careless "an image of before the lock, and a file changed behind its times"
careless_body() {
	mirror_up amd64
	does base kernfetch
	cp p/sets/amd64/etc.tar.xz first
	cp p/sets/amd64/SHA512 sums
	another_set etc
	does FRESH=y setfetch
	does base
	img=$(stat -c %i p/images/x-amd64.img)
	exec 3<p/images/x-amd64.img
	# the lock of somebody who has the first
	cp first p/sets/amd64/etc.tar.xz
	fails "etc.tar.xz: wrong SHA512: on disk" NONET=1 lock
	atf_check test ! -e $LOCK
	cp sums p/sets/amd64/SHA512
	does NONET=1 lock
	# an older file than the image; yet the image is not of it
	touch -d 2020-01-01 p/sets/amd64/etc.tar.xz
	does base
	[ "$(stat -c %i p/images/x-amd64.img)" != "$img" ] ||
	    atf_fail "the image is that of another set"
	# remembered, then changed, with its date put back
	sleep 3
	does NONET=1 base
	atf_check -o match:etc.tar.xz cat p/images/.work/.lock.x-amd64
	printf X | dd of=p/sets/amd64/etc.tar.xz bs=1 seek=20 conv=notrunc \
	    2>/dev/null
	touch -d 2020-01-01 p/sets/amd64/etc.tar.xz
	fails "etc.tar.xz: wrong SHA256: on disk" NONET=1 base
}

mirror_case curlsh "the script of CURLSH is in a lock, too"
curlsh_body() {
	mirror_up amd64
	echo 'echo 1 >made' >mirror/last
	first=$(sum mirror/last)
	does CURLSH="$MIRROR_URL/last" lock
	atf_check grep -qxF \
	    "amd64/curlsh/curlsh.sh ($MIRROR_URL/last) = $first" $LOCK
	does CURLSH="$MIRROR_URL/last" base
	echo 'echo 2 >made' >mirror/last
	touch -d '1 minute' mirror/last
	rm -r p/images/.work/*/curlsh.*
	fails "wrong SHA256: it is $(sum mirror/last), .*lock says $first" \
	    CURLSH="$MIRROR_URL/last" base
	does CURLSH="$MIRROR_URL/last" lock
	does CURLSH="$MIRROR_URL/last" base
}

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
