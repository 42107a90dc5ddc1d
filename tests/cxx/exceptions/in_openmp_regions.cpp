/* build: -fopenmp */
/* Exceptions are thrown and caught inside parallel regions, loops, critical sections and tasks;
 * one is carried out of a region by exception_ptr. */
#include "../check.h"

#include <exception>
#include <omp.h>
#include <stdexcept>
#include <string>

namespace
{
[[gnu::noinline]] int descend(int left, int value)
{
    std::string here(40, 'x');
    if (left == 0)
        throw value;
    return descend(left - 1, value) + int(here.size());
}

int thrown_and_caught(int value)
{
    try {
        return descend(20, value);
    } catch (int caught) {
        return caught;
    }
}
} // namespace

int main()
{
    long sum = 0;
#pragma omp parallel for num_threads(4) reduction(+ : sum) schedule(dynamic)
    for (int i = 0; i < 800; i++)
        sum += thrown_and_caught(i);
    std::printf("loop: %ld\n", sum);

    sum = 0;
#pragma omp parallel num_threads(4)
#pragma omp single
    for (int i = 0; i < 200; i++) {
#pragma omp task firstprivate(i) shared(sum)
        {
            int value = thrown_and_caught(i);
#pragma omp atomic
            sum += value;
        }
    }
    std::printf("tasks: %ld\n", sum);

    int inside = 0;
#pragma omp parallel num_threads(4)
    {
        try {
#pragma omp critical
            {
                try {
                    inside++;
                    descend(3, 1);
                } catch (int) {
                    inside += 10;
                }
            }
            throw std::logic_error("after the critical section");
        } catch (const std::exception &) {
#pragma omp atomic
            inside += 100;
        }
    }
    std::printf("critical: %d\n", inside);

    std::exception_ptr first;
#pragma omp parallel for num_threads(4)
    for (int i = 0; i < 100; i++) {
        try {
            if (i == 57)
                throw std::runtime_error("iteration " + std::to_string(i));
        } catch (...) {
#pragma omp critical
            first = std::current_exception();
        }
    }
    try {
        std::rethrow_exception(first);
    } catch (const std::runtime_error &error) {
        std::printf("carried out: %s\n", error.what());
    }
    return check_done();
}
