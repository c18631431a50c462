/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sandbox.c: which parts of QEMU's -sandbox go with what was asked for, and
 * whether the program has it: on Linux it names libseccomp, which it needs.
 * To run QEMU for an answer would take as long as starting the VM.
 */
#include "sandbox.h"

#include <stdlib.h>
#include <string.h>

#if defined(__linux__)
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "elf.h"
#include "le.h"
#include "mem.h"

#define LIBRARY	"libseccomp."

/* ELF-64 Object File Format, tables 1, 8 and 13; System V ABI, figures 4-3,
 * 5-1 and 5-9 for what is different with 32 bits. */
#define HEADER_BYTES	64
#define EI_CLASS	4
#define EI_DATA		5
#define PT_LOAD		1
#define PT_DYNAMIC	2
#define DT_NULL		0
#define DT_NEEDED	1
#define DT_STRTAB	5
#define HEADERS_MAX	64	/* a program has some 13, */
#define ENTRIES_MAX	512	/* and some 80 in its dynamic section */

struct program {
	int		fd;
	bool		wide;		/* 64 bits */
	size_t		nheaders, headlen;
	uint8_t		headers[HEADERS_MAX * 56];
	uint8_t		dynamic[ENTRIES_MAX * 16];
	size_t		n;		/* entries */
};

static bool
get(const struct program *p, void *buf, size_t len, uint64_t off)
{
	return off <= INT64_MAX &&
	    pread(p->fd, buf, len, (off_t)off) == (ssize_t)len;
}

/* A word as wide as the program's addresses. */
static uint64_t
word(const struct program *p, const uint8_t *at)
{
	return p->wide ? le_get64(at) : le_get32(at);
}

/* The nth field behind a program header's type and flags, of addresses:
 * offset, vaddr, paddr, filesz. */
static uint64_t
field(const struct program *p, size_t i, unsigned n)
{
	const uint8_t *h = p->headers + i * p->headlen;

	return word(p, h + (p->wide ? 8 + 8 * n : 4 + 4 * n));
}

static bool
read_tables(struct program *p, const uint8_t *h)
{
	uint64_t len;
	size_t i, each = p->wide ? 16 : 8;

	p->headlen = p->wide ? 56 : 32;
	p->nheaders = le_get16(h + (p->wide ? 56 : 44));
	if (p->nheaders > HEADERS_MAX || le_get16(h + (p->wide ? 54 : 42)) !=
	    p->headlen || !get(p, p->headers, p->nheaders * p->headlen,
	    word(p, h + (p->wide ? 32 : 28))))
		return false;
	for (i = 0; i < p->nheaders; i++) {
		if (le_get32(p->headers + i * p->headlen) != PT_DYNAMIC)
			continue;
		len = field(p, i, 3);
		p->n = len / each < ENTRIES_MAX ? (size_t)len / each :
		    ENTRIES_MAX;
		return get(p, p->dynamic, p->n * each, field(p, i, 0));
	}
	return false;
}

/* Where in the file address a is. */
static uint64_t
place(const struct program *p, uint64_t a)
{
	for (size_t i = 0; i < p->nheaders; i++) {
		if (le_get32(p->headers + i * p->headlen) == PT_LOAD &&
		    a >= field(p, i, 1) && a - field(p, i, 1) < field(p, i, 3))
			return a - field(p, i, 1) + field(p, i, 0);
	}
	return UINT64_MAX;
}

/* The table of names is large, and few of them are looked at. */
static bool
needs_library(const struct program *p)
{
	size_t size = p->wide ? 8 : 4;
	uint64_t names = UINT64_MAX;
	char name[sizeof(LIBRARY) - 1];
	const uint8_t *d;

	for (d = p->dynamic; d < p->dynamic + p->n * 2 * size; d += 2 * size) {
		if (word(p, d) == DT_STRTAB)
			names = place(p, word(p, d + size));
	}
	for (d = p->dynamic; d < p->dynamic + p->n * 2 * size &&
	    word(p, d) != DT_NULL; d += 2 * size) {
		if (word(p, d) == DT_NEEDED && names < INT64_MAX &&
		    word(p, d + size) < INT64_MAX && get(p, name, sizeof(name),
		    names + word(p, d + size)) &&
		    memcmp(name, LIBRARY, sizeof(name)) == 0)
			return true;
	}
	return false;
}

/* 1, 0; -1: it is a script. */
static int
look(const char *path)
{
	struct program p = { .fd = open(path, O_RDONLY | O_CLOEXEC |
	    O_NONBLOCK) };
	uint8_t h[HEADER_BYTES] = { 0 };
	ssize_t n;
	int r = 0;

	if (p.fd == -1)
		return 0;
	n = pread(p.fd, h, sizeof(h), 0);
	p.wide = h[EI_CLASS] == 2;
	if (n >= 2 && memcmp(h, "#!", 2) == 0)
		r = -1;
	else if (n == (ssize_t)sizeof(h) && elf_is(h, sizeof(h)) &&
	    h[EI_DATA] == 1 && read_tables(&p, h))
		r = needs_library(&p);
	(void)close(p.fd);
	return r;
}

/* Debian's qemu-system-i386 is a script that runs what is in ../libexec. */
static bool
has_seccomp(const char *qemu)
{
	const char *name = strrchr(qemu, '/');
	int r = look(qemu);
	char *path;

	if (r != -1 || name == NULL)
		return r == 1;
	path = mem_printf("%.*s/../libexec%s", (int)(name - qemu), qemu, name);
	r = path != NULL ? look(path) : 0;
	free(path);
	return r == 1;
}
#else
static bool
has_seccomp(const char *qemu)
{
	(void)qemu;
	return false;
}
#endif

/*
 * Words of -x that speak of programs which QEMU starts (for a tap device or a
 * bridge, a forward from the guest to a command, a share by smbd, a migration
 * through a command), of another user or root, of the background, or of this
 * option itself.
 */
static bool
needs_more(const char *extra)
{
	static const char *const words[] = {
		"tap", "bridge", "guestfwd", "smb=", "exec:", "-runas",
		"run-with", "-chroot", "-daemonize", "-sandbox"
	};

	for (size_t i = 0; extra != NULL &&
	    i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(extra, words[i]) != NULL)
			return true;
	}
	return false;
}

const char *
sandbox_value(const struct vm *vm)
{
	const struct settings *s = vm->want;
	bool asked = s->sandbox != NULL && strcmp(s->sandbox, "y") == 0;

	if (s->sandbox != NULL && !asked)
		return NULL;
	/* A tap device is set up by a script, and root's. */
	if (!asked && (s->bridge || needs_more(s->extra) ||
	    !has_seccomp(vm->qemu)))
		return NULL;
	/* Into the background QEMU goes by fork(2) and setsid(2). */
	if (s->daemon)
		return "on,obsolete=deny,resourcecontrol=deny";
	return "on,obsolete=deny,elevateprivileges=deny,spawn=deny,"
	    "resourcecontrol=deny";
}
