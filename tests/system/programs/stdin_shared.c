/* SPDX-License-Identifier: BSD-3-Clause */
/* Several threads and calls on a standard input that brings nothing for a while. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void *read_line(void *line)
{
    ssize_t n = read(0, line, 99);

    if (n >= 0)
        return (void *)n;
    return (void *)(intptr_t)-errno;
}

static void on_signal(int signal)
{
    (void)signal;
}

static long result_of(pthread_t thread)
{
    void *result;

    pthread_join(thread, &result);
    return (long)result;
}

int main(void)
{
    static char first[100], other[100];
    pthread_t reader, second, third;
    int waiting = -1;
    struct sigaction action = {.sa_handler = on_signal};

    setvbuf(stdout, NULL, _IONBF, 0);
    alarm(60);
    sigaction(SIGUSR1, &action, NULL);
    pthread_create(&reader, NULL, read_line, first);
    pthread_create(&second, NULL, read_line, other);
    pthread_create(&third, NULL, read_line, other);
    usleep(50000);

    int failed = ioctl(0, FIONREAD, &waiting);
    printf("FIONREAD %d: %d\n", failed, waiting);
    struct pollfd p = {0, POLLIN, 0};
    printf("poll %d\n", poll(&p, 1, 0));
    fcntl(0, F_SETFL, O_NONBLOCK);
    printf("without waiting %ld\n", (long)read_line(other));
    fcntl(0, F_SETFL, 0);
    pthread_kill(second, SIGUSR1);
    printf("interrupted %ld\n", result_of(second));
    pthread_cancel(third);
    printf("cancelled %d\n", result_of(third) == (long)PTHREAD_CANCELED);
    puts("ready");
    printf("read %ld: %s", result_of(reader), first);
    return 0;
}
