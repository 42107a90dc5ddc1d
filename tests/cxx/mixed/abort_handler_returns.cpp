/* test: cpus=1,4 status=134 */
/* A handler of SIGABRT runs when abort is called, in the thread that calls; when it returns the
 * process ends by the signal all the same. std::signal's handlers return what was there before. */
#include "../check.h"

#include <csignal>
#include <thread>

namespace
{
thread_local int own = 1;

extern "C" void handler(int signal)
{
    std::printf("signal %d in thread %d\n", signal, own);
}
} // namespace

int main()
{
    stderr_is_output();
    CHECK(std::signal(SIGABRT, handler) == SIG_DFL);
    CHECK(std::signal(SIGABRT, handler) == handler);
    CHECK(std::signal(SIGTERM, SIG_IGN) == SIG_DFL && std::raise(SIGTERM) == 0);
    std::raise(SIGABRT); /* alone, it is a signal as any other */
    std::atexit([] { std::puts("not called"); });
    std::thread([] {
        own = 2;
        std::abort();
    }).join();
}
