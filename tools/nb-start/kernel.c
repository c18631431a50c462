/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * kernel.c: what a kernel's file says about how to boot it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf.h"
#include "kernel.h"
#include "le.h"
#include "mem.h"

/* The note that says where a PVH loader enters the kernel (Xen's
 * xen/include/public/elfnote.h; QEMU's microvm boots nothing else of ELF). */
#define XEN_OWNER	"Xen"
#define XEN_PHYS32_ENTRY 18

/* NetBSD's function that attaches the virtio console early; the kernels that
 * have it can use it as console from their first line. */
#define VIOCON_SYMBOL	"viocon_earlyinit"

/* Linux Documentation/arm64/booting.rst: the header that NetBSD's
 * netbsd-GENERIC64.img has too. */
#define ARM64_MAGIC	56
#define ARM64_HEADER	64

/* arch is whose command to name, when the file is not there. */
static int
missing(const char *path, const struct arch *a, struct err *e)
{
	return err_code(e, ERR_MISSING, "%s: no such kernel: type `bmake "
	    "%skernfetch`", path, arch_make(a));
}

int
kernel_find(struct kernel *k, const char *name, const struct arch *a,
    struct err *e)
{
	char *other;

	if (name == NULL)
		name = a->kernel;
	if ((k->path = strdup(name)) == NULL)
		return err_mem(e);
	if (access(name, F_OK) == 0)
		return 0;
	if (strchr(name, '/') != NULL)
		return missing(name, a, e);
	if ((other = mem_printf("kernels/%s", name)) == NULL)
		return err_mem(e);
	free(k->path);
	k->path = other;
	return access(other, F_OK) == 0 ? 0 : missing(other, a, e);
}

static int
read_elf(struct kernel *k, int fd, uint64_t size, struct err *e)
{
	struct elf f;
	int rv;

	if (elf_open(&f, fd, k->path, size, e) == -1)
		return -1;
	k->arch = arch_of_elf(f.machine);
	if (k->arch == NULL)
		return err_set(e, "%s: a kernel for ELF machine %u: ours are "
		    "x86 and aarch64", k->path, f.machine);
	if (elf_loadable(&f, e) == -1)
		return -1;
	if (k->arch->x86) {
		rv = elf_note(&f, XEN_OWNER, XEN_PHYS32_ENTRY, e);
		if (rv == -1)
			return -1;
		if (rv == 0)
			return err_set(e, "%s: has no PVH entry note, so QEMU "
			    "cannot boot it: use a kernel with `options PVH`, "
			    "such as %s", k->path, k->arch->kernel);
	}
	if ((rv = elf_symbol(&f, VIOCON_SYMBOL, e)) == -1)
		return -1;
	k->viocon = rv == 1;
	return 0;
}

static int
read_fd(struct kernel *k, int fd, uint64_t size, struct err *e)
{
	uint8_t head[ARM64_HEADER];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	if (n == -1)
		return err_sys(e, "%s", k->path);
	if (elf_is(head, (uint64_t)n))
		return read_elf(k, fd, size, e);
	if (n == ARM64_HEADER &&
	    memcmp(head + ARM64_MAGIC, "ARM\x64", 4) == 0) {
		k->arch = arch_find("evbarm-aarch64");
		k->viocon = false;	/* it has no symbols to tell */
		return 0;
	}
	if (n >= 2 && head[0] == 0x1f && head[1] == 0x8b)
		return err_set(e, "%s: compressed: type `gunzip %s`", k->path,
		    k->path);
	return err_set(e, "%s: neither an ELF kernel nor an arm64 boot image",
	    k->path);
}

int
kernel_read(struct kernel *k, struct err *e)
{
	struct stat st;
	int fd, rv;

	/* O_NONBLOCK: a FIFO is refused, not waited for. */
	fd = open(k->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return err_sys(e, "%s", k->path);
	if (fstat(fd, &st) == -1)
		rv = err_sys(e, "%s", k->path);
	else if (!S_ISREG(st.st_mode))
		rv = err_set(e, "%s: not a file", k->path);
	else
		rv = read_fd(k, fd, (uint64_t)st.st_size, e);
	(void)close(fd);
	return rv;
}
