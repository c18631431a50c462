/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * sums.c: reads files of checksums, line by line.
 */
#include <stdlib.h>
#include <string.h>

#include "sums.h"

/* A piece of the text: no line is copied. */
struct span {
	const char	*at;
	size_t		 len;
};

struct line {
	struct span	 name;	/* empty: the line is a bare sum */
	struct span	 hex;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
trim(struct span *s)
{
	while (s->len > 0 && is_blank(*s->at)) {
		s->at++;
		s->len--;
	}
	while (s->len > 0 && is_blank(s->at[s->len - 1]))
		s->len--;
}

/* The sum at the start of s, if it is one that we can compute. */
static bool
take_hex(struct span *s, struct span *hex)
{
	char copy[DIGEST_HEX_MAX];
	size_t n = 0;

	while (n < s->len && !is_blank(s->at[n]))
		n++;
	if (n >= sizeof(copy))
		return false;
	memcpy(copy, s->at, n);
	copy[n] = '\0';
	if (digest_kind_of(copy) == DIGEST_NONE || strlen(copy) != n)
		return false;
	hex->at = s->at;
	hex->len = n;
	s->at += n;
	s->len -= n;
	return true;
}

/* "SHA512 (name) = hex"; a name may hold parentheses, so the last ") =" of
 * the line divides. OpenSSL leaves the blanks out. */
static bool
parse_bsd(struct span s, struct line *line)
{
	struct span rest, value;
	size_t i, open = 0;

	while (open < s.len && s.at[open] != '(' && s.at[open] != ' ')
		open++;
	if (open < s.len && s.at[open] == ' ')
		open++;
	if (open >= s.len || s.at[open] != '(')
		return false;
	for (i = s.len; i > open + 1; i--) {
		if (s.at[i - 1] != ')')
			continue;
		rest.at = s.at + i;
		rest.len = s.len - i;
		trim(&rest);
		if (rest.len == 0 || *rest.at != '=')
			continue;
		value.at = rest.at + 1;
		value.len = rest.len - 1;
		trim(&value);
		line->name.at = s.at + open + 1;
		line->name.len = i - 1 - (open + 1);
		return take_hex(&value, &line->hex) && value.len == 0;
	}
	return false;
}

/* "hex  name" or "hex *name". A leading backslash says that the name has
 * escapes; no file that is fetched here has such a name. */
static bool
parse_coreutils(struct span s, struct line *line)
{
	if (!take_hex(&s, &line->hex))
		return false;
	trim(&s);
	if (s.len > 0 && *s.at == '*') {
		s.at++;
		s.len--;
	}
	line->name = s;
	return true;
}

static bool
next_line(const char **at, const char *end, struct span *s)
{
	const char *nl;

	if (*at == end)
		return false;
	nl = memchr(*at, '\n', (size_t)(end - *at));
	s->at = *at;
	s->len = (size_t)((nl != NULL ? nl : end) - *at);
	*at = nl != NULL ? nl + 1 : end;
	trim(s);
	return true;
}

/* Sums made for a folder say "./base.tar.xz". */
static bool
same_name(struct span s, const char *name)
{
	if (s.len > 2 && memcmp(s.at, "./", 2) == 0) {
		s.at += 2;
		s.len -= 2;
	}
	return s.len == strlen(name) && memcmp(s.at, name, s.len) == 0;
}

static void
copy_hex(char hex[DIGEST_HEX_MAX], struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		hex[i] = s.at[i] >= 'A' && s.at[i] <= 'F' ?
		    (char)(s.at[i] - 'A' + 'a') : s.at[i];
	hex[s.len] = '\0';
}

/* Keep the stronger; of two of a kind that differ neither can be trusted. */
static int
keep(char hex[DIGEST_HEX_MAX], enum digest_kind *kind, struct span s,
    const char *name, const char *where, struct err *e)
{
	char other[DIGEST_HEX_MAX];
	enum digest_kind k;

	copy_hex(other, s);
	k = digest_kind_of(other);
	if (k == *kind && strcmp(hex, other) != 0)
		return err_set(e, "%s: gives two %s sums for %s", where,
		    digest_kind_name(k), name);
	if (k > *kind) {
		*kind = k;
		memcpy(hex, other, sizeof(other));
	}
	return 0;
}

int
sums_find(const char *text, size_t len, const char *name, bool single,
    const char *where, char hex[DIGEST_HEX_MAX], enum digest_kind *kind,
    struct err *e)
{
	const char *at = text, *end = text + len;
	struct line line, only = { { NULL, 0 }, { NULL, 0 } };
	struct span s;
	size_t sums = 0;

	*kind = DIGEST_NONE;
	while (next_line(&at, end, &s)) {
		if (!parse_bsd(s, &line) && !parse_coreutils(s, &line))
			continue;
		sums++;
		only = line;
		if (line.name.len > 0 && same_name(line.name, name) &&
		    keep(hex, kind, line.hex, name, where, e) == -1)
			return -1;
	}
	if (*kind == DIGEST_NONE && single && sums == 1)
		return keep(hex, kind, only.hex, name, where, e) == -1 ? -1 : 1;
	return *kind != DIGEST_NONE;
}
