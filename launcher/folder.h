/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The program's working folder, and whether the caller's is shared with it, where the options leave
 * that open. docs/launcher.md, "The current folder".
 */
#ifndef LAUNCHER_FOLDER_H
#define LAUNCHER_FOLDER_H

#include <stdbool.h>

struct options;

/*
 * Chooses options->cwd, shares the current folder or says in options->withheld why not, and checks
 * that the working folder exists. `links_files`: the image has the file tree; others get no folder.
 * Returns 0, or −1 after one line on stderr.
 */
int folder_choose(struct options *options, bool links_files);

#endif
