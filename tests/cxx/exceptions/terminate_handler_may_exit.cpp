/* test: cpus=1,4 status=3 */
/* A terminate handler sees what was thrown and may end the process by itself: _Exit's status is
 * the process's, and nothing else runs. */
#include "../check.h"

#include <exception>
#include <typeinfo>

namespace
{
struct loud {
    ~loud()
    {
        std::puts("static object destroyed");
    }
} object;

struct shown : std::exception {
    const char *what() const noexcept override
    {
        return "shown";
    }
};
} // namespace

int main()
{
    std::atexit([] { std::puts("atexit"); });
    std::set_terminate([] {
        std::exception_ptr current = std::current_exception();
        std::printf("there is %s\n", current ? "one" : "none");
        try {
            std::rethrow_exception(current);
        } catch (const std::exception &error) {
            std::printf("%s %d\n", error.what(), typeid(error) == typeid(shown));
        }
        std::fflush(stdout);
        std::_Exit(3);
    });
    throw shown();
}
