/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * qcow2.h: the start of the disk that a qcow2 file holds.
 */
#ifndef NB_QCOW2_H
#define NB_QCOW2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* qcow2_is: whether the first bytes of a file are a qcow2 file's. */
bool qcow2_is(const uint8_t *head, size_t len);

/*
 * qcow2_head: the first len bytes of fd's disk into buf. False when that is
 * not plainly to be had: compressed, encrypted, in another file, or damaged.
 */
bool qcow2_head(int fd, uint8_t *buf, size_t len);

#endif
