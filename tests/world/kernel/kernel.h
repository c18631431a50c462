/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * kernel.h: what the files of standin-kernel share: bytes in memory,
 * little-endian stores, and the two ways to add an initramfs to a kernel.
 */
#ifndef STANDIN_KERNEL_H
#define STANDIN_KERNEL_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	unsigned char	*p;
	size_t		 len;
};

/* bytes_read: a whole file. bytes_grow: so long, the new part is zeros. */
struct bytes bytes_read(const char *path);
void	bytes_grow(struct bytes *, size_t len);

/*
 * elf_kernel: an x86 vmlinux with a PVH note, the initramfs and the firmware
 * tables that it looks for, as one ELF file that a PVH loader starts.
 */
struct bytes elf_kernel(struct bytes vmlinux, struct bytes initramfs);

/* bzimage_vmlinux: the ELF file in a vmlinuz, decompressed. */
struct bytes bzimage_vmlinux(struct bytes vmlinuz);

/* arm64_kernel: an arm64 Image and the initramfs as one Image. */
struct bytes arm64_kernel(struct bytes image, struct bytes initramfs);

/*
 * pvh_write: a segment for the physical address seg, which a PVH loader enters
 * at its start and which goes on to entry; pvh_length: its size.
 */
size_t	pvh_length(struct bytes initramfs);
void	pvh_write(unsigned char *, uint32_t seg, uint32_t entry,
    struct bytes initramfs);

/*
 * acpi_write: firmware tables for the physical address addr. *rsdp is their
 * root; *cpus is the address of the first processor's flags, whose next ones
 * follow every 8 bytes, *sum that of the checksum over them. Returns the
 * length written.
 */
#define ACPI_CPUS	16
#define ACPI_ROOM	4096
size_t	acpi_write(unsigned char *, uint32_t addr, uint32_t *rsdp,
    uint32_t *cpus, uint32_t *sum);

static inline void
put16(unsigned char *p, uint32_t v)
{
	p[0] = v & 0xff;
	p[1] = v >> 8 & 0xff;
}

static inline void
put32(unsigned char *p, uint32_t v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

static inline void
put64(unsigned char *p, uint64_t v)
{
	put32(p, (uint32_t)v);
	put32(p + 4, (uint32_t)(v >> 32));
}

static inline uint32_t
get16(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t
get32(const unsigned char *p)
{
	return get16(p) | get16(p + 2) << 16;
}

static inline uint64_t
get64(const unsigned char *p)
{
	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

#endif
