#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# minimize_test: MINIMIZE and sailor.conf in bmake's hands.

. "$(atf_get_srcdir)/../helpers.sh"

# make ARGS: in p, of x for amd64; must work. What it said is in out.
make()
{
	./rules p ARCH=amd64 SERVICE=x "$@" >out 2>&1 || {
		cat out
		atf_fail "bmake $*"
	}
}

# fails PATTERN ARGS: must not, with that line, and leaves x's image
fails()
{
	_pattern=$1
	shift
	cp p/images/x-amd64.img was 2>/dev/null || : >was
	if ./rules p ARCH=amd64 SERVICE=x "$@" >out 2>&1; then
		cat out
		atf_fail "bmake $* did not fail"
	fi
	grep -q -- "$_pattern" out || {
		cat out
		atf_fail "says no: $_pattern"
	}
	[ ! -s was ] || atf_check cmp was p/images/x-amd64.img
	atf_check find p/images -name stage -o -name '*.part'
}

# built: the last `make` made the image. nothing: it did not.
built() { grep -q 'named xroot' out || { cat out; atf_fail "not built"; }; }
nothing() { ! grep -q 'named xroot' out || { cat out; atf_fail "built"; }; }

# has NAME ..., lacks NAME ...: the image
list() { "$NB_BIN/nb-mkfs" -l -o mtree p/images/x-amd64.img >list; }
has()
{
	list
	for _n; do
		grep -q "^\./$_n " list || atf_fail "no $_n in the image"
	done
}
lacks()
{
	list
	for _n; do
		! grep "^\./$_n " list || atf_fail "$_n in the image"
	done
}

# project: servers, the project in p, and a service x
project()
{
	project_up amd64
	mkdir -p p/service/x/etc
	cp p/service/base/etc/rc p/service/x/etc/
	echo 'IMGSIZE=60' >p/service/x/options.mk
}

bytes() { wc -c <"$1" | tr -d ' '; }

# sound TYPE: readers that no one here wrote take the image
sound()
{
	atf_check -o ignore "$NB_BIN/nb-mkfs" -c p/images/x-amd64.img
	atf_check -o match:'No problems found' sgdisk -v p/images/x-amd64.img
	case $1 in
	ext2)	tail -c +1048577 p/images/x-amd64.img >fs
		atf_check -o ignore -e ignore e2fsck -fn fs ;;
	esac
	atf_check -o match:'etc/' -o match:'sbin/' -e ignore \
	    grub-fstest "$PWD/p/images/x-amd64.img" ls '(loop0,gpt1)/'
}

mirror_case size "200 MB become an image of at most 12 percent more"
size_body()
{
	project
	mkdir root root/sbin root/etc root/data
	echo init >root/sbin/init
	i=0
	while [ $i -lt 40 ]; do
		i=$((i + 1))
		head -c $((i * 250000 + i * 77)) /dev/urandom >root/data/$i
		head -c $((i * 1003)) /dev/urandom >root/etc/$i
	done
	content=$(find root -type f -exec cat {} + | wc -c)
	[ "$content" -gt 200000000 ] || atf_fail "only $content bytes"
	for t in ffs ffs2 ext2; do
		make MINIMIZE=y FSTYPE=$t ROOTDIR="$PWD/root" base
		size=$(bytes p/images/x-amd64.img)
		[ "$size" -ge $((content * 110 / 100)) ] &&
		    [ "$size" -le $((content * 112 / 100)) ] ||
		    atf_fail "$t: $size bytes for $content"
		sound $t
		make MINIMIZE=+20 FSTYPE=$t ROOTDIR="$PWD/root" base
		size=$(bytes p/images/x-amd64.img)
		[ "$size" -ge $((content + 20971520)) ] &&
		    [ "$size" -le $((content * 102 / 100 + 20971520)) ] ||
		    atf_fail "$t: $size bytes for $content and 20 MB"
	done
}

mirror_case values "what MINIMIZE may be, and when an image is made again"
values_body()
{
	project
	make base
	atf_check_equal "$(bytes p/images/x-amd64.img)" 62914560
	for v in n no N 0 ''; do
		make MINIMIZE=$v base
		nothing
	done
	make MINIMIZE=y base
	built
	small=$(bytes p/images/x-amd64.img)
	[ "$small" -lt 30000000 ] || atf_fail "$small bytes"
	for v in y Y yes 1; do
		make MINIMIZE=$v base
		nothing
	done
	make MINIMIZE=+3 base
	built
	[ "$(bytes p/images/x-amd64.img)" -gt "$small" ] || atf_fail "+3"
	for v in some +-3 +3m 3 +; do
		fails "MINIMIZE=$v: y .* or n" MINIMIZE=$v base
	done
	# No journal on an image without room for it; a service's own choice.
	make FSTYPE=ffs base
	atf_check -o inline:'NAME=xroot / ffs rw,log,noatime 1 1\n' \
	    "$NB_BIN/nb-mkfs" -x p/images/x-amd64.img:/etc/fstab
	echo 'MINIMIZE=y' >>p/service/x/options.mk
	make FSTYPE=ffs base
	built
	atf_check -o inline:'NAME=xroot / ffs rw,noatime 1 1\n' \
	    "$NB_BIN/nb-mkfs" -x p/images/x-amd64.img:/etc/fstab
	make FSTYPE=ffs MOUNTRO=y base
	atf_check -o inline:'NAME=xroot / ffs ro,noatime 1 1\n' \
	    "$NB_BIN/nb-mkfs" -x p/images/x-amd64.img:/etc/fstab
	make FSTYPE=ffs MINIMIZE=n base
	atf_check_equal "$(bytes p/images/x-amd64.img)" 62914560
}

mirror_case conf "a sailor.conf: what the image has, and when it is made again"
conf_body()
{
	project
	cat >p/service/x/sailor.conf <<-'EOF'
		. /service/common/sailor.vars
		shipbins="$shipbins /usr/libexec/httpd"
		packages=greet
	EOF
	# Without MINIMIZE it has no say.
	make base
	has usr/share/sizes usr/bin/head
	lacks usr/pkg/bin/greet
	make MINIMIZE=y base
	built
	has sbin/init bin/sh sbin/mount usr/libexec/httpd etc/rc etc/fstab \
	    etc/include/basicrc etc/include/shutdown var/qemufwcfg tmp dev \
	    etc/pkgvers usr/pkg/bin/greet usr/pkg/pkgdb/libgreet-0.3nb1 \
	    usr/pkg/pkgdb/greet-1.10nb2/+CONTENTS
	lacks usr/share/sizes usr/bin/head
	atf_check -o match:'etc/rc: in etc' -o match:'greet: of package greet-' \
	    sh -c 'cat p/images/.work/x-amd64/*/kept'
	cp p/images/x-amd64.img one
	make MINIMIZE=y base
	nothing
	# The same again, byte for byte.
	rm p/images/x-amd64.img
	make MINIMIZE=y base
	atf_check cmp one p/images/x-amd64.img

	# Another conf, another common part, another image.
	echo 'shipbins="$shipbins /usr/bin/head"' >>p/service/x/sailor.conf
	make MINIMIZE=y base
	built
	has usr/bin/head
	echo 'sync_dirs="$sync_dirs /usr/share/sizes"' \
	    >>p/service/common/sailor.vars
	make MINIMIZE=y base
	built
	has usr/share/sizes
	# Both name a package; one of another service's is not kept.
	make MINIMIZE=y ADDPKGS="greet served" base
	has usr/pkg/bin/greet
	lacks usr/pkg/pkgdb/served-2.1
	atf_check -o not-match:'warning.*database' cat out
	sed -i 's/^packages=.*/packages=""/' p/service/x/sailor.conf
	make MINIMIZE=y base
	built
	lacks usr/pkg/bin/greet
	sound ext2
	for t in ffs ffs2; do
		make MINIMIZE=y FSTYPE=$t base
		sound $t
	done
}

mirror_case refused "a conf that is wrong, or wants NetBSD, stops the build"
refused_body()
{
	project
	echo 'MINIMIZE=y' >>p/service/x/options.mk
	make base
	echo 'shipbins=$(id)' >p/service/x/sailor.conf
	fails 'nb-trim: service/x/sailor.conf:1: \$(: command subst' base
	grep -q 'SERVICE=x: service/x/sailor.conf cannot be used' out ||
	    atf_fail "does not say what is stopped"
	make help
	make MINIMIZE=n base
	echo 'run_at_build="useradd x"' >p/service/x/sailor.conf
	fails 'needs NetBSD (run_at_build in service/x/sailor.conf): bmake' base
	make MINIMIZE=n base
	: >p/service/x/NETBSD_ONLY
	fails 'needs NetBSD' base
	rm p/service/x/NETBSD_ONLY
	echo 'packages=nosuch' >p/service/x/sailor.conf
	fails 'nosuch' base
	echo 'sync_dirs=/../..' >p/service/x/sailor.conf
	fails '"\.\." refused' base
	# make reads it by a program that is not there, nor its sources.
	mkdir bin
	for b in "$NB_BIN"/nb-*; do
		ln -s "$b" bin/
	done
	rm bin/nb-trim
	fails 'bin/nb-trim, which reads service/x/sailor.conf, cannot be comp' \
	    BIN="$PWD/bin" base
}

mirror_case scripts "what scripts make is kept, and what they change"
scripts_body()
{
	project
	mkdir p/service/x/postinst p/service/x/packages
	echo x >p/service/x/packages/local.tgz
	cat >p/service/x/postinst/01.sh <<-'EOF'
		set -e
		mkdir -p opt/new/empty
		echo hi >opt/new/file
		chown 3:4 opt/new/file
		printf '#!/usr/bin/awk -f\n' >opt/script
		chmod 4755 opt/script usr/bin/wc usr/bin/head
		mknod -m 600 dev/console c 0 0
		echo changed >>etc/motd
		test ! -e METALOG.kept
	EOF
	echo 'shipbins="/usr/bin/wc"' >p/service/x/sailor.conf
	make MINIMIZE=y base
	has opt/new/empty opt/new/file opt/script usr/bin/awk usr/bin/wc \
	    dev/console etc/motd etc/rc packages/local.tgz
	lacks usr/bin/head etc/ttys
	atf_check -o match:'^./opt/new/file type=file uid=3 gid=4 ' \
	    -o match:'^./opt/script type=file .* mode=4755 ' \
	    -o match:'^./usr/bin/wc type=file .* mode=4755 ' \
	    -o match:'^./dev/console type=char .* mode=0600 device=netbsd,0,0' \
	    cat list
	atf_check find p/images -name stage -o -name before.mtree -newer out
	echo 'exit 3' >>p/service/x/postinst/01.sh
	fails '01.sh' MINIMIZE=y base
}

mirror_case sources "ROOTDIR, FROMIMG, IMGKERNEL, DEVNODES, together with it"
sources_body()
{
	project
	make base
	cp p/images/x-amd64.img full.img
	echo 'shipbins="/usr/bin/wc"' >p/service/x/sailor.conf
	echo kernel >kernel
	make MINIMIZE=y IMGKERNEL="$PWD/kernel" DEVNODES=y base
	has netbsd dev/console dev/null usr/bin/wc sbin/init
	lacks usr/bin/head
	make MINIMIZE=y FROMIMG="$PWD/full.img" base
	has usr/bin/wc sbin/init
	lacks usr/bin/head
	mkdir -p root/sbin root/usr/bin
	echo 1 >root/sbin/init
	echo 2 >root/usr/bin/wc
	echo 3 >root/usr/bin/head
	make MINIMIZE=y ROOTDIR="$PWD/root" base
	has usr/bin/wc sbin/init etc/rc
	lacks usr/bin/head
	# nothing to be had from the servers
	make NONET=1 MINIMIZE=+1 base
	has usr/bin/wc
}

atf_init_test_cases()
{
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
