/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * watch.c: one child, its output, and an HTTP client that asks again and again.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <netinet/in.h>
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "watch.h"

#define PAGE_MAX	65536u	/* bytes of an answer that are kept */
#define PAUSE		0.03	/* seconds between two questions */
#define GRACE		5.0	/* seconds from TERM to KILL */

static volatile sig_atomic_t interrupted;

static void
on_signal(int sig)
{
	interrupted = sig;
}

static double
now(void)
{
	return (double)clock_us() / 1e6;
}

int
watch_free_port(struct err *e)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	int s = socket(AF_INET, SOCK_STREAM, 0), port = -1;

	if (s < 0)
		return err_sys(e, "socket");
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(s, (struct sockaddr *)&sin, sizeof(sin)) != 0 ||
	    getsockname(s, (struct sockaddr *)&sin, &len) != 0)
		(void)err_sys(e, "no free port on 127.0.0.1");
	else
		port = ntohs(sin.sin_port);
	(void)close(s);
	return port;
}

int
watch_build(char *const argv[], double *seconds, struct err *e)
{
	double began = now();
	pid_t pid = fork();
	int status;

	if (pid == -1)
		return err_sys(e, "fork");
	if (pid == 0) {
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) == -1) {
		if (errno != EINTR)
			return err_sys(e, "wait");
	}
	*seconds = now() - began;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, "%s: the build failed (see above)", argv[0]);
	return 0;
}

/* Start the command with its output in a pipe: *fd is our end. */
static pid_t
start(char *const argv[], int *fd, struct err *e)
{
	int p[2];
	pid_t pid;

	if (pipe(p) != 0)
		return err_sys(e, "pipe");
	if ((pid = fork()) == -1) {
		(void)close(p[0]);
		(void)close(p[1]);
		return err_sys(e, "fork");
	}
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		(void)setpgid(0, 0);
		if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
		    dup2(p[1], STDOUT_FILENO) < 0)
			_exit(126);
		(void)close(p[0]);
		(void)close(p[1]);
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	(void)setpgid(pid, pid);
	(void)close(p[1]);
	(void)fcntl(p[0], F_SETFD, FD_CLOEXEC);
	*fd = p[0];
	return pid;
}

/* Why the command is gone, told by its exit status. */
static int
ended(struct watch *w, pid_t pid, struct err *e)
{
	double until = now() + GRACE;
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		/* its output is closed, but it lives: stop() ends it */
		if (now() > until)
			return err_set(e, "%s: closed its output before %s "
			    "answered", w->argv[0], w->url);
		(void)nanosleep(&(struct timespec){ .tv_nsec = 10000000 },
		    NULL);
	}
	w->pid = -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(e, "%s: cannot be run", w->argv[0]);
	if (WIFSIGNALED(status))
		return err_set(e, "%s: killed by signal %d before %s answered",
		    w->argv[0], WTERMSIG(status), w->url);
	return err_set(e, "%s: ended with status %d before %s answered",
	    w->argv[0], WEXITSTATUS(status), w->url);
}

/* End the command, and what it may have started, and wait for it. */
static void
stop(pid_t pid)
{
	double until = now() + GRACE;
	int status;

	(void)kill(-pid, SIGTERM);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (now() > until) {
			(void)kill(-pid, SIGKILL);
			(void)waitpid(pid, &status, 0);
			return;
		}
		(void)nanosleep(&(struct timespec){ .tv_nsec = 10000000 },
		    NULL);
	}
}

static size_t
keep(char *data, size_t size, size_t n, void *ctx)
{
	struct watch *w = ctx;
	size_t room = PAGE_MAX - w->len, len = size * n;

	if (len > room)
		len = room;
	memcpy(w->page + w->len, data, len);
	w->len += len;
	w->page[w->len] = '\0';
	return size * n;
}

/* Copy what the VM says. 0 when it has closed its output. */
static int
copy_output(struct watch *w, int fd, double began)
{
	char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0)
		return 0;
	if (w->first_output < 0)
		w->first_output = now() - began;
	(void)!write(STDOUT_FILENO, buf, (size_t)n);
	return 1;
}

/* One answer that is not 200 is a reason to ask again. 1: it was 200. */
static int
answered(CURLM *multi, CURL *easy, struct watch *w)
{
	CURLMsg *msg;
	long code = 0;
	int left;

	msg = curl_multi_info_read(multi, &left);
	if (msg == NULL || msg->msg != CURLMSG_DONE)
		return -1;
	if (msg->data.result == CURLE_OK)
		(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
	(void)curl_multi_remove_handle(multi, easy);
	if (code == 200)
		return 1;
	w->len = 0;
	return 0;
}

static int
ask_until_answer(struct watch *w, CURLM *multi, CURL *easy, int fd,
    struct err *e)
{
	struct curl_waitfd out = { .fd = fd, .events = CURL_WAIT_POLLIN };
	double began = now(), again = began;
	int asking = 0, running, r;

	while (!interrupted && now() - began < w->limit) {
		if (!asking && now() >= again) {
			(void)curl_multi_add_handle(multi, easy);
			asking = 1;
		}
		(void)curl_multi_perform(multi, &running);
		if (asking && (r = answered(multi, easy, w)) >= 0) {
			if (r == 1) {
				w->answer = now() - began;
				return 0;
			}
			asking = 0;
			again = now() + PAUSE;
		}
		out.revents = 0;
		(void)curl_multi_poll(multi, &out, 1, 20, NULL);
		if (out.revents != 0 && copy_output(w, fd, began) == 0)
			return ended(w, w->pid, e);
	}
	if (interrupted)
		return err_set(e, "interrupted");
	return err_set(e, "%s: no answer within %.0f seconds", w->url,
	    w->limit);
}

int
watch_run(struct watch *w, struct err *e)
{
	struct sigaction sa = { .sa_handler = on_signal };
	CURLM *multi = curl_multi_init();
	CURL *easy = curl_easy_init();
	pid_t pid;
	int fd = -1, r = -1;

	w->first_output = w->answer = -1;
	w->len = 0;
	w->page = malloc(PAGE_MAX + 1);
	if (multi == NULL || easy == NULL || w->page == NULL) {
		(void)err_mem(e);
		goto out;
	}
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGHUP, &sa, NULL);
	(void)curl_easy_setopt(easy, CURLOPT_URL, w->url);
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	/* QEMU takes connections that the guest does not answer yet. */
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 1000L);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, w);
	if ((pid = start(w->argv, &fd, e)) > 0) {
		w->pid = pid;
		r = ask_until_answer(w, multi, easy, fd, e);
		if (w->pid != -1)
			stop(pid);
		(void)close(fd);
	}
out:
	if (easy != NULL) {
		if (multi != NULL)
			(void)curl_multi_remove_handle(multi, easy);
		curl_easy_cleanup(easy);
	}
	if (multi != NULL)
		(void)curl_multi_cleanup(multi);
	return r;
}
