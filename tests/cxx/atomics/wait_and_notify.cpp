/* atomic::wait returns when the value has changed and somebody notifies, for objects of 1, 4, 8 and
 * 3 bytes, flags and pointers; notify_one lets nobody sleep for ever; waiters of many objects that
 * share a slot of the library's table do not take each other's wake-ups. */
#include "../check.h"

#include <deque>
#include <thread>
#include <vector>

namespace
{
struct three {
    char all[3];
};

template <class T> void ping_pong(const char *name, T first, T second)
{
    std::atomic<T> word(first);
    int turns = 0;
    std::thread other([&] {
        for (int i = 0; i < 150; i++) {
            word.wait(first);
            turns++;
            word.store(first);
            word.notify_one();
        }
    });
    for (int i = 0; i < 150; i++) {
        word.store(second);
        word.notify_one();
        word.wait(second);
    }
    other.join();
    std::printf("%s: %d turns\n", name, turns);
}
} // namespace

int main()
{
    static int objects[2];
    ping_pong<bool>("bool", false, true);
    ping_pong<short>("short", 1, 2);
    ping_pong<int>("int", 1, 2);
    ping_pong<long>("long", 1, 1L + (1L << 32)); /* differ in the upper half only */
    ping_pong<int *>("pointer", &objects[0], &objects[1]);
    ping_pong<three>("three bytes", {{1, 2, 3}}, {{1, 2, 4}});

    std::atomic_flag flag = ATOMIC_FLAG_INIT;
    std::atomic<int> woken = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < 16; i++)
        all.emplace_back([&] {
            flag.wait(false);
            woken++;
        });
    flag.test_and_set();
    flag.notify_all();
    for (std::thread &one : all)
        one.join();
    all.clear();
    std::printf("flag: %d woken\n", woken.load());

    std::deque<std::atomic<char>> many(200);
    for (auto &one : many)
        all.emplace_back([&] { one.wait(0); });
    for (auto &one : many) {
        one = 1;
        one.notify_one();
    }
    for (std::thread &one : all)
        one.join();
    all.clear();

    std::atomic<unsigned> next = 0; /* each waits for its turn */
    for (unsigned i = 0; i < 32; i++)
        all.emplace_back([&, i] {
            for (unsigned now; (now = next.load()) != i;)
                next.wait(now);
            next++;
            next.notify_all();
        });
    for (std::thread &one : all)
        one.join();
    std::printf("%u in turn\n", next.load());
    return check_done();
}
