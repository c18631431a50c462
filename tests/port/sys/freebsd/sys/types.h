/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * types.h: devices of FreeBSD: makedev(3), mknod(2).
 */
#ifndef NB_SYS_FREEBSD_SYS_TYPES_H
#define NB_SYS_FREEBSD_SYS_TYPES_H

#include_next <sys/types.h>

#define makedev(maj, min)	((dev_t)((maj) << 8 | (min)))
#define major(dev)		((int)((dev) >> 8))
#define minor(dev)		((int)((dev) & 0xff))

#endif
