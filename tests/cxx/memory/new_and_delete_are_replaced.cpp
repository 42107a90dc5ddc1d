/* A program's own operator new and delete serve the library too: strings, threads' states,
 * exceptions' messages; everything that was taken comes back, by the right form. */
#include "../check.h"

#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace
{
std::atomic<long> taken, given, aligned;
} // namespace

void *operator new(size_t size)
{
    taken++;
    if (void *p = std::malloc(size ? size : 1))
        return p;
    throw std::bad_alloc();
}

void *operator new(size_t size, std::align_val_t alignment)
{
    aligned++;
    void *p = nullptr;
    if (posix_memalign(&p, size_t(alignment), size) == 0)
        return p;
    throw std::bad_alloc();
}

void operator delete(void *p) noexcept
{
    given += p != nullptr;
    std::free(p);
}

void operator delete(void *p, size_t) noexcept
{
    ::operator delete(p);
}

void operator delete(void *p, std::align_val_t) noexcept
{
    aligned--;
    std::free(p);
}

int main()
{
    long before = taken - given;
    {
        std::vector<std::string> words(100, std::string(50, 'x'));
        std::thread([&] { words.emplace_back(60, 'y'); }).join();
        std::unique_ptr<int[]> array(opaque(new int[10]));
        std::unique_ptr<int> nothrow(opaque(new (std::nothrow) int));
        std::shared_ptr<std::string> shared = std::make_shared<std::string>(100, 'z');
        CHECK(taken - given >= before + 105);
        struct alignas(128) wide {
            char room[128];
        };
        std::vector<wide> over_aligned(3);
        CHECK(aligned == 1 && reinterpret_cast<unsigned long>(&over_aligned[0]) % 128 == 0);
        try {
            throw std::runtime_error(std::string(100, 'm'));
        } catch (const std::exception &) {
        }
    }
    std::printf("%ld left, %ld aligned left\n", taken - given - before, aligned.load());
    return check_done();
}
