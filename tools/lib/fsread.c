/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fsread.c: finds the file system of an image and opens it.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsread_impl.h"
#include "gpt.h"
#include "mem.h"
#include "readall.h"

#define PARTS_MAX 128

/* The table of readers. */
static const struct fsread_type *const types[] = {
	&fsread_ffs, &fsread_ext2, NULL
};

static int
known_at(int fd, uint64_t start)
{
	int r = 0;

	for (size_t i = 0; types[i] != NULL && r == 0; i++)
		r = types[i]->known(fd, start);
	return r;
}

int
fsread_known(int fd)
{
	static const char gpt[] = "EFI PART";	/* UEFI 2.10 table 5.5 */
	char sig[sizeof(gpt) - 1];
	ssize_t n = read_all_at(fd, sig, sizeof(sig), GPT_SECTOR);

	if (n == -1)
		return -1;
	if ((size_t)n == sizeof(sig) && memcmp(sig, gpt, sizeof(sig)) == 0)
		return 1;
	return known_at(fd, 0);
}

/* Bytes of the file fd; of a disk that does not tell: as many as there may
 * be, since what is not there cannot be read. */
static int
file_size(int fd, const char *path, uint64_t *size, struct err *e)
{
	struct stat st;
	off_t end;

	if (fstat(fd, &st) != 0)
		return err_sys(e, "%s", path);
	if (S_ISREG(st.st_mode)) {
		*size = (uint64_t)st.st_size;
		return 0;
	}
	if (!S_ISBLK(st.st_mode) && !S_ISCHR(st.st_mode))
		return err_set(e, "%s: no image: neither a file nor a disk",
		    path);
	end = lseek(fd, 0, SEEK_END);
	*size = end > 0 ? (uint64_t)end : INT64_MAX;
	return 0;
}

static int
refuse_parts(const char *path, int n, int known, struct err *e)
{
	return err_set(e, "%s: of %d partitions none is marked bootme, and %d "
	    "have a file system that is known: mark the one that is meant",
	    path, n, known);
}

/* Where the file system is to be looked for, and what is said of it. */
static int
find_place(int fd, const char *path, uint64_t size, uint64_t *start,
    uint64_t *len, uint8_t guid[16], struct err *e)
{
	struct gpt_part parts[PARTS_MAX];
	const struct gpt_part *p;
	int n, i, r, known = 0;

	*start = 0;
	*len = size;
	if ((n = gpt_read(fd, path, parts, PARTS_MAX, e)) <= 0)
		return n;
	if ((p = gpt_boot(parts, n)) == NULL) {
		for (i = 0; i < n; i++) {
			if (parts[i].start >= size)
				continue;
			if ((r = known_at(fd, parts[i].start)) == -1)
				return err_sys(e, "%s", path);
			if (r == 1) {
				p = &parts[i];
				known++;
			}
		}
		if (known != 1)
			return refuse_parts(path, n, known, e);
	}
	if (p->start > size || p->size > size - p->start)
		return err_set(e, "%s: cut off: its partition %s ends at byte "
		    "%" PRIu64 ", the file at %" PRIu64, path, p->name,
		    p->start + p->size, size);
	*start = p->start;
	*len = p->size;
	memcpy(guid, p->type, 16);
	return 0;
}

void
fsread_close(struct fsread *fs)
{
	if (fs == NULL)
		return;
	region_free(fs->region);
	if (fs->fd != -1)
		(void)close(fs->fd);
	free(fs->super);
	free(fs->path);
	free(fs);
}

/* An fsread without a file system as yet. */
static struct fsread *
open_file(const char *path, struct err *e)
{
	struct fsread *fs = mem_array(1, sizeof(*fs));

	if (fs == NULL || (fs->path = mem_printf("%s", path)) == NULL) {
		free(fs);
		(void)err_mem(e);
		return NULL;
	}
	/* A fifo of this name is not to be waited for. */
	fs->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fs->fd == -1) {
		(void)err_sys(e, "%s", path);
		fsread_close(fs);
		return NULL;
	}
	return fs;
}

/* A place that was used before may look like two kinds: which is meant? NULL:
 * it is none. */
static int
choose_type(struct fsread *fs, const uint8_t guid[16], struct err *e)
{
	int r;

	for (size_t i = 0; types[i] != NULL; i++) {
		if ((r = types[i]->known(fs->fd, fs->start)) == -1)
			return err_sys(e, "%s", fs->path);
		if (r == 0)
			continue;
		if (fs->type == NULL || memcmp(types[i]->guid, guid, 16) == 0)
			fs->type = types[i];
	}
	return 0;
}

static int
open_at(struct fsread *fs, uint64_t start, uint64_t size,
    const uint8_t guid[16], struct err *e)
{
	int r;

	fs->start = start;
	fs->region = region_new(fs->fd, fs->path, start, size, e);
	if (fs->region == NULL)
		return -1;
	if (choose_type(fs, guid, e) == -1)
		return -1;
	if (fs->type != NULL && (r = fs->type->open(fs, e)) != 0)
		return r > 0 ? 0 : -1;
	return err_set(e, "%s: no file system that is known: ffs, ffs2 or "
	    "ext2", fs->path);
}

struct fsread *
fsread_open(const char *path, struct err *e)
{
	struct fsread *fs = open_file(path, e);
	uint64_t size = 0, start, len;
	uint8_t guid[16] = { 0 };

	if (fs == NULL)
		return NULL;
	if (file_size(fs->fd, path, &size, e) != 0 ||
	    find_place(fs->fd, path, size, &start, &len, guid, e) != 0 ||
	    open_at(fs, start, len, guid, e) != 0) {
		fsread_close(fs);
		return NULL;
	}
	return fs;
}

struct fsread *
fsread_open_at(const char *path, uint64_t start, uint64_t size,
    const uint8_t guid[16], struct err *e)
{
	struct fsread *fs = open_file(path, e);

	if (fs != NULL && open_at(fs, start, size, guid, e) != 0) {
		fsread_close(fs);
		return NULL;
	}
	return fs;
}

const char *
fsread_name(const struct fsread *fs)
{
	return fs->name;
}

const char *
fsread_path(const struct fsread *fs)
{
	return fs->path;
}

int
fsread_inode(struct fsread *fs, uint32_t ino, struct fsread_inode *in,
    struct err *e)
{
	if (ino == 0 || ino > fs->inodes)
		return err_set(e, "%s: inode %" PRIu32 ": there are %" PRIu32,
		    fs->path, ino, fs->inodes);
	if (fs->type->inode(fs, ino, in, e) != 0)
		return -1;
	if (in->foreign != NULL)
		return err_set(e, "%s: inode %" PRIu32 ": has %s", fs->path,
		    ino, in->foreign);
	switch (in->mode & FSREAD_IFMT) {
	case FSREAD_IFREG:
	case FSREAD_IFDIR:
	case FSREAD_IFLNK:
		if (in->size > fs->size_max)
			return err_set(e, "%s: inode %" PRIu32 ": %" PRIu64
			    " bytes: more than a file can have", fs->path, ino,
			    in->size);
		break;
	default:
		in->size = 0;
	}
	/* No kernel minds; those who print it would. */
	if (in->mtime_ns > 999999999)
		in->mtime_ns = 0;
	return 0;
}
