/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * host.c: facts of this machine that matter to VMs.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "app.h"
#include "arch.h"
#include "child.h"
#include "host.h"
#include "mem.h"
#include "program.h"

static json_t *qemus;	/* [{"name", "version"}] */
static json_t *accels;	/* ["kvm"] */

/* "QEMU emulator version 7.2.1 (Debian ...)": the third word's next. */
static json_t *
version_of(char *path)
{
	char option[] = "--version";
	char *argv[] = { path, option, NULL };
	struct err e;
	struct child_said *s = child_run(argv, 10, &e);
	const char *v = s != NULL ? strstr(s->out, "version ") : NULL;
	json_t *j = json_null();

	if (v != NULL) {
		v += strlen("version ");
		j = answer_text(v, strcspn(v, " (\n"));
	}
	free(s);
	return j;
}

static void
learn_qemus(void)
{
	static const char *const names[] = { "amd64", "i386",
		"evbarm-aarch64" };
	struct err e;
	char *path;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct arch *a = arch_find(names[i]);

		for (size_t j = 0; a != NULL && j < 2; j++) {
			if (a->qemu[j] == NULL || program_find(a->qemu[j],
			    &path, &e) != 1)
				continue;
			(void)json_array_append_new(qemus, json_pack(
			    "{s:s, s:s, s:o}", "arch", a->name, "name",
			    a->qemu[j], "version", version_of(path)));
			free(path);
			break;
		}
	}
}

void
host_learn(void)
{
	static const struct {
		const char *device, *name;
	} known[] = { { "/dev/kvm", "kvm" }, { "/dev/nvmm", "nvmm" } };

	qemus = json_array();
	accels = json_array();
	learn_qemus();
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (access(known[i].device, R_OK | W_OK) == 0)
			(void)json_array_append_new(accels,
			    json_string(known[i].name));
	}
}

void
host_forget(void)
{
	json_decref(qemus);
	json_decref(accels);
}

/* Bytes on the disk of all files in a folder, and how many. */
static json_t *
space(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	json_int_t bytes = 0, files = 0, left = 0;
	struct statvfs fs;
	struct stat st;

	while (dir != NULL && (d = readdir(dir)) != NULL) {
		char *path = d->d_name[0] != '.' ? mem_printf("%s/%s", folder,
		    d->d_name) : NULL;

		if (path != NULL && stat(path, &st) == 0 &&
		    S_ISREG(st.st_mode)) {
			bytes += (json_int_t)st.st_blocks * 512;
			files++;
		}
		free(path);
	}
	if (dir != NULL)
		(void)closedir(dir);
	if (statvfs(folder, &fs) == 0)
		left = (json_int_t)fs.f_bavail * (json_int_t)fs.f_frsize;
	return json_pack("{s:I, s:I, s:I}", "files", files, "bytes", bytes,
	    "free", left);
}

/* Linux's /proc/meminfo, in KB; 0 where there is none. */
static json_int_t
meminfo(const char *key)
{
	FILE *f = fopen("/proc/meminfo", "re");
	char line[128];
	json_int_t kb = 0;
	size_t len = strlen(key);

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, key, len) == 0 && line[len] == ':')
			kb = strtoll(line + len + 1, NULL, 10);
	}
	if (f != NULL)
		(void)fclose(f);
	return kb;
}

static json_t *
memory(void)
{
	json_int_t total = meminfo("MemTotal") / 1024;
	json_int_t left = meminfo("MemAvailable") / 1024;

#if defined(_SC_PHYS_PAGES)
	if (total == 0)
		total = (json_int_t)sysconf(_SC_PHYS_PAGES) *
		    (json_int_t)sysconf(_SC_PAGESIZE) / 1048576;
#endif
	return json_pack("{s:I, s:o}", "total", total, "free",
	    left > 0 ? json_integer(left) : json_null());
}

static json_t *
load(void)
{
	double avg[1];

	return getloadavg(avg, 1) == 1 ? json_real(avg[0]) : json_null();
}

/* Of the host, in seconds. */
static json_t *
uptime(void)
{
#if defined(CLOCK_BOOTTIME)
	struct timespec t;

	if (clock_gettime(CLOCK_BOOTTIME, &t) == 0)
		return json_integer((json_int_t)t.tv_sec);
#endif
	return json_null();
}

static const char *
forced(void)
{
	const char *s = getenv("QEMU_ACCEL");

	return s != NULL && *s != '\0' ? s : NULL;
}

struct answer
host_facts(void)
{
	struct utsname u;

	if (uname(&u) == -1)
		memset(&u, 0, sizeof(u));
	return answer_ok(json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, "
	    "s:O, s:O, s:s?, s:o, s:o, s:o}",
	    "name", u.nodename, "system", u.sysname, "release", u.release,
	    "arch", arch_host()->name,
	    "processors", (int)sysconf(_SC_NPROCESSORS_ONLN),
	    "memory", memory(), "load", load(), "uptime", uptime(),
	    "qemu", qemus, "accelerators", accels, "forced", forced(),
	    "images", space(app.images), "kernels", space(app.kernels),
	    "folder", answer_text(app.folder,
	    strlen(app.folder))));
}
