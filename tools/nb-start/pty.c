/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pty.c: the console on a pseudo terminal, and a program to look at it.
 */
#include <string.h>
#include <unistd.h>

#include "program.h"
#include "pty.h"

/* "char device redirected to /dev/pts/3 (label char0)": QEMU's char-pty.c, on
 * either of its outputs. */
static const char told[] = "char device redirected to ";

/* What a serial line is looked at with. */
static const char usual[] = "picocom -q -b 115200";

/* Whether the line tells of the pty; then it is in p->path. */
static bool
tells(struct pty *p)
{
	char *from = strstr(p->line, told), *end;
	size_t len;

	if (from == NULL || *p->path != '\0')
		return false;
	from += strlen(told);
	if ((end = strstr(from, " (label")) == NULL || *from != '/')
		return false;
	len = (size_t)(end - from);
	if (len >= sizeof(p->path))
		return false;
	memcpy(p->path, from, len);
	p->path[len] = '\0';
	return true;
}

static void
hand_on(const struct pty *p)
{
	(void)!write(STDERR_FILENO, p->line, p->len);
}

bool
pty_feed(struct pty *p, const char *buf, size_t n)
{
	bool known = false;

	for (size_t i = 0; i < n; i++) {
		p->line[p->len++] = buf[i];
		if (buf[i] != '\n' && p->len < sizeof(p->line) - 2)
			continue;
		p->line[p->len] = '\0';
		if (tells(p))
			known = true;
		else
			hand_on(p);
		p->len = 0;
	}
	return known;
}

void
pty_end(struct pty *p)
{
	/* The next line is another's. */
	if (p->len > 0)
		p->line[p->len++] = '\n';
	hand_on(p);
	p->len = 0;
}

int
pty_program(const char *use, const char *path, struct words *argv, char **file,
    struct err *e)
{
	bool own = strcmp(use, "y") != 0;

	*file = NULL;
	if (words_split(argv, own ? use : usual, e) == -1 ||
	    words_add(argv, path, e) == -1)
		return -1;
	switch (program_find(argv->v[0], file, e)) {
	case -1:
		return -1;
	case 0:
		return own ? err_code(e, ERR_MISSING,
		    "%s: no such program: use_pty names it", argv->v[0]) : 0;
	}
	return 0;
}
