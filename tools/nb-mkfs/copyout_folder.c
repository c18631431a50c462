/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * copyout_folder.c: nb-mkfs -x -C: a tree to a folder on the host, as a stage
 * (stage.h): there is one code that writes other people's names there.
 */
#include <stdint.h>

#include "copyout.h"
#include "fsread.h"
#include "stage.h"
#include "word.h"

/* A layer may be many things, -x is for images. */
static int
check_image_word(const char *word, struct err *e)
{
	struct fsread *fs;
	struct word w;

	if (word_divide(&w, word, e) != 0)
		return -1;
	fs = fsread_open(w.path, e);
	word_free(&w);
	if (fs == NULL)
		return -1;
	fsread_close(fs);
	return 0;
}

int
copyout_folder(const char *word, const char *folder, uint64_t *files,
    struct err *e)
{
	char *layers[] = { (char *)(uintptr_t)word };
	struct stage_job job = { .path = folder, .layers = layers,
	    .nlayers = 1, .confine = true };

	if (check_image_word(word, e) != 0 || stage_make(&job, e) != 0)
		return -1;
	*files = job.files;
	return 0;
}
