/* Sixty function-local statics that 16 threads reach at once: each is made once, nobody sees
 * one half-made, and all are destroyed at the end, the last made first. */
#include "../check.h"

#include <barrier>
#include <thread>
#include <utility>
#include <vector>

namespace
{
constexpr int statics = 60, threads = 16;
std::atomic<int> made, destroyed;

template <int N> struct slow {
    int number = 0, stamp;

    slow()
    {
        if (N % 10 == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        stamp = made++;
        number = N + 1;
    }
    ~slow()
    {
        if (++destroyed == statics)
            std::puts("all destroyed");
        CHECK(stamp == statics - destroyed);
    }
};

template <int N> int ask()
{
    static slow<N> object;
    return object.number;
}

template <int... N> void ask_all(std::barrier<> *meet, std::integer_sequence<int, N...>)
{
    long sum = 0;
    ((meet->arrive_and_wait(), sum += ask<N>()), ...);
    CHECK(sum == statics * (statics + 1) / 2);
}
} // namespace

int main()
{
    std::barrier<> meet(threads);
    std::vector<std::thread> all;
    for (int i = 0; i < threads; i++)
        all.emplace_back([&] { ask_all(&meet, std::make_integer_sequence<int, statics>()); });
    for (std::thread &one : all)
        one.join();
    std::printf("%d made\n", made.load());
    return check_done();
}
