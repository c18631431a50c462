/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * token.c: what a client has to know to change anything.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "token.h"

#define TOKEN_MIN 16
#define TOKEN_MAX 256

char *
token_new(struct err *e)
{
	uint8_t raw[16];
	char hex[DIGEST_HEX_MAX];
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd != -1 ? read(fd, raw, sizeof(raw)) : -1;
	char *token;

	if (fd != -1)
		(void)close(fd);
	if (n != (ssize_t)sizeof(raw)) {
		(void)err_sys(e, "/dev/urandom");
		return NULL;
	}
	digest_hex(hex, raw, sizeof(raw));
	if ((token = strdup(hex)) == NULL)
		(void)err_mem(e);
	return token;
}

/* Any characters that a header can carry. */
static int
check(const char *line, const char *path, struct err *e)
{
	size_t len = strlen(line);

	if (len < TOKEN_MIN)
		return err_set(e, "%s: its first line is the token: %d "
		    "characters at least", path, TOKEN_MIN);
	for (size_t i = 0; i < len; i++) {
		if (line[i] <= ' ' || line[i] > '~')
			return err_set(e, "%s: a token has letters, digits "
			    "and signs only", path);
	}
	return 0;
}

static int
read_line(char *line, FILE *f, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fileno(f), &st) == -1)
		return err_sys(e, "%s", path);
	if ((st.st_mode & 077) != 0)
		return err_set(e, "%s: others may read it: chmod 600 %s", path,
		    path);
	if (fgets(line, TOKEN_MAX, f) == NULL)
		line[0] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return check(line, path, e);
}

char *
token_read(const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	char line[TOKEN_MAX], *token = NULL;
	int rv;

	if (f == NULL) {
		(void)err_sys(e, "%s", path);
		return NULL;
	}
	rv = read_line(line, f, path, e);
	(void)fclose(f);
	if (rv == 0 && (token = strdup(line)) == NULL)
		(void)err_mem(e);
	return token;
}
