/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A program with its own malloc and free, and none of the rest: the C library's getline must link,
 * and malloc and free must be the program's.
 */
#include <stdio.h>
#include <stdlib.h>

static _Alignas(16) char pool[1 << 16];
static size_t used, freed;

void *malloc(size_t size)
{
    char *block = pool + used;

    size = (size + 15) & ~(size_t)15;
    if (size > sizeof(pool) - used)
        return NULL;
    used += size;
    return block;
}

void free(void *block)
{
    freed += block != NULL;
}

static void at_end(void)
{
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t room = 0;

    (void)argv;
    atexit(at_end);
    if (argc > 100)
        return (int)getline(&line, &room, stdin);
    char *volatile block = malloc(1000);
    if (block < pool || block >= pool + sizeof(pool))
        return 1;
    free(block);
    return freed == 1 ? 0 : 2;
}
