/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file system whose files are at a server: the one for tests in the debug kernel
 * (kernel/fs/test_fs.c). Other kernels have none; then it says so.
 *
 *     backed names|behind|errors|stale|slow|data|faults|lost
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ROOT   "/sys/kernel/debug/backed"
#define SERVER "/sys/kernel/debug/backed_server"

static int failures;

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(int ok, const char *text, int line)
{
    if (ok)
        return;
    printf("line %d: not so: %s (%s)\n", line, text, strerror(errno));
    failures++;
}

static int tell(const char *command)
{
    int fd = open(SERVER, O_WRONLY);
    int ok = fd >= 0 && write(fd, command, strlen(command)) == (ssize_t)strlen(command);
    close(fd);
    return ok;
}

/* How many requests of a kind the server has had. */
static long requests(const char *kind)
{
    char line[64];
    long n = -1;
    FILE *f = fopen(SERVER, "r");
    size_t length = strlen(kind);
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, kind, length) == 0 && line[length] == ' ')
            n = atol(line + length);
    if (f != NULL)
        fclose(f);
    return n;
}

static int make(const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0644);
    return fd < 0 ? -1 : close(fd);
}

static int count_names(const char *path)
{
    int n = 0;
    DIR *d = opendir(path);
    if (d == NULL)
        return -1;
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

static void names(void)
{
    struct stat a, b;
    char text[64];
    CHECK(tell("valid 1000000"));
    CHECK(mkdir(ROOT "/d", 0755) == 0 && mkdir(ROOT "/d", 0755) == -1 && errno == EEXIST);
    CHECK(make(ROOT "/d/f") == 0 && make(ROOT "/d/f") == -1 && errno == EEXIST);
    CHECK(link(ROOT "/d/f", ROOT "/d/g") == 0);
    CHECK(stat(ROOT "/d/f", &a) == 0 && stat(ROOT "/d/g", &b) == 0);
    CHECK(a.st_ino == b.st_ino && a.st_nlink == 2 && a.st_dev == b.st_dev);
    CHECK(symlink("d/g", ROOT "/l") == 0 && readlink(ROOT "/l", text, 64) == 3);
    CHECK(stat(ROOT "/l", &b) == 0 && a.st_ino == b.st_ino);
    CHECK(chmod(ROOT "/l", 0600) == 0 && stat(ROOT "/d/f", &a) == 0 && a.st_mode == 0100600);
    CHECK(count_names(ROOT "/d") == 4);
    CHECK(rename(ROOT "/d/f", ROOT "/x") == 0 && stat(ROOT "/x", &a) == 0);
    CHECK(stat(ROOT "/d/f", &b) == -1 && errno == ENOENT);
    CHECK(rename(ROOT "/d", ROOT "/d/e") == -1 && errno == EINVAL);
    CHECK(rmdir(ROOT "/d") == -1 && errno == ENOTEMPTY);
    CHECK(unlink(ROOT "/d") == -1 && errno == EISDIR);
    CHECK(chdir(ROOT "/d") == 0 && rename("../d", "../moved") == 0);
    CHECK(getcwd(text, 64) != NULL && strcmp(text, ROOT "/moved") == 0);
    CHECK(stat("g", &a) == 0 && a.st_nlink == 2 && unlink("g") == 0 && chdir("/") == 0);
    CHECK(rmdir(ROOT "/moved") == 0 && unlink(ROOT "/x") == 0 && unlink(ROOT "/l") == 0);
    CHECK(count_names(ROOT) == 2);
}

/* Answers are trusted as long as the server says, and not longer. */
static void behind(void)
{
    struct stat a, b;
    CHECK(tell("valid 100000000"));
    CHECK(stat(ROOT "/file", &a) == -1 && errno == ENOENT);
    long before = requests("lookup");
    CHECK(stat(ROOT "/file", &a) == -1 && errno == ENOENT && requests("lookup") == before);
    CHECK(tell("make file one"));
    CHECK(stat(ROOT "/file", &a) == -1);
    CHECK(open(ROOT "/file", O_CREAT | O_EXCL | O_RDWR, 0644) == -1 && errno == EEXIST);
    CHECK(stat(ROOT "/file", &a) == 0 && a.st_size == 3);
    CHECK(tell("valid 0") && make(ROOT "/second") == 0);
    CHECK(stat(ROOT "/second", &a) == 0);
    CHECK(tell("remove second") && tell("make second longer"));
    CHECK(stat(ROOT "/second", &b) == 0 && a.st_ino != b.st_ino && b.st_size == 6);
    CHECK(tell("remove second") && stat(ROOT "/second", &b) == -1 && errno == ENOENT);
    CHECK(unlink(ROOT "/second") == -1 && errno == ENOENT);
    CHECK(unlink(ROOT "/file") == 0);
}

static void errors(void)
{
    struct stat a;
    CHECK(make(ROOT "/file") == 0 && tell("valid 0"));
    CHECK(tell("fail 5 1") && stat(ROOT "/file", &a) == -1 && errno == EIO);
    CHECK(stat(ROOT "/file", &a) == 0);
    CHECK(tell("fail 28 1") && mkdir(ROOT "/d", 0755) == -1);
    CHECK(mkdir(ROOT "/d", 0755) == 0 && rmdir(ROOT "/d") == 0);
    CHECK(tell("fail 13 10") && unlink(ROOT "/file") == -1 && errno == EACCES);
    CHECK(tell("fail 13 0") && unlink(ROOT "/file") == 0);
}

static long asked_before;

static int tell_stale(void)
{
    asked_before = requests("lookup");
    return tell("fail 116 1"); /* ESTALE */
}

static int asked_anew(void)
{
    return requests("lookup") >= asked_before + 2;
}

/* A call by path which the server answers so: all names on its way are asked for, and it is made
 * once more. */
#define AGAIN(call) CHECK(tell_stale() && (call) == 0 && asked_anew())

static void stale(void)
{
    struct stat a;
    char text[8];
    int fd;
    CHECK(tell("valid 100000000") && mkdir(ROOT "/d", 0755) == 0 && make(ROOT "/d/f") == 0);
    AGAIN(stat(ROOT "/d/f", &a));
    AGAIN(chmod(ROOT "/d/f", 0600));
    AGAIN(chown(ROOT "/d/f", 1, 2));
    AGAIN(utimensat(AT_FDCWD, ROOT "/d/f", NULL, 0));
    AGAIN(truncate(ROOT "/d/f", 5));
    CHECK(stat(ROOT "/d/f", &a) == 0 && a.st_size == 5 && a.st_gid == 2 && a.st_mode == 0100600);
    AGAIN((fd = open(ROOT "/d/f", O_RDWR)) < 0);
    CHECK(tell_stale() && fchmod(fd, 0644) == -1 && errno == ESTALE && close(fd) == 0);
    AGAIN(symlink("text", ROOT "/d/s"));
    AGAIN(readlink(ROOT "/d/s", text, 8) != 4);
    AGAIN(link(ROOT "/d/f", ROOT "/d/g"));
    AGAIN(rename(ROOT "/d/g", ROOT "/d/h"));
    AGAIN(mkdir(ROOT "/d/e", 0755));
    AGAIN(rmdir(ROOT "/d/e"));
    AGAIN((fd = open(ROOT "/d/new", O_CREAT | O_WRONLY, 0644)) < 0);
    CHECK(close(fd) == 0);
    AGAIN(unlink(ROOT "/d/new"));
    AGAIN(unlink(ROOT "/d/h"));
    CHECK(tell("fail 116 1000") && chmod(ROOT "/d/f", 0600) == -1 && errno == ESTALE);
    CHECK(rename(ROOT "/d/f", ROOT "/d/g") == -1 && errno == ESTALE && tell("fail 116 0"));
    CHECK(unlink(ROOT "/d/f") == 0 && unlink(ROOT "/d/s") == 0 && rmdir(ROOT "/d") == 0);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *look(void *path)
{
    struct stat a;
    CHECK(stat(path, &a) == 0);
    return NULL;
}

/* Nobody waits for another's request, and who needs no server waits for none. */
static void slow(void)
{
    char path[8][64];
    pthread_t thread[8];
    struct stat a;
    for (int i = 0; i < 8; i++) {
        snprintf(path[i], sizeof(path[i]), ROOT "/slow%d", i);
        CHECK(make(path[i]) == 0);
    }
    CHECK(tell("valid 0") && tell("delay 2000000"));
    double start = now();
    for (int i = 0; i < 8; i++)
        pthread_create(&thread[i], NULL, look, path[i]);
    usleep(50000);
    CHECK(mkdir("/tmp/here", 0755) == 0 && stat("/tmp/here", &a) == 0 && rmdir("/tmp/here") == 0);
    CHECK(now() - start < 2);
    for (int i = 0; i < 8; i++)
        pthread_join(thread[i], NULL);
    CHECK(now() - start < 8 * 2);
    CHECK(tell("delay 0"));
    for (int i = 0; i < 8; i++)
        CHECK(unlink(path[i]) == 0);
}

#define PAGE 4096L

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* musl does not know it */
#endif

static int file_of_pages(long nr)
{
    static char bytes[PAGE];
    int fd = open(ROOT "/data", O_CREAT | O_TRUNC | O_RDWR, 0644);
    CHECK(fd >= 0);
    for (long i = 0; i < nr; i++) {
        memset(bytes, (int)('a' + i % 26), PAGE);
        CHECK(write(fd, bytes, PAGE) == PAGE);
    }
    return fd;
}

static char *map_pages(int fd, long nr)
{
    char *map = mmap(NULL, (size_t)(nr * PAGE), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(map != MAP_FAILED);
    return map;
}

static char byte_at(int fd, long at)
{
    char byte = 0;
    CHECK(pread(fd, &byte, 1, at) == 1);
    return byte;
}

/* What is read again is not asked for again, until it may have changed; what is read in order is
 * read ahead. */
static void data(void)
{
    char text[8] = {0};
    int fd = file_of_pages(100);
    long before = requests("read");
    CHECK(byte_at(fd, 50 * PAGE) == 'a' + 50 % 26 && requests("read") == before + 1);
    CHECK(byte_at(fd, 50 * PAGE + 9) == 'a' + 50 % 26 && requests("read") == before + 1);
    before = requests("read");
    for (long i = 0; i < 50 * PAGE; i += 512)
        CHECK(byte_at(fd, i) == 'a' + i / PAGE % 26);
    CHECK(requests("read") - before <= 52);         /* one a page at this server, none twice */
    CHECK(pwrite(fd, "new", 3, 7 * PAGE - 1) == 3); /* in place */
    before = requests("read");
    CHECK(pread(fd, text, 3, 7 * PAGE - 1) == 3 && strcmp(text, "new") == 0);
    CHECK(requests("read") == before);

    CHECK(tell("make other one") && tell("valid 0"));
    int other = open(ROOT "/other", O_RDWR), again;
    CHECK(other >= 0 && byte_at(other, 0) == 'o');
    CHECK(tell("make other TWO"));
    again = open(ROOT "/other", O_RDWR);
    CHECK(again >= 0 && byte_at(again, 0) == 'T' && byte_at(other, 0) == 'T'); /* opening looks */
    CHECK(tell("make other longer"));
    usleep(100000);
    CHECK(byte_at(other, 5) == 'r'); /* and so does reading, after a while */
    char *map = map_pages(other, 1);
    CHECK(map[0] == 'l' && map[6] == 0);
    map[5] = 'R';
    CHECK(tell("make other LONGE!") && close(again) == 0);
    again = open(ROOT "/other", O_RDWR); /* what was stored here is not forgotten */
    CHECK(again >= 0 && byte_at(again, 5) == 'R' && map[5] == 'R');
    CHECK(munmap(map, PAGE) == 0 && close(again) == 0 && close(other) == 0 && close(fd) == 0);
    CHECK(unlink(ROOT "/data") == 0 && unlink(ROOT "/other") == 0);
}

static sigjmp_buf back;

static void on_fault(int sig)
{
    siglongjmp(back, sig);
}

static int fault_at(const volatile char *p)
{
    int sig = sigsetjmp(back, 1);
    if (sig == 0)
        (void)*p;
    return sig;
}

/* Reads that fail. */
static void faults(void)
{
    char byte;
    int fd = file_of_pages(20), out = open("/tmp/out", O_RDWR | O_CREAT, 0600);
    char *map = map_pages(fd, 20);
    signal(SIGBUS, on_fault);
    CHECK(tell("fail_data 5 1") && pread(fd, &byte, 1, 0) == -1 && errno == EIO);
    CHECK(pread(fd, &byte, 1, 0) == 1 && byte == 'a');
    CHECK(tell("fail_data 5 1") && fault_at(map + 10 * PAGE) == SIGBUS);
    CHECK(fault_at(map + 10 * PAGE) == 0 && map[10 * PAGE] == 'k');
    CHECK(tell("fail_data 5 9") && write(out, map + 12 * PAGE, 10) == -1 && errno == EFAULT);
    CHECK(tell("fail_data 5 0") && write(out, map + 12 * PAGE, 10) == 10 && byte_at(out, 9) == 'm');
    CHECK(tell("fail_data 5 1") && madvise(map + 14 * PAGE, PAGE, MADV_POPULATE_READ) == -1);
    CHECK(madvise(map + 14 * PAGE, PAGE, MADV_POPULATE_READ) == 0);
    CHECK(tell("fail_data 28 1") && pwrite(fd, "x", 1, 3 * PAGE) == -1 && errno == ENOSPC);
    CHECK(byte_at(fd, 3 * PAGE) == 'd' && map[3 * PAGE] == 'd');
    CHECK(tell("fail 5 1") && ftruncate(fd, PAGE) == -1 && errno == EIO);
    CHECK(map[19 * PAGE] == 't' && byte_at(fd, 19 * PAGE) == 't');
    CHECK(munmap(map, 20 * PAGE) == 0 && close(fd) == 0 && close(out) == 0);
    CHECK(unlink(ROOT "/data") == 0 && unlink("/tmp/out") == 0);
}

static int fails(int result, int error)
{
    return result == -1 && errno == error;
}

/* Errors of write-back reach each open file once, and lose nothing. */
static void lost(void)
{
    int fd = file_of_pages(4), second = open(ROOT "/data", O_RDWR);
    char *map = map_pages(fd, 4);
    map[1] = '1';
    CHECK(tell("fail_data 28 1") && fails(msync(map, PAGE, MS_SYNC), ENOSPC));
    CHECK(msync(map, PAGE, MS_SYNC) == 0 && fsync(fd) == 0);
    int third = open(ROOT "/data", O_RDWR); /* somebody has seen the error by now */
    CHECK(fails(fsync(second), ENOSPC) && fsync(second) == 0 && fsync(third) == 0);
    map[PAGE] = '2';
    CHECK(tell("fail_data 5 1") && syncfs(third) == -1);
    int fourth = open(ROOT "/data", O_RDWR); /* nobody has */
    CHECK(fails(fsync(fourth), EIO) && fails(close(third), EIO) && fsync(fourth) == 0);
    map[2 * PAGE] = '3';
    CHECK(tell("fail_data 28 2") && fails(close(fd), ENOSPC)); /* the mapping has it open still */
    CHECK(munmap(map, 4 * PAGE) == 0);
    CHECK(fails(close(second), ENOSPC));
    CHECK(fails(fsync(fourth), ENOSPC));
    CHECK(close(fourth) == 0 && (fd = open(ROOT "/data", O_RDONLY)) >= 0);
    CHECK(byte_at(fd, 1) == '1' && byte_at(fd, PAGE) == '2' && byte_at(fd, 2 * PAGE) == '3');
    CHECK(close(fd) == 0 && unlink(ROOT "/data") == 0);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"names", names}, {"behind", behind}, {"errors", errors}, {"stale", stale},
                 {"slow", slow},   {"data", data},     {"faults", faults}, {"lost", lost}};
    struct stat a;
    if (argc != 2)
        return 2;
    if (stat(SERVER, &a) != 0) {
        puts("no such file system");
        return 0;
    }
    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strcmp(parts[i].name, argv[1]) == 0)
            parts[i].run();
    puts(failures == 0 ? "ok" : "failed");
    return failures != 0;
}
