/* SPDX-License-Identifier: BSD-3-Clause */
/* A wait for a datagram ends by one, by SO_RCVTIMEO, by a signal, by cancellation, by shutdown. */
#include "inet.h"

static int fd;
static struct address name;
static volatile sig_atomic_t handled;

static void handler(int sig)
{
    (void)sig;
    handled = 1;
}

static void *receiver(void *argument)
{
    char c = 0;

    ssize_t n = recv(fd, &c, 1, 0);
    printf("%s: recv %zd %s\n", (const char *)argument, n, n < 0 ? strerror(errno) : "");
    return (void *)(intptr_t)c;
}

static pthread_t waiting(const char *what)
{
    return start_asleep(receiver, (void *)what);
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler};
    struct timeval t = {0, 20000};
    pthread_t thread;
    void *result = NULL;
    char c;

    fd = bound_socket(SOCK_DGRAM, "127.0.0.1");
    name = own_name(fd);
    int other = new_socket(AF_INET, SOCK_DGRAM);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);

    thread = waiting("datagram");
    CHECK(sendto(other, "d", 1, 0, &name.any, name.length) == 1);
    CHECK(pthread_join(thread, &result) == 0 && (intptr_t)result == 'd');
    thread = waiting("signal");
    CHECK(pthread_kill(thread, SIGUSR1) == 0 && pthread_join(thread, &result) == 0 && handled);
    action.sa_flags = SA_RESTART;
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    handled = 0;
    thread = waiting("restarted");
    CHECK(pthread_kill(thread, SIGUSR1) == 0);
    while (!handled)
        sched_yield();
    CHECK(sendto(other, "r", 1, 0, &name.any, name.length) == 1);
    CHECK(pthread_join(thread, &result) == 0 && (intptr_t)result == 'r');
    thread = waiting("cancelled");
    CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);

    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
    long long begin = now_ns(CLOCK_MONOTONIC);
    CHECK_ERRNO(recv(fd, &c, 1, 0), EAGAIN);
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= 20 * MS);
    t = (struct timeval){10, 0};
    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
    thread = waiting("signal, with a time-out");
    CHECK(pthread_kill(thread, SIGUSR1) == 0 && pthread_join(thread, &result) == 0);
    CHECK(connect_address(fd, "127.0.0.1", own_port(bound_socket(SOCK_DGRAM, "127.0.0.1"))) == 0);
    thread = waiting("shut down");
    CHECK(shutdown(fd, SHUT_RD) == 0 && pthread_join(thread, &result) == 0);
    return check_done();
}
