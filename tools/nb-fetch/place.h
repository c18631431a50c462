/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * place.h: files that have arrived are put in their places by a thread of its
 * own, while others arrive.
 *
 * A disk takes many files hardly later than one: what has arrived is written,
 * file by file, and as soon as no more is waiting (or enough was written), all
 * that was is synced, then published.
 */
#ifndef NB_PLACE_H
#define NB_PLACE_H

#include <stdbool.h>

#include "err.h"
#include "folders.h"

/* The steps of a file; 0, or whatever says that it failed. */
struct place_ops {
	int	(*write)(void *, struct err *);
	void	(*hurry)(void *, bool wait);	/* settle comes soon */
	int	(*settle)(void *, struct err *);	/* on the disk */
	int	(*publish)(void *, struct folders *, struct err *);
};

/* One that is handed over, until it comes back. */
struct place {
	const struct place_ops *ops;
	void		*ctx;
	void		*owner;		/* for who takes it back */
	struct err	*err;
	int		 result;	/* of the last of its steps */
	struct place	*next;
};

struct placer;

/* placer_new: wake is called by the thread when somebody wants to be told. */
struct placer *placer_new(void (*wake)(void *), void *, struct err *);

/* placer_add: hand a file over. Without a thread its steps are done here. */
void placer_add(struct placer *, struct place *);

/* placer_take: those that are done, or NULL. */
struct place *placer_take(struct placer *);

/* placer_tell: wake when there are some to be taken; false when there are
 * already. (One that failed wakes in any case.) */
bool placer_tell(struct placer *);

/* placer_finish: wait until all that was handed over is done, and its folders
 * are on the disk. Nothing may be handed over after that. */
int placer_finish(struct placer *, struct err *);

void placer_free(struct placer *);

#endif
