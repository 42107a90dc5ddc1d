/* test: cpus=1,4 mem=1G */
/* Three hundred threads at once and as many one after another; arguments are copied, moved and
 * passed by reference; errors of join and detach have their codes. Not tried: a thread that joins
 * itself, which glibc refuses and musl does not. */
#include "../check.h"

#include <functional>
#include <latch>
#include <memory>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

namespace
{
template <class Body> std::errc code_of(Body body)
{
    try {
        body();
    } catch (const std::system_error &error) {
        return std::errc(error.code().value());
    }
    return std::errc();
}
} // namespace

int main()
{
    constexpr int many = 300;
    std::latch here(many + 1);
    std::vector<std::thread> all;
    std::set<std::thread::id> ids;
    for (int i = 0; i < many; i++) {
        all.emplace_back([&] { here.arrive_and_wait(); });
        ids.insert(all.back().get_id());
    }
    ids.insert(std::this_thread::get_id());
    here.arrive_and_wait();
    for (std::thread &one : all)
        one.join();
    std::printf("%zu ids\n", ids.size());

    long sum = 0;
    for (int i = 0; i < 300; i++) {
        auto owned = std::make_unique<int>(i);
        std::thread([](std::unique_ptr<int> value, long &to) { to += *value; }, std::move(owned),
                    std::ref(sum))
            .join();
    }
    std::printf("sum %ld\n", sum);

    std::thread none, one([] {});
    CHECK(code_of([&] { none.join(); }) == std::errc::invalid_argument);
    CHECK(code_of([&] { none.detach(); }) == std::errc::invalid_argument);
    std::thread moved = std::move(one);
    CHECK(!one.joinable() && moved.joinable());
    moved.join();
    CHECK(std::thread::id() == moved.get_id());
    return check_done();
}
