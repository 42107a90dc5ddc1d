/* test: cpus=1,2,4 args={cpus} */
/* hardware_concurrency is the number of CPUs, also in a thread and before main. */
#include "../check.h"

#include <thread>

static unsigned before_main = std::thread::hardware_concurrency();

int main(int, char **arguments)
{
    unsigned cpus = unsigned(std::atoi(arguments[1])), in_thread = 0;
    std::thread([&] { in_thread = std::thread::hardware_concurrency(); }).join();
    CHECK(std::thread::hardware_concurrency() == cpus);
    CHECK(before_main == cpus && in_thread == cpus);
    return check_done();
}
