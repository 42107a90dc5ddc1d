/* uncaught_exceptions counts what is in flight in this thread alone: in destructors during
 * unwinding, in nested ones, not in handlers, again after a rethrow. */
#include "../check.h"

#include <exception>
#include <thread>

namespace
{
void show(const char *where)
{
    std::printf("%s: %d\n", where, std::uncaught_exceptions());
}

struct watch {
    const char *name;
    int levels;

    ~watch()
    {
        show(name);
        if (levels == 0)
            return;
        try {
            watch inner{"one level further in", levels - 1};
            throw levels;
        } catch (int) {
            show("handler in a destructor");
        }
        std::thread([] { show("another thread"); }).join();
    }
};

/* The scope guard that the counter exists for. */
struct guard {
    int before = std::uncaught_exceptions();
    ~guard()
    {
        std::puts(std::uncaught_exceptions() > before ? "rolled back" : "committed");
    }
};
} // namespace

int main()
{
    show("main");
    try {
        watch outer{"destructor", 2};
        throw 1;
    } catch (int) {
        show("handler");
        try {
            watch again{"after a rethrow", 0};
            throw;
        } catch (int) {
            show("second handler");
        }
    }
    {
        guard commits;
    }
    try {
        guard rolls_back;
        throw 1;
    } catch (int) {
    }
    return check_done();
}
