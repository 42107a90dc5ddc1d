/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,4 mem=256M */
/* sysinfo and sysconf tell the machine's memory, page size, CPUs and limits. */
#include "check.h"
#include <sys/sysinfo.h>

int main(void)
{
    struct sysinfo info;

    CHECK(sysinfo(&info) == 0 && info.mem_unit >= 1);
    unsigned long long total = (unsigned long long)info.totalram * info.mem_unit;
    CHECK(total >= 64ull << 20 && info.freeram <= info.totalram && info.uptime >= 0);
    printf("page %ld\n", sysconf(_SC_PAGESIZE));
    CHECK(sysconf(_SC_PHYS_PAGES) > 0 && sysconf(_SC_AVPHYS_PAGES) > 0);
    CHECK((unsigned long long)sysconf(_SC_PHYS_PAGES) * 4096 <= total);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) == cpus_allowed());
    CHECK(sysconf(_SC_NPROCESSORS_CONF) >= sysconf(_SC_NPROCESSORS_ONLN));
    CHECK(get_nprocs() == cpus_allowed());
    CHECK(sysconf(_SC_OPEN_MAX) >= 256 && sysconf(_SC_ARG_MAX) >= 131072);
    CHECK(getpagesize() == 4096);
    return check_done();
}
