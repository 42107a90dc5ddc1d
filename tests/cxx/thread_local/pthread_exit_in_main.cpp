/* main may leave by pthread_exit. As the last thread it ends the program with status 0: its
 * thread_local objects are destroyed, then the static ones. (With others still there, glibc would
 * leave main's undestroyed.) */
#include "../check.h"

#include <pthread.h>

namespace
{
told_end global{"global"};
thread_local told_end first{"first"}, second{"second"};
} // namespace

/* Without objects of its own: glibc unwinds main by libgcc's functions, which are not libc++'s. */
int main()
{
    CHECK(first.name != second.name);
    std::atexit([] { std::puts("atexit"); });
    pthread_exit(nullptr);
}
