/* A function-local static whose constructor throws is tried again by the next caller, also by one
 * that waited in another thread. */
#include "../check.h"

#include <stdexcept>
#include <thread>
#include <vector>

namespace
{
std::atomic<int> attempts, failures, done;

struct stubborn {
    int value;

    stubborn() : value(++attempts)
    {
        std::this_thread::yield();
        if (value < 10)
            throw std::runtime_error("not yet");
    }
    ~stubborn()
    {
        std::printf("destroyed: %d\n", value);
    }
};

int ask()
{
    static stubborn object;
    return object.value;
}

void body()
{
    for (;;) {
        try {
            CHECK(ask() == 10);
            done++;
            return;
        } catch (const std::runtime_error &) {
            failures++;
        }
    }
}
} // namespace

int main()
{
    std::vector<std::thread> all;
    for (int i = 0; i < 16; i++)
        all.emplace_back(body);
    for (std::thread &one : all)
        one.join();
    std::printf("%d attempts, %d failures, %d done\n", attempts.load(), failures.load(),
                done.load());
    return check_done();
}
