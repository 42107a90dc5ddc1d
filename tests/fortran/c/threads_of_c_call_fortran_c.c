/* The C half. */
#include <pthread.h>
#include <stdint.h>

#define MAX_THREADS 16

long fortran_work(int number);

static void *run(void *number)
{
    return (void *)fortran_work((int)(intptr_t)number);
}

void c_runs_threads(int count, long *results)
{
    pthread_t threads[MAX_THREADS];
    for (int i = 0; i < count; i++)
        pthread_create(&threads[i], NULL, run, (void *)(intptr_t)(i + 1));
    for (int i = 0; i < count; i++) {
        void *result;
        pthread_join(threads[i], &result);
        results[i] = (long)result;
    }
}
