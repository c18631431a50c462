/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * names_fuzz.c: a target of libFuzzer for names: layers whose entries have any,
 * by words that have any pattern or place, merged into a tree.
 *
 * An input is text, a line a record, its fields divided by tabs:
 *
 *	=tar [PATTERN]		a layer begins: an archive,
 *	=mtree [WORD]		an mtree(5) file beside a stage of a few files,
 *	=folder [PLACE]		or that stage itself as a folder
 *	f NAME [SIZE]		its entries: a file,
 *	d NAME			a directory,
 *	l NAME TARGET		a symbolic link,
 *	h NAME TARGET [SIZE]	a hard link (in an archive, with content),
 *	c|b|p NAME		a device, a fifo
 *
 * All of a file's bytes are one, which tells from where it came. Three layers
 * at most; the words are in the order of the input, so the last one wins.
 */
#include <sys/stat.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "path.h"
#include "scratch.h"
#include "treecheck.h"
#include "visname.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define LAYERS_MAX	3
#define ENTRIES_MAX	80	/* in all */
#define FILE_MAX	4096	/* bytes of a file */
#define STARS_MAX	5	/* of a pattern: fnmatch(3) takes its time */

#define MUST(x) do { \
	if (!(x)) \
		abort(); \
} while (0)

static struct {
	char	 tar[SCRATCH_PATH], mtree[SCRATCH_PATH];
	int	 tar_fd, mtree_fd;
	enum { TAR, MTREE, FOLDER } kind;
	FILE	*f;			/* while it is written, into text */
	char	*text;
	size_t	 len;
	char	*arg;			/* behind the word's colon, or NULL */
	bool	 odd;			/* no telling what a link means */
	char	 word[PATH_LEN_MAX + SCRATCH_PATH];
} layers[LAYERS_MAX];
static size_t nlayers;
static char stage[SCRATCH_PATH];

/*
 * Entries of archives, as a program that unpacks them would see them. What an
 * entry brings consists of its number.
 */
static struct origin {
	char	 name[PATH_LEN_MAX];	/* canonical */
	char	 kind;
	size_t	 layer;
	size_t	 file;		/* f, h: the first entry of the same file */
	size_t	 size, byte;	/* of that: what the file has now */
} origin[ENTRIES_MAX + 1];
static size_t norigins;

static void
stage_file(const char *name, const char *text)
{
	char path[SCRATCH_PATH];
	int fd = scratch_file(path, name);

	scratch_put(fd, text, strlen(text));
	(void)close(fd);
}

/* Once: what layers lie in, and a stage with two names of one file. */
static void
set_up(void)
{
	char a[SCRATCH_PATH], b[SCRATCH_PATH], name[16];
	size_t i;

	scratch_path(stage, "d");
	MUST(mkdir(stage, 0777) == 0);
	scratch_path(a, "d/d");
	MUST(mkdir(a, 0777) == 0);
	stage_file("a", "\377\377\377");
	stage_file("empty", "");
	stage_file("d/d/f", "\377\377");
	scratch_path(a, "a");
	scratch_path(b, "d/a");
	MUST(link(a, b) == 0);
	scratch_path(b, "d/d/a");
	MUST(link(a, b) == 0);
	scratch_path(b, "d/l");
	MUST(symlink("d", b) == 0);
	for (i = 0; i < LAYERS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%zu.tar", i);
		layers[i].tar_fd = scratch_file(layers[i].tar, name);
		(void)snprintf(name, sizeof(name), "%zu.mtree", i);
		layers[i].mtree_fd = scratch_file(layers[i].mtree, name);
	}
}

static void
pad(FILE *f, size_t len)
{
	for (; len % 512 != 0; len++)
		(void)putc(0, f);
}

/* POSIX.1-2008, pax(1): a header, without content. */
static void
put_header(FILE *f, char type, const char *name, const char *link, size_t size)
{
	char h[512];
	unsigned sum = 0;
	size_t i;

	memset(h, 0, sizeof(h));
	(void)snprintf(h, 101, "%s", name);
	(void)snprintf(h + 100, 8, "0000644");
	(void)snprintf(h + 108, 8, "0000001");
	(void)snprintf(h + 116, 8, "0000002");
	(void)snprintf(h + 124, 12, "%011zo", size);
	(void)snprintf(h + 136, 12, "%011o", 1000u);
	memset(h + 148, ' ', 8);
	h[156] = type;
	(void)snprintf(h + 157, 100, "%s", link);
	memcpy(h + 257, "ustar\00000", 8);
	(void)snprintf(h + 329, 8, "0000003");
	(void)snprintf(h + 337, 8, "0000004");
	for (i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	(void)snprintf(h + 148, 8, "%06o", sum);
	(void)fwrite(h, sizeof(h), 1, f);
}

/* "LEN KEY=VALUE\n", LEN being that of the whole. */
static void
put_record(FILE *f, const char *key, const char *value)
{
	size_t n = strlen(key) + strlen(value) + 3, digits = 1, p = 10;

	while (n + digits >= p) {
		p *= 10;
		digits++;
	}
	(void)fprintf(f, "%zu %s=%s\n", n + digits, key, value);
}

/* Names are in an extended header: it takes any bytes and any length. */
static void
put_extended(FILE *f, const char *name, const char *link)
{
	char *text;
	size_t len;
	FILE *m = open_memstream(&text, &len);

	MUST(m != NULL);
	put_record(m, "hdrcharset", "BINARY");
	put_record(m, "path", name);
	if (link != NULL)
		put_record(m, "linkpath", link);
	MUST(fclose(m) == 0);
	put_header(f, 'x', "x", "", len);
	(void)fwrite(text, len, 1, f);
	pad(f, len);
	free(text);
}

static void
tar_entry(FILE *f, char kind, const char *name, const char *target,
    size_t size, int byte)
{
	static const char from[] = "fdlhcbp", types[] = "0521346";
	const char *at = strchr(from, kind);
	bool link = kind == 'l' || kind == 'h';
	size_t i;

	put_extended(f, name, link ? target : NULL);
	if (kind != 'f' && kind != 'h')
		size = 0;
	put_header(f, types[at - from], "-", link ? "-" : "", size);
	for (i = 0; i < size; i++)
		(void)putc(byte, f);
	pad(f, size);
}

/* The layers' own files lie in the stage's folder. */
static bool
is_scratch(const char *name)
{
	return strstr(name, ".tar") != NULL || strstr(name, ".mtree") != NULL;
}

/* Hard links are in the stage, not in such a file. */
static void
mtree_entry(FILE *f, char kind, const char *name, const char *target,
    const char *size)
{
	static const char from[] = "fdlcbp";
	static const char *const types[] = {
		"file", "dir", "link", "char", "block", "fifo"
	};
	const char *at = strchr(from, kind);

	if (at == NULL || *name == '\0' || is_scratch(name) ||
	    is_scratch(target))
		return;
	(void)fputs("./", f);
	vis_encode(f, name);
	(void)fprintf(f, " type=%s", types[at - from]);
	if (kind == 'l') {
		(void)fputs(" link=", f);
		vis_encode(f, target);
	}
	if (kind == 'c' || kind == 'b')
		(void)fputs(" device=netbsd,3,4", f);
	if (kind == 'f' && *size != '\0')
		(void)fprintf(f, " contents=%s", *size == '0' ? "empty" : "a");
	(void)putc('\n', f);
}

/* The next field, or "". */
static char *
field(char **rest)
{
	static char none[1];
	char *p = strsep(rest, "\t");

	return p != NULL ? p : none;
}

static void
layer_begin(char *rest)
{
	char *kind = field(&rest);

	layers[nlayers].kind = strcmp(kind, "=mtree") == 0 ? MTREE :
	    strcmp(kind, "=folder") == 0 ? FOLDER : TAR;
	layers[nlayers].arg = rest;
	layers[nlayers].odd = false;
	layers[nlayers].f = open_memstream(&layers[nlayers].text,
	    &layers[nlayers].len);
	MUST(layers[nlayers].f != NULL);
	nlayers++;
}

/* The last entry of layer i by that name, or 0. */
static size_t
origin_find(size_t i, const char *name)
{
	size_t o = norigins;

	while (o != 0 && (origin[o].layer != i || strcmp(origin[o].name, name)))
		o--;
	return o;
}

static bool
has_links(size_t i)
{
	size_t o;

	for (o = 1; o <= norigins; o++) {
		if (origin[o].layer == i && origin[o].kind == 'h')
			return true;
	}
	return false;
}

/* A link to what was not there yet, a link to a link that brings content, which
 * no archiver writes, and names that are there twice with links between, are
 * taken or refused as merge.c likes. */
static void
origin_link(struct origin *o, const char *target)
{
	char name[PATH_LEN_MAX];
	struct err e;
	size_t t = 0;

	if (path_canonical(name, target, "", &e) == 0)
		t = origin_find(o->layer, name);
	if (t == 0 || origin[t].file == 0 ||
	    (o->size != 0 && origin[t].kind == 'h')) {
		layers[o->layer].odd = true;
		return;
	}
	o->file = origin[t].file;
	if (o->size != 0) {
		origin[o->file].size = o->size;
		origin[o->file].byte = o->byte;
	}
}

/* The number of an entry; 0: its name is refused. */
static int
origin_new(char kind, const char *name, const char *target, size_t size)
{
	struct origin *o = &origin[norigins + 1];
	struct err e;
	size_t layer = nlayers - 1;

	if (path_canonical(o->name, name, "", &e) != 0)
		return 0;
	if (origin_find(layer, o->name) != 0 &&
	    (kind == 'h' || has_links(layer)))
		layers[layer].odd = true;
	o->kind = kind;
	o->layer = layer;
	o->size = size;
	o->byte = norigins + 1;
	o->file = kind == 'f' ? norigins + 1 : 0;
	if (kind == 'h')
		origin_link(o, target);
	return (int)++norigins;
}

static void
entry(char *rest)
{
	const char *kind = field(&rest), *name = field(&rest);
	const char *target, *size;
	size_t bytes;

	if (kind[0] == '\0' || kind[1] != '\0' || *name == '\0' ||
	    strchr("fdlhcbp", kind[0]) == NULL ||
	    layers[nlayers - 1].kind == FOLDER)
		return;
	target = *kind == 'l' || *kind == 'h' ? field(&rest) : "";
	size = field(&rest);
	if (layers[nlayers - 1].kind == MTREE) {
		mtree_entry(layers[nlayers - 1].f, *kind, name, target, size);
		return;
	}
	bytes = (size_t)strtoul(size, NULL, 10) % FILE_MAX;
	tar_entry(layers[nlayers - 1].f, *kind, name, target, bytes,
	    origin_new(*kind, name, target, bytes));
}

static void
read_input(char *text)
{
	char *line;

	nlayers = norigins = 0;
	while ((line = strsep(&text, "\n")) != NULL) {
		if (*line != '=' && nlayers != 0 && norigins < ENTRIES_MAX)
			entry(line);
		else if (*line == '=' && nlayers < LAYERS_MAX)
			layer_begin(line);
	}
}

static void
layer_write(size_t i)
{
	const char *path;
	int n;

	MUST(fclose(layers[i].f) == 0);
	if (layers[i].kind == TAR)
		scratch_put(layers[i].tar_fd, layers[i].text, layers[i].len);
	else if (layers[i].kind == MTREE)
		scratch_put(layers[i].mtree_fd, layers[i].text, layers[i].len);
	free(layers[i].text);
	path = layers[i].kind == TAR ? layers[i].tar :
	    layers[i].kind == MTREE ? layers[i].mtree : stage;
	n = snprintf(layers[i].word, sizeof(layers[i].word), "%s%s%.*s", path,
	    layers[i].arg != NULL ? ":" : "", PATH_LEN_MAX - 8,
	    layers[i].arg != NULL ? layers[i].arg : "");
	MUST(n > 0 && (size_t)n < sizeof(layers[i].word));
}

/* Whether layer i has an entry by that name that its word takes. */
static bool
has(size_t i, const char *name)
{
	return origin_find(i, name) != 0 &&
	    (layers[i].arg == NULL || path_match(layers[i].arg, name));
}

/* What a name has is what the last layer that has it says. */
static void
seen(const struct node *n, uint64_t size, uint8_t byte)
{
	char name[PATH_LEN_MAX];
	size_t i, o;

	MUST(byte != 0);
	tree_path(n, name);
	for (i = (size_t)n->layer + 1; i < nlayers; i++)
		MUST(!has(i, name));
	if (layers[n->layer].kind != TAR) {
		MUST(byte == 0377);
		return;
	}
	MUST(byte <= norigins && origin[byte].layer == n->layer);
	if (layers[n->layer].odd)
		return;
	o = origin_find(n->layer, name);
	MUST(o != 0 && origin[o].file != 0);
	o = origin[o].file;
	MUST(origin[o].byte == byte && origin[o].size == size);
}

static bool
patterns_end(void)
{
	const char *p;
	size_t i, stars;

	for (i = 0; i < nlayers; i++) {
		stars = 0;
		for (p = layers[i].arg; p != NULL && *p != '\0'; p++)
			stars += *p == '*';
		if (stars > STARS_MAX)
			return false;
	}
	return true;
}

/* What path.h says of names, of any two. */
static void
check_paths(const char *a, const char *b)
{
	char one[PATH_LEN_MAX], two[PATH_LEN_MAX], joined[PATH_LEN_MAX];
	struct err e;

	if (path_canonical(one, a, "", &e) != 0 ||
	    path_canonical(two, b, "", &e) != 0 ||
	    path_join(joined, one, two, &e) != 0)
		return;
	MUST(path_canonical(two, joined, "", &e) == 0);
	MUST(strcmp(two, joined) == 0);
	if (strpbrk(one, "*?[\\") == NULL)
		MUST(path_match(one, joined));
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	char *words[LAYERS_MAX], *text = malloc(len + 1), *line;
	size_t i;

	MUST(text != NULL);
	if (stage[0] == '\0')
		set_up();
	memcpy(text, in, len);
	text[len] = '\0';
	if ((line = strchr(text, '\n')) != NULL) {
		*line = '\0';
		check_paths(text, line + 1);
		*line = '\n';
	}
	read_input(text);
	for (i = 0; i < nlayers; i++) {
		layer_write(i);
		words[i] = layers[i].word;
	}
	if (patterns_end())
		treecheck_merge(words, nlayers, seen);
	free(text);
	return 0;
}
