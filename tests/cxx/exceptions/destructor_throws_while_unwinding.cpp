/* test: cpus=1,4 status=134 */
/* A destructor may throw while no exception is in flight, and may handle one of its own while one
 * is; one that leaves it then calls std::terminate. */
#include "../check.h"

#include <exception>
#include <stdexcept>

namespace
{
struct thrower {
    const char *what;
    bool inside;

    ~thrower() noexcept(false)
    {
        std::printf("destructor of %s, %d in flight\n", what, std::uncaught_exceptions());
        try {
            throw std::runtime_error(what);
        } catch (const std::exception &error) {
            std::printf("  inside: %s\n", error.what());
            if (!inside)
                throw;
        }
    }
};
} // namespace

int main()
{
    stderr_is_output();
    try {
        thrower calm{"a scope that ends", false};
    } catch (const std::exception &error) {
        std::printf("caught: %s\n", error.what());
    }
    try {
        thrower careful{"a careful one", true};
        throw 1;
    } catch (int value) {
        std::printf("caught: %d\n", value);
    }
    try {
        thrower careless{"a careless one", false};
        throw 2;
    } catch (...) {
        std::puts("not caught here");
    }
}
