/* SPDX-License-Identifier: BSD-3-Clause */
/* pthread_getattr_np tells the stack on which the thread really runs, in main too. */
#include "check.h"

static void *look(void *argument)
{
    pthread_attr_t attr;
    void *stack;
    size_t size;
    int local, state;

    CHECK(pthread_getattr_np(pthread_self(), &attr) == 0);
    CHECK(pthread_attr_getstack(&attr, &stack, &size) == 0);
    CHECK(pthread_attr_getdetachstate(&attr, &state) == 0);
    char *here = (char *)&local;
    printf("%s: on its stack %d, detached %d\n", (char *)argument,
           here > (char *)stack && here < (char *)stack + size, state == PTHREAD_CREATE_DETACHED);
    return NULL;
}

int main(void)
{
    look("main");
    join(start(look, "thread"));
    return check_done();
}
