/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * settings.c: the table of all that a user may ask for, and its one setter.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accel.h"
#include "arch.h"
#include "forward.h"
#include "fwcfg.h"
#include "mem.h"
#include "settings.h"
#include "words.h"

/*
 * NetBSD/amd64 with 24 or 32 MB hangs without a word, with 48 MB it boots;
 * and 1 TB is more than any host has to give to a microVM.
 */
#define MEM_MIN 48
#define MEM_MAX 1048576

/* As many as anyone will wait for. */
#define BOOTS_MAX 1000

/* A week, in seconds. */
#define LIMIT_MAX 604800

/* QEMU's microvm takes 288 processors, its virt 512 with GICv3. */
#define CORES_MAX 288

/* virtio-serial has 31 ports; the first is the console (QEMU's
 * hw/char/virtio-serial-bus: max_ports). */
#define PORTS_MAX 31

static int check_words(const char *, struct err *);
static int check_tag(const char *, struct err *);
static int check_arch(const char *, struct err *);
static int check_sandbox(const char *, struct err *);

#define AT(field) offsetof(struct settings, field)
#define TEXT	  SETTING_TEXT, AT
#define NUL	  '\0'

static const struct setting table[] = {
	{ 'f', "config", NULL, "conf", "read settings from a file",
	    TEXT(conf), 1, 0, NULL },
	{ 'k', "kernel", "kernel", "file", "kernel to boot",
	    TEXT(kernel), 1, 0, NULL },
	{ 'i', "image", "img", "image", "image of the root file system",
	    TEXT(image), 1, 0, NULL },
	{ 'I', "initrd", NULL, NULL, "load the image into memory, as initrd",
	    SETTING_FLAG, AT(initrd), 0, 0, NULL },
	{ 'c', "cores", "cores", "n", "processors (1)",
	    SETTING_NUMBER, AT(cores), 1, CORES_MAX, NULL },
	{ 'm', "memory", "mem", "size", "memory in MB, or 1g (256)",
	    SETTING_MEGABYTES, AT(mem), MEM_MIN, MEM_MAX, NULL },
	{ 'a', "append", "append", "words", "kernel parameters (-z)",
	    TEXT(append), 0, 0, NULL },
	{ 'r', "root", "root", "device", "root file system (the image's own)",
	    TEXT(root), 0, 0, NULL },
	{ 'l', "drive2", "drive2", "image[:ro]", "a further disk",
	    SETTING_LIST, AT(disks), 1, '\n', NULL },
	{ 'p', "port", "hostfwd", "forward,...",
	    "[tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport",
	    SETTING_LIST, AT(forwards), 0, ',', forward_check },
	{ 'w', "share", "share", "folder[:ro]", "share a folder by 9p",
	    TEXT(share), 1, 0, NULL },
	{ 'e', "variable", "fwcfgvar", "name=value,...",
	    "variables for the guest",
	    SETTING_LIST, AT(variables), 0, ',', fwcfg_check },
	{ 'E', "file", "fwcfgfile", "name=path,...", "files for the guest",
	    SETTING_LIST, AT(files), 0, ',', fwcfg_check },
	{ 'n', "sockets", NULL, "n", "virtio console sockets",
	    SETTING_NUMBER, AT(sockets), 0, PORTS_MAX - 1, NULL },
	{ 't', "serial-port", "serial_port", "port",
	    "with -d: serial console by telnet on loopback",
	    SETTING_NUMBER, AT(serial_port), 1, 65535, NULL },
	{ 'x', "extra", "extra", "words", "more arguments for QEMU",
	    SETTING_LIST, AT(extra), 0, ' ', check_words },
	{ 'A', "accel", NULL, "name", "accelerator: kvm, nvmm, hvf or tcg",
	    TEXT(accel), 0, 0, accel_check },
	{ 'N', "no-network", NULL, NULL, "no network",
	    SETTING_FLAG, AT(no_network), 0, 0, NULL },
	{ 'b', "bridge", "bridgenet", NULL, "a second network on a tap device",
	    SETTING_FLAG, AT(bridge), 0, 0, NULL },
	{ 's', "shared", "sharerw", NULL, "do not lock the image",
	    SETTING_FLAG, AT(share_image), 0, 0, NULL },
	{ 'S', "snapshot", "snapshot", NULL, "throw away what the guest writes",
	    SETTING_FLAG, AT(discard), 0, 0, NULL },
	{ 'P', "pty", "use_pty", NULL, "console on a pty",
	    TEXT(pty), 0, 0, NULL },
	{ 'd', "daemon", NULL, NULL, "run in the background",
	    SETTING_FLAG, AT(daemon), 0, 0, NULL },
	{ 'v', "print", NULL, NULL, "print the QEMU command and stop",
	    SETTING_FLAG, AT(print), 0, 0, NULL },
	{ 'u', "plain", NULL, NULL, "plain output (it always is)",
	    SETTING_FLAG, AT(plain), 0, 0, NULL },
	{ 'h', "help", NULL, NULL, "this list",
	    SETTING_FLAG, AT(help), 0, 0, NULL },
	{ 'T', "timing", NULL, NULL, "tell how long the boot took",
	    SETTING_FLAG, AT(timing), 0, 0, NULL },
	{ NUL, "boots", NULL, "n", "time so many boots, each ended then",
	    SETTING_NUMBER, AT(boots), 1, BOOTS_MAX, NULL },
	{ NUL, "status", NULL, NULL, "exit with the n of the guest's EXIT n",
	    SETTING_FLAG, AT(status), 0, 0, NULL },
	{ NUL, "limit", NULL, "seconds", "end the VM after so long (0: never)",
	    SETTING_NUMBER, AT(limit), 0, LIMIT_MAX, NULL },
	{ NUL, "rundir", NULL, "folder", "for pid file and sockets (.)",
	    TEXT(rundir), 1, 0, NULL },
	{ NUL, "sandbox", "sandbox", "y|n",
	    "confine QEMU, or not (y where it has what that takes)",
	    TEXT(sandbox), 1, 0, check_sandbox },
	{ NUL, NULL, "imgtag", NULL, NULL, TEXT(imgtag), 0, 0, check_tag },
	{ NUL, NULL, "qmp_port", NULL, NULL,
	    SETTING_NUMBER, AT(qmp_port), 1, 65535, NULL },
	{ NUL, NULL, "max_ports", NULL, NULL,
	    SETTING_NUMBER, AT(max_ports), 1, PORTS_MAX, NULL },
	{ NUL, NULL, "ARCH", NULL, NULL, TEXT(arch), 0, 0, check_arch },
};

#define N_TABLE (sizeof(table) / sizeof(table[0]))

_Static_assert(N_TABLE <= sizeof(uint64_t) * CHAR_BIT,
    "settings.given has a bit for each setting");

static int
check_words(const char *value, struct err *e)
{
	struct words w = { NULL, 0, 0 };
	int rv = words_split(&w, value, e);

	words_free(&w);
	return rv;
}

static int
check_tag(const char *value, struct err *e)
{
	if (strchr(value, '/') != NULL)
		return err_code(e, ERR_USAGE, "%s: a tag has no slash", value);
	return 0;
}

static int
check_arch(const char *value, struct err *e)
{
	if (*value != '\0' && arch_find(value) == NULL)
		return err_code(e, ERR_USAGE, "%s: no such architecture: "
		    "amd64, i386 or evbarm-aarch64", value);
	return 0;
}

static int
check_sandbox(const char *value, struct err *e)
{
	if (strcmp(value, "y") != 0 && strcmp(value, "n") != 0)
		return err_code(e, ERR_USAGE, "\"%s\" is neither y nor n",
		    value);
	return 0;
}

const struct setting *
setting_at(size_t n)
{
	return n < N_TABLE ? &table[n] : NULL;
}

const struct setting *
setting_option(char opt)
{
	for (size_t i = 0; i < N_TABLE; i++) {
		if (opt != '\0' && table[i].opt == opt)
			return &table[i];
	}
	return NULL;
}

const struct setting *
setting_name(const char *name, size_t len)
{
	for (size_t i = 0; i < N_TABLE; i++) {
		if (table[i].name != NULL && strlen(table[i].name) == len &&
		    memcmp(table[i].name, name, len) == 0)
			return &table[i];
	}
	return NULL;
}

const struct setting *
setting_key(const char *key)
{
	for (size_t i = 0; i < N_TABLE; i++) {
		if (table[i].key != NULL && strcmp(table[i].key, key) == 0)
			return &table[i];
	}
	return NULL;
}

static int
set_flag(bool *flag, const char *v, struct err *e)
{
	static const char *const yes[] = { "y", "yes", "on", "true", "1" };
	static const char *const no[] = { "", "n", "no", "off", "false", "0" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcmp(v, yes[i]) == 0) {
			*flag = true;
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		if (strcmp(v, no[i]) == 0) {
			*flag = false;
			return 0;
		}
	}
	return err_code(e, ERR_USAGE, "\"%s\" is neither y nor n", v);
}

/* The digits at the start of s; *endp behind them. Above any max: UINT_MAX. */
static unsigned
digits(const char *s, const char **endp)
{
	unsigned n = 0;

	for (; *s >= '0' && *s <= '9'; s++) {
		if (n > (UINT_MAX - 9) / 10)
			n = UINT_MAX / 10;
		else
			n = n * 10 + (unsigned)(*s - '0');
	}
	*endp = s;
	return n;
}

static int
set_number(unsigned *to, const struct setting *s, const char *v, struct err *e)
{
	const char *end;
	unsigned n = digits(v, &end);
	const char *unit = s->kind == SETTING_MEGABYTES ? " MB" : "";

	if (end != v && s->kind == SETTING_MEGABYTES && *end != '\0' &&
	    strchr("mMgG", *end) != NULL && end[1] == '\0') {
		if (*end == 'g' || *end == 'G')
			n = n > MEM_MAX / 1024 ? UINT_MAX : n * 1024;
		end++;
	}
	if (end == v || *end != '\0')
		return err_code(e, ERR_USAGE, "\"%s\" is not a number%s", v,
		    *unit != '\0' ? " of MB (1g is 1024)" : "");
	if (n < s->min)
		return err_code(e, ERR_USAGE, "%s is too little: at least %u%s",
		    v, s->min, unit);
	if (n > s->max)
		return err_code(e, ERR_USAGE, "%s is too much: at most %u%s",
		    v, s->max, unit);
	*to = n;
	return 0;
}

/* With add, value comes behind what is there, joined as the table says. */
static int
set_text(char **to, const struct setting *s, const char *value, bool add,
    struct err *e)
{
	char *text;

	for (const char *p = value; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 127)
			return err_code(e, ERR_USAGE,
			    "a control character in the value");
	}
	if (s->check != NULL && s->check(value, e) == -1)
		return -1;
	if (add && *to != NULL && **to != '\0')
		text = mem_printf("%s%c%s", *to, (int)s->max, value);
	else
		text = strdup(value);
	if (text == NULL)
		return err_mem(e);
	free(*to);
	*to = text;
	/* What each part passed, the whole may not: a port forwarded twice. */
	return add && s->check != NULL ? s->check(text, e) : 0;
}

static int
set(struct settings *to, const struct setting *s, const char *value,
    enum settings_source source, bool add, struct err *e)
{
	char *field = (char *)to + s->at;
	/* `root=` in a conf says nothing; `-k ""` is a variable gone wrong. */
	bool nothing = *value == '\0' && s->at != AT(append);

	switch (s->kind) {
	case SETTING_FLAG:
		return set_flag((bool *)(void *)field, value, e);
	case SETTING_NUMBER:
	case SETTING_MEGABYTES:
		if (nothing && source == FROM_CONF)
			return 0;
		return set_number((unsigned *)(void *)field, s, value, e);
	case SETTING_TEXT:
	case SETTING_LIST:
		if (nothing && s->min != 0 && source == FROM_OPTION)
			return err_code(e, ERR_USAGE, "an empty name");
		break;
	}
	if (nothing && source != FROM_OPTION)
		return 0;
	return set_text((char **)(void *)field, s, value, add, e);
}

int
settings_set(struct settings *to, const struct setting *s, const char *value,
    enum settings_source source, const char *where, struct err *e)
{
	uint64_t bit = UINT64_C(1) << (s - table);
	bool given = (to->given & bit) != 0;
	struct err why;

	if (given && source != FROM_OPTION)
		return 0;
	if (set(to, s, value, source, given && s->kind == SETTING_LIST,
	    &why) == -1)
		return err_code(e, why.code, "%s: %s", where, why.text);
	if (source == FROM_OPTION)
		to->given |= bit;
	return 0;
}

char *
setting_text(const struct settings *from, const struct setting *s,
    struct err *e)
{
	const char *field = (const char *)from + s->at, *text = "";
	char number[16];
	char *copy;

	switch (s->kind) {
	case SETTING_FLAG:
		text = *(const bool *)(const void *)field ? "y" : "";
		break;
	case SETTING_NUMBER:
	case SETTING_MEGABYTES:
		if (*(const unsigned *)(const void *)field != 0) {
			(void)snprintf(number, sizeof(number), "%u",
			    *(const unsigned *)(const void *)field);
			text = number;
		}
		break;
	case SETTING_TEXT:
	case SETTING_LIST:
		if (*(char *const *)(const void *)field != NULL)
			text = *(char *const *)(const void *)field;
		break;
	}
	if ((copy = strdup(text)) == NULL)
		(void)err_mem(e);
	return copy;
}

bool
settings_given(const struct settings *s, size_t at)
{
	for (size_t i = 0; i < N_TABLE; i++) {
		if (table[i].at == at && (s->given & UINT64_C(1) << i) != 0)
			return true;
	}
	return false;
}

void
settings_free(struct settings *s)
{
	for (size_t i = 0; i < N_TABLE; i++) {
		if (table[i].kind == SETTING_TEXT ||
		    table[i].kind == SETTING_LIST)
			free(*(char **)(void *)((char *)s + table[i].at));
	}
	memset(s, 0, sizeof(*s));
}
