/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * page.h: the files of the page, compiled in by embed.sh.
 */
#ifndef NB_PAGE_H
#define NB_PAGE_H

#include <stddef.h>

struct page_file {
	const char	*path;		/* in the URL, "/" for index.html */
	const char	*type;
	const char	*etag;
	const unsigned char *data;
	size_t		 len;
};

extern const struct page_file page_files[];
extern const size_t page_count;

#endif
