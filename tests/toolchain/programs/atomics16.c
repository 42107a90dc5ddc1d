/* 16-byte atomics from the library beside inlined ones in the same program: two threads count both
 * halves of one object. Compiled twice, the inlined part with -DINLINED -mcx16. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define ROUNDS 20000

struct pair {
    unsigned long low, high;
};

extern _Atomic struct pair shared;
void *count_inlined(void *unused);

#ifdef INLINED

void *count_inlined(void *unused)
{
    __int128 *whole = (__int128 *)&shared, one = ((__int128)2 << 64) + 1;

    for (int i = 0; i < ROUNDS; i++)
        __atomic_fetch_add(whole, one, __ATOMIC_SEQ_CST);
    return unused;
}

#else

_Atomic struct pair shared;

static void *count(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct pair old = atomic_load(&shared), new;
        do {
            new = (struct pair){old.low + 1, old.high + 2};
        } while (!atomic_compare_exchange_weak(&shared, &old, new));
    }
    return unused;
}

int main(void)
{
    pthread_t threads[2];
    struct pair end, zero = {0, 0};

    pthread_create(&threads[0], NULL, count, NULL);
    pthread_create(&threads[1], NULL, count_inlined, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    end = atomic_exchange(&shared, zero);
    atomic_store(&shared, end);
    printf("%lu %lu, lock-free: %d\n", end.low, end.high, atomic_is_lock_free(&shared));
    return 0;
}

#endif
