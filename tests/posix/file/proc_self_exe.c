/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* /proc/self/exe is the program's ELF file; the first thread and the maps have its name. */
#include "check.h"
#include <elf.h>
#include <sys/mman.h>
#include <sys/prctl.h>

extern const Elf64_Ehdr __ehdr_start;

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static bool line_names(const char *file, const char *name)
{
    char line[512];
    bool found = false;
    FILE *text = fopen(file, "r");

    REQUIRE(text != NULL);
    while (fgets(line, sizeof(line), text) != NULL)
        found |= strstr(line, name) != NULL;
    fclose(text);
    return found;
}

static void check_names(const char *program)
{
    char name[17] = "", short_name[16] = "", path[64];

    strncpy(short_name, last_name(program), 15);
    CHECK(prctl(PR_GET_NAME, name) == 0 && strcmp(name, short_name) == 0);
    CHECK(line_names("/proc/self/comm", short_name));
    snprintf(path, sizeof(path), "/proc/self/task/%d/comm", (int)getpid());
    CHECK(line_names(path, short_name) && line_names("/proc/self/status", short_name));
    CHECK(line_names("/proc/self/maps", last_name(program)));
}

static void *read_all(void *sum)
{
    static const size_t step = 10000;
    unsigned char bytes[10000];
    unsigned long total = 0;
    int fd = open("/proc/self/exe", O_RDONLY);
    ssize_t n;

    while ((n = read(fd, bytes, step)) > 0)
        for (ssize_t i = 0; i < n; i++)
            total = total * 31 + bytes[i];
    CHECK(n == 0);
    close(fd);
    *(unsigned long *)sum = total;
    return NULL;
}

int main(int argc, char **argv)
{
    char link[4096] = "";
    Elf64_Ehdr head;
    struct stat named, opened;
    unsigned long sums[2];

    REQUIRE(argc > 0);
    check_names(argv[0]);
    CHECK(readlink("/proc/self/exe", link, sizeof(link) - 1) > 0 && link[0] == '/');
    CHECK(strcmp(last_name(link), last_name(argv[0])) == 0);
    CHECK(stat("/proc/self/exe", &named) == 0 && S_ISREG(named.st_mode));
    CHECK(access("/proc/self/exe", R_OK | X_OK) == 0);
    int fd = open("/proc/self/exe", O_RDONLY);
    REQUIRE(fd >= 0 && fstat(fd, &opened) == 0);
    CHECK(opened.st_size == named.st_size && opened.st_ino == named.st_ino);
    CHECK(read(fd, &head, sizeof(head)) == sizeof(head));
    CHECK(memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 && head.e_machine == EM_X86_64);
    CHECK(memcmp(&head, &__ehdr_start, sizeof(head)) == 0);
    CHECK((size_t)opened.st_size >= head.e_shoff + head.e_shnum * (size_t)head.e_shentsize);
    const char *map = mmap(NULL, opened.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    CHECK(map != MAP_FAILED && memcmp(map, &head, sizeof(head)) == 0);
    pthread_t other = start(read_all, &sums[0]);
    read_all(&sums[1]);
    join(other);
    unsigned long total = 0;
    for (off_t i = 0; i < opened.st_size; i++)
        total = total * 31 + (unsigned char)map[i];
    CHECK(sums[0] == sums[1] && sums[0] == total);
    CHECK_ERRNO(open("/proc/self/exe", O_RDWR), ETXTBSY);
    CHECK_ERRNO(open("/proc/self/exe", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK_ERRNO(open("/proc/self/exe", O_RDONLY | O_DIRECTORY), ENOTDIR);
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    CHECK(open(link, O_RDONLY) >= 0);
    return check_done();
}
