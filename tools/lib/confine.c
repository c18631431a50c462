/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * confine.c: Linux's Landlock (landlock(7)) for what files are needed, and a
 * filter of system calls (confine_filter.c).
 */
#if defined(__linux__)
#define _GNU_SOURCE	/* O_PATH, syscall(2) */
#endif

#include "confine.h"

/*
 * Sanitizers look into this process, start programs and read files, all at its
 * end; NB_UNCONFINED says the same of other builds that do (coverage).
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif

#if defined(__linux__) && !defined(SANITIZED) && !defined(NB_UNCONFINED)

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine_filter.h"
#include "folders.h"
#include "mem.h"

/* Younger than some systems' headers; the same numbers almost everywhere. */
#if !defined(SYS_landlock_create_ruleset) && !defined(__mips__) && \
    !defined(__alpha__)
#define SYS_landlock_create_ruleset	444
#define SYS_landlock_add_rule		445
#define SYS_landlock_restrict_self	446
#endif

/* linux/landlock.h: rights to files. */
#define FS_EXECUTE	(UINT64_C(1) << 0)
#define FS_WRITE_FILE	(UINT64_C(1) << 1)
#define FS_READ_FILE	(UINT64_C(1) << 2)
#define FS_READ_DIR	(UINT64_C(1) << 3)
#define FS_REMOVE_DIR	(UINT64_C(1) << 4)
#define FS_REMOVE_FILE	(UINT64_C(1) << 5)
#define FS_MAKE_CHAR	(UINT64_C(1) << 6)
#define FS_MAKE_DIR	(UINT64_C(1) << 7)
#define FS_MAKE_REG	(UINT64_C(1) << 8)
#define FS_MAKE_SOCK	(UINT64_C(1) << 9)
#define FS_MAKE_FIFO	(UINT64_C(1) << 10)
#define FS_MAKE_BLOCK	(UINT64_C(1) << 11)
#define FS_MAKE_SYM	(UINT64_C(1) << 12)
#define FS_REFER	(UINT64_C(1) << 13)
#define FS_TRUNCATE	(UINT64_C(1) << 14)
#define FS_IOCTL_DEV	(UINT64_C(1) << 15)

#define FS_OF_FILES	(FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | \
			FS_TRUNCATE | FS_IOCTL_DEV)
#define FS_READ		(FS_READ_FILE | FS_READ_DIR)
#define FS_MAKE		(FS_MAKE_CHAR | FS_MAKE_DIR | FS_MAKE_REG | \
			FS_MAKE_SOCK | FS_MAKE_FIFO | FS_MAKE_BLOCK | \
			FS_MAKE_SYM)

/* Which of them a kernel knows: all below this one, by its ABI's number. */
static const uint64_t above[] = {
	0, FS_REFER, FS_TRUNCATE, FS_IOCTL_DEV, FS_IOCTL_DEV, FS_IOCTL_DEV << 1
};
#define ABI_REFER	2
#define ABI_NET		4
#define ABI_SCOPE	6

#define NET_BIND_TCP	(UINT64_C(1) << 0)
#define NET_CONNECT_TCP	(UINT64_C(1) << 1)
#define SCOPE_ABSTRACT	(UINT64_C(1) << 0)
#define SCOPE_SIGNAL	(UINT64_C(1) << 1)

#define CREATE_VERSION	1u
#define RULE_BENEATH	1u

/* struct landlock_ruleset_attr; an older kernel takes less of it. */
struct ruleset {
	uint64_t	 fs, net, scoped;
};

/* struct landlock_path_beneath_attr, which is packed. */
struct beneath {
	uint64_t	 allowed;
	int32_t		 fd;
} __attribute__((__packed__));

static const uint64_t uses[] = {
	[CONFINE_READ] = FS_READ,
	/* A sync of the folder opens it (folders.h). */
	[CONFINE_PUBLISH] = FS_READ_DIR | FS_MAKE_REG | FS_REMOVE_FILE,
	[CONFINE_PLACE] = FS_MAKE_DIR | FS_REMOVE_DIR,
	[CONFINE_WRITE] = FS_READ | FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE_REG |
	    FS_REMOVE_FILE,
	[CONFINE_REMOVE] = FS_READ | FS_REMOVE_FILE | FS_REMOVE_DIR,
	[CONFINE_FILL] = FS_READ | FS_WRITE_FILE | FS_TRUNCATE | FS_MAKE |
	    FS_REMOVE_FILE | FS_REMOVE_DIR | FS_REFER
};

/* Why it is not even tried; NULL: it is. */
static const char *
left_out(void)
{
	const char *wish = getenv("NB_CONFINE");
	const char *preload = getenv("LD_PRELOAD");

	if (wish != NULL && strcmp(wish, "n") == 0)
		return "NB_CONFINE=n";
	if (preload != NULL && *preload != '\0' &&
	    (wish == NULL || strcmp(wish, "y") != 0))
		return "LD_PRELOAD is set, and NB_CONFINE=y is not";
	return NULL;
}

#if defined(SYS_landlock_create_ruleset)
static int
create(const struct ruleset *r, size_t size, unsigned flags)
{
	return (int)syscall(SYS_landlock_create_ruleset, r, size, flags);
}

static void
add_rule(struct confine *c, const struct beneath *b)
{
	/* What lies in no file system (a pipe) is nobody's to forbid. */
	if (b->allowed != 0 && syscall(SYS_landlock_add_rule, c->ruleset,
	    RULE_BENEATH, b, 0u) != 0 && errno != EBADFD)
		c->why = "a rule of Landlock was refused";
}

static bool
restrict_self(const struct confine *c)
{
	return syscall(SYS_landlock_restrict_self, c->ruleset, 0u) == 0;
}
#else
static int
create(const struct ruleset *r, size_t size, unsigned flags)
{
	(void)r;
	(void)size;
	(void)flags;
	return -1;
}

static void
add_rule(struct confine *c, const struct beneath *b)
{
	(void)c;
	(void)b;
}

static bool
restrict_self(const struct confine *c)
{
	(void)c;
	return false;
}
#endif

static void
begin(struct confine *c, int abi)
{
	struct ruleset r = { .fs = 0 };
	size_t n = sizeof(above) / sizeof(above[0]);
	size_t size = abi >= ABI_SCOPE ? sizeof(r) :
	    abi >= ABI_NET ? sizeof(r) - sizeof(r.scoped) : sizeof(r.fs);

	c->known = above[(size_t)abi < n ? (size_t)abi : n - 1] - 1;
	r.fs = c->known;
	if ((c->flags & CONFINE_READ_ALL) != 0)
		r.fs &= ~FS_READ;
	c->known = r.fs;
	if (abi >= ABI_NET)
		r.net = NET_BIND_TCP | ((c->flags & CONFINE_NETWORK) != 0 ? 0 :
		    NET_CONNECT_TCP);
	if (abi >= ABI_SCOPE)
		r.scoped = SCOPE_ABSTRACT | SCOPE_SIGNAL;
	if ((c->ruleset = create(&r, size, 0)) == -1)
		c->why = "Landlock gives no ruleset";
}

void
confine_begin(struct confine *c, int flags)
{
	int abi;

	c->ruleset = -1;
	c->flags = flags;
	c->known = 0;
	if ((c->why = left_out()) != NULL)
		return;
	if ((abi = create(NULL, 0, CREATE_VERSION)) < 1)
		c->why = "this kernel has no Landlock";
	else if (abi < ABI_REFER && (flags & CONFINE_LINKS) != 0)
		c->why = "this kernel's Landlock forbids all links between "
		    "folders";
	else
		begin(c, abi);
}

void
confine_fd(struct confine *c, int fd, enum confine_use use)
{
	struct beneath b = { .allowed = uses[use] & c->known, .fd = fd };
	struct stat st;

	if (c->why != NULL)
		return;
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		b.allowed &= FS_OF_FILES;
	add_rule(c, &b);
}

void
confine_path(struct confine *c, const char *path, enum confine_use use)
{
	int fd;

	if (c->why != NULL || path == NULL || *path == '\0')
		return;
	if ((fd = open(path, O_PATH | O_CLOEXEC)) != -1) {
		confine_fd(c, fd, use);
		(void)close(fd);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
		c->why = "a file could not be looked at";
}

void
confine_folder(struct confine *c, const char *path, enum confine_use use)
{
	char *dir;

	if (c->why != NULL || path == NULL)
		return;
	dir = mem_printf("%.*s.", (int)folder_len(path), path);
	if (dir == NULL)
		c->why = "there is no memory";
	confine_path(c, dir, use);
	free(dir);
}

void
confine_system(struct confine *c)
{
	static const char *const folders[] = {
		"/bin", "/dev", "/etc", "/gnu/store", "/lib", "/lib32",
		"/lib64", "/nix/store", "/opt", "/proc", "/run", "/sbin",
		"/snap", "/sys", "/usr", "/var/lib/ca-certificates",
		"/var/run", "/var/db"
	};
	/* These are often links to elsewhere. */
	static const char *const files[] = {
		"/etc/hosts", "/etc/localtime", "/etc/nsswitch.conf",
		"/etc/resolv.conf", "/etc/ssl/cert.pem", "/etc/ssl/certs",
		"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/openssl.cnf"
	};
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		confine_path(c, folders[i], CONFINE_READ);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		confine_path(c, files[i], CONFINE_READ);
}

const char *
confine_end(struct confine *c)
{
	if (left_out() == NULL &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		if (c->why == NULL && !restrict_self(c))
			c->why = "Landlock refuses";
		confine_filter((c->flags & CONFINE_NETWORK) != 0);
	} else if (c->why == NULL)
		c->why = "no_new_privs is refused";
	if (c->ruleset != -1)
		(void)close(c->ruleset);
	c->ruleset = -1;
	return c->why;
}

#else

void
confine_begin(struct confine *c, int flags)
{
	c->ruleset = -1;
	c->flags = flags;
	c->known = 0;
	c->why = "this system has no Landlock, or this build cannot use it";
}

void
confine_path(struct confine *c, const char *path, enum confine_use use)
{
	(void)c;
	(void)path;
	(void)use;
}

void
confine_fd(struct confine *c, int fd, enum confine_use use)
{
	(void)c;
	(void)fd;
	(void)use;
}

void
confine_folder(struct confine *c, const char *path, enum confine_use use)
{
	(void)c;
	(void)path;
	(void)use;
}

void
confine_system(struct confine *c)
{
	(void)c;
}

const char *
confine_end(struct confine *c)
{
	return c->why;
}

#endif
