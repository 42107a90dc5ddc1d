/* test: cpus=1,4 mem=2G */
/* 8 MiB of thread-local storage, a part of it aligned to 4096, in 64 threads at once: zero or as
 * initialised, each its own, where it should be. */
#include "../check.h"

#include <latch>
#include <thread>
#include <vector>

namespace
{
constexpr int threads = 64;
constexpr size_t size = 8 << 20;

thread_local char large[size];
alignas(4096) thread_local struct {
    long words[512] = {11, 22};
} page;
alignas(64) thread_local int line = 7;
thread_local unsigned char odd[3] = {1, 2, 3};

bool aligned(const void *p, unsigned long to)
{
    return reinterpret_cast<unsigned long>(opaque(p)) % to == 0;
}

void body(std::latch *all, int id)
{
    CHECK(aligned(&page, 4096) && aligned(&line, 64));
    CHECK(page.words[0] == 11 && page.words[1] == 22 && page.words[511] == 0);
    CHECK(line == 7 && odd[2] == 3);
    for (size_t at = 0; at < size; at += 1 << 20)
        CHECK(large[at] == 0);
    for (size_t at = 0; at < size; at += 1 << 20)
        large[at] = char(id);
    large[size - 1] = char(id);
    page.words[511] = line = id;
    all->arrive_and_wait();
    for (size_t at = 0; at < size; at += 1 << 20)
        CHECK(large[at] == char(id));
    CHECK(large[size - 1] == char(id) && page.words[511] == id && line == id);
}
} // namespace

int main()
{
    std::latch all(threads + 1);
    std::vector<std::thread> list;
    for (int id = 1; id <= threads; id++)
        list.emplace_back(body, &all, id);
    body(&all, 100);
    for (std::thread &one : list)
        one.join();
    std::printf("%d threads with %zu MiB each\n", threads, size >> 20);
    return check_done();
}
