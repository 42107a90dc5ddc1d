/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of a sparse file beyond 4 GiB are mapped, shared and private, and stored into. */
#include "check.h"
#include <sys/mman.h>

#define PLACE ((5LL << 30) + 4096)
#define SIZE  (16 * 4096UL)

static char *map_it(int fd, int how)
{
    char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, how, fd, PLACE);
    REQUIRE(map != MAP_FAILED);
    return map;
}

int main(void)
{
    char text[8] = "";
    enter_scratch();
    int fd = open("f", O_RDWR | O_CREAT, 0600);
    REQUIRE(fd >= 0 && ftruncate(fd, PLACE + (off_t)SIZE) == 0);
    CHECK(pwrite(fd, "written", 7, PLACE + 4093) == 7);
    char *shared = map_it(fd, MAP_SHARED), *own = map_it(fd, MAP_PRIVATE);
    CHECK(memcmp(shared + 4093, "written", 7) == 0 && memcmp(own + 4093, "written", 7) == 0);
    memcpy(shared + 8190, "stored", 6);
    CHECK(msync(shared, SIZE, MS_SYNC) == 0);
    CHECK(pread(fd, text, 6, PLACE + 8190) == 6 && memcmp(text, "stored", 6) == 0);
    CHECK(memcmp(own + 8190, "stored", 6) == 0);
    memcpy(own + 8190, "hidden", 6);
    CHECK(pread(fd, text, 6, PLACE + 8190) == 6 && memcmp(text, "stored", 6) == 0);
    CHECK(memcmp(shared + 8190, "stored", 6) == 0);
    /* What lies 4 GiB below is another place. */
    CHECK(pread(fd, text, 7, PLACE + 4093 - (4LL << 30)) == 7 && text[0] == 0 && text[6] == 0);
    CHECK(munmap(shared, SIZE) == 0 && munmap(own, SIZE) == 0 && close(fd) == 0);
    fd = open("f", O_RDONLY);
    CHECK(pread(fd, text, 6, PLACE + 8190) == 6 && memcmp(text, "stored", 6) == 0);
    CHECK(close(fd) == 0 && unlink("f") == 0);
    return check_done();
}
