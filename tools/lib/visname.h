/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * visname.h: names in mtree(5) files, encoded as vis(3) does.
 */
#ifndef NB_VISNAME_H
#define NB_VISNAME_H

#include <stdio.h>

/*
 * vis_decode: in place, by any style of vis(3): octal, VIS_CSTYLE, \^C, \M-C.
 * -1 when it is none, or when a NUL would come out.
 */
int vis_decode(char *);

/* vis_encode: to a stream, with octal escapes for what separates words, for
 * comments, globs, escapes, and what is no ASCII. Errors are the stream's. */
void vis_encode(FILE *, const char *);

#endif
