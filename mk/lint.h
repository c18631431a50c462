/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * lint.h: read before all else when lint.sh has a file analysed: what cannot be
 * seen from there, what these functions return, always.
 */
#include "diag.h"
#include "err.h"

#define diag_usage(t)	((void)(diag_usage)(t), EXIT_USAGE)
#define err_set(...)	((void)(err_set)(__VA_ARGS__), -1)
#define err_code(...)	((void)(err_code)(__VA_ARGS__), -1)
#define err_sys(...)	((void)(err_sys)(__VA_ARGS__), -1)
#define err_mem(e)	((void)(err_mem)(e), -1)
