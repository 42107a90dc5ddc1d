/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=2 */
/* Shared anonymous memory and shm_open objects are shared between threads and mappings. */
#include "fault.h"
#include <sys/mman.h>

static void *write_at(void *argument)
{
    strcpy(argument, "from the thread");
    return NULL;
}

int main(void)
{
    char *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    REQUIRE(memory != MAP_FAILED);
    join(start(write_at, memory));
    puts(memory);
    CHECK_ERRNO(shm_open("/no-such-object", O_RDWR, 0), ENOENT);
    int fd = shm_open("/object", O_RDWR | O_CREAT | O_EXCL, 0600);
    REQUIRE(fd >= 0);
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK_ERRNO(shm_open("/object", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
    CHECK(ftruncate(fd, 3 * PAGE) == 0);
    char *one = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int again = shm_open("/object", O_RDONLY, 0);
    char *two = mmap(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, again, 0);
    REQUIRE(one != MAP_FAILED && two != MAP_FAILED);
    strcpy(one + 2 * PAGE, "through the object");
    puts(two + 2 * PAGE);
    CHECK(shm_unlink("/object") == 0);
    CHECK_ERRNO(shm_unlink("/object"), ENOENT);
    strcpy(one, "after unlink");
    puts(two);
    struct stat status;
    CHECK(fstat(fd, &status) == 0 && status.st_size == 3 * PAGE && status.st_nlink == 0);
    return check_done();
}
