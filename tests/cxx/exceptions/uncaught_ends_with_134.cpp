/* test: cpus=1,4 status=134 */
/* An exception that nobody catches: no destructor runs, the message names type and what(), and
 * the status is SIGABRT's. */
#include "../check.h"

#include <stdexcept>

struct loud {
    ~loud()
    {
        std::puts("destroyed");
    }
};

int main()
{
    stderr_is_output();
    loud object;
    std::puts("before");
    throw std::runtime_error("nobody catches this");
}
