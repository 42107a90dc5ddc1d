/* atomic_ref makes plain objects atomic for a while: elements of arrays, members of structures,
 * floating-point numbers, objects to wait for. */
#include "../check.h"

#include <thread>
#include <vector>

int main()
{
    struct {
        char before;
        short number;
        alignas(std::atomic_ref<long>::required_alignment) long sum;
        double real;
        int *pointer;
    } plain = {};
    int array[1001] = {};
    std::vector<std::thread> all;
    plain.pointer = array;
    for (int t = 0; t < 4; t++)
        all.emplace_back([&] {
            for (int i = 0; i < 1000; i++) {
                std::atomic_ref(array[i]).fetch_add(i, std::memory_order_relaxed);
                std::atomic_ref(plain.sum) += i;
                std::atomic_ref(plain.number).fetch_add(1);
                std::atomic_ref<double> real(plain.real);
                for (double old = real.load(); !real.compare_exchange_weak(old, old + 0.25);)
                    ;
            }
            for (int i = 0; i < 250; i++)
                std::atomic_ref(plain.pointer)++;
        });
    for (std::thread &one : all)
        one.join();
    int right = 0;
    for (int i = 0; i < 1000; i++)
        right += array[i] == 4 * i;
    std::printf("%d elements, sum %ld, %d, %.2f, pointer %td\n", right, plain.sum, plain.number,
                plain.real, plain.pointer - array);
    CHECK(plain.before == 0);

    int state = 0;
    std::thread waits([&] { std::atomic_ref(state).wait(0); });
    std::atomic_ref(state).store(1);
    std::atomic_ref(state).notify_all();
    waits.join();
    return check_done();
}
