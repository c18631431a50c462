/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * digest.c: SHA-256 and SHA-512 (FIPS 180-4), by the system's sha2(3); SHA-256
 * by the processor's own instructions where it has them.
 */
#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "digest.h"
#include "shablocks.h"

#include COMPAT_SHA256_H
#include COMPAT_SHA512_H

#define READ_SIZE (128 * 1024)

/* FIPS 180-4, 5.1.1: what is not a whole block yet, and how much there was. */
struct fast {
	uint32_t	state[8];
	uint64_t	bytes;
	uint8_t		rest[SHA256_BLOCK];
};

struct digest {
	enum digest_kind kind;
	sha256_blocks	*blocks;	/* NULL: the system's way */
	union {
		COMPAT_SHA256_CTX s256;
		COMPAT_SHA512_CTX s512;
		struct fast fast;
	} u;
};

static bool plain;	/* digest_plain */

/* FIPS 180-4, 5.3.3. */
static void
fast_start(struct fast *f)
{
	static const uint32_t first[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372,
		0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

	memcpy(f->state, first, sizeof(first));
	f->bytes = 0;
}

static void
fast_update(struct digest *d, const uint8_t *p, size_t len)
{
	struct fast *f = &d->u.fast;
	size_t have = (size_t)(f->bytes % SHA256_BLOCK), n;

	f->bytes += len;
	if (have > 0) {
		n = len < SHA256_BLOCK - have ? len : SHA256_BLOCK - have;
		memcpy(f->rest + have, p, n);
		p += n;
		len -= n;
		if (have + n < SHA256_BLOCK)
			return;
		d->blocks(f->state, f->rest, 1);
	}
	if (len >= SHA256_BLOCK)
		d->blocks(f->state, p, len / SHA256_BLOCK);
	n = len % SHA256_BLOCK;
	if (n > 0)
		memcpy(f->rest, p + len - n, n);
}

/* A one bit, zeros, and the length in bits, big end first. */
static void
fast_final(struct digest *d, uint8_t out[DIGEST_BYTES_MAX])
{
	struct fast *f = &d->u.fast;
	uint64_t bits = f->bytes * 8;
	uint8_t tail[2 * SHA256_BLOCK] = { 0x80 };
	size_t have = (size_t)(f->bytes % SHA256_BLOCK), i, n;

	n = (have < SHA256_BLOCK - 8 ? SHA256_BLOCK : 2 * SHA256_BLOCK) - have;
	for (i = 1; i <= 8; i++, bits >>= 8)
		tail[n - i] = (uint8_t)bits;
	fast_update(d, tail, n);
	for (i = 0; i < 32; i++)
		out[i] = (uint8_t)(f->state[i / 4] >> (24 - i % 4 * 8));
}

void
digest_plain(bool p)
{
	plain = p;
}

struct digest *
digest_new(enum digest_kind kind, struct err *e)
{
	struct digest *d;

	if (kind != DIGEST_SHA256 && kind != DIGEST_SHA512) {
		(void)err_set(e, "no such checksum");
		return NULL;
	}
	if ((d = calloc(1, sizeof(*d))) == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	d->kind = kind;
	if (kind == DIGEST_SHA256 && !plain)
		d->blocks = sha256_fast();
	if (d->blocks != NULL)
		fast_start(&d->u.fast);
	else if (kind == DIGEST_SHA256)
		(void)SHA256Init(&d->u.s256);
	else
		(void)SHA512Init(&d->u.s512);
	return d;
}

void
digest_update(struct digest *d, const void *buf, size_t len)
{
	if (d->blocks != NULL)
		fast_update(d, buf, len);
	else if (d->kind == DIGEST_SHA256)
		(void)SHA256Update(&d->u.s256, buf, len);
	else
		(void)SHA512Update(&d->u.s512, buf, len);
}

size_t
digest_final(struct digest *d, uint8_t out[DIGEST_BYTES_MAX])
{
	size_t len;

	if (d->kind == DIGEST_SHA256) {
		if (d->blocks != NULL)
			fast_final(d, out);
		else
			(void)SHA256Final(out, &d->u.s256);
		len = SHA256_DIGEST_LENGTH;
	} else {
		(void)SHA512Final(out, &d->u.s512);
		len = SHA512_DIGEST_LENGTH;
	}
	digest_free(d);
	return len;
}

void
digest_hex(char hex[DIGEST_HEX_MAX], const uint8_t *raw, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		hex[2 * i] = digits[raw[i] >> 4];
		hex[2 * i + 1] = digits[raw[i] & 15];
	}
	hex[2 * len] = '\0';
}

void
digest_free(struct digest *d)
{
	free(d);
}

/* pread(2) leaves the descriptor's own place alone. */
static int
add_all(struct digest *d, int fd, struct err *e)
{
	uint8_t *buf;
	off_t at = 0;
	ssize_t n;

	if ((buf = malloc(READ_SIZE)) == NULL)
		return err_mem(e);
	while ((n = pread(fd, buf, READ_SIZE, at)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		digest_update(d, buf, (size_t)n);
		at += n;
	}
	if (n == -1)
		(void)err_sys(e, "read error");
	free(buf);
	return n == 0 ? 0 : -1;
}

int
digest_fd(enum digest_kind kind, int fd, char hex[DIGEST_HEX_MAX],
    struct err *e)
{
	uint8_t raw[DIGEST_BYTES_MAX];
	struct digest *d;

	if ((d = digest_new(kind, e)) == NULL)
		return -1;
	if (add_all(d, fd, e) == -1) {
		digest_free(d);
		return -1;
	}
	digest_hex(hex, raw, digest_final(d, raw));
	return 0;
}

const char *
digest_kind_name(enum digest_kind kind)
{
	switch (kind) {
	case DIGEST_SHA256: return "SHA256";
	case DIGEST_SHA512: return "SHA512";
	default: return "none";
	}
}

enum digest_kind
digest_kind_of(const char *hex)
{
	size_t len = strlen(hex);

	if (strspn(hex, "0123456789abcdefABCDEF") != len)
		return DIGEST_NONE;
	if (len == 2 * SHA256_DIGEST_LENGTH)
		return DIGEST_SHA256;
	if (len == 2 * SHA512_DIGEST_LENGTH)
		return DIGEST_SHA512;
	return DIGEST_NONE;
}
