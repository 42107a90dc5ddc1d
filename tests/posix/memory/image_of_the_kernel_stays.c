/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 linux=no */
/* The parts of the image that the kernel needs cannot be taken away or changed: its code and data,
 * and all constants. A program that takes its own code away ends as on Linux: see the status of
 * program_without_code_is_139. */
#include "check.h"
#include <sys/mman.h>

struct part {
    char *start;
    size_t length;
    char access[5];
    bool kernel;
};

/* The image's parts, from its first page to its last with a file's name or the kernel's. */
static int find_parts(struct part *parts, int most)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512], name[256];
    int n = 0;

    REQUIRE(maps != NULL);
    while (n < most && fgets(line, sizeof(line), maps) != NULL) {
        unsigned long start, end;
        if (sscanf(line, "%lx-%lx %4s %*x %*s %*u %255s", &start, &end, parts[n].access, name) != 4)
            continue;
        if (name[0] != '/' && strcmp(name, "[kernel]") != 0)
            continue;
        parts[n].kernel = name[0] == '[';
        parts[n].start = (char *)start;
        parts[n++].length = end - start;
    }
    fclose(maps);
    return n;
}

static void try_all(const struct part *p)
{
    void *other = mmap(NULL, p->length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(other != MAP_FAILED);
    CHECK_ERRNO(munmap(p->start, p->length), EPERM);
    CHECK_ERRNO(munmap(p->start, 4096), EPERM);
    CHECK_ERRNO(munmap(p->start + p->length - 4096, 8192), EPERM);
    CHECK_ERRNO(mprotect(p->start, p->length, PROT_NONE), EPERM);
    CHECK_ERRNO(mprotect(p->start, 4096, PROT_READ | PROT_WRITE | PROT_EXEC), EPERM);
    CHECK_ERRNO(madvise(p->start, p->length, MADV_DONTNEED), EINVAL);
    CHECK_ERRNO(
        mmap(p->start, p->length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
        EPERM);
    CHECK_ERRNO(mremap(p->start, p->length, 2 * p->length, MREMAP_MAYMOVE), EPERM);
    CHECK_ERRNO(mremap(other, p->length, p->length, MREMAP_MAYMOVE | MREMAP_FIXED, p->start),
                EPERM);
    munmap(other, p->length);
}

int main(void)
{
    struct part parts[16];
    int n = find_parts(parts, 16), seen = 0;

    for (int i = 0; i < n; i++)
        if (parts[i].kernel || strcmp(parts[i].access, "r--p") == 0) {
            try_all(&parts[i]);
            seen++;
        }
    CHECK(seen >= 3); /* code, data, constants of two kinds that may lie together */
    return atomic_load(&check_failures) != 0;
}
