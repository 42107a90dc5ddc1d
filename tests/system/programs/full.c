/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fills an in-memory file system in every possible way. Each ends in ENOSPC and keeps exactly what
 * was granted before; the program can still touch new pages and free space.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

static char block[65536];
static sigjmp_buf after;
static int failures;

#define CHECK(c)                                                                                   \
    ((c) ? (void)0                                                                                 \
         : (failures++, (void)printf("line %d: %s (%s)\n", __LINE__, #c, strerror(errno))))

static long room(void)
{
    struct statfs st;

    CHECK(statfs(".", &st) == 0);
    return (long)st.f_bfree;
}

static long fill(const char *name)
{
    int fd = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600);
    long sum = 0, n;

    while ((n = write(fd, block, sizeof(block))) > 0)
        sum += n;
    CHECK(n == -1 && errno == ENOSPC);
    struct stat st;
    CHECK(fstat(fd, &st) == 0 && st.st_size == sum && st.st_blocks == sum / 512);
    close(fd);
    return sum;
}

/* The program still has memory when the files have used theirs. */
static void touch(void)
{
    volatile char *memory =
        mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    for (int i = 0; i < 4 << 20; i += 4096)
        memory[i] = 1;
    munmap((char *)memory, 4 << 20);
}

static void on_bus(int sig)
{
    (void)sig;
    siglongjmp(after, 1);
}

static void test_fallocate(long before)
{
    int fd = open("promised", O_CREAT | O_RDWR, 0600);
    struct stat st;

    CHECK(write(fd, "x", 1) == 1);
    CHECK(posix_fallocate(fd, 0, (before + 1) * 4096) == ENOSPC);
    CHECK(posix_fallocate(fd, 0, 1L << 40) == ENOSPC);
    CHECK(fstat(fd, &st) == 0 && st.st_size == 1 && room() == before - 1);
    CHECK(posix_fallocate(fd, 0, before * 4096) == 0 && room() == 0);
    int other = open("other", O_CREAT | O_RDWR, 0600);
    CHECK(write(other, "x", 1) == -1 && errno == ENOSPC);
    CHECK(pwrite(fd, "end", 3, before * 4096 - 3) == 3); /* preallocated */
    close(other);
    close(fd);
    CHECK(unlink("promised") == 0 && unlink("other") == 0 && room() == before);
}

static void test_holes(void)
{
    int fd = open("sparse", O_CREAT | O_RDWR, 0600);

    CHECK(ftruncate(fd, 8192) == 0);
    char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    map[0] = 1;
    fill("full");
    signal(SIGBUS, on_bus);
    if (sigsetjmp(after, 1) == 0) {
        map[4096] = 1;
        CHECK(!"a hole that cannot be filled is SIGBUS");
    }
    CHECK(unlink("full") == 0);
    map[4096] = 1;
    munmap(map, 8192);
    close(fd);
    CHECK(unlink("sparse") == 0);
}

static void test_inodes(void)
{
    struct statfs st;
    char name[32];
    long n = 0;

    CHECK(statfs(".", &st) == 0 && st.f_ffree > 0);
    for (;; n++) {
        snprintf(name, sizeof(name), "n%ld", n);
        if (mknod(name, S_IFREG | 0600, 0) != 0)
            break;
    }
    CHECK(errno == ENOSPC && n <= (long)st.f_ffree);
    touch();
    while (n-- > 0) {
        snprintf(name, sizeof(name), "n%ld", n);
        CHECK(unlink(name) == 0);
    }
    struct statfs end;
    CHECK(statfs(".", &end) == 0 && end.f_ffree == st.f_ffree);
}

int main(int argc, char **argv)
{
    CHECK(chdir(argc > 1 ? argv[1] : "/") == 0);
    memset(block, 1, sizeof(block));
    long before = room(), sum = fill("full");
    CHECK(sum / 4096 == before && room() == 0);
    touch();
    CHECK(mkdir("folder", 0700) == 0 && rmdir("folder") == 0);
    CHECK(truncate("full", 4096) == 0 && room() == before - 1);
    CHECK(unlink("full") == 0 && room() == before);
    CHECK(fill("full") == sum && unlink("full") == 0);
    test_fallocate(before);
    test_holes();
    if (argc > 2)
        test_inodes();
    CHECK(room() == before);
    printf("%ld pages\n", before);
    return failures != 0;
}
