#!/usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
#
# original_test: services written for the original project, in all the ways
# that theirs are, build unchanged. Each kind is a service of its own here:
# KIND writes its folder, the present one, and KIND_has says what is then in the
# image; KIND_in looks into files.

. "$(atf_get_srcdir)/../helpers.sh"
. "$(atf_get_srcdir)/listing.subr"

# ---- the kinds ----

# what every rc there does
rc() {
	mkdir -p etc
	cat >etc/rc <<-'EOF'
		#!/bin/sh

		. /etc/include/basicrc
		. /etc/include/mount9p

		ksh

		. /etc/include/shutdown
	EOF
}

kinds="$kinds conditions"
conditions() {
	rc
	cat >options.mk <<-'EOF'
		# size of the image in megabytes
		IMGSIZE=44
		# no packages of that version for others
		.if defined(ARCH) && ${ARCH} != "amd64"
		PKGVERS=10.1
		.endif
		.if defined(MINIMIZE) && ${MINIMIZE} == y
		ADDPKGS=pkgin pkg_tarup pkg_install sqlite3 rsync curl
		.endif
		imgtag=latest
		use_pty=y
	EOF
}
conditions_has() {
	echo './etc/rc type=file mode=0644'
}
conditions_in() {
	case $1 in
	amd64)	is /etc/pkgvers 'PKGVERS=11.0' ;;
	*)	is /etc/pkgvers 'PKGVERS=10.1' ;;
	esac
	atf_check_equal $((44 * 1024 * 1024)) "$(stat -c %s "$image")"
}

kinds="$kinds suffixes"
suffixes() {
	rc
	echo 'SETS=rescue.${SETSEXT} etc.${SETSEXT} base.${SETSEXT}:/usr/share/misc/words' >options.mk
	printf 'IMGSIZE=24\nMOUNTRO=y\n' >>options.mk
}
suffixes_has() {
	cat <<-'EOF'
		./etc/rc type=file mode=0644
		./etc/resolv.conf type=file mode=0644
		./usr type=dir mode=0755
		./usr/share type=dir mode=0755
		./usr/share/misc type=dir mode=0755
		./usr/share/misc/words type=file uid=0 gid=7 mode=0664
	EOF
}

kinds="$kinds own"
own() {
	rc
	printf 'IMGSIZE=40\nADDPKGS=greet libgreet\n' >options.mk
	printf 'IMGSIZE=48\nADDPKGS+=served\nMOUNTRO=y\n' >own.mk
}
own_has() {
	cat <<-'EOF'
		./etc/rc type=file mode=0644
		./etc/resolv.conf type=file mode=0644
		./usr/pkg type=dir mode=0755
		./usr/pkg/bin type=dir mode=0755
		./usr/pkg/bin/greet type=file mode=0755
		./usr/pkg/bin/served type=file mode=0755
		./usr/pkg/bin/served-tls type=file mode=0755
		./usr/pkg/lib type=dir mode=0755
		./usr/pkg/lib/libgreet.so.0.3 type=file mode=0644
		./usr/pkg/pkgdb type=dir mode=0755
		./usr/pkg/pkgdb/greet-1.10nb2 type=dir mode=0755
		./usr/pkg/pkgdb/libgreet-0.3nb1 type=dir mode=0755
		./usr/pkg/pkgdb/served-2.1 type=dir mode=0755
		./usr/pkg/pkgdb/served-tls-1.0 type=dir mode=0755
	EOF
}
own_in() {
	atf_check_equal $((48 * 1024 * 1024)) "$(stat -c %s "$image")"
}

kinds="$kinds paths"
paths() {
	rc
	printf 'addition\n' >../../addition
	(cd ../.. && bsdtar -cf extra.tar.xz --uid 0 --gid 0 --xz addition)
	cat >options.mk <<-'EOF'
		ADDSETS=./extra.tar.xz sets/${ARCH}/games.${SETSEXT}:/usr/share/games
	EOF
}
paths_has() {
	cat <<-'EOF'
		./addition type=file mode=0644
		./etc/rc type=file mode=0644
		./usr/share/games type=dir mode=0755
		./usr/share/games/quiz type=file mode=0444
	EOF
}

kinds="$kinds download"
download() {
	rc
	mkdir postinst
	# (there is no looking for leaks in a sandbox)
	cat >postinst/00-init.sh <<-EOF
		#!/bin/sh
		${SANITIZE:+export ASAN_OPTIONS=detect_leaks=0}
		case \$ARCH in
		amd64)	machine=x86_64 ;;
		evbarm-aarch64)	machine=aarch64 ;;
		*)	machine=\$ARCH ;;
		esac
		site=$MIRROR_URL/pub/pkgsrc/packages/NetBSD/\${machine}/\${PKGVERS}/All
		\${FETCH} -o greet.tgz "\${site}/greet-1.9.tgz?\$(date +%s)"
		mkdir -p usr/pkg
		\$TAR zxvfp greet.tgz --exclude='+*' -C usr/pkg || exit 1
		rm greet.tgz
		\${FETCH} -o served.tgz "\${site}/served-[0-9]*"
		\$TAR xzf served.tgz -C usr/pkg bin/served
		rm served.tgz
		mv sbin/init sbin/init.netbsd
		ln -s /usr/pkg/bin/greet sbin/init
	EOF
}
download_has() {
	cat <<-'EOF'
		./etc/rc type=file mode=0644
		./sbin/init type=link mode=0755 link=/usr/pkg/bin/greet
		./sbin/init.netbsd type=file mode=0555
		./usr/pkg type=dir mode=0755
		./usr/pkg/bin type=dir mode=0755
		./usr/pkg/bin/greet type=file mode=0755
		./usr/pkg/bin/served type=file mode=0755
	EOF
}
download_in() {
	is /usr/pkg/bin/greet '#!/bin/sh
echo greet-1.9'
}

kinds="$kinds functions"
functions() {
	rc
	mkdir -p postinst sv/web/log skel
	printf '#!/bin/sh\nexec httpd -f\n' >sv/web/run
	printf '#!/bin/sh\nexec logger\n' >sv/web/log/run
	chmod +x sv/web/run
	echo 'set -o vi' >skel/.profile
	cat >postinst/sv.sh <<-'EOF'
		. ../service/common/funcs
		. ../service/common/choupi
		printf "${LIGHTGREEN}${ARROW}${NORMAL} copying\n"
		echo "${CHECK} ${WARN} ${ERROR} ${INFO}" >/dev/null
		rsynclite ../service/${SERVICE}/sv/ etc/sv/
		rsynclite ../service/functions/skel/.profile root/.profile
		rsynclite ../service/functions/none etc/none
		chmod +x etc/sv/*/log/run
		[ "$CHECK" != ok ] && echo symbols >etc/choupi
	EOF
}
functions_has() {
	cat <<-'EOF'
		./etc/choupi type=file mode=0644
		./etc/rc type=file mode=0644
		./etc/sv type=dir mode=0755
		./etc/sv/web type=dir mode=0755
		./etc/sv/web/log type=dir mode=0755
		./etc/sv/web/log/run type=file mode=0755
		./etc/sv/web/run type=file mode=0755
		./root/.profile type=file mode=0644
	EOF
}
functions_in() {
	is /root/.profile 'set -o vi'
	is /etc/sv/web/log/run '#!/bin/sh
exec logger'
}

kinds="$kinds devices"
devices() {
	rc
	mkdir postinst
	cat >postinst/nodes.sh <<-'EOF'
		#!/bin/sh
		mkdir -p dev/pts run
		cd dev || exit
		mknod -m 600 console c 0 0
		mknod -m 600 constty c 0 1
		mknod ld0a b 19 0 && chmod 640 ld0a && chgrp operator ld0a
		cd ..
		mkfifo -m 600 run/stop
		mkdir -m 1777 shared
	EOF
}
devices_has() {
	cat <<-'EOF'
		./etc/rc type=file mode=0644
		./run type=dir mode=0755
		./run/stop type=fifo mode=0600
		./shared type=dir mode=1777
	EOF
}
devices_in() {
	content "$image" | grep '^\./dev/' >nodes
	atf_check -o match:'^./dev/console type=char .*mode=0600 device=netbsd,0,0$' \
	    -o match:'^./dev/constty type=char .*mode=0600 device=netbsd,0,1$' \
	    -o match:'^./dev/ld0a type=block uid=0 gid=5 mode=0640 device=netbsd,19,0$' \
	    -o match:'^./dev/pts type=dir ' cat nodes
}

kinds="$kinds settings"
settings() {
	rc
	cat >etc/fstab <<-'EOF'
		NAME=settingsroot	/		ext2fs	rw	1	1
		ptyfs		/dev/pts	ptyfs	rw			0	0
		procfs		/proc		procfs	rw,noauto		0	0
		tmpfs		/var/shm	tmpfs	rw,-m1777,-sram%25	0	0
	EOF
	printf 'rc_configured=YES\nhostname=settings\nsshd=YES\n' >etc/rc.conf
	mkdir etc/rc.conf.d
	echo 'ddb.onpanic?=0' >etc/sysctl.conf
	echo 'sshd_flags=-4' >etc/rc.conf.d/sshd
	printf '. /etc/rc.subr\n' >etc/rc.local
}
settings_has() {
	cat <<-'EOF'
		./etc/rc type=file mode=0644
		./etc/rc.conf type=file mode=0644
		./etc/rc.conf.d type=dir mode=0755
		./etc/rc.conf.d/sshd type=file mode=0644
		./etc/rc.local type=file mode=0644
		./etc/sysctl.conf type=file mode=0644
	EOF
}
settings_in() {
	# the service's own, not the one that is made
	is /etc/fstab "$(cat p/service/settings/etc/fstab)"
	is /etc/rc.conf 'rc_configured=YES
hostname=settings
sshd=YES'
}

kinds="$kinds edits"
edits() {
	rc
	mkdir postinst
	# without a first line, as some are
	cat >postinst/mkhtml.sh <<-'EOF'
		wwwroot=var/www

		mkdir -p $wwwroot

		echo "<html><body>up!</body></html>" >${wwwroot}/index.html
	EOF
	cat >postinst/custom.sh <<-'EOF'
		#!/bin/sh
		rm -f etc/motd # not wanted
		sed -i'' -e 's,^console.*,console "/bin/sh" vt100 on,' etc/ttys
		sed -i.bak s/^ssh/sshd/ etc/services
		cat >>etc/profile<<TEXT
		PS1="\$(hostname)$ "
		TEXT
		cp -p root/.profile root/.kshrc
		install -d -m 700 -o root -g wheel var/secret
		install -m 555 etc/profile usr/bin/profile
		chown -R named:named var/chroot/named/etc
	EOF
}
edits_has() {
	cat <<-'EOF'
		./etc/profile type=file mode=0644
		./etc/rc type=file mode=0644
		./etc/services type=file mode=0644
		./etc/services.bak type=file mode=0644
		./etc/ttys type=file mode=0644
		./root/.kshrc type=file mode=0644
		./usr/bin/profile type=file mode=0555
		./var/chroot/named/etc type=dir uid=14 gid=14 mode=0775
		./var/secret type=dir mode=0700
		./var/www/index.html type=file mode=0644
		./etc/motd gone
	EOF
}
edits_in() {
	is /etc/ttys 'console "/bin/sh" vt100 on'
	is /etc/profile 'PS1="$(hostname)$ "'
	is /var/www/index.html '<html><body>up!</body></html>'
}

kinds="$kinds keys"
keys() {
	rc
	mkdir postinst
	echo 'ssh-ed25519 AAAA me@here' >etc/me.pub
	echo 'ssh-ed25519 BBBB you@there' >etc/you.pub
	cat >postinst/keygen.sh <<-'EOF'
		#!/bin/sh
		SSHDIR=root/.ssh
		mkdir -p -m 700 $SSHDIR
		for k in ../service/${SERVICE}/etc/*.pub; do
			[ -f "$k" ] && cat "$k" >>$SSHDIR/authorized_keys
		done
		chmod 600 $SSHDIR/authorized_keys
		command -v ssh-add >/dev/null && ssh-add -L >>$SSHDIR/authorized_keys 2>/dev/null
		exit 0
	EOF
}
keys_has() {
	cat <<-'EOF'
		./etc/me.pub type=file mode=0644
		./etc/rc type=file mode=0644
		./etc/you.pub type=file mode=0644
		./root/.ssh type=dir mode=0700
		./root/.ssh/authorized_keys type=file mode=0600
	EOF
}
keys_in() {
	is /root/.ssh/authorized_keys 'ssh-ed25519 AAAA me@here
ssh-ed25519 BBBB you@there'
}

kinds="$kinds packages"
packages() {
	mkdir -p etc packages
	cat >etc/rc <<-'EOF'
		#!/bin/sh
		. /etc/include/basicrc
		INSTALL_PACKAGES="perl git-base"
		. /etc/include/pkgin
		command -v perl >/dev/null || pkgin -y in perl
		cp /etc/MAKEDEV /dev/
		ksh
		. /etc/include/shutdown
	EOF
	cp ../../../mirror/pub/pkgsrc/packages/NetBSD/*/11.0/All/greet-1.9.tgz \
	    packages/
	echo mine >packages/notes
}
packages_has() {
	cat <<-'EOF'
		./etc/rc type=file mode=0644
		./packages type=dir mode=0755
		./packages/greet-1.9.tgz type=file mode=0644
		./packages/notes type=file mode=0644
	EOF
}
packages_in() {
	is /packages/notes mine
	for f in basicrc mount9p pkgin shutdown funcs choupi qemufwcfg; do
		"$NB_BIN/nb-mkfs" -x "$image:/etc/include/$f" >got
		atf_check cmp "p/service/common/$f" got
	done
}

kinds="$kinds sailor"
sailor() {
	rc
	cat >sailor.conf <<-'EOF'
		. /service/common/sailor.vars

		shipname=sailor
		# more than what all have
		shipbins="$shipbins /bin/ksh /usr/bin/vi"
		sync_dirs="${sync_dirs} /var/www"
		run_at_build="/usr/sbin/useradd -m bsd"
		run_at_build="echo done"
	EOF
}
sailor_has() {
	echo './etc/rc type=file mode=0644'
}

kinds="$kinds smaller"
smaller() {
	rc
	printf 'MINIMIZE=y\nADDPKGS=greet\n' >options.mk
	cat >sailor.conf <<-'EOF'
		. /service/common/sailor.vars

		shipname=smaller
		# add binaries to default ones
		shipbins="$shipbins /bin/ksh /usr/bin/vi"
		packages="libgreet"
	EOF
}
smaller_has() {
	cat <<-'EOF'
		./etc/rc type=file mode=0644
		./usr/pkg type=dir mode=0755
		./usr/pkg/lib type=dir mode=0755
		./usr/pkg/lib/libgreet.so.0.3 type=file mode=0644
		./usr/pkg/pkgdb type=dir mode=0755
		./usr/pkg/pkgdb/libgreet-0.3nb1 type=dir mode=0755
	EOF
}
smaller_in() {
	content "$image" | sed 's/ .*//' >names
	for f in bin/sh bin/ksh usr/bin/vi sbin/init sbin/mount etc/ttys; do
		grep -qx "./$f" names || atf_fail "$kind: no $f"
	done
	for f in usr/bin/uucp usr/share/sizes/5000000 usr/bin/cal; do
		! grep -x "./$f" names || atf_fail "$kind: kept"
	done
	[ "$(stat -c %s "$image")" -lt 20000000 ] || atf_fail "$kind: large"
}

kinds="$kinds markers"
markers() {
	rc
	mkdir postinst
	# here it is on the host, so nothing of this is called
	cat >postinst/00-build.sh <<-'EOF'
		#!/bin/sh
		if [ -f /BUILDIMG ]; then
			chroot . useradd -m bsd
			pkgin -y in perl
		fi
		. ../service/common/vars
		[ "${DRIVE2}" = /drive2 ] || exit 1
		[ -z "$CHOUPI" ] || echo "$SERVICE $ARCH $PKGVERS" >etc/where
	EOF
	cat >postinst/01-order.sh <<-'EOF'
		[ -f etc/where ] && echo second >>etc/where
	EOF
	echo 'not a script' >postinst/README
}
markers_has() {
	cat <<-'EOF'
		./etc/rc type=file mode=0644
		./etc/where type=file mode=0644
	EOF
}
markers_in() {
	is /etc/where "markers $1 11.0
second"
}

# ---- building and looking ----

# is FILE TEXT: what FILE of the image holds
is() {
	"$NB_BIN/nb-mkfs" -x "$image:$1" >got || atf_fail "$kind: no $1"
	printf '%s\n' "$2" >want
	diff -u want got || atf_fail "$kind: $1"
}

build() {
	arch=$1
	project_up "$arch"
	# a service may name files that were fetched for another
	atf_check -o ignore -e ignore ./rules p ARCH="$arch" SETS='base etc games' \
	    setfetch
	for kind in $kinds; do
		mkdir "p/service/$kind"
		(cd "p/service/$kind" && $kind) || atf_fail "$kind"
		made "$arch" "$kind" || {
			cat made.log
			atf_fail "$kind: not built for $arch"
		}
		image=p/images/$kind-$arch.img
		added "$arch" "$kind" >got || atf_fail "$kind: cannot be read"
		# what it has no more of its sets is too much to list
		[ $kind != smaller ] || sed -i '/ gone$/d' got
		{ "${kind}_has"; } >want
		diff -u want got || atf_fail "$kind: other files than expected"
		if command -v "${kind}_in" >/dev/null; then
			"${kind}_in" "$arch"
		fi
		rm "$image"
	done
}

mirror_case amd64 "fourteen kinds of services for amd64"
amd64_body() { build amd64; }

mirror_case i386 "fourteen kinds of services for i386"
i386_body() { build i386; }

mirror_case aarch64 "fourteen kinds of services for evbarm-aarch64"
aarch64_body() { build evbarm-aarch64; }

atf_init_test_cases() {
	for c in $cases; do
		atf_add_test_case "$c"
	done
}
