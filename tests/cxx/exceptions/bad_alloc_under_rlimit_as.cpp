/* When RLIMIT_AS leaves no memory, `new` throws bad_alloc, from every thread: the exception itself
 * needs no memory that is not there. When some is given back, all goes on. One thread at a time:
 * libc++abi keeps 512 bytes for such exceptions, too few for four at once. */
#include "../check.h"

#include <mutex>
#include <new>
#include <sys/mman.h>
#include <sys/resource.h>
#include <thread>
#include <vector>

namespace
{
constexpr size_t piece = 1 << 20;

struct node {
    node *next;
    char rest[piece - sizeof(node *)];
};

/* Takes memory until there is none; gives all back. Returns whether bad_alloc was the end. */
bool exhaust()
{
    static std::mutex turn;
    std::lock_guard<std::mutex> mine(turn);
    node *list = nullptr;
    bool ended = false;
    try {
        for (int i = 0; i < 4096; i++) {
            node *fresh = new node;
            fresh->next = list;
            list = fresh;
        }
    } catch (const std::bad_alloc &) {
        ended = true;
    }
    while (list != nullptr)
        delete std::exchange(list, list->next);
    return ended;
}
} // namespace

int main()
{
    struct rlimit limit = {}, before;
    REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
    std::vector<std::thread> all;
    std::atomic<int> ready = 0, go = 0, ended = 0;
    for (int i = 0; i < 4; i++)
        all.emplace_back([&] {
            ready++;
            while (go == 0)
                std::this_thread::yield();
            for (int round = 0; round < 3; round++)
                ended += exhaust();
        });
    while (ready != 4)
        std::this_thread::yield();

    /* What is mapped now and some more; Linux counts reservations, too. */
    unsigned long pages = 0;
    std::FILE *statm = std::fopen("/proc/self/statm", "r");
    REQUIRE(statm != nullptr && std::fscanf(statm, "%lu", &pages) == 1);
    std::fclose(statm);
    limit.rlim_cur = pages * 4096 + (200ul << 20);
    limit.rlim_max = before.rlim_max;
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0);
    go = 1;
    for (std::thread &one : all)
        one.join();
    std::printf("%d times at the limit\n", ended.load());
    CHECK(exhaust());

    REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
    void *large = mmap(nullptr, 1ul << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(large != MAP_FAILED);
    return check_done();
}
