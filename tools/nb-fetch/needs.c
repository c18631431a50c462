/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * needs.c: the folders of files that are wanted, what file:// names, and where
 * certificates are.
 */
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "confine.h"
#include "folders.h"
#include "index.h"
#include "needs.h"
#include "url.h"

/* Many files are mostly of one folder. */
struct last {
	const char	*path;
	size_t		 len;
};

/* Whether path is in another folder than the last one was. */
static bool
is_new(struct last *last, const char *path)
{
	size_t len = folder_len(path);

	if (last->path != NULL && last->len == len &&
	    strncmp(last->path, path, len) == 0)
		return false;
	last->path = path;
	last->len = len;
	return true;
}

/* A name with a `*` in it will be known when the server has been asked. */
static bool
is_known(const struct job *j)
{
	struct err ignored;
	char *name;
	bool known;

	if (j->opts->output != NULL)
		return true;
	name = url_name(j->urls[0], &ignored);
	known = name != NULL && !index_pattern(name);
	free(name);
	return known;
}

static void
add_output(struct confine *c, struct job *j, struct last *last)
{
	const char *folder = j->opts->folder;
	struct err ignored;

	if (!is_known(j) || job_name(j, &ignored) == -1) {
		confine_path(c, folder != NULL && *folder != '\0' ? folder :
		    ".", CONFINE_WRITE);
		return;
	}
	if (is_new(last, j->path))
		confine_folder(c, j->path, CONFINE_WRITE);
	confine_link(c, j->path);
}

static void
add_local(struct confine *c, const char *url)
{
	struct err ignored;
	char *path;

	if (!url_is_local(url) || (path = url_path(url, &ignored)) == NULL)
		return;
	confine_folder(c, path, CONFINE_READ);
	free(path);
}

static void
add_inputs(struct confine *c, const struct job *j)
{
	const char *sums = j->opts->sums;
	size_t i;

	for (i = 0; i < j->nurls; i++)
		add_local(c, j->urls[i]);
	if (sums != NULL && url_is(sums))
		add_local(c, sums);
	else if (sums != NULL && strchr(sums, '/') != NULL)
		confine_folder(c, sums, CONFINE_READ);
}

/* Names with colons between them. */
static void
add_list(struct confine *c, const char *list)
{
	char *names = list != NULL ? strdup(list) : NULL, *s;

	if (names == NULL)
		return;
	for (s = strtok(names, ":"); s != NULL; s = strtok(NULL, ":"))
		confine_path(c, s, CONFINE_READ);
	free(names);
}

/* Certificates are where the environment says, or where libcurl was built to
 * look for them. */
static void
add_trust(struct confine *c)
{
	static const char *const variables[] = {
		"CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
		"OPENSSL_CONF", "OPENSSL_MODULES", "HOSTALIASES"
	};
	size_t i;

	for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		add_list(c, getenv(variables[i]));
#if LIBCURL_VERSION_NUM >= 0x074600
	{
		const curl_version_info_data *v =
		    curl_version_info(CURLVERSION_NOW);

		if (v->age >= CURLVERSION_SEVENTH) {
			confine_path(c, v->cainfo, CONFINE_READ);
			confine_path(c, v->capath, CONFINE_READ);
		}
	}
#endif
}

static const char *
confine(struct job *const jobs[], size_t n, bool writes)
{
	struct last last = { NULL, 0 };
	struct confine c;
	size_t i;

	confine_begin(&c, CONFINE_NETWORK);
	confine_system(&c);
	add_trust(&c);
	for (i = 0; i < n && c.why == NULL; i++) {
		if (jobs[i]->over)
			continue;
		if (writes)
			add_output(&c, jobs[i], &last);
		add_inputs(&c, jobs[i]);
	}
	return confine_end(&c);
}

const char *
needs_confine(struct job *const jobs[], size_t n)
{
	return confine(jobs, n, true);
}

const char *
needs_confine_probe(struct job *const jobs[], size_t n)
{
	return confine(jobs, n, false);
}
