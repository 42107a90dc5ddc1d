/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Folders of the host that the program sees, each through a device of its own:
 *
 *     --share HOST[:GUEST][:ro][,cache=none|close-to-open|always][,via=9p]
 */
#ifndef LAUNCHER_SHARE_H
#define LAUNCHER_SHARE_H

#include <hermit/boot_abi.h>

#include <stdbool.h>

struct share {
    char *host;  /* absolute, without symbolic links; malloc */
    char *guest; /* absolute, no ".", ".." or repeated slashes; malloc */
    enum hermit_share_cache cache;
    bool read_only;
};

/*
 * Reads an option's value; the folder must exist. Returns 0, or −1 after one line on stderr. Either
 * way share_free() releases what is there.
 */
int share_parse(struct share *share, const char *text);
void share_free(struct share *share);

/* True if `path`, absolute, is in the share's folder, or that itself; *rest is what follows. */
bool share_has(const struct share *share, const char *path, const char **rest);

/* True if `path` is a folder that the kernel makes, since the share's lies within it. */
bool share_is_below(const struct share *share, const char *path);

#endif
