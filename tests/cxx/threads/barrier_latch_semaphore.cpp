/* Phases of a barrier whose completion function runs once for each, with threads that drop out; a
 * latch that many wait for; semaphores that let in so many and no more. */
#include "../check.h"

#include <barrier>
#include <latch>
#include <semaphore>
#include <thread>
#include <vector>

int main()
{
    constexpr int threads = 8, phases = 40;
    int completed = 0, arrived = 0;
    std::atomic<int> count = 0;
    auto complete = [&]() noexcept {
        completed++;
        arrived += count.exchange(0);
    };
    std::barrier meet(threads, complete);
    std::vector<std::thread> all;
    for (int i = 0; i < threads; i++)
        all.emplace_back([&, i] {
            for (int phase = 0; phase < phases; phase++) {
                CHECK(completed == phase); /* ordered by the barrier alone */
                count++;
                if (i == 0 && phase == phases / 2) {
                    meet.arrive_and_drop();
                    return;
                }
                if (i % 2 == 0)
                    meet.arrive_and_wait();
                else
                    meet.wait(meet.arrive());
            }
        });
    for (std::thread &one : all)
        one.join();
    std::printf("%d phases, %d arrivals\n", completed, arrived);
    all.clear();

    std::latch down(threads);
    int before = 0;
    std::thread waits([&] {
        down.wait();
        CHECK(before == 1);
    });
    before = 1;
    for (int i = 0; i < threads; i++)
        all.emplace_back([&] { down.count_down(); });
    for (std::thread &one : all)
        one.join();
    waits.join();
    CHECK(down.try_wait());
    all.clear();

    std::counting_semaphore<3> three(3);
    std::atomic<int> inside = 0, most = 0;
    for (int i = 0; i < threads; i++)
        all.emplace_back([&] {
            for (int round = 0; round < 40; round++) {
                three.acquire();
                int now = ++inside;
                for (int old = most; old < now && !most.compare_exchange_weak(old, now);)
                    ;
                inside--;
                three.release();
            }
        });
    for (std::thread &one : all)
        one.join();
    CHECK(most <= 3 && most >= 1);
    CHECK(three.try_acquire() && three.try_acquire() && three.try_acquire());
    CHECK(!three.try_acquire() && !three.try_acquire_for(std::chrono::milliseconds(5)));

    std::binary_semaphore ping(0), pong(0);
    int turns = 0;
    std::thread other([&] {
        for (int i = 0; i < 200; i++) {
            ping.acquire();
            turns++;
            pong.release();
        }
    });
    for (int i = 0; i < 200; i++) {
        CHECK(turns == i);
        ping.release();
        pong.acquire();
    }
    other.join();
    std::printf("%d turns\n", turns);
    return check_done();
}
