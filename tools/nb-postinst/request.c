/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * request.c: from a call's arguments to the file that they mean.
 */
#define _GNU_SOURCE	/* O_PATH, AT_EMPTY_PATH */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "request.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int
request_flags(const struct request *r)
{
	return r->call->flags >= 0 ? (int)r->args[r->call->flags] : 0;
}

/*
 * The names by which Linux programs tell of a descriptor of their own, which
 * in /proc are another process's than ours: its number, or -1.
 */
static int
own_descriptor(const char *name)
{
	static const char *const folders[] = {
		"/proc/self/fd/", "/dev/fd/", "/proc/thread-self/fd/"
	};
	static const char *const words[] = {
		"/dev/stdin", "/dev/stdout", "/dev/stderr"
	};
	const char *p;
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		if (strcmp(name, words[i]) == 0)
			return (int)i;
	}
	for (i = 0; i < COUNT(folders); i++) {
		p = name + strlen(folders[i]);
		if (strncmp(name, folders[i], strlen(folders[i])) == 0 &&
		    *p != '\0' && strlen(p) < 9 &&
		    p[strspn(p, "0123456789")] == '\0')
			return atoi(p);
	}
	return -1;
}

int
request_name(struct request *r)
{
	uint64_t at;

	r->name[0] = '\0';
	if (r->call->name < 0)
		return 0;
	at = r->args[r->call->name];
	/* None stands for an empty one (statx(2), since Linux 6.11). */
	if (at == 0 && (request_flags(r) & AT_EMPTY_PATH) != 0)
		return 0;
	return target_name(&r->target, at, r->name, sizeof(r->name));
}

/* The folder that a relative name begins at, or what a call without one is
 * about. */
static int
open_base(const struct request *r)
{
	int fd = r->call->fd >= 0 ? (int)r->args[r->call->fd] : AT_FDCWD;

	return fd == AT_FDCWD ? target_folder(&r->target) :
	    target_descriptor(&r->target, fd);
}

int
request_open(const struct request *r, int flags, mode_t mode)
{
	int base, fd, saved;

	if (*r->name == '/')
		return openat(AT_FDCWD, r->name, flags | O_CLOEXEC, mode);
	if ((base = open_base(r)) == -1)
		return -1;
	fd = openat(base, r->name, flags | O_CLOEXEC, mode);
	saved = errno;
	(void)close(base);
	errno = saved;
	return fd;
}

int
request_file(struct request *r)
{
	int flags = request_flags(r), why, own;
	bool nofollow = r->call->nofollow ||
	    (flags & AT_SYMLINK_NOFOLLOW) != 0;

	if ((why = request_name(r)) != 0) {
		errno = why;
		return -1;
	}
	if (*r->name == '\0') {
		if (r->call->name < 0 || (flags & AT_EMPTY_PATH) != 0)
			return open_base(r);
		errno = ENOENT;
		return -1;
	}
	if (!nofollow && (own = own_descriptor(r->name)) != -1)
		return target_descriptor(&r->target, own);
	return request_open(r, O_PATH | (nofollow ? O_NOFOLLOW : 0), 0);
}
