/* A backtrace from a signal handler goes on with the function that was interrupted, at the very
 * instruction, and with its callers: for a fault, for raise and on an alternate stack. */
#include "../check.h"

#include <csetjmp>
#include <csignal>
#include <initializer_list>
#include <unwind.h>

namespace
{
int traces;
bool saw_faulting, saw_caller, saw_main;
sigjmp_buf out;

[[gnu::noinline]] int faulting(volatile int *where);
[[gnu::noinline]] int caller(volatile int *where);
} // namespace

int main();

namespace
{
_Unwind_Reason_Code visit(_Unwind_Context *context, void *)
{
    int before = 0;
    auto ip = _Unwind_GetIPInfo(context, &before);
    void *function = _Unwind_FindEnclosingFunction(reinterpret_cast<void *>(before ? ip : ip - 1));
    saw_faulting |= function == reinterpret_cast<void *>(faulting);
    saw_caller |= saw_faulting && function == reinterpret_cast<void *>(caller);
    saw_main |= saw_caller && function == reinterpret_cast<void *>(main);
    return _URC_NO_REASON;
}

void handler(int signal)
{
    saw_faulting = saw_caller = saw_main = false;
    int reason = _Unwind_Backtrace(visit, nullptr);
    std::printf("signal %d: function %d, caller %d, main %d, end %d\n", signal, saw_faulting,
                saw_caller, saw_main, reason == _URC_END_OF_STACK);
    traces++;
    if (signal == SIGSEGV)
        siglongjmp(out, 1);
}

int faulting(volatile int *where)
{
    if (where == nullptr) {
        raise(SIGUSR1);
        return opaque(1);
    }
    return *where + opaque(1);
}

int caller(volatile int *where)
{
    return faulting(where) + opaque(1);
}

void install(int flags)
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    REQUIRE(sigaction(SIGSEGV, &action, nullptr) == 0);
    REQUIRE(sigaction(SIGUSR1, &action, nullptr) == 0);
}
} // namespace

int main()
{
    static char room[64 << 10];
    stack_t stack = {};
    stack.ss_sp = room;
    stack.ss_size = sizeof(room);
    REQUIRE(sigaltstack(&stack, nullptr) == 0);
    for (int flags : {0, SA_ONSTACK, SA_SIGINFO | SA_ONSTACK}) {
        install(flags);
        CHECK(opaque(caller(nullptr)) == 2);
        if (sigsetjmp(out, 1) == 0)
            opaque(caller(reinterpret_cast<volatile int *>(opaque(16L))));
    }
    std::printf("%d traces\n", traces);
    return check_done();
}
