/* An exception passes functions that are C: in a file of its own, compiled as C with unwind tables
 * as for Linux, and extern "C" functions of C++. */
#include "../check.h"

#include <stdexcept>

extern "C" {
/* In C: calls back through `depth` frames and adds their number. */
long c_apply(long (*function)(void *, long), void *argument, long depth);

long throws_at_seven(void *argument, long value)
{
    if (value == 7)
        throw std::range_error(static_cast<const char *>(argument));
    return value * 2;
}

long twice(void *argument, long value)
{
    long inner = c_apply(throws_at_seven, argument, value);
    return c_apply(throws_at_seven, argument, value + 1) + inner;
}
}

int main()
{
    char text[] = "thrown below C";

    for (long depth = 1; depth <= 8; depth++) {
        try {
            std::printf("%ld: %ld\n", depth, c_apply(twice, text, depth));
        } catch (const std::range_error &error) {
            std::printf("%ld: %s\n", depth, error.what());
        }
    }
    return check_done();
}
