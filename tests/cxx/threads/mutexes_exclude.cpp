/* shared_mutex, shared_timed_mutex, timed_mutex, recursive_mutex and scoped_lock under contention:
 * writers alone, readers together, time-outs in time, several mutexes without deadlock. */
#include "../check.h"

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace
{
template <class Mutex> void readers_and_writers()
{
    Mutex lock;
    std::atomic<int> readers = 0, writers = 0, together = 0;
    long first = 0, second = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < 4; i++) {
        all.emplace_back([&] {
            for (int round = 0; round < 200; round++) {
                std::unique_lock held(lock);
                CHECK(++writers == 1 && readers == 0);
                first++;
                second++;
                writers--;
            }
        });
        all.emplace_back([&] {
            for (int round = 0; round < 200; round++) {
                std::shared_lock held(lock);
                if (++readers > 1)
                    together++;
                CHECK(writers == 0 && first == second);
                readers--;
            }
        });
    }
    for (std::thread &one : all)
        one.join();
    /* Two readers at once, for sure: the second does not wait for the first. */
    std::shared_lock held(lock);
    bool taken = false;
    std::thread([&] {
        std::shared_lock inner(lock);
        taken = !lock.try_lock();
    }).join();
    std::printf("%ld writes, readers together: %d\n", first, taken);
}

template <class Mutex> void times_out()
{
    Mutex lock;
    std::unique_lock held(lock);
    std::thread([&] {
        auto begin = std::chrono::steady_clock::now();
        CHECK(!lock.try_lock_for(10ms));
        CHECK(std::chrono::steady_clock::now() - begin >= 10ms);
        CHECK(!lock.try_lock_until(std::chrono::system_clock::now() + 10ms));
        CHECK(!lock.try_lock());
    }).join();
    std::thread waits([&] {
        CHECK(lock.try_lock_for(60s));
        lock.unlock();
    });
    std::this_thread::sleep_for(2ms);
    held.unlock();
    waits.join();
}
} // namespace

int main()
{
    readers_and_writers<std::shared_mutex>();
    readers_and_writers<std::shared_timed_mutex>();
    times_out<std::timed_mutex>();
    times_out<std::recursive_timed_mutex>();
    times_out<std::shared_timed_mutex>();

    std::recursive_mutex again;
    for (int i = 0; i < 100; i++)
        again.lock();
    std::thread([&] { CHECK(!again.try_lock()); }).join();
    for (int i = 0; i < 100; i++)
        again.unlock();
    std::thread([&] { CHECK(again.try_lock()), again.unlock(); }).join();

    std::mutex locks[3];
    long counts[3] = {};
    std::vector<std::thread> all;
    for (int i = 0; i < 6; i++)
        all.emplace_back([&, i] {
            int a = i % 3, b = (i + 1 + i / 3) % 3, c = 3 - a - b;
            for (int round = 0; round < 100; round++) {
                std::scoped_lock held(locks[a], locks[b], locks[c]);
                for (long &count : counts)
                    count++;
            }
        });
    for (std::thread &one : all)
        one.join();
    std::printf("three at once: %ld %ld %ld\n", counts[0], counts[1], counts[2]);

    std::mutex plain;
    std::unique_lock<std::mutex> none;
    try {
        none.lock();
    } catch (const std::system_error &error) {
        CHECK(error.code() == std::errc::operation_not_permitted);
    }
    std::unique_lock held(plain);
    try {
        held.lock();
    } catch (const std::system_error &error) {
        CHECK(error.code() == std::errc::resource_deadlock_would_occur);
    }
    return check_done();
}
