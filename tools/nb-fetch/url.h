/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * url.h: what can be said of a URL without asking its server.
 *
 * Strings returned are the caller's to free; NULL is an error.
 */
#ifndef NB_URL_H
#define NB_URL_H

#include <stdbool.h>

#include "err.h"

/* url_is: whether word has a scheme, be it one that can be used or not. */
bool url_is(const char *word);

/* url_is_local: file://, which needs no network. */
bool url_is_local(const char *url);

/* url_is_plain: http://, but not to this machine itself. */
bool url_is_plain(const char *url);

/* url_check: http, https or file, well formed, no blanks. -1: ERR_USAGE. */
int url_check(const char *url, struct err *);

/* url_show: for messages: without user and password. */
char *url_show(const char *url, struct err *);

/* url_name: the last part of the path, decoded; refused when there is none
 * or when it could not name a file. */
char *url_name(const char *url, struct err *);

/* url_path: of a file:// URL, the path, decoded. */
char *url_path(const char *url, struct err *);

/* url_folder: without the last part of the path and the query. */
char *url_folder(const char *url, struct err *);

/* url_sibling: another file (name is not encoded) of the same folder. */
char *url_sibling(const char *url, const char *name, struct err *);

/* url_suffix: suffix behind the path, before a query. */
char *url_suffix(const char *url, const char *suffix, struct err *);

/* url_below: a name (encoded as it is) below base. */
char *url_below(const char *base, const char *name, struct err *);

/* url_resolve: a reference found in the document at base. NULL, without a
 * message, when it is none. */
char *url_resolve(const char *base, const char *ref);

#endif
