/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * copyout.h: files of an image, taken out of it.
 */
#ifndef NB_COPYOUT_H
#define NB_COPYOUT_H

#include <stdint.h>

#include "err.h"

/* copyout_file: the content of the file IMAGE:NAME to the descriptor fd;
 * symbolic links are followed within the image. */
int copyout_file(const char *word, int fd, struct err *);

/* copyout_tar: IMAGE or IMAGE:PATTERN as a tar archive. */
int copyout_tar(const char *word, int fd, struct err *);

/* copyout_folder: IMAGE or IMAGE:PATTERN as a stage (stage.h), with so many
 * files. */
int copyout_folder(const char *word, const char *folder, uint64_t *files,
    struct err *);

#endif
