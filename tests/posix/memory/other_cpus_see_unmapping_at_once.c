/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2,4,16 */
/* After munmap or mprotect returns, no thread on any CPU can use the old translation. */
#include "fault.h"
#include <sys/mman.h>

#define THREADS 3
#define ROUNDS  60

static char *volatile page;
static atomic_int published, checked;

static void *reader(void *unused)
{
    (void)unused;
    for (int i = 1; i <= ROUNDS; i++) {
        while (atomic_load(&published) < 2 * i - 1)
            sched_yield();
        CHECK(read_fault(page) == 0);
        CHECK(write_fault(page + 64) == 0);
        atomic_fetch_add(&checked, 1);
        while (atomic_load(&published) < 2 * i)
            sched_yield();
        if (i % 2)
            CHECK(read_fault(page) == SIGSEGV);
        else
            CHECK(read_fault(page) == 0 && write_fault(page) == SIGSEGV);
        atomic_fetch_add(&checked, 1);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];

    catch_faults();
    for (int i = 0; i < THREADS; i++)
        threads[i] = start(reader, NULL);
    for (int i = 1; i <= ROUNDS; i++) {
        page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0);
        REQUIRE(page != MAP_FAILED);
        page[0] = 1;
        atomic_fetch_add(&published, 1);
        await(&checked, (2 * i - 1) * THREADS);
        CHECK((i % 2 ? munmap(page, PAGE) : mprotect(page, PAGE, PROT_READ)) == 0);
        atomic_fetch_add(&published, 1);
        await(&checked, 2 * i * THREADS);
        if (i % 2 == 0)
            CHECK(munmap(page, PAGE) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        join(threads[i]);
    printf("%d checks\n", checked);
    return check_done();
}
