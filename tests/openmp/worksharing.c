/* SPDX-License-Identifier: BSD-3-Clause */
/* Teams, loops of each schedule, reductions, sections, single. See constructs.h. */
#include "constructs.h"
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <string.h>

#define SIZE 1000

bool test_parallel(int threads)
{
    int seen[64] = {0}, sizes = 0, in_parallel = 0;

#pragma omp parallel num_threads(threads) reduction(+ : sizes, in_parallel)
    {
        seen[omp_get_thread_num()]++;
        sizes += omp_get_num_threads();
        in_parallel += omp_in_parallel();
    }
    for (int i = 0; i < 64; i++)
        if (seen[i] != (i < threads))
            return false;
    return sizes == threads * threads && (threads == 1 || in_parallel == threads) &&
           !omp_in_parallel() && omp_get_num_threads() == 1;
}

static bool each_once(const int *counts)
{
    for (int i = 0; i < SIZE; i++)
        if (counts[i] != 1)
            return false;
    return true;
}

bool test_for_static(int threads)
{
    int counts[SIZE] = {0}, owner[SIZE], chunked[SIZE];
    bool right = true;

#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(static)
        for (int i = 0; i < SIZE; i++) {
            counts[i]++;
            owner[i] = omp_get_thread_num();
        }
#pragma omp for schedule(static, 3)
        for (int i = 0; i < SIZE; i++)
            chunked[i] = omp_get_thread_num();
    }
    for (int i = 0; i < SIZE; i++) {
        right &= i == 0 || owner[i] >= owner[i - 1];
        right &= chunked[i] == i / 3 % threads;
    }
    return right && each_once(counts);
}

bool test_for_dynamic(int threads)
{
    int counts[SIZE] = {0}, last = -1;
    long sum = 0;

    /* monotonic: libomp 19 loses lastprivate values when iterations are stolen. */
#pragma omp parallel for num_threads(threads) schedule(monotonic : dynamic, 4) lastprivate(last)
    for (int i = 0; i < SIZE; i++)
        last = i;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 4) reduction(+ : sum)
    for (int i = 0; i < SIZE; i++) {
        counts[i]++;
        sum += i;
    }
#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (long i = SIZE - 1; i >= 0; i -= 7)
        counts[i]++;
    for (long i = SIZE - 1; i >= 0; i -= 7)
        counts[i]--;
    return each_once(counts) && last == SIZE - 1 && sum == (long)SIZE * (SIZE - 1) / 2;
}

bool test_for_guided(int threads)
{
    int counts[SIZE] = {0};

#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(guided) nowait
        for (int i = 0; i < SIZE; i += 2)
            counts[i]++;
#pragma omp for schedule(guided, 5)
        for (unsigned i = 1; i < SIZE; i += 2)
            counts[i]++;
    }
    return each_once(counts);
}

bool test_for_ordered(int threads)
{
    int next = 0;
    bool right = true;

#pragma omp parallel for num_threads(threads) ordered schedule(dynamic)
    for (int i = 0; i < 60; i++) {
#pragma omp ordered
        {
            if (next++ != i)
                right = false;
        }
    }
    return right && next == 60;
}

bool test_for_collapse(int threads)
{
    static int counts[10][12][5];
    bool right = true;

    memset(counts, 0, sizeof(counts));
#pragma omp parallel for collapse(3) num_threads(threads) schedule(static, 7)
    for (int i = 0; i < 10; i++)
        for (int j = 0; j < 12; j++)
            for (int k = 0; k < 5; k++)
                counts[i][j][k]++;
    for (int i = 0; i < 600; i++)
        right &= (&counts[0][0][0])[i] == 1;
    return right;
}

struct point {
    double x, y;
};

#pragma omp declare reduction(add : struct point : omp_out.x += omp_in.x, omp_out.y += omp_in.y)   \
    initializer(omp_priv = (struct point){0, 0})

bool test_reduction(int threads)
{
    long sum = 5, product = 1;
    int maximum = -1, minimum = 1 << 30, array[4] = {0};
    unsigned ones = ~0u, any = 0, parity = 0;
    bool all = true, some = false;
    double real = 0;
    struct point total = {1, 2};

#pragma omp parallel for num_threads(threads) reduction(+ : sum, real, array[ : 4])                \
    reduction(* : product) reduction(max : maximum) reduction(min : minimum) reduction(& : ones)   \
    reduction(| : any) reduction(^ : parity) reduction(&& : all) reduction(|| : some)              \
    reduction(add : total)
    for (int i = 1; i <= SIZE; i++) {
        sum += i;
        real += 0.5;
        array[i % 4]++;
        product *= i % 100 == 0 ? 2 : 1;
        maximum = i > maximum ? i : maximum;
        minimum = i < minimum ? i : minimum;
        ones &= ~(1u << (i % 8));
        any |= 1u << (i % 8);
        parity ^= (unsigned)i;
        all = all && i > 0;
        some = some || i == 500;
        total.x += 1;
        total.y += i;
    }
    return sum == 5 + 500500 && product == 1024 && maximum == SIZE && minimum == 1 &&
           ones == 0xffffff00 && any == 0xff && parity == 1000 && all && some &&
           fabs(real - 500) < 1e-9 && array[0] == 250 && array[3] == 250 && total.x == 1001 &&
           total.y == 500502;
}

bool test_sections(int threads)
{
    int runs[4] = {0}, last = -1;

#pragma omp parallel sections num_threads(threads) lastprivate(last)
    {
#pragma omp section
        {
            runs[0]++;
            last = 0;
        }
#pragma omp section
        {
            runs[1]++;
            last = 1;
        }
#pragma omp section
        {
            runs[2]++;
            last = 2;
        }
#pragma omp section
        {
            runs[3]++;
            last = 3;
        }
    }
    return runs[0] == 1 && runs[1] == 1 && runs[2] == 1 && runs[3] == 1 && last == 3;
}

bool test_single_and_masked(int threads)
{
    int singles = 0, masters = 0, copies = 0, value = 0;

#pragma omp parallel num_threads(threads) firstprivate(value) reduction(+ : copies)
    {
        for (int i = 0; i < 5; i++) {
#pragma omp single
            singles++;
        }
#pragma omp single copyprivate(value)
        value = 42;
        copies += value == 42;
#pragma omp masked
        masters += omp_get_thread_num() == 0 ? 1 : 100;
    }
    return singles == 5 && copies == threads && masters == 1;
}
