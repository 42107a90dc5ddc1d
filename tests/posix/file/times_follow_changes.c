/* SPDX-License-Identifier: BSD-3-Clause */
/* Which times of a file and of its folder each change makes new. */
#include "check.h"
#include <sys/mman.h>

struct seen {
    long long modified, changed; /* ns */
};

static struct seen look(const char *path)
{
    struct stat status;
    REQUIRE(stat(path, &status) == 0);
    return (struct seen){status.st_mtim.tv_sec * SEC + status.st_mtim.tv_nsec,
                         status.st_ctim.tv_sec * SEC + status.st_ctim.tv_nsec};
}

static char newer(long long before, long long now)
{
    return now > before ? '>' : now < before ? '<' : '=';
}

/* Says which times the change makes new; '>': newer, '=': as before. */
#define SHOW(what, change)                                                                         \
    do {                                                                                           \
        struct seen file = look("d/f"), folder = look("d");                                        \
        sleep_ms(15); /* the host's clock has ticks */                                             \
        CHECK(change);                                                                             \
        struct seen now = look("d/f"), then = look("d");                                           \
        printf("%s: file %c%c folder %c%c\n", what, newer(file.modified, now.modified),            \
               newer(file.changed, now.changed), newer(folder.modified, then.modified),            \
               newer(folder.changed, then.changed));                                               \
    } while (0)

static bool make_and_close(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    return fd >= 0 && close(fd) == 0;
}

int main(void)
{
    char byte;
    enter_scratch();
    REQUIRE(mkdir("d", 0700) == 0);
    make_file("d/f", "text");
    int fd = open("d/f", O_RDWR);
    REQUIRE(fd >= 0);
    SHOW("open", make_and_close("d/f"));
    SHOW("read", pread(fd, &byte, 1, 0) == 1);
    SHOW("write", pwrite(fd, "T", 1, 0) == 1);
    SHOW("write of nothing", pwrite(fd, "", 0, 0) == 0);
    SHOW("cut", ftruncate(fd, 2) == 0);
    SHOW("grow", truncate("d/f", 100) == 0);
    SHOW("mode", chmod("d/f", 0640) == 0);
    SHOW("owner", fchown(fd, geteuid(), getegid()) == 0);
    SHOW("link", link("d/f", "d/g") == 0);
    SHOW("unlink", unlink("d/g") == 0);
    SHOW("new file", make_and_close("d/new"));
    SHOW("rename", rename("d/new", "d/newer") == 0);
    SHOW("removal", unlink("d/newer") == 0);
    SHOW("new folder", mkdir("d/d", 0700) == 0);
    SHOW("in the new folder", make_and_close("d/d/f"));
    SHOW("symbolic link", symlink("x", "d/l") == 0);
    char *map = mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    REQUIRE(map != MAP_FAILED);
    SHOW("store", (map[50] = 'x', msync(map, 100, MS_SYNC)) == 0);
    SHOW("load", map[50] == 'x');
    return check_done();
}
