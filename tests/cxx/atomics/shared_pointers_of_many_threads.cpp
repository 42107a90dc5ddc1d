/* Reference counts by many threads: the last owner destroys, once; weak_ptr::lock against the last
 * release gives a whole object or none; shared_from_this and aliases keep the owner alive. */
#include "../check.h"

#include <memory>
#include <thread>
#include <vector>

namespace
{
std::atomic<int> alive, destroyed;

struct tracked : std::enable_shared_from_this<tracked> {
    int guard = 0x5eed, member = 3;

    tracked()
    {
        alive++;
    }
    ~tracked()
    {
        guard = 0;
        alive--;
        destroyed++;
    }
};
} // namespace

int main()
{
    for (int round = 0; round < 50; round++) {
        auto owner = std::make_shared<tracked>();
        std::weak_ptr<tracked> weak = owner;
        std::atomic<int> ready = 0;
        std::vector<std::thread> all;
        for (int t = 0; t < 3; t++)
            all.emplace_back([&, weak] {
                ready++;
                for (int i = 0; i < 100; i++) {
                    auto strong = weak.lock();
                    if (strong == nullptr)
                        break;
                    CHECK(strong->guard == 0x5eed);
                    std::shared_ptr<int> alias(strong, &strong->member);
                    strong.reset();
                    CHECK(*alias == 3);
                }
            });
        while (ready != 3)
            std::this_thread::yield();
        std::shared_ptr<tracked> again = owner->shared_from_this();
        owner.reset();
        again.reset();
        for (std::thread &one : all)
            one.join();
        CHECK(alive == 0 && weak.expired());
    }
    std::printf("%d destroyed\n", destroyed.load());

    auto shared = std::make_shared<tracked>();
    std::vector<std::thread> all;
    for (int t = 0; t < 8; t++)
        all.emplace_back([shared] {
            for (int i = 0; i < 500; i++) {
                std::shared_ptr<tracked> copy = shared;
                std::weak_ptr<tracked> weak = copy;
                CHECK(weak.lock() == copy);
            }
        });
    for (std::thread &one : all)
        one.join();
    all.clear();
    std::printf("%ld owner\n", shared.use_count());
    CHECK_THROWS(std::bad_weak_ptr, std::shared_ptr<tracked>(std::weak_ptr<tracked>()));
    return check_done();
}
