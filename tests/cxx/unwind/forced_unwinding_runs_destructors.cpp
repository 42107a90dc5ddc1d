/* _Unwind_ForcedUnwind runs the destructors on its way, asks its stop function at each frame, and
 * enters no handler for a type. Not tried: catch (...), which libc++abi lets nobody rethrow. */
#include "../check.h"

#include <csetjmp>
#include <unwind.h>

namespace
{
std::jmp_buf out;
int destroyed, caught, frames;

struct counted {
    ~counted()
    {
        destroyed++;
    }
};

_Unwind_Reason_Code stop(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception *,
                         _Unwind_Context *, void *argument)
{
    CHECK((actions & _UA_FORCE_UNWIND) != 0);
    frames++;
    if (destroyed == *static_cast<int *>(argument))
        std::longjmp(out, 1);
    return _URC_NO_REASON;
}

[[gnu::noinline]] void descend(int left)
{
    counted here;
    if (left == 0) {
        static _Unwind_Exception exception;
        static int wanted = 12; /* eleven of this function and one of body's */
        exception = {};
        _Unwind_ForcedUnwind(&exception, stop, &wanted);
        CHECK(!"reached");
        return;
    }
    try {
        descend(left - 1);
    } catch (int) {
        caught++;
    }
}

[[gnu::noinline]] void body()
{
    counted here;
    descend(10);
    opaque(1);
}
} // namespace

int main()
{
    if (setjmp(out) == 0)
        body();
    std::printf("%d destroyed, %d caught\n", destroyed, caught);
    CHECK(frames >= 12);
    return check_done();
}
