/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * err.h: how the library tells what went wrong.
 *
 * Library functions neither print nor exit. What can fail takes a
 * `struct err *`, returns -1 (or NULL), and leaves there one line that names
 * the object, the reason and, where there is one, the way out, without the
 * program's name and without a newline. The program prints it (diag.h).
 */
#ifndef NB_ERR_H
#define NB_ERR_H

enum err_code {
	ERR_ANY = 0,	/* a line to print is all there is to say */
	ERR_FULL,	/* the file system being written has no room left */
	ERR_MISSING,	/* the object named does not exist */
	ERR_DAMAGED,	/* the object was read, and is not what it should be */
	ERR_USAGE	/* the caller's words are wrong: exit status 2 */
};

struct err {
	enum err_code	code;
	char		text[2048];
};

#if defined(__GNUC__)
#define NB_PRINTF(f, a) __attribute__((__format__(__printf__, f, a)))
#else
#define NB_PRINTF(f, a)
#endif

/*
 * err_set: record a failure. Always returns -1, so that a function can end in
 * `return err_set(e, "%s: no such set", name);`. Control characters in the
 * finished line are replaced by `?`: names come from strangers' archives.
 */
int err_set(struct err *, const char *, ...) NB_PRINTF(2, 3);
int err_code(struct err *, enum err_code, const char *, ...) NB_PRINTF(3, 4);

/* err_sys: as err_set, followed by ": " and strerror(errno). */
int err_sys(struct err *, const char *, ...) NB_PRINTF(2, 3);

/* err_mem: out of memory. */
int err_mem(struct err *);

#endif
