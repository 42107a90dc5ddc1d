/* Sixteen threads throw and catch at once: each has its own stack of caught exceptions, and the
 * tables of frames that all search are not disturbed. */
#include "../check.h"

#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace
{
constexpr int threads = 16, rounds = 200, depth = 20;
std::atomic<long> destroyed, caught;

struct counted {
    ~counted()
    {
        destroyed++;
    }
};

[[gnu::noinline]] void descend(int left, int id)
{
    counted here;
    if (left == 1)
        throw std::out_of_range(std::to_string(id));
    descend(left - 1, id);
}

void body(int id)
{
    for (int round = 0; round < rounds; round++) {
        try {
            descend(depth, id);
        } catch (const std::logic_error &error) {
            /* another one while this one is being handled */
            try {
                descend(2, id + 1000);
            } catch (const std::out_of_range &inner) {
                CHECK(std::stoi(inner.what()) == id + 1000);
            }
            CHECK(std::stoi(error.what()) == id);
            caught++;
        }
        CHECK(std::current_exception() == nullptr && std::uncaught_exceptions() == 0);
    }
}
} // namespace

int main()
{
    std::vector<std::thread> all;
    for (int id = 0; id < threads; id++)
        all.emplace_back(body, id);
    for (std::thread &one : all)
        one.join();
    std::printf("%ld caught, %ld destroyed\n", caught.load(), destroyed.load());
    CHECK(destroyed == 1L * threads * rounds * (depth + 2));
    return check_done();
}
