/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs two instructions on the stack of main, or with an argument on that of a thread; their value
 * is the status. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static int run_on_stack(int value)
{
    volatile unsigned char code[] = {0xb8, (unsigned char)value, 0, 0, 0, 0xc3}; /* mov, ret */
    int (*function)(void);
    volatile unsigned char *at = code;

    memcpy(&function, &at, sizeof(function));
    return function();
}

static void *run(void *value)
{
    exit(run_on_stack(*(int *)value));
}

int main(int argc, char **argv)
{
    int value = 43;
    pthread_t thread;

    (void)argv;
    if (argc == 1)
        return run_on_stack(42);
    if (pthread_create(&thread, NULL, run, &value) != 0)
        return 1;
    pthread_join(thread, NULL);
    return 2;
}
