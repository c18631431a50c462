/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * url.c: takes URLs apart with libcurl's own parser, so that nothing is
 * understood here in another way than it is there.
 */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "url.h"

static const char *const schemes[] = { "http://", "https://", "file://" };
#define NSCHEMES (sizeof(schemes) / sizeof(schemes[0]))

bool
url_is(const char *word)
{
	size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	return n > 0 && strncmp(word + n, "://", 3) == 0;
}

static bool
begins(const char *s, const char *lower)
{
	for (; *lower != '\0'; s++, lower++) {
		if (*s != *lower && !(*s >= 'A' && *s <= 'Z' &&
		    *s - 'A' + 'a' == *lower))
			return false;
	}
	return true;
}

bool
url_is_local(const char *url)
{
	return begins(url, "file://");
}

/* What follows the scheme, without a user's name and password. */
static const char *
after_user(const char *host)
{
	const char *at = host + strcspn(host, "/?#");

	while (at > host && at[-1] != '@')
		at--;
	return at;
}

/* RFC 6761 6.3; RFC 1122 3.2.1.3; RFC 4291 2.5.3. */
bool
url_is_plain(const char *url)
{
	static const char *const here[] = { "localhost", "[::1]" };
	const char *p;
	size_t i, len;

	if (!begins(url, "http://"))
		return false;
	p = after_user(url + strlen("http://"));
	len = *p == '[' ? strcspn(p, "]") + 1 : strcspn(p, ":/?#");
	for (i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		if (len == strlen(here[i]) && begins(p, here[i]))
			return false;
	}
	return strncmp(p, "127.", 4) != 0 || strspn(p, "0123456789.") != len;
}

static CURLU *
parse(const char *url, struct err *e)
{
	CURLU *u = curl_url();
	CURLUcode rc;

	if (u == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	if ((rc = curl_url_set(u, CURLUPART_URL, url, 0)) != CURLUE_OK) {
		if (rc == CURLUE_OUT_OF_MEMORY)
			(void)err_mem(e);
		else
			(void)err_code(e, ERR_USAGE, "%s: not a URL that can "
			    "be used", url);
		curl_url_cleanup(u);
		return NULL;
	}
	return u;
}

/* A copy, so that callers free(3) and need not know curl_free(3). */
static char *
part(CURLU *u, CURLUPart what, unsigned flags, struct err *e)
{
	char *s, *copy = NULL;

	if (curl_url_get(u, what, &s, flags) == CURLUE_OK) {
		copy = strdup(s);
		curl_free(s);
	}
	if (copy == NULL)
		(void)err_mem(e);
	return copy;
}

int
url_check(const char *url, struct err *e)
{
	const char *p;
	CURLU *u;
	size_t i;


	if (!url_is(url))
		return err_code(e, ERR_USAGE, "%s: not a URL, write "
		    "https://... or give the option -b", url);
	for (i = 0; i < NSCHEMES; i++) {
		if (begins(url, schemes[i]))
			break;
	}
	if (i == NSCHEMES)
		return err_code(e, ERR_USAGE, "%s: only http://, https:// "
		    "and file:// can be fetched", url);
	for (p = url; *p != '\0'; p++) {
		if ((unsigned char)*p <= ' ' || *p == 127)
			return err_code(e, ERR_USAGE, "%s: a URL has no "
			    "blanks, write %%20", url);
	}
	if ((u = parse(url, e)) == NULL)
		return -1;
	curl_url_cleanup(u);
	return 0;
}

char *
url_show(const char *url, struct err *e)
{
	const char *host = strstr(url, "://"), *rest;
	char *s;

	host = host != NULL ? host + 3 : url;
	rest = host != url ? after_user(host) : url;
	s = rest == host ? strdup(url) :
	    mem_printf("%.*s%s", (int)(host - url), url, rest);
	if (s == NULL)
		(void)err_mem(e);
	return s;
}

/* %00 and control characters are refused by curl_url_get. */
static char *
decoded(CURLU *u, const char *url, const char *text, struct err *e)
{
	char *s = NULL, *copy = NULL;
	CURLUcode rc;

	rc = curl_url_set(u, CURLUPART_PATH, text, 0);
	if (rc == CURLUE_OK)
		rc = curl_url_get(u, CURLUPART_PATH, &s, CURLU_URLDECODE);
	if (rc == CURLUE_OUT_OF_MEMORY) {
		(void)err_mem(e);
		return NULL;
	}
	if (rc != CURLUE_OK) {
		(void)err_code(e, ERR_USAGE, "%s: its path cannot be the name "
		    "of a file", url);
		return NULL;
	}
	if ((copy = strdup(s)) == NULL)
		(void)err_mem(e);
	curl_free(s);
	return copy;
}

/* Letters, digits and the like are the same once decoded: where there is
 * nothing else, the parser, which takes its time, has nothing to say. */
static const char *
plain_name(const char *url)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/:";
	const char *host = strstr(url, "://"), *name;

	if (host == NULL || url[strspn(url, plain)] != '\0' ||
	    strchr(host + 3, '/') == NULL)
		return NULL;
	name = strrchr(host, '/') + 1;
	return *name == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0 ? NULL : name;
}

char *
url_name(const char *url, struct err *e)
{
	char *path, *text, *name = NULL;
	const char *last;
	CURLU *u;

	if ((last = plain_name(url)) != NULL) {
		if ((name = strdup(last)) == NULL)
			(void)err_mem(e);
		return name;
	}
	if ((u = parse(url, e)) == NULL)
		return NULL;
	if ((path = part(u, CURLUPART_PATH, 0, e)) == NULL) {
		curl_url_cleanup(u);
		return NULL;
	}
	last = strrchr(path, '/');
	text = decoded(u, url, last != NULL ? last : path, e);
	if (text != NULL) {
		last = *text == '/' ? text + 1 : text;
		if (*last == '\0' || strcmp(last, ".") == 0 ||
		    strcmp(last, "..") == 0 || strchr(last, '/') != NULL)
			(void)err_code(e, ERR_USAGE, "%s: names no file", url);
		else if ((name = strdup(last)) == NULL)
			(void)err_mem(e);
	}
	free(text);
	free(path);
	curl_url_cleanup(u);
	return name;
}

char *
url_path(const char *url, struct err *e)
{
	char *path, *text = NULL;
	CURLU *u;

	if ((u = parse(url, e)) == NULL)
		return NULL;
	if ((path = part(u, CURLUPART_PATH, 0, e)) != NULL)
		text = decoded(u, url, path, e);
	free(path);
	curl_url_cleanup(u);
	return text;
}

/* Set the path to its folder plus tail, which is encoded; drop the query when
 * it asks for another file. */
static char *
with_tail(const char *url, const char *tail, bool sibling, struct err *e)
{
	char *path, *next = NULL, *result = NULL;
	const char *last;
	CURLU *u;
	int keep;

	if ((u = parse(url, e)) == NULL)
		return NULL;
	if ((path = part(u, CURLUPART_PATH, 0, e)) != NULL) {
		last = strrchr(path, '/');
		keep = !sibling ? (int)strlen(path) :
		    last != NULL ? (int)(last - path) + 1 : 0;
		if ((next = mem_printf("%.*s%s", keep, path, tail)) == NULL)
			(void)err_mem(e);
	}
	if (next != NULL &&
	    curl_url_set(u, CURLUPART_PATH, next, 0) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
	    (!sibling ||
	    curl_url_set(u, CURLUPART_QUERY, NULL, 0) == CURLUE_OK))
		result = part(u, CURLUPART_URL, 0, e);
	else if (next != NULL)
		(void)err_mem(e);
	free(next);
	free(path);
	curl_url_cleanup(u);
	return result;
}

char *
url_folder(const char *url, struct err *e)
{
	return with_tail(url, "", true, e);
}

/* RFC 3986 2.3: what need not be encoded; + and ~ are common in names. */
static char *
encoded(const char *name, struct err *e)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+,=@:";
	char *s = mem_array(strlen(name) + 1, 3), *p = s;

	if (s == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	for (; *name != '\0'; name++) {
		if (strchr(plain, *name) != NULL) {
			*p++ = *name;
			continue;
		}
		*p++ = '%';
		*p++ = hex[(unsigned char)*name >> 4];
		*p++ = hex[(unsigned char)*name & 15];
	}
	return s;
}

char *
url_sibling(const char *url, const char *name, struct err *e)
{
	char *tail, *s;

	if ((tail = encoded(name, e)) == NULL)
		return NULL;
	s = with_tail(url, tail, true, e);
	free(tail);
	return s;
}

char *
url_suffix(const char *url, const char *suffix, struct err *e)
{
	return with_tail(url, suffix, false, e);
}

char *
url_below(const char *base, const char *name, struct err *e)
{
	size_t len = strlen(base);
	char *s;

	while (len > 0 && base[len - 1] == '/')
		len--;
	s = mem_printf("%.*s/%s", (int)len, base,
	    name + strspn(name, "/"));
	if (s == NULL)
		(void)err_mem(e);
	return s;
}

char *
url_resolve(const char *base, const char *ref)
{
	struct err ignored;
	CURLU *u = curl_url();
	char *s = NULL;

	if (u == NULL)
		return NULL;
	if (curl_url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_URL, ref, 0) == CURLUE_OK)
		s = part(u, CURLUPART_URL, 0, &ignored);
	curl_url_cleanup(u);
	return s;
}
