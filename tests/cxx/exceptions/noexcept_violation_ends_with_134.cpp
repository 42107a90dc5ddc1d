/* test: cpus=1,4 status=134 */
/* An exception that would leave a noexcept function calls std::terminate, with the exception
 * still the current one. */
#include "../check.h"

#include <exception>
#include <stdexcept>

namespace
{
[[gnu::noinline]] void thrower()
{
    throw std::logic_error("promised not to");
}

[[gnu::noinline]] void promises() noexcept
{
    thrower();
}

[[noreturn]] void handler()
{
    try {
        throw;
    } catch (const std::exception &error) {
        std::printf("terminate: %s\n", error.what());
    }
    std::abort();
}
} // namespace

int main()
{
    stderr_is_output();
    std::set_terminate(handler);
    CHECK(std::get_terminate() == handler);
    try {
        promises();
    } catch (...) {
        std::puts("not caught here");
    }
}
