/* test: cpus=1,4 status=134 */
/* An exception that leaves a thread's function ends the process, whatever others do. */
#include "../check.h"

#include <string>
#include <thread>

struct odd_type {
};

int main()
{
    stderr_is_output();
    std::thread bystander([] { pause(); });
    std::thread thrower([] { throw odd_type(); });
    thrower.join();
    bystander.join();
    std::puts("not reached");
}
