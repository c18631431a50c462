/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * inflate.c: one row in a table for each form.
 */
#include <limits.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "inflate.h"

#define OUT_SIZE  (128 * 1024)
#define MAGIC_MAX 6
/* More memory than any of xz's presets wants to decode (xz(1): -9, 65 MiB). */
#define XZ_MEMORY (UINT64_C(256) * 1024 * 1024)

struct form {
	const char	*name;
	const char	*ending;
	const char	*magic;
	size_t		 magic_len;
	int		(*start)(struct inflate *);
	int		(*add)(struct inflate *, const uint8_t *, size_t,
			    struct err *);
	void		(*stop)(struct inflate *);
};

struct inflate {
	const char		*what;
	inflate_sink		*sink;
	void			*ctx;
	const struct form	*form;	/* once its magic was seen */
	uint8_t			 magic[MAGIC_MAX];
	size_t			 magic_len;
	int			 between;	/* it may end here */
	union {
		z_stream	 gz;
		lzma_stream	 xz;
		ZSTD_DStream	*zst;
	} u;
	uint8_t			 out[OUT_SIZE];
};

static int
damaged(const struct inflate *x, struct err *e)
{
	(void)err_set(e, "%s: damaged %s data", x->what, x->form->name);
	return INFLATE_BAD;
}

static int
gz_start(struct inflate *x)
{
	/* 15: the largest window; 16 more: gzip's frame (zlib.h). */
	return inflateInit2(&x->u.gz, 15 + 16) == Z_OK ? 0 : -1;
}

/* Members may follow each other (RFC 1952 2.2); zeros behind the last are
 * padding of tapes, which gzip(1) passes over too. */
static int
gz_add(struct inflate *x, const uint8_t *p, size_t len, struct err *e)
{
	z_stream *z = &x->u.gz;
	int rc;

	z->next_in = (Bytef *)(uintptr_t)p;
	z->avail_in = (uInt)len;
	do {
		if (x->between) {
			while (z->avail_in > 0 && *z->next_in == 0) {
				z->next_in++;
				z->avail_in--;
			}
			if (z->avail_in == 0)
				return 0;
			if (inflateReset(z) != Z_OK)
				return err_mem(e);
			x->between = 0;
		}
		z->next_out = x->out;
		z->avail_out = OUT_SIZE;
		rc = inflate(z, Z_NO_FLUSH);
		if (rc == Z_MEM_ERROR)
			return err_mem(e);
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return damaged(x, e);
		if (z->avail_out < OUT_SIZE && x->sink(x->ctx, x->out,
		    OUT_SIZE - z->avail_out, e) == -1)
			return -1;
		x->between = rc == Z_STREAM_END;
	} while (z->avail_in > 0 || z->avail_out == 0);
	return 0;
}

static void
gz_stop(struct inflate *x)
{
	(void)inflateEnd(&x->u.gz);
}

static int
xz_start(struct inflate *x)
{
	const lzma_stream fresh = LZMA_STREAM_INIT;

	x->u.xz = fresh;
	return lzma_stream_decoder(&x->u.xz, XZ_MEMORY, LZMA_CONCATENATED) ==
	    LZMA_OK ? 0 : -1;
}

/* Whether the last stream is whole is known only at the end: LZMA_FINISH. */
static int
xz_run(struct inflate *x, const uint8_t *p, size_t len, lzma_action action,
    struct err *e)
{
	lzma_stream *z = &x->u.xz;
	lzma_ret rc;

	z->next_in = p;
	z->avail_in = len;
	do {
		z->next_out = x->out;
		z->avail_out = OUT_SIZE;
		rc = lzma_code(z, action);
		if (rc == LZMA_MEM_ERROR)
			return err_mem(e);
		if (rc != LZMA_OK && rc != LZMA_STREAM_END &&
		    rc != LZMA_BUF_ERROR)
			return damaged(x, e);
		if (z->avail_out < OUT_SIZE && x->sink(x->ctx, x->out,
		    OUT_SIZE - z->avail_out, e) == -1)
			return -1;
	} while (rc == LZMA_OK && (z->avail_in > 0 || z->avail_out == 0));
	x->between = rc == LZMA_STREAM_END;
	return 0;
}

static int
xz_add(struct inflate *x, const uint8_t *p, size_t len, struct err *e)
{
	return xz_run(x, p, len, LZMA_RUN, e);
}

static void
xz_stop(struct inflate *x)
{
	lzma_end(&x->u.xz);
}

static int
zst_start(struct inflate *x)
{
	return (x->u.zst = ZSTD_createDStream()) != NULL ? 0 : -1;
}

static int
zst_add(struct inflate *x, const uint8_t *p, size_t len, struct err *e)
{
	ZSTD_inBuffer in = { p, len, 0 };
	ZSTD_outBuffer out = { x->out, OUT_SIZE, 0 };
	size_t rc;

	do {
		out.pos = 0;
		rc = ZSTD_decompressStream(x->u.zst, &out, &in);
		if (ZSTD_isError(rc))
			return damaged(x, e);
		if (out.pos > 0 &&
		    x->sink(x->ctx, x->out, out.pos, e) == -1)
			return -1;
		x->between = rc == 0;
	} while (in.pos < in.size || (out.pos == OUT_SIZE && rc != 0));
	return 0;
}

static void
zst_stop(struct inflate *x)
{
	(void)ZSTD_freeDStream(x->u.zst);
}

static const struct form forms[] = {
	{ "gzip", ".gz", "\037\213", 2, gz_start, gz_add, gz_stop },
	{ "xz", ".xz", "\375" "7zXZ", 6, xz_start, xz_add, xz_stop },
	{ "zstd", ".zst", "\050\265\057\375", 4, zst_start, zst_add,
	    zst_stop },
};
#define NFORMS (sizeof(forms) / sizeof(forms[0]))

const char *
inflate_ending(const char *name)
{
	size_t len = strlen(name), l, i;

	for (i = 0; i < NFORMS; i++) {
		l = strlen(forms[i].ending);
		if (len > l && strcmp(name + len - l, forms[i].ending) == 0)
			return forms[i].ending;
	}
	return NULL;
}

struct inflate *
inflate_new(const char *what, inflate_sink *sink, void *ctx, struct err *e)
{
	struct inflate *x = calloc(1, sizeof(*x));

	if (x == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	x->what = what;
	x->sink = sink;
	x->ctx = ctx;
	return x;
}

/* Gather the first bytes, however they come, until they name a form. */
static int
find_form(struct inflate *x, const uint8_t **p, size_t *len, struct err *e)
{
	size_t i;

	while (x->magic_len < MAGIC_MAX && *len > 0) {
		x->magic[x->magic_len++] = *(*p)++;
		--*len;
	}
	if (x->magic_len < MAGIC_MAX)
		return 0;
	for (i = 0; i < NFORMS; i++) {
		if (memcmp(x->magic, forms[i].magic, forms[i].magic_len) == 0)
			break;
	}
	if (i == NFORMS) {
		(void)err_set(e, "%s: is not compressed by gzip, xz or zstd",
		    x->what);
		return INFLATE_BAD;
	}
	if (forms[i].start(x) == -1)
		return err_mem(e);
	x->form = &forms[i];
	return x->form->add(x, x->magic, x->magic_len, e);
}

int
inflate_add(struct inflate *x, const void *buf, size_t len, struct err *e)
{
	const uint8_t *p = buf;
	size_t n;
	int r = 0;

	if (x->form == NULL && (r = find_form(x, &p, &len, e)) != 0)
		return r;
	for (; len > 0 && r == 0; p += n, len -= n) {
		n = len < INT_MAX ? len : INT_MAX;
		r = x->form->add(x, p, n, e);
	}
	return r;
}

int
inflate_end(struct inflate *x, struct err *e)
{
	int r;

	if (x->form == NULL) {
		(void)err_set(e, "%s: is not compressed by gzip, xz or zstd",
		    x->what);
		return INFLATE_BAD;
	}
	if (x->form->add == xz_add &&
	    (r = xz_run(x, NULL, 0, LZMA_FINISH, e)) != 0)
		return r;
	if (x->between)
		return 0;
	(void)err_set(e, "%s: cut short, its %s data has no end", x->what,
	    x->form->name);
	return INFLATE_BAD;
}

void
inflate_free(struct inflate *x)
{
	if (x == NULL)
		return;
	if (x->form != NULL)
		x->form->stop(x);
	free(x);
}
