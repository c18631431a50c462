/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * fwcfg.h: variables and files handed to the guest by QEMU's fw_cfg device,
 * where the guest's qemufwcfg script looks for them.
 */
#ifndef NB_FWCFG_H
#define NB_FWCFG_H

#include "words.h"

/*
 * fwcfg_variables, fwcfg_files: add -fw_cfg options for NAME=VALUE,... or
 * NAME=PATH,... A comma within a value is written twice. Files must be there.
 */
int fwcfg_variables(struct words *, const char *text, struct err *);
int fwcfg_files(struct words *, const char *text, struct err *);

/* fwcfg_check: the form only, for the table of settings. */
int fwcfg_check(const char *text, struct err *);

#endif
