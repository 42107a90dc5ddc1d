/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Folders of the host that the program sees, each through a device of its own:
 *
 *     --share HOST[:GUEST][:ro][,cache=none|close-to-open|always][,via=9p|virtiofs]
 */
#ifndef LAUNCHER_SHARE_H
#define LAUNCHER_SHARE_H

#include <hermit/boot_abi.h>

#include <stdbool.h>
#include <sys/types.h>

struct share {
    char *host;  /* absolute, without symbolic links; malloc */
    char *guest; /* absolute, no ".", ".." or repeated slashes; malloc */
    enum hermit_share_cache cache;
    enum hermit_share_via via;
    bool read_only;
    pid_t server;          /* virtiofs.c: its process; 0: none */
    uint32_t server_files; /* … how many files it may have open */
    int server_fd;         /* … the connection to it that QEMU gets; −1: none */
    int server_messages;   /* … a pipe with what it prints, nonblocking, which ends with it; −1 */
};

/*
 * Reads an option's value; the folder must exist. Returns 0, or −1 after one line on stderr. Either
 * way share_free() releases what is there.
 */
int share_parse(struct share *share, const char *text);
/* The folder of --root-ro: the host's, for reading only, as the machine's "/". As share_parse(). */
int share_root(struct share *share, const char *path);
/* The caller's current folder, whose path is `here`, at its own path. As share_parse(). */
int share_current(struct share *share, const char *here);
void share_free(struct share *share);

/* The machine's own folder that `path`, absolute, is in, or is; NULL: it is in none. */
const char *share_reserved(const char *path);

/* True if `path` is in `folder`, or that itself; *rest is what follows. Both are absolute. */
bool path_is_in(const char *path, const char *folder, const char **rest);

#endif
