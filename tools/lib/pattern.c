/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * pattern.c: matches names of packages.
 */
#include <string.h>

#include "dewey.h"
#include "pattern.h"

#define ALTERNATES_MAX 100	/* of one pattern; pkgsrc's have two or three */

struct expansion {
	int	(*fn)(void *, const char *, struct err *);
	void	 *ctx;
	const char *whole;
	unsigned  left;
};

/* The brace that closes the one at s, or NULL. */
static const char *
closing(const char *s)
{
	unsigned depth = 0;

	for (; *s != '\0'; s++) {
		if (*s == '{')
			depth++;
		else if (*s == '}' && --depth == 0)
			return s;
	}
	return NULL;
}

/* Behind one alternate: its ',' or the last one's brace. */
static const char *
alternate_end(const char *s, const char *last)
{
	unsigned depth = 0;

	for (; s != last; s++) {
		if (*s == '{')
			depth++;
		else if (*s == '}')
			depth--;
		else if (*s == ',' && depth == 0)
			break;
	}
	return s;
}

static int
expand(struct expansion *x, const char *pattern, struct err *e)
{
	const char *open = strchr(pattern, '{'), *last, *at, *end;
	char buf[PATTERN_MAX];
	size_t head, len, tail;
	int r;

	if (open == NULL) {
		if (x->left-- == 0)
			return err_set(e, "%.200s: over %d alternates",
			    x->whole, ALTERNATES_MAX);
		return x->fn(x->ctx, pattern, e);
	}
	if ((last = closing(open)) == NULL)
		return err_set(e, "%.200s: a brace is not closed", x->whole);
	head = (size_t)(open - pattern);
	tail = strlen(last + 1);
	for (at = open + 1;; at = end + 1) {
		end = alternate_end(at, last);
		len = (size_t)(end - at);
		memcpy(buf, pattern, head);
		memcpy(buf + head, at, len);
		memcpy(buf + head + len, last + 1, tail + 1);
		if ((r = expand(x, buf, e)) != 0 || end == last)
			return r;
	}
}

int
pattern_each(const char *pattern, int (*fn)(void *, const char *,
    struct err *), void *ctx, struct err *e)
{
	struct expansion x = { fn, ctx, pattern, ALTERNATES_MAX };

	/* No alternate makes it longer. */
	if (strlen(pattern) >= PATTERN_MAX)
		return err_set(e, "%.60s...: over %d bytes", pattern,
		    PATTERN_MAX - 1);
	return expand(&x, pattern, e);
}

/* "[a-z]" at *p, which is set behind it; 1, 0, or -1 when it is not closed. */
static int
class(const char **p, char c)
{
	const char *s = *p + 1, *first;
	unsigned char low, high, is = (unsigned char)c;
	bool negated = *s == '!' || *s == '^', found = false;

	if (negated)
		s++;
	for (first = s; *s != ']' || s == first; s++) {
		if (*s == '\\' && s[1] != '\0')
			s++;
		if (*s == '\0')
			return -1;
		low = high = (unsigned char)*s;
		if (s[1] == '-' && s[2] != ']' && s[2] != '\0') {
			s += 2;
			if (*s == '\\' && s[1] != '\0')
				s++;
			high = (unsigned char)*s;
		}
		found = found || (is >= low && is <= high);
	}
	*p = s + 1;
	return found != negated;
}

/* One character of the name against what stands at *p. */
static bool
one(const char **p, char c)
{
	int r;

	switch (**p) {
	case '?':
		(*p)++;
		return true;
	case '[':
		if ((r = class(p, c)) >= 0)
			return r == 1;
		break;
	case '\\':
		if ((*p)[1] != '\0')
			(*p)++;
		break;
	}
	return *(*p)++ == c;
}

/*
 * fnmatch(3) may take a time that doubles with each star, and patterns come
 * from strangers. Of the stars passed, only the last has to be taken back.
 */
static bool
glob(const char *p, const char *name)
{
	const char *star = NULL, *from = NULL;

	while (*name != '\0') {
		if (*p == '*') {
			star = ++p;
			from = name;
		} else if (*p != '\0' && one(&p, *name))
			name++;
		else if (star != NULL) {
			p = star;
			name = ++from;
		} else
			return false;
	}
	while (*p == '*')
		p++;
	return *p == '\0';
}

const char *
pattern_version(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash != NULL ? dash + 1 : NULL;
}

/* A version against what stands behind the operator at s. */
static bool
compares(const char *version, const char *s)
{
	bool less = *s == '<', equal = s[1] == '=';
	int order = dewey_compare(version, s + 1 + equal);

	return (equal && order == 0) || (less ? order < 0 : order > 0);
}

/* A range has its lower limit first. */
static bool
versions(const char *plain, const char *op, const char *name)
{
	const char *version = pattern_version(name), *upper;
	char lower[PATTERN_MAX];
	size_t len;

	if (version == NULL || version - 1 - name != op - plain ||
	    strncmp(name, plain, (size_t)(op - plain)) != 0)
		return false;
	if (*op == '<' || (upper = strchr(op, '<')) == NULL)
		return compares(version, op);
	len = (size_t)(upper - op);
	if (len >= sizeof(lower))
		return false;
	memcpy(lower, op, len);
	lower[len] = '\0';
	return compares(version, lower) && compares(version, upper);
}

/* The pattern with -[0-9]* behind it. */
static bool
any_version(const char *plain, const char *name)
{
	char buf[PATTERN_MAX + sizeof("-[0-9]*")];
	size_t len = strlen(plain);

	if (len >= PATTERN_MAX)
		return false;
	memcpy(buf, plain, len);
	memcpy(buf + len, "-[0-9]*", sizeof("-[0-9]*"));
	return glob(buf, name);
}

bool
pattern_plain(const char *plain, const char *name)
{
	const char *op = strpbrk(plain, "<>");

	if (op != NULL)
		return versions(plain, op, name);
	return strcmp(plain, name) == 0 || glob(plain, name) ||
	    any_version(plain, name);
}

static int
matches(void *ctx, const char *plain, struct err *e)
{
	const char *const *name = ctx;

	(void)e;
	return pattern_plain(plain, *name);
}

int
pattern_match(const char *pattern, const char *name, struct err *e)
{
	return pattern_each(pattern, matches, &name, e);
}

size_t
pattern_prefix(const char *plain)
{
	return strcspn(plain, "<>*?[\\");
}

size_t
pattern_base(const char *pattern)
{
	size_t len = strcspn(pattern, "<>*?[\\{");
	const char *dash;

	if (pattern[len] == '\0') {
		dash = strrchr(pattern, '-');
		if (dash != NULL && dash[1] >= '0' && dash[1] <= '9')
			return (size_t)(dash - pattern);
	}
	while (len != 0 && pattern[len - 1] == '-')
		len--;
	return len;
}
