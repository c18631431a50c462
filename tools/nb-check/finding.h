/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * finding.h: what is wrong with a service, each with its file and line.
 */
#ifndef NB_FINDING_H
#define NB_FINDING_H

#include <stddef.h>

#include "err.h"

struct finding {
	char	*file;
	unsigned line;
	char	*text;
};

struct findings {
	struct finding *list;
	size_t	 n, cap;
	int	 failed;	/* no memory: some are not there */
};

/* finding_add: `what: way out`, without a newline. */
void finding_add(struct findings *, const char *file, unsigned line,
    const char *, ...) NB_PRINTF(4, 5);

/* finding_less_place: what a reader of the file path said, which begins with
 * file and line: so does a finding. A part of text. */
const char *finding_less_place(const char *text, const char *path);

/* finding_unread: the file cannot be read, for what text_read said. However
 * many say so, it is one finding. */
void finding_unread(struct findings *, const char *file, const struct err *);

/* findings_print: by file and line, to standard output. -1: errno. */
int findings_print(struct findings *);

void findings_free(struct findings *);

#endif
