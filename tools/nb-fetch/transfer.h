/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * transfer.h: several transfers at once, each tried until it is done or
 * there is nothing more to try.
 *
 * Nothing here knows of files or sums: what arrives is handed to the ops of
 * its transfer.
 */
#ifndef NB_TRANSFER_H
#define NB_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "place.h"

/* What an op can return beside 0 and -1 (give up, the cause is here). */
#define TRANSFER_BAD	 (-2)	/* it is wrong; another URL may do better */
#define TRANSFER_RESTART (-3)	/* it does not go on from what is here */

/* What may be asked of a server; all NULL and 0: everything. */
struct transfer_question {
	const char	*etag;		/* the one that is here */
	const char	*modified;	/* its date */
	uint64_t	 from;		/* go on with this byte, if the file */
	const char	*range;		/* has this validator; NULL: anyway */
};

/* What the server says of the file. Valid during the op only. */
struct transfer_answer {
	const char	*url;		/* as asked */
	const char	*final;		/* where redirects led */
	const char	*etag;		/* or NULL */
	const char	*modified;	/* or NULL; an HTTP date */
	const char	*range;		/* validator for If-Range, or NULL */
	int64_t		 time;		/* seconds since 1970, or -1 */
	int64_t		 length;	/* bytes of the whole, or -1 */
	uint64_t	 from;		/* which byte comes first */
};

enum transfer_result {
	TRANSFER_DONE,
	TRANSFER_SAME,		/* what was asked about has not changed */
	TRANSFER_FAILED		/* err says why */
};

struct transfer;

struct transfer_ops {
	/* url may be asked: fill in the question. May be NULL. */
	void	(*ask)(void *, const char *url, struct transfer_question *);
	/* The file begins, or goes on: as often as it is tried. */
	int	(*begin)(void *, const struct transfer_answer *, struct err *);
	int	(*data)(void *, const void *, size_t, struct err *);
	/* All of it is here. */
	int	(*end)(void *, const struct transfer_answer *, struct err *);
	/* What is left to do then, by another thread; NULL: nothing. What a
	 * step returns is as if end had. */
	const struct place_ops *place;
	/* It broke off: keep what came, for the next try, or forget it. */
	void	(*undo)(void *, bool keep);
	/* It is over: called once. May be NULL. */
	void	(*over)(void *, const struct transfer *, enum transfer_result);
};

struct transfer {
	const char		*name;		/* for the display */
	char *const		*urls;		/* alternatives, in order */
	size_t			 nurls;
	const struct transfer_ops *ops;
	void			*ctx;
	bool			 brief;		/* an answer is not vital: try
						 * once */
	bool			 unanswered;	/* FAILED: by no server */
	struct place		 place;
	struct err		 err;		/* of the last alternative */
	uint64_t		 received;	/* bytes, of all tries */
	unsigned		 tries;		/* of all alternatives */
	int64_t			 ms;		/* from the first to its end */
};

struct transfer_limits {
	long		 connect_ms;	/* to make a connection */
	long		 stall_s;	/* without a byte */
	long		 total_ms;	/* the whole of a try; 0: no limit */
	unsigned	 tries;		/* of each URL */
	unsigned	 jobs;		/* at once */
	/* What a person may want to know meanwhile; important: unasked. */
	void		(*note)(bool important, const char *line);
};

struct engine;

struct engine *engine_new(const struct transfer_limits *, struct err *);

/* engine_run: all of list[0..n). Returns how many failed; -1 when it could
 * not run at all. Connections stay open for the next run. */
int engine_run(struct engine *, struct transfer *const list[], size_t n,
    struct err *);

/* engine_finish: in the end: what was published is on the disk. */
int engine_finish(struct engine *, struct err *);

void engine_free(struct engine *);

#endif
