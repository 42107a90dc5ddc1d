/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file system whose files are at a server: the one for tests in the debug kernel
 * (kernel/fs/test_fs.c). Other kernels have none; then it says so.
 *
 *     backed names|behind|errors|slow
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {{"names", names}, {"behind", behind}, {"errors", errors}, {"slow", slow}};
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
