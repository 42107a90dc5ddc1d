/* async, promise, packaged_task and shared_future: values, references and exceptions arrive; what
 * is broken or used twice says so by its code. */
#include "../check.h"

#include <future>
#include <string>
#include <thread>
#include <vector>

namespace
{
long fibonacci(int n)
{
    if (n < 2)
        return n;
    if (n < 14)
        return fibonacci(n - 1) + fibonacci(n - 2);
    auto other = std::async(std::launch::async, fibonacci, n - 1);
    return fibonacci(n - 2) + other.get();
}

template <class Body> const char *code_of(Body body)
{
    try {
        body();
    } catch (const std::future_error &error) {
        if (error.code() == std::future_errc::broken_promise)
            return "broken_promise";
        if (error.code() == std::future_errc::promise_already_satisfied)
            return "promise_already_satisfied";
        if (error.code() == std::future_errc::future_already_retrieved)
            return "future_already_retrieved";
        return "no_state";
    }
    return "none";
}

struct at_end {
    bool *seen = nullptr;
    ~at_end()
    {
        if (seen != nullptr)
            *seen = true;
    }
};
thread_local at_end marker;
} // namespace

int main()
{
    std::printf("fibonacci: %ld\n", fibonacci(18));

    std::thread::id self = std::this_thread::get_id();
    auto lazy =
        std::async(std::launch::deferred, [&] { return std::this_thread::get_id() == self; });
    CHECK(lazy.wait_for(std::chrono::seconds(0)) == std::future_status::deferred && lazy.get());

    auto failing = std::async(std::launch::async, [] { throw std::string("thrown in a task"); });
    try {
        failing.get();
    } catch (const std::string &text) {
        std::printf("%s\n", text.c_str());
    }

    std::promise<int> promise;
    std::shared_future<int> shared = promise.get_future().share();
    std::vector<std::future<int>> all;
    for (int i = 0; i < 8; i++)
        all.push_back(std::async(std::launch::async, [shared, i] { return shared.get() + i; }));
    CHECK(shared.wait_for(std::chrono::milliseconds(1)) == std::future_status::timeout);
    promise.set_value(100);
    int sum = 0;
    for (auto &one : all)
        sum += one.get();
    std::printf("shared: %d\n", sum);

    std::packaged_task<int(int)> task([](int x) { return x / opaque(2); });
    auto result = task.get_future();
    std::thread(std::move(task), 42).join();
    std::printf("packaged: %d\n", result.get());

    std::promise<int> late;
    auto of_thread = late.get_future();
    bool destroyed = false;
    std::thread sets([&] {
        marker.seen = &destroyed;
        late.set_value_at_thread_exit(5);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    });
    int value = of_thread.get();
    CHECK(destroyed); /* thread_local objects went first */
    sets.join();
    std::printf("at thread exit: %d\n", value);

    std::future<int> orphan;
    {
        std::promise<int> dies;
        orphan = dies.get_future();
    }
    std::printf("%s\n", code_of([&] { orphan.get(); }));
    std::printf("%s\n", code_of([&] { promise.set_value(1); }));
    std::printf("%s\n", code_of([&] { promise.get_future(); }));
    std::promise<int> moved = std::move(promise);
    std::printf("%s\n", code_of([&] { promise.set_value(1); }));
    return check_done();
}
