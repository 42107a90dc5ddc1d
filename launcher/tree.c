/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a folder as a newc archive. A walk owns its `struct writer`; one thread, no locks.
 */
#include "tree.h"

#include "cpio.h"
#include "report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A file with several links that the walk has already met. */
struct linked {
    dev_t dev;
    ino_t ino;
    uint32_t number;
};

/* A folder on the path from the root to the current folder. */
struct level {
    struct dirent **entries; /* by name */
    int count, next;
    size_t path_length; /* bytes of the folder's path */
    dev_t dev;
    ino_t ino;
};

struct writer {
    FILE *out;     /* NULL: only count bytes and open no files */
    uint64_t size; /* bytes written, or counted */
    uint64_t limit;
    uint32_t next_inode;
    struct linked *links;
    size_t nr_links;
    const char *root;
    int folder; /* the current one; the only one open at any depth */
    struct level *levels;
    size_t nr_levels, max_levels;
    char *path; /* of the current folder or entry, relative to the root; "." is the root */
    size_t path_size;
};

/* NOLINTBEGIN(clang-analyzer-unix.Malloc, clang-analyzer-core.NonNullParamChecker): the writer owns
 * the path until put_tree() frees it at the end of the walk. */

static int fail_at(const struct writer *writer, const char *reason)
{
    return fail("--root '%s': '%s': %s", writer->root, writer->path, reason);
}

static int put(struct writer *writer, const void *data, size_t size)
{
    writer->size += size;
    if (writer->out == NULL) {
        return 0;
    }
    if (writer->size > writer->limit) {
        return fail("--root '%s': its files grew while they were read", writer->root);
    }
    if (fwrite(data, 1, size, writer->out) != size) {
        return fail("writing the initial RAM disk: %s", strerror(errno));
    }
    return 0;
}

static int put_padding(struct writer *writer)
{
    static const char zeros[4];
    return put(writer, zeros, CPIO_PADDING(writer->size));
}

static int put_header(struct writer *writer, const char *name, const struct stat *info,
                      uint32_t inode, uint32_t file_size)
{
    char header[CPIO_HEADER_SIZE + 1];
    size_t name_size = strlen(name) + 1;
    unsigned owner = info->st_uid == getuid() ? 0 : info->st_uid;
    unsigned group = info->st_gid == getgid() ? 0 : info->st_gid;
    /* Time bits that newc has no room for: see HERMIT_BOOT_FULL_TIMES. */
    unsigned seconds_high = (unsigned)((uint64_t)info->st_mtim.tv_sec >> 32);
    snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
             inode, (unsigned)info->st_mode, owner, group, (unsigned)info->st_nlink,
             (unsigned)info->st_mtim.tv_sec, file_size, 0u, 0u, 0u, (unsigned)info->st_mtim.tv_nsec,
             (unsigned)name_size, seconds_high);
    if (put(writer, header, CPIO_HEADER_SIZE) != 0 || put(writer, name, name_size) != 0) {
        return -1;
    }
    return put_padding(writer);
}

/*
 * Returns an inode number for the archive, 0 if out of memory; sets *seen if the file was already
 * written under another name.
 */
static uint32_t inode_number(struct writer *writer, const struct stat *info, bool *seen)
{
    *seen = false;
    if (S_ISDIR(info->st_mode) || info->st_nlink < 2) {
        return ++writer->next_inode;
    }
    for (size_t i = 0; i < writer->nr_links; i++) {
        struct linked *link = &writer->links[i];
        if (link->dev == info->st_dev && link->ino == info->st_ino) {
            *seen = true;
            return link->number;
        }
    }
    struct linked *links = realloc(writer->links, (writer->nr_links + 1) * sizeof(*links));
    if (links == NULL) {
        return 0;
    }
    uint32_t number = ++writer->next_inode;
    links[writer->nr_links++] = (struct linked){info->st_dev, info->st_ino, number};
    writer->links = links;
    return number;
}

/* Copies exactly the `size` bytes in the header; bytes appended since then are left out. */
static int copy_data(struct writer *writer, int fd, uint64_t size)
{
    static uint8_t buffer[256 * 1024];
    while (size > 0) {
        size_t wanted = size < sizeof(buffer) ? (size_t)size : sizeof(buffer);
        ssize_t n = read(fd, buffer, wanted);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return fail_at(writer, n < 0 ? strerror(errno) : "shrank while it was read");
        }
        if (put(writer, buffer, (size_t)n) != 0) {
            return -1;
        }
        size -= (uint64_t)n;
    }
    return put_padding(writer);
}

/* Writes header and data of the open file `fd` of the size in `info`. */
static int put_contents(struct writer *writer, int fd, const struct stat *info, uint32_t inode)
{
    uint64_t size = (uint64_t)info->st_size;
    if (size > UINT32_MAX) {
        return fail_at(writer, "files over 4 GiB do not fit into the archive");
    }
    if (put_header(writer, writer->path, info, inode, (uint32_t)size) != 0) {
        return -1;
    }
    if (writer->out == NULL) {
        writer->size += size;
        return put_padding(writer);
    }
    return copy_data(writer, fd, size);
}

static int put_regular(struct writer *writer, const char *leaf, const struct stat *info)
{
    bool seen;
    uint32_t inode = inode_number(writer, info, &seen);
    if (inode == 0) {
        return fail("out of memory");
    }
    if (seen) {
        return put_header(writer, writer->path, info, inode, 0);
    }
    if (writer->out == NULL) {
        return put_contents(writer, -1, info, inode);
    }
    struct stat opened;
    int result;
    int fd =
        openat(writer->folder, leaf, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &opened) != 0) {
        result = fail_at(writer, strerror(errno));
    } else if (opened.st_dev != info->st_dev || opened.st_ino != info->st_ino) {
        result = fail_at(writer, "replaced while it was read");
    } else {
        result = put_contents(writer, fd, &opened, inode);
    }
    if (fd >= 0) {
        close(fd);
    }
    return result;
}

static int put_symlink(struct writer *writer, const char *leaf, const struct stat *info)
{
    char target[PATH_MAX];
    bool seen;
    ssize_t n = readlinkat(writer->folder, leaf, target, sizeof(target));
    if (n < 0) {
        return fail_at(writer, strerror(errno));
    }
    uint32_t inode = inode_number(writer, info, &seen);
    if (inode == 0) {
        return fail("out of memory");
    }
    if (put_header(writer, writer->path, info, inode, (uint32_t)n) != 0 ||
        put(writer, target, (size_t)n) != 0) {
        return -1;
    }
    return put_padding(writer);
}

static int not_dot(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Sets the path to that of an entry of the current folder. */
static int set_path(struct writer *writer, const char *leaf)
{
    size_t start = writer->nr_levels > 0 ? writer->levels[writer->nr_levels - 1].path_length : 0;
    size_t size = start + strlen(leaf) + 2; /* with a slash and a NUL */
    if (writer->path == NULL || size > writer->path_size) {
        char *path = realloc(writer->path, size * 2);
        if (path == NULL) {
            return fail("out of memory");
        }
        writer->path = path;
        writer->path_size = size * 2;
    }
    if (start > 0) {
        writer->path[start++] = '/';
    }
    strcpy(writer->path + start, leaf);
    return 0;
}

static struct level *add_level(struct writer *writer)
{
    if (writer->nr_levels == writer->max_levels) {
        size_t max = writer->max_levels * 2 + 16;
        struct level *levels = realloc(writer->levels, max * sizeof(*levels));
        if (levels == NULL) {
            fail("out of memory");
            return NULL;
        }
        writer->levels = levels;
        writer->max_levels = max;
    }
    struct level *level = &writer->levels[writer->nr_levels++];
    *level = (struct level){0};
    return level;
}

/* Enters the folder open at `fd`, whose path is set, and writes its entry. Consumes `fd`. */
static int enter(struct writer *writer, int fd)
{
    struct stat info;
    if (writer->folder >= 0) {
        close(writer->folder);
    }
    writer->folder = fd;
    struct level *level = add_level(writer);
    if (level == NULL) {
        return -1;
    }
    if (fstat(fd, &info) != 0 ||
        (level->count = scandirat(fd, ".", &level->entries, not_dot, by_bytes)) < 0) {
        return fail_at(writer, strerror(errno));
    }
    level->dev = info.st_dev;
    level->ino = info.st_ino;
    level->path_length = writer->nr_levels > 1 ? strlen(writer->path) : 0;
    return put_header(writer, writer->path, &info, ++writer->next_inode, 0);
}

static void drop_level(struct writer *writer)
{
    struct level *level = &writer->levels[--writer->nr_levels];
    for (int i = 0; i < level->count; i++) {
        free(level->entries[i]);
    }
    free(level->entries);
}

/* Returns to the parent folder; from the root, ends the walk. */
static int leave(struct writer *writer)
{
    struct stat info;
    drop_level(writer);
    if (writer->nr_levels == 0) {
        return 0;
    }
    const struct level *level = &writer->levels[writer->nr_levels - 1];
    int fd = openat(writer->folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return fail_at(writer, strerror(errno));
    }
    close(writer->folder);
    writer->folder = fd;
    if (fstat(fd, &info) != 0 || info.st_dev != level->dev || info.st_ino != level->ino) {
        return fail_at(writer, "a folder was moved while it was read");
    }
    return 0;
}

static int put_entry(struct writer *writer, const char *leaf)
{
    struct stat info;
    if (set_path(writer, leaf) != 0) {
        return -1;
    }
    if (fstatat(writer->folder, leaf, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return fail_at(writer, strerror(errno));
    }
    switch (info.st_mode & S_IFMT) {
    case S_IFREG:
        return put_regular(writer, leaf, &info);
    case S_IFLNK:
        return put_symlink(writer, leaf, &info);
    case S_IFIFO:
        return put_header(writer, writer->path, &info, ++writer->next_inode, 0);
    case S_IFDIR: {
        int fd = openat(writer->folder, leaf, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        return fd >= 0 ? enter(writer, fd) : fail_at(writer, strerror(errno));
    }
    default:
        if (writer->out != NULL) {
            warn("--root '%s': '%s' is a device or a socket: left out", writer->root, writer->path);
        }
        return 0;
    }
}

/* No recursion: a deep tree could overflow the stack. */
static int walk(struct writer *writer)
{
    int fd = open(writer->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return fail("--root '%s': %s", writer->root, strerror(errno));
    }
    if (set_path(writer, ".") != 0) {
        close(fd);
        return -1;
    }
    int result = enter(writer, fd);
    while (result == 0 && writer->nr_levels > 0) {
        struct level *level = &writer->levels[writer->nr_levels - 1];
        if (level->next < level->count) {
            result = put_entry(writer, level->entries[level->next++]->d_name);
        } else {
            result = leave(writer);
        }
    }
    return result;
}

static int put_tree(struct writer *writer)
{
    struct stat nothing = {.st_nlink = 1};
    int result = walk(writer);
    if (result == 0) {
        result = put_header(writer, CPIO_TRAILER, &nothing, 0, 0);
    }
    while (writer->nr_levels > 0) {
        drop_level(writer);
    }
    if (writer->folder >= 0) {
        close(writer->folder);
    }
    free(writer->levels);
    free(writer->path);
    free(writer->links);
    return result;
}

int tree_count(const char *root, uint64_t *size)
{
    struct writer writer = {.root = root, .folder = -1};
    int result = put_tree(&writer);
    *size = writer.size;
    return result;
}

int tree_write(FILE *out, const char *root, uint64_t limit, uint64_t *size)
{
    struct writer writer = {.out = out, .root = root, .limit = limit, .folder = -1};
    int result = put_tree(&writer);
    *size = writer.size;
    return result;
}

/* NOLINTEND(clang-analyzer-unix.Malloc, clang-analyzer-core.NonNullParamChecker) */

bool tree_has_folder(const char *root, const char *path)
{
    struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
    int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (top < 0) {
        return true; /* reading the folder will report the error */
    }
    long fd = syscall(SYS_openat2, top, path, &how, sizeof(how));
    bool absent = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
    if (fd >= 0) {
        close((int)fd);
    }
    close(top);
    return !absent;
}

bool tree_is_made_up(const char *path)
{
    static const char *const names[] = {"dev", "proc", "sys", "tmp"};
    path += strspn(path, "/");
    size_t length = strcspn(path, "/");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == length && memcmp(path, names[i], length) == 0) {
            return true;
        }
    }
    return false;
}
