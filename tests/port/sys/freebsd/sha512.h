/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sha512.h: sha512(3) of FreeBSD.
 */
#ifndef NB_SYS_FREEBSD_SHA512_H
#define NB_SYS_FREEBSD_SHA512_H

#include <stddef.h>
#include <stdint.h>

#define SHA512_DIGEST_LENGTH	64

typedef struct {
	int	n;
} SHA512_CTX;

void SHA512_Init(SHA512_CTX *);
void SHA512_Update(SHA512_CTX *, const void *, size_t);
void SHA512_Final(uint8_t[SHA512_DIGEST_LENGTH], SHA512_CTX *);

#endif
