/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * environ.c: builds the environment of postinst scripts.
 */
#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "mem.h"
#include "sandbox.h"

static const struct {
	const char	*name, *value;
} fixed[] = {
	{ "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:"
	    "/bin" },
	{ "HOME", "/tmp" }, { "TMPDIR", "/tmp" }, { "SHELL", "/bin/sh" },
	{ "USER", "root" }, { "LOGNAME", "root" }, { "TERM", "dumb" },
	{ "LANG", "C" }, { "LC_ALL", "C" }, { "TZ", "UTC" },
	{ "FETCH", SANDBOX_TOOLS "/nb-fetch" },
	{ "TAR", SANDBOX_TOOLS "/nb-untar" },
	/* nb-fetch's notes on where a file is from are not for images. */
	{ "NOORIGIN", "1" }
};

/* Of the caller's environment: which system is built, */
static const char *const ours[] = { "ARCH", "PKGVERS", "SOURCE_DATE_EPOCH" };

/* and the way out, as libcurl(3) reads it. */
static const char *const proxies[] = {
	"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy",
	"HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY", "NONET"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The place of name[0..len) in env, or env->n. */
static size_t
find(const struct args *env, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < env->n; i++) {
		if (strncmp(env->v[i], name, len) == 0 &&
		    env->v[i][len] == '=')
			break;
	}
	return i;
}

void
environ_set(struct args *env, const char *name, size_t len, const char *value)
{
	size_t i = find(env, name, len);
	char *s;

	if (i == env->n) {
		args_printf(env, "%.*s=%s", (int)len, name, value);
		return;
	}
	if ((s = mem_printf("%.*s=%s", (int)len, name, value)) == NULL) {
		env->failed = true;
		return;
	}
	free(env->v[i]);
	env->v[i] = s;
}

static void
inherit(struct args *env, const char *const names[], size_t n)
{
	const char *value;
	size_t i;

	for (i = 0; i < n; i++) {
		if ((value = getenv(names[i])) != NULL)
			environ_set(env, names[i], strlen(names[i]), value);
	}
}

void
environ_start(struct args *env, bool network)
{
	size_t i;

	for (i = 0; i < COUNT(fixed); i++)
		environ_set(env, fixed[i].name, strlen(fixed[i].name),
		    fixed[i].value);
	inherit(env, ours, COUNT(ours));
	if (network)
		inherit(env, proxies, COUNT(proxies));
	else
		environ_set(env, "NONET", 5, "1");
}

void
environ_socket(struct args *env, const struct args *binds)
{
	static const char name[] = "SSH_AUTH_SOCK";
	const char *value = getenv(name);
	size_t i;

	for (i = 0; value != NULL && i < binds->n; i++) {
		if (sandbox_below(value, binds->v[i]))
			environ_set(env, name, sizeof(name) - 1, value);
	}
}

int
environ_word(struct args *env, const char *word)
{
	size_t len = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz_0123456789");

	if (len == 0 || word[len] != '=' || (*word >= '0' && *word <= '9'))
		return -1;
	environ_set(env, word, len, word + len + 1);
	return 0;
}

const char *
environ_get(const struct args *env, const char *name)
{
	size_t len = strlen(name), i = find(env, name, len);

	return i < env->n ? env->v[i] + len + 1 : NULL;
}
