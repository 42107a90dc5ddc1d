/* SPDX-License-Identifier: BSD-3-Clause */
/* Waits of accept, recv and send end by signals (restarted or not), cancellation, time-outs and
 * shutdown. */
#include "inet.h"

static int server, end[2];
static volatile sig_atomic_t handled;

static void handler(int sig)
{
    (void)sig;
    handled = 1;
}

static void show(const char *what, ssize_t result)
{
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : result == 0 ? "end" : "done");
}

static void *accepts(void *argument)
{
    (void)argument;
    show("accept", accept(server, NULL, NULL));
    return NULL;
}

static void *receives(void *argument)
{
    char c;

    (void)argument;
    show("recv", recv(end[0], &c, 1, 0));
    return NULL;
}

static void *sends(void *argument)
{
    (void)argument;
    show("send", send(end[0], "x", 1, MSG_NOSIGNAL));
    return NULL;
}

static void *(*const bodies[])(void *) = {accepts, receives, sends};

static void by_signals(void)
{
    struct sigaction action = {.sa_handler = handler};
    void *result = NULL;

    for (int i = 0; i < 3; i++) {
        action.sa_flags = 0;
        CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
        pthread_t thread = start_asleep(bodies[i], NULL);
        CHECK(pthread_kill(thread, SIGUSR1) == 0 && pthread_join(thread, NULL) == 0);
        action.sa_flags = SA_RESTART;
        CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
        handled = 0;
        thread = start_asleep(bodies[i], NULL);
        CHECK(pthread_kill(thread, SIGUSR1) == 0);
        while (!handled)
            sched_yield();
        CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0);
        CHECK(result == PTHREAD_CANCELED);
    }
}

static void by_time(void)
{
    struct timeval t = {0, 20000};
    char c;

    CHECK(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
    CHECK(setsockopt(end[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
    CHECK(setsockopt(end[0], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
    long long begin = now_ns(CLOCK_MONOTONIC);
    CHECK_ERRNO(accept(server, NULL, NULL), EAGAIN);
    CHECK_ERRNO(recv(end[0], &c, 1, 0), EAGAIN);
    CHECK_ERRNO(send(end[0], &c, 1, 0), EAGAIN);
    CHECK(now_ns(CLOCK_MONOTONIC) - begin >= 60 * MS);
    t.tv_usec = 0;
    CHECK(setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
    CHECK(setsockopt(end[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)) == 0);
    CHECK(setsockopt(end[0], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
}

static void by_shutdown(void)
{
    pthread_t thread = start_asleep(receives, NULL);

    CHECK(shutdown(end[0], SHUT_RD) == 0 && pthread_join(thread, NULL) == 0);
    thread = start_asleep(sends, NULL);
    CHECK(shutdown(end[0], SHUT_WR) == 0 && pthread_join(thread, NULL) == 0);
    thread = start_asleep(accepts, NULL);
    CHECK(shutdown(server, SHUT_RDWR) == 0 && pthread_join(thread, NULL) == 0);
}

static void by_reset(void)
{
    struct linger none = {1, 0};

    new_connection("127.0.0.1", end);
    pthread_t thread = start_asleep(receives, NULL);
    CHECK(setsockopt(end[1], SOL_SOCKET, SO_LINGER, &none, sizeof(none)) == 0);
    close(end[1]);
    CHECK(pthread_join(thread, NULL) == 0);
    close(end[0]);
}

int main(void)
{
    static char block[4096];

    server = listening_socket("127.0.0.1", 5);
    new_connection("127.0.0.1", end);
    CHECK(set_int_option(end[0], SOL_SOCKET, SO_SNDBUF, 20000) == 0);
    CHECK(set_int_option(end[1], SOL_SOCKET, SO_RCVBUF, 20000) == 0);
    fill(end[0], block, sizeof(block));
    by_signals();
    by_time();
    by_shutdown();
    by_reset();
    return check_done();
}
