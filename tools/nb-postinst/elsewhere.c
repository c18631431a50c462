/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * elsewhere.c: what stands for the Linux half on other systems, where no
 * sandbox is to be had and none of this is ever reached.
 */
#include <errno.h>
#include <stdlib.h>

#include "birth.h"
#include "diag.h"
#include "inside.h"
#include "nobody.h"
#include "witness.h"

int
inside_run(int argc, char *argv[])
{
	(void)argc;
	diag_error("%s: not on this system", argv[1]);
	return EXIT_FAILURE;
}

int
witness_open(struct witness *w, struct err *e)
{
	(void)w;
	return err_set(e, "not on this system");
}

int
witness_prepare(int sock)
{
	(void)sock;
	errno = ENOSYS;
	return -1;
}

pid_t
witness_serve(void *witness, int sock)
{
	(void)witness;
	(void)sock;
	errno = ENOSYS;
	return -1;
}

int
witness_learn(struct witness *w, struct err *e)
{
	return witness_open(w, e);
}

void
witness_close(struct witness *w)
{
	(void)w;
}

int
nobody_open(struct nobody *nb, const char *stage, struct err *e)
{
	(void)nb;
	(void)stage;
	return err_set(e, "not on this system");
}

char *
nobody_bind(struct nobody *nb, const char *path, struct err *e)
{
	(void)nobody_open(nb, path, e);
	return NULL;
}

char *
nobody_copy(struct nobody *nb, const char *path, struct err *e)
{
	return nobody_bind(nb, path, e);
}

int
nobody_become(void)
{
	errno = ENOSYS;
	return -1;
}

void
nobody_close(struct nobody *nb)
{
	(void)nb;
}

int64_t
birth(int dir, const char *name)
{
	(void)dir;
	(void)name;
	return 0;
}
