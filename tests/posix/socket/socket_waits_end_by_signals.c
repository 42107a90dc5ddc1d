/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Blocked accept, connect, recv and send: EINTR after a handler, restarted with SA_RESTART unless
 * there is a time-out; each can be cancelled. */
#include "local.h"

static int server, pair[2], full[2];
static atomic_int handled;

static void on_signal(int signal)
{
    (void)signal;
    atomic_fetch_add(&handled, 1);
}

static long in_accept(void)
{
    return accept(server, NULL, NULL);
}

static long in_recv(void)
{
    char byte;

    return recv(pair[0], &byte, 1, 0);
}

static long in_recvmsg(void)
{
    char byte;
    struct iovec data = {&byte, 1};
    struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1};

    return recvmsg(pair[0], &m, 0);
}

static long in_send(void)
{
    return send(full[0], "x", 1, 0);
}

static long in_connect(void)
{
    return connect_to(new_socket(SOCK_STREAM), "@test.busy");
}

static long (*const calls[])(void) = {in_accept, in_recv, in_recvmsg, in_send, in_connect};
static const char *const names[] = {"accept", "recv", "recvmsg", "send", "connect"};
enum { CALLS = 5 };

static void *interrupted(void *call)
{
    long result = calls[(uintptr_t)call]();

    printf("%s: %s\n", names[(uintptr_t)call], result < 0 ? strerror(errno) : "done");
    return NULL;
}

static void *cancelled(void *call)
{
    calls[(uintptr_t)call]();
    return NULL;
}

static void interrupt_all(int flags)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};

    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    for (uintptr_t i = 0; i < CALLS; i++) {
        pthread_t thread = start_asleep(interrupted, (void *)i);
        int before = atomic_load(&handled);
        CHECK(pthread_kill(thread, SIGUSR1) == 0);
        await(&handled, before + 1);
        join(thread);
    }
}

int main(void)
{
    static char block[4096];
    struct timeval long_time = {100, 0};

    server = listening(SOCK_STREAM, "@test.wait", 1);
    int busy = listening(SOCK_STREAM, "@test.busy", 0);
    CHECK(connect_to(new_socket(SOCK_STREAM), "@test.busy") == 0);
    new_pair(SOCK_STREAM, pair);
    new_pair(SOCK_STREAM, full);
    while (send(full[0], block, sizeof(block), MSG_DONTWAIT) > 0)
        ;
    interrupt_all(0);
    /* With SA_RESTART the calls go on. */
    struct sigaction restart = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    REQUIRE(sigaction(SIGUSR1, &restart, NULL) == 0);
    pthread_t thread = start_asleep(interrupted, (void *)1);
    int before = atomic_load(&handled);
    CHECK(pthread_kill(thread, SIGUSR1) == 0);
    await(&handled, before + 1);
    sleep_ms(5);
    CHECK(write(pair[1], "x", 1) == 1);
    join(thread);
    /* With a time-out they do not. */
    CHECK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &long_time, sizeof(long_time)) == 0);
    thread = start_asleep(interrupted, (void *)1);
    CHECK(pthread_kill(thread, SIGUSR1) == 0);
    join(thread);
    for (uintptr_t i = 0; i < CALLS; i++) {
        thread = start_asleep(cancelled, (void *)i);
        CHECK(pthread_cancel(thread) == 0 && join(thread) == PTHREAD_CANCELED);
    }
    CHECK(close(busy) == 0);
    return check_done();
}
