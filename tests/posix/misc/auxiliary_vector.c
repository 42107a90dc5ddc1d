/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1 */
/* The auxiliary vector gives what start-up code and libraries look up. */
#include "check.h"
#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

static int visit(struct dl_phdr_info *info, size_t size, void *count)
{
    CHECK(size >= sizeof(*info) - 16 && info->dlpi_phdr != NULL && info->dlpi_phnum > 2);
    ++*(int *)count;
    return 0;
}

int main(int argc, char **argv)
{
    int objects = 0, loads = 0;
    const ElfW(Phdr) *headers = (void *)getauxval(AT_PHDR);

    REQUIRE(argc == 1 && headers != NULL);
    printf("page size %lu, header size %lu, ticks %lu, secure %lu\n", getauxval(AT_PAGESZ),
           getauxval(AT_PHENT), getauxval(AT_CLKTCK), getauxval(AT_SECURE));
    for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++)
        loads += headers[i].p_type == PT_LOAD;
    CHECK(loads >= 2);
    CHECK(getauxval(AT_RANDOM) != 0 && getauxval(AT_ENTRY) != 0);
    CHECK(getauxval(AT_UID) == getuid() && getauxval(AT_EGID) == getegid());
    CHECK(strcmp((char *)getauxval(AT_EXECFN), argv[0]) == 0);
    CHECK(strcmp((char *)getauxval(AT_PLATFORM), "x86_64") == 0);
    errno = 0;
    CHECK(getauxval(12345) == 0 && errno == ENOENT);
    CHECK(dl_iterate_phdr(visit, &objects) == 0);
    printf("%d object\n", objects);
    return check_done();
}
