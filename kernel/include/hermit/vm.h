/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one address space: VMAs in a balanced tree, demand paging, protections.
 *
 * One sleeping lock (mm.lock) covers the tree: mmap and its kin take it. Page faults
 * do not: they enter the one VMA that they need (kernel/mm/mm_lock.c). Page tables
 * have no lock: arch/paging.h says who may change what.
 */
#ifndef HERMIT_VM_H
#define HERMIT_VM_H

#include <arch/frame.h>
#include <hermit/types.h>

struct file;

/* A core's part of the address space's bookkeeping. */
struct vm_cpu {
    _Atomic vaddr_t fault; /* address whose VMA this core has entered, see mm_lock.c; 0: none */
    _Atomic long resident; /* frames mapped minus frames unmapped by this core */
};
struct cpu;
struct vm_cpu *cpu_vm(struct cpu *c); /* kernel/cpu.c */

/* PROT_* and MAP_* of Linux keep their own bits at the system-call layer. */
enum vm_flags {
    VM_READ = 1,
    VM_WRITE = 2,
    VM_EXEC = 4,
    VM_SHARED = 8,
    VM_STACK = 16, /* the main thread's: grows down at page faults, up to RLIMIT_STACK */
    VM_LOCKED = 32,
    VM_NORESERVE = 64,
    VM_KERNEL = 128,   /* image parts of the kernel: the application may not change them */
    VM_IMAGE = 256,    /* frames belong to the image, not to the allocator */
    VM_DONTFORK = 512, /* only remembered */
    VM_NOHUGE = 1024,
    VM_HUGE = 2048,         /* MADV_HUGEPAGE: 2 MiB pages at the first touch */
    VM_LOCK_ONFAULT = 4096, /* with VM_LOCKED: its pages come when they are touched */
};

#define VM_MAP_COUNT_MAX 65530 /* VMAs of the address space: Linux's vm.max_map_count */

/* Takes over the page tables of boot, creates the VMAs of the image (text, rodata, data, bss).
 * CPU 0, once. */
void vm_init(void);

/*
 * mmap/munmap/mprotect/mremap with kernel arguments. Addresses and lengths are
 * page aligned by the caller's check. Results as in mmap(2) etc. (−ENOMEM,
 * −EINVAL, −EEXIST). `flags` is enum vm_flags; file may be NULL.
 */
#define VM_MAP_FIXED         1 /* replaces what is there */
#define VM_MAP_NOREPLACE     2 /* fixed, but −EEXIST if something is there */
#define VM_MAP_POPULATE      4
#define VM_MAP_TOPDOWN_STACK 8
#define VM_MAP_32BIT         16 /* below 2 GiB */
long vm_map(vaddr_t hint, size_t length, unsigned flags, unsigned how, struct file *file,
            uint64_t offset);
int vm_unmap(vaddr_t start, size_t length);
int vm_protect(vaddr_t start, size_t length, unsigned flags);

/* mremap(2) with checked, page-aligned arguments; flags: MREMAP_*. New address or −errno. */
long vm_remap(vaddr_t old, size_t old_size, size_t new_size, unsigned flags, vaddr_t new);
/* brk(2): the end of the heap afterwards, which is the old one after a failure. */
vaddr_t vm_brk(vaddr_t brk);

/* For madvise, mlock, mincore; ranges are page aligned. Holes: −ENOMEM, the rest is done. */
int vm_discard(vaddr_t start, vaddr_t end, bool anonymous_only);
/* −EAGAIN: out of memory, or of VMAs. */
int vm_change_flags(vaddr_t start, vaddr_t end, unsigned set, unsigned clear);
int vm_check_mapped(vaddr_t start, vaddr_t end, unsigned *any); /* *any: flags of all, or-ed */
int vm_populate(vaddr_t start, vaddr_t end); /* makes pages present; −ENOMEM, −EFAULT */
int vm_resident(vaddr_t addr);               /* 1, 0, or −ENOMEM: not mapped */
void vm_set_huge(bool on);                   /* pages of 2 MiB, for all memory (prctl) */
bool vm_get_huge(void);
void vm_lock_future(unsigned flags); /* of new mappings: VM_LOCKED, VM_LOCK_ONFAULT, or 0 */

/*
 * A page fault at `addr`. Interrupts on, may sleep. Returns 0 when the access can
 * be repeated, or the signal to deliver with *si_code (SIGSEGV: SEGV_MAPERR,
 * SEGV_ACCERR; SIGBUS: BUS_ADRERR), or −ENOMEM: memory is exhausted (the caller
 * ends the program by vm_out_of_memory()).
 */
#define FAULT_WRITE   1
#define FAULT_EXEC    2
#define FAULT_PRESENT 4
int vm_fault(vaddr_t addr, unsigned access, int *si_code);

/* Reports what is used and ends the program with SIGKILL (137). */
_Noreturn void vm_out_of_memory(void);

/*
 * Names a word of a shared file mapping by object and offset, whatever its
 * address; leaves both alone for other memory. 0, or −EFAULT: nothing is mapped.
 * May sleep.
 */
int vm_shared_key(vaddr_t addr, uintptr_t *object, uint64_t *offset);

/*
 * Bytes [from, to) of a file (multiples of PAGE_SIZE) have no pages any more: takes
 * them out of its mappings, from private ones only with `copies`, which takes the
 * program's own copies too (truncation). The next access asks get_page again. May
 * sleep; call it after the file has let go of the pages.
 */
struct inode;
void vm_file_unmap(const struct inode *inode, uint64_t from, uint64_t to, bool copies);

/* Device registers: an uncached mapping in the direct map's range. NULL: out of memory. */
void *vm_map_device(paddr_t pa, size_t size);

/* Kernel stacks: KSTACK_SIZE bytes with an unmapped page below; returns the top, 0 if out of
 * memory. Its lowest word is kstack.c's. kstack_free() takes no memory and does not wait;
 * kstack_trim() gives the frames of surplus free ones back and may wait for other cores. */
#define KSTACK_SIZE 16384UL
uintptr_t kstack_alloc(void);
void kstack_free(uintptr_t top);
SMALL void kstack_trim(void);

/* For /proc/self/{maps,stat,status} and sysinfo. */
struct vm_stats {
    uint64_t mapped, resident, peak_resident, stack, data, text; /* bytes */
};
void vm_stats(struct vm_stats *st);
/* Calls fn for each VMA in order, without mm.lock, so fn may take any lock; what is mapped or
 * unmapped meanwhile is seen or not. Stops when fn returns non-zero. */
struct vma;
struct vma_info {
    vaddr_t start, end;
    unsigned flags;
    uint64_t offset;
    const char *name;  /* "[stack]", "[heap]", the image's name, or "" */
    struct file *file; /* what is mapped; NULL: anonymous memory; kept until fn returns */
};
int vm_for_each(int (*fn)(const struct vma_info *info, void *arg), void *arg);

/* Path of the image for /proc/self/maps; set once, by /proc when it is first looked into. */
extern const char *vm_image_name;

/* Set by the exec part for /proc and prctl: where argv and envp strings lie. */
struct program_layout {
    vaddr_t arg_start, arg_end, env_start, env_end, auxv_start, auxv_end, stack_start, brk_start;
    const char *name; /* argv[0], in the kernel's memory */
};
extern struct program_layout program_layout;

#endif
