/* throw_with_nested keeps a chain of causes; `throw;` goes on with the same object, in the same
 * function or in one that the handler calls; a copy that a handler changes stays its own. */
#include "../check.h"

#include <exception>
#include <stdexcept>
#include <string>

namespace
{
void fail(int level)
{
    try {
        if (level == 0)
            throw std::out_of_range("level 0");
        fail(level - 1);
    } catch (...) {
        std::throw_with_nested(std::runtime_error("level " + std::to_string(level) + "'"));
    }
}

void show(const std::exception &error, int indent)
{
    std::printf("%*s%s\n", indent, "", error.what());
    try {
        std::rethrow_if_nested(error);
    } catch (const std::exception &cause) {
        show(cause, indent + 2);
    }
}

[[gnu::noinline]] void go_on()
{
    throw;
}

struct base {
    int value = 1;
    virtual ~base() = default;
};
struct derived : base {
    int more = 2;
};
} // namespace

int main()
{
    try {
        fail(4);
    } catch (const std::exception &error) {
        show(error, 0);
    }

    try {
        try {
            try {
                throw derived();
            } catch (base &object) {
                object.value = 10; /* the object itself */
                go_on();
            }
        } catch (base object) { /* sliced, a copy */
            object.value = 99;
            throw;
        }
    } catch (derived &object) {
        std::printf("derived: %d %d\n", object.value, object.more);
    }

    /* A handler that throws another: the first is gone, and its handler's stack with it. */
    try {
        try {
            throw 1;
        } catch (int) {
            try {
                throw 2.5;
            } catch (double) {
                go_on();
            }
        }
    } catch (double value) {
        std::printf("double: %.1f\n", value);
    }
    CHECK(std::current_exception() == nullptr);
    return check_done();
}
