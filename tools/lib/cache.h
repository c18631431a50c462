/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * cache.h: archives that were unpacked once: a folder of them, uncompressed.
 *
 * xz takes seconds for what copying takes a tenth of. Those that are not in the
 * folder yet are unpacked side by side, one a processor, ahead of their turn.
 * The folder is a convenience: where it cannot be used, nothing is said and the
 * archive is unpacked as it is read, as without it; so it is when the archive
 * is damaged, and what reads it finds that out.
 *
 * What is in the folder goes by an archive's name, size, times and inode,
 * and takes the place of what an older archive of that name left.
 */
#ifndef NB_CACHE_H
#define NB_CACHE_H

/* cache_use: from now on; NULL or "": none. dir is made when needed, and has
 * to outlive it. */
void cache_use(const char *dir);

struct confine;

/* cache_confine: the folder, which is made, may be used (confine.h). */
void cache_confine(struct confine *);

/* cache_begin: the archive in the file path will be asked for. */
void cache_begin(const char *path);

/* cache_take: a descriptor at the beginning of what is in the archive, the
 * caller's to close; -1: there is none. */
int cache_take(const char *path);

/* cache_end: nothing more will be asked for. */
void cache_end(void);

#endif
