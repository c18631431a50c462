/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * forward.c: ports of the host that lead into the guest.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "forward.h"

#define SHAPE "[tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport"
#define PART_MAX 64

/*
 * Copy what stands before the next `sep` into part (PART_MAX bytes) and step
 * over it. sep NUL: all the rest.
 */
static int
take(char *part, const char **pp, char sep)
{
	const char *end = strchr(*pp, sep);
	size_t len;

	if (end == NULL || (len = (size_t)(end - *pp)) >= PART_MAX)
		return -1;
	memcpy(part, *pp, len);
	part[len] = '\0';
	*pp = sep != '\0' ? end + 1 : end;
	return 0;
}

/* A port, digits only; 0 when it is none. */
static uint16_t
port_of(const char *s)
{
	unsigned n = 0;

	if (*s == '\0' || strlen(s) > 5)
		return 0;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return 0;
		n = n * 10 + (unsigned)(*s - '0');
	}
	return n <= 65535 ? (uint16_t)n : 0;
}

/* QEMU's user network takes dotted IPv4 here and no names. */
static int
address(char to[16], const char *s)
{
	struct in_addr in;

	if (strcmp(s, "localhost") == 0)
		s = FORWARD_LOOPBACK;
	if (strlen(s) >= 16 || inet_pton(AF_INET, s, &in) != 1)
		return -1;
	memcpy(to, s, strlen(s) + 1);
	return 0;
}

static int
parse_one(struct forward *f, const char *text, struct err *e)
{
	char proto[PART_MAX], host[PART_MAX], hostport[PART_MAX];
	char guest[PART_MAX], guestport[PART_MAX];
	const char *p = text;

	memset(f, 0, sizeof(*f));
	if (take(proto, &p, ':') == -1 || take(host, &p, ':') == -1 ||
	    take(hostport, &p, '-') == -1 || take(guest, &p, ':') == -1 ||
	    take(guestport, &p, '\0') == -1)
		return err_code(
		    e, ERR_USAGE, "%s: not of the form " SHAPE, text);
	f->udp = strcmp(proto, "udp") == 0;
	if (!f->udp && *proto != '\0' && strcmp(proto, "tcp") != 0)
		return err_code(e, ERR_USAGE,
		    "%s: protocol %s is neither tcp nor udp", text, proto);
	if (address(f->host, *host != '\0' ? host : FORWARD_LOOPBACK) == -1)
		return err_code(e, ERR_USAGE,
		    "%s: %s is not an IPv4 address", text, host);
	if (*guest != '\0' && address(f->guest, guest) == -1)
		return err_code(e, ERR_USAGE,
		    "%s: %s is not an IPv4 address", text, guest);
	if ((f->hostport = port_of(hostport)) == 0)
		return err_code(e, ERR_USAGE,
		    "%s: host port \"%s\" is not 1 to 65535", text, hostport);
	if ((f->guestport = port_of(guestport)) == 0)
		return err_code(e, ERR_USAGE,
		    "%s: guest port \"%s\" is not 1 to 65535", text, guestport);
	return 0;
}

/* Whether two forwards want the same socket of the host. */
static bool
clash(const struct forward *a, const struct forward *b)
{
	return a->udp == b->udp && a->hostport == b->hostport &&
	    (strcmp(a->host, b->host) == 0 || strcmp(a->host, "0.0.0.0") == 0 ||
	    strcmp(b->host, "0.0.0.0") == 0);
}

int
forward_parse(struct forward list[FORWARD_MAX], const char *text, struct err *e)
{
	char one[5 * PART_MAX];
	int n = 0;

	if (*text == '\0')
		return 0;
	for (;;) {
		size_t len = strcspn(text, ",");

		if (n == FORWARD_MAX)
			return err_code(e, ERR_USAGE,
			    "more than %d forwards", FORWARD_MAX);
		if (len >= sizeof(one))
			return err_code(e, ERR_USAGE,
			    "%.40s...: not of the form " SHAPE, text);
		memcpy(one, text, len);
		one[len] = '\0';
		if (parse_one(&list[n], one, e) == -1)
			return -1;
		for (int i = 0; i < n; i++) {
			if (clash(&list[i], &list[n]))
				return err_code(e, ERR_USAGE,
				    "%s: port %u is forwarded twice", one,
				    list[n].hostport);
		}
		n++;
		if (text[len] == '\0')
			return n;
		text += len + 1;
	}
}

int
forward_check(const char *text, struct err *e)
{
	struct forward list[FORWARD_MAX];

	return forward_parse(list, text, e) == -1 ? -1 : 0;
}

/* Guest ports with a scheme of their own. */
static const char *
scheme_of(const struct forward *f)
{
	if (f->udp)
		return NULL;
	switch (f->guestport) {
	case 80: case 8000: case 8080:
		return "http";
	case 443: case 8443:
		return "https";
	default:
		return NULL;
	}
}

const char *
forward_shown(const struct forward *f, char buf[FORWARD_SHOWN])
{
	const char *scheme = scheme_of(f);
	const char *host = f->host;

	/* All of the host's addresses: of these, the one that is always there. */
	if (strcmp(host, "0.0.0.0") == 0)
		host = FORWARD_LOOPBACK;
	if (scheme != NULL)
		(void)snprintf(buf, FORWARD_SHOWN, "%s://%s:%u/", scheme, host,
		    f->hostport);
	else if (f->guestport == 22 && !f->udp)
		(void)snprintf(buf, FORWARD_SHOWN, "ssh -p %u %s", f->hostport,
		    host);
	else
		(void)snprintf(buf, FORWARD_SHOWN, "%s%s:%u -> guest port %u",
		    f->udp ? "udp " : "", host, f->hostport, f->guestport);
	return buf;
}

int
forward_probe(bool udp, const char *addr, uint16_t port, struct err *e)
{
	struct sockaddr_in sin;
	int one = 1, s, rv, saved;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(port);
	(void)inet_pton(AF_INET, addr, &sin.sin_addr);
	s = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
	if (s == -1)
		return err_sys(e, "socket");
	/*
	 * QEMU listens with SO_REUSEADDR, which lets TCP pass over the
	 * remains of closed connections. For UDP it would let two programs
	 * have one port, unseen: there the probe does without.
	 */
	if (!udp)
		(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one,
		    sizeof(one));
	rv = bind(s, (struct sockaddr *)&sin, sizeof(sin));
	if (rv == 0 && !udp)
		rv = listen(s, 1);
	saved = errno;
	(void)close(s);
	if (rv == 0)
		return 0;
	errno = saved;
	if (errno == EADDRINUSE)
		return err_set(e, "%s port %u at %s is taken: choose another",
		    udp ? "UDP" : "TCP", port, addr);
	if (errno == EADDRNOTAVAIL)
		return err_set(e, "%s is not an address of this host", addr);
	return err_sys(e, "%s port %u at %s", udp ? "UDP" : "TCP", port, addr);
}
