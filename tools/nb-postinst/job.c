/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * job.c: runs the scripts of one service on one stage.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "environ.h"
#include "job.h"
#include "mem.h"
#include "outfile.h"
#include "run.h"

#define METALOG		"METALOG"
/* Longer than the clock of any file system's timestamps stands still. */
#define TICK_NS		20000000
#define SECOND_NS	INT64_C(1000000000)

/* The real path of a service, but its own name as it was given. */
static char *
service_path(const char *arg, struct err *e)
{
	char *copy = mem_printf("%s", arg), *slash, *parent, *path = NULL;
	size_t len = copy != NULL ? strlen(copy) : 0;
	struct stat st;

	while (len > 1 && copy[len - 1] == '/')
		copy[--len] = '\0';
	if (copy == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	if (stat(copy, &st) != 0 || !S_ISDIR(st.st_mode)) {
		(void)err_set(e, "%s: no such service folder", arg);
		free(copy);
		return NULL;
	}
	slash = strrchr(copy, '/');
	if (slash != NULL)
		*slash = '\0';
	parent = realpath(slash == NULL ? "." : *copy == '\0' ? "/" : copy,
	    NULL);
	if (parent != NULL)
		path = mem_printf("%s/%s", strcmp(parent, "/") == 0 ? "" :
		    parent, slash != NULL ? slash + 1 : copy);
	if (path == NULL)
		(void)err_sys(e, "%s", arg);
	free(parent);
	free(copy);
	return path;
}

/* The folder that this program was started from, where its sisters are. */
static char *
tools_path(const char *argv0)
{
	const char *path = getenv("PATH"), *end;
	char *s, *real = NULL, *slash;

	if (strchr(argv0, '/') != NULL)
		real = realpath(argv0, NULL);
	else for (; path != NULL && *path != '\0' && real == NULL;
	    path = *end == ':' ? end + 1 : end) {
		end = path + strcspn(path, ":");
		s = mem_printf("%.*s/%s", (int)(end - path), path, argv0);
		if (s != NULL && access(s, X_OK) == 0)
			real = realpath(s, NULL);
		free(s);
	}
	if (real != NULL && (slash = strrchr(real, '/')) != NULL)
		slash[slash == real] = '\0';
	return real;
}

int
job_open(struct job *j, const char *argv0, char *argv[], size_t n,
    struct err *e)
{
	const char *base;
	int rc;

	if ((j->service = service_path(j->service_shown, e)) == NULL ||
	    (j->common_shown != NULL &&
	    (j->common = service_path(j->common_shown, e)) == NULL))
		return -1;
	base = strrchr(j->service, '/') + 1;
	environ_set(&j->env, "SERVICE", 7, base);
	if ((j->stage = realpath(j->stage_shown, NULL)) == NULL)
		return err_sys(e, "%s", j->stage_shown);
	j->dir = open(j->stage, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (j->dir == -1)
		return err_sys(e, "%s", j->stage_shown);
	j->tools = tools_path(argv0);
	j->metalog = mem_printf("%s/" METALOG, j->stage);
	if (j->metalog == NULL || j->tools == NULL || j->env.failed)
		return err_mem(e);
	rc = n != 0 && !j->behind ? 0 :
	    scripts_of(&j->scripts, j->service_shown, j->service, e);
	if (rc == 0)
		rc = scripts_named(&j->scripts, argv, n, j->service, e);
	if (rc != 0 || j->scripts.inside.n == 0)
		return rc;
	j->sandbox.stage = j->stage;
	j->sandbox.service = j->service;
	j->sandbox.common = j->common;
	j->sandbox.tools = j->tools;
	j->sandbox.extra = &j->scripts.extra;
	j->sandbox.binds = &j->binds;
	j->sandbox.owners = &j->owners;
	return sandbox_open(&j->sandbox, j->env.v, e);
}

/*
 * Times tell what a script changed; so let the clock go on from what has just
 * been unpacked before one can write.
 */
static void
wait_tick(const struct listing *l)
{
	struct timespec ts;
	int64_t now, t, newest = 0;
	size_t i;

	for (i = 0; i < l->n; i++) {
		t = l->v[i].mtime * SECOND_NS + l->v[i].mtime_ns;
		newest = t > newest ? t : newest;
		newest = l->v[i].birth > newest ? l->v[i].birth : newest;
	}
	if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
		return;
	now = (int64_t)ts.tv_sec * SECOND_NS + ts.tv_nsec;
	if (newest + TICK_NS > now) {
		ts.tv_sec = 0;
		ts.tv_nsec = TICK_NS;
		(void)nanosleep(&ts, NULL);
	}
}

/* Take METALOG out of the stage, and with it out of the scripts' reach. */
static int
take_metalog(struct job *j, struct err *e)
{
	struct timespec times[2];
	struct stat st;
	char epoch[24];

	if (access(j->metalog, F_OK) != 0)
		return err_set(e, "%s: no METALOG, so no whole stage; unpack "
		    "it anew with nb-untar", j->stage_shown);
	if (records_read(&j->records, j->metalog, e) != 0)
		return -1;
	if (!j->epoch_given) {
		j->epoch = j->records.newest;
		(void)snprintf(epoch, sizeof(epoch), "%" PRId64, j->epoch);
		environ_set(&j->env, "SOURCE_DATE_EPOCH", 17, epoch);
		if (j->env.failed)
			return err_mem(e);
	}
	if (fstat(j->dir, &st) != 0 || unlink(j->metalog) != 0)
		return err_sys(e, "%s", j->metalog);
	if (records_nodes(&j->records, j->dir, j->stage_shown, e) != 0)
		return -1;
	times[0].tv_sec = 0;
	times[0].tv_nsec = UTIME_OMIT;
	times[1].tv_sec = st.st_mtime;
	times[1].tv_nsec = 0;
	if (futimens(j->dir, times) != 0)
		return err_sys(e, "%s", j->stage_shown);
	if (listing_read(&j->before, j->dir, j->stage_shown, geteuid(),
	    j->sandbox.uid, j->sandbox.gid, e) != 0 ||
	    records_dress(&j->records, &j->before, &j->owners, j->dir,
	    j->stage_shown, e) != 0)
		return -1;
	wait_tick(&j->before);
	return 0;
}

/* What to say of a script that did not end well; always -1. */
static int
failed(const struct job *j, const char *script, enum run_end end, int status,
    struct err *e)
{
	char why[sizeof(e->text)];

	switch (end) {
	case RUN_LATE:
		return err_set(e, "%s: not done after %u seconds (-T)",
		    script, j->seconds);
	case RUN_STOPPED:
		return err_set(e, "%s: stopped by signal %d", script, status);
	case RUN_KILLED:
		return err_set(e, "%s: killed by signal %d", script, status);
	case RUN_FORSAKEN:
		memcpy(why, e->text, sizeof(why));
		return err_set(e, "%s: stopped: %.1000s", script, why);
	case RUN_EXITED:
		break;
	}
	return err_set(e, "%s: exit status %d", script, status);
}

static int
run_script(struct job *j, size_t i, struct err *e)
{
	const char *script = j->scripts.shown.v[i];
	enum run_end end;
	int status;

	diag_say("%s", script);
	if (sandbox_run(&j->sandbox, j->scripts.inside.v[i], j->env.v,
	    j->seconds, &end, &status, e) != 0)
		return -1;
	if (end != RUN_EXITED || status != 0)
		return failed(j, script, end, status, e);
	return 0;
}

/* What stood for nodes, and fifos, are METALOG's alone again. */
static int
remove_nodes(const struct job *j, const struct listing *after, struct err *e)
{
	const struct item *it;
	size_t i;

	for (i = 0; i < after->n; i++) {
		it = &after->v[i];
		if ((it->kind == ENTRY_CHAR || it->kind == ENTRY_BLOCK ||
		    it->kind == ENTRY_FIFO) &&
		    unlinkat(j->dir, it->name, 0) != 0)
			return err_sys(e, "%s/%s", j->stage_shown, it->name);
	}
	return 0;
}

static int
put_metalog(struct job *j, const struct listing *after, struct err *e)
{
	struct outfile *o;
	FILE *f = NULL;
	int fd, rc;

	if (listing_find(after, METALOG) != NULL ||
	    listing_find(after, METALOG ".part") != NULL) {
		(void)unlinkat(j->dir, METALOG, 0);
		return err_set(e, "%s/" METALOG ": made by a script, but the "
		    "name is taken", j->stage_shown);
	}
	outfile_signals(false);
	if ((o = outfile_open(j->metalog, 0, e)) == NULL)
		return -1;
	if ((fd = dup(outfile_fd(o))) == -1 || (f = fdopen(fd, "w")) == NULL) {
		rc = err_sys(e, "%s", j->metalog);
		if (fd != -1)
			(void)close(fd);
	} else {
		records_write(&j->records, &j->before, after, j->epoch, f);
		rc = fflush(f) != 0 || ferror(f) ?
		    err_sys(e, "%s", j->metalog) : 0;
		(void)fclose(f);
	}
	if (rc != 0) {
		outfile_abort(o);
		return -1;
	}
	return outfile_commit(o, e);
}

int
job_run(struct job *j, struct err *e)
{
	struct listing after = { 0 };
	struct err ignored;
	size_t i;
	int rc = 0;

	if (j->scripts.inside.n == 0)
		return 0;
	if (take_metalog(j, e) != 0)
		return -1;
	diag_say("scripts have %s", j->sandbox.network ?
	    "the network; POSTINST_NET=n (-n) takes it away" : "no network");
	for (i = 0; i < j->scripts.inside.n && rc == 0; i++)
		rc = run_script(j, i, e);
	/* Also after a failure, so that its owner can remove the stage. */
	if (listing_read(&after, j->dir, j->stage_shown, j->sandbox.uid,
	    geteuid(), getegid(), rc == 0 ? e : &ignored) != 0)
		rc = -1;
	if (rc == 0) {
		listing_own(&after, &j->owners);
		listing_inherit(&after, &j->before);
		rc = remove_nodes(j, &after, e);
	}
	if (rc == 0)
		rc = put_metalog(j, &after, e);
	else	/* a script may have made one */
		(void)unlinkat(j->dir, METALOG, 0);
	listing_free(&after);
	return rc;
}

void
job_close(struct job *j)
{
	listing_free(&j->before);
	records_free(&j->records);
	owners_free(&j->owners);
	sandbox_close(&j->sandbox);
	scripts_free(&j->scripts);
	args_free(&j->env);
	args_free(&j->binds);
	if (j->dir != -1)
		(void)close(j->dir);
	free(j->stage);
	free(j->service);
	free(j->common);
	free(j->tools);
	free(j->metalog);
}

