/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * make.h: from layers to an image file.
 */
#ifndef NB_MAKE_H
#define NB_MAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs.h"

/* What is to be made. */
struct make {
	const struct fs_type	*type;
	const char		*path;		/* of the image */
	char			*const *layers;
	size_t			 nlayers;
	const char		*label;		/* of partition and volume */
	uint64_t		 size;		/* of the image; 0: as needed */
	uint64_t		 free;		/* bytes kept free ... */
	unsigned		 free_percent;	/* ... or percent of content */
	bool			 tight;		/* no inodes but for what is in it
						 * and what is free */
	bool			 bare;		/* no GPT around it */
	bool			 sync;
	struct fs_params	 params;

	/* filled by make_image; params.inodes may be raised, too */
	uint64_t		 made_size;
	uint64_t		 inodes;	/* in use */
	const char		*unconfined;	/* as confine_end (confine.h) */
	struct err		 hidden;	/* tree_hidden's warning, or no text */
};

/*
 * make_image: write m->path, whole or not at all. ERR_FULL: the content does
 * not fit; the message has the size that would do. The process can do nothing
 * else afterwards (confine.h).
 */
int make_image(struct make *m, struct err *);

#endif
