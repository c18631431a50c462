/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * layer_impl.h: what the kinds of layers (layer_*.c) give to layer.c.
 */
#ifndef NB_LAYER_IMPL_H
#define NB_LAYER_IMPL_H

#include <sys/stat.h>

#include "layer.h"
#include "reader.h"

/* Contracts as in layer.h; path is the word's first part, arg what stands
 * behind its colon, or NULL. Both live as long as the layer. */
struct layer_ops {
	void	*(*open)(const char *path, const char *arg, struct err *);
	int	 (*next)(void *, const struct entry **, struct err *);
	int	 (*data)(void *, const void **, size_t *, uint64_t *,
		    struct err *);
	int	 (*range)(void *, uint64_t *off, uint64_t *len, struct err *);
	int	 (*rewind)(void *, bool whole, struct err *);
	void	 (*close)(void *);
};

extern const struct layer_ops layer_archive, layer_folder, layer_image,
    layer_mtree;

/*
 * struct package: where the files of a binary package go, and what describes
 * it, which the archive has first and which is held until that is known.
 */
struct package;

/* package_begins: whether the archive with this first header is a package. */
bool package_begins(struct archive_entry *);

/*
 * package_open: at the first header, *ae; afterwards that is the first which
 * does not describe the package, or NULL at the end. path stands in messages
 * and must outlive it.
 */
struct package *package_open(struct reader *, const char *path,
    struct archive_entry **ae, struct err *);

/* package_place: the canonical name in the package as one in the image, into
 * buf of PATH_LEN_MAX bytes. */
int package_place(const struct package *, char *buf, const char *name,
    struct err *);

/* package_next, package_data: as those of layer_ops, of what the archive has
 * no more: empty folders, and what describes the package. */
int package_next(struct package *, struct entry *, struct err *);
int package_data(struct package *, const void **, size_t *, uint64_t *);

/* package_owner: pkg_add(1) goes by names; two are known here: root, wheel. */
void package_owner(struct entry *, struct archive_entry *);

void package_close(struct package *);

/*
 * struct content: a regular file on the host, read in pieces; holes are
 * passed over. What it must hold is known before it is read: a file that
 * changes meanwhile is refused by name.
 */
struct content {
	int		 fd;		/* -1: not open */
	int		 dir;		/* where name is; the caller's */
	const char	*name;		/* NULL: no file; the caller's */
	const char	*path;		/* for messages; the caller's */
	uint64_t	 size, off;
	uint64_t	 data_end;	/* of the present run of data */
	bool		 ended;		/* no byte is behind the last */
	void		*buf;
};

/* content_set: the file is name at folder descriptor dir, and *st was read of
 * it. It is opened when its content is asked for. */
void content_set(struct content *, int dir, const char *name,
    const char *path, const struct stat *st);
int content_data(struct content *, const void **, size_t *, uint64_t *,
    struct err *);
/* content_range: as layer_range of layer.h. */
int content_range(struct content *, uint64_t *off, uint64_t *len,
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
