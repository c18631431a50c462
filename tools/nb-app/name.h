/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * name.h: names that strangers may send: of VMs, services, images, kernels.
 */
#ifndef NB_NAME_H
#define NB_NAME_H

#include <stdbool.h>

#define NAME_LEN 64	/* characters, without the NUL */

#define NAME_RULE "1 to 64 of A-Z a-z 0-9 . _ -, a letter or digit first"

/*
 * name_ok: made of [A-Za-z0-9._-], neither empty nor too long, and begun by a
 * letter or digit: no option, no hidden file, no "..".
 */
bool name_ok(const char *);

/* name_file_ok: the same, but with ":" too, which IMGTAG puts into images'. */
bool name_file_ok(const char *);

#endif
