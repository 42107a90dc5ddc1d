/* SPDX-License-Identifier: BSD-3-Clause */
/* With few places for events, all ready files get their turn, in the order in which they became
 * ready; of a thousand watched ones only those that are ready are told. */
#include "epoll.h"

enum { FILES = 8, MANY = 900 };

int main(void)
{
    struct epoll_event events[FILES];
    int fd[FILES], set = new_set(), many = new_set(), idle[MANY];

    for (int i = 0; i < FILES; i++) {
        fd[i] = eventfd(0, 0);
        events[0] = (struct epoll_event){.events = EPOLLIN, .data.u64 = (uint64_t)i << 40 | 5};
        REQUIRE(epoll_ctl(set, EPOLL_CTL_ADD, fd[i], &events[0]) == 0);
    }
    for (int i = FILES; i-- > 0;)
        signal_event(fd[i]);
    for (int turn = 0; turn < 8; turn++) {
        int n = epoll_wait(set, events, 3, 0);
        for (int i = 0; i < n; i++)
            printf("%d ", (int)(events[i].data.u64 >> 40));
        putchar('\n');
    }
    take_event(fd[4]);
    int n = epoll_wait(set, events, FILES, 0);
    printf("%d of %d\n", n, FILES);
    for (int i = 0; i < MANY; i++) {
        idle[i] = eventfd(0, 0);
        REQUIRE(idle[i] >= 0 && control(many, EPOLL_CTL_ADD, idle[i], EPOLLIN) == 0);
    }
    for (int i = 0; i < MANY; i += 37) {
        signal_event(idle[i]);
        CHECK(epoll_wait(many, events, FILES, -1) == 1 && events[0].data.fd == idle[i]);
        take_event(idle[i]);
    }
    CHECK(epoll_wait(many, events, FILES, 0) == 0);
    for (int i = 0; i < MANY; i += 2)
        CHECK(close(idle[i]) == 0);
    for (int i = 0; i < MANY; i++)
        if (i % 2 == 1)
            signal_event(idle[i]);
    int total = 0;
    for (int i = 1; i < MANY; i += 2)
        take_event(idle[i]);
    while ((n = epoll_wait(many, events, FILES, 0)) > 0)
        total += n;
    CHECK(total == 0);
    return check_done();
}
