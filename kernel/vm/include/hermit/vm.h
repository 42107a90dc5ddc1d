/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one address space: VMAs in a balanced tree, demand paging, protections.
 *
 * One sleeping lock (mm.lock) protects the tree: mmap and similar calls take it. Page
 * faults do not: they enter the one VMA that they need (kernel/vm/mm_lock.c). Page
 * tables have no lock: arch/paging.h has the rules.
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

/* Not the bits of Linux's PROT_* and MAP_*: the system-call layer converts them. */
enum vm_flags {
    VM_READ = 1,
    VM_WRITE = 2,
    VM_EXEC = 4,
    VM_SHARED = 8,
    VM_STACK = 16, /* the main thread's: grows down at page faults, up to RLIMIT_STACK */
    VM_LOCKED = 32,
    VM_NORESERVE = 64,
    VM_KERNEL = 128,   /* the kernel's parts of the image: the application may not change them */
    VM_IMAGE = 256,    /* frames belong to the image, not to the allocator */
    VM_DONTFORK = 512, /* only stored */
    VM_NOHUGE = 1024,
    VM_HUGE = 2048,         /* MADV_HUGEPAGE: 2 MiB pages at the first touch */
    VM_LOCK_ONFAULT = 4096, /* with VM_LOCKED: pages are mapped at the first touch */
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
#define VM_MAP_FIXED         1 /* replaces existing mappings */
#define VM_MAP_NOREPLACE     2 /* fixed, but −EEXIST if the range is not free */
#define VM_MAP_POPULATE      4
#define VM_MAP_TOPDOWN_STACK 8
#define VM_MAP_32BIT         16 /* below 2 GiB */
long vm_map(vaddr_t hint, size_t length, unsigned flags, unsigned how, struct file *file,
            uint64_t offset);
int vm_unmap(vaddr_t start, size_t length);
int vm_protect(vaddr_t start, size_t length, unsigned flags);

/* mremap(2) with checked, page-aligned arguments; flags: MREMAP_*. New address or −errno. */
long vm_remap(vaddr_t old, size_t old_size, size_t new_size, unsigned flags, vaddr_t new);
/* brk(2): returns the new end of the heap, or the old one after a failure. */
vaddr_t vm_brk(vaddr_t brk);

/* For madvise, mlock, mincore; ranges are page aligned. Holes: −ENOMEM, after the rest is done. */
int vm_discard(vaddr_t start, vaddr_t end, bool anonymous_only);
/* −EAGAIN: out of memory, or of VMAs. */
int vm_change_flags(vaddr_t start, vaddr_t end, unsigned set, unsigned clear);
int vm_check_mapped(vaddr_t start, vaddr_t end, unsigned *any); /* *any: union of all flags */
int vm_populate(vaddr_t start, vaddr_t end); /* makes pages present; −ENOMEM, −EFAULT */
int vm_resident(vaddr_t addr);               /* 1, 0, or −ENOMEM: not mapped */
void vm_set_huge(bool on);                   /* pages of 2 MiB, for all memory (prctl) */
bool vm_get_huge(void);
void vm_lock_future(unsigned flags); /* of new mappings: VM_LOCKED, VM_LOCK_ONFAULT, or 0 */

/*
 * Identifies a word of a shared file mapping by object and offset, independent of its
 * address; leaves both unchanged for other memory. 0, or −EFAULT: nothing is mapped.
 * May sleep.
 */
int vm_shared_key(vaddr_t addr, uintptr_t *object, uint64_t *offset);

/* A physically contiguous piece of the application's memory that a device may access. */
struct vm_pinned {
    vaddr_t user; /* where the application has it */
    paddr_t address;
    size_t length; /* bytes */
    paddr_t block; /* the frames that hold it … */
    unsigned order;
    bool counted; /* … which have a reference more */
};

/*
 * Pins the page of `addr`, for the device to write to or to read from, after a page fault if
 * necessary: up to `max` bytes (not 0) of it from there on. 0 or −EFAULT. May sleep; the pin may be
 * kept across a sleep, and delays nobody.
 */
int vm_pin(vaddr_t addr, size_t max, bool write, struct vm_pinned *p);
void vm_unpin(const struct vm_pinned *p);
/*
 * The device has stored n bytes into memory that was pinned for it. If the page is a file's and was
 * written back meanwhile, it is dirty again; if it has left the file, the page that is there now
 * gets the bytes. What the program has unmapped since gets nothing. May sleep.
 */
void vm_pin_stored(const struct vm_pinned *p, size_t n);

/*
 * Unmaps the pages of bytes [from, to) of a file (multiples of PAGE_SIZE) from its
 * mappings. `copies` (truncation): also unmaps the program's private copies. The next
 * access calls get_page again. May sleep; call it after the file has dropped the pages.
 */
struct inode;
void vm_file_unmap(const struct inode *inode, uint64_t from, uint64_t to, bool copies);

/* The next store into a shared mapping of bytes [from, to) of a file (multiples of PAGE_SIZE),
 * whose ops have tracks_stores, calls get_page again; stores before are done. May sleep. */
void vm_file_clean(const struct inode *inode, uint64_t from, uint64_t to);
/* Page faults may sleep from now on, in fill_page() of files and in file_pages_reclaim(). */
void vm_let_faults_wait(void);

/* For /proc/self/{maps,stat,status} and sysinfo. */
struct vm_stats {
    uint64_t mapped, resident, peak_resident, stack, data, text; /* bytes */
};
void vm_stats(struct vm_stats *st);
/* Calls fn for each VMA in order, without mm.lock, so fn may take any lock; concurrent changes may
 * be seen or not. Stops when fn returns non-zero, and returns that. */
struct vma;
struct vma_info {
    vaddr_t start, end;
    unsigned flags;
    uint64_t offset;
    const char *name;  /* "[stack]", "[heap]", the image's name, or "" */
    struct file *file; /* mapped file, referenced until fn returns; NULL: anonymous memory */
};
int vm_for_each(int (*fn)(const struct vma_info *info, void *arg), void *arg);

/* Path of the image for /proc/self/maps; set once, at the first use of /proc. */
extern const char *vm_image_name;

/* Addresses of argv and envp strings, auxv, stack and heap; set by program.c for /proc and
 * prctl. */
struct program_layout {
    vaddr_t arg_start, arg_end, env_start, env_end, auxv_start, auxv_end, stack_start, brk_start;
    const char *name; /* argv[0], in the kernel's memory */
};
extern struct program_layout program_layout;

#endif
