/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * register.h: what pkg_add(1) writes besides a package's own files, as a layer
 * that goes over the packages.
 *
 * LOCALBASE/pkgdb/NAME/+REQUIRED_BY lists, one a line, the packages whose
 * @pkgdep NAME meets best; +INSTALLED_INFO says automatic=yes of a package
 * that nobody asked for. Source: pkg_add(1), pkg_info(1) -a and -u.
 */
#ifndef NB_REGISTER_H
#define NB_REGISTER_H

#include <stddef.h>

#include "err.h"

struct registering {
	char *const	*paths;		/* of packages, in order */
	size_t		 n;
	char *const	*kept;		/* patterns or paths of those that were
					 * asked for; none: of all */
	size_t		 nkept;
	const char	*output;	/* of the layer, a tar archive */
};

/* register_packages: write the layer, unless two of them have a file in
 * common; and say (diag_say) which packages have
 * scripts or commands that pkg_add(1) would have run. */
int register_packages(const struct registering *, struct err *);

#endif
