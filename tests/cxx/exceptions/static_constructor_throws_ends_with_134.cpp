/* test: cpus=1,4 status=134 */
/* An exception from a constructor before main has nobody to catch it. */
#include "../check.h"

#include <stdexcept>

namespace
{
struct early {
    early()
    {
        stderr_is_output();
        std::puts("before main");
        try {
            throw 1;
        } catch (int) {
            std::puts("caught before main");
        }
        throw std::length_error("too early");
    }
} object;
} // namespace

int main()
{
    std::puts("not reached");
}
