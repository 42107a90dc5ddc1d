/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* mmap, munmap and msync refuse wrong arguments as Linux does. */
#include "fault.h"
#include <sys/mman.h>

static void refuse(const char *what, void *address, size_t size, int flags, int fd, off_t offset)
{
    errno = 0;
    void *result = mmap(address, size, PROT_READ, flags, fd, offset);
    printf("%s: %s\n", what, result == MAP_FAILED ? strerror(errno) : "mapped");
}

int main(void)
{
    static char page[2 * PAGE] __attribute__((aligned(PAGE)));
    int ends[2];

    enter_scratch();
    make_file("file", "text");
    int read_only = open("file", O_RDONLY), write_only = open("file", O_WRONLY);
    REQUIRE(read_only >= 0 && write_only >= 0 && pipe(ends) == 0);
    refuse("no bytes", NULL, 0, ANONYMOUS, -1, 0);
    refuse("neither private nor shared", NULL, PAGE, MAP_ANONYMOUS, -1, 0);
    refuse("bad descriptor", NULL, PAGE, MAP_PRIVATE, 999, 0);
    refuse("pipe", NULL, PAGE, MAP_PRIVATE, ends[0], 0);
    refuse("folder", NULL, PAGE, MAP_PRIVATE, open(".", O_RDONLY), 0);
    refuse("write-only file", NULL, PAGE, MAP_PRIVATE, write_only, 0);
    refuse("fixed, unaligned", page + 1, PAGE, ANONYMOUS | MAP_FIXED, -1, 0);
    refuse("fixed, kernel half", (void *)0xffff800000000000, PAGE, ANONYMOUS | MAP_FIXED, -1, 0);
    refuse("larger than the address space", NULL, 1ul << 47, ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, read_only, 0) == MAP_FAILED &&
          errno == EACCES);
    CHECK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, read_only, 0) != MAP_FAILED);
    CHECK_ERRNO(munmap(page + 1, PAGE), EINVAL);
    CHECK_ERRNO(munmap(page, 0), EINVAL);
    CHECK_ERRNO(munmap((void *)0xffff800000000000, PAGE), EINVAL);
    CHECK_ERRNO(msync(page + 1, PAGE, MS_SYNC), EINVAL);
    CHECK_ERRNO(msync(page, PAGE, MS_SYNC | MS_ASYNC), EINVAL);
    CHECK_ERRNO(msync(page, PAGE, 0x80), EINVAL);
    CHECK(msync(page, PAGE, MS_ASYNC) == 0);
    return check_done();
}
