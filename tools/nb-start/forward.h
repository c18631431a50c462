/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * forward.h: ports of the host that lead into the guest.
 */
#ifndef NB_FORWARD_H
#define NB_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

#define FORWARD_MAX	256
#define FORWARD_LOOPBACK "127.0.0.1"

struct forward {
	bool	 udp;
	char	 host[16];	/* address to listen at, dotted */
	char	 guest[16];	/* dotted, or "" for the guest's own */
	uint16_t hostport, guestport;
};

/*
 * forward_parse: the forwards of
 * `[tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport,...` into list.
 * Returns how many; -1 with the offending one named. Without hostaddr the
 * port is bound to loopback.
 */
int forward_parse(struct forward list[FORWARD_MAX], const char *text,
    struct err *);

/* forward_check: the same, for the table of settings. */
int forward_check(const char *text, struct err *);

/*
 * forward_shown: what a person types on this host to get there, into buf of
 * FORWARD_SHOWN bytes, which is returned: a URL, an ssh command, or the port
 * and where it leads.
 */
#define FORWARD_SHOWN 96
const char *forward_shown(const struct forward *, char buf[FORWARD_SHOWN]);

/* forward_probe: whether the port can be listened at now. */
int forward_probe(bool udp, const char *addr, uint16_t port, struct err *);

#endif
