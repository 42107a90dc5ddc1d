/* SPDX-License-Identifier: BSD-3-Clause */
/* test: cpus=1,2 */
/* Text and read-only data cannot be written, data, heap and stack cannot be run, page 0 is not
 * there. */
#include "fault.h"
#include <sys/mman.h>

static const char literal[64] = "literal";
static char data[64] = {(char)0xc3};
static char bss[PAGE];

static void report(const char *what, int signal)
{
    printf("%s: %s\n", what, signal == SIGSEGV ? "SIGSEGV" : signal ? "other signal" : "allowed");
}

int main(void)
{
    char stack[64] = {(char)0xc3};
    char *heap = malloc(64), *large = malloc(1 << 20);

    catch_faults();
    heap[0] = large[0] = bss[0] = (char)0xc3;
    report("write to text", write_fault((void *)(uintptr_t)&main));
    report("write to libc text", write_fault((void *)(uintptr_t)&printf));
    report("write to read-only data", write_fault((void *)(uintptr_t)literal));
    report("read page 0", read_fault((void *)0));
    report("write page 0", write_fault((void *)0xff0));
    report("call page 0", call_fault(NULL));
    report("call data", call_fault(data));
    report("call bss", call_fault(bss));
    report("call heap", call_fault(heap));
    report("call large heap", call_fault(large));
    report("call stack", call_fault(stack));
    report("call non-canonical", call_fault((void *)0x8000000000000000));
    report("write own data", write_fault(data + 1));
    free(heap);
    free(large);
    return check_done();
}
