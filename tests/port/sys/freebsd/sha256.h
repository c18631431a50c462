/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sha256.h: sha256(3) of FreeBSD.
 */
#ifndef NB_SYS_FREEBSD_SHA256_H
#define NB_SYS_FREEBSD_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_DIGEST_LENGTH	32

typedef struct {
	int	n;
} SHA256_CTX;

void SHA256_Init(SHA256_CTX *);
void SHA256_Update(SHA256_CTX *, const void *, size_t);
void SHA256_Final(uint8_t[SHA256_DIGEST_LENGTH], SHA256_CTX *);

#endif
