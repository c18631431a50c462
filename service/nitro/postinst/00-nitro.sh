#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# 00-nitro.sh: nitro(8) becomes /sbin/init, and the image gets what init(8) and
# NetBSD's rc would have made before anything else runs.
set -eu

# A second name leaves the package as it is. What the kernel tries next is
# NetBSD's own (init.bak: init_main.c), should this one not run.
nitro=usr/pkg/sbin/nitro
[ -f "$nitro" ] || {
	echo "$0: there is no /$nitro: is the package in ADDPKGS?" >&2
	exit 1
}
mv sbin/init sbin/init.bak
ln "$nitro" sbin/init

# Without a console nothing that starts could be seen, and its own null is what
# nitro gives to services. SYS/setup makes all the others.
node() {
	[ -c "dev/$1" ] || mknod -m "$2" "dev/$1" c "$3" "$4"
}
node console 600 0 0
node constty 600 0 1
node tty 666 1 0
node null 666 2 2

# Who is logged in: /etc/rc.d/sysdb makes this file where there is a boot by
# rc(8), for login(1) to write to.
: >var/run/utmpx
chmod 664 var/run/utmpx
chown root:utmp var/run/utmpx
