/* A bounded queue with many producers and consumers loses and doubles nothing; timed waits end in
 * time and not before; notify_all_at_thread_exit notifies when the thread is through. */
#include "../check.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace
{
class queue
{
  public:
    void put(int value)
    {
        std::unique_lock held(lock);
        not_full.wait(held, [this] { return items.size() < 4; });
        items.push_back(value);
        not_empty.notify_one();
    }
    int take()
    {
        std::unique_lock held(lock);
        not_empty.wait(held, [this] { return !items.empty(); });
        int value = items.front();
        items.pop_front();
        not_full.notify_one();
        return value;
    }

  private:
    std::mutex lock;
    std::condition_variable not_empty, not_full;
    std::deque<int> items;
};

struct marker {
    bool *gone = nullptr;
    ~marker()
    {
        if (gone != nullptr)
            *gone = true;
    }
};
thread_local marker own;
} // namespace

int main()
{
    using namespace std::chrono_literals;
    constexpr int producers = 4, consumers = 4, each = 300;
    queue between;
    std::vector<std::thread> all;
    std::atomic<int> seen[producers * each];
    for (int p = 0; p < producers; p++)
        all.emplace_back([&, p] {
            for (int i = 0; i < each; i++)
                between.put(p * each + i);
        });
    for (int c = 0; c < consumers; c++)
        all.emplace_back([&] {
            for (int i = 0; i < each; i++)
                seen[between.take()]++;
        });
    for (std::thread &one : all)
        one.join();
    int once = 0;
    for (auto &count : seen)
        once += count == 1;
    std::printf("%d taken once\n", once);

    std::mutex lock;
    std::condition_variable wake;
    std::unique_lock held(lock);
    auto begin = std::chrono::steady_clock::now();
    CHECK(!wake.wait_for(held, 20ms, [] { return false; }));
    CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
    auto until = std::chrono::system_clock::now() + 20ms;
    while (wake.wait_until(held, until) == std::cv_status::no_timeout)
        ;
    CHECK(std::chrono::system_clock::now() >= until && held.owns_lock());
    CHECK(wake.wait_until(held, std::chrono::steady_clock::now() - 1s) == std::cv_status::timeout);

    bool ready = false, gone = false;
    std::thread([&] {
        own.gone = &gone;
        std::unique_lock inner(lock); /* main waits below */
        ready = true;
        std::notify_all_at_thread_exit(wake, std::move(inner));
    }).detach();
    wake.wait(held, [&] { return ready; });
    CHECK(gone);
    return check_done();
}
