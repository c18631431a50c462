/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * timed.c: what is said of one boot's times, and of many's.
 */
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "timing.h"

enum { KERNEL, INIT, ANSWER, N_COLUMNS };

/* In milliseconds; -1 when it is not known. */
static double
figure(const struct timing *t, int column)
{
	int64_t from = t->exec, to = t->kernel;

	if (column == INIT) {
		from = t->kernel;
		to = t->init;
	} else if (column == ANSWER)
		to = t->answer;
	return from == 0 || to == 0 ? -1 : (double)(to - from) / 1000;
}

void
timing_say(const struct timing *t, const char *service)
{
	char kernel[64] = "", init[64] = "", answer[96] = "";

	if (t->kernel != 0)
		(void)snprintf(kernel, sizeof(kernel),
		    " the kernel's first line after %.0f ms",
		    figure(t, KERNEL));
	if (t->init != 0)
		(void)snprintf(init, sizeof(init), ", init %.0f ms later",
		    figure(t, INIT));
	if (t->answer != 0)
		(void)snprintf(answer, sizeof(answer),
		    "%s first byte of port %u after %.0f ms",
		    t->kernel != 0 ? "," : "", t->port.hostport,
		    figure(t, ANSWER));
	else if (t->port.hostport != 0)
		(void)snprintf(answer, sizeof(answer),
		    "%s no answer of port %u", t->kernel != 0 ? "," : "",
		    t->port.hostport);
	else if (t->kernel == 0)
		(void)snprintf(answer, sizeof(answer), " not a word");
	diag_say("%s:%s%s%s", service, kernel, init, answer);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
cell(double v)
{
	if (v < 0)
		(void)printf("  %15s", "-");
	else
		(void)printf("  %15.1f", v);
}

/* The kth of the n sorted figures of a column, or between two of them: k is
 * in halves, from 0. One that is not known makes the whole so. */
static double
rank(const double *sorted, size_t k2)
{
	double low = sorted[k2 / 2], high = sorted[(k2 + 1) / 2];

	return sorted[0] < 0 ? -1 : (low + high) / 2;
}

void
timing_table(const struct timing *t, size_t n)
{
	double *sorted = mem_array(n * N_COLUMNS, sizeof(*sorted));
	char port[32] = "";
	int columns = t->port.hostport != 0 ? N_COLUMNS : ANSWER;

	if (t->port.hostport != 0)
		(void)snprintf(port, sizeof(port), "exec to %u",
		    t->port.hostport);
	(void)printf("%-6s  %15s  %15s", "ms", "exec to kernel",
	    "kernel to init");
	if (*port != '\0')
		(void)printf("  %15s", port);
	(void)printf("\n");
	for (size_t i = 0; i < n; i++) {
		(void)printf("%-6zu", i + 1);
		for (int c = 0; c < columns; c++) {
			cell(figure(&t[i], c));
			if (sorted != NULL)
				sorted[(size_t)c * n + i] = figure(&t[i], c);
		}
		(void)printf("\n");
	}
	for (int c = 0; sorted != NULL && c < columns; c++)
		qsort(sorted + (size_t)c * n, n, sizeof(*sorted), compare);
	/* p90 is the ceil(0.9 n)th. */
	for (int row = 0; sorted != NULL && row < 2; row++) {
		(void)printf("%-6s", row == 0 ? "median" : "p90");
		for (int c = 0; c < columns; c++)
			cell(rank(sorted + (size_t)c * n, row == 0 ? n - 1 :
			    ((9 * n + 9) / 10 - 1) * 2));
		(void)printf("\n");
	}
	free(sorted);
}
