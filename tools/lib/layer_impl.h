/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_impl.h: what the kinds of layers (layer_*.c) give to layer.c.
 */
#ifndef NB_LAYER_IMPL_H
#define NB_LAYER_IMPL_H

#include "layer.h"

/* Contracts as in layer.h; path is the word's first part, arg what stands
 * behind its colon, or NULL. Both live as long as the layer. */
struct layer_ops {
	void	*(*open)(const char *path, const char *arg, struct err *);
	int	 (*next)(void *, const struct entry **, struct err *);
	int	 (*data)(void *, const void **, size_t *, uint64_t *,
		    struct err *);
	int	 (*rewind)(void *, bool whole, struct err *);
	void	 (*close)(void *);
};

extern const struct layer_ops layer_archive, layer_folder, layer_image,
    layer_mtree;

/*
 * struct content: a regular file on the host, read in pieces; holes are
 * passed over. What it must hold is known before it is read: a file that
 * changes meanwhile is refused by name.
 */
struct content {
	int		 fd;		/* -1: none */
	uint64_t	 size, off;
	uint64_t	 data_end;	/* of the present run of data */
	const char	*path;		/* for messages; the caller's */
	void		*buf;
};

/* content_open: name at folder descriptor dir (AT_FDCWD: by path). */
int content_open(struct content *, int dir, const char *name,
    const char *path, uint64_t size, struct err *);
int content_data(struct content *, const void **, size_t *, uint64_t *,
    struct err *);
/* content_close: the file; content_free: the buffer too. */
void content_close(struct content *);
void content_free(struct content *);

/*
 * struct links: names of files that have several, by device and inode.
 * links_seen returns the first name under which the file came, or NULL when
 * this is the first and was remembered; err is set when there is no memory.
 */
struct links;
struct links *links_new(void);
const char *links_seen(struct links *, uint64_t dev, uint64_t ino,
    const char *name, struct err *, bool *failed);
void links_free(struct links *);

#endif
