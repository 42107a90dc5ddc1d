/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 */
/* Buffers whose pages are not there yet, or go away under the call: nothing is lost, cut or mixed;
 * a buffer that is partly bad gives whole pages or EFAULT and takes nothing else. */
#include "check.h"
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>

#define SIZE (1 << 20)

static int ends[2];

static char *fresh(size_t size)
{
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(p != MAP_FAILED);
    return p;
}

static int waiting(void)
{
    int n = -1;
    REQUIRE(ioctl(ends[0], FIONREAD, &n) == 0);
    return n;
}

/* One read brings all that is there, into pages of which some are there. */
static void all_at_once(void)
{
    char *out = fresh(SIZE), *in = fresh(SIZE + 4096);

    REQUIRE(fcntl(ends[0], F_SETPIPE_SZ, SIZE) == SIZE);
    CHECK(write(ends[1], fresh(SIZE), 50000) == 50000);
    CHECK(read(ends[0], in, SIZE) == 50000);
    for (size_t i = 0; i < SIZE; i++)
        out[i] = (char)(i * 31 / 7);
    CHECK(write(ends[1], out, SIZE) == SIZE);
    REQUIRE(madvise(in, SIZE, MADV_DONTNEED) == 0);
    in[0] = in[3 * 4096] = 1;
    CHECK(read(ends[0], in + 100, SIZE) == SIZE && memcmp(in + 100, out, SIZE) == 0);
    CHECK(write(ends[1], out, 3000) == 3000);
    struct iovec parts[3] = {{fresh(4096) + 4000, 96}, {fresh(8192) + 10, 5000}, {fresh(1), 1}};
    CHECK(readv(ends[0], parts, 3) == 3000 && memcmp(parts[1].iov_base, out + 96, 2904) == 0);
}

static void partly_bad(void)
{
    char *p = fresh(4 * 4096);

    REQUIRE(munmap(p + 2 * 4096, 4096) == 0);
    memset(p, 'a', 2 * 4096);
    CHECK(write(ends[1], p + 4096, 8192) == 4096);
    CHECK(write(ends[1], p + 4000, 8192) == 4096);
    CHECK_ERRNO(write(ends[1], p + 4097, 8192), EFAULT);
    CHECK_ERRNO(write(ends[1], p + 8000, 300), EFAULT);
    CHECK(waiting() == 8192);
    REQUIRE(madvise(p, 2 * 4096, MADV_DONTNEED) == 0);
    CHECK(read(ends[0], p + 4096, 8192) == 4096);
    CHECK_ERRNO(read(ends[0], p + 4097, 8192), EFAULT);
    CHECK(waiting() == 4096);
    CHECK(read(ends[0], p, 4096) == 4096 && p[0] == 'a' && p[4095] == 'a');
}

static atomic_int stop;
static char *shared_area;

/* Takes the pages away all the time. */
static void *forget(void *argument)
{
    (void)argument;
    while (!atomic_load(&stop)) {
        REQUIRE(madvise(shared_area, 16 * 4096, MADV_DONTNEED) == 0);
        sched_yield();
    }
    return NULL;
}

#define MESSAGES 1500

static atomic_long sum;

/* Messages of 8 bytes into a place that straddles two pages, which come and go. */
static void *receive(void *argument)
{
    char *at = shared_area + 4096 * (3 * (int)(intptr_t)argument + 1) - 3;

    for (int i = 0; i < MESSAGES; i++) {
        unsigned char own[8], check[8];
        struct iovec parts[2] = {{at, 8}, {check, 8}};
        if (readv(ends[0], parts, 2) != 16)
            return (void *)1;
        memcpy(own, at, 8);
        uint64_t number;
        memcpy(&number, check, 8);
        atomic_fetch_add(&sum, (long)number);
        /* A page that was forgotten between the read and the look is zero. */
        for (int j = 0; j < 8; j++)
            if (own[j] != check[j] && own[j] != 0)
                return (void *)2;
    }
    return NULL;
}

static void messages_stay_whole(void)
{
    pthread_t readers[3];
    long expected = 0;

    shared_area = fresh(16 * 4096);
    pthread_t forgetter = start(forget, NULL);
    for (intptr_t i = 0; i < 3; i++)
        readers[i] = start(receive, (void *)i);
    for (uint64_t i = 1; i <= 3 * MESSAGES; i++) {
        uint64_t message[2] = {i, i};
        expected += (long)i;
        REQUIRE(write(ends[1], message, 16) == 16);
    }
    for (int i = 0; i < 3; i++)
        CHECK(join(readers[i]) == NULL);
    atomic_store(&stop, 1);
    join(forgetter);
    CHECK(atomic_load(&sum) == expected);
    CHECK(waiting() == 0);
}

int main(void)
{
    REQUIRE(pipe(ends) == 0);
    all_at_once();
    partly_bad();
    messages_stay_whole();
    return check_done();
}
