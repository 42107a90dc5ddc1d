/* test: cpus=1,4 status=7 */
/* quick_exit runs the functions of at_quick_exit, last first, and neither destructors nor those of
 * atexit; the status is its argument. */
#include "../check.h"

namespace
{
struct loud {
    ~loud()
    {
        std::puts("destroyed");
    }
} object;
} // namespace

int main()
{
    std::atexit([] { std::puts("atexit"); });
    for (int i = 0; i < 3; i++)
        CHECK(std::at_quick_exit([] {
                  static int number;
                  std::printf("quick %d\n", ++number);
                  std::fflush(stdout);
              }) == 0);
    CHECK(std::at_quick_exit([] { std::puts("the last one registered"); }) == 0);
    std::puts("main");
    std::quick_exit(7);
}
