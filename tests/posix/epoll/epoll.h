/* SPDX-License-Identifier: BSD-3-Clause */
/* What the programs about epoll share. Any thread. */
#ifndef TESTS_POSIX_EPOLL_H
#define TESTS_POSIX_EPOLL_H

#include "check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* Adds or changes `fd` in the set, with itself as data. */
UNUSED static int control(int set, int op, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};

    return epoll_ctl(set, op, fd, &event);
}

UNUSED static int new_set(void)
{
    int set = epoll_create1(EPOLL_CLOEXEC);

    REQUIRE(set >= 0);
    return set;
}

/* The events that are there now of a set with one descriptor; 0: none. */
UNUSED static uint32_t ready_now(int set)
{
    struct epoll_event event = {0};
    int n = epoll_wait(set, &event, 1, 0);

    REQUIRE(n >= 0);
    return n > 0 ? event.events : 0;
}

UNUSED static void signal_event(int fd)
{
    REQUIRE(eventfd_write(fd, 1) == 0);
}

UNUSED static void take_event(int fd)
{
    eventfd_t value;

    REQUIRE(eventfd_read(fd, &value) == 0);
}

#endif
