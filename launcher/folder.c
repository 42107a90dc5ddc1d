/* SPDX-License-Identifier: BSD-3-Clause */
/* Chooses the working folder. No state. */
#include "folder.h"

#include "options.h"
#include "report.h"
#include "share.h"
#include "tree.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The home folder without symbolic links, malloc; NULL: there is none. */
static char *home_folder(void)
{
    const char *home = getenv("HOME");
    if (home == NULL || home[0] != '/') {
        const struct passwd *user = getpwuid(geteuid());
        home = user != NULL ? user->pw_dir : NULL;
    }
    return home != NULL ? realpath(home, NULL) : NULL;
}

/* Whoever stands there does not mean to hand over all that is below. NULL: it may be shared. */
static const char *holds_too_much(const char *folder)
{
    const char *rest;
    if (strcmp(folder, "/") == 0) {
        return "it is the root of all files";
    }
    char *home = home_folder();
    const char *reason = NULL;
    if (home != NULL && path_is_in(home, folder, &rest)) {
        reason = *rest == '\0' ? "it is the home folder" : "the home folder is in it";
    }
    free(home);
    return reason;
}

/* Why the current folder cannot be shared; NULL: it can. */
static const char *obstacle(const char *here)
{
    if (share_reserved(here) != NULL) {
        return "the machine has its own there";
    }
    if (access(here, R_OK | X_OK) != 0) {
        return strerror(errno);
    }
    return holds_too_much(here);
}

/* The last share with a path of the machine; NULL: none. A later one may lie in an earlier one. */
static const struct share *share_of(const struct options *options, const char *path,
                                    const char **rest)
{
    for (size_t i = options->nr_shares; i-- > 0;) {
        if (path_is_in(path, options->shares[i].guest, rest)) {
            return &options->shares[i];
        }
    }
    return NULL;
}

static char *join(const char *folder, const char *rest)
{
    char *path = malloc(strlen(folder) + strlen(rest) + 2);
    if (path != NULL) {
        stpcpy(stpcpy(stpcpy(path, folder), *rest != '\0' ? "/" : ""), rest);
    }
    return path;
}

/* Where a folder of the host is in the machine, by a share that has it; malloc. NULL: nowhere. */
static char *place_in_shares(const struct options *options, const char *here)
{
    const char *rest, *ignored;
    for (size_t i = options->nr_shares; i-- > 0;) {
        const struct share *share = &options->shares[i];
        char *place = path_is_in(here, share->host, &rest) ? join(share->guest, rest) : NULL;
        if (place != NULL && share_of(options, place, &ignored) == share) {
            return place;
        }
        free(place); /* another share covers it */
    }
    return NULL;
}

/* `here` is NULL if the current folder has no path, by errno. */
static int choose_shared(struct options *options, const char *here)
{
    options->withheld = here == NULL ? strerror(errno) : obstacle(here);
    if (here == NULL || options->withheld != NULL) {
        return 0;
    }
    options->nr_shares = 1;
    if (share_current(&options->shares[0], here) != 0) {
        return -1;
    }
    options->own_cwd = strdup(here);
    return 0;
}

static int choose(struct options *options)
{
    char *here = realpath(".", NULL);
    int result = 0;
    if (options->nr_shares != 0) {
        options->own_cwd = here != NULL ? place_in_shares(options, here) : NULL;
    } else if (options->root == NULL && options->initrd == NULL && !options->isolated) {
        result = choose_shared(options, here);
    }
    free(here);
    if (options->cwd == NULL) {
        options->cwd = options->own_cwd;
    } else {
        options->withheld = NULL;
    }
    return result;
}

/* An archive's folders are not looked at: the kernel does that, at the first use of a file. */
static bool is_absent(const struct options *options)
{
    const char *rest;
    const struct share *share = share_of(options, options->cwd, &rest);
    if (tree_is_made_up(options->cwd)) {
        return false;
    }
    if (share != NULL) {
        return !tree_has_folder(share->host, *rest != '\0' ? rest : ".");
    }
    for (size_t i = 0; i < options->nr_shares; i++) {
        if (path_is_in(options->shares[i].guest, options->cwd, &rest)) {
            return false; /* made for the share in it */
        }
    }
    if (options->root != NULL) {
        return !tree_has_folder(options->root, options->cwd);
    }
    return options->initrd == NULL && options->cwd[strspn(options->cwd, "/.")] != '\0';
}

int folder_choose(struct options *options, bool links_files)
{
    if (links_files && choose(options) != 0) {
        return -1;
    }
    if (options->cwd == NULL) {
        options->cwd = "/";
    }
    if (is_absent(options)) {
        return fail("--cwd '%s': no such folder in the machine", options->cwd);
    }
    options->gives_shares = links_files;
    return 0;
}
