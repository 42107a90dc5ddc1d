/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads --share. No state. */
#include "share.h"

#include "report.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is not said. */
static const struct share none = {
    .cache = HERMIT_SHARE_CACHE_CLOSE_TO_OPEN,
    .via = HERMIT_SHARE_9P,
    .server_fd = -1,
    .server_messages = -1,
};

/* Sets what ",NAME=VALUE" says. Returns 1 if it says nothing that is known here. */
static int set_property(struct share *share, const char *text)
{
    static const struct {
        const char *text;
        enum hermit_share_cache cache;
    } caches[] = {
        {"cache=none", HERMIT_SHARE_CACHE_NONE},
        {"cache=close-to-open", HERMIT_SHARE_CACHE_CLOSE_TO_OPEN},
        {"cache=always", HERMIT_SHARE_CACHE_ALWAYS},
    };
    for (size_t i = 0; i < sizeof(caches) / sizeof(caches[0]); i++) {
        if (strcmp(text, caches[i].text) == 0) {
            share->cache = caches[i].cache;
            return 0;
        }
    }
    if (strcmp(text, "via=9p") == 0) {
        share->via = HERMIT_SHARE_9P;
    } else if (strcmp(text, "via=virtiofs") == 0) {
        share->via = HERMIT_SHARE_VIRTIOFS;
    } else {
        return 1;
    }
    return 0;
}

static bool begins_like_property(const char *text)
{
    return strncmp(text, "cache=", 6) == 0 || strncmp(text, "via=", 4) == 0;
}

/* Takes the properties off the end of the text; commas before them belong to the folder's name. */
static int take_properties(struct share *share, char *text)
{
    char *comma;
    while ((comma = strrchr(text, ',')) != NULL && begins_like_property(comma + 1)) {
        if (set_property(share, comma + 1) != 0) {
            return fail("--share: '%s' is none of cache=none, cache=close-to-open, cache=always, "
                        "via=9p, via=virtiofs",
                        comma + 1);
        }
        *comma = '\0';
    }
    return 0;
}

/* The path in a plain form, or NULL: "." and ".." are refused, since links may lie before them. */
static char *plain_path(const char *path)
{
    char *plain = malloc(strlen(path) + 2), *end = plain;
    while (plain != NULL && *path != '\0') {
        path += strspn(path, "/");
        size_t length = strcspn(path, "/");
        if ((length == 1 && path[0] == '.') || (length == 2 && strncmp(path, "..", 2) == 0)) {
            free(plain);
            return NULL;
        }
        if (length != 0) {
            *end++ = '/';
            memcpy(end, path, length);
            end += length;
        }
        path += length;
    }
    if (plain != NULL) {
        *end = '\0';
    }
    return plain;
}

static int set_host(struct share *share, const char *path, const char *option)
{
    struct stat info;
    share->host = realpath(path, NULL);
    if (share->host == NULL || stat(share->host, &info) != 0) {
        return fail("%s '%s': %s", option, path, strerror(errno));
    }
    if (!S_ISDIR(info.st_mode)) {
        return fail("%s '%s': not a folder", option, path);
    }
    if (access(share->host, share->read_only ? R_OK | X_OK : R_OK | W_OK | X_OK) != 0) {
        return fail("%s '%s': %s%s", option, path, strerror(errno),
                    share->read_only ? "" : " (to share it for reading only, append ':ro')");
    }
    return 0;
}

const char *share_reserved(const char *path)
{
    static const char *const kept[] = {"/dev", "/proc", "/sys"};
    const char *rest;
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (path_is_in(path, kept[i], &rest)) {
            return kept[i];
        }
    }
    return NULL;
}

/* The folder must not hide what the kernel makes. */
static int set_guest(struct share *share, const char *path)
{
    share->guest = plain_path(path);
    if (path[0] != '/' || share->guest == NULL) {
        return fail("--share '%s': must be an absolute path inside the machine without '..'", path);
    }
    if (share->guest[0] == '\0') {
        return fail("--share: '/' cannot be a shared folder (try --root-ro, or a copy: --root)");
    }
    const char *reserved = share_reserved(share->guest);
    return reserved != NULL ? fail("--share '%s': %s is the machine's own", path, reserved) : 0;
}

static int parse(struct share *share, char *text)
{
    size_t length;
    if (take_properties(share, text) != 0) {
        return -1;
    }
    length = strlen(text);
    if (length > 3 && strcmp(text + length - 3, ":ro") == 0) {
        share->read_only = true;
        text[length - 3] = '\0';
    }
    char *colon = strrchr(text, ':');
    char *guest = colon != NULL && colon != text && colon[1] == '/' ? colon + 1 : NULL;
    if (guest != NULL) {
        *colon = '\0';
    }
    if (set_host(share, text, "--share") != 0) {
        return -1;
    }
    return set_guest(share, guest != NULL ? guest : share->host);
}

int share_parse(struct share *share, const char *text)
{
    char *copy = strdup(text);
    *share = none;
    if (copy == NULL) {
        return fail("out of memory");
    }
    int result = parse(share, copy);
    free(copy);
    return result;
}

int share_root(struct share *share, const char *path)
{
    *share = none;
    share->cache = HERMIT_SHARE_CACHE_ALWAYS;
    share->read_only = true;
    share->guest = strdup("/");
    return share->guest != NULL ? set_host(share, path, "--root-ro") : fail("out of memory");
}

int share_current(struct share *share, const char *here)
{
    *share = none;
    share->host = strdup(here);
    share->guest = strdup(here);
    return share->host != NULL && share->guest != NULL ? 0 : fail("out of memory");
}

void share_free(struct share *share)
{
    free(share->host);
    free(share->guest);
    *share = none;
}

bool path_is_in(const char *path, const char *folder, const char **rest)
{
    for (;;) {
        path += strspn(path, "/");
        folder += strspn(folder, "/");
        size_t length = strcspn(folder, "/");
        if (length == 0) {
            *rest = path;
            return true;
        }
        if (length != strcspn(path, "/") || memcmp(path, folder, length) != 0) {
            return false;
        }
        path += length;
        folder += length;
    }
}
