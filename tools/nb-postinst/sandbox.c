/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sandbox.c: the argument list of bubblewrap, bwrap(1).
 *
 * The root is an empty tmpfs, made read-only at the end; only what is named
 * here is bound into it. uid 0 stands for the caller alone: no other identity
 * is mapped, and no capability remains but those that let "root" handle its
 * own files.
 */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside.h"
#include "mem.h"
#include "sandbox.h"
#include "witness.h"

#define WAY_OUT "`bmake build` runs postinst scripts in a virtual machine"

/* Of the host's root: where distributions keep programs and libraries. */
static const char *const programs[] = {
	"bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "gnu", "nix"
};

/* Of the host's /etc: what programs need, and no secret is kept in. */
static const char *const settings[] = {
	"alternatives", "ca-certificates", "crypto-policies", "gai.conf",
	"host.conf", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
	"magic", "mime.types", "nsswitch.conf", "pki/ca-trust", "pki/tls/certs",
	"protocols", "resolv.conf", "services", "ssl/cert.pem", "ssl/certs",
	"ssl/openssl.cnf"
};

/* Places that are the sandbox's own. */
static const char *const taken[] = { "/build", "/dev", "/proc" };

/* What "root" can do to files that are its own, and to nothing else. */
static const char *const capabilities[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID"
};

#define PROBE_SECONDS 60
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The absolute path of a program in the caller's PATH, or NULL. */
static char *
find_program(const char *name)
{
	const char *p = getenv("PATH"), *end;
	struct stat st;
	char *s;

	for (; p != NULL && *p != '\0'; p = *end == ':' ? end + 1 : end) {
		end = p + strcspn(p, ":");
		if (*p != '/')		/* not out of the current folder */
			continue;
		s = mem_printf("%.*s/%s", (int)(end - p), p, name);
		if (s != NULL && access(s, X_OK) == 0 && stat(s, &st) == 0 &&
		    S_ISREG(st.st_mode))
			return s;
		free(s);
	}
	return NULL;
}

static void
add_programs(struct args *a)
{
	char from[16], link[PATH_MAX];
	struct stat st;
	ssize_t n;
	size_t i;

	for (i = 0; i < COUNT(programs); i++) {
		(void)snprintf(from, sizeof(from), "/%s", programs[i]);
		if (lstat(from, &st) != 0)
			continue;
		if (S_ISLNK(st.st_mode)) {
			n = readlink(from, link, sizeof(link) - 1);
			if (n < 0)
				continue;
			link[n] = '\0';
			args_add(a, "--symlink", link, from, (char *)NULL);
		} else
			args_add(a, "--ro-bind", from, from, (char *)NULL);
	}
}

static void
add_settings(struct args *a)
{
	char path[64];
	size_t i;

	for (i = 0; i < COUNT(settings); i++) {
		(void)snprintf(path, sizeof(path), "/etc/%s", settings[i]);
		if (access(path, F_OK) == 0)
			args_add(a, "--ro-bind", path, path, (char *)NULL);
	}
	/* Users and groups are the new system's, also while a script adds to
	 * them. */
	args_add(a, "--symlink", SANDBOX_STAGE "/etc/passwd", "/etc/passwd",
	    "--symlink", SANDBOX_STAGE "/etc/group", "/etc/group",
	    (char *)NULL);
}

/* Bind a file or folder of the project, to write or only to read. */
static int
add_source(struct sandbox *sb, const char *path, bool writable, struct err *e)
{
	char *name = NULL;

	if (sb->nobody.place != NULL) {
		name = writable ? nobody_bind(&sb->nobody, path, e) :
		    nobody_copy(&sb->nobody, path, e);
		if (name == NULL)
			return -1;
	}
	args_add(&sb->argv, writable ? "--bind" : "--ro-bind",
	    name != NULL ? name : path, (char *)NULL);
	free(name);
	return 0;
}

/* The same, to read at dir/name in the sandbox, if it is there. Takes path. */
static int
add_optional(struct sandbox *sb, char *path, const char *dir, const char *name,
    struct err *e)
{
	int rc = 0;

	if (path == NULL)
		rc = err_mem(e);
	else if (access(path, F_OK) == 0) {
		rc = add_source(sb, path, false, e);
		args_printf(&sb->argv, "%s/%s", dir, name);
	}
	free(path);
	return rc;
}

static int
add_project(struct sandbox *sb, struct err *e)
{
	static const char *const names[] = { "nb-fetch", "nb-untar" };
	const char *slash = strrchr(sb->service, '/'), *path;
	size_t i;

	if (add_source(sb, sb->stage, true, e) != 0)
		return -1;
	args_add(&sb->argv, SANDBOX_STAGE, (char *)NULL);
	if (add_source(sb, sb->service, false, e) != 0)
		return -1;
	args_printf(&sb->argv, SANDBOX_SERVICE "%s", slash);
	if (strcmp(slash, "/common") != 0 && add_optional(sb,
	    sb->common != NULL ? strdup(sb->common) :
	    mem_printf("%.*s/common", (int)(slash - sb->service),
	    sb->service), SANDBOX_SERVICE, "common", e) != 0)
		return -1;
	for (i = 0; i < COUNT(names); i++) {
		if (add_optional(sb, mem_printf("%s/%s", sb->tools, names[i]),
		    SANDBOX_TOOLS, names[i], e) != 0)
			return -1;
	}
	for (i = 0; i < sb->extra->n; i++) {
		path = sb->extra->v[i];
		if (add_source(sb, path, false, e) != 0)
			return -1;
		args_printf(&sb->argv, SANDBOX_EXTRA "%s",
		    strrchr(path, '/'));
	}
	return 0;
}

/* The program that runs here, which is the first one in the sandbox too. */
static int
add_self(struct sandbox *sb, struct err *e)
{
	char *path = realpath("/proc/self/exe", NULL);
	int rc;

	if (path == NULL)
		return err_sys(e, "/proc/self/exe");
	rc = add_source(sb, path, false, e);
	args_add(&sb->argv, SANDBOX_TOOLS "/nb-postinst", (char *)NULL);
	free(path);
	return rc;
}

bool
sandbox_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 &&
	    (path[len] == '/' || path[len] == '\0');
}

static int
add_bind(struct sandbox *sb, const char *path, struct err *e)
{
	struct stat st;
	size_t i;

	if (*path != '/' || path[strspn(path, "/")] == '\0' ||
	    strstr(path, "/../") != NULL)
		return err_code(e, ERR_USAGE, "-b %s: not the absolute name "
		    "of a file or folder", path);
	for (i = 0; i < COUNT(taken); i++) {
		if (sandbox_below(path, taken[i]))
			return err_set(e, "-b %s: %s is the sandbox's own",
			    path, taken[i]);
	}
	if (stat(path, &st) != 0)
		return err_sys(e, "-b %s", path);
	if (sb->nobody.place != NULL && S_ISSOCK(st.st_mode))
		return err_set(e, "-b %s: root's scripts run as nobody, who "
		    "may not use this socket; build as its owner", path);
	if (add_source(sb, path, false, e) != 0)
		return -1;
	args_add(&sb->argv, path, (char *)NULL);
	return 0;
}

static int
add_binds(struct sandbox *sb, struct err *e)
{
	size_t i;

	for (i = 0; i < sb->binds->n; i++) {
		if (add_bind(sb, sb->binds->v[i], e) != 0)
			return -1;
	}
	return 0;
}

static int
set_argv(struct sandbox *sb, const char *bwrap, struct err *e)
{
	struct args *a = &sb->argv;
	size_t i;

	args_free(a);
	args_add(a, bwrap, "--unshare-user", "--uid", "0", "--gid", "0",
	    "--unshare-pid", "--unshare-ipc", "--unshare-uts",
	    "--hostname", "localhost", "--unshare-cgroup-try",
	    "--die-with-parent", "--new-session", "--cap-drop", "ALL",
	    (char *)NULL);
	for (i = 0; i < COUNT(capabilities); i++)
		args_add(a, "--cap-add", capabilities[i], (char *)NULL);
	if (!sb->network)
		args_add(a, "--unshare-net", (char *)NULL);
	add_programs(a);
	args_add(a, "--proc", "/proc", "--dev", "/dev", (char *)NULL);
	if (sb->uid == 0)	/* the machine's own root may write there */
		args_add(a, "--ro-bind", "/proc/sys", "/proc/sys",
		    (char *)NULL);
	args_add(a, "--tmpfs", "/tmp", "--symlink", "../tmp", "/build/tmp",
	    "--dir", "/var", "--symlink", "../tmp", "/var/tmp", (char *)NULL);
	add_settings(a);
	if (add_project(sb, e) != 0 || add_self(sb, e) != 0 ||
	    add_binds(sb, e) != 0)
		return -1;
	args_add(a, "--remount-ro", "/", "--chdir", SANDBOX_STAGE, "--",
	    SANDBOX_TOOLS "/nb-postinst", INSIDE_FLAG, (char *)NULL);
	return a->failed ? err_mem(e) : 0;
}

/* The last line of what a failed bwrap said, without its name. */
static void
complaint(int fd, char *buf, size_t size)
{
	static const char name[] = "bwrap: ";
	char *nl;
	ssize_t n = pread(fd, buf, size - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	while ((nl = strrchr(buf, '\n')) != NULL) {
		*nl = '\0';
		if (nl[1] != '\0') {
			memmove(buf, nl + 1, strlen(nl + 1) + 1);
			break;
		}
	}
	if (strncmp(buf, name, sizeof(name) - 1) == 0)
		memmove(buf, buf + sizeof(name) - 1,
		    strlen(buf + sizeof(name) - 1) + 1);
}

/* What may be written: not more than half of what is free. */
static uint64_t
space_of(const struct sandbox *sb)
{
	struct statvfs v;
	uint64_t half;

	if (statvfs(sb->stage, &v) != 0)
		return sb->space;
	half = (uint64_t)v.f_bavail * v.f_frsize / 2;
	return half < sb->space ? half : sb->space;
}

/* Run the shell with these words. */
static int
run_shell(const struct sandbox *sb, const char *word, const char *word2,
    const struct run *how, enum run_end *end, int *status, struct err *e)
{
	struct witness w = { .owners = sb->owners, .space = space_of(sb) };
	struct run r = *how;
	struct args a = { 0 };
	struct err why;
	size_t i;
	int rc;

	for (i = 0; i < sb->argv.n; i++)
		args_add(&a, sb->argv.v[i], (char *)NULL);
	args_printf(&a, "%" PRIu64, w.space);
	args_add(&a, "/bin/sh", word, word2, (char *)NULL);
	r.argv = a.v;
	if (sb->nobody.place != NULL)
		r.enter = w.enter = nobody_become;
	r.prepare = witness_prepare;
	r.serve = witness_serve;
	r.ctx = &w;
	rc = a.failed ? err_mem(e) : witness_open(&w, e);
	if (rc == 0)
		rc = run(&r, end, status, e);
	if (rc == 0)
		(void)err_set(e, "nobody could tell why");
	/* Without a report, what the script itself ended with says more. */
	if (rc == 0 && (*end == RUN_FORSAKEN || (*end == RUN_EXITED &&
	    *status == 0)) && witness_learn(&w, &why) != 0) {
		*e = why;
		*end = RUN_FORSAKEN;
	}
	witness_close(&w);
	args_free(&a);
	return rc;
}

/* Whether a sandbox can be had in the way that sb->argv says. */
static int
try(const struct sandbox *sb, char *const env[], struct err *e)
{
	FILE *f = tmpfile();
	struct run r = { .env = env, .seconds = PROBE_SECONDS };
	enum run_end end;
	char text[512];
	int status, rc;

	if (f == NULL)
		return err_sys(e, "a temporary file");
	r.out = fileno(f);
	rc = run_shell(sb, "-c", ":", &r, &end, &status, e);
	if (rc == 0 && end == RUN_FORSAKEN) {
		(void)snprintf(text, sizeof(text), "%.500s", e->text);
		rc = err_set(e, "bwrap: this host makes no sandbox: %s; "
		    WAY_OUT, text);
	} else if (rc == 0 && (end != RUN_EXITED || status != 0)) {
		complaint(fileno(f), text, sizeof(text));
		rc = err_set(e, "bwrap: this host makes no sandbox: %s; "
		    WAY_OUT, text[0] != '\0' ? text : "no reason given");
	}
	(void)fclose(f);
	return rc;
}

/* A sandbox in which that user stands for root. *wrong: what was asked for is
 * not to be had, in whichever sandbox. */
static int
open_for(struct sandbox *sb, const char *bwrap, uid_t uid, gid_t gid,
    char *const env[], bool *wrong, struct err *e)
{
	sb->uid = uid;
	sb->gid = gid;
	*wrong = set_argv(sb, bwrap, e) != 0;
	return *wrong ? -1 : try(sb, env, e);
}

int
sandbox_open(struct sandbox *sb, char *const env[], struct err *e)
{
	char *bwrap = find_program("bwrap");
	bool wrong = false;
	int rc = -1;

	if (bwrap == NULL)
		return err_set(e, "bwrap: not found, and postinst scripts "
		    "run in no other sandbox; install bubblewrap, or: "
		    WAY_OUT);
	if (geteuid() == 0 && nobody_open(&sb->nobody, sb->stage, e) == 0) {
		rc = open_for(sb, bwrap, NOBODY, NOBODY, env, &wrong, e);
		if (rc != 0)
			nobody_close(&sb->nobody);
	}
	/* A container's root may lack the right to step down. */
	if (rc != 0 && !wrong && run_stopped() == 0)
		rc = open_for(sb, bwrap, geteuid(), getegid(), env, &wrong, e);
	free(bwrap);
	return rc;
}

int
sandbox_run(const struct sandbox *sb, const char *script, char *const env[],
    unsigned seconds, enum run_end *end, int *status, struct err *e)
{
	struct run r = { .env = env, .seconds = seconds, .out = -1 };

	return run_shell(sb, script, NULL, &r, end, status, e);
}

void
sandbox_close(struct sandbox *sb)
{
	args_free(&sb->argv);
	nobody_close(&sb->nobody);
}
