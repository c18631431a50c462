/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-mkfs: writes a disk image from layers, without root and without mounts.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "make.h"
#include "outfile.h"

static const char usage[] =
    "nb-mkfs [-nqv] [-f free] [-L name] [-o option=value,...] [-s size]\n"
    "               [-t type] image layer ...";

/* -o: what each word sets. */
static const struct option_row {
	const char	*name;
	uint64_t	 max;
	size_t		 offset;
	int		 wide;		/* uint64_t, else uint32_t */
} options[] = {
	{ "bsize", 65536, offsetof(struct fs_params, bsize), 0 },
	{ "fsize", 65536, offsetof(struct fs_params, fsize), 0 },
	{ "inodes", UINT32_MAX, offsetof(struct fs_params, inodes), 1 },
	{ "density", 1u << 30, offsetof(struct fs_params, density), 0 },
	{ "minfree", 99, offsetof(struct fs_params, minfree), 0 }
};

/* A number with k, m or g behind it; 0 on success. */
static int
parse_size(const char *s, uint64_t *out)
{
	unsigned shift = 0;
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(s, &end, 10);
	if (*s < '0' || *s > '9' || errno != 0)
		return -1;
	switch (*end) {
	case 'k': case 'K': shift = 10; end++; break;
	case 'm': case 'M': shift = 20; end++; break;
	case 'g': case 'G': shift = 30; end++; break;
	default: break;
	}
	if (*end != '\0' || v > (UINT64_C(1) << 46) >> shift)
		return -1;
	*out = (uint64_t)v << shift;
	return 0;
}

static int
parse_option(struct fs_params *p, char *word, struct err *e)
{
	const struct option_row *o;
	char *val = strchr(word, '=');
	uint64_t v;

	if (val == NULL)
		return err_code(e, ERR_USAGE, "-o %s: not option=value", word);
	*val++ = '\0';
	for (o = options; o < options + sizeof(options) / sizeof(*o); o++) {
		if (strcmp(o->name, word) != 0)
			continue;
		if (parse_size(val, &v) != 0 || v > o->max)
			return err_code(e, ERR_USAGE, "-o %s=%s: not a number "
			    "of at most %" PRIu64, word, val, o->max);
		if (o->wide)
			memcpy((char *)p + o->offset, &v, sizeof(v));
		else
			memcpy((char *)p + o->offset, &(uint32_t){ (uint32_t)v },
			    sizeof(uint32_t));
		return 0;
	}
	return err_code(e, ERR_USAGE, "-o %s: unknown: one of bsize, fsize, "
	    "inodes, density, minfree", word);
}

static int
parse_options(struct fs_params *p, char *list, struct err *e)
{
	char *word;

	while ((word = strsep(&list, ",")) != NULL) {
		if (*word != '\0' && parse_option(p, word, e) != 0)
			return -1;
	}
	return 0;
}

static int
parse_free(struct make *m, char *arg, struct err *e)
{
	size_t len = strlen(arg);
	uint64_t v;

	if (len != 0 && arg[len - 1] == '%') {
		arg[len - 1] = '\0';
		if (parse_size(arg, &v) == 0 && v > 0 && v <= 10000) {
			m->free_percent = (unsigned)v;
			return 0;
		}
	} else if (parse_size(arg, &m->free) == 0) {
		m->free_percent = 0;
		return 0;
	}
	return err_code(e, ERR_USAGE, "-f %s: not a size (64m) or a share "
	    "(10%%)", arg);
}

static int
parse_type(struct make *m, const char *name, struct err *e)
{
	size_t i;

	for (i = 0; fs_types[i] != NULL; i++) {
		if (strcmp(fs_types[i]->name, name) == 0) {
			m->type = fs_types[i];
			return 0;
		}
	}
	return err_code(e, ERR_USAGE, "-t %s: unknown file system: one of ffs, "
	    "ffs2, ext2", name);
}

/* images/base-amd64.img is called baseroot when no name was given. */
static void
default_label(char *buf, size_t size, const char *path)
{
	const char *base = strrchr(path, '/');

	base = base != NULL ? base + 1 : path;
	(void)snprintf(buf, size, "%.*sroot", (int)strcspn(base, "-.:"), base);
}

/* A name with a space in it cannot be told to the kernel (root=NAME=x). */
static int
check_label(const char *label, struct err *e)
{
	if (*label == '\0' || strlen(label) > 36 ||
	    strpbrk(label, " \t\n\"") != NULL)
		return err_code(e, ERR_USAGE, "-L %s: the name of a root is of "
		    "1 to 36 characters, none of them a space", label);
	return 0;
}

static int
parse(struct make *m, int argc, char **argv, bool *verbose, struct err *e)
{
	int c;

	while ((c = getopt(argc, argv, "f:L:no:qs:t:v")) != -1) {
		switch (c) {
		case 'f':
			if (parse_free(m, optarg, e) != 0)
				return -1;
			break;
		case 'L': m->label = optarg; break;
		case 'n': m->bare = true; break;
		case 'o':
			if (parse_options(&m->params, optarg, e) != 0)
				return -1;
			break;
		case 'q': diag_quiet(true); break;
		case 's':
			if (parse_size(optarg, &m->size) != 0 || m->size == 0)
				return err_code(e, ERR_USAGE, "-s %s: not a "
				    "size (20m, 2g)", optarg);
			break;
		case 't':
			if (parse_type(m, optarg, e) != 0)
				return -1;
			break;
		case 'v': *verbose = true; break;
		default:
			return diag_usage(usage);
		}
	}
	if (argc - optind < 2)
		return diag_usage(usage);
	m->path = argv[optind];
	m->layers = argv + optind + 1;
	m->nlayers = (size_t)(argc - optind - 1);
	return 0;
}

int
main(int argc, char **argv)
{
	struct make m = { .type = fs_types[0], .free_percent = 10 };
	struct err e = { .code = ERR_ANY };
	const char *sync = getenv("NB_SYNC");
	char label[64];
	bool verbose = false;
	int r;

	diag_start(argv[0]);
	outfile_signals(false);
	if ((r = parse(&m, argc, argv, &verbose, &e)) != 0)
		return r > 0 ? r : diag_fail(&e);
	m.sync = sync != NULL && strcmp(sync, "y") == 0;
	if (m.label == NULL) {
		default_label(label, sizeof(label), m.path);
		m.label = label;
	}
	if (check_label(m.label, &e) != 0 || make_image(&m, &e) != 0)
		return diag_fail(&e);
	if (*m.hidden.text != '\0')
		diag_warn("%s: %s", m.path, m.hidden.text);
	if (verbose)
		diag_say("%s: %s named %s, %" PRIu64 " MB, %" PRIu64 " inodes "
		    "in use", m.path, m.type->name, m.label,
		    m.made_size / 1048576, m.inodes);
	return EXIT_SUCCESS;
}
