/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sha2.h: sha2(3) of NetBSD.
 */
#ifndef NB_SYS_NETBSD_SHA2_H
#define NB_SYS_NETBSD_SHA2_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_DIGEST_LENGTH	32

typedef struct {
	int	n;
} SHA256_CTX;

int SHA256_Init(SHA256_CTX *);
int SHA256_Update(SHA256_CTX *, const uint8_t *, size_t);
int SHA256_Final(uint8_t[SHA256_DIGEST_LENGTH], SHA256_CTX *);

#define SHA512_DIGEST_LENGTH	64

typedef struct {
	int	n;
} SHA512_CTX;

int SHA512_Init(SHA512_CTX *);
int SHA512_Update(SHA512_CTX *, const uint8_t *, size_t);
int SHA512_Final(uint8_t[SHA512_DIGEST_LENGTH], SHA512_CTX *);

#endif
