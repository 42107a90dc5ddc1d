/* _Unwind_Backtrace visits the frames from the innermost outwards, each within its function, until
 * main's caller and not beyond the start of the program. */
#include "../check.h"

#include <unwind.h>

namespace
{
int visited, found_main, levels_seen;

[[gnu::noinline]] void level(int left);

_Unwind_Reason_Code visit(_Unwind_Context *context, void *argument);

[[gnu::noinline]] int trace()
{
    visited = found_main = levels_seen = 0;
    int reason = _Unwind_Backtrace(visit, nullptr);
    return opaque(reason);
}

[[gnu::noinline]] void level(int left)
{
    char room[64];
    std::memset(room, left, sizeof(room));
    if (left > 0)
        level(left - 1);
    else
        CHECK(trace() == _URC_END_OF_STACK);
    opaque(&room[0]);
}
} // namespace

int main();

namespace
{
_Unwind_Reason_Code visit(_Unwind_Context *context, void *)
{
    int before = 0;
    auto ip = _Unwind_GetIPInfo(context, &before);
    void *inside = reinterpret_cast<void *>(before ? ip : ip - 1);
    void *function = _Unwind_FindEnclosingFunction(inside);
    visited++;
    if (function == reinterpret_cast<void *>(level))
        levels_seen++;
    if (function == reinterpret_cast<void *>(main))
        found_main = visited;
    return _URC_NO_REASON;
}
} // namespace

int main()
{
    level(10);
    std::printf("%d levels, main %s\n", levels_seen, found_main > levels_seen ? "outside" : "lost");
    CHECK(visited >= found_main && visited <= found_main + 4);
    return check_done();
}
