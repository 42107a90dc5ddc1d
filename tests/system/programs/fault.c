/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
/* Makes the forbidden access that its argument names. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *const pointers[] = {(char *)&stdout, (char *)&stderr}; /* relocated, then sealed */

static void *below_guard(void *unused)
{
    pthread_attr_t attr;
    void *stack;
    size_t size;

    (void)unused;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstack(&attr, &stack, &size);
    ((volatile char *)stack)[-16] = 1;
    return NULL;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    pthread_t thread;

    puts(what);
    fflush(stdout);
    if (strcmp(what, "text") == 0)
        *(volatile char *)(uintptr_t)&main = 0;
    if (strcmp(what, "pointers") == 0)
        *(char *volatile *)(uintptr_t)&pointers[argc & 1] = NULL;
    if (strcmp(what, "page0") == 0)
        *(volatile char *)16 = 0;
    if (strcmp(what, "guard") == 0 && pthread_create(&thread, NULL, below_guard, NULL) == 0)
        pthread_join(thread, NULL);
    if (strcmp(what, "heap") == 0) {
        char *code = malloc(64);
        memset(code, 0xc3, 64);
        ((void (*)(void))(uintptr_t)code)();
    }
    puts("nothing happened");
    return 0;
}
