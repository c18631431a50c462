/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * options.c: the command line, into settings.
 */
#include <stdio.h>
#include <string.h>

#include "options.h"

const char options_usage[] =
    "nb-start [-bdhINPsSTuv] [-A accel] [-a words] [-c cores] [-E name=path]\n"
    "                [-e name=value] [-f conf] [-i image] [-k kernel]\n"
    "                [-l image] [-m memory] [-n sockets] [-p forward]\n"
    "                [-r root] [-t port] [-w folder] [-x words]\n"
    "                [--boots n] [--limit seconds] [--rundir folder] [--sandbox y|n]\n"
    "                [--status]";

struct args {
	int		 argc, next;
	char	*const	*argv;
	struct settings	*to;
};

/* value NULL: it is the next argument, or "y" for an option without one. */
static int
give(struct args *a, const struct setting *s, const char *value,
    const char *name, struct err *e)
{
	if (value == NULL && s->arg == NULL)
		value = "y";
	else if (value == NULL) {
		if (a->next >= a->argc)
			return err_code(e, ERR_USAGE, "%s: needs a value (%s)",
			    name, s->arg);
		value = a->argv[a->next++];
	}
	return settings_set(a->to, s, value, FROM_OPTION, name, e);
}

/* --name, --name=value; word is behind the dashes. */
static int
long_option(struct args *a, const char *word, struct err *e)
{
	size_t len = strcspn(word, "=");
	const struct setting *s = setting_name(word, len);
	const char *value = word[len] == '=' ? word + len + 1 : NULL;
	char name[64];

	(void)snprintf(name, sizeof(name), "--%.*s", (int)len, word);
	if (s == NULL)
		return err_code(e, ERR_USAGE, "%s: no such option: -h lists them",
		    name);
	if (value != NULL && s->arg == NULL)
		return err_code(e, ERR_USAGE, "%s: takes no value", name);
	return give(a, s, value, name, e);
}

/* -dsk file: letters up to the first that takes a value. */
static int
short_options(struct args *a, const char *word, struct err *e)
{
	char name[3] = { '-', '\0', '\0' };

	while (*word != '\0') {
		const struct setting *s = setting_option(*word);

		name[1] = *word++;
		if (s == NULL)
			return err_code(e, ERR_USAGE,
			    "%s: no such option: -h lists them", name);
		if (s->arg != NULL)
			return give(a, s, *word != '\0' ? word : NULL, name,
			    e);
		if (give(a, s, NULL, name, e) == -1)
			return -1;
	}
	return 0;
}

int
options_read(struct settings *to, int argc, char *const argv[], struct err *e)
{
	struct args a = { argc, 1, argv, to };

	while (a.next < argc) {
		const char *word = argv[a.next++];
		int rv;

		if (strcmp(word, "--") == 0 && a.next == argc)
			break;
		if (strcmp(word, "--") == 0)
			word = argv[a.next];
		else if (word[0] == '-' && word[1] == '-') {
			if (long_option(&a, word + 2, e) == -1)
				return -1;
			continue;
		} else if (word[0] == '-' && word[1] != '\0') {
			rv = short_options(&a, word + 1, e);
			if (rv == -1)
				return -1;
			continue;
		}
		return err_code(e, ERR_USAGE, "%s: not an option: a kernel is "
		    "named with -k, an image with -i", word);
	}
	return 0;
}

void
options_help(void)
{
	const struct setting *s;
	char left[64];

	(void)printf("usage: %s\n\n", options_usage);
	for (size_t i = 0; (s = setting_at(i)) != NULL; i++) {
		char letter[] = { '-', s->opt, ',', ' ', '\0' };

		if (s->name == NULL)
			continue;
		(void)snprintf(left, sizeof(left), "%s--%s%s%s",
		    s->opt != '\0' ? letter : "    ", s->name, s->arg != NULL ? " " : "",
		    s->arg != NULL ? s->arg : "");
		(void)printf("  %-30s %s\n", left, s->help);
	}
}
