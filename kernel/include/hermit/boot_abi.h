/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interface between the launcher (host) and the kernel (guest): the boot block with
 * arguments and settings, and the messages on the control port. Included by both
 * sides; holds no pointers and no guest addresses. All numbers are little-endian.
 *
 * The boot block is the start of the initial RAM disk:
 *
 *     struct hermit_boot_block | strings | zeros to `size` | newc cpio archive or nothing
 *
 * `size` is a multiple of HERMIT_BOOT_ALIGN; the archive that becomes the root
 * folder follows at once and reaches to the end of the disk. A disk that starts
 * with a newc magic instead is an archive without a block: the arguments are then
 * the words of the kernel command line.
 *
 * newc has 32 bits for a time. With HERMIT_BOOT_FULL_TIMES seconds are signed and the field c_check
 * holds their upper half; c_rdevminor, except of devices, holds the nanoseconds.
 */
#ifndef HERMIT_BOOT_ABI_H
#define HERMIT_BOOT_ABI_H

#include <stdint.h>

#define HERMIT_BOOT_MAGIC   0x544f4f4254494d48ULL /* "HMITBOOT" */
#define HERMIT_BOOT_VERSION 7
#define HERMIT_BOOT_ALIGN   4096
#define HERMIT_ARGS_MAX     (2u << 20) /* bytes: argument and environment strings with their NULs */

#define HERMIT_ROOT_UNLIMITED UINT32_MAX /* root_pages: as large as memory */

enum hermit_boot_flags {
    HERMIT_BOOT_VERBOSE = 1 << 0,     /* kernel log is wanted on the log port */
    HERMIT_BOOT_CPUS_SHARED = 1 << 1, /* more virtual CPUs than host CPUs for them */
    HERMIT_BOOT_FULL_TIMES = 1 << 2,  /* the archive's times are as above */
    HERMIT_BOOT_LOST_FILES = 1 << 3,  /* message LOST_FILES is wanted */
    /* The working folder is not the caller's, who has not said so: FOLDER_USED is wanted */
    HERMIT_BOOT_FOLDER_WITHHELD = 1 << 4,
};

/* Properties of one of the launcher's descriptors 0 to 2. */
enum hermit_stream {
    HERMIT_STREAM_PORT = 7,         /* mask: enum hermit_port that its writes go to; 0: not
                                     * writable. Two with the same port keep their order */
    HERMIT_STREAM_FOLDER = 1 << 3,  /* a directory: reading it returns EISDIR */
    HERMIT_STREAM_OPEN = 1 << 4,    /* open; else the program starts without it */
    HERMIT_STREAM_READ = 1 << 5,    /* reading it reads HERMIT_PORT_STDIN */
    HERMIT_STREAM_TTY = 1 << 6,     /* a terminal */
    HERMIT_STREAM_INSTANT = 1 << 7, /* no pipe, terminal or socket: always ready for poll(2),
                                     * O_NONBLOCK has no effect */
};

/* A folder of the host, behind the device of its protocol whose tag is "share" and its number.
 * Shares are mounted in their order. If the first one's path is "/", it is below the root, which
 * has no archive then, and nothing is written to it. */
enum hermit_share_via {
    HERMIT_SHARE_9P = 0,
    HERMIT_SHARE_VIRTIOFS = 1,
};

enum hermit_share_cache {
    HERMIT_SHARE_CACHE_NONE = 0,          /* the host is asked each time */
    HERMIT_SHARE_CACHE_CLOSE_TO_OPEN = 1, /* what the host changes is seen when a file is opened */
    HERMIT_SHARE_CACHE_ALWAYS = 2,        /* nobody but the program changes anything */
};

#define HERMIT_SHARES_MAX                                                                          \
    5 /* devices that a microvm has slots for, besides its own and a network */

struct hermit_share {
    uint32_t cache;    /* enum hermit_share_cache */
    uint32_t via;      /* enum hermit_share_via */
    uint32_t path_off; /* bytes from the start of the block to its absolute path in the machine */
    uint32_t server_files; /* by virtio-fs: how many files its server may have open */
};

/* The network device, and the IPv4 addresses that were given for it: bytes in the order in which
 * they are written, zero: by DHCP. */
struct hermit_network {
    uint8_t present; /* there is a device */
    uint8_t reserved[3];
    uint8_t ip[4], gateway[4], mask[4], dns[4];
};

struct hermit_boot_block {
    uint64_t magic;
    uint32_t version;
    uint32_t flags;        /* enum hermit_boot_flags */
    uint64_t size;         /* bytes from the start of the block to the archive */
    uint64_t archive_size; /* bytes of the archive, 0: none */
    uint64_t tsc_hz;       /* 0: unknown */
    uint64_t stack_size;   /* RLIMIT_STACK in bytes, UINT64_MAX: no limit, 0: kernel's default */
    uint64_t wall_ns;      /* host's CLOCK_REALTIME when the machine was started, 0: use the RTC */
    uint8_t seed[32];      /* random bytes for the kernel's generator */
    uint32_t argc;         /* strings that follow: argv[0..argc) … */
    uint32_t envc;         /* … then envp[0..envc) … */
    uint32_t strings_off;  /* bytes from the start of the block to argv[0] */
    uint32_t strings_size; /* bytes of all strings with NULs: the shares' paths and, last, the
                            * working folder follow */
    uint16_t rows, cols;   /* terminal window, 0: unknown */
    uint32_t chaos_seed;   /* of a chaos kernel's delays (hermit/chaos.h), 0: from `seed` */
    uint8_t termios[64]; /* struct termios of the kernel ABI (asm/termbits.h), zero: no terminal */
    uint32_t root_pages; /* size of the root folder in pages of 4 KiB, 0: half of memory */
    uint8_t streams[4];  /* enum hermit_stream for descriptors 0, 1 and 2, and a zero */
    uint32_t nr_shares;
    uint32_t uid, gid; /* the launcher's: who makes files in shares */
    struct hermit_share shares[HERMIT_SHARES_MAX];
    struct hermit_network network;
};

/*
 * Ports of the virtio-serial device, by number. The streams carry raw bytes. When
 * the host end of a stream closes, the guest sees end of file (stdin) or EPIPE with
 * SIGPIPE (stdout, stderr). Bytes that the guest sends through stdin's port go to the
 * launcher's descriptor 0.
 */
enum hermit_port {
    HERMIT_PORT_CONTROL = 1,
    HERMIT_PORT_STDIN = 2,
    HERMIT_PORT_STDOUT = 3,
    HERMIT_PORT_STDERR = 4,
    HERMIT_PORT_LOG = 5,
    HERMIT_PORT_MAX = 6,
};

/* Every message on the control port: this header, then `length` bytes. */
struct hermit_msg {
    uint32_t type;   /* enum hermit_msg_type */
    uint32_t length; /* bytes that follow */
};

enum hermit_msg_type {
    /* guest → launcher */
    HERMIT_MSG_EXIT = 1, /* struct hermit_exit; the last message; all streams were drained before */
    HERMIT_MSG_CRASH = 2,   /* struct hermit_crash + frames + text; stderr was drained before */
    HERMIT_MSG_TERMIOS = 3, /* uint8_t[64]: struct termios to set on the terminal (TCSETSW) */
    HERMIT_MSG_MAIN = 4,    /* empty: the program's first instruction is about to run */
    HERMIT_MSG_STDIN = 5, /* empty: the program reads stdin; nothing is taken from it before this */
    HERMIT_MSG_IMAGE = 6, /* struct hermit_image_request: a part of the image's file is wanted */
    HERMIT_MSG_TOLD = 7,  /* struct hermit_error: the program's next write gets that error; ERROR
                           * with error 0 answers, once the earlier output is written or lost */
    HERMIT_MSG_STOP =
        8, /* uint32_t: the signal that stops the program; SIGNAL with SIGCONT answers */
    HERMIT_MSG_LOST_FILES = 9, /* struct hermit_lost_files + path; before EXIT, if there are any */
    HERMIT_MSG_REGISTERS = 10, /* struct hermit_registers of the thread that CRASH is about */
    HERMIT_MSG_STACK = 11,     /* uint64_t: an address; then the bytes there. Before CRASH */
    HERMIT_MSG_FOLDER_USED = 12, /* empty: a path that begins at the working folder is used; once */
    /* launcher → guest */
    HERMIT_MSG_SIGNAL = 16,     /* uint32_t: Linux signal number for the process */
    HERMIT_MSG_WINSIZE = 17,    /* uint16_t rows, cols: the window changed; SIGWINCH */
    HERMIT_MSG_IMAGE_PART = 18, /* struct hermit_image_part, then its bytes: the answer to IMAGE */
    HERMIT_MSG_ERROR = 19, /* struct hermit_error: for the program's next write to that port, or the
                            * end of its reads of stdin; one at a time each. 0: answers TOLD */
    HERMIT_MSG_SHARE_GONE = 20, /* uint8_t: a bit for each share whose server has ended */
};

struct hermit_exit {
    int32_t code;   /* 0..255, meaningful when signal == 0 */
    int32_t signal; /* signal that ended the program, 0: it exited */
};

/* An error of the host's write(2) or read(2) that came after the program's own call returned. */
struct hermit_error {
    uint32_t port; /* enum hermit_port */
    int32_t error; /* errno; negative for a read, whose error is permanent */
};

/*
 * Regular files that the program made or changed below its first working folder, and that end with
 * the machine. Followed by the path of the first one, without a NUL: absolute, or the last name
 * alone if it is longer than HERMIT_LOST_PATH_MAX.
 */
#define HERMIT_LOST_PATH_MAX 512u

struct hermit_lost_files {
    uint64_t count; /* names: a file with two is lost twice */
};

/* The launcher sends the image's file in parts, on request; one request at a time. */
#define HERMIT_IMAGE_PART_MAX 32768u

struct hermit_image_request {
    uint64_t offset;
    uint32_t length; /* bytes wanted, at most HERMIT_IMAGE_PART_MAX; 0: only the file's size */
    uint32_t reserved;
};

/* Followed by the requested bytes, fewer at the end of the file. */
struct hermit_image_part {
    uint64_t size; /* of the file */
    uint64_t offset;
};

/* Exit statuses of the launcher itself. */
#define HERMIT_STATUS_TIMEOUT 124
#define HERMIT_STATUS_FAILED  125 /* the launcher or the machine failed, not the program */

/*
 * A report of a fatal fault. `bias` was added to the image's link addresses. Frame 0
 * is the address of the faulting instruction, the others are return addresses, followed by
 * frame pointer. The text has no addresses to look up; it is printed first.
 *
 * REGISTERS and STACK before it are what the launcher unwinds the program by. Its calls replace the
 * frames if both begin at the same instruction; else the frames are a panic's, the kernel's own,
 * and the program's calls follow them.
 */
struct hermit_crash {
    uint64_t bias;
    uint32_t nr_frames; /* uint64_t each, after this structure */
    uint32_t text_size; /* bytes of UTF-8 text after the frames */
};

/* The program's registers where it entered the kernel, as x86-64's entry code stores them. */
struct hermit_registers {
    uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint64_t vector; /* the processor's; from HERMIT_VECTOR_CALL on, a call of the kernel */
    uint64_t error, rip, cs, rflags, rsp, ss;
};

#define HERMIT_VECTOR_CALL 0x100u

/*
 * Of the stack, from rsp upwards, this many bytes are sent as far as they are in memory. If signal
 * handlers have used an alternate stack, the same of the one that was interrupted last.
 */
#define HERMIT_STACK_MAX (1u << 20)

/*
 * Marks of an image in its ELF header, e_ident[EI_OSABI] (ELFOSABI_STANDALONE) and
 * e_ident[EI_ABIVERSION]: no program of Linux has them, and strip and objcopy keep them. The link
 * driver sets them, for binfmt_misc; an image without them runs as well.
 */
#define HERMIT_ELF_OSABI      255
#define HERMIT_ELF_ABIVERSION 'H'

/* PT_ type of the program header that describes the application's bss. */
#define HERMIT_PT_BSS 0x68425353

#endif
