/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * arch.c: the machines that images are made for.
 */
#include <string.h>
#include <sys/utsname.h>

#include "arch.h"

/* e_machine: System V ABI, ELF header. */
#define EM_386		3
#define EM_X86_64	62
#define EM_AARCH64	183

#define N_ARCH 3

static const struct arch archs[N_ARCH] = {
	{ "amd64", "kernels/netbsd-SMOL",
	    { "qemu-system-x86_64", NULL }, EM_X86_64, true },
	{ "i386", "kernels/netbsd-SMOL386",
	    { "qemu-system-i386", "qemu-system-x86_64" }, EM_386, true },
	{ "evbarm-aarch64", "kernels/netbsd-GENERIC64.img",
	    { "qemu-system-aarch64", NULL }, EM_AARCH64, false },
};

/* In step with archs. */
static const char *const make_words[N_ARCH] = {
	"ARCH=amd64 ", "ARCH=i386 ", "ARCH=evbarm-aarch64 "
};

/* What uname -m says on the systems that we know. */
static const struct {
	const char *machine, *arch;
} machines[] = {
	{ "x86_64", "amd64" }, { "amd64", "amd64" },
	{ "i386", "i386" }, { "i486", "i386" }, { "i586", "i386" },
	{ "i686", "i386" },
	{ "aarch64", "evbarm-aarch64" }, { "arm64", "evbarm-aarch64" },
	{ "evbarm", "evbarm-aarch64" },
};

const struct arch *
arch_find(const char *name)
{
	for (size_t i = 0; i < N_ARCH; i++) {
		if (strcmp(archs[i].name, name) == 0)
			return &archs[i];
	}
	return NULL;
}

const struct arch *
arch_of_elf(uint16_t machine)
{
	for (size_t i = 0; i < N_ARCH; i++) {
		if (archs[i].elf == machine)
			return &archs[i];
	}
	return NULL;
}

const char *
arch_suffix(const struct arch *a, const char *path)
{
	const char *base = strrchr(path, '/'), *p, *found = NULL;
	size_t len = strlen(a->name);

	base = base != NULL ? base + 1 : path;
	for (p = base; (p = strstr(p, a->name)) != NULL; p++) {
		if (p > base && p[-1] == '-' &&
		    (p[len] == '\0' || strchr(".:-", p[len]) != NULL))
			found = p - 1;
	}
	return found;
}

const struct arch *
arch_of_image(const char *path)
{
	for (size_t i = 0; i < N_ARCH; i++) {
		if (arch_suffix(&archs[i], path) != NULL)
			return &archs[i];
	}
	return NULL;
}

static const struct arch *
host(void)
{
	struct utsname u;

	if (uname(&u) == -1)
		return NULL;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (strcmp(machines[i].machine, u.machine) == 0)
			return arch_find(machines[i].arch);
	}
	return NULL;
}

const struct arch *
arch_host(void)
{
	const struct arch *a = host();

	return a != NULL ? a : &archs[0];
}

bool
arch_native(const struct arch *a)
{
	const struct arch *h = host();

	/* A 64-bit x86 host runs 32-bit guests, and not the other way. */
	return h != NULL &&
	    (a == h || (a->elf == EM_386 && h->elf == EM_X86_64));
}

const char *
arch_make(const struct arch *a)
{
	return a == arch_host() ? "" : make_words[a - archs];
}
