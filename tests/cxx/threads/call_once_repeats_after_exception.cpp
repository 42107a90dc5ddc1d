/* call_once: the routine that throws leaves the flag as it was, and the next caller, who may have
 * waited, tries again; when one has returned, nobody does, and all see what it wrote. */
#include "../check.h"

#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

int main()
{
    for (int round = 0; round < 20; round++) {
        std::once_flag flag;
        std::atomic<int> attempts = 0, failures = 0;
        int written = 0;
        std::vector<std::thread> all;
        for (int i = 0; i < 16; i++)
            all.emplace_back([&] {
                for (;;) {
                    try {
                        std::call_once(
                            flag,
                            [&](int value) {
                                if (++attempts < 5)
                                    throw std::runtime_error("again");
                                std::this_thread::yield();
                                written = value;
                            },
                            42);
                        break;
                    } catch (const std::runtime_error &) {
                        failures++;
                    }
                }
                CHECK(written == 42);
            });
        for (std::thread &one : all)
            one.join();
        CHECK(attempts == 5 && failures == 4);
    }
    return check_done();
}
