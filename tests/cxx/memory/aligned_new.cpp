/* operator new with alignments from 1 to 1 MiB, of many sizes, by many threads: aligned, not
 * overlapping, given back by another thread. */
#include "../check.h"

#include <memory>
#include <new>
#include <thread>
#include <vector>

namespace
{
struct piece {
    unsigned char *memory;
    size_t size, alignment;
    unsigned char mark;
};

struct alignas(4096) page {
    char bytes[4096];
};

std::vector<piece> make(int seed)
{
    std::vector<piece> all;
    for (size_t alignment = 1; alignment <= 1 << 20; alignment *= 2)
        for (size_t size : {1, 24, 100, 5000}) {
            auto mark = static_cast<unsigned char>(all.size() * 8 + seed);
            auto memory =
                static_cast<unsigned char *>(::operator new(size, std::align_val_t(alignment)));
            CHECK(reinterpret_cast<unsigned long>(memory) % alignment == 0);
            std::memset(memory, mark, size);
            all.push_back({memory, size, alignment, mark});
        }
    return all;
}
} // namespace

int main()
{
    std::vector<std::vector<piece>> made(4);
    std::vector<std::thread> all;
    for (int t = 0; t < 4; t++)
        all.emplace_back([&made, t] { made[t] = make(t); });
    for (std::thread &one : all)
        one.join();
    all.clear();
    for (int t = 0; t < 4; t++)
        all.emplace_back([&made, t] {
            for (piece &one : made[(t + 1) % 4]) {
                CHECK(one.memory[0] == one.mark && one.memory[one.size - 1] == one.mark);
                ::operator delete(one.memory, std::align_val_t(one.alignment));
            }
        });
    for (std::thread &one : all)
        one.join();
    auto pages = std::make_unique<page[]>(5);
    CHECK(reinterpret_cast<unsigned long>(pages.get()) % 4096 == 0);
    auto shared = std::make_shared<page>();
    CHECK(reinterpret_cast<unsigned long>(shared.get()) % 4096 == 0);
    std::printf("%zu pieces of each thread\n", made[0].size());
    CHECK(reinterpret_cast<unsigned long>(new (std::align_val_t(64)) char) % 64 == 0);
    return check_done();
}
