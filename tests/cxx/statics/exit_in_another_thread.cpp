/* test: cpus=1,4 status=5 */
/* exit may be called by any thread: that thread destroys its thread_local objects, then the static
 * ones, while main sleeps. */
#include "../check.h"

#include <thread>

namespace
{
told_end global{"global"};
thread_local told_end of_thread{"the thread's own"};
} // namespace

int main()
{
    static told_end local{"local static"};
    std::atexit([] { std::puts("atexit"); });
    of_thread.name = "main's: never destroyed";
    std::thread([] {
        std::printf("in %s\n", of_thread.name);
        std::exit(5);
    }).detach();
    for (;;)
        pause();
}
