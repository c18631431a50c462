/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * image.c: disk images: found by name, told apart, asked for their root.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpt.h"
#include "image.h"
#include "mem.h"
#include "path.h"
#include "qcow2.h"
#include "writeall.h"

/* qcow2 header (QEMU docs/interop/qcow2.txt); its numbers are big-endian. */
#define QCOW_VERSION	4
#define QCOW_BACKING	8	/* 64 bits: where the backing file's name is */
#define QCOW_INCOMPAT	72	/* 64 bits, from version 3 */
#define QCOW_EXTERNAL	0x04	/* of its last byte: data in another file */
#define QCOW_BYTES	80

/* What a live image has at most, with room to spare. */
#define PARTS_MAX 16

/* A partition table's first copy, 34 sectors, and what may stand before it. */
#define TABLE_BYTES 65536

static bool
is_image_name(const char *name)
{
	return path_ends(name, ".img") || path_ends(name, ".qcow2");
}

/* There, and no folder: what else it may be is image_check's to say. */
static bool
is_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

char *
image_service(const char *path, const struct arch *a, struct err *e)
{
	const char *base = strrchr(path, '/'), *end = arch_suffix(a, path);
	char *service;
	size_t len;

	base = base != NULL ? base + 1 : path;
	if (end == NULL || end == base) {
		end = base + strcspn(base, ":");
		if (*end == '\0' && is_image_name(base))
			end = strrchr(base, '.');
	}
	len = (size_t)(end - base);
	if ((service = malloc(len + 1)) == NULL) {
		(void)err_mem(e);
		return NULL;
	}
	memcpy(service, base, len);
	service[len] = '\0';
	return service;
}

/* The name that bmake gives to a service's image; name may bring its tag. */
static char *
built_name(const char *name, const struct arch *a, const char *tag)
{
	const char *colon = strchr(name, ':');
	int len = colon != NULL ? (int)(colon - name) : (int)strlen(name);

	if (tag == NULL || *tag == '\0')
		tag = colon != NULL ? colon + 1 : "";
	return mem_printf("images/%.*s-%s%s%s.img", len, name, a->name,
	    *tag != '\0' ? ":" : "", tag);
}

static int
missing(const char *path, const struct arch *a, struct err *e)
{
	const struct arch *own = arch_of_image(path);
	char *service;

	if (own != NULL)
		a = own;
	if ((service = image_service(path, a, e)) == NULL)
		return -1;
	(void)err_code(e, ERR_MISSING, "%s: no such image: type `bmake "
	    "%sSERVICE=%s base`", path, arch_make(a), service);
	free(service);
	return -1;
}

/* Takes over path. 1: it is there and im has it; 0: it is not; -1: memory. */
static int
try(struct image *im, char *path, struct err *e)
{
	if (path == NULL)
		return err_mem(e);
	if (!is_there(path)) {
		free(path);
		return 0;
	}
	im->path = path;
	return 1;
}

static int
find_whole(struct image *im, const char *name, const struct arch *a,
    const char *tag, bool built, struct err *e)
{
	bool plain = strchr(name, '/') == NULL;
	bool suffixed = is_image_name(name);
	char *path;
	int rv = 0;

	if (!built)
		rv = try(im, strdup(name), e);
	if (rv == 0 && !built && plain)
		rv = try(im, mem_printf("images/%s%s", name,
		    suffixed ? "" : ".img"), e);
	if (rv == 0 && (built || (plain && !suffixed)))
		rv = try(im, built_name(name, a, tag), e);
	if (rv != 0)
		return rv == 1 ? 0 : -1;
	/* Which of them to name: the one that bmake would make. */
	if (!built && !plain)
		path = strdup(name);
	else if (!built && (suffixed || arch_of_image(name) != NULL))
		path = mem_printf("images/%s%s", name, suffixed ? "" : ".img");
	else
		path = built_name(name, a, tag);
	if (path == NULL)
		return err_mem(e);
	(void)missing(path, a, e);
	free(path);
	return -1;
}

/* How the guest has it, if name says so; what is before that is to be freed. */
static char *
strip_mode(struct image *im, const char *name)
{
	size_t len = strlen(name);

	im->readonly = path_ends(name, ":ro");
	im->snapshot = path_ends(name, ":snapshot");
	if (im->readonly)
		len -= strlen(":ro");
	if (im->snapshot)
		len -= strlen(":snapshot");
	return mem_printf("%.*s", (int)len, name);
}

int
image_find(struct image *im, const char *name, const struct arch *a,
    const char *tag, bool built, struct err *e)
{
	char *stripped;
	int rv;

	if (find_whole(im, name, a, tag, built, e) == 0)
		return 0;
	if (e->code != ERR_MISSING)
		return -1;
	if ((stripped = strip_mode(im, name)) == NULL)
		return err_mem(e);
	rv = find_whole(im, stripped, a, tag, built, e);
	free(stripped);
	return rv;
}

static int
check_qcow(const struct image *im, const unsigned char *head, struct err *e)
{
	static const unsigned char none[8];
	bool other = memcmp(head + QCOW_BACKING, none, sizeof(none)) != 0;

	if (head[QCOW_VERSION + 3] >= 3 &&
	    (head[QCOW_INCOMPAT + 7] & QCOW_EXTERNAL) != 0)
		other = true;
	if (other && !path_ends(im->path, ".qcow2"))
		return err_set(e, "%s: a qcow2 image that names other files of "
		    "this host, which a guest may have written: if it is "
		    "yours, give it a name in .qcow2", im->path);
	return 0;
}

static int
check_fd(struct image *im, int fd, struct err *e)
{
	unsigned char head[QCOW_BYTES];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "%s", im->path);
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode) &&
	    !S_ISCHR(st.st_mode))
		return err_set(e, "%s: not an image file", im->path);
	if (S_ISREG(st.st_mode) && st.st_size == 0)
		return err_set(e, "%s: empty: make it again", im->path);
	memset(head, 0, sizeof(head));
	if ((n = pread(fd, head, sizeof(head), 0)) == -1)
		return err_sys(e, "%s", im->path);
	im->format = "raw";
	if (!qcow2_is(head, (size_t)n))
		return 0;
	im->format = "qcow2";
	return check_qcow(im, head, e);
}

int
image_check(struct image *im, struct err *e)
{
	bool writable = !im->readonly && !im->snapshot;
	int fd, rv;

	if (writable && access(im->path, W_OK) == -1 &&
	    access(im->path, R_OK) == 0)
		return err_sys(e, "%s: cannot be written (:snapshot or -S "
		    "throws away what the guest writes)", im->path);
	fd = open(im->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return err_sys(e, "%s", im->path);
	rv = check_fd(im, fd, e);
	(void)close(fd);
	return rv;
}

/* Words of the kernel's line are divided by blanks and cannot be quoted. */
static int
root_of(const struct image *im, const char *name, char **root, struct err *e)
{
	for (const char *p = name; *p != '\0'; p++) {
		if (isspace((unsigned char)*p) || iscntrl((unsigned char)*p))
			return err_set(e, "%s: partition \"%s\" has a blank in "
			    "its name, which root= cannot say: name another "
			    "root with -r", im->path, name);
	}
	if (*name == '\0')
		return err_set(e, "%s: its partition has no name: name the "
		    "root with -r", im->path);
	*root = mem_printf("NAME=%s", name);
	return *root == NULL ? err_mem(e) : 0;
}

static const struct gpt_part *
pick(const struct image *im, const struct gpt_part *parts, int n,
    const char *service, struct err *e)
{
	const struct gpt_part *boot = gpt_boot(parts, n);
	size_t len = strlen(service);

	for (int i = 0; boot == NULL && i < n; i++) {
		if (strncmp(parts[i].name, service, len) == 0 &&
		    strcmp(parts[i].name + len, "root") == 0)
			boot = &parts[i];
	}
	if (boot == NULL)
		(void)err_set(e, "%s: has %d partitions and none is marked "
		    "bootme (the first is \"%s\"): name the root with -r "
		    "NAME=name", im->path, n, parts[0].name);
	return boot;
}

/* Like gpt_read, of the disk in a qcow2 file; -2: that cannot be asked. */
static int
read_qcow(int fd, const char *path, struct gpt_part *parts, struct err *e)
{
	uint8_t head[TABLE_BYTES];
	FILE *f;
	int n;

	if (!qcow2_head(fd, head, sizeof(head)))
		return -2;
	if ((f = tmpfile()) == NULL)
		return err_sys(e, "temporary file");
	if (fwrite(head, 1, sizeof(head), f) != sizeof(head) ||
	    fflush(f) == EOF)
		n = err_sys(e, "temporary file");
	else
		n = gpt_read(fileno(f), path, parts, PARTS_MAX, e);
	(void)fclose(f);
	return n;
}

int
image_root(const struct image *im, const char *service, char **root,
    struct err *e)
{
	struct gpt_part parts[PARTS_MAX];
	const struct gpt_part *boot;
	int fd, n;

	*root = NULL;
	fd = open(im->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return err_sys(e, "%s", im->path);
	if (strcmp(im->format, "raw") == 0)
		n = gpt_read(fd, im->path, parts, PARTS_MAX, e);
	else
		n = read_qcow(fd, im->path, parts, e);
	(void)close(fd);
	if (n == -2) {
		*root = mem_printf("NAME=%sroot", service);
		return *root == NULL ? err_mem(e) : 0;
	}
	if (n <= 0)
		return n;
	if ((boot = pick(im, parts, n, service, e)) == NULL)
		return -1;
	return root_of(im, boot->name, root, e);
}

/* A nameless file of that size; what is not written to it is zeros. */
static int
nameless(const char *folder, uint64_t size, struct err *e)
{
	char *path = mem_printf("%s/nb-start.XXXXXX", folder);
	int fd;

	if (path == NULL)
		return err_mem(e);
	if ((fd = mkstemp(path)) == -1) {
		(void)err_sys(e, "%s", path);
	} else {
		(void)unlink(path);
		if (ftruncate(fd, (off_t)size) == -1) {
			(void)err_sys(e, "%s", folder);
			(void)close(fd);
			fd = -1;
		}
	}
	free(path);
	return fd;
}

/* Sparse as the image is, which for the most part is free. */
static int
copy_part(int from, const struct gpt_part *part, int to)
{
	static char buf[65536];
	static const char zeros[sizeof(buf)];

	for (uint64_t done = 0; done < part->size;) {
		uint64_t left = part->size - done;
		ssize_t n = pread(from, buf,
		    left < sizeof(buf) ? (size_t)left : sizeof(buf),
		    (off_t)(part->start + done));

		if (n == -1)
			return -1;
		/* The rest of one that was cut short is zeros, too. */
		if (n == 0)
			return 0;
		if (memcmp(buf, zeros, (size_t)n) != 0 && (lseek(to,
		    (off_t)done, SEEK_SET) == -1 ||
		    write_all(to, buf, (size_t)n) == -1))
			return -1;
		done += (uint64_t)n;
	}
	return 0;
}

int
image_unwrap(const struct image *im, const char *service, struct err *e)
{
	const char *folder = getenv("TMPDIR");
	struct gpt_part parts[PARTS_MAX];
	const struct gpt_part *part;
	int fd, n, to = -1;

	if (strcmp(im->format, "raw") != 0)
		return err_set(e, "%s: -I loads raw images, this is %s: "
		    "qemu-img convert -O raw", im->path, im->format);
	fd = open(im->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return err_sys(e, "%s", im->path);
	n = gpt_read(fd, im->path, parts, PARTS_MAX, e);
	if (n > 0 && (part = pick(im, parts, n, service, e)) != NULL &&
	    (to = nameless(folder != NULL && *folder != '\0' ? folder :
	    "/tmp", part->size, e)) != -1 && copy_part(fd, part, to) == -1) {
		(void)err_sys(e, "%s", im->path);
		(void)close(to);
		to = -1;
	}
	(void)close(fd);
	return n == 0 ? IMAGE_BARE : to;
}
