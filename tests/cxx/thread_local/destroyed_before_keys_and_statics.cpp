/* A thread's thread_local objects are destroyed before the values of its pthread keys; main's
 * before all static objects and functions of atexit, whichever came first. */
#include "../check.h"

#include <pthread.h>
#include <thread>

namespace
{
pthread_key_t key;
told_end global{"global"};
thread_local told_end own{"main's first"}, second{"main's second"};

void in_thread()
{
    CHECK(pthread_setspecific(key, "the key's value") == 0);
    own.name = "the thread's first";
    second.name = "the thread's second";
}
} // namespace

int main()
{
    REQUIRE(pthread_key_create(&key, [](void *value) {
                std::printf("-%s\n", static_cast<const char *>(value));
            }) == 0);
    std::thread(in_thread).join();
    std::atexit([] { std::puts("atexit before main's"); });
    CHECK(own.name != second.name);
    std::atexit([] { std::puts("atexit after main's"); });
    static told_end local{"local static"};
    return check_done();
}
