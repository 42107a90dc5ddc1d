/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* /proc/self/maps lists text, data, heap, stack and mappings with their permissions, in order. */
#include "check.h"
#include <sys/mman.h>

static char data[16] = "data";
static char bss[16];

/* The permissions of the line that covers the address, or "none". Allocates nothing, which could
 * take the place of what was unmapped. */
static const char *permissions_of(const void *object)
{
    static char permissions[5], text[1 << 16];
    uintptr_t address = (uintptr_t)object, from, to, last = 0;
    const char *found = "none";
    int maps = open("/proc/self/maps", O_RDONLY);
    size_t length = 0;
    ssize_t got;

    REQUIRE(maps >= 0);
    while ((got = read(maps, text + length, sizeof(text) - 1 - length)) > 0)
        length += (size_t)got;
    REQUIRE(got == 0 && length < sizeof(text) - 1);
    text[length] = '\0';
    close(maps);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char now[5];
        REQUIRE(sscanf(line, "%lx-%lx %4s", &from, &to, now) == 3);
        CHECK(from < to && from >= last && from % 4096 == 0 && to % 4096 == 0);
        last = to;
        if (address >= from && address < to) {
            strcpy(permissions, now);
            found = permissions;
        }
    }
    return found;
}

int main(void)
{
    int local;
    char *map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *closed = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    printf("text %s\n", permissions_of((void *)(uintptr_t)&main));
    printf("literal %s\n", permissions_of("literal"));
    printf("data %s\n", permissions_of(data));
    printf("bss %s\n", permissions_of(bss));
    printf("stack %s\n", permissions_of(&local));
    printf("map %s\n", permissions_of(map));
    printf("closed %s\n", permissions_of(closed));
    printf("page 0 %s\n", permissions_of(NULL));
    CHECK(munmap(map, 4096) == 0);
    printf("unmapped %s\n", permissions_of(map));
    return check_done();
}
