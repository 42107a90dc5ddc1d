/* SPDX-License-Identifier: BSD-3-Clause */
/* Examines the descriptors that the launcher was started with. No state, no locks. */
#include "streams.h"

#include "options.h"

#include <hermit/boot_abi.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct stream {
    int fd;
    bool open, reads, writes;
    bool tty;
    bool appends;
    struct stat info;
    unsigned device; /* of the terminal, even if opened as /dev/tty */
};

unsigned streams_open_missing(void)
{
    unsigned closed = 0;
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            closed |= 1u << fd;
            if (open("/dev/null", O_RDWR) != fd) {
                _exit(HERMIT_STATUS_FAILED);
            }
        }
    }
    return closed;
}

static struct stream look_at(int fd, bool closed)
{
    struct stream stream = {.fd = fd};
    int flags = fcntl(fd, F_GETFL);
    stream.open = !closed && flags >= 0 && fstat(fd, &stream.info) == 0;
    if (stream.open) {
        stream.reads = (flags & O_ACCMODE) != O_WRONLY;
        stream.writes = (flags & O_ACCMODE) != O_RDONLY;
        stream.appends = (flags & O_APPEND) != 0;
        stream.tty = isatty(fd);
        if (ioctl(fd, TIOCGDEV, &stream.device) != 0) {
            stream.device = (unsigned)stream.info.st_rdev;
        }
    }
    return stream;
}

static bool is_dev_tty(const struct stream *stream)
{
    return stream->info.st_rdev == makedev(5, 0);
}

/* Device numbers are unique only within one /dev/pts, but /dev/tty is always in ours. */
static bool same_terminal(const struct stream *a, const struct stream *b)
{
    bool same_node = a->info.st_dev == b->info.st_dev && a->info.st_ino == b->info.st_ino;
    return a->device == b->device && (same_node || is_dev_tty(a) || is_dev_tty(b));
}

/* A regular file opened twice has two positions, so the writers overwrite each other. */
static bool same_position(const struct stream *a, const struct stream *b)
{
    if (!S_ISREG(a->info.st_mode) || (a->appends && b->appends)) {
        return true;
    }
    /* If kcmp fails, assume the same open file: `2>&1` is likelier. */
    return syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, a->fd, b->fd) <= 0;
}

static bool same_file(const struct stream *a, const struct stream *b)
{
    if (!a->open || !b->open || a->tty != b->tty) {
        return false;
    }
    if (a->tty) {
        return same_terminal(a, b);
    }
    return a->info.st_dev == b->info.st_dev && a->info.st_ino == b->info.st_ino &&
           a->info.st_rdev == b->info.st_rdev && same_position(a, b);
}

static unsigned output_port(const struct stream all[3], int fd)
{
    static const unsigned ports[] = {HERMIT_PORT_STDIN, HERMIT_PORT_STDOUT, HERMIT_PORT_STDERR};
    static const int order[] = {STDOUT_FILENO, STDERR_FILENO, STDIN_FILENO};
    for (int i = 0; all[fd].writes && i < 3 && order[i] != fd; i++) {
        if (all[order[i]].writes && same_file(&all[fd], &all[order[i]])) {
            return ports[order[i]];
        }
    }
    return all[fd].writes ? ports[fd] : 0;
}

static uint8_t describe(const struct stream all[3], int fd)
{
    const struct stream *stream = &all[fd];
    const struct stat *info = &stream->info;
    if (!stream->open) {
        return 0;
    }
    unsigned bits = HERMIT_STREAM_OPEN | (stream->tty ? HERMIT_STREAM_TTY : 0);
    bool instant = !stream->tty && !S_ISFIFO(info->st_mode) && !S_ISSOCK(info->st_mode);
    bits |= instant ? HERMIT_STREAM_INSTANT : 0;
    bool input = fd == STDIN_FILENO ||
                 (stream->tty && all[STDIN_FILENO].reads && same_file(&all[STDIN_FILENO], stream));
    if (S_ISDIR(info->st_mode)) {
        bits |= HERMIT_STREAM_FOLDER;
    } else if (input && stream->reads) {
        bits |= HERMIT_STREAM_READ;
    }
    /* Not for a file that is also read: read-ahead would move the position of its writes. */
    if (fd != STDIN_FILENO || !instant || !stream->reads) {
        bits |= output_port(all, fd);
    }
    return (uint8_t)bits;
}

void streams_describe(uint8_t streams[3], unsigned closed)
{
    struct stream all[3];
    for (int fd = 0; fd <= 2; fd++) {
        all[fd] = look_at(fd, (closed & (1u << fd)) != 0);
    }
    for (int fd = 0; fd <= 2; fd++) {
        streams[fd] = describe(all, fd);
    }
}
