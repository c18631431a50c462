/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * accel_name.c: what accelerators are called.
 */
#include <string.h>

#include "accel.h"

static const char *const names[] = { "kvm", "nvmm", "hvf", "tcg" };

#define N_NAMES (sizeof(names) / sizeof(names[0]))

const char *
accel_known(const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++) {
		if (strcmp(names[i], name) == 0)
			return names[i];
	}
	return NULL;
}

int
accel_check(const char *name, struct err *e)
{
	if (*name != '\0' && accel_known(name) == NULL)
		return err_code(e, ERR_USAGE,
		    "%s: no such accelerator: kvm, nvmm, hvf or tcg", name);
	return 0;
}
