/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * accel_host.c: Linux's kvm and NetBSD's nvmm are devices that can be opened;
 * of macOS's hvf a sysctl(3) tells.
 */
#include <stdio.h>

#include "accel_host.h"

#ifdef __APPLE__

#include <sys/sysctl.h>
#include <sys/types.h>

const char accel_native[] = "hvf";

bool
accel_present(char *why, size_t len)
{
	int yes = 0;
	size_t size = sizeof(yes);

	if (sysctlbyname("kern.hv_support", &yes, &size, NULL, 0) == 0 && yes)
		return true;
	(void)snprintf(why, len, "this host has no hypervisor");
	return false;
}

#elif defined(__linux__) || defined(__NetBSD__)

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
const char accel_native[] = "kvm";
#define DEVICE "/dev/kvm"
#else
const char accel_native[] = "nvmm";
#define DEVICE "/dev/nvmm"
#endif

bool
accel_present(char *why, size_t len)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd != -1) {
		(void)close(fd);
		return true;
	}
	(void)snprintf(why, len, "%s: %s%s", DEVICE, strerror(errno),
	    errno == EACCES ? ", which its group has" : "");
	return false;
}

#else

const char accel_native[] = "";

bool
accel_present(char *why, size_t len)
{
	(void)snprintf(why, len, "QEMU has none for this system");
	return false;
}

#endif
