/* SPDX-License-Identifier: BSD-3-Clause */
/* Tasks: recursion, dependences, loops, groups. See constructs.h. */
#include "constructs.h"
#include <omp.h>

static int fibonacci(int n)
{
    int one, two;

    if (n < 2)
        return n;
#pragma omp task shared(one) if (n > 5)
    one = fibonacci(n - 1);
#pragma omp task shared(two) final(n < 6)
    two = fibonacci(n - 2);
#pragma omp taskwait
    return one + two;
}

bool test_tasks(int threads)
{
    int result = 0, count = 0;

#pragma omp parallel num_threads(threads)
#pragma omp single
    {
        result = fibonacci(13);
        for (int i = 0; i < 200; i++) {
#pragma omp task firstprivate(i) shared(count)
            {
#pragma omp atomic
                count += i;
            }
        }
    }
    return result == 233 && count == 19900;
}

/* A wave front: cell (i, j) needs its left and upper neighbours. */
bool test_task_dependences(int threads)
{
    enum { N = 8 };
    int cell[N + 1][N + 1] = {{0}}, order = 0, out = 0, in_sum = 0;
    bool right = true;

    for (int i = 0; i <= N; i++)
        cell[i][0] = cell[0][i] = 1;
#pragma omp parallel num_threads(threads)
#pragma omp single
    {
        for (int i = 1; i <= N; i++)
            for (int j = 1; j <= N; j++) {
#pragma omp task depend(in : cell[i - 1][j], cell[i][j - 1]) depend(out : cell[i][j])
                cell[i][j] = cell[i - 1][j] + cell[i][j - 1];
            }
        for (int i = 0; i < 20; i++) {
#pragma omp task depend(inout : order) firstprivate(i) shared(right)
            {
                if (order++ != i)
                    right = false;
            }
        }
#pragma omp task depend(out : out)
        out = 10;
        for (int i = 0; i < 4; i++) {
#pragma omp task depend(in : out) shared(in_sum)
            {
#pragma omp atomic
                in_sum += out;
            }
        }
#pragma omp task depend(inout : out) shared(right)
        {
            if (in_sum != 40)
                right = false;
            out = 11;
        }
    }
    return right && cell[N][N] == 12870 && order == 20 && out == 11;
}

bool test_task_loops(int threads)
{
    int counts[300] = {0};
    long sum = 0;
    bool right = true;

#pragma omp parallel num_threads(threads)
#pragma omp single
    {
#pragma omp taskloop grainsize(7)
        for (int i = 0; i < 300; i++)
            counts[i]++;
#pragma omp taskloop num_tasks(10) reduction(+ : sum)
        for (int i = 0; i < 300; i++)
            sum += counts[i] * i;
    }
    for (int i = 0; i < 300; i++)
        right &= counts[i] == 1;
    return right && sum == 44850;
}

bool test_task_groups(int threads)
{
    int inside = 0, after = 0, total = 0;

#pragma omp parallel num_threads(threads)
#pragma omp single
    {
#pragma omp taskgroup task_reduction(+ : total)
        {
            for (int i = 0; i < 10; i++) {
#pragma omp task shared(inside) in_reduction(+ : total)
                {
                    total += 3;
                    /* Descendants belong to the group too. */
#pragma omp task shared(inside)
                    {
#pragma omp atomic
                        inside++;
                    }
                }
            }
        }
#pragma omp atomic read
        after = inside;
    }
    return after == 10 && total == 30;
}
