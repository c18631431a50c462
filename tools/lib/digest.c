/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * digest.c: SHA-256 and SHA-512 (FIPS 180-4), by the system's sha2.h.
 */
#include <sys/types.h>

#include <errno.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"

/* sha2(3) of NetBSD and of libmd differ in their spelling only. */
#if defined(__NetBSD__)
typedef SHA256_CTX sha256_state;
typedef SHA512_CTX sha512_state;
#define SHA256Init   SHA256_Init
#define SHA256Update SHA256_Update
#define SHA256Final  SHA256_Final
#define SHA512Init   SHA512_Init
#define SHA512Update SHA512_Update
#define SHA512Final  SHA512_Final
#else
typedef SHA2_CTX sha256_state;
typedef SHA2_CTX sha512_state;
#endif

#define READ_SIZE (128 * 1024)

struct digest {
	enum digest_kind kind;
	union {
		sha256_state s256;
		sha512_state s512;
	} u;
};

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
	if (kind == DIGEST_SHA256)
		(void)SHA256Init(&d->u.s256);
	else
		(void)SHA512Init(&d->u.s512);
	return d;
}

void
digest_update(struct digest *d, const void *buf, size_t len)
{
	if (d->kind == DIGEST_SHA256)
		(void)SHA256Update(&d->u.s256, buf, len);
	else
		(void)SHA512Update(&d->u.s512, buf, len);
}

size_t
digest_final(struct digest *d, uint8_t out[DIGEST_BYTES_MAX])
{
	size_t len;

	if (d->kind == DIGEST_SHA256) {
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
