/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * files.h: what there is to choose from: images, kernels, services, folders
 * to share.
 */
#ifndef NB_FILES_H
#define NB_FILES_H

#include "answer.h"

/* files_all: images and kernels (path, bytes on the disk, mtime), shares. */
struct answer files_all(void);

/* files_services: name, what it is, the images there are of it. */
struct answer files_services(void);

#endif
