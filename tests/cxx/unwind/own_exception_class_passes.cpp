/* A foreign exception, raised by _Unwind_RaiseException with a class of its own, is caught by
 * catch (...) alone, runs destructors, and is deleted by its own cleanup function. Without a
 * handler _Unwind_RaiseException returns. */
#include "../check.h"

#include <unwind.h>

namespace
{
int destroyed, cleaned;
_Unwind_Exception foreign;

struct counted {
    ~counted()
    {
        destroyed++;
    }
};

void cleanup(_Unwind_Reason_Code reason, _Unwind_Exception *exception)
{
    CHECK(reason == _URC_FOREIGN_EXCEPTION_CAUGHT && exception == &foreign);
    cleaned++;
}

[[gnu::noinline]] int raise_it()
{
    counted here;
    std::memset(&foreign, 0, sizeof(foreign));
    foreign.exception_class = 0x4845524d54455354; /* not C++'s */
    foreign.exception_cleanup = cleanup;
    return _Unwind_RaiseException(&foreign);
}
} // namespace

int main()
{
    int reason = opaque(raise_it());
    std::printf("without a handler: %s\n", reason == _URC_END_OF_STACK ? "end of stack" : "other");
    CHECK(destroyed == 1);
    try {
        try {
            raise_it();
            CHECK(!"reached");
        } catch (int) {
            std::puts("not an int");
        }
    } catch (...) {
        std::puts("caught by (...)");
    }
    std::printf("%d destroyed, %d cleaned\n", destroyed, cleaned);
    return check_done();
}
