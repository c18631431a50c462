/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * nb-mkfs: writes a disk image from layers, without root and without mounts;
 * and reads, lists and checks images.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "cache.h"
#include "check.h"
#include "confine.h"
#include "copyout.h"
#include "diag.h"
#include "gpt.h"
#include "layer.h"
#include "list.h"
#include "make.h"
#include "mem.h"
#include "outfile.h"

static const char usage[] =
    "nb-mkfs [-nqv] [-f free] [-L name] [-o option=value,...] [-s size]\n"
    "               [-t type] image layer ...\n"
    "       nb-mkfs -c [-qv] image\n"
    "       nb-mkfs -l [-o json | mtree] image[:pattern]\n"
    "       nb-mkfs -x image:name\n"
    "       nb-mkfs -x -o tar image[:pattern]\n"
    "       nb-mkfs -x [-qv] -C folder image[:pattern]";

/* The command line. */
struct cmd {
	int		 mode;		/* 'm': make an image; 'c', 'l', 'x' */
	bool		 verbose;
	char		*words;		/* of -o, joined by commas, or NULL */
	char		 given[16];	/* the other options */
	struct make	 m;
	char		 label[64];	/* m's, when none is given */
	const char	*image;		/* c, l, x */
	const char	*folder;	/* x: -C, or NULL */
};

/* -o: what each word sets. */
static const struct option_row {
	const char	*name;
	uint64_t	 min, max;
	size_t		 offset;
	int		 wide;		/* uint64_t, else uint32_t */
} options[] = {
	{ "bsize", 1, 65536, offsetof(struct fs_params, bsize), 0 },
	{ "fsize", 1, 65536, offsetof(struct fs_params, fsize), 0 },
	{ "inodes", 1, UINT32_MAX, offsetof(struct fs_params, inodes), 1 },
	{ "density", 1, 1u << 30, offsetof(struct fs_params, density), 0 },
	{ "minfree", 0, 99, offsetof(struct fs_params, minfree), 0 }
};

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
		if (bytes_parse(val, &v) != 0 || v < o->min || v > o->max)
			return err_code(e, ERR_USAGE, "-o %s=%s: not a number "
			    "from %" PRIu64 " to %" PRIu64, word, val, o->min,
			    o->max);
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

/* What is to be free; letter is the option that arg came with. */
static int
parse_free(struct make *m, int letter, char *arg, struct err *e)
{
	const char *plus = letter == 's' ? "+" : "";
	size_t len = strlen(arg);
	uint64_t v;


	if (len != 0 && arg[len - 1] == '%') {
		arg[len - 1] = '\0';
		if (bytes_parse(arg, &v) == 0 && v > 0 && v <= 10000) {
			m->free_percent = (unsigned)v;
			return 0;
		}
	} else if (bytes_parse(arg, &m->free) == 0) {
		m->free_percent = 0;
		return 0;
	}
	return err_code(e, ERR_USAGE, "-%c %s%s: not a size (%s64m) or a share "
	    "(%s10%%)", letter, plus, arg, plus, plus);
}

/* -s: of the whole image, or with a plus what is to be free. */
static int
parse_whole(struct make *m, char *arg, struct err *e)
{
	m->tight = *arg == '+';
	if (m->tight) {
		m->size = 0;
		return parse_free(m, 's', arg + 1, e);
	}
	if (bytes_parse(arg, &m->size) == 0 && m->size != 0)
		return 0;
	return err_code(e, ERR_USAGE, "-s %s: not a size (20m, 2g), nor what "
	    "is to be free (+10%%, +64m)", arg);
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
		    "1 to 36 bytes, none of them a space", label);
	return 0;
}

/* A partition table ends with a disk's last sector. */
static int
check_size(const struct make *m, struct err *e)
{
	uint64_t odd = m->size % GPT_SECTOR;

	if (odd == 0 || m->bare)
		return 0;
	return err_code(e, ERR_USAGE, "-s %" PRIu64 ": not a whole number of "
	    "sectors of %u bytes: give %" PRIu64, m->size, GPT_SECTOR,
	    m->size - odd + GPT_SECTOR);
}

/* -o may be given more than once. */
static int
add_words(struct cmd *c, const char *words, struct err *e)
{
	char *old = c->words;

	c->words = old == NULL ? mem_printf("%s", words) :
	    mem_printf("%s,%s", old, words);
	free(old);
	return c->words != NULL ? 0 : err_mem(e);
}

static int
set_mode(struct cmd *c, int mode, struct err *e)
{
	if (c->mode != 'm' && c->mode != mode)
		return err_code(e, ERR_USAGE, "-%c and -%c: one of them",
		    c->mode, mode);
	c->mode = mode;
	return 0;
}

static int
option(struct cmd *c, int letter, char *arg, struct err *e)
{
	struct make *m = &c->m;

	switch (letter) {
	case 'c': case 'l': case 'x': return set_mode(c, letter, e);
	case 'C': c->folder = arg; break;
	case 'f': return parse_free(m, 'f', arg, e);
	case 'L': m->label = arg; break;
	case 'n': m->bare = true; break;
	case 'o': return add_words(c, arg, e);
	case 'q': diag_quiet(true); break;
	case 's': return parse_whole(m, arg, e);
	case 't': return parse_type(m, arg, e);
	case 'v': c->verbose = true; break;
	default: return diag_usage(usage);
	}
	return 0;
}

/* Options of making an image are none of reading one. */
static int
check_given(const struct cmd *c, struct err *e)
{
	const char *odd = strpbrk(c->given, "fLnst");

	if (c->folder != NULL && c->mode != 'x')
		return err_code(e, ERR_USAGE, "-C: only with -x");
	if (c->folder != NULL && c->words != NULL)
		return err_code(e, ERR_USAGE, "-C and -o: one of them");
	if (c->mode == 'm' || odd == NULL)
		return 0;
	return err_code(e, ERR_USAGE, "-%c: not with -%c", *odd, c->mode);
}

static int
parse(struct cmd *c, int argc, char **argv, struct err *e)
{
	int letter, r, n;

	while ((letter = getopt(argc, argv, "C:cf:L:lno:qs:t:vx")) != -1) {
		if ((r = option(c, letter, optarg, e)) != 0)
			return r;
		if (strchr(c->given, letter) == NULL)
			c->given[strlen(c->given)] = (char)letter;
	}
	n = argc - optind;
	if (c->mode == 'm' ? n < 2 : n != 1)
		return diag_usage(usage);
	c->image = c->m.path = argv[optind];
	c->m.layers = argv + optind + 1;
	c->m.nlayers = (size_t)n - 1;
	return check_given(c, e);
}

static int
make(struct cmd *c, struct err *e)
{
	const char *sync = getenv("NB_SYNC");
	struct make *m = &c->m;

	if (c->words != NULL && parse_options(&m->params, c->words, e) != 0)
		return -1;
	cache_use(getenv("NB_CACHE"));
	m->sync = sync != NULL && strcmp(sync, "y") == 0;
	if (m->label == NULL) {
		default_label(c->label, sizeof(c->label), m->path);
		m->label = c->label;
	}
	if (check_label(m->label, e) != 0 || check_size(m, e) != 0 ||
	    make_image(m, e) != 0)
		return -1;
	if (*m->hidden.text != '\0')
		diag_warn("%s: %s", m->path, m->hidden.text);
	if (c->verbose && m->unconfined != NULL)
		diag_say("files are not confined: %s", m->unconfined);
	if (c->verbose)
		diag_say("%s: %s named %s, %" PRIu64 " MB, %" PRIu64 " inodes "
		    "in use", m->path, m->type->name, m->label,
		    m->made_size / 1048576, m->inodes);
	return 0;
}

/* Only the image is read; what is told goes to what is open. */
static void
confine(const struct cmd *c)
{
	struct confine r;

	confine_begin(&r, 0);
	layer_confine(&r, c->image);
	(void)confine_end(&r);
}

static int
list(struct cmd *c, struct err *e)
{
	const char *word = c->words;
	size_t i;

	for (i = 0; list_forms[i] != NULL; i++) {
		if (word == NULL ? list_forms[i]->name == NULL :
		    list_forms[i]->name != NULL &&
		    strcmp(list_forms[i]->name, word) == 0)
			return list_image(c->image, list_forms[i], stdout, e);
	}
	return err_code(e, ERR_USAGE, "-o %s: unknown form of a list: one of "
	    "json, mtree", word);
}

static int
copyout_tree(struct cmd *c, struct err *e)
{
	uint64_t files;

	if (copyout_folder(c->image, c->folder, &files, e) != 0)
		return -1;
	if (c->verbose)
		diag_say("%s: %" PRIu64 " files", c->folder, files);
	return 0;
}

static int
copyout(struct cmd *c, struct err *e)
{
	if (c->folder != NULL)
		return copyout_tree(c, e);
	if (c->words == NULL)
		return copyout_file(c->image, STDOUT_FILENO, e);
	if (strcmp(c->words, "tar") == 0)
		return copyout_tar(c->image, STDOUT_FILENO, e);
	return err_code(e, ERR_USAGE, "-o %s: unknown form of a copy: tar is "
	    "the only one", c->words);
}

static int
check(struct cmd *c, struct err *e)
{
	struct check_result r;

	if (c->words != NULL)
		return err_code(e, ERR_USAGE, "-o: not with -c");
	if (check_image(c->image, stdout, &r, e) != 0)
		return -1;
	if (r.faults != 0)
		return err_set(e, "%s: %lu faults", c->image, r.faults);
	if (c->verbose)
		diag_say("%s: %s, %" PRIu64 " inodes in use: no fault found",
		    c->image, r.name, r.inodes);
	return 0;
}

int
main(int argc, char **argv)
{
	struct cmd c = { .mode = 'm', .m = { .type = fs_types[0],
	    .free_percent = 10 } };
	struct err e = { .code = ERR_ANY };
	int r;

	diag_start(argv[0]);
	/* Zip archives hold local times, which are to mean the same anywhere. */
	(void)setenv("TZ", "UTC0", 1);
	outfile_signals(false);
	r = parse(&c, argc, argv, &e);
	if (r == 0) {
		/* Making one and -C have more to do (make.c, stage.c). */
		if (c.mode != 'm' && c.folder == NULL)
			confine(&c);
		switch (c.mode) {
		case 'c': r = check(&c, &e); break;
		case 'l': r = list(&c, &e); break;
		case 'x': r = copyout(&c, &e); break;
		default: r = make(&c, &e);
		}
	}
	free(c.words);
	if (r < 0)
		return diag_fail(&e);
	return r == 0 ? EXIT_SUCCESS : r;
}
