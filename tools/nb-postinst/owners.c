/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * owners.c: a hash table by inode, with open addressing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "owners.h"

#define CAP_FIRST	256		/* a power of two, as all sizes are */
#define OWNERS_MAX	2000000		/* more than any image has files */

static size_t
start(const struct inode *i, size_t cap)
{
	/* Multiplied as Knuth has it (TAOCP 6.4): the high bits are mixed. */
	uint64_t h = (i->ino ^ i->dev << 32) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h >> 20) & (cap - 1);
}

/* Where that inode is or is to be; v is never full. */
static struct owner *
place(struct owner *v, size_t cap, const struct inode *i)
{
	size_t at = start(i, cap);

	while (v[at].used && (v[at].inode.ino != i->ino ||
	    v[at].inode.dev != i->dev))
		at = (at + 1) & (cap - 1);
	return &v[at];
}

const struct owner *
owners_find(const struct owners *o, const struct inode *i)
{
	const struct owner *p;

	if (o->n == 0)
		return NULL;
	p = place(o->v, o->cap, i);
	return p->used && p->inode.birth == i->birth ? p : NULL;
}

static int
grow(struct owners *o)
{
	size_t cap = o->cap == 0 ? CAP_FIRST : o->cap * 2, i;
	struct owner *v = mem_array(cap, sizeof(*v));

	if (v == NULL)
		return -1;
	for (i = 0; i < o->cap; i++) {
		if (o->v[i].used)
			*place(v, cap, &o->v[i].inode) = o->v[i];
	}
	free(o->v);
	o->v = v;
	o->cap = cap;
	return 0;
}

struct owner *
owners_put(struct owners *o, const struct inode *i)
{
	struct owner *p;

	if (o->n == OWNERS_MAX || (o->n + 1 > o->cap / 2 && grow(o) != 0))
		return NULL;
	p = place(o->v, o->cap, i);
	if (p->used && p->inode.birth == i->birth)
		return p;
	if (!p->used)
		o->n++;
	memset(p, 0, sizeof(*p));
	p->inode = *i;
	p->kind = ENTRY_FILE;
	p->used = true;
	return p;
}

int
owners_save(const struct owners *o, int fd)
{
	size_t i;

	for (i = 0; i < o->cap; i++) {
		if (o->v[i].used && write(fd, &o->v[i], sizeof(o->v[i])) !=
		    (ssize_t)sizeof(o->v[i]))
			return -1;
	}
	return 0;
}

int
owners_load(struct owners *o, int fd)
{
	struct owner one, *p;
	ssize_t n;

	owners_free(o);
	while ((n = read(fd, &one, sizeof(one))) == (ssize_t)sizeof(one)) {
		if ((p = owners_put(o, &one.inode)) == NULL) {
			errno = ENOMEM;
			return -1;
		}
		*p = one;
	}
	return n == 0 ? 0 : -1;
}

void
owners_free(struct owners *o)
{
	free(o->v);
	memset(o, 0, sizeof(*o));
}
