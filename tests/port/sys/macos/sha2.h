/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sha2.h: sha2(3) of libmd, which is no part of macOS.
 */
#ifndef NB_SYS_MACOS_SHA2_H
#define NB_SYS_MACOS_SHA2_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_DIGEST_LENGTH	32
#define SHA512_DIGEST_LENGTH	64

typedef struct {
	int	n;
} SHA2_CTX;

void SHA256Init(SHA2_CTX *);
void SHA256Update(SHA2_CTX *, const uint8_t *, size_t);
void SHA256Final(uint8_t[SHA256_DIGEST_LENGTH], SHA2_CTX *);

void SHA512Init(SHA2_CTX *);
void SHA512Update(SHA2_CTX *, const uint8_t *, size_t);
void SHA512Final(uint8_t[SHA512_DIGEST_LENGTH], SHA2_CTX *);

#endif
