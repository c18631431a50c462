/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * compat.h: where systems differ. What POSIX.1-2008 has needs nothing of this;
 * what it has not, or what a system has by another name, is here and in
 * compat.c, and nowhere else but in files that are about one thing that each
 * system does in its own way: process_look.c and nb-start's accel_host.c, and
 * nb-postinst's Linux half.
 */
#ifndef NB_COMPAT_H
#define NB_COMPAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>
#ifdef __linux__
#include <sys/sysmacros.h>	/* makedev, major, minor */
#endif

/* macOS's stat(2) has these by 4.4BSD's names. */
#ifdef __APPLE__
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

/* lseek(2): POSIX.1-2024 has them; glibc shows them to GNU's sources only. */
#if defined(__linux__) && !defined(SEEK_DATA)
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif

/*
 * sha2(3) of NetBSD's libc, the same by FreeBSD's libmd in headers of their
 * own, and what libmd is elsewhere.
 */
#ifdef __FreeBSD__
#define COMPAT_SHA256_H	<sha256.h>
#define COMPAT_SHA512_H	<sha512.h>
#else
#define COMPAT_SHA256_H	<sha2.h>
#define COMPAT_SHA512_H	<sha2.h>
#endif
#if defined(__NetBSD__) || defined(__FreeBSD__)
#define COMPAT_SHA256_CTX SHA256_CTX
#define COMPAT_SHA512_CTX SHA512_CTX
#define SHA256Init   SHA256_Init
#define SHA256Update SHA256_Update
#define SHA256Final  SHA256_Final
#define SHA512Init   SHA512_Init
#define SHA512Update SHA512_Update
#define SHA512Final  SHA512_Final
#else
#define COMPAT_SHA256_CTX SHA2_CTX
#define COMPAT_SHA512_CTX SHA2_CTX
#endif

/* bmake, where it is the system's own. */
#if defined(__NetBSD__) || defined(__FreeBSD__)
#define COMPAT_MAKE "make"
#endif

/* Whether seconds since 1970 are some that time_t has: some have 32 bits. */
static inline bool
compat_time_fits(int64_t t)
{
	return (int64_t)(time_t)t == t;
}

/* compat_getopt: getopt(3) shall begin with another set of words. */
void compat_getopt(void);

/* compat_keep_pages: malloc(3) keeps large buffers that are freed. */
void compat_keep_pages(void);

/*
 * compat_die_with_parent: in a child: the signal when its parent ends. A hint:
 * it may have ended before.
 */
void compat_die_with_parent(int sig);

/* compat_adopt: this process gets the children of those that it started, when
 * they end. */
void compat_adopt(void);

/* compat_cloexec: descriptors from that one on are closed by exec. */
void compat_cloexec(int from);

/*
 * compat_process: a descriptor that stands for a process, readable when it has
 * ended; -1 where there is none. compat_process_signal: kill(2) by it.
 */
int compat_process(pid_t);
int compat_process_signal(int fd, int sig);

/* compat_write_out: begin to write a file's data to its device, or wait for
 * that. Less than fsync(2), and a hint. */
void compat_write_out(int fd, bool wait);

/* compat_swap: two files change names, at once. -1 with errno, also when the
 * system or the file system cannot do that. */
int compat_swap(const char *, const char *);

/* compat_forget: those bytes of a file need not be kept: they are zeros from now
 * on, and take no room. -1 with errno when the system or the file system cannot
 * do that. */
int compat_forget(int fd, off_t from, off_t len);

#endif
