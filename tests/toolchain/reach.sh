#!/bin/sh
# A program carries the kernel code that it can reach and no other: hello has no sockets, signal
# timers or message queues, OpenMP does not bring the table of all system calls, syscall(2) does.
. "$(dirname "$0")/common.sh"

# calls IMAGE: names of the system calls that are in it
calls()
{
    llvm-nm-19 "$1" | sed -n 's/.* [a-zA-Z] \(__hermit_sys_\|sys_\)//p' | sort -u
}

hermit_clang -O2 "$tests/programs/hello.c" -o hello
hermit_clang -O2 -fopenmp "$tests/programs/parallel.c" -o parallel -lm
printf '#include <unistd.h>\nint main(int c, char **v) { (void)v; return (int)syscall(c); }\n' >any.c
hermit_clang -O2 any.c -o any
for program in hello parallel any; do
    echo "$program: $(calls $program | wc -l) calls, $(stat -c %s $program) bytes"
done
echo "hello: $(calls hello | tr '\n' ' ')"
for name in socket connect sendmsg timer_create timer_settime setitimer mq_open mq_timedsend \
    epoll_wait clone timerfd_create alarm; do
    ! calls hello | grep -qx "$name" || fail "hello carries $name"
done
! llvm-nm-19 hello | grep -E ' (signal_timer|clock_timer|timerfd)_' || fail "hello carries timers"
printf '#include <unistd.h>\nint main(void) { return (int)alarm(1); }\n' >alarm.c
hermit_clang -O2 alarm.c -o alarm
llvm-nm-19 alarm | grep -q ' signal_timer_fired$' || fail "alarm does not bring the timers"
! llvm-nm-19 alarm | grep -E ' timerfd_| signal_timer_reserve$' || fail "alarm brings more than it needs"
for name in socket timer_create timerfd_create mq_open setuid; do
    ! calls parallel | grep -qx "$name" || fail "parallel carries $name"
done
[ "$(calls any | wc -l)" -gt 80 ] || fail "syscall(2) does not bring the table"
