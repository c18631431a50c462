/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * image.h: disk images: found by name, told apart, asked for their root.
 */
#ifndef NB_IMAGE_H
#define NB_IMAGE_H

#include <stdbool.h>

#include "arch.h"
#include "err.h"

struct image {
	char		*path;		/* owned; NULL: there is none */
	const char	*format;	/* as QEMU names it: raw or qcow2 */
	bool		 readonly;	/* the guest cannot write to it */
	bool		 snapshot;	/* what it writes is thrown away */
};

/*
 * image_find: the file meant by name. One without a slash that is not here
 * is looked for in images/, with .img and with -ARCH.img (-ARCH:TAG.img)
 * behind it; tag may be NULL. With built, name is a service and its image
 * the one that bmake makes. ":ro" or ":snapshot" at the end of a name that is
 * none with it says how the guest has the image. Fills im->path and the last
 * two.
 */
int image_find(struct image *im, const char *name, const struct arch *,
    const char *tag, bool built, struct err *);

/*
 * image_check: im->path can be opened as the guest is to have it, and what
 * format it has. A guest can write what it likes at the start of a raw image: a qcow2
 * header that names further files of the host is believed only in a file
 * whose name ends in .qcow2.
 */
int image_check(struct image *im, struct err *);

/*
 * image_root: what root= is to say: NAME= and the name of the partition that
 * the image's own table marks for booting, to be freed. *root is NULL when
 * the image has no partitions. service is for images that cannot be asked.
 */
int image_root(const struct image *im, const char *service, char **root,
    struct err *);

/*
 * image_unwrap: for a guest that gets the image as an initrd, and looks for a
 * file system at its first byte: a nameless file in TMPDIR, or /tmp, with what
 * is in the partition that image_root would name. Returns its descriptor,
 * open across exec; IMAGE_BARE when the image has no partitions and will do as
 * it is; -1.
 */
#define IMAGE_BARE (-2)
int image_unwrap(const struct image *, const char *service, struct err *);

/* image_service: rescue of images/rescue-amd64:tag.img; to be freed. */
char *image_service(const char *path, const struct arch *, struct err *);

#endif
