/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * taken.c: looks for QEMU's locks on images.
 *
 * QEMU locks a byte of the file for each thing that it does (from 100) and for
 * each that it lets nobody else do (from 200); the second of them is writing
 * (raw_apply_lock_bytes in its block/file-posix.c, BLK_PERM_WRITE).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "taken.h"
#include "vmreg.h"

#define WRITES	  101
#define NO_WRITER 201

static bool
is_locked(int fd, off_t byte)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	l.l_start = byte;
	l.l_len = 1;
	return fcntl(fd, F_GETLK, &l) == 0 && l.l_type != F_UNLCK;
}

static bool
is_taken(const struct image *im)
{
	bool reads = im->readonly || im->snapshot, taken;
	int fd = open(im->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)
		return false;
	taken = is_locked(fd, WRITES) || (!reads && is_locked(fd, NO_WRITER));
	(void)close(fd);
	return taken;
}

/* Which of the VMs that are known has the file as its image, and runs. */
static const struct vmrecord *
owner(const struct vmrecord *list, int n, const struct vm *vm,
    const char *path)
{
	const char *self = registered_name(&vm->known);
	char *real = realpath(path, NULL), *its;
	const struct vmrecord *found = NULL;
	struct process p;
	int i;

	for (i = 0; i < n && real != NULL && found == NULL; i++) {
		its = realpath(vmrecord_text(&list[i], "image"), NULL);
		if (its != NULL && strcmp(its, real) == 0 && (self == NULL ||
		    strcmp(vmrecord_text(&list[i], "name"), self) != 0) &&
		    vmreg_running(&list[i], &p)) {
			process_close(&p);
			found = &list[i];
		}
		free(its);
	}
	free(real);
	return found;
}

static int
refuse(const struct vm *vm, const char *path, struct err *e)
{
	const char *dir = vm->known.dir, *name;
	const struct vmrecord *r = NULL;
	struct vmrecord *list = NULL;
	char when[CLOCK_MOMENT];
	struct err ignored;
	int n = *dir != '\0' ? vmreg_list(&list, dir, &ignored) : 0;

	if (n > 0)
		r = owner(list, n, vm, path);
	if (r != NULL) {
		clock_moment((time_t)vmrecord_number(r, "since"), when);
		name = vmrecord_text(r, "name");
		(void)err_set(e, "%s: the VM %s has it, process %s, since %s: "
		    "nb-vm stop %s ends that", path, name,
		    vmrecord_text(r, "pid"), when, name);
	} else
		(void)err_set(e, "%s: another process has it, as a VM's disk: "
		    "end that, or give another image", path);
	if (n >= 0)
		vmreg_free(list, n);
	return -1;
}

int
taken_check(const struct vm *vm, struct err *e)
{
	size_t i;

	/* Who shares an image knows why; of one that is loaded there is a
	 * copy. */
	if (vm->image.path != NULL && !vm->want->share_image &&
	    !vm->want->initrd && is_taken(&vm->image))
		return refuse(vm, vm->image.path, e);
	for (i = 0; i < vm->ndisks; i++) {
		if (is_taken(&vm->disks[i]))
			return refuse(vm, vm->disks[i].path, e);
	}
	return 0;
}
