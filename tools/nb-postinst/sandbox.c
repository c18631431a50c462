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

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "run.h"
#include "sandbox.h"

#define WAY_OUT "`bmake build` runs postinst scripts in a virtual machine"

/* Of the host's root: where distributions keep programs and libraries. */
static const char *const programs[] = {
	"bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "gnu", "nix"
};

/* Of the host's /etc: what programs need, and no secret is kept in. */
static const char *const settings[] = {
	"alternatives", "ca-certificates", "crypto-policies", "gai.conf",
	"host.conf", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
	"localtime", "magic", "mime.types", "nsswitch.conf", "pki/ca-trust",
	"pki/tls/certs", "protocols", "resolv.conf", "services",
	"ssl/cert.pem", "ssl/certs", "ssl/openssl.cnf"
};

/* What "root" can do to files that are its own, and to nothing else. */
static const char *const capabilities[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID"
};

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

static void
add_project(struct args *a, const char *stage, const char *service,
    const char *tools)
{
	static const char *const names[] = { "nb-fetch", "nb-untar" };
	const char *slash = strrchr(service, '/');
	char *path;
	size_t i;

	args_add(a, "--bind", stage, SANDBOX_STAGE, "--ro-bind", service,
	    (char *)NULL);
	args_printf(a, SANDBOX_SERVICE "/%s", slash + 1);
	path = mem_printf("%.*s/common", (int)(slash - service), service);
	if (path != NULL && strcmp(slash, "/common") != 0 &&
	    access(path, F_OK) == 0)
		args_add(a, "--ro-bind", path, SANDBOX_SERVICE "/common",
		    (char *)NULL);
	free(path);
	for (i = 0; i < COUNT(names); i++) {
		path = mem_printf("%s/%s", tools, names[i]);
		if (path != NULL && access(path, X_OK) == 0) {
			args_add(a, "--ro-bind", path, (char *)NULL);
			args_printf(a, SANDBOX_TOOLS "/%s", names[i]);
		}
		free(path);
	}
}

int
sandbox_open(struct sandbox *sb, const char *stage, const char *service,
    const char *tools, char *const extra[], size_t n, struct err *e)
{
	struct args *a = &sb->argv;
	char *bwrap = find_program("bwrap");
	const char *slash;
	size_t i;

	if (bwrap == NULL)
		return err_set(e, "bwrap: not found, and postinst scripts "
		    "run in no other sandbox; install bubblewrap, or: "
		    WAY_OUT);
	args_add(a, bwrap, "--unshare-user", "--uid", "0", "--gid", "0",
	    "--unshare-pid", "--unshare-ipc", "--unshare-uts",
	    "--hostname", "localhost", "--unshare-cgroup-try",
	    "--die-with-parent", "--new-session", "--cap-drop", "ALL",
	    (char *)NULL);
	free(bwrap);
	for (i = 0; i < COUNT(capabilities); i++)
		args_add(a, "--cap-add", capabilities[i], (char *)NULL);
	if (!sb->network)
		args_add(a, "--unshare-net", (char *)NULL);
	add_programs(a);
	args_add(a, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
	    "--symlink", "../tmp", "/build/tmp", "--dir", "/var",
	    "--symlink", "../tmp", "/var/tmp", (char *)NULL);
	add_settings(a);
	add_project(a, stage, service, tools);
	for (i = 0; i < n; i++) {
		slash = strrchr(extra[i], '/');
		args_add(a, "--ro-bind", extra[i], (char *)NULL);
		args_printf(a, SANDBOX_EXTRA "/%s",
		    slash != NULL ? slash + 1 : extra[i]);
	}
	args_add(a, "--remount-ro", "/", "--chdir", SANDBOX_STAGE, "--",
	    "/bin/sh", (char *)NULL);
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

int
sandbox_probe(const struct sandbox *sb, char *const env[], struct err *e)
{
	struct args a = { 0 };
	struct run r = { 0 };
	enum run_end end;
	char text[512];
	size_t i;
	int status, rc = -1;
	FILE *f = tmpfile();

	for (i = 0; i < sb->argv.n; i++)
		args_add(&a, sb->argv.v[i], (char *)NULL);
	args_add(&a, "-c", ":", (char *)NULL);
	if (f == NULL)
		(void)err_sys(e, "a temporary file");
	else if (a.failed)
		(void)err_mem(e);
	else {
		r = (struct run){ a.v, env, 60, fileno(f) };
		rc = run(&r, &end, &status, e);
	}
	if (rc == 0 && (end != RUN_EXITED || status != 0)) {
		complaint(fileno(f), text, sizeof(text));
		rc = err_set(e, "bwrap: this host makes no sandbox: %s; "
		    WAY_OUT, text[0] != '\0' ? text : "no reason given");
	}
	if (f != NULL)
		(void)fclose(f);
	args_free(&a);
	return rc;
}

void
sandbox_close(struct sandbox *sb)
{
	args_free(&sb->argv);
}
