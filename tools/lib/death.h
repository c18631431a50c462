/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * death.h: the signals by which a person or a terminal ends a program: HUP,
 * INT, QUIT and TERM. What is half-made has to be undone when one comes.
 */
#ifndef NB_DEATH_H
#define NB_DEATH_H

#include <signal.h>

/* death_add: add them to a set. */
void death_add(sigset_t *);

/*
 * death_hold: hold them back, while what the handler looks at changes;
 * *saved is the mask that was. death_release: the mask of before; errno is
 * kept. A thread that no signal reaches (thread.h) holds back the handler
 * itself (death_last), wherever that runs. Not to be nested.
 */
void death_hold(sigset_t *saved);
void death_release(const sigset_t *saved);

/*
 * death_catch: let sa handle each, but for those that are ignored: nohup(1)
 * and a shell's background jobs mean that. sa's mask is the caller's.
 */
void death_catch(const struct sigaction *sa);

/*
 * death_last: let handler handle each once, with all of them held back: when
 * it has cleaned up it raises the signal again, which then kills. It may make
 * async-signal-safe calls only (POSIX.1-2008, 2.4.3).
 */
void death_last(void (*handler)(int));

/* death_default: what a child that runs another program wants. */
void death_default(void);

#endif
