/* SPDX-License-Identifier: BSD-3-Clause */
/* Several threads and calls use a standard input that has no data for a while. */
#define _GNU_SOURCE /* gettid */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static atomic_int readers[3]; /* their thread ids */
static atomic_int nr_readers;

static void *read_line(void *line)
{
    ssize_t n = read(0, line, 99);

    if (n >= 0)
        return (void *)n;
    return (void *)(intptr_t)-errno;
}

static void *reader_body(void *line)
{
    readers[nr_readers++] = gettid();
    return read_line(line);
}

static bool is_asleep(int tid)
{
    char path[64], state = '?';

    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
            state = '?';
        fclose(file);
    }
    return state == 'S';
}

/* Starts a thread; returns when it sleeps in read(). */
static pthread_t start_reader(char *line)
{
    int i = nr_readers;
    pthread_t thread;

    pthread_create(&thread, NULL, reader_body, line);
    while (readers[i] == 0 || !is_asleep(readers[i]))
        usleep(1000);
    return thread;
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
    int waiting = -1;
    struct sigaction action = {.sa_handler = on_signal};

    setvbuf(stdout, NULL, _IONBF, 0);
    alarm(60);
    sigaction(SIGUSR1, &action, NULL);
    pthread_t reader = start_reader(first);
    pthread_t second = start_reader(other), third = start_reader(other);

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
