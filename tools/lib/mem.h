/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * mem.h: allocation that checks for overflow.
 */
#ifndef NB_MEM_H
#define NB_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* mem_failed: whether there was no memory once, for one of those below. For who
 * can tell only in the end that something was left out. */
bool mem_failed(void);

/* n * size zeroed bytes; NULL on overflow or when there is no memory. */
void *mem_array(size_t n, size_t size);

/*
 * mem_grow: p holds *cap elements of size bytes; make room for at least want.
 * Doubles. Returns the new array and sets *cap; NULL leaves p as it was.
 */
void *mem_grow(void *p, size_t *cap, size_t want, size_t size);

/* mem_printf: a formatted string to be freed; NULL when there is no memory. */
char *mem_printf(const char *, ...) NB_PRINTF(1, 2);
char *mem_vprintf(const char *, va_list) NB_PRINTF(1, 0);

#endif
