# SPDX-License-Identifier: BSD-2-Clause
#
# pkgs.sh: makes the mirror's binary packages, as pkg_create(1) writes them:
# metadata first, names relative to LOCALBASE. Read by mirror.
# shellcheck shell=sh disable=SC2154,SC2164

# package MACHINE NAME COMMENT DEPENDS [CONFLICTS]: from the files in $new/pkg,
# of which +INSTALL may be one.
package()
{
	(
		cd "$new/pkg"
		cat >+BUILD_INFO <<-EOF
		ABI=
		BUILD_DATE=2025-08-01 00:00:00 +0000
		CATEGORIES=misc
		LOCALBASE=/usr/pkg
		MACHINE_ARCH=$1
		OBJECT_FMT=ELF
		OPSYS=NetBSD
		OS_VERSION=11.0
		PKGPATH=misc/${2%-*}
		PKG_SYSCONFDIR=/usr/pkg/etc
		EOF
		echo "$3" >+COMMENT
		echo "$3, for tests." >+DESC
		echo 1024 >+SIZE_PKG
		echo 1024 >+SIZE_ALL
		{
			echo "@name $2"
			for _d in $4; do
				echo "@pkgdep $_d"
			done
			for _d in ${5-}; do
				echo "@pkgcfl $_d"
			done
			echo '@cwd /usr/pkg'
			find . -type f ! -name '+*' | LC_ALL=C sort |
			    while read -r _f; do
				echo "${_f#./}"
				echo "@comment MD5:$(md5sum <"$_f" |
				    cut -c1-32)"
			done
			for _f in +BUILD_INFO +COMMENT +DESC +SIZE_ALL \
			    +SIZE_PKG; do
				echo '@ignore'
				echo "$_f"
			done
		} >+CONTENTS
		find . -type f -exec touch -d "@$EPOCH" {} +
		{
			echo +CONTENTS
			echo +COMMENT
			echo +DESC
			echo +BUILD_INFO
			echo +SIZE_PKG
			echo +SIZE_ALL
			[ ! -e +INSTALL ] || echo +INSTALL
			find . -type f ! -name '+*' | LC_ALL=C sort |
			    sed 's,^\./,,'
		} >"$new/names"
		# The files' own modes are there; the rest is root's.
		xargs bsdtar --format=ustar --uid 0 --gid 0 --uname root \
		    --gname wheel -cf - <"$new/names" | gzip -n
	) >"$new/$2.tgz"
	rm "$new/names"
	summary "$@" >>"$new/summary"
	rm -rf "$new/pkg"
	mkdir "$new/pkg"
}

# summary MACHINE NAME COMMENT DEPENDS [CONFLICTS]: pkg_summary(5).
summary()
{
	echo "PKGNAME=$2"
	for _d in $4; do
		echo "DEPENDS=$_d"
	done
	for _d in ${5-}; do
		echo "CONFLICTS=$_d"
	done
	cat <<-EOF
	COMMENT=$3
	SIZE_PKG=1024
	BUILD_DATE=2025-08-01 00:00:00 +0000
	CATEGORIES=misc
	FILE_NAME=$2.tgz
	FILE_SIZE=$(wc -c <"$new/$2.tgz" | tr -d ' ')
	FILE_CKSUM=sha512 $(sha512sum <"$new/$2.tgz" | cut -d' ' -f1)
	MACHINE_ARCH=$1
	OPSYS=NetBSD
	OS_VERSION=11.0
	PKGPATH=misc/${2%-*}
	PKGTOOLS_VERSION=20211115
	DESCRIPTION=$3, for tests.

	EOF
}

# standin FILE ...: programs of ours for a package, each from pkgs/ to a
# place below LOCALBASE
standin()
{
	for _f; do
		mkdir -p "$new/pkg/${_f%/*}"
		cp "$WORLD/pkgs/${_f##*/}" "$new/pkg/$_f"
		chmod 755 "$new/pkg/$_f"
	done
}

# a program $1 that says $2
program()
{
	mkdir -p "$new/pkg/bin" "$new/pkg/share/doc/$1"
	printf '#!/bin/sh\necho %s\n' "$2" >"$new/pkg/bin/$1"
	chmod 755 "$new/pkg/bin/$1"
	echo "$1 says $2" >"$new/pkg/share/doc/$1/README"
	chmod 644 "$new/pkg/share/doc/$1/README"
}

# services_pkgs MACHINE: what the services ask for.
services_pkgs()
{
	for _p in bat-0.25.0 curl-8.15.0 doas-6.3p12 fd-find-10.2.0 \
	    fzf-0.64.0 git-base-2.50.1 gmake-4.4.1nb1 neovim-0.11.3 \
	    ripgrep-14.1.1 rsync-3.4.1; do
		program "${_p%-*}" 'it would'
		package "$1" "$_p" "Stands in for ${_p%-*}" ''
	done
	mkdir -p "$new/pkg/bin"
	printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$new/pkg/bin/bash"
	chmod 755 "$new/pkg/bin/bash"
	package "$1" bash-5.3.3 'A shell' ''
	program mines 'do not step on them'
	program sudoku 'nine numbers'
	package "$1" nbsdgames-5nb1 'Games for a terminal' ''
}

# pkgs MACHINE: prints the folder of all packages.
pkgs()
{
	_name=pkgs-$1-$(key "$WORLD/pkgs.sh" "$WORLD"/pkgs/*)
	if ! made "$_name" >/dev/null && make_begin "$_name"; then
		mkdir "$new/pkg"
		# the newest is 1.10nb2: neither the last by name nor by time
		for _v in 1.9 1.10nb2 1.10 1.10rc3; do
			program greet "greet-$_v"
			package "$1" "greet-$_v" 'Says its own name' \
			    'libgreet>=0.3'
		done
		mkdir "$new/pkg/lib"
		echo 'nothing to link' >"$new/pkg/lib/libgreet.so.0.3"
		package "$1" libgreet-0.3nb1 'What greet would need' ''
		# a script for a user, and a cycle
		program served 'it serves'
		echo served >"$new/pkg/share/doc/served/conf"
		cat >"$new/pkg/+INSTALL" <<-'EOF'
			#!/bin/sh
			exit 1
			# USER: served:served::The server:/nonexistent:/sbin/nologin
			# GROUP: served::
			# FILE: etc/served cr share/doc/served/conf 0644
			# DIR: /var/db/served m 0700 served served
		EOF
		package "$1" served-2.1 'Has a script' \
			'greet>=1.9<2 {served-tls,served-ssl}-[0-9]*'
		program served-tls 'it hides'
		package "$1" served-tls-1.0 'Needs what needs it' 'served>=2'
		program served-ssl 'it hides'
		package "$1" served-ssl-0.9 'Another' '' 'served-tls-[0-9]*'
		# what the builder has
		program pkgin 'it would install'
		package "$1" pkgin-23.8.1 'Would install packages' ''
		# first processes, with the files of pkgsrc's that are used
		standin sbin/nitro bin/nitroctl
		package "$1" nitro-0.5 'Tiny init system and supervisor' ''
		standin sbin/runit sbin/runit-init sbin/runsvdir sbin/runsv \
		    sbin/sv
		package "$1" runit-2.1.2 'Init scheme with supervision' ''
		standin sbin/dinit sbin/dinitctl sbin/shutdown
		for _n in halt reboot; do
			cp "$new/pkg/sbin/dinitctl" "$new/pkg/sbin/$_n"
		done
		package "$1" dinit-0.19.3nb2 'Supervision and init system' ''
		services_pkgs "$1"
		gzip -n <"$new/summary" >"$new/pkg_summary.gz"
		rm -r "$new/pkg" "$new/summary"
		find "$new" -type f -exec touch -d "@$EPOCH" {} +
		make_end "$_name"
	fi
	made "$_name"
}
