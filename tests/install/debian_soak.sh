#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# debian_soak: Debian's packages are built, lintian has nothing to say, and what is in
# them works where they were only unpacked.

. "$(atf_get_srcdir)/../helpers.sh"

mirror_case package "dpkg-buildpackage, lintian, and an image made by what is in the packages"
package_head() {
	atf_set descr "dpkg-buildpackage, lintian, and an image made by what is in the packages"
	atf_set require.progs 'dpkg-buildpackage dh lintian lighttpd bsdtar'
	atf_set timeout 1200
}
package_body() {
	mkdir -p build/smolbsd root p
	(cd "$NB_TOP" && find . \( -path ./.git -o -path ./tests/cache -o -path ./tools/obj \
	    -o -path ./tools/bin -o -path './sets/*' -o -path './pkgs/*' \
	    -o -path './kernels/*' -o -path './images/*' \) -prune -o -type f -print |
	    cpio -pdm --quiet "$OLDPWD/build/smolbsd") || atf_fail "cpio"
	(cd build/smolbsd && dpkg-buildpackage -us -uc -b) >log 2>&1 || {
		tail -50 log
		atf_fail "dpkg-buildpackage"
	}
	# what dpkg's flags add is warned of by nobody
	atf_check -s exit:1 grep -n -e '\.[ch]:[0-9:]* warning:' log
	atf_check -o inline:'' -e ignore lintian --fail-on error,warning \
	    build/smolbsd_*.changes
	for p in build/smolbsd_*.deb build/nb-app_*.deb; do
		dpkg-deb -x "$p" root || atf_fail "$p"
	done
	atf_check -s exit:2 -o ignore -e match:'usage' \
	    root/usr/bin/nb-app -x
	start_mirror -q mirror amd64
	start_lighttpd mirror
	echo ".include \"$PWD/root/usr/share/smolbsd/mk/project.mk\"" >p/Makefile
	cd p || exit
	atf_check -o match:"images/rescue-amd64.img is up to date" -e ignore \
	    "${MAKE:-bmake}" ARCH=amd64 DIST="$MIRROR_URL/pub/NetBSD-daily/netbsd-11/latest/amd64/binary" \
	    SERVICE=rescue base
	atf_check ../root/usr/bin/nb-mkfs -q -c images/rescue-amd64.img
	cd ..
}

atf_init_test_cases() {
	atf_add_test_case package
}
