/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * filter.h: which system calls of a script are told of, and which it does not
 * have (Linux, seccomp(2)).
 */
#ifndef NB_POSTINST_FILTER_H
#define NB_POSTINST_FILTER_H

/*
 * filter_install: from now on, for this process and all that it starts, the
 * calls of calls.h stop for who traces it (ptrace(2)); without one they fail.
 * Refused are
 *
 *	calls of another architecture's programs, and io_uring, which would go
 *	    past all this;
 *	making a set-id file (it can be made so later, by chmod(2)), which on
 *	    disk would be the caller's;
 *	user namespaces, in which ids mean something else;
 *	extended attributes, which no image of ours can hold;
 *	the kernel's keys and messages, which are the caller's and the host's.
 *
 * -1 with errno.
 */
int filter_install(void);

#endif
