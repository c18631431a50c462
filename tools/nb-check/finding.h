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

/* findings_print: by file and line, to standard output. -1: errno. */
int findings_print(struct findings *);

void findings_free(struct findings *);

#endif
