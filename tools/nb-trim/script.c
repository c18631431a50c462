/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * script.c: who runs a script (NetBSD execve(2), env(1)).
 */
#include <stdio.h>
#include <string.h>

#include "find.h"
#include "path.h"
#include "script.h"
#include "stagefile.h"

/* Options of env that take a word of their own. */
static bool
takes_word(const char *option)
{
	return strcmp(option, "-u") == 0 || strcmp(option, "-P") == 0;
}

/* The first word behind env that is neither option nor variable. */
static void
find_program(struct script *s, char *rest)
{
	char *word;
	bool skip = false;

	while ((word = strsep(&rest, " \t")) != NULL) {
		if (*word == '\0')
			continue;
		if (skip)
			skip = false;
		else if (strncmp(word, "-S", 2) == 0 && word[2] != '\0') {
			(void)snprintf(s->program, sizeof(s->program), "%s",
			    word + 2);
			return;
		} else if (*word == '-')
			skip = takes_word(word);
		else if (strchr(word, '=') == NULL) {
			(void)snprintf(s->program, sizeof(s->program), "%s",
			    word);
			return;
		}
	}
}

int
script_read(struct script *s, int fd, const char *shown, struct err *e)
{
	char line[SCRIPT_LINE], *word, *rest = line + 2;
	const char *base;
	int64_t n = stagefile_read(fd, line, sizeof(line) - 1, 0);

	memset(s, 0, sizeof(*s));
	if (n < 0)
		return err_sys(e, "%s", shown);
	if (n < 3 || line[0] != '#' || line[1] != '!')
		return 0;
	line[n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	do {
		word = strsep(&rest, " \t");
	} while (word != NULL && *word == '\0');
	if (word == NULL || *word != '/')
		return 0;
	memcpy(s->interp, word, strlen(word) + 1);
	base = strrchr(word, '/') + 1;
	if (strcmp(base, "env") == 0 && rest != NULL)
		find_program(s, rest);
	return 1;
}

bool
script_find(const struct script *s, const struct tree *t, const char *prefix,
    char *buf)
{
	static const struct {
		const char	*dir;
		bool		 below;		/* the prefix */
	} path[] = {
		{ "/sbin", false }, { "/bin", false }, { "/usr/sbin", false },
		{ "/usr/bin", false }, { "/sbin", true }, { "/bin", true },
		{ "/usr/X11R7/bin", false }, { "/usr/local/sbin", false },
		{ "/usr/local/bin", false }
	};
	const struct node *n;
	size_t i;

	if (strchr(s->program, '/') != NULL) {
		(void)snprintf(buf, PATH_LEN_MAX, "%s", s->program);
		return find_node(t, buf, NULL, NULL) != NULL;
	}
	for (i = 0; i < sizeof(path) / sizeof(path[0]); i++) {
		if (snprintf(buf, PATH_LEN_MAX, "%s%s/%s", path[i].below ?
		    prefix : "", path[i].dir, s->program) >= PATH_LEN_MAX)
			continue;
		n = find_node(t, buf, NULL, NULL);
		if (n != NULL && n->kind == ENTRY_FILE)
			return true;
	}
	return false;
}
