/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=512M timeout=120 */
/* Many threads that allocate start under a limit of the address space. */
#include "check.h"
#include <sys/resource.h>

#define NR_THREADS 1000

static int gate[2];
static atomic_int failures;

static void *allocate(void *arg)
{
    char c;
    void *small = malloc(100), *medium = malloc(5000), *large = malloc(50000);
    if (small == NULL || medium == NULL || large == NULL)
        atomic_fetch_add(&failures, 1);
    else
        memset(large, 1, 50000);
    if (read(gate[0], &c, 1) != 0) /* all have theirs before any goes */
        atomic_fetch_add(&failures, 1);
    free(small);
    free(medium);
    free(large);
    return arg;
}

int main(void)
{
    static pthread_t threads[NR_THREADS];
    struct rlimit limit = {2UL << 30, 2UL << 30};
    pthread_attr_t attr;
    int n = 0;
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0 && pipe(gate) == 0);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 65536);
    while (n < NR_THREADS && pthread_create(&threads[n], &attr, allocate, NULL) == 0)
        n++;
    printf("threads: %d\n", n);
    close(gate[1]);
    while (n-- != 0)
        pthread_join(threads[n], NULL);
    printf("failures: %d\n", failures);
    void *volatile large = malloc(100UL << 20), *volatile too_large = malloc(3UL << 30);
    printf("within the limit: %d, beyond: %d\n", large != NULL, too_large != NULL);
    return 0;
}
