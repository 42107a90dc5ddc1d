/* test: status=139 */
/* build: -fstack-protector-all */
/* A function that wrote beyond its array does not return. The canary comes from AT_RANDOM, with a
 * zero byte against strings, and all threads have the same. */
#include "check.h"

#include <sys/auxv.h>

static unsigned long canary(void)
{
    unsigned long value;

    __asm__("mov %%fs:0x28, %0" : "=r"(value));
    return value;
}

static void *thread_canary(void *result)
{
    *(unsigned long *)result = canary();
    return NULL;
}

static void fill(char *volatile to, size_t size)
{
    memset(to, 'x', size);
}

static void overflow(size_t size)
{
    char buffer[16];

    fill(buffer, size);
    printf("wrote %zu bytes\n", size);
}

int main(void)
{
    unsigned long expected, other;
    pthread_t thread;

    memcpy(&expected, (const void *)getauxval(AT_RANDOM), sizeof(expected));
    ((char *)&expected)[1] = 0;
    CHECK(pthread_create(&thread, NULL, thread_canary, &other) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    printf("from AT_RANDOM: %d, the thread's: %d\n", canary() == expected, canary() == other);
    overflow(16);
    fflush(stdout);
    overflow(40);
    puts("not reached");
    return 0;
}
