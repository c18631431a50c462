/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * print.c: shows a plan.
 */
#include <sys/stat.h>

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "diag.h"
#include "digest.h"
#include "mem.h"
#include "print.h"
#include "progress.h"

struct form {
	const char	*name;
	void		(*print)(const struct chosen *, const char *folder,
			    FILE *);
};

/* NULL when it is of a kind, or a length, that nb-fetch cannot compute. */
static const char *
sum_kind(const struct pkg *p)
{
	enum digest_kind kind;

	if (p->sum == NULL)
		return NULL;
	kind = digest_kind_of(p->sum);
	if ((kind == DIGEST_SHA256 && strcasecmp(p->sum_kind, "sha256") != 0) ||
	    (kind == DIGEST_SHA512 && strcasecmp(p->sum_kind, "sha512") != 0))
		return NULL;
	return kind == DIGEST_NONE ? NULL : digest_kind_name(kind);
}

static void
put_file(const struct pkg *p, const char *folder, FILE *f)
{
	if (folder != NULL && !p->local)
		(void)fprintf(f, "%s/", folder);
	(void)fputs(p->file, f);
}

static void
print_file(const struct chosen *c, const char *folder, FILE *f)
{
	put_file(c->pkg, folder, f);
	(void)putc('\n', f);
}

static void
print_name(const struct chosen *c, const char *folder, FILE *f)
{
	(void)folder;
	(void)fprintf(f, "%s\n", c->pkg->name);
}

static void
put_hex(const char *s, FILE *f)
{
	for (; *s != '\0'; s++)
		(void)putc(tolower((unsigned char)*s), f);
}

static void
print_sum(const struct chosen *c, const char *folder, FILE *f)
{
	const char *kind = sum_kind(c->pkg);

	(void)folder;
	if (kind == NULL || c->pkg->local)
		return;
	(void)fprintf(f, "%s (%s) = ", kind, c->pkg->file);
	put_hex(c->pkg->sum, f);
	(void)putc('\n', f);
}

static void
put_size(uint64_t size, FILE *f)
{
	if (size == SIZE_UNKNOWN)
		(void)fputs("\t-", f);
	else
		(void)fprintf(f, "\t%" PRIu64, size);
}

static void
print_row(const struct chosen *c, const char *folder, FILE *f)
{
	const struct pkg *p = c->pkg;
	const char *kind = sum_kind(p);

	(void)fprintf(f, "%s\t", p->name);
	put_file(p, folder, f);
	put_size(p->file_size, f);
	put_size(p->size, f);
	if (p->local)
		(void)fputs("\tlocal", f);
	else if (kind == NULL)
		(void)fputs("\t-", f);
	else {
		(void)fprintf(f, "\t%s:", kind);
		put_hex(p->sum, f);
	}
	(void)fprintf(f, "\t%s\t%s\n", c->by == NULL ? "asked" : "needed",
	    c->by == NULL ? "-" : c->by->pkg->name);
}

static const struct form forms[] = {
	{ "files", print_file },
	{ "names", print_name },
	{ "sums", print_sum },
	{ "table", print_row },
};

const struct form *
form_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	}
	return NULL;
}

void
plan_print(const struct plan *plan, const struct form *form,
    const char *folder, FILE *f)
{
	size_t i;

	for (i = 0; i < plan->n; i++)
		form->print(plan->list[i], folder, f);
}

/* Whether its file is there, as far as its size tells. */
static bool
is_here(const struct pkg *p, const char *folder)
{
	struct stat st;
	char *path;
	bool yes;

	if (p->local)
		return true;
	if (folder == NULL ||
	    (path = mem_printf("%s/%s", folder, p->file)) == NULL)
		return false;
	yes = stat(path, &st) == 0 && (p->file_size == SIZE_UNKNOWN ||
	    (uint64_t)st.st_size == p->file_size);
	free(path);
	return yes;
}

/* "1.2 MB", "?" */
static const char *
size_text(char buf[PROGRESS_SIZE_MAX], uint64_t size)
{
	if (size == SIZE_UNKNOWN)
		return "size unknown";
	progress_size(buf, (double)size);
	return buf;
}

static void
say_one(const struct chosen *c, bool here)
{
	char load[PROGRESS_SIZE_MAX], room[PROGRESS_SIZE_MAX];
	const struct pkg *p = c->pkg;
	const char *what = here ? "is there" : size_text(load, p->file_size);

	if (c->by == NULL)
		diag_say("%s: %s, installed %s", p->name, what,
		    size_text(room, p->size));
	else
		diag_say("%s: %s, installed %s, for %s (%s)", p->name, what,
		    size_text(room, p->size), c->by->pkg->name, c->pattern);
}

/* What is not known is not nothing. */
static void
add(uint64_t *sum, bool *known, uint64_t size)
{
	if (size == SIZE_UNKNOWN)
		*known = false;
	else
		*sum += size;
}

void
plan_say(const struct plan *plan, const char *folder, bool each)
{
	char load[PROGRESS_SIZE_MAX], room[PROGRESS_SIZE_MAX];
	uint64_t down = 0, up = 0;
	bool down_known = true, up_known = true, here;
	size_t i;

	for (i = 0; i < plan->n; i++) {
		here = is_here(plan->list[i]->pkg, folder);
		if (!here)
			add(&down, &down_known,
			    plan->list[i]->pkg->file_size);
		add(&up, &up_known, plan->list[i]->pkg->size);
		if (each)
			say_one(plan->list[i], here);
	}
	progress_size(load, (double)down);
	progress_size(room, (double)up);
	diag_say("%zu package%s: %s%s to download, %s%s installed", plan->n,
	    plan->n == 1 ? "" : "s", down_known ? "" : "over ", load,
	    up_known ? "" : "over ", room);
}
