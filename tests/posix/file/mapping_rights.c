/* SPDX-License-Identifier: BSD-3-Clause */
/* What may be mapped how, by the rights of the open file. */
#include "check.h"
#include <sys/mman.h>

#define MAP(protection, how, fd) ((long)mmap(NULL, 4096, protection, how, fd, 0))

int main(void)
{
    enter_scratch();
    make_file("f", "content");
    int r = open("f", O_RDONLY), w = open("f", O_WRONLY), rw = open("f", O_RDWR);
    int a = open("f", O_RDWR | O_APPEND), folder = open(".", O_RDONLY), p = open("f", O_PATH);
    CHECK_ERRNO(MAP(PROT_READ | PROT_WRITE, MAP_SHARED, r), EACCES);
    CHECK_ERRNO(MAP(PROT_READ, MAP_SHARED, w), EACCES);
    CHECK_ERRNO(MAP(PROT_WRITE, MAP_SHARED, w), EACCES);
    CHECK_ERRNO(MAP(PROT_READ, MAP_PRIVATE, w), EACCES);
    CHECK_ERRNO(MAP(PROT_READ, MAP_SHARED, folder), ENODEV);
    CHECK_ERRNO(MAP(PROT_READ, MAP_SHARED, p), EBADF);
    CHECK_ERRNO(mmap(NULL, 0, PROT_READ, MAP_SHARED, r, 0), EINVAL);
    CHECK_ERRNO(mmap(NULL, 4096, PROT_READ, MAP_SHARED, r, 100), EINVAL);
    CHECK_ERRNO(mmap(NULL, 4096, PROT_READ, 0, r, 0), EINVAL);

    char *shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, r, 0);
    REQUIRE(shared != MAP_FAILED && shared[0] == 'c' && shared[4095] == 0);
    CHECK_ERRNO(mprotect(shared, 4096, PROT_READ | PROT_WRITE), EACCES);
    char *own = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, r, 0);
    REQUIRE(own != MAP_FAILED && mprotect(own, 4096, PROT_READ | PROT_WRITE) == 0);
    own[0] = 'C';
    CHECK(shared[0] == 'c');

    char *late = mmap(NULL, 4096, PROT_READ, MAP_SHARED, rw, 0);
    REQUIRE(late != MAP_FAILED && close(rw) == 0);
    CHECK(late[1] == 'o' && mprotect(late, 4096, PROT_READ | PROT_WRITE) == 0);
    late[1] = 'O';
    CHECK(shared[1] == 'O' && mprotect(late, 4096, PROT_NONE) == 0);
    CHECK(munmap(late, 4096) == 0);
    char *append = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, a, 0);
    REQUIRE(append != MAP_FAILED);
    append[2] = 'N';
    CHECK(msync(append, 4096, MS_SYNC) == 0 && munmap(append, 4096) == 0);
    show_file("f");
    return check_done();
}
