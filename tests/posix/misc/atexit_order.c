/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 status=5 */
/* atexit functions run last in first out, may add more, and destructors come after; constructors
 * before main. */
#include "check.h"

__attribute__((constructor(101))) static void early(void)
{
    puts("constructor 101");
}

__attribute__((constructor(102))) static void later(void)
{
    puts("constructor 102");
}

__attribute__((constructor)) static void last_one(void)
{
    puts("constructor");
}

__attribute__((destructor)) static void destroy(void)
{
    puts("destructor");
}

static void added(void)
{
    puts("added during exit");
}

static void first(void)
{
    puts("first registered");
}

static void second(void)
{
    puts("second registered");
    atexit(added);
}

int main(void)
{
    puts("main");
    for (int i = 0; i < 100; i++)
        CHECK(atexit(first) == 0);
    atexit(second);
    exit(5);
}
