/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* A thread runs on the stack that pthread_attr_setstack names and the memory survives it. */
#include "check.h"
#include <sys/mman.h>

#define SIZE (256 << 10)

static void *where(void *unused)
{
    int local;
    volatile uintptr_t address = (uintptr_t)&local;

    (void)unused;
    return (void *)address;
}

int main(void)
{
    pthread_attr_t attr;
    pthread_t thread;
    void *address;
    size_t size;
    char *stack = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(stack != MAP_FAILED);
    pthread_attr_init(&attr);
    CHECK(pthread_attr_setstack(&attr, stack, SIZE) == 0);
    CHECK(pthread_attr_getstack(&attr, &address, &size) == 0);
    CHECK(address == stack && size == SIZE);
    for (int i = 0; i < 50; i++) {
        REQUIRE(pthread_create(&thread, &attr, where, NULL) == 0);
        char *local = join(thread);
        CHECK(local > stack && local < stack + SIZE);
        stack[0] = 1;
    }
    return check_done();
}
