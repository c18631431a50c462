/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * cache.c: threads that unpack archives into a folder.
 */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"
#include "compat.h"
#include "confine.h"
#include "folders.h"
#include "mem.h"
#include "outfile.h"
#include "reader.h"
#include "thread.h"
#include "writeall.h"

/* What is smaller is unpacked in no time. */
#define SMALL		(256u * 1024)
/* What becomes so many times larger is no set but a bomb. */
#define GROWTH_MAX	64
/* Room that is left to others, beside that for what sets usually become; it is
 * looked at again each so many bytes. */
#define ROOM		(UINT64_C(1) << 30)
#define ROOM_STEP	(UINT64_C(16) << 20)
#define GROWTH		8
#define THREADS_MAX	8

struct job {
	struct job	*next;
	char		*path;		/* of the archive */
	char		*name;		/* of its file in the folder */
	struct outfile	*out;
	uint64_t	 left;		/* bytes that it may become */
	enum { QUEUED, RUNNING, DONE, FAILED } state;
};

static struct {
	const char	*dir;		/* NULL: none */
	pthread_t	 thread[THREADS_MAX];
	unsigned	 nthreads;
	/* All below is under lock; so are the jobs' states. */
	pthread_mutex_t	 lock;
	pthread_cond_t	 changed;
	struct job	*jobs;		/* in the order in which they came */
	bool		 ending;
} cache = {
	.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER
};

void
cache_use(const char *dir)
{
	cache.dir = dir != NULL && *dir != '\0' ? dir : NULL;
}

void
cache_confine(struct confine *c)
{
	if (cache.dir == NULL)
		return;
	(void)mkdir(cache.dir, 0777);	/* a rule is for what is there */
	confine_path(c, cache.dir, CONFINE_WRITE);
}

/* Compressors by what their files begin with, as far as reader.h knows them. */
static bool
is_compressed(const char *path)
{
	static const struct {
		const char	*magic;
		size_t		 len;
	} known[] = {
		{ "\x1f\x8b", 2 }, { "\xfd" "7zXZ", 6 }, { "BZh", 3 },
		{ "\x28\xb5\x2f\xfd", 4 }, { "\x04\x22\x4d\x18", 4 }
	};
	char head[8] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool is = false;
	size_t i;

	if (fd == -1)
		return false;
	if (pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head)) {
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			is |= memcmp(head, known[i].magic, known[i].len) == 0;
	}
	(void)close(fd);
	return is;
}

/* The name in the folder of what is in the archive, to be freed; NULL when it
 * has no place there. *size is the archive's. */
static char *
place(const char *path, uint64_t *size)
{
	struct stat st;

	if (cache.dir == NULL || stat(path, &st) != 0 ||
	    !S_ISREG(st.st_mode) || st.st_size < SMALL)
		return NULL;
	*size = (uint64_t)st.st_size;
	/* Its mtime anybody can set; the other is the kernel's own. */
	return mem_printf("%s/%s.%jx-%jx.%lx-%jx.%lx-%jx.tar", cache.dir,
	    path + folder_len(path), (uintmax_t)st.st_size,
	    (uintmax_t)st.st_mtim.tv_sec, (unsigned long)st.st_mtim.tv_nsec,
	    (uintmax_t)st.st_ctim.tv_sec, (unsigned long)st.st_ctim.tv_nsec,
	    (uintmax_t)st.st_ino);
}

static bool
is_room(uint64_t size)
{
	struct statvfs v;

	return statvfs(cache.dir, &v) == 0 &&
	    (uint64_t)v.f_bavail * v.f_frsize / GROWTH > size + ROOM / GROWTH;
}

static bool
put(struct job *j, const char *buf, size_t len)
{
	if (len > j->left || (j->left / ROOM_STEP != (j->left - len) /
	    ROOM_STEP && !is_room(0)))
		return false;
	j->left -= len;
	return write_all(outfile_fd(j->out), buf, len) == 0;
}

static bool
is_ending(void)
{
	bool ending;

	(void)pthread_mutex_lock(&cache.lock);
	ending = cache.ending;
	(void)pthread_mutex_unlock(&cache.lock);
	return ending;
}

static bool
unpack(struct job *j)
{
	struct archive_entry *ae;
	struct reader *r;
	const void *buf;
	uint64_t off, at = 0;
	size_t len;
	struct err e;
	int k = -1;

	if ((r = reader_open_packed(j->path, j->path, &e)) == NULL)
		return false;
	if (reader_next(r, &ae, &e) > 0) {
		while ((k = reader_data(r, &buf, &len, &off, &e)) > 0) {
			if (off != at || !put(j, buf, len) || is_ending())
				break;
			at += len;
		}
	}
	reader_close(r);
	return k == 0;
}

/* Under lock, which is given up meanwhile. */
static void
work(struct job *j)
{
	bool ok;

	j->state = RUNNING;
	(void)pthread_mutex_unlock(&cache.lock);
	ok = unpack(j);
	(void)pthread_mutex_lock(&cache.lock);
	j->state = ok ? DONE : FAILED;
	(void)pthread_cond_broadcast(&cache.changed);
}

static void *
run(void *arg)
{
	struct job *j;

	(void)arg;
	(void)pthread_mutex_lock(&cache.lock);
	while (!cache.ending) {
		for (j = cache.jobs; j != NULL && j->state != QUEUED;
		    j = j->next)
			;
		if (j != NULL)
			work(j);
		else
			(void)pthread_cond_wait(&cache.changed, &cache.lock);
	}
	(void)pthread_mutex_unlock(&cache.lock);
	return NULL;
}

static void
start_thread(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (cache.nthreads < THREADS_MAX && (long)cache.nthreads < cpus &&
	    thread_start(&cache.thread[cache.nthreads], run, NULL))
		cache.nthreads++;
}

static void
job_free(struct job *j)
{
	outfile_abort(j->out);
	free(j->path);
	free(j->name);
	free(j);
}

/* At the end of the queue. */
static void
enqueue(struct job *j)
{
	struct job **p;

	(void)pthread_mutex_lock(&cache.lock);
	for (p = &cache.jobs; *p != NULL; p = &(*p)->next)
		;
	*p = j;
	(void)pthread_cond_broadcast(&cache.changed);
	(void)pthread_mutex_unlock(&cache.lock);
}

static struct job *
find(const char *path)
{
	struct job *j;

	for (j = cache.jobs; j != NULL && strcmp(j->path, path) != 0;
	    j = j->next)
		;
	return j;
}

void
cache_begin(const char *path)
{
	uint64_t size;
	char *name = place(path, &size);
	struct job *j = NULL;
	struct err e;

	if (name == NULL || find(path) != NULL || access(name, R_OK) == 0 ||
	    !is_compressed(path)) {
		free(name);
		return;
	}
	(void)mkdir(cache.dir, 0777);
	if (is_room(size) && (j = mem_array(1, sizeof(*j))) != NULL &&
	    (j->path = mem_printf("%s", path)) != NULL &&
	    (j->out = outfile_open(name, 0, &e)) != NULL) {
		j->name = name;
		j->left = size * GROWTH_MAX;
		enqueue(j);
		start_thread();
		return;
	}
	if (j != NULL)
		job_free(j);
	free(name);
}

/* What an older archive of that name left in the folder. */
static void
remove_older(const struct job *j)
{
	const char *mine = j->name + folder_len(j->name);
	const char *base = j->path + folder_len(j->path);
	size_t len = strlen(base);
	struct dirent *d;
	DIR *dir = opendir(cache.dir);

	while (dir != NULL && (d = readdir(dir)) != NULL) {
		if (strncmp(d->d_name, base, len) == 0 &&
		    d->d_name[len] == '.' && strcmp(d->d_name, mine) != 0 &&
		    strstr(d->d_name + len, ".part") == NULL)
			(void)unlinkat(dirfd(dir), d->d_name, 0);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

/* Until the job is done, by the caller itself when nobody has begun. */
static void
finish(struct job *j)
{
	struct err e;
	bool done;

	(void)pthread_mutex_lock(&cache.lock);
	if (j->state == QUEUED)
		work(j);
	while (j->state == RUNNING)
		(void)pthread_cond_wait(&cache.changed, &cache.lock);
	done = j->state == DONE;
	(void)pthread_mutex_unlock(&cache.lock);
	if (j->out == NULL)
		return;
	if (done && outfile_commit(j->out, &e) == 0)
		remove_older(j);
	else if (!done)
		outfile_abort(j->out);
	j->out = NULL;
}

int
cache_take(const char *path)
{
	uint64_t size;
	char *name = place(path, &size);
	struct job *j;
	int fd;

	if (name == NULL)
		return -1;
	if ((j = find(path)) != NULL)
		finish(j);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	free(name);
	return fd;
}

void
cache_end(void)
{
	struct job *j;

	(void)pthread_mutex_lock(&cache.lock);
	cache.ending = true;
	(void)pthread_cond_broadcast(&cache.changed);
	(void)pthread_mutex_unlock(&cache.lock);
	while (cache.nthreads > 0)
		(void)pthread_join(cache.thread[--cache.nthreads], NULL);
	while ((j = cache.jobs) != NULL) {
		cache.jobs = j->next;
		job_free(j);
	}
	cache.ending = false;
}
