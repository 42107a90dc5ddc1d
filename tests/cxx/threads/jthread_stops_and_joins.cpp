/* build: -fexperimental-library */
/* jthread asks its thread to stop and joins; stop callbacks run once, in the thread that asks or at
 * once; a wait on condition_variable_any ends by the request. */
#include "../check.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

int main()
{
    std::mutex lock;
    std::condition_variable_any wake;
    int ended = 0;
    {
        std::jthread waiting[4];
        for (std::jthread &one : waiting)
            one = std::jthread([&](std::stop_token stop) {
                std::unique_lock held(lock);
                CHECK(!wake.wait(held, stop, [] { return false; }));
                ended++;
            });
    }
    std::printf("%d waits ended by the request\n", ended);

    std::stop_source source;
    std::thread::id asker, runner;
    std::stop_callback registered(source.get_token(), [&] { runner = std::this_thread::get_id(); });
    std::thread([&] {
        asker = std::this_thread::get_id();
        CHECK(source.request_stop() && !source.request_stop());
    }).join();
    CHECK(runner == asker);
    bool at_once = false;
    std::stop_callback late(source.get_token(), [&] { at_once = true; });
    CHECK(at_once);

    /* A callback that is deregistered while it runs in another thread: the destructor waits. */
    for (int round = 0; round < 10; round++) {
        std::stop_source one;
        std::atomic<bool> begun = false, over = false;
        std::optional<std::jthread> asking;
        {
            auto slow = [&] {
                begun = true;
                std::this_thread::yield();
                over = true;
            };
            std::stop_callback<decltype(slow)> callback(one.get_token(), slow);
            asking.emplace([&] { one.request_stop(); });
            while (!begun)
                std::this_thread::yield();
        }
        CHECK(over);
    }
    std::stop_token none;
    CHECK(!none.stop_possible() && !none.stop_requested());
    return check_done();
}
