/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * args.h: lists of strings that grow, for argv and environ.
 */
#ifndef NB_POSTINST_ARGS_H
#define NB_POSTINST_ARGS_H

#include <stdbool.h>
#include <stddef.h>

struct args {
	char	**v;		/* NULL-terminated; the strings are its own */
	size_t	  n, cap;
	bool	  failed;	/* there was no memory for all */
};

/* args_add: copies of the strings, the last argument is (char *)NULL. */
void args_add(struct args *, const char *, ...);
/* args_printf: one formatted string. */
void args_printf(struct args *, const char *, ...)
#if defined(__GNUC__)
    __attribute__((__format__(__printf__, 2, 3)))
#endif
    ;
void args_free(struct args *);

#endif
