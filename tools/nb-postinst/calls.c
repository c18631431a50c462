/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * calls.c: answers system calls.
 *
 * The names in a call are read once. What they lead to is opened, and all that
 * follows is done by that descriptor: a name that another process changes
 * meanwhile changes nothing. What is left to the kernel it does with the caller's
 * rights alone.
 */
#define _GNU_SOURCE	/* statx(2), O_PATH, AT_EMPTY_PATH */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "birth.h"
#include "calls.h"
#include "kstat.h"
#include "request.h"

enum what { STAT, STATX, CHOWN, CHMOD, MKNOD };

/* 32-bit systems have two calls of each kind, the younger one with a longer
 * name; the other one's numbers are of 16 bits. */
#if defined(__NR_stat64)
#define NR_stat		__NR_stat64
#define NR_lstat	__NR_lstat64
#define NR_fstat	__NR_fstat64
#define NR_fstatat	__NR_fstatat64
#else
#if defined(__NR_stat)
#define NR_stat		__NR_stat
#define NR_lstat	__NR_lstat
#endif
#define NR_fstat	__NR_fstat
#define NR_fstatat	__NR_newfstatat
#endif
#if defined(__NR_chown32)
#define NR_chown	__NR_chown32
#define NR_lchown	__NR_lchown32
#define NR_fchown	__NR_fchown32
#else
#if defined(__NR_chown)
#define NR_chown	__NR_chown
#define NR_lchown	__NR_lchown
#endif
#define NR_fchown	__NR_fchown
#endif

/* Since Linux 6.6. */
#define NR_fchmodat2	452

static const int numbers[] = {
	NR_fstat, NR_fstatat, __NR_statx, NR_fchown, __NR_fchownat,
	__NR_fchmod, __NR_fchmodat, NR_fchmodat2, __NR_mknodat,
#if defined(NR_stat)
	NR_stat, NR_lstat,
#endif
#if defined(NR_chown)
	NR_chown, NR_lchown,
#endif
#if defined(__NR_chmod)
	__NR_chmod, __NR_mknod,
#endif
};

/* In the same order. */
static const struct call calls[] = {
	{ STAT, 0, -1, 1, -1, false }, { STAT, 0, 1, 2, 3, false },
	{ STATX, 0, 1, 4, 2, false }, { CHOWN, 0, -1, 1, -1, false },
	{ CHOWN, 0, 1, 2, 4, false }, { CHMOD, 0, -1, 1, -1, false },
	{ CHMOD, 0, 1, 2, -1, false }, { CHMOD, 0, 1, 2, 3, false },
	{ MKNOD, 0, 1, 2, -1, true },
#if defined(NR_stat)
	{ STAT, -1, 0, 1, -1, false }, { STAT, -1, 0, 1, -1, true },
#endif
#if defined(NR_chown)
	{ CHOWN, -1, 0, 1, -1, false }, { CHOWN, -1, 0, 1, -1, true },
#endif
#if defined(__NR_chmod)
	{ CHMOD, -1, 0, 1, -1, false }, { MKNOD, -1, 0, 1, -1, true },
#endif
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
_Static_assert(COUNT(calls) == COUNT(numbers), "a call is missing");

/* Since Linux 5.8; without it modes of the project's files are their own. */
#if defined(STATX_MNT_ID)
#define MNT_ID		STATX_MNT_ID
#define mount_of(sx)	((sx)->stx_mnt_id)
#else
#define MNT_ID		0u
#define mount_of(sx)	UINT64_C(0)
#endif

/* How ids look that the sandbox does not have (user_namespaces(7)). */
#define OVERFLOW_ID	65534u

#define DONE		0
#define PASS		CALLS_PASS

size_t
calls_numbers(const int **list)
{
	*list = numbers;
	return COUNT(numbers);
}

static struct inode
inode_of(const struct statx *sx)
{
	struct inode i;

	i.dev = makedev(sx->stx_dev_major, sx->stx_dev_minor);
	i.ino = sx->stx_ino;
	i.birth = birth_of(sx);
	return i;
}

static int
ask(int fd, int flags, unsigned mask, struct statx *sx)
{
	return statx(fd, "", flags | AT_EMPTY_PATH, mask | STATX_BASIC_STATS |
	    STATX_BTIME | MNT_ID, sx);
}

/* Keep fd open for a while; takes it. */
static void
pin(struct calls *c, int fd)
{
	unsigned i = c->npins % CALLS_PINS;

	if (c->npins >= CALLS_PINS)
		(void)close(c->pins[i]);
	c->pins[i] = fd;
	c->npins++;
}

/* The place for what is said of the file fd, as *sx has it; takes fd. NULL:
 * there is none. */
static struct owner *
note(struct calls *c, int fd, const struct statx *sx)
{
	const struct inode i = inode_of(sx);
	struct owner *o = owners_put(c->owners, &i);

	c->full |= o == NULL;
	pin(c, fd);
	return o;
}

/* Refuse, and close fd. */
static int
refuse(int fd, int why)
{
	(void)close(fd);
	return why;
}

/* What a call is to return whose file cannot be opened. The kernel may work
 * magic of its own with names in /proc. */
static int
not_opened(const struct request *r)
{
	int why = errno;

	return strncmp(r->name, "/proc/", 6) == 0 ? PASS : why;
}

/* ---- stat ---- */

void
calls_source(struct calls *c, const char *path)
{
	struct statx sx;

	if (c->nsources < CALLS_SOURCES &&
	    statx(AT_FDCWD, path, 0, MNT_ID, &sx) == 0 && mount_of(&sx) != 0)
		c->sources[c->nsources++] = mount_of(&sx);
}

static bool
is_source(const struct calls *c, const struct statx *sx)
{
	unsigned i;

	for (i = 0; i < c->nsources; i++) {
		if (c->sources[i] == mount_of(sx))
			return true;
	}
	return false;
}

/* As a layer has a folder of the project. */
static void
amend_source(struct statx *sx)
{
	const unsigned type = sx->stx_mode & S_IFMT;

	if (S_ISDIR(type))
		sx->stx_mode = S_IFDIR | 0755;
	else if (S_ISREG(type))
		sx->stx_mode = S_IFREG | ((sx->stx_mode & 0111) != 0 ? 0755 :
		    0644);
	sx->stx_uid = sx->stx_gid = 0;
}

/* Put in what is true; whether anything was. */
static bool
amend(const struct calls *c, struct statx *sx)
{
	const struct inode i = inode_of(sx);
	const struct owner *o = owners_find(c->owners, &i);

	if (o == NULL && is_source(c, sx)) {
		amend_source(sx);
		return true;
	}
	if (o == NULL) {
		if (sx->stx_uid != OVERFLOW_ID && sx->stx_gid != OVERFLOW_ID)
			return false;
		if (sx->stx_uid == OVERFLOW_ID)
			sx->stx_uid = 0;
		if (sx->stx_gid == OVERFLOW_ID)
			sx->stx_gid = 0;
		return true;
	}
	sx->stx_uid = o->uid;
	sx->stx_gid = o->gid;
	sx->stx_mode |= (uint16_t)o->special;
	if (o->kind != ENTRY_FILE) {
		sx->stx_mode = (uint16_t)((sx->stx_mode & 07777) |
		    (o->kind == ENTRY_CHAR ? S_IFCHR : S_IFBLK));
		sx->stx_rdev_major = o->major;
		sx->stx_rdev_minor = o->minor;
		sx->stx_size = sx->stx_blocks = 0;
	}
	return true;
}

static int
answer_stat(struct calls *c, struct request *r)
{
	const int sync = request_flags(r) & AT_STATX_SYNC_TYPE;
	unsigned char buf[KSTAT_MAX];
	bool x = r->call->what == STATX;
	uint64_t to = r->args[r->call->rest];
	struct statx sx;
	int fd, rc;

	if ((fd = request_file(r)) == -1)
		return PASS;
	rc = ask(fd, x ? sync : 0, x ? (unsigned)r->args[3] : 0, &sx);
	(void)close(fd);
	if (rc != 0 || !amend(c, &sx))
		return PASS;
	if (x)
		return target_put(&r->target, to, &sx, sizeof(sx));
	return target_put(&r->target, to, buf, kstat_of(buf, &sx));
}

/* ---- chown ---- */

/* An id that is given becomes the only one there is; -1 stays. */
static unsigned
own_id(uint32_t id)
{
	return id == UINT32_MAX ? UINT32_MAX : 0;
}

/* Changing a file's owner takes its set-id bits, but for a set-group-id bit
 * that no group can execute (inode_operations' setattr, as chown(2) has it). */
static void
take_special(struct owner *o, const struct statx *sx)
{
	o->special &= ~04000u;
	if ((sx->stx_mode & 0010) != 0)
		o->special &= ~02000u;
}

/* A real device node is the host's, bound here. The machine's own root, if it
 * has to remain that, could change it. */
static bool
is_hosts(const struct statx *sx)
{
	return S_ISCHR(sx->stx_mode) || S_ISBLK(sx->stx_mode);
}

static int
answer_chown(struct calls *c, struct request *r)
{
	const uint32_t uid = (uint32_t)r->args[r->call->rest];
	const uint32_t gid = (uint32_t)r->args[r->call->rest + 1];
	struct statx sx;
	struct owner *o;
	int fd = request_file(r);

	if (fd == -1)
		return not_opened(r);
	if (ask(fd, 0, 0, &sx) != 0)
		return refuse(fd, errno);
	if (is_hosts(&sx))
		return refuse(fd, EPERM);
	if (fchownat(fd, "", own_id(uid), own_id(gid), AT_EMPTY_PATH) != 0)
		return refuse(fd, errno);
	if ((o = note(c, fd, &sx)) == NULL)
		return ENOMEM;
	if (uid != UINT32_MAX)
		o->uid = uid;
	if (gid != UINT32_MAX) {
		o->gid = gid;
		o->gid_said = true;
	}
	take_special(o, &sx);
	return DONE;
}

/* ---- chmod ---- */

/* chmod(2) of what a descriptor with O_PATH is: by its name in /proc. */
static int
change_mode(const struct calls *c, int fd, mode_t mode)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "self/fd/%d", fd);
	return fchmodat(c->proc, name, mode, 0);
}

static int
answer_chmod(struct calls *c, struct request *r)
{
	const uint32_t mode = (uint32_t)r->args[r->call->rest] & 07777;
	struct statx sx;
	struct owner *o;
	struct inode i;
	bool file;
	int fd = request_file(r);

	if (fd == -1) {
		/* Not with bits that no file may get. */
		return (mode & OWNER_SPECIAL) == 0 ? not_opened(r) : errno;
	}
	if (ask(fd, 0, 0, &sx) != 0)
		return refuse(fd, errno);
	if (S_ISLNK(sx.stx_mode))
		return refuse(fd, EOPNOTSUPP);
	if (is_hosts(&sx))
		return refuse(fd, EPERM);
	file = S_ISREG(sx.stx_mode);
	if (change_mode(c, fd, file ? mode & OWNER_ON_DISK : mode) != 0)
		return refuse(fd, errno);
	i = inode_of(&sx);
	if (!file || ((mode & OWNER_SPECIAL) == 0 &&
	    owners_find(c->owners, &i) == NULL))
		return refuse(fd, DONE);
	if ((o = note(c, fd, &sx)) == NULL)
		return ENOMEM;
	o->special = mode & OWNER_SPECIAL;
	return DONE;
}

/* ---- mknod ---- */

/* A device; or a file made by this call with bits that it may not have. */
static bool
is_ours(mode_t mode)
{
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return true;
	return (S_ISREG(mode) || (mode & S_IFMT) == 0) &&
	    (mode & OWNER_SPECIAL) != 0;
}

static int
answer_mknod(struct calls *c, struct request *r)
{
	const mode_t mode = (mode_t)r->args[r->call->rest];
	const uint32_t dev = (uint32_t)r->args[r->call->rest + 1];
	struct statx sx;
	struct owner *o;
	int fd, mask, why;

	if (!is_ours(mode))
		return PASS;
	if ((why = request_name(r)) != 0)
		return why;
	if ((mask = target_umask(&r->target)) == -1)
		return EPERM;
	/* Neither a file that is there nor a link is taken. */
	fd = request_open(r, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY,
	    mode & OWNER_ON_DISK & (mode_t)~mask);
	if (fd == -1)
		return errno;
	if (ask(fd, 0, 0, &sx) != 0)
		return refuse(fd, errno);
	if ((o = note(c, fd, &sx)) == NULL)
		return ENOMEM;
	o->uid = o->gid = 0;
	o->special = mode & OWNER_SPECIAL;
	if (S_ISCHR(mode) || S_ISBLK(mode)) {
		o->special = 0;
		o->kind = S_ISCHR(mode) ? ENTRY_CHAR : ENTRY_BLOCK;
		o->major = dev >> 8 & 0xfff;	/* linux/kdev_t.h */
		o->minor = (dev & 0xff) | (dev >> 12 & 0xfff00);
	}
	return DONE;
}

static int
answer(struct calls *c, struct request *r)
{
	const bool stat = r->call->what == STAT || r->call->what == STATX;

	/* What a later kernel may know, it may tell of, but not do. */
	if ((request_flags(r) & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH |
	    (stat ? AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE : 0))) != 0)
		return stat ? PASS : EINVAL;
	switch (r->call->what) {
	case CHOWN:	return answer_chown(c, r);
	case CHMOD:	return answer_chmod(c, r);
	case MKNOD:	return answer_mknod(c, r);
	default:	return answer_stat(c, r);
	}
}

int
calls_answer(struct calls *c, pid_t tid, int nr, const uint64_t args[6])
{
	struct request r;
	size_t i;

	memcpy(r.args, args, sizeof(r.args));
	r.target.proc = c->proc;
	r.target.tid = tid;
	for (i = 0; i < COUNT(numbers); i++) {
		if (numbers[i] == nr) {
			r.call = &calls[i];
			return answer(c, &r);
		}
	}
	return PASS;
}
