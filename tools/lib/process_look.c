/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * process_look.c: what the system knows of a process: proc(5) on Linux,
 * sysctl(3) on the BSD systems and macOS.
 */
#include <stdio.h>
#include <string.h>

#include "again.h"
#include "process.h"
#include "slurp.h"

static bool
line_of(const char *path, char *buf, size_t len)
{
	int tries = 0;

	do {
		if (slurp_line(path, buf, len))
			return true;
	} while (again(&tries));
	return false;
}

bool
process_boot(char id[PROCESS_BOOT])
{
	return line_of("/proc/sys/kernel/random/boot_id", id, PROCESS_BOOT);
}

#ifdef __linux__

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/*
 * Fields of /proc/PID/stat, counted as proc(5) does, from the state, which is
 * the third: the name before it may have anything in it, parentheses too.
 */
enum { STATE = 3, UTIME = 14, STIME = 15, STARTTIME = 22, RSS = 24 };

static int
fields(char *text, char *field[RSS + 1])
{
	char *p = strrchr(text, ')'), *save = NULL;

	if (p == NULL)
		return -1;
	for (int i = STATE; i <= RSS; i++) {
		field[i] = strtok_r(i == STATE ? p + 1 : NULL, " ", &save);
		if (field[i] == NULL)
			return -1;
	}
	return 0;
}

int
process_look(pid_t pid, struct process_info *info)
{
	char path[64], text[1024], boot[PROCESS_BOOT], *f[RSS + 1];
	long hz = sysconf(_SC_CLK_TCK);
	struct timespec now;

	(void)snprintf(path, sizeof(path), "/proc/%jd/stat", (intmax_t)pid);
	if (!line_of(path, text, sizeof(text)) || fields(text, f) == -1 ||
	    hz <= 0)
		return -1;
	/* Ticks since the host was started, so that belongs to it. */
	if (!process_boot(boot))
		boot[0] = '\0';
	(void)snprintf(info->born, sizeof(info->born), "%.20s@%s",
	    f[STARTTIME], boot);
	info->over = *f[STATE] == 'Z' || *f[STATE] == 'X';
	info->halted = *f[STATE] == 'T' || *f[STATE] == 't';
	info->cpu = (atoll(f[UTIME]) + atoll(f[STIME])) * 1000 / hz;
	info->memory = atoll(f[RSS]) * sysconf(_SC_PAGESIZE);
	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	info->age = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 -
	    atoll(f[STARTTIME]) * 1000 / hz;
	return 0;
}

#else

#include <sys/param.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <unistd.h>
#ifdef __FreeBSD__
#include <sys/user.h>
#endif
#ifdef __APPLE__
#include <libproc.h>
#endif

static void
set_born(struct process_info *info, int64_t sec, int64_t usec)
{
	struct timeval now;

	(void)snprintf(info->born, sizeof(info->born), "%jd.%06jd",
	    (intmax_t)sec, (intmax_t)usec);
	(void)gettimeofday(&now, NULL);
	info->age = ((int64_t)now.tv_sec - sec) * 1000 +
	    ((int64_t)now.tv_usec - usec) / 1000;
}

#if defined(__NetBSD__) || defined(__OpenBSD__)

#ifdef __NetBSD__
#define KINFO	  struct kinfo_proc2
#define KERN_WHAT KERN_PROC2
#define P_OVER	  LSZOMB
#define P_HALTED  LSSTOP
#else
#define KINFO	  struct kinfo_proc
#define KERN_WHAT KERN_PROC
#define P_OVER	  SDEAD
#define P_HALTED  SSTOP
#endif

int
process_look(pid_t pid, struct process_info *info)
{
	KINFO k;
	size_t len = sizeof(k);
	int mib[6] = { CTL_KERN, KERN_WHAT, KERN_PROC_PID, pid, sizeof(k), 1 };

	if (sysctl(mib, 6, &k, &len, NULL, 0) == -1 || len < sizeof(k))
		return -1;
	set_born(info, (int64_t)k.p_ustart_sec, (int64_t)k.p_ustart_usec);
	info->over = k.p_stat == SZOMB || k.p_stat == P_OVER;
	info->halted = k.p_stat == P_HALTED;
	info->cpu = (int64_t)k.p_rtime_sec * 1000 +
	    (int64_t)k.p_rtime_usec / 1000;
	info->memory = (int64_t)k.p_vm_rssize * getpagesize();
	return 0;
}

#elif defined(__FreeBSD__)

int
process_look(pid_t pid, struct process_info *info)
{
	struct kinfo_proc k;
	size_t len = sizeof(k);
	int mib[4] = { CTL_KERN, KERN_PROC, KERN_PROC_PID, pid };

	if (sysctl(mib, 4, &k, &len, NULL, 0) == -1 || len < sizeof(k))
		return -1;
	set_born(info, (int64_t)k.ki_start.tv_sec,
	    (int64_t)k.ki_start.tv_usec);
	info->over = k.ki_stat == SZOMB;
	info->halted = k.ki_stat == SSTOP;
	info->cpu = (int64_t)(k.ki_runtime / 1000);
	info->memory = (int64_t)k.ki_rssize * getpagesize();
	return 0;
}

#else	/* macOS */

int
process_look(pid_t pid, struct process_info *info)
{
	struct kinfo_proc k;
	size_t len = sizeof(k);
	int mib[4] = { CTL_KERN, KERN_PROC, KERN_PROC_PID, pid };

	if (sysctl(mib, 4, &k, &len, NULL, 0) == -1 || len < sizeof(k))
		return -1;
	set_born(info, (int64_t)k.kp_proc.p_starttime.tv_sec,
	    (int64_t)k.kp_proc.p_starttime.tv_usec);
	info->over = k.kp_proc.p_stat == SZOMB;
	info->halted = k.kp_proc.p_stat == SSTOP;
	info->cpu = info->memory = 0;
#ifdef __APPLE__
	struct proc_taskinfo t;

	if (proc_pidinfo(pid, PROC_PIDTASKINFO, 0, &t, sizeof(t)) ==
	    (int)sizeof(t)) {
		info->cpu = (int64_t)((t.pti_total_user + t.pti_total_system) /
		    1000000);
		info->memory = (int64_t)t.pti_resident_size;
	}
#endif
	return 0;
}

#endif
#endif
