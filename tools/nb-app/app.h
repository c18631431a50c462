/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * app.h: what all of nb-app knows: where things are, and the one lock.
 */
#ifndef NB_APP_H
#define NB_APP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Set up by main() before there are threads. From then on what has a mark is
 * read and written under lock; changed is signalled when any of it changes.
 */
struct app {
	const char	*address;	/* that it listens at, dotted */
	uint16_t	 port;
	bool		 open;		/* at loopback, without a token file:
					 * who asks for the token gets it */
	const char	*names[8];	/* further words for this host */
	size_t		 nnames;
	const char	*shares[8];	/* folders that VMs may be given */
	size_t		 nshares;
	char		*token;
	char		*nb_start, *nb_vm, *make;	/* programs */
	char		*folder;	/* the project's, where we are */
	const char	*confs, *images, *kernels, *services;	/* folders */

	pthread_mutex_t	 lock;
	pthread_cond_t	 changed;
	bool		 ending;	/* marked: all threads come home */
};

extern struct app app;

#endif
