/* build: -latomic */
/* Atomic objects of every size from 1 to 16 bytes, lock-free or not: no read sees halves of two
 * writes, no increment by four threads is lost, compare_exchange compares all bytes. The latter two
 * for powers of two: Clang 19 pads others, and leaves what is in the padding to chance. */
#include "../check.h"

#include <bit>
#include <thread>
#include <utility>
#include <vector>

namespace
{
template <size_t Size> struct bytes {
    unsigned char all[Size];
};

/* All bytes equal, so that a torn read shows. */
template <size_t Size> bytes<Size> filled(unsigned char value)
{
    bytes<Size> result;
    std::memset(&result, value, Size);
    return result;
}

template <size_t Size> bool whole(const bytes<Size> &seen)
{
    for (unsigned char byte : seen.all)
        if (byte != seen.all[0])
            return false;
    return true;
}

template <size_t Size> void try_size()
{
    std::atomic<bytes<Size>> shared(filled<Size>(0));
    std::atomic<int> torn = 0;
    std::vector<std::thread> all;
    for (int t = 0; t < 4; t++)
        all.emplace_back([&] {
            for (int round = 0; round < 64; round++) {
                bytes<Size> old = shared.load(), next;
                torn += !whole(old);
                if constexpr (std::has_single_bit(Size)) {
                    do
                        next = filled<Size>(old.all[0] + 1);
                    while (!shared.compare_exchange_weak(old, next));
                } else {
                    torn += !whole(shared.exchange(filled<Size>(round)));
                }
            }
        });
    for (std::thread &one : all)
        one.join();
    bytes<Size> end = shared.exchange(filled<Size>(9));
    if constexpr (std::has_single_bit(Size)) {
        bytes<Size> wrong = filled<Size>(9);
        wrong.all[Size - 1] = 8;
        CHECK(!shared.compare_exchange_strong(wrong, filled<Size>(1)) && wrong.all[Size - 1] == 9);
        CHECK(shared.compare_exchange_strong(wrong, filled<Size>(1)));
        CHECK(end.all[0] == 0); /* 256 increments */
    } else {
        CHECK(whole(end));
    }
    shared.store(filled<Size>(2), std::memory_order_release);
    CHECK(whole(shared.load(std::memory_order_acquire)));
    std::printf("%zu bytes: %d torn\n", Size, torn.load());
}

template <class Number> void count(const char *name)
{
    std::atomic<Number> sum = 0, bits = 0;
    std::vector<std::thread> all;
    for (int t = 0; t < 4; t++)
        all.emplace_back([&, t] {
            for (int i = 0; i < 1000; i++) {
                sum.fetch_add(3);
                sum.fetch_sub(1);
                bits.fetch_xor(Number(1) << t);
                bits.fetch_or(Number(1) << (t + 4));
            }
        });
    for (std::thread &one : all)
        one.join();
    std::printf("%s: %d %d\n", name, int(sum.load()), int(bits.load()));
}

template <size_t... Size> void try_all(std::index_sequence<Size...>)
{
    (try_size<Size + 1>(), ...);
}
} // namespace

int main()
{
    try_all(std::make_index_sequence<16>());
    count<unsigned char>("char");
    count<short>("short");
    count<int>("int");
    count<long>("long");
    count<unsigned __int128>("__int128");

    std::atomic<double> real = 0;
    std::vector<std::thread> all;
    for (int t = 0; t < 4; t++)
        all.emplace_back([&] {
            for (int i = 0; i < 1000; i++)
                real.fetch_add(0.5);
        });
    for (std::thread &one : all)
        one.join();
    std::printf("double: %.1f\n", real.load());
    return check_done();
}
