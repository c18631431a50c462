/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * leaks.c: part of every test in C. libatf-c leaks when it lists its cases;
 * the leaks that LeakSanitizer is to find are ours.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libatf-c";
}

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}
