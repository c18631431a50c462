/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * panic.c: a kernel's last words.
 */
#include <stdio.h>
#include <string.h>

#include "panic.h"

/* NetBSD's vpanic(9), and Linux's, which plays its part in the tests. */
static const char *const words[] = {
	"panic: ", "Kernel panic - not syncing: "
};

/* Behind `[   12.345678] `; NULL when the line has no such start. */
static const char *
behind_time(const char *p)
{
	if (*p++ != '[')
		return NULL;
	p += strspn(p, " ");
	if (*p < '0' || *p > '9')
		return NULL;
	p += strspn(p, "0123456789.");
	if (p[0] != ']' || p[1] != ' ')
		return NULL;
	return p + 2;
}

static bool
is_panic(struct panic *k)
{
	const char *p = behind_time(k->line);

	for (size_t i = 0; p != NULL && i < 2; i++) {
		if (strncmp(p, words[i], strlen(words[i])) == 0) {
			(void)snprintf(k->text, sizeof(k->text), "%s",
			    p + strlen(words[i]));
			return true;
		}
	}
	return false;
}

bool
panic_feed(struct panic *k, const char *buf, size_t n)
{
	bool found = false;

	for (size_t i = 0; i < n && *k->text == '\0'; i++) {
		if (buf[i] != '\n' && buf[i] != '\r') {
			if (k->len < sizeof(k->line) - 1)
				k->line[k->len++] = buf[i];
			continue;
		}
		k->line[k->len] = '\0';
		k->len = 0;
		found = found || is_panic(k);
	}
	return found;
}
