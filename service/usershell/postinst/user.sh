#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The user bsd and curl's root certificates, which only NetBSD can make: in the
# builder it is here, else rc does it at boot.

[ -f /BUILDIMG ] || exit 0
chroot . /usr/sbin/useradd -m -s /bin/ksh bsd || exit
[ ! -x usr/sbin/certctl ] || chroot . /usr/sbin/certctl rehash
