/* Litmus tests, many rounds each: outcomes that the memory model forbids do not occur. Store
 * buffering (SC), message passing (release/acquire), load buffering, independent reads of
 * independent writes (SC), write-to-read causality, and Dekker's lock with fences. */
#include "../check.h"

#include <thread>
#include <vector>

namespace
{
constexpr int rounds = 5000;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

/* A slot for each round, so that no two rounds share a line or need a reset. */
struct alignas(64) slot {
    std::atomic<int> x = 0, y = 0;
    int results[4] = {};
};

/* Threads run through the slots as close to each other as they can. */
template <class... Bodies> std::vector<slot> run(Bodies... bodies)
{
    std::vector<slot> slots(rounds);
    std::atomic<int> here = 0;
    auto loop = [&](auto body) {
        here++;
        while (here != int(sizeof...(bodies)))
            std::this_thread::yield();
        for (slot &one : slots)
            body(one);
    };
    std::vector<std::thread> all;
    (all.emplace_back(loop, bodies), ...);
    for (std::thread &one : all)
        one.join();
    return slots;
}

template <class Forbidden> void show(const char *name, std::vector<slot> slots, Forbidden forbidden)
{
    int found = 0;
    for (const slot &one : slots)
        found += forbidden(one.results);
    std::printf("%s: %d of %d forbidden\n", name, found, rounds);
}
} // namespace

int main()
{
    show("store buffering",
         run([](slot &s) { s.x.store(1, seq_cst), s.results[0] = s.y.load(seq_cst); },
             [](slot &s) { s.y.store(1, seq_cst), s.results[1] = s.x.load(seq_cst); }),
         [](const int *r) { return r[0] == 0 && r[1] == 0; });
    show("store buffering with fences",
         run(
             [](slot &s) {
                 s.x.store(1, relaxed);
                 std::atomic_thread_fence(seq_cst);
                 s.results[0] = s.y.load(relaxed);
             },
             [](slot &s) {
                 s.y.store(1, relaxed);
                 std::atomic_thread_fence(seq_cst);
                 s.results[1] = s.x.load(relaxed);
             }),
         [](const int *r) { return r[0] == 0 && r[1] == 0; });
    show("message passing",
         run([](slot &s) { s.x.store(1, relaxed), s.y.store(1, release); },
             [](slot &s) { s.results[0] = s.y.load(acquire), s.results[1] = s.x.load(relaxed); }),
         [](const int *r) { return r[0] == 1 && r[1] == 0; });
    show("load buffering",
         run([](slot &s) { s.results[0] = s.x.load(acquire), s.y.store(1, release); },
             [](slot &s) { s.results[1] = s.y.load(acquire), s.x.store(1, release); }),
         [](const int *r) { return r[0] == 1 && r[1] == 1; });
    show("independent reads",
         run([](slot &s) { s.x.store(1, seq_cst); }, [](slot &s) { s.y.store(1, seq_cst); },
             [](slot &s) { s.results[0] = s.x.load(seq_cst), s.results[1] = s.y.load(seq_cst); },
             [](slot &s) { s.results[2] = s.y.load(seq_cst), s.results[3] = s.x.load(seq_cst); }),
         [](const int *r) { return r[0] == 1 && r[1] == 0 && r[2] == 1 && r[3] == 0; });
    show("causality",
         run([](slot &s) { s.x.store(1, release); },
             [](slot &s) {
                 s.results[0] = s.x.load(acquire);
                 if (s.results[0] == 1)
                     s.y.store(1, release);
             },
             [](slot &s) { s.results[1] = s.y.load(acquire), s.results[2] = s.x.load(relaxed); }),
         [](const int *r) { return r[1] == 1 && r[2] == 0; });
    return check_done();
}
