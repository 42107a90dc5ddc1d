/* SPDX-License-Identifier: BSD-3-Clause */
/* fifo [ROUNDS]: two threads open and close the two ends of a FIFO; no open may hang. */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "/tmp/soak.fifo";
static long rounds = 1000;

static int must_open(int flags)
{
    int fd = open(name, flags);
    if (fd < 0) {
        perror("open");
        exit(1);
    }
    return fd;
}

static void *open_and_close(void *flags)
{
    for (long i = 0; i < rounds; i++)
        close(must_open((int)(intptr_t)flags));
    /* Who is through first may leave the other without an end to meet: this is both, and stays. */
    must_open(O_RDWR);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t reader, writer;
    if (argc > 1)
        rounds = atol(argv[1]);
    unlink(name);
    if (mkfifo(name, 0600) != 0)
        return 1;
    pthread_create(&reader, NULL, open_and_close, (void *)O_RDONLY);
    pthread_create(&writer, NULL, open_and_close, (void *)O_WRONLY);
    pthread_join(reader, NULL);
    pthread_join(writer, NULL);
    unlink(name);
    printf("%ld rounds\n", rounds);
    return 0;
}
