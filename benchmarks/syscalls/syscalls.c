/* SPDX-License-Identifier: BSD-3-Clause */
/* What system calls and thread operations cost, one row each. */
#include "syscalls.h"

#include "bench.h"

int main(int argc, char **argv)
{
    bench_start(argc, argv);
    int cpus = bench_cpus();
    bench_pin(0);
    plain_calls();
    signal_calls();
    memory_calls();
    threads(cpus);
    inet_calls();
    malloc_calls();
    return bench_end();
}
