/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Destructors of thread-specific data run at thread end, again while values are set anew. */
#include "check.h"
#include <limits.h>

static pthread_key_t simple, stubborn;
static atomic_int simple_runs, stubborn_runs;

static void destroy_simple(void *value)
{
    atomic_fetch_add(&simple_runs, (int)(intptr_t)value);
    CHECK(pthread_getspecific(simple) == NULL);
}

static void destroy_stubborn(void *value)
{
    atomic_fetch_add(&stubborn_runs, 1);
    pthread_setspecific(stubborn, value);
}

static void *use(void *argument)
{
    CHECK(pthread_getspecific(simple) == NULL);
    CHECK(pthread_setspecific(simple, argument) == 0);
    if ((intptr_t)argument == 1)
        CHECK(pthread_setspecific(stubborn, argument) == 0);
    CHECK(pthread_getspecific(simple) == argument);
    if ((intptr_t)argument % 2)
        pthread_exit(NULL);
    return NULL;
}

int main(void)
{
    pthread_t threads[4];

    CHECK(pthread_key_create(&simple, destroy_simple) == 0);
    CHECK(pthread_key_create(&stubborn, destroy_stubborn) == 0);
    CHECK(pthread_setspecific(simple, (void *)100) == 0);
    for (intptr_t i = 0; i < 4; i++)
        threads[i] = start(use, (void *)(i + 1));
    for (int i = 0; i < 4; i++)
        join(threads[i]);
    CHECK(pthread_getspecific(simple) == (void *)100);
    printf("simple %d, stubborn in range %d\n", simple_runs,
           stubborn_runs == PTHREAD_DESTRUCTOR_ITERATIONS);
    CHECK(pthread_key_delete(simple) == 0);
    return check_done();
}
