/* A thread_local whose constructor throws is made at the next use in that thread; other threads
 * have attempts of their own. Keys of the C library are destroyed after or before the objects, but
 * both are. */
#include "../check.h"

#include <pthread.h>
#include <stdexcept>
#include <thread>
#include <vector>

namespace
{
std::atomic<int> attempts, keys, objects;
pthread_key_t key;

struct stubborn {
    static thread_local int tries;

    stubborn()
    {
        attempts++;
        if (++tries < 3)
            throw std::runtime_error("not yet");
    }
    ~stubborn()
    {
        objects++;
    }
};
thread_local int stubborn::tries;

stubborn &ask()
{
    static thread_local stubborn object;
    return object;
}

void body()
{
    CHECK(pthread_setspecific(key, &attempts) == 0);
    int failures = 0;
    for (;;) {
        try {
            ask();
            break;
        } catch (const std::runtime_error &) {
            failures++;
        }
    }
    CHECK(failures == 2);
    ask();
}
} // namespace

int main()
{
    REQUIRE(pthread_key_create(&key, [](void *) { keys++; }) == 0);
    std::vector<std::thread> all;
    for (int i = 0; i < 10; i++)
        all.emplace_back(body);
    for (std::thread &one : all)
        one.join();
    std::printf("%d attempts, %d keys, %d objects\n", attempts.load(), keys.load(), objects.load());
    return check_done();
}
