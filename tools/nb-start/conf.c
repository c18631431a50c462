/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * conf.c: VM configuration files: assignments, quotes, comments, variables.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch.h"
#include "conf.h"
#include "mem.h"

/* Far more than a conf needs; a bound on what $VAR can multiply. */
#define CONF_MAX  (256u * 1024)
#define VALUE_MAX 8192

struct var {
	char	*name, *value;
	unsigned line;		/* where it was set last */
	bool	 setting;	/* it is one, so it is used */
	bool	 used;
};

struct conf {
	const char	*path;
	char		*text;		/* all of it, up to end */
	const char	*p, *end;
	unsigned	 line;
	struct settings	*to;
	conf_seen	*seen;
	void		*seen_arg;
	struct var	*vars;
	size_t		 nvars, capvars;
	char		 value[VALUE_MAX];
	size_t		 len;
};

static int fail(const struct conf *, struct err *, const char *, ...)
    NB_PRINTF(3, 4);

static int
fail(const struct conf *c, struct err *e, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(e, "%s:%u: %s", c->path, c->line, text);
}

static bool
is_name(char c, bool first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	    (!first && c >= '0' && c <= '9');
}

/* The character at n from here; NUL past the end. */
static char
peek(const struct conf *c, size_t n)
{
	return n < (size_t)(c->end - c->p) ? c->p[n] : '\0';
}

static void
skip_blanks(struct conf *c)
{
	while (peek(c, 0) == ' ' || peek(c, 0) == '\t')
		c->p++;
}

static int
put(struct conf *c, const char *s, size_t n, struct err *e)
{
	if (n >= VALUE_MAX - c->len)
		return fail(c, e, "a value of more than %d characters",
		    VALUE_MAX - 1);
	memcpy(c->value + c->len, s, n);
	c->len += n;
	c->value[c->len] = '\0';
	return 0;
}

static struct var *
find_var(struct conf *c, const char *name, size_t len)
{
	for (size_t i = 0; i < c->nvars; i++) {
		if (strlen(c->vars[i].name) == len &&
		    memcmp(c->vars[i].name, name, len) == 0)
			return &c->vars[i];
	}
	return NULL;
}

/* Set by an earlier line, ARCH as bmake has it, or in the environment. */
static int
put_var(struct conf *c, const char *name, size_t len, struct err *e)
{
	struct var *v = find_var(c, name, len);
	const char *value = NULL;
	char copy[256];

	if (len >= sizeof(copy))
		return fail(c, e, "a name of more than %zu characters",
		    sizeof(copy) - 1);
	memcpy(copy, name, len);
	copy[len] = '\0';
	if (v != NULL) {
		v->used = true;
		value = v->value;
	} else if (strcmp(copy, "ARCH") == 0)
		value = c->to->arch != NULL ? c->to->arch : arch_host()->name;
	else
		value = getenv(copy);
	if (value == NULL)
		return fail(c, e, "%s is not set", copy);
	return put(c, value, strlen(value), e);
}

static int
put_cwd(struct conf *c, struct err *e)
{
	char cwd[4096];

	if (getcwd(cwd, sizeof(cwd)) == NULL)
		return fail(c, e, "$(pwd): %s", strerror(errno));
	return put(c, cwd, strlen(cwd), e);
}

/* What a $ stands for. c->p is behind it. */
static int
expand(struct conf *c, struct err *e)
{
	size_t len = 0;

	if (c->end - c->p >= 5 && memcmp(c->p, "(pwd)", 5) == 0) {
		c->p += 5;
		return put_cwd(c, e);
	}
	if (peek(c, 0) == '(')
		return fail(c, e, "a command is not run: of $(...) only "
		    "$(pwd) is known; write its result");
	if (peek(c, 0) == '{') {
		while (is_name(peek(c, 1 + len), len == 0))
			len++;
		if (len == 0 || peek(c, 1 + len) != '}')
			return fail(c, e, "of ${...} only ${NAME} is known");
		c->p += 2 + len;
		return put_var(c, c->p - 1 - len, len, e);
	}
	while (is_name(peek(c, len), len == 0))
		len++;
	if (len == 0)
		return fail(c, e, "a $ without a name behind it: "
		    "put it in '...'");
	c->p += len;
	return put_var(c, c->p - len, len, e);
}

static int
single_quoted(struct conf *c, struct err *e)
{
	const char *from = c->p;

	while (peek(c, 0) != '\'') {
		if (c->p == c->end || *c->p == '\n')
			return fail(c, e, "single quote is not closed");
		c->p++;
	}
	c->p++;
	return put(c, from, (size_t)(c->p - 1 - from), e);
}

/* A backslash at the end of a line joins it with the next. */
static bool
joined(struct conf *c)
{
	if (peek(c, 0) != '\n')
		return false;
	c->p++;
	c->line++;
	return true;
}

static int
backquote(const struct conf *c, struct err *e)
{
	return fail(c, e, "a command is not run: no backquotes; write its "
	    "result");
}

static int
double_quoted(struct conf *c, struct err *e)
{
	int rv = 0;

	while (rv == 0) {
		char ch = peek(c, 0);

		if (c->p == c->end || ch == '\n')
			return fail(c, e, "double quote is not closed");
		c->p++;
		if (ch == '"')
			return 0;
		if (ch == '`')
			return backquote(c, e);
		if (ch == '$')
			rv = expand(c, e);
		else if (ch == '\\' && joined(c))
			continue;
		else if (ch == '\\' && peek(c, 0) != '\0' &&
		    strchr("\\\"$`", peek(c, 0)) != NULL)
			rv = put(c, c->p++, 1, e);
		else
			rv = put(c, c->p - 1, 1, e);
	}
	return rv;
}

/* One character outside quotes, or the quoted text or $ that it begins. */
static int
bare(struct conf *c, struct err *e)
{
	char ch = *c->p++;

	switch (ch) {
	case '\'':
		return single_quoted(c, e);
	case '"':
		return double_quoted(c, e);
	case '$':
		return expand(c, e);
	case '`':
		return backquote(c, e);
	case '\\':
		if (joined(c))
			return 0;
		if (c->p == c->end)
			return fail(c, e, "a backslash at the end of the file");
		return put(c, c->p++, 1, e);
	case ';': case '&': case '|': case '<': case '>': case '(': case ')':
		return fail(c, e, "a %c outside quotes: nothing is run here",
		    ch);
	case '~':
		if (c->len == 0)
			return fail(c, e, "~ is not expanded: write $HOME");
		break;
	default:
		break;
	}
	return put(c, c->p - 1, 1, e);
}

static bool
at_blank(const struct conf *c)
{
	return c->p == c->end || *c->p == ' ' || *c->p == '\t' ||
	    *c->p == '\n';
}

/* Only a comment may stand between here and the end of the line. */
static int
line_end(struct conf *c, struct err *e)
{
	skip_blanks(c);
	if (peek(c, 0) == '#') {
		while (c->p < c->end && *c->p != '\n')
			c->p++;
	}
	if (c->p < c->end && *c->p != '\n')
		return fail(c, e, "text behind the value: quote a value that "
		    "has blanks");
	if (c->p < c->end) {
		c->p++;
		c->line++;
	}
	return 0;
}

static int
keep(struct conf *c, const char *name, size_t len, bool setting,
    unsigned line, struct err *e)
{
	struct var *v = find_var(c, name, len), *vars;
	char *value = strdup(c->value);

	if (value == NULL)
		return err_mem(e);
	if (v == NULL) {
		vars = mem_grow(c->vars, &c->capvars, c->nvars + 1,
		    sizeof(*vars));
		if (vars == NULL) {
			free(value);
			return err_mem(e);
		}
		c->vars = vars;
		v = &vars[c->nvars];
		memset(v, 0, sizeof(*v));
		if ((v->name = mem_printf("%.*s", (int)len, name)) == NULL) {
			free(value);
			return err_mem(e);
		}
		c->nvars++;
	}
	free(v->value);
	v->value = value;
	v->line = line;
	v->setting = setting;
	return 0;
}

/* The assignment of c->value to the name that stands at `name`. */
static int
assign(struct conf *c, const char *name, size_t len, unsigned line,
    struct err *e)
{
	const struct setting *s;
	char copy[64], where[1024];

	(void)snprintf(copy, sizeof(copy), "%.*s", (int)len, name);
	s = len < sizeof(copy) ? setting_key(copy) : NULL;
	(void)snprintf(where, sizeof(where), "%s:%u: %s", c->path, line, copy);
	if (s != NULL &&
	    settings_set(c->to, s, c->value, FROM_CONF, where, e) == -1) {
		e->code = ERR_ANY;	/* no word of the command line's */
		return -1;
	}
	return keep(c, name, len, s != NULL, line, e);
}

/* One line, or several that backslashes join. */
static int
statement(struct conf *c, struct err *e)
{
	unsigned line = c->line;
	const char *name, *from = c->p;
	size_t len = 0;

	skip_blanks(c);
	if (at_blank(c) || *c->p == '#')
		return line_end(c, e);
	name = c->p;
	while (is_name(peek(c, len), len == 0))
		len++;
	if (len == 0 || peek(c, len) != '=')
		return fail(c, e, "not an assignment (NAME=value, no blanks "
		    "around the =)");
	c->p += len + 1;
	c->len = 0;
	c->value[0] = '\0';
	while (!at_blank(c)) {
		if (bare(c, e) == -1)
			return -1;
	}
	if (line_end(c, e) == -1)
		return -1;
	if (c->seen != NULL && c->seen(c->seen_arg, name, len,
	    (size_t)(from - c->text), (size_t)(c->p - c->text), e) == -1)
		return -1;
	return assign(c, name, len, line, e);
}

char *
conf_load(const char *path, size_t *lenp, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;
	char *text;

	if (fd == -1) {
		(void)err_sys(e, "%s", path);
		return NULL;
	}
	if ((text = malloc(CONF_MAX + 1)) == NULL) {
		(void)close(fd);
		(void)err_mem(e);
		return NULL;
	}
	while (len <= CONF_MAX) {
		n = read(fd, text + len, CONF_MAX + 1 - len);
		if (n == 0 || (n == -1 && errno != EINTR))
			break;
		if (n > 0)
			len += (size_t)n;
	}
	if (n == -1) {
		(void)err_sys(e, "%s", path);
		(void)close(fd);
		free(text);
		return NULL;
	}
	(void)close(fd);
	*lenp = len;
	return text;
}

/* What no line of a conf may have, told with its line, before the grammar is
 * looked at. A carriage return before a newline is blanked. */
static int
check_bytes(struct conf *c, struct err *e)
{
	for (char *p = c->text; p < c->end; p++) {
		unsigned char ch = (unsigned char)*p;

		if (ch == '\r' && p + 1 < c->end && p[1] == '\n')
			*p = ' ';
		else if ((ch < ' ' && ch != '\t' && ch != '\n') || ch == 127)
			return fail(c, e, "a control character (0x%02x)", ch);
		if (ch == '\n')
			c->line++;
	}
	c->line = 1;
	return 0;
}

int
conf_scan(struct settings *to, const char *path, char *text, size_t len,
    struct words *unused, conf_seen *seen, void *arg, struct err *e)
{
	struct conf *c = mem_array(1, sizeof(*c));
	int rv;

	if (c == NULL)
		return err_mem(e);
	c->path = path;
	c->text = text;
	c->p = text;
	c->end = text + len;
	c->line = 1;
	c->to = to;
	c->seen = seen;
	c->seen_arg = arg;
	rv = check_bytes(c, e);
	if (rv == 0 && len > CONF_MAX)
		rv = err_set(e, "%s: more than %u KB: not a conf", path,
		    CONF_MAX / 1024);
	while (rv == 0 && c->p < c->end)
		rv = statement(c, e);
	for (size_t i = 0; i < c->nvars; i++) {
		struct var *v = &c->vars[i];

		if (rv == 0 && unused != NULL && !v->setting && !v->used)
			rv = words_addf(unused, e, "%s:%u: %s: nothing uses "
			    "this variable", path, v->line, v->name);
		free(v->name);
		free(v->value);
	}
	free(c->vars);
	free(c);
	return rv;
}

int
conf_read(struct settings *to, const char *path, struct words *unused,
    struct err *e)
{
	size_t len;
	char *text = conf_load(path, &len, e);
	int rv;

	if (text == NULL)
		return -1;
	rv = conf_scan(to, path, text, len, unused, NULL, NULL, e);
	free(text);
	return rv;
}
