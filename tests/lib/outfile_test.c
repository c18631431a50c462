/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * outfile_test.c: files that appear whole or not at all.
 */
#include <sys/resource.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "outfile.h"
#include "thread.h"

#define NOBODY 65534

static struct err e;

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ATF_REQUIRE(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

/* Whether path holds text, no more and no less. */
static bool
holds(const char *path, const char *text)
{
	char buf[256];
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return false;
	n = fread(buf, 1, sizeof(buf), f);
	(void)fclose(f);
	return n == strlen(text) && memcmp(buf, text, n) == 0;
}

static bool
there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static struct outfile *
begun(const char *path, int flags, const char *text)
{
	struct outfile *o = outfile_open(path, flags, &e);

	ATF_REQUIRE_MSG(o != NULL, "%s", e.text);
	ATF_REQUIRE(write(outfile_fd(o), text, strlen(text)) ==
	    (ssize_t)strlen(text));
	return o;
}

static void
refused(const char *path, const char *why)
{
	ATF_CHECK(outfile_open(path, 0, &e) == NULL);
	ATF_CHECK_MSG(strstr(e.text, why) != NULL, "said: %s", e.text);
	ATF_CHECK(strncmp(e.text, path, strlen(path)) == 0);
}

ATF_TC_WITHOUT_HEAD(published_by_commit_only);
ATF_TC_BODY(published_by_commit_only, tc)
{
	struct outfile *o;

	(void)tc;
	put("f", "old");
	o = begun("f", 0, "new");
	ATF_CHECK_STREQ("f.part", outfile_part(o));
	ATF_CHECK(holds("f", "old"));
	ATF_CHECK(holds("f.part", "new"));
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "new"));
	ATF_CHECK(!there("f.part"));
	o = begun("g", OUTFILE_SYNC, "synced");
	ATF_CHECK(!there("g"));
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("g", "synced"));
}

ATF_TC_WITHOUT_HEAD(swapped);
ATF_TC_BODY(swapped, tc)
{
	struct outfile *o;
	struct stat st;
	int old;

	(void)tc;
	o = begun("f", OUTFILE_SWAP, "first");
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "first"));
	/* its other name, and who has it open, keep the old one */
	ATF_REQUIRE(link("f", "other") == 0);
	o = begun("f", OUTFILE_SWAP, "second");
	ATF_CHECK(holds("f", "first"));
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "second") && holds("other", "first"));
	ATF_CHECK(!there("f.part"));
	/* somebody has it locked */
	old = open("f", O_RDONLY);
	ATF_REQUIRE(old != -1 && flock(old, LOCK_EX | LOCK_NB) == 0);
	o = begun("f", OUTFILE_SWAP, "third");
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "third") && !there("f.part"));
	ATF_CHECK(fstat(old, &st) == 0 && st.st_nlink == 0);
	(void)close(old);
	/* it has gone meanwhile, or has become what is not replaced */
	o = begun("f", OUTFILE_SWAP, "fourth");
	ATF_REQUIRE(unlink("f") == 0);
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "fourth") && !there("f.part"));
	o = begun("f", OUTFILE_SWAP, "fifth");
	ATF_REQUIRE(unlink("f") == 0 && mkdir("f", 0755) == 0);
	ATF_CHECK(outfile_commit(o, &e) == -1);
	ATF_CHECK(stat("f", &st) == 0 && S_ISDIR(st.st_mode));
	ATF_CHECK(!there("f.part"));
}

ATF_TC_WITHOUT_HEAD(abort_leaves_the_old_one);
ATF_TC_BODY(abort_leaves_the_old_one, tc)
{
	struct outfile *o;

	(void)tc;
	put("f", "old");
	o = begun("f", OUTFILE_KEEP, "new");
	errno = ERANGE;
	outfile_abort(o);
	ATF_CHECK_EQ(ERANGE, errno);
	outfile_abort(NULL);
	ATF_CHECK(holds("f", "old"));
	ATF_CHECK(!there("f.part"));
}

ATF_TC_WITHOUT_HEAD(modes);
ATF_TC_BODY(modes, tc)
{
	struct outfile *o;
	struct stat st;

	(void)tc;
	(void)umask(027);
	put("f.part", "left by a run with another umask");
	ATF_REQUIRE(chmod("f.part", 0600) == 0);
	o = begun("f", 0, "x");
	ATF_CHECK_EQ(027, umask(022));	/* it was not changed */
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "x"));
	ATF_REQUIRE(stat("f", &st) == 0);
	ATF_CHECK_EQ(0640, st.st_mode & 07777);
	o = begun("f", 0, "y");
	outfile_mode(o, 0755);
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_REQUIRE(stat("f", &st) == 0);
	ATF_CHECK_EQ(0755, st.st_mode & 07777);
}

ATF_TC_WITHOUT_HEAD(one_writer);
ATF_TC_BODY(one_writer, tc)
{
	struct outfile *o;

	(void)tc;
	o = begun("f", 0, "mine");
	refused("f", "another process is writing it");
	ATF_REQUIRE(symlink("f", "link") == 0);
	ATF_CHECK(outfile_open("link", OUTFILE_KEEP, &e) == NULL);
	ATF_CHECK(holds("f.part", "mine"));
	ATF_CHECK(outfile_commit(o, &e) == 0);
	o = begun("f", 0, "next");
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "next"));
}

ATF_TC_WITHOUT_HEAD(leftovers);
ATF_TC_BODY(leftovers, tc)
{
	struct outfile *o;

	(void)tc;
	outfile_suspend(begun("f", OUTFILE_KEEP, "half"));
	ATF_CHECK(!there("f"));
	ATF_CHECK(holds("f.part", "half"));
	o = outfile_open("f", OUTFILE_KEEP, &e);
	ATF_REQUIRE(o != NULL);
	ATF_CHECK(holds("f.part", "half"));
	outfile_suspend(o);
	o = begun("f", 0, "all");
	ATF_CHECK(holds("f.part", "all"));
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "all"));
}

ATF_TC_WITHOUT_HEAD(strangers_part);
ATF_TC_BODY(strangers_part, tc)
{
	struct outfile *o;

	(void)tc;
	/* Written to, it would change another file. */
	put("precious", "kept");
	ATF_REQUIRE(link("precious", "f.part") == 0);
	o = begun("f", 0, "new");
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "new"));
	ATF_CHECK(holds("precious", "kept"));
	ATF_REQUIRE(symlink("precious", "g.part") == 0);
	refused("g", "in the way");
	ATF_CHECK(holds("precious", "kept"));
	ATF_REQUIRE(mkdir("h.part", 0777) == 0);
	refused("h", "in the way");
	ATF_REQUIRE(mkfifo("i.part", 0666) == 0);
	refused("i", "in the way");
}

ATF_TC_WITHOUT_HEAD(not_replaceable);
ATF_TC_BODY(not_replaceable, tc)
{
	(void)tc;
	ATF_REQUIRE(mkdir("dir", 0777) == 0);
	refused("dir", "it is a folder");
	refused("dir/", "not the name of a file");
	ATF_CHECK(outfile_open("", 0, &e) == NULL);
	refused("/dev/null", "not a regular file");
	refused("none/f", "the folder none does not exist");
	ATF_CHECK_EQ(ERR_MISSING, e.code);
	put("file", "");
	refused("file/f", "Not a directory");
	ATF_REQUIRE(symlink("b", "a") == 0 && symlink("a", "b") == 0);
	refused("a", "loop");
	ATF_CHECK(!there("dir.part") && !there("a.part"));
}

ATF_TC_WITHOUT_HEAD(through_links);
ATF_TC_BODY(through_links, tc)
{
	struct outfile *o;
	struct stat st;

	(void)tc;
	ATF_REQUIRE(mkdir("dir", 0777) == 0 && mkdir("dir/sub", 0777) == 0);
	put("dir/f", "old");
	ATF_REQUIRE(symlink("dir/l", "l") == 0);
	ATF_REQUIRE(symlink("f", "dir/l") == 0);
	o = begun("l", 0, "new");
	ATF_CHECK_STREQ("dir/f.part", outfile_part(o));
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(lstat("l", &st) == 0 && S_ISLNK(st.st_mode));
	ATF_CHECK(holds("dir/f", "new"));
	ATF_REQUIRE(symlink("dir/sub/none", "dangling") == 0);
	o = begun("dangling", 0, "made");
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("dir/sub/none", "made"));
}

ATF_TC_WITHOUT_HEAD(commit_fails);
ATF_TC_BODY(commit_fails, tc)
{
	struct outfile *o = begun("f", 0, "new");

	(void)tc;
	ATF_REQUIRE(mkdir("f", 0777) == 0);
	ATF_CHECK(outfile_commit(o, &e) == -1);
	ATF_CHECK(strncmp(e.text, "f: ", 3) == 0);
	ATF_CHECK(!there("f.part"));
}

/* A child that has "f" open: waits to be killed, or dies of sig itself. */
static int
child_status(int flags, bool keep, int sig)
{
	int status;
	pid_t pid = fork();

	ATF_REQUIRE(pid != -1);
	if (pid == 0) {
		(void)signal(sig, SIG_DFL);
		outfile_signals(keep);
		if (outfile_open("f", flags, &e) == NULL)
			_exit(3);
		(void)raise(sig);
		_exit(4);
	}
	ATF_REQUIRE(waitpid(pid, &status, 0) == pid);
	return status;
}

ATF_TC_WITHOUT_HEAD(signals);
ATF_TC_BODY(signals, tc)
{
	static const int list[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	size_t i;
	int status;

	(void)tc;
	for (i = 0; i < 4; i++) {
		status = child_status(OUTFILE_KEEP, false, list[i]);
		ATF_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == list[i]);
		ATF_CHECK(!there("f.part"));
	}
	status = child_status(0, true, SIGTERM);
	ATF_CHECK(WIFSIGNALED(status) && !there("f.part"));
	status = child_status(OUTFILE_KEEP, true, SIGTERM);
	ATF_CHECK(WIFSIGNALED(status) && there("f.part"));
	status = child_status(0, false, SIGKILL);
	ATF_CHECK(WIFSIGNALED(status) && there("f.part"));
	ATF_CHECK(outfile_commit(begun("f", 0, "after"), &e) == 0);
	ATF_CHECK(holds("f", "after"));
}

ATF_TC_WITHOUT_HEAD(ignored_signals);
ATF_TC_BODY(ignored_signals, tc)
{
	struct outfile *o;

	(void)tc;
	(void)signal(SIGHUP, SIG_IGN);
	outfile_signals(false);
	o = begun("f", 0, "x");
	ATF_REQUIRE(raise(SIGHUP) == 0);
	ATF_CHECK(there("f.part"));
	ATF_CHECK(outfile_commit(o, &e) == 0);
}

ATF_TC_WITHOUT_HEAD(children);
ATF_TC_BODY(children, tc)
{
	struct outfile *o;
	int status, how;
	pid_t pid;

	(void)tc;
	outfile_signals(false);
	o = begun("f", 0, "x");
	for (how = 0; how < 3; how++) {
		if ((pid = fork()) == 0) {
			if (how == 0)
				outfile_abort(o);
			else if (how == 1)
				(void)raise(SIGTERM);
			else
				_exit(outfile_commit(o, &e) == -1 ? 0 : 1);
			_exit(0);
		}
		ATF_REQUIRE(pid != -1 && waitpid(pid, &status, 0) == pid);
		ATF_CHECK(how == 1 ? WIFSIGNALED(status) : status == 0);
		ATF_CHECK(holds("f.part", "x"));
		ATF_CHECK(!there("f"));
	}
	ATF_CHECK(outfile_commit(o, &e) == 0);
	ATF_CHECK(holds("f", "x"));
}

ATF_TC_WITHOUT_HEAD(size_limit);
ATF_TC_BODY(size_limit, tc)
{
	struct rlimit limit = { 4, 4 };
	struct outfile *o;
	int status;
	pid_t pid = fork();

	(void)tc;
	ATF_REQUIRE(pid != -1);
	if (pid == 0) {		/* a test's own results are files too */
		(void)signal(SIGXFSZ, SIG_DFL);
		outfile_signals(false);
		if (setrlimit(RLIMIT_FSIZE, &limit) == -1 ||
		    (o = outfile_open("f", 0, &e)) == NULL ||
		    write(outfile_fd(o), "12345678", 8) != 4 ||
		    write(outfile_fd(o), "5678", 4) != -1 || errno != EFBIG)
			_exit(1);
		outfile_abort(o);
		_exit(0);
	}
	ATF_REQUIRE(waitpid(pid, &status, 0) == pid);
	ATF_CHECK_EQ(0, status);
	ATF_CHECK(!there("f.part"));
}

ATF_TC(sticky_folder);
ATF_TC_HEAD(sticky_folder, tc)
{
	atf_tc_set_md_var(tc, "require.user", "root");
}
ATF_TC_BODY(sticky_folder, tc)
{
	int status;
	pid_t pid;

	(void)tc;
	ATF_REQUIRE(mkdir("tmp", 0777) == 0 && chmod("tmp", 01777) == 0);
	put("tmp/f", "root's");
	if ((pid = fork()) == 0) {
		/* The folder above may be closed to others. */
		if (chdir("tmp") == -1 || setuid(NOBODY) == -1)
			_exit(2);
		_exit(outfile_open("f", 0, &e) == NULL &&
		    strstr(e.text, "somebody else") != NULL &&
		    !there("f.part") ? 0 : 1);
	}
	ATF_REQUIRE(pid != -1 && waitpid(pid, &status, 0) == pid);
	ATF_CHECK_EQ(0, status);
	ATF_CHECK(holds("tmp/f", "root's"));
}

ATF_TC_WITHOUT_HEAD(many);
ATF_TC_BODY(many, tc)
{
	struct folders f = { NULL, 0, 0 };
	struct outfile *a, *b, *c;

	(void)tc;
	ATF_REQUIRE(mkdir("d", 0777) == 0);
	a = begun("a", OUTFILE_SYNC, "one");
	b = begun("d/b", OUTFILE_SYNC, "two");
	c = begun("d/c", OUTFILE_SYNC, "three");
	outfile_hurry(a, false);
	outfile_hurry(b, false);
	outfile_hurry(a, true);
	ATF_CHECK(outfile_settle(a, &e) == 0);
	ATF_CHECK(outfile_settle(b, &e) == 0);
	ATF_CHECK(!there("a") && there("a.part") && !there("d/b"));
	ATF_CHECK(outfile_commit_later(a, &f, &e) == 0);
	ATF_CHECK(outfile_commit_later(b, &f, &e) == 0);
	/* Not settled: it is now. */
	ATF_CHECK(outfile_commit_later(c, &f, &e) == 0);
	ATF_CHECK(holds("a", "one") && holds("d/b", "two"));
	ATF_CHECK(holds("d/c", "three") && !there("d/c.part"));
	ATF_CHECK_EQ(2, f.n);	/* each folder once */
	ATF_CHECK(folders_sync(&f, &e) == 0);
	ATF_CHECK_EQ(0, f.n);
	ATF_REQUIRE(folders_add(&f, "gone/x", &e) == 0);
	ATF_CHECK(folders_sync(&f, &e) == -1);
	ATF_CHECK(strstr(e.text, "gone/") != NULL);
	folders_free(&f);
}

static void *
make_files(void *arg)
{
	struct err mine;
	struct outfile *o;

	(void)arg;
	while ((o = outfile_open("f", 0, &mine)) != NULL)
		(void)outfile_commit(o, &mine);
	return NULL;
}

/* What a thread is at is removed, and it begins nothing new. */
ATF_TC_WITHOUT_HEAD(signal_beside_a_thread);
ATF_TC_BODY(signal_beside_a_thread, tc)
{
	struct timespec while_ = { 0, 3000000 };
	pthread_t thread;
	int status, i;
	pid_t pid;

	(void)tc;
	for (i = 0; i < 50; i++) {
		while_.tv_nsec += 100000;
		if ((pid = fork()) == 0) {
			outfile_signals(false);
			if (outfile_open("g", 0, &e) == NULL ||
			    !thread_start(&thread, make_files, NULL))
				_exit(2);
			(void)nanosleep(&while_, NULL);
			(void)raise(SIGTERM);
			_exit(3);
		}
		ATF_REQUIRE(pid != -1 && waitpid(pid, &status, 0) == pid);
		ATF_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
		ATF_REQUIRE(!there("f.part") && !there("g.part"));
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, published_by_commit_only);
	ATF_TP_ADD_TC(tp, swapped);
	ATF_TP_ADD_TC(tp, abort_leaves_the_old_one);
	ATF_TP_ADD_TC(tp, modes);
	ATF_TP_ADD_TC(tp, one_writer);
	ATF_TP_ADD_TC(tp, leftovers);
	ATF_TP_ADD_TC(tp, strangers_part);
	ATF_TP_ADD_TC(tp, not_replaceable);
	ATF_TP_ADD_TC(tp, through_links);
	ATF_TP_ADD_TC(tp, commit_fails);
	ATF_TP_ADD_TC(tp, many);
	ATF_TP_ADD_TC(tp, signals);
	ATF_TP_ADD_TC(tp, signal_beside_a_thread);
	ATF_TP_ADD_TC(tp, ignored_signals);
	ATF_TP_ADD_TC(tp, children);
	ATF_TP_ADD_TC(tp, size_limit);
	ATF_TP_ADD_TC(tp, sticky_folder);
	return atf_no_error();
}
