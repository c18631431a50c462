/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * job.h: one file that is wanted: its URLs, its place, what is known of it.
 */
#ifndef NB_JOB_H
#define NB_JOB_H

#include "fetch.h"
#include "origin.h"
#include "part.h"
#include "receive.h"

struct job {
	const struct fetch_options *opts;
	char		**urls;		/* alternatives, in order */
	size_t		  nurls;
	char		 *name;		/* as files of sums call it */
	char		 *path;		/* where it goes */
	bool		  offline;	/* nothing but the disk may be asked */
	bool		  decompress;
	bool		  packed;	/* sums are of what is not yet that */

	/* What it is to be. */
	struct job	 *sums;		/* brings its file of sums, or NULL */
	const char	 *sums_path;	/* the file of sums, or NULL */
	bool		  sums_single;	/* which speaks of this file only */
	bool		  pinned;	/* it names the URL */
	enum digest_kind  kind;		/* DIGEST_NONE: not to be verified */
	char		  want[DIGEST_HEX_MAX];

	/* What is on disk. */
	bool		  bare;		/* nothing at all */
	struct origin	  have;
	struct part	  part;		/* of an earlier run's download */
	bool		  auxiliary;	/* is a file of sums itself */
	int64_t		  age;		/* seconds since it was asked about */
	bool		  fresh;	/* so it was not asked about again */
	bool		  doubted;	/* but is to be */
	bool		  right;	/* it has its sum, and is asked about */

	/* What came of it. */
	bool		  over;
	char		  got[DIGEST_HEX_MAX];	/* the sum, "": not known */
	bool		  plain;	/* came over http from elsewhere */
	struct err	 *err;		/* FAILED; NULL: of the file of sums */
	enum fetch_outcome outcome;
	uint64_t	  size;		/* bytes written */
	struct receive	 *receive;	/* while it arrives */
	char		 *from;		/* the URL it arrives from, shown */
	char		 *range;	/* its validator, or NULL */
	uint64_t	  length;	/* and how long it is, or 0 */
	uint64_t	  resumed;	/* bytes that an earlier run brought */
	bool		  pieced;	/* of more than one answer */
	struct origin	  now;		/* what is to be known of it */
	int64_t		  time;		/* that it is to have, or -1 */
	bool		  changed;	/* it is not what is on disk */
	struct transfer	  transfer;
};

/* job_new: word is a URL or, with bases, a name. */
struct job *job_new(const char *word, const struct fetch_options *,
    struct err *);

/* job_name: name and path, from the URL and the options. Wildcards have been
 * resolved. */
int job_name(struct job *, struct err *);

/* job_sums: a job for its file of sums, or NULL with *r 0 when it needs none;
 * *r -1 on error. */
struct job *job_sums(struct job *, int *r, struct err *);

/* job_want: find its sum. -1: there is none, or it cannot be read. */
int job_want(struct job *, struct err *);

/*
 * job_look: what is on disk. 1: the job is over with that (outcome is set);
 * 0: it is to be fetched; -1: error.
 */
int job_look(struct job *, struct err *);

/* job_from: whether from is what url is shown as. */
bool job_from(const char *url, const char *from);

/* job_will_do: what is on disk, should nobody answer. */
bool job_will_do(const struct job *);

/* Of a file of sums that is a lock: what to type, behind "; "; or both "". */
const char *job_hint(const struct job *);
const char *job_hint_mark(const struct job *);

/* job_doubt: of a file of sums that was fresh: ask nevertheless. */
void job_doubt(struct job *);

/* job_start: fill in job->transfer. */
void job_start(struct job *);

/* job_over: it ended so; tell the user. err may be NULL. */
void job_over(struct job *, enum fetch_outcome, const struct err *);

/* job_record: of a job that is over, all that is known. */
void job_record(struct job *, void (*)(const struct fetch_report *));

void job_free(struct job *);

#endif
