/* SPDX-License-Identifier: BSD-3-Clause */
/* An event that cannot be stored is EFAULT, and is there for the next call; what was stored before
 * it counts. */
#include "epoll.h"
#include <sys/mman.h>

int main(void)
{
    int fd[3], set = new_set();
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct epoll_event *last, all[3];

    REQUIRE(pages != MAP_FAILED && munmap(pages + 4096, 4096) == 0);
    last = (struct epoll_event *)(pages + 4096) - 1;
    for (int i = 0; i < 3; i++) {
        fd[i] = eventfd(1, 0);
        CHECK(control(set, EPOLL_CTL_ADD, fd[i], EPOLLIN | EPOLLET) == 0);
    }
    CHECK_ERRNO(epoll_wait(set, (struct epoll_event *)8, 3, 0), EFAULT);
    CHECK_ERRNO(epoll_wait(set, (struct epoll_event *)0xffffffff80001000, 3, 0), EFAULT);
    CHECK_ERRNO(epoll_wait(set, (struct epoll_event *)(pages + 4096), 3, 0), EFAULT);
    CHECK(epoll_wait(set, last, 3, 0) == 1 && last->data.fd == fd[0]);
    CHECK(epoll_wait(set, all, 3, 0) == 2);
    CHECK(all[0].data.fd == fd[1] && all[1].data.fd == fd[2]);
    CHECK(epoll_wait(set, all, 3, 0) == 0);
    return check_done();
}
