/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fetch.h: from the words of a command line to files on disk.
 */
#ifndef NB_FETCH_H
#define NB_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"
#include "err.h"
#include "transfer.h"

enum fetch_outcome {
	FETCH_NEW,	/* downloaded */
	FETCH_SAME,	/* what is on disk is what the server has */
	FETCH_DISK,	/* what is on disk has to do: no network, or no
			 * answer */
	FETCH_FAILED
};

struct fetch_report {
	enum fetch_outcome outcome;
	const char	*url;		/* without a password */
	const char	*path;		/* of the file on disk; NULL: no name */
	uint64_t	 size;		/* bytes of it */
	uint64_t	 resumed;	/* of these, from an earlier run */
	enum digest_kind verified;	/* DIGEST_NONE: not */
	const char	*sum;		/* of what the server has, or NULL */
	bool		 plain;		/* verified by sums that came over http
					 * from another machine */
	bool		 auxiliary;	/* a file of sums */
	int64_t		 age;		/* SAME: known for so many seconds */
	bool		 offline;	/* DISK: and not for want of answers */
	uint64_t	 received;	/* bytes, of all tries */
	unsigned	 tries;
	int64_t		 ms;
	const char	*hint;		/* FAILED: what could be typed next */
	const struct err *err;		/* FAILED; NULL: said before, of the
					 * file of sums. DISK: why */
};

struct fetch_options {
	char *const	*bases;		/* for words that are no URLs */
	size_t		 nbases;
	const char	*folder;	/* NULL: the present one */
	const char	*output;	/* NULL: named by the URL */
	const char	*sum;		/* hex, or a suffix that begins with a
					 * dot; NULL: none */
	const char	*sums;		/* file of sums; NULL: none */
	bool		 decompress;
	bool		 unpacked;	/* and the sum is of what comes out */
	const char	*hint;		/* for reports */
	bool		 plain;		/* http will do without a sum */
	bool		 summed;	/* tell a sum even if none is wanted */
	bool		 force;		/* do not ask what is on disk */
	bool		 ask;		/* even about what has its sum */
	bool		 untimed;	/* mtime is the time of the download */
	long		 fresh;		/* seconds for which nothing is asked
					 * again, nor has to be; 0: none */
	bool		 offline;
	bool		 unnoted;	/* leave no .NAME.origin */
	struct transfer_limits limits;
	void		(*report)(const struct fetch_report *);
};

/* Words that the same options are for. Limits are those of the first set. */
struct fetch_set {
	struct fetch_options opts;
	char *const	*words;
	size_t		 n;
};

/*
 * fetch: bring them all; report is called once for each, as it is over, and
 * record, if it is given, once for each in the end, in their order. Returns
 * how many failed; -1 with ERR_USAGE before anything was done, or when it could
 * not be done at all.
 */
int fetch(const struct fetch_set *, size_t n,
    void (*record)(const struct fetch_report *), struct err *);

/* fetch_probe: can all of them be had? 0 or -1. */
int fetch_probe(const struct fetch_set *, size_t n, struct err *);

#endif
