/* build: -Wl,--no-as-needed -lgcc_s */
/* An exception leaves pthread_once by its caller. glibc cleans up by libgcc's unwinder, Debian's
 * libc++ unwinds by libunwind: the option makes it one, or they do not understand each other. */
#include "../check.h"

#include <pthread.h>
#include <stdexcept>

namespace
{
pthread_once_t failing = PTHREAD_ONCE_INIT, working = PTHREAD_ONCE_INIT;
int ran;

void fail()
{
    ran++;
    throw std::runtime_error("in the routine");
}

void work()
{
    ran++;
}
} // namespace

int main()
{
    try {
        pthread_once(&failing, fail);
        CHECK(!"reached");
    } catch (const std::runtime_error &error) {
        std::printf("caught: %s\n", error.what());
    }
    CHECK(pthread_once(&working, work) == 0 && pthread_once(&working, work) == 0);
    std::printf("%d routines ran\n", ran);
    return check_done();
}
