/* An exception object that several threads rethrow at once is one object; it lives until the last
 * exception_ptr and the last handler have let go of it. */
#include "../check.h"

#include <exception>
#include <thread>
#include <vector>

namespace
{
std::atomic<int> alive, most, copies;

struct tracked {
    std::atomic<int> touched = 0;

    tracked()
    {
        most = ++alive;
    }
    tracked(const tracked &) : touched(0)
    {
        copies++;
        most = ++alive;
    }
    ~tracked()
    {
        alive--;
    }
};

std::exception_ptr capture()
{
    try {
        throw tracked();
    } catch (...) {
        return std::current_exception();
    }
}
} // namespace

int main()
{
    for (int round = 0; round < 50; round++) {
        /* Not by std::async: its thread may keep a copy for a moment after the future is ready. */
        std::exception_ptr captured;
        std::thread([&] { captured = capture(); }).join();
        std::vector<std::thread> all;
        std::atomic<tracked *> seen = nullptr;
        for (int i = 0; i < 8; i++)
            all.emplace_back([own = captured, &seen] {
                for (int j = 0; j < 10; j++) {
                    try {
                        std::rethrow_exception(own);
                    } catch (tracked &object) {
                        tracked *before = seen.exchange(&object);
                        CHECK(before == nullptr || before == &object);
                        object.touched++;
                    }
                }
            });
        captured = nullptr;
        for (std::thread &one : all)
            one.join();
        CHECK(alive == 0); /* each thread has let go of its own closure */
    }
    std::printf("%d copies, at most %d alive, %d left\n", copies.load(), most.load(), alive.load());

    std::exception_ptr made = std::make_exception_ptr(42);
    CHECK_THROWS(int, std::rethrow_exception(made));
    CHECK(made != nullptr && made == std::exception_ptr(made));
    return check_done();
}
