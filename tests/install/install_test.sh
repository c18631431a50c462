#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# install_test: `bmake install` and `bmake uninstall`, and a project folder that
# uses what was installed.

. "$(atf_get_srcdir)/../helpers.sh"

# in_tree WORD ...: bmake in the source tree; all that it writes is here.
in_tree() {
	"${MAKE:-bmake}" -C "$NB_TOP" BIN="$NB_BIN" CC="${CC:-cc}" \
	    SANITIZE="${SANITIZE:-}" COVERAGE="${COVERAGE:-}" COMPLETIONS="$PWD/completions" "$@"
}

# installed: into root, as PREFIX=/opt/nb, whatever the umask is
installed() {
	(umask "${1:-022}" && in_tree DESTDIR="$PWD/root" PREFIX=/opt/nb install) >out 2>&1 || {
		cat out
		atf_fail "install"
	}
	share=$PWD/root/opt/nb/share/smolbsd
}

# project DIR: a folder as the manual says, that uses it; ./in DIR WORD ... is
# bmake there, with the mirror in NetBSD's place. With a second word it is nobody's.
project() {
	mkdir "$1"
	echo ".include \"$share/mk/project.mk\"" >"$1/Makefile"
	user=
	if [ -n "${2-}" ]; then
		chown 65534:65534 "$1"
		user='setpriv --reuid 65534 --regid 65534 --clear-groups'
	fi
	cat >in <<-EOF
		#!/bin/sh
		cd "\$1" || exit
		shift
		exec $user "${MAKE:-bmake}" ARCH=amd64 KDIST="${MIRROR_URL-}/assets" \\
		    DIST="${MIRROR_URL-}/pub/NetBSD-daily/netbsd-11/latest/\\\${ARCH}/binary" "\$@"
	EOF
	chmod +x in
}

files() {
	(cd "$1" && find . -type f | sed 's,^\./,,' | LC_ALL=C sort)
}

progs() {
	(cd "$NB_BIN" && ls -d nb-*)
}

atf_test_case list
list_head() {
	atf_set descr "install brings what it should, and no more, with modes of its own"
}
list_body() {
	installed 077
	{
		for p in $(progs); do
			echo "bin/$p"
			echo "share/bash-completion/completions/$p"
			echo "share/zsh/site-functions/_$p"
			echo "share/fish/vendor_completions.d/$p.fish"
			for page in "$NB_TOP/tools/$p"/*.[0-9]; do
				echo "share/man/man${page##*.}/${page##*/}"
			done
		done
		(cd "$NB_TOP" && find service etc -type f ! -name own.mk \
		    ! -name .shellcheckrc ! -name '*.pub'; ls mk/*) |
		    grep -v -e '^mk/[A-Z]' -e '^mk/bootstrap' -e '^mk/check\.' \
		    -e '^mk/completions' -e '^mk/install' -e '^mk/lint' -e '^mk/gnuisms' \
		    -e '^mk/options' | sed 's,^,share/smolbsd/,'
		echo share/doc/smolbsd/LICENSE
		echo share/doc/smolbsd/README.md
		echo share/doc/smolbsd/docs/reference.md
		echo share/man/man7/nb.7
		echo share/smolbsd/Makefile
		echo share/smolbsd/installed
	} | LC_ALL=C sort >want
	files root/opt/nb >got
	atf_check diff want got
	find root ! -perm 755 ! -perm 644 >odd
	find root -type d ! -perm 755 >>odd
	atf_check cat odd
	for p in $(progs); do
		atf_check test -x root/opt/nb/bin/$p
	done
	# who runs when it boots, must
	(cd "$NB_TOP" && find service -type f -perm -100 | LC_ALL=C sort) >want
	(cd "$share" && find service -type f -perm -100 | LC_ALL=C sort) >got
	atf_check diff want got
	# nothing says where it was made
	atf_check -s exit:1 grep -rlF -e "$PWD" -e "$NB_TOP/mk" root/opt/nb/share
}

atf_test_case uninstall
uninstall_head() {
	atf_set descr "uninstall leaves nothing, and what others have is not touched"
}
uninstall_body() {
	mkdir -p root/opt/nb/share/man/man1 root/opt/nb/bin root/opt/nb/share/smolbsd/service/foo
	: >root/opt/nb/bin/other
	: >root/opt/nb/share/smolbsd/service/foo/rc
	find root | LC_ALL=C sort >before
	installed
	# again, over one that had more, one of them in a folder that others use
	mkdir "$share/service/gone"
	: >"$share/service/gone/rc"
	: >root/opt/nb/bin/nb-gone
	printf '%s\n' /opt/nb/bin/nb-gone /opt/nb/share/smolbsd/service/gone/ \
	    /opt/nb/share/smolbsd/service/gone/rc >>"$share/installed"
	installed
	atf_check test ! -e "$share/service/gone" -a ! -e root/opt/nb/bin/nb-gone
	atf_check test -x root/opt/nb/bin/nb-mkfs
	in_tree DESTDIR="$PWD/root" PREFIX=/opt/nb uninstall >out 2>&1 ||
	    atf_fail "uninstall"
	find root | LC_ALL=C sort >after
	atf_check diff before after
	atf_check -s exit:1 -o ignore \
	    -e match:"uninstall: .*root/opt/nb/share/smolbsd/installed: not there: .*PREFIX=/opt/nb" \
	    "${MAKE:-bmake}" -C "$NB_TOP" DESTDIR="$PWD/root" PREFIX=/opt/nb uninstall
}

atf_test_case refused
refused_head() {
	atf_set descr "prefixes that cannot be, and what the installed rules do not have"
}
refused_body() {
	for prefix in opt ./opt '/opt/a b' /opt/../x; do
		in_tree DESTDIR="$PWD/root" PREFIX="$prefix" install >out 2>&1 &&
		    atf_fail "$prefix"
		atf_check -o match:"^install: .*: .*PREFIX" cat out
	done
	atf_check test ! -e root
	installed
	project p
	for target in test lint install uninstall; do
		atf_check -s exit:1 -o ignore -e match:"^$target: is for the source tree" \
		    ./in p $target
	done
	atf_check -s not-exit:0 -o save:out -e save:err "${MAKE:-bmake}" -C "$share" base
	cat out err >both
	atf_check -o match:"is where it is installed: .*mk/project.mk" cat both
	atf_check -s not-exit:0 -o save:out -e save:err ./in p SERVICE=nope base
	cat out err >both
	atf_check -o match:"SERVICE=nope: there is no folder service/nope: one of base .*rescue" cat both
	atf_check -o inline:'Makefile\n' ls p
}

atf_test_case own
own_head() {
	atf_set descr "services of one's own beside the installed ones, and over them"
}
own_body() {
	installed
	project p
	atf_check -o match:'^rescue  *-  *a shell' -o match:'^hello ' ./in p list
	atf_check -o match:'made service/foo and etc/foo.conf' ./in p SERVICE=foo new
	atf_check -o save:out ./in p list
	atf_check -o match:'^foo ' -o match:'^rescue ' cat out
	atf_check -o match:"service/foo: no faults" ./in p SERVICE=foo check
	atf_check -o match:"$share/service/rescue: no faults" ./in p SERVICE=rescue check
	# its name is no excuse
	atf_check -s exit:1 -o ignore -e match:'SERVICE=rescue: an installed service' \
	    ./in p SERVICE=rescue new
	atf_check test ! -e p/service/rescue
	# settings of a person's own, for an installed one
	mkdir p/service/rescue
	echo 'IMGSIZE=33' >p/service/rescue/own.mk
	atf_check -o save:out ./in p SERVICE=rescue show
	atf_check -o match:'^IMGSIZE .*service/rescue/own.mk  *33$' \
	    -o match:"^MOUNTRO .*$share/service/rescue/options.mk  *y" cat out
	atf_check -o match:'^rescue  *-  *a shell' ./in p list
	# one of that name
	mkdir p/service/rescue/etc
	: >p/service/rescue/etc/rc
	echo '# rescue: mine' >p/service/rescue/options.mk
	atf_check -o match:'^rescue  *-  *mine' ./in p list
	./in p list >out
	atf_check_equal 1 "$(grep -c '^rescue ' out)"
	atf_check -o save:out ./in p SERVICE=rescue show
	atf_check -o match:'^MOUNTRO .*default  *n' cat out
	atf_check test ! -e p/sets -a ! -e p/images
}

mirror_case walk "a project elsewhere builds rescue, the same as in the tree, of a product it cannot write to"
walk_head() {
	atf_set descr "a project elsewhere builds the same image, of a product that is not its user's"
	atf_set require.progs 'lighttpd bsdtar setpriv'
	atf_set timeout 300
}
walk_body() {
	start_mirror -q mirror amd64
	start_lighttpd mirror
	copy_project tree
	atf_check -o ignore -e ignore ./rules tree ARCH=amd64 SERVICE=rescue base
	installed
	chmod -R a-w root
	umask 022
	if [ "$(id -u)" -eq 0 ]; then
		project p nobody
	else
		project p
	fi
	atf_check -o match:'images/rescue-amd64.img is up to date' -e ignore \
	    ./in p SERVICE=rescue base
	chmod -R u+w root
	atf_check cmp tree/images/rescue-amd64.img p/images/rescue-amd64.img
	atf_check test -s p/sets/amd64/rescue.tar.xz
	# nothing to do, says it
	atf_check -o inline:'images/rescue-amd64.img is up to date: bmake SERVICE=rescue ARCH=amd64 start\n' \
	    ./in p SERVICE=rescue base
	# a lock is the project's
	atf_check -o ignore -e ignore ./in p SERVICE=rescue lock
	atf_check test -s p/service/rescue/lock
	atf_check -o ignore -e ignore ./in p SERVICE=rescue base
	atf_check -o match:'^lock .*service/rescue/lock' ./in p SERVICE=rescue show
	files "$share" >got
	atf_check -s exit:1 grep -e '/lock$' -e '\.img' got
	# one's own wins, and has scripts, and what all share
	rm -rf p/service/rescue
	mkdir -p p/service/rescue/etc p/service/rescue/postinst
	echo 'echo mine' >p/service/rescue/etc/rc
	cat >p/service/rescue/postinst/a.sh <<-'EOF'
		cp ../service/rescue/etc/rc etc/mine
		cp ../service/common/basicrc etc/shared
	EOF
	atf_check -o ignore -e ignore ./in p SERVICE=rescue base
	for pair in rc:etc/rc mine:etc/mine; do
		atf_check -o inline:'echo mine\n' "$NB_BIN/nb-mkfs" -x \
		    p/images/rescue-amd64.img:/${pair#*:}
	done
	atf_check -o file:"$NB_TOP/service/common/basicrc" "$NB_BIN/nb-mkfs" -x \
	    p/images/rescue-amd64.img:/etc/shared
	# as it is started: by the project's conf, or else the installed one
	cat >p/rec <<-'EOF'
		#!/bin/sh
		printf '%s ' "$@" >"${0%/*}/started/words"
	EOF
	chmod +x p/rec
	mkdir -m 777 p/started
	atf_check -o ignore -e ignore ./in p SERVICE=rescue NB_START=./rec start
	atf_check -o match:"-f $share/etc/rescue.conf" cat p/started/words
	mkdir p/etc
	echo 'mem=64' >p/etc/rescue.conf
	atf_check -o ignore -e ignore ./in p SERVICE=rescue NB_START=./rec start
	atf_check -o match:'-f etc/rescue.conf' cat p/started/words
	atf_check -o ignore ./in p clean
	atf_check test ! -e p/images/rescue-amd64.img -a -x root/opt/nb/bin/nb-mkfs
}

atf_test_case manuals
manuals_head() {
	atf_set descr "each manual is installed, and what it refers to of ours"
}
manuals_body() {
	installed
	man=root/opt/nb/share/man
	for p in $(progs); do
		atf_check test -s $man/man1/$p.1 -o -s $man/man8/$p.8
	done
	sed -n 's/^\.Xr \(nb[a-z.-]*\) \([1-9]\).*/\2 \1/p' $man/man*/* |
	    sort -u >refs
	atf_check test "$(wc -l <refs)" -gt 8
	while read -r section name; do
		[ -x "$NB_BIN/nb-app" ] || [ "$name" != nb-app ] || continue
		atf_check test -s "$man/man$section/$name.$section"
	done <refs
	# a shell finds them
	if command -v mandoc >/dev/null; then
		atf_check -o match:'NB-MKFS' mandoc -Tascii $man/man1/nb-mkfs.1
	fi
}

atf_init_test_cases() {
	atf_add_test_case list
	atf_add_test_case uninstall
	atf_add_test_case refused
	atf_add_test_case own
	atf_add_test_case walk
	atf_add_test_case manuals
}
