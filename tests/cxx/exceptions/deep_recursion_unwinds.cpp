/* Ten thousand frames are unwound at once, in main and in a thread with a stack of its own. */
#include "../check.h"

#include <pthread.h>

namespace
{
constexpr int depth = 10000;
int destroyed;

struct counted {
    ~counted()
    {
        destroyed++;
    }
};

[[gnu::noinline]] int descend(int left)
{
    counted here;
    if (left == 1)
        throw left;
    return descend(left - 1) + 1;
}

void *body(void *name)
{
    destroyed = 0;
    try {
        descend(depth);
    } catch (int value) {
        std::printf("%s: %d, %d destroyed\n", static_cast<char *>(name), value, destroyed);
    }
    return nullptr;
}
} // namespace

int main()
{
    char first[] = "main", second[] = "thread";
    body(first);
    pthread_attr_t attributes;
    pthread_t thread;
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, 16 << 20) == 0);
    REQUIRE(pthread_create(&thread, &attributes, body, second) == 0);
    REQUIRE(pthread_join(thread, nullptr) == 0);
    return check_done();
}
