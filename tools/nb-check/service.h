/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * service.h: a service's folder, and the rules that it is held to, one file of
 * them a kind. What they find goes to ->found; where a file cannot be read that
 * is a finding too.
 */
#ifndef NB_SERVICE_H
#define NB_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"
#include "shell.h"
#include "text.h"
#include "vars.h"

struct service {
	const char	*path;		/* service/NAME, as it was given */
	char		*name;
	char		*common;	/* the folder for /etc/include */
	const char	*arch;
	const char	*conf;		/* etc/NAME.conf, or NULL */
	const char	*trim;		/* nb-trim, or NULL */
	uint64_t	 imgsize;	/* MB; 0: not known */
	char		**layers;	/* what the image is made of */
	size_t		 nlayers;
	char		**keys;		/* of a lock: what a build uses */
	size_t		 nkeys;
	struct vars	 vars;
	struct findings	*found;
};

enum script_kind { SCRIPT_RC, SCRIPT_POSTINST, SCRIPT_OTHER };

struct script {
	enum script_kind kind;
	const char	*path;
	struct text	 text;
	struct shell	 shell;
};

/* service_has: whether the folder has such a file or folder, or one that may
 * not be looked at. */
bool service_has(const struct service *, const char *name);

/* service_path: its path, to be freed; NULL: no memory. */
char *service_path(const struct service *, const char *name);

/* service_says: whether a script of postinst/ or root.mtree has that word. */
bool service_says(const struct service *, const char *word);

/* All files: links, keys, and each script as what it is. */
void check_folder(const struct service *);

/* A script of any kind; then those of one. */
void check_script(const struct service *, enum script_kind, const char *path);
void check_rc(const struct service *, const struct script *);
void check_no_rc(const struct service *);
void check_postinst(const struct service *, const struct script *);

/* options.mk and own.mk. */
void check_options(const struct service *);
/* The line of a variable's last assignment in own.mk or options.mk; *path, to
 * be freed, says which. 0: in neither. */
unsigned options_line(const struct service *, const char *name, char **path);

void check_mtree(const struct service *);
void check_fstab(const struct service *);
void check_lock(const struct service *);
void check_conf(const struct service *);
void check_sailor(const struct service *);
void check_size(const struct service *);

/*
 * script_program: the first word of what a command runs, behind assignments and
 * words like `exec`; NULL: nothing. *first is its index.
 */
const char *script_program(const struct shell_command *, size_t *first);

#endif
