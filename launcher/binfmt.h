/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * `hermit binfmt`: Linux's binfmt_misc starts images through the launcher, which it tells by the
 * marks in their ELF header (hermit/boot_abi.h). The kernel runs BINFMT_RUNNER, a link to the
 * launcher, with its own path, the image's path, the image's argv[0] and the other arguments.
 */
#ifndef LAUNCHER_BINFMT_H
#define LAUNCHER_BINFMT_H

#include <stdbool.h>
#include <stddef.h>

#define BINFMT_RUNNER "hermit-binfmt" /* in PREFIX/lib/hermit */

/* What `hermit binfmt` can do; NULL-terminated. */
extern const char *const binfmt_actions[];

/*
 * Does one of them for the launcher that runs: `install` and `remove` change the running kernel's
 * registration, `status` prints it, `print` prints the line for a file in binfmt.d. Returns the
 * exit status: 0, 1 (status: not this launcher's, or not in force), 125 after a line on stderr.
 */
int binfmt_command(const char *action);

/* True if argv[0] says that binfmt_misc has started this program. */
bool binfmt_is_runner(const char *argv0);

/*
 * Writes the registration for `runner`, a path, without a line feed. Returns its length, or −1 if
 * the kernel would not take such a path. For tests.
 */
int binfmt_line(char *line, size_t size, const char *runner);

#endif
