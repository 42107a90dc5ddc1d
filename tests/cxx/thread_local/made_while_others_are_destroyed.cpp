/* A destructor of a thread_local object may use one that was not made yet, which is then destroyed
 * too; it finds those that were made before it still there. */
#include "../check.h"

#include <thread>

namespace
{
struct named {
    const char *name;
    void (*at_end)();

    named(const char *given, void (*function)()) : name(given), at_end(function)
    {
        std::printf("+%s\n", name);
    }
    ~named()
    {
        std::printf("-%s\n", name);
        if (at_end != nullptr)
            at_end();
    }
};

named &late()
{
    static thread_local named object("late", nullptr);
    return object;
}

named &early()
{
    static thread_local named object("early", [] { late(); });
    return object;
}

named &middle()
{
    static thread_local named object("middle", [] { std::printf(" %s is there\n", early().name); });
    return object;
}
} // namespace

int main()
{
    for (int i = 0; i < 2; i++)
        std::thread([] {
            early();
            middle();
            std::puts("the thread ends");
        }).join();
    middle();
    std::puts("main ends");
    return check_done();
}
