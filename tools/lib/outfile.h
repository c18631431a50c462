/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * outfile.h: a file that appears whole or not at all.
 *
 * An outfile is written as PATH.part beside PATH and renamed over it by
 * outfile_commit. Until then PATH is as it was. outfile_abort, a failed
 * commit, and INT, TERM, HUP or QUIT after outfile_signals remove the .part;
 * after SIGKILL it stays, and the next run of the same name takes it over. It
 * is locked while it is written: a second writer is refused, not raced.
 */
#ifndef NB_OUTFILE_H
#define NB_OUTFILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "err.h"
#include "folders.h"

struct outfile;

enum {
	/* do not truncate an old .part (to resume) */
	OUTFILE_KEEP = 1,
	/* it is on the disk before it is renamed, and its folder when commit is
	 * done */
	OUTFILE_SYNC = 2,
	/* it is large and can be made again: it need not go to the disk because
	 * it replaces another */
	OUTFILE_SWAP = 4
};

/*
 * outfile_open: begin to write path. The folder must exist. Returns an
 * outfile to be ended by outfile_commit or outfile_abort; NULL on error.
 */
struct outfile *outfile_open(const char *path, int flags, struct err *);

/* outfile_target: the name of the file that would be replaced: path, or what it
 * links to; to be freed. NULL when it may not be. */
char *outfile_target(const char *path, struct err *);

/* The descriptor to write to (read-write, owned by the outfile). */
int outfile_fd(const struct outfile *);
/* The name PATH.part. */
const char *outfile_part(const struct outfile *);

/* outfile_empty: drop what was written, to begin again. */
int outfile_empty(struct outfile *, struct err *);

/* outfile_mode: permissions at commit; by default 0666 less the umask. */
void outfile_mode(struct outfile *, mode_t);

/* outfile_commit: publish by rename, free. On error nothing is left. */
int outfile_commit(struct outfile *, struct err *);

/*
 * Many files are on the disk sooner when all are told to hurry, then waited
 * for so, then settled, then committed. outfile_settle: all was written; wait until the disk has it,
 * with OUTFILE_SYNC; does not free. outfile_commit_later: as outfile_commit,
 * but the folder is put on the list, to be synced in the end.
 */
void outfile_hurry(const struct outfile *, bool wait);
int outfile_settle(struct outfile *, struct err *);
int outfile_commit_later(struct outfile *, struct folders *, struct err *);

/* outfile_abort: remove the .part, free. NULL is accepted. errno is kept. */
void outfile_abort(struct outfile *);

/* outfile_suspend: free, but leave the .part for a later OUTFILE_KEEP. */
void outfile_suspend(struct outfile *);

/*
 * outfile_signals: on INT, TERM, HUP and QUIT remove the open .part files
 * (kept ones stay when keep is true: a download that can be resumed), then die
 * of that signal; what is ignored stays so. XFSZ does not kill any more:
 * write(2) fails with EFBIG. To be called before there are threads that use
 * outfiles (one outfile is for one thread at a time).
 */
void outfile_signals(bool keep);

#endif
