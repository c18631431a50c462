/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fwcfg.c: variables and files handed to the guest by QEMU's fw_cfg device.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fwcfg.h"

#define VAR_PREFIX  "opt/org.smolbsd.var."
#define FILE_PREFIX "opt/org.smolbsd.file."

/* A fw_cfg name has at most 55 characters (QEMU docs/specs/fw_cfg.txt: the
 * directory's name field is 56 bytes with its NUL). */
#define FWCFG_NAME_MAX 55

static const char name_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789_";

/*
 * Cut the next pair off *pp into buf, which has room for all of it: the name
 * at buf, the value behind its NUL. Returns the value, NULL on error.
 */
static char *
pair(char *buf, const char **pp, struct err *e)
{
	const char *p = *pp;
	char *to = buf, *value;

	for (; *p != '\0'; p++) {
		if (*p == ',') {
			if (p[1] != ',')
				break;
			p++;
		}
		*to++ = *p;
	}
	*to = '\0';
	*pp = *p == ',' ? p + 1 : p;
	if ((value = strchr(buf, '=')) == NULL) {
		(void)err_code(e, ERR_USAGE, "\"%s\" is not NAME=VALUE (a "
		    "comma in a value is written twice)", buf);
		return NULL;
	}
	*value++ = '\0';
	if (*buf == '\0' || buf[strspn(buf, name_chars)] != '\0') {
		(void)err_code(e, ERR_USAGE,
		    "\"%s\": a name has letters, digits and _ only", buf);
		return NULL;
	}
	if (strlen(FILE_PREFIX) + strlen(buf) > FWCFG_NAME_MAX) {
		(void)err_code(e, ERR_USAGE, "%s: longer than %zu characters",
		    buf, FWCFG_NAME_MAX - strlen(FILE_PREFIX));
		return NULL;
	}
	if (*value == '\0') {
		(void)err_code(e, ERR_USAGE,
		    "%s: has no value, which QEMU cannot pass on", buf);
		return NULL;
	}
	return value;
}

static int
readable(const char *path, struct err *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)
		return err_sys(e, "%s", path);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return err_set(e, "%s: not a file", path);
	}
	(void)close(fd);
	return 0;
}

static int
add(struct words *w, const char *text, const char *prefix, const char *what,
    struct err *e)
{
	char *buf = malloc(strlen(text) + 1), *value, *esc;
	int rv = 0;

	if (buf == NULL)
		return err_mem(e);
	while (rv == 0 && *text != '\0') {
		if ((value = pair(buf, &text, e)) == NULL) {
			rv = -1;
			break;
		}
		if (w == NULL)
			continue;
		if (strcmp(what, "file") == 0 && readable(value, e) == -1) {
			rv = -1;
			break;
		}
		if ((esc = words_commas(value, e)) == NULL) {
			rv = -1;
			break;
		}
		rv = words_add(w, "-fw_cfg", e);
		if (rv == 0)
			rv = words_addf(w, e, "name=%s%s,%s=%s", prefix, buf,
			    what, esc);
		free(esc);
	}
	free(buf);
	return rv;
}

int
fwcfg_variables(struct words *w, const char *text, struct err *e)
{
	return add(w, text, VAR_PREFIX, "string", e);
}

int
fwcfg_files(struct words *w, const char *text, struct err *e)
{
	return add(w, text, FILE_PREFIX, "file", e);
}

int
fwcfg_check(const char *text, struct err *e)
{
	return add(NULL, text, VAR_PREFIX, "string", e);
}
