/* SPDX-License-Identifier: BSD-3-Clause */
/* A connect that waits ends by a signal, by cancellation, by SO_SNDTIMEO; the attempt goes on. */
#include "inet.h"

static int server, fd;
static volatile sig_atomic_t handled;

static void handler(int sig)
{
    (void)sig;
    handled = 1;
}

static void *connects(void *argument)
{
    (void)argument;
    int result = connect_to_socket(fd, server);
    printf("connect: %s\n", result == 0 ? "done" : strerror(errno));
    return NULL;
}

int main(void)
{
    struct sigaction action = {.sa_handler = handler};
    struct timeval t = {0, 20000};
    pthread_t thread;
    void *result = NULL;

    server = listening_socket("127.0.0.1", 0);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    int first = new_socket(AF_INET, SOCK_STREAM);
    CHECK(connect_to_socket(first, server) == 0); /* the queue is full now */
    fd = new_socket(AF_INET, SOCK_STREAM);
    thread = start_asleep(connects, NULL);
    CHECK(pthread_kill(thread, SIGUSR1) == 0);
    join(thread);
    CHECK(handled);
    CHECK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    CHECK_ERRNO(connect_to_socket(fd, server), EALREADY);
    CHECK(fcntl(fd, F_SETFL, 0) == 0);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
    CHECK_ERRNO(connect_to_socket(fd, server), EALREADY);
    close(fd);
    fd = new_socket(AF_INET, SOCK_STREAM);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
    CHECK_ERRNO(connect_to_socket(fd, server), EINPROGRESS);
    t.tv_usec = 0;
    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t)) == 0);
    thread = start_asleep(connects, NULL);
    CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    close(accept(server, NULL, NULL)); /* makes room */
    CHECK(connect_to_socket(fd, server) == 0);
    CHECK_ERRNO(connect_to_socket(fd, server), EISCONN);
    return check_done();
}
