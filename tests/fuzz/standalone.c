/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * standalone.c: a program of a target where there is no libFuzzer: it reads
 * the files named, once each.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define INPUT_MAX (2u * 1024 * 1024)

int
main(int argc, char **argv)
{
	static uint8_t buf[INPUT_MAX];
	uint8_t *in;
	FILE *f;
	size_t n;
	int i;

	for (i = 1; i < argc; i++) {
		if ((f = fopen(argv[i], "rb")) == NULL) {
			perror(argv[i]);
			return EXIT_FAILURE;
		}
		n = fread(buf, 1, sizeof(buf), f);
		(void)fclose(f);
		/* So long, and no byte more: a sanitizer sees the end. */
		if ((in = malloc(n + (n == 0))) == NULL) {
			perror(NULL);
			return EXIT_FAILURE;
		}
		memcpy(in, buf, n);
		(void)LLVMFuzzerTestOneInput(in, n);
		free(in);
	}
	(void)printf("%d inputs\n", argc - 1);
	return EXIT_SUCCESS;
}
