/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * probe.c: start a tiny guest in an accelerator and wait for its byte.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "compat.h"
#include "guest.h"
#include "probe.h"
#include "qemu.h"

/* Room for a message of QEMU's; what is longer is cut. */
#define SAID_MAX 1024

struct run {
	pid_t	 pid;
	int	 out, err;	/* pipes from the guest and from QEMU; -1 */
	bool	 ran;		/* the byte has come */
	char	 said[SAID_MAX];
	size_t	 len;
};

/* In the child. A process group of its own, so that all of it can be ended;
 * and should we be killed meanwhile, it ends too. */
static void
become(char *const argv[], const char *path, pid_t parent, int out, int err)
{
	int null = open("/dev/null", O_RDWR);

	compat_die_with_parent(SIGKILL);
	if (getppid() != parent)
		_exit(127);
	(void)setpgid(0, 0);
	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(out, STDOUT_FILENO) == -1 || dup2(err, STDERR_FILENO) == -1)
		_exit(127);
	(void)execv(path, argv);
	_exit(127);
}

static int
start(struct run *r, const char *path, char *const argv[], struct err *e)
{
	int out[2], err[2];
	pid_t self = getpid();

	if (pipe(out) == -1)
		return err_sys(e, "pipe");
	if (pipe(err) == -1) {
		(void)close(out[0]);
		(void)close(out[1]);
		return err_sys(e, "pipe");
	}
	for (int i = 0; i < 2; i++) {
		(void)fcntl(out[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(err[i], F_SETFD, FD_CLOEXEC);
	}
	if ((r->pid = fork()) == 0)
		become(argv, path, self, out[1], err[1]);
	(void)close(out[1]);
	(void)close(err[1]);
	r->out = out[0];
	r->err = err[0];
	if (r->pid == -1)
		return err_sys(e, "fork");
	/* Whichever of the two comes first. */
	(void)setpgid(r->pid, r->pid);
	return 0;
}

static void
listen_to(struct run *r, int *fd)
{
	char buf[256];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n <= 0) {
		if (n == -1 && errno == EINTR)
			return;
		(void)close(*fd);
		*fd = -1;
		return;
	}
	if (fd == &r->out) {
		r->ran = memchr(buf, GUEST_BYTE, (size_t)n) != NULL;
		return;
	}
	if ((size_t)n > sizeof(r->said) - 1 - r->len)
		n = (ssize_t)(sizeof(r->said) - 1 - r->len);
	memcpy(r->said + r->len, buf, (size_t)n);
	r->len += (size_t)n;
}

/* Until the byte comes, QEMU is gone, or the time is over. */
static bool
watch(struct run *r, int limit)
{
	int64_t end = clock_ms() + limit, left;

	while (!r->ran && r->out != -1 && (left = end - clock_ms()) > 0) {
		struct pollfd p[2] = {
			{ .fd = r->out, .events = POLLIN },
			{ .fd = r->err, .events = POLLIN }
		};

		if (poll(p, 2, (int)left) == -1 && errno != EINTR)
			break;
		if (p[1].revents != 0 && r->err != -1)
			listen_to(r, &r->err);
		if (p[0].revents != 0)
			listen_to(r, &r->out);
	}
	return r->out != -1;
}

/* QEMU's last line, without its name in front. */
static const char *
last_line(struct run *r)
{
	char *p, *colon;

	while (r->len > 0 && r->said[r->len - 1] == '\n')
		r->len--;
	r->said[r->len] = '\0';
	if ((p = strrchr(r->said, '\n')) != NULL)
		p++;
	else
		p = r->said;
	colon = strstr(p, ": ");
	return colon != NULL && strncmp(p, "qemu-system", 11) == 0 ? colon + 2 :
	    p;
}

static void
explain(struct run *r, bool alive, int limit, int status, char *why,
    size_t len)
{
	const char *line;

	if (alive) {
		(void)snprintf(why, len, PROBE_HANGS " within %d ms", limit);
		return;
	}
	/* What it said last may still be in the pipe. */
	while (r->err != -1 && r->len < sizeof(r->said) - 1) {
		struct pollfd p = { .fd = r->err, .events = POLLIN };

		if (poll(&p, 1, 0) != 1)
			break;
		listen_to(r, &r->err);
	}
	line = last_line(r);
	if (*line != '\0')
		(void)snprintf(why, len, "%s", line);
	else if (WIFSIGNALED(status))
		(void)snprintf(why, len, "QEMU was ended by signal %d",
		    WTERMSIG(status));
	else
		(void)snprintf(why, len, "QEMU ended with status %d",
		    WEXITSTATUS(status));
}

static int
run(const char *qemu, char *const argv[], int limit, char *why, size_t len,
    struct err *e)
{
	struct run r = { .out = -1, .err = -1 };
	int status = 0;
	bool alive;

	if (start(&r, qemu, argv, e) == -1)
		return -1;
	alive = watch(&r, limit);
	/* One that has ended by itself is told from one that is ended here. */
	if (alive)
		(void)kill(-r.pid, SIGKILL);
	while (waitpid(r.pid, &status, 0) == -1 && errno == EINTR)
		;
	(void)kill(-r.pid, SIGKILL);
	if (!r.ran)
		explain(&r, alive, limit, status, why, len);
	if (r.out != -1)
		(void)close(r.out);
	if (r.err != -1)
		(void)close(r.err);
	return r.ran ? 1 : 0;
}

/* /dev/fd names it for QEMU: no file is left behind, whatever happens. */
static int
write_guest(FILE *f, const struct arch *a)
{
	uint8_t file[GUEST_MAX];
	size_t len = guest_make(file, a);

	return f != NULL && fwrite(file, 1, len, f) == len && fflush(f) == 0 ?
	    0 : -1;
}

static int
add_all(struct words *to, const struct words *from, struct err *e)
{
	for (size_t i = 0; i < from->n; i++) {
		if (words_add(to, from->v[i], e) == -1)
			return -1;
	}
	return 0;
}

int
probe_accel(const char *qemu, const struct arch *a, const char *accel,
    const char *cpu, const struct words *firmware, int limit, char *why,
    size_t whylen, struct err *e)
{
	struct words w = { NULL, 0, 0 };
	FILE *f = tmpfile();
	int rv = -1;

	*why = '\0';
	if (write_guest(f, a) == -1)
		(void)err_sys(e, "temporary file");
	else if (words_add(&w, qemu, e) == 0 &&
	    qemu_machine(&w, a, accel, cpu, e) == 0 &&
	    add_all(&w, firmware, e) == 0 &&
	    words_split(&w, "-m 64 -serial stdio -kernel", e) == 0 &&
	    words_addf(&w, e, "/dev/fd/%d", fileno(f)) == 0)
		rv = run(qemu, w.v, limit, why, whylen, e);
	words_free(&w);
	if (f != NULL)
		(void)fclose(f);
	return rv;
}
