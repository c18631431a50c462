/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * settings.h: what a user may ask for, whatever the words come from: an
 * option, a conf file or the environment.
 */
#ifndef NB_SETTINGS_H
#define NB_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* Texts are owned; NULL is what was not said. Numbers are 0 then. */
struct settings {
	char	*conf;
	char	*kernel;
	char	*image;
	char	*imgtag;
	char	*disks;		/* further ones, a newline between them */
	char	*append;
	char	*root;
	char	*share;
	char	*forwards;
	char	*variables;	/* fw_cfg: NAME=VALUE,... */
	char	*files;		/* fw_cfg: NAME=PATH,... */
	char	*extra;
	char	*accel;
	char	*arch;
	char	*rundir;	/* where the VM's pid file and sockets are */
	char	*sandbox;	/* of QEMU's own: "y" or "n"; NULL: where it
				 * can be */
	char	*pty;		/* "y", or the program for it */
	unsigned mem;		/* MB */
	unsigned cores;
	unsigned sockets;	/* -n: without the console's own port */
	unsigned max_ports;	/* the conf's word for it: with that port */
	unsigned serial_port;
	unsigned qmp_port;
	unsigned limit;		/* seconds; 0: none */
	unsigned boots;		/* to time; 0: one, that is not ended */
	bool	 timing;
	bool	 status;	/* the guest's exit status is ours */
	bool	 initrd;
	bool	 no_network;
	bool	 bridge;
	bool	 share_image;
	bool	 discard;
	bool	 daemon;
	bool	 print;
	bool	 plain;
	bool	 help;
	uint64_t given;		/* bit n: setting n came by option */
};

enum setting_kind {
	SETTING_FLAG,		/* an option without a value; yes or no */
	SETTING_TEXT,
	SETTING_LIST,		/* repeated options add up */
	SETTING_NUMBER,
	SETTING_MEGABYTES	/* 256, 256m, 1g */
};

struct setting {
	char		 opt;		/* -k; '\0': none */
	const char	*name;		/* --kernel; NULL: none */
	const char	*key;		/* kernel= in a conf; NULL: none */
	const char	*arg;		/* what -h calls the value; NULL: an
					 * option without one */
	const char	*help;
	enum setting_kind kind;
	size_t		 at;		/* offset in struct settings */
	unsigned	 min;		/* of a number; of a TEXT or LIST: 1
					 * when an option's value is never
					 * empty */
	unsigned	 max;		/* of a number; of a LIST: what its
					 * parts are joined with */
	int		(*check)(const char *, struct err *);
};

/* setting_at: the nth of the table, NULL past its end. */
const struct setting *setting_at(size_t n);
const struct setting *setting_option(char opt);
/* By the first len characters of name. */
const struct setting *setting_name(const char *name, size_t len);
const struct setting *setting_key(const char *key);

enum settings_source { FROM_DEFAULT, FROM_CONF, FROM_OPTION };

/*
 * settings_set: check value and keep a copy. Options outrank the conf,
 * whichever comes first. The message begins with `where`.
 */
int settings_set(struct settings *, const struct setting *, const char *value,
    enum settings_source, const char *where, struct err *);

/*
 * setting_text: what s is set to, as a conf says it; to be freed. Empty when
 * it is not set. NULL on error.
 */
char *setting_text(const struct settings *, const struct setting *,
    struct err *);

/* settings_given: whether the value of field `at` came by option. */
bool settings_given(const struct settings *, size_t at);

void settings_free(struct settings *);

#endif
