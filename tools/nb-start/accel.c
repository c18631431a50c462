/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * accel.c: the choice between this host's processor and QEMU's translator.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#include <cpuid.h>
#endif

#include "accel.h"
#include "accel_host.h"
#include "mem.h"
#include "probe.h"
#include "verdict.h"

/*
 * The time-stamp counter runs at one speed: CPUID 80000007h, EDX bit 8 (Intel
 * SDM volume 2, CPUID). Asked of a processor without it QEMU complains.
 */
static bool
has_invtsc(void)
{
#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
	unsigned a, b, c, d;

	return __get_cpuid(0x80000007u, &a, &b, &c, &d) == 1 &&
	    (d & 1u << 8) != 0;
#else
	return false;
#endif
}

static const char *
cpu_model(const char *accel, const struct arch *a)
{
	/*
	 * Pointer authentication by the architecture's own cipher takes most
	 * of a kernel's time when it is translated; QEMU has a quick one.
	 */
	if (strcmp(accel, "tcg") == 0)
		return a->x86 ? "max" : "max,pauth-impdef=on";
	return a->x86 && has_invtsc() ? "host,+invtsc" : "host";
}

/* A guest gets so long, in milliseconds; more where it is translated. */
#define LIMIT_MS	1000
#define TCG_LIMIT_MS	5000

/*
 * Where a guest hangs in kvm it is kvm that does not work, unless one hangs in
 * tcg as well: the firmware that QEMU 9.0 and 9.1 brought for microvm has been
 * seen to start no PVH kernel.
 */
static int
probe(const char *qemu, const struct arch *a, const char *cpu,
    const struct words *firmware, char *why, size_t len, struct err *e)
{
	char unused[256];
	size_t n;
	int rv = probe_accel(qemu, a, accel_native, cpu, firmware, LIMIT_MS, why,
	    len, e);

	if (rv != 0 || strncmp(why, PROBE_HANGS, strlen(PROBE_HANGS)) != 0)
		return rv;
	rv = probe_accel(qemu, a, "tcg", cpu_model("tcg", a), firmware,
	    TCG_LIMIT_MS, unused, sizeof(unused), e);
	n = strlen(why);
	if (rv == 0)
		(void)snprintf(why + n, len - n, ", nor in tcg: this QEMU's "
		    "firmware may be at fault, as that of 9.0 and 9.1 (-x "
		    "\"-L folder\" names another's)");
	return rv == -1 ? -1 : 0;
}

/* Only Linux's kvm is known to be there and not to work. */
static int
works(const char *qemu, const struct arch *a, const char *cpu,
    const struct words *firmware, char *why, size_t len, struct err *e)
{
	char *line, *model;
	bool yes;
	int rv = -1;

	if (!accel_present(why, len))
		return 0;
	if (strcmp(accel_native, "kvm") != 0)
		return 1;
	line = words_quote(firmware, e);
	model = line == NULL ? NULL : mem_printf("%s%s%s", cpu,
	    *line != '\0' ? " " : "", line);
	free(line);
	if (model == NULL)
		return err_mem(e);
	if (verdict_get(qemu, accel_native, model, &yes, why, len))
		rv = yes ? 1 : 0;
	else if ((rv = probe(qemu, a, cpu, firmware, why, len, e)) != -1)
		verdict_put(qemu, accel_native, model, rv == 1, why);
	free(model);
	return rv;
}

/* -L folder and -bios file, of all the words. */
static int
find_firmware(struct words *to, const char *extra, struct err *e)
{
	struct words w = { NULL, 0, 0 };
	int rv = words_split(&w, extra, e);

	for (size_t i = 0; rv == 0 && i + 1 < w.n; i++) {
		if (strcmp(w.v[i], "-L") != 0 && strcmp(w.v[i], "-bios") != 0)
			continue;
		rv = words_add(to, w.v[i], e);
		if (rv == 0)
			rv = words_add(to, w.v[++i], e);
	}
	words_free(&w);
	return rv;
}

static int
try_native(const char *qemu, const struct arch *a, const char *cpu,
    const char *extra, char *why, size_t len, struct err *e)
{
	struct words firmware = { NULL, 0, 0 };
	int rv = find_firmware(&firmware, extra != NULL ? extra : "", e);

	if (rv == 0)
		rv = works(qemu, a, cpu, &firmware, why, len, e);
	words_free(&firmware);
	return rv;
}

int
accel_choose(struct accel *ac, const char *want, const struct arch *a,
    const char *qemu, const char *extra, struct err *e)
{
	char why[384] = "";
	int rv = 0;

	ac->why[0] = '\0';
	if (want != NULL && *want != '\0')
		ac->name = accel_known(want);
	else if (!arch_native(a))
		ac->name = "tcg";
	else {
		ac->cpu = cpu_model(accel_native, a);
		rv = try_native(qemu, a, ac->cpu, extra, why, sizeof(why), e);
		if (rv == -1)
			return -1;
		ac->name = rv == 1 ? accel_native : "tcg";
		if (rv == 0)
			(void)snprintf(ac->why, sizeof(ac->why), "%s%s%s: tcg "
			    "taken, which is slower%s%s%s", accel_native,
			    *accel_native != '\0' ? ": " : "", why,
			    *accel_native != '\0' ? " (-A " : "", accel_native,
			    *accel_native != '\0' ? " forces it)" : "");
	}
	ac->cpu = cpu_model(ac->name, a);
	return 0;
}
