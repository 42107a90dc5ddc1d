/* test: status=7 */
/* A destructor of a thread_local object may call exit: the thread's other objects are destroyed,
 * then the static ones; exit may be called again by another of them, and its status counts. */
#include "../check.h"

#include <thread>

namespace
{
struct named {
    const char *name;
    int status;

    ~named()
    {
        std::printf("-%s\n", name);
        if (status != 0)
            std::exit(status);
    }
};
named global{"global", 0};
thread_local named first{"first", 0}, second{"second exits", 7}, third{"third", 0},
    fourth{"fourth exits", 6};
} // namespace

int main()
{
    std::atexit([] { std::puts("atexit"); });
    std::thread([] { CHECK(first.status == 0); }).detach();
    for (;;)
        pause();
}
