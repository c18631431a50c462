/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * digest.h: SHA-256 and SHA-512 as the world writes them (lower-case hex).
 */
#ifndef NB_DIGEST_H
#define NB_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum digest_kind { DIGEST_NONE, DIGEST_SHA256, DIGEST_SHA512 };

#define DIGEST_BYTES_MAX 64
#define DIGEST_HEX_MAX	 (2 * DIGEST_BYTES_MAX + 1)

struct digest;	/* a sum being computed */

struct digest *digest_new(enum digest_kind, struct err *);
void digest_update(struct digest *, const void *, size_t);
/* digest_final: raw bytes into out; returns their number; frees the digest. */
size_t digest_final(struct digest *, uint8_t out[DIGEST_BYTES_MAX]);
void digest_hex(char hex[DIGEST_HEX_MAX], const uint8_t *raw, size_t len);
void digest_free(struct digest *);

/* digest_plain: from now on without the processor's own instructions, which
 * are used where it has them. For tests. */
void digest_plain(bool);

/* digest_file: the hex sum of a whole file by descriptor, from its start. */
int digest_fd(enum digest_kind, int fd, char hex[DIGEST_HEX_MAX], struct err *);

const char *digest_kind_name(enum digest_kind);	/* "SHA256", "SHA512" */
/* digest_kind_of: by the length of a hex sum: 64, 128, else DIGEST_NONE. */
enum digest_kind digest_kind_of(const char *hex);

#endif
