/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * verdict.c: what a probe found, in one small file for each QEMU, accelerator
 * and CPU model: a line that says what it holds for, and a line that says
 * yes or why not.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "fnv.h"
#include "outfile.h"
#include "path.h"
#include "process.h"
#include "rundir.h"
#include "slurp.h"
#include "verdict.h"

#define KEY_MAX  (PATH_LEN_MAX + 256)
#define FILE_MAX (KEY_MAX + 1024)

static bool
make_key(char *key, size_t len, const char *qemu, const char *accel,
    const char *cpu)
{
	char boot[PROCESS_BOOT];
	struct stat st;
	int n;

	if (strchr(qemu, '\n') != NULL || stat(qemu, &st) == -1 ||
	    !process_boot(boot))
		return false;
	n = snprintf(key, len, "nb-start 1 %s %s %s %jd %jd.%09ld %s", boot,
	    accel, cpu, (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec,
	    (long)st.st_mtim.tv_nsec, qemu);
	return n > 0 && (size_t)n < len;
}

/*
 * The folder: the user's cache, else one of the user's own in /tmp. In /tmp
 * anyone may have made it before: it has to be ours and closed to others.
 */
static bool
folder(char dir[PATH_LEN_MAX])
{
	const char *cache = getenv("XDG_CACHE_HOME");
	struct err e;
	int n;

	if (cache != NULL && *cache == '/')
		n = snprintf(dir, PATH_LEN_MAX, "%s/nb-start", cache);
	else
		n = snprintf(dir, PATH_LEN_MAX, "/tmp/nb-start-%ju",
		    (uintmax_t)geteuid());
	if (n < 0 || n >= PATH_LEN_MAX)
		return false;
	if (cache != NULL && *cache == '/')
		(void)mkdir(cache, 0700);
	(void)mkdir(dir, 0700);
	return rundir_own(dir, 022, &e);
}

/* Names the file; what it holds for is written inside. */
static uint64_t
hash(const char *s, uint64_t h)
{
	return fnv_byte(fnv_string(h, s), 0xff);
}

static bool
file_name(char path[PATH_LEN_MAX], const char *qemu, const char *accel,
    const char *cpu)
{
	char dir[PATH_LEN_MAX];
	uint64_t h = FNV_START;
	int n;

	if (!folder(dir))
		return false;
	h = hash(cpu, hash(accel, hash(qemu, h)));
	n = snprintf(path, PATH_LEN_MAX, "%s/accel-%016" PRIx64, dir, h);
	return n > 0 && n < PATH_LEN_MAX;
}

bool
verdict_get(const char *qemu, const char *accel, const char *cpu, bool *works,
    char *why, size_t whylen)
{
	char key[KEY_MAX], path[PATH_LEN_MAX], text[FILE_MAX], *line;

	if (!make_key(key, sizeof(key), qemu, accel, cpu) ||
	    !file_name(path, qemu, accel, cpu) ||
	    !slurp_line(path, text, sizeof(text)) ||
	    (line = strchr(text, '\n')) == NULL)
		return false;
	*line++ = '\0';
	if (strcmp(text, key) != 0)
		return false;
	*works = strcmp(line, "yes") == 0;
	if (!*works && strncmp(line, "no ", 3) != 0)
		return false;
	(void)snprintf(why, whylen, "%s", *works ? "" : line + 3);
	return true;
}

void
verdict_put(const char *qemu, const char *accel, const char *cpu, bool works,
    const char *why)
{
	char key[KEY_MAX], path[PATH_LEN_MAX];
	struct outfile *o;
	struct err e;
	int fd;

	if (!make_key(key, sizeof(key), qemu, accel, cpu) ||
	    !file_name(path, qemu, accel, cpu) ||
	    (o = outfile_open(path, 0, &e)) == NULL)
		return;
	fd = outfile_fd(o);
	if (dprintf(fd, "%s\n%s%s\n", key, works ? "yes" : "no ",
	    works ? "" : why) < 0)
		outfile_abort(o);
	else
		(void)outfile_commit(o, &e);
}
