/* C and C++ pass each other structures in registers and in memory, vectors, __int128, long double,
 * complex numbers, variable arguments, callbacks and thread-local objects: the ABI is one. */
#include "../check.h"

#include <complex>
#include <cstdarg>
#include <thread>

#include "c_and_cpp_share_types.parts/shared.h"

int cpp_counter = 5;
constinit thread_local long cpp_own = 10;

double cpp_sum(int count, ...)
{
    va_list list;
    double sum = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++)
        sum += i % 2 ? va_arg(list, double) : va_arg(list, int);
    va_end(list);
    return sum;
}

struct mixed cpp_mixed(struct mixed value)
{
    return {value.number * 2, value.real / 2};
}

namespace
{
struct state {
    int calls = 0;
    virtual void call(int value)
    {
        calls += value;
    }
    virtual ~state() = default;
};
} // namespace

int main()
{
    struct mixed m = c_mixed({21, 1.5});
    struct large l = c_large({{1, 2, 3, 4, 5}});
    std::printf("%ld %.2f %ld\n", m.number, m.real, l.words[4]);
    __int128 wide = c_wide((__int128(1) << 100) + 7);
    std::printf("%ld %ld %.3Lf\n", long(wide >> 64), long(wide), c_long_double(2.0L));
    struct floats f = c_floats({1, 2, 3});
    std::printf("%.1f %.1f %.1f %.2f\n", f.x, f.y, f.z, c_calls_sum());
    std::complex<double> z(1, 2);
    c_square(reinterpret_cast<double _Complex *>(&z));
    std::printf("%.1f %.1f\n", z.real(), z.imag());
    state object;
    c_call_back([](void *self, int value) { static_cast<state *>(self)->call(value); }, &object,
                10);
    std::printf("%d calls\n", object.calls);
    std::printf("bits %u %d %u, enumeration %d, bool %d\n", c_bits().a, c_bits().b, c_bits().c,
                c_next(SECOND), c_negate(false));

    long in_thread = 0;
    std::thread([&] {
        cpp_own = 100;
        in_thread = c_reads_own();
    }).join();
    std::printf("thread-local %ld %ld, counter %d\n", in_thread, c_reads_own(), cpp_counter);
    return check_done();
}
