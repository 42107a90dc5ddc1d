/* SPDX-License-Identifier: BSD-3-Clause */
/* The interpreter of call-frame information on tables that are made here, whole and damaged. */
#include "unit.h"

#include "cursor.h"
#include "expression.h"
#include "unwind.h"

#include <stdlib.h>
#include <string.h>

#define TABLES  0x2000u /* link address of .eh_frame_hdr, which .eh_frame follows at … */
#define FRAMES  0x100u  /* … this offset */
#define BIAS    0x550000000000u
#define STACK   0x7ffe00001000u
#define LEB2(n) ((n) & 0x7f) | 0x80, (n) >> 7

struct made {
    uint8_t bytes[2048];
    size_t used;
    uint32_t nr_functions;
    size_t cie; /* offset of the last one */
    uint64_t stack[64];
    struct unwind_part part;
};

static void put(struct made *m, const void *bytes, size_t size)
{
    memcpy(m->bytes + m->used, bytes, size);
    m->used += size;
}

static void put32(struct made *m, uint32_t value)
{
    put(m, &value, sizeof(value));
}

/* Begins an entry; end_entry() stores its length. */
static size_t begin_entry(struct made *m)
{
    put32(m, 0);
    return m->used;
}

static void end_entry(struct made *m, size_t begun)
{
    while (m->used % 8 != 0) {
        m->bytes[m->used++] = 0; /* DW_CFA_nop */
    }
    uint32_t length = (uint32_t)(m->used - begun);
    memcpy(m->bytes + begun - sizeof(length), &length, sizeof(length));
}

/* CIE with code factor 1, data factor -8, addresses as sdata4 relative to themselves; each
 * function but of signal frames begins with CFA = rsp + 8 and the return address at CFA - 8. */
static void put_cie(struct made *m, const char *augmentation)
{
    static const uint8_t rest[] = {1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1};
    m->cie = m->used;
    size_t begun = begin_entry(m);
    put32(m, 0);
    put(m, "\1", 1);
    put(m, augmentation, strlen(augmentation) + 1);
    put(m, rest, strchr(augmentation, 'S') != NULL ? 5 : sizeof(rest));
    end_entry(m, begun);
}

/* FDE of [start, start + size); functions are added by ascending address. */
static void put_fde(struct made *m, uint32_t start, uint32_t size, const void *code, size_t length)
{
    uint32_t pair[2] = {start - TABLES, (uint32_t)m->used};
    memcpy(m->bytes + 12 + 8 * m->nr_functions++, pair, sizeof(pair));
    size_t begun = begin_entry(m);
    put32(m, (uint32_t)(m->used - m->cie));
    put32(m, start - (uint32_t)(TABLES + m->used));
    put32(m, size);
    put(m, "\0", 1);
    put(m, code, length);
    end_entry(m, begun);
    memcpy(m->bytes + 8, &m->nr_functions, sizeof(m->nr_functions));
}

static struct made make(void)
{
    static const uint8_t header[] = {1, 0x1b, 0x03, 0x3b};
    struct made m = {.used = FRAMES};
    uint32_t frames = FRAMES - 4;
    memcpy(m.bytes, header, sizeof(header));
    memcpy(m.bytes + 4, &frames, sizeof(frames));
    for (size_t i = 0; i < 64; i++) {
        m.stack[i] = 0x1000 + i;
    }
    put_cie(&m, "zR");
    return m;
}

static struct unwind_frame frame_at(uint64_t pc, bool exact)
{
    struct unwind_frame frame = {.known = (1u << UNWIND_REGISTERS) - 1, .exact = exact};
    for (unsigned i = 0; i < UNWIND_REGISTERS; i++) {
        frame.values[i] = 0x100 + i;
    }
    frame.values[UNWIND_RSP] = STACK;
    frame.values[UNWIND_RIP] = BIAS + pc;
    return frame;
}

static enum unwind_result step(struct made *m, struct unwind_frame *frame)
{
    struct unwind_tables tables = {m->bytes, m->used, TABLES, TABLES};
    m->part = (struct unwind_part){STACK, (const uint8_t *)m->stack, sizeof(m->stack)};
    struct unwind_memory memory = {&m->part, 1};
    return unwind_step(&tables, &memory, BIAS, frame);
}

/* push %rbx; sub $16, %rsp; …; add; pop */
static const uint8_t plain[] = {
    0x41,       /* after 1: */
    0x0e, 16,   /* CFA = rsp + 16 */
    0x83, 2,    /* rbx at CFA - 16 */
    0x44,       /* after 4 more: */
    0x0e, 32,   /* CFA = rsp + 32 */
    0x02, 0x20, /* after 0x20 more: */
    0x0a,       /* remember */
    0x0e, 16,   /* CFA = rsp + 16 */
    0x41,       /* after 1: */
    0xc3,       /* rbx as at the start */
    0x0e, 8,    /* CFA = rsp + 8 */
    0x41,       /* after 1: a second part, before which the function has returned */
    0x0b,       /* as remembered */
};

static void each_instruction_has_its_row(void **state)
{
    (void)state;
    static const struct {
        uint32_t pc, words;
        bool saved;
    } rows[] = {{0x1000, 1, false}, {0x1001, 2, true}, {0x1004, 2, true},
                {0x1005, 4, true},  {0x1024, 4, true}, {0x1025, 2, true},
                {0x1026, 1, false}, {0x1027, 4, true}, {0x104f, 4, true}};
    struct made m = make();
    put_fde(&m, 0x1000, 0x50, plain, sizeof(plain));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct unwind_frame frame = frame_at(rows[i].pc, true);
        uint32_t words = rows[i].words;
        assert_int_equal(step(&m, &frame), UNWIND_CALLER);
        assert_int_equal(frame.values[UNWIND_RSP], STACK + 8 * words);
        assert_int_equal(frame.values[UNWIND_RIP], m.stack[words - 1]);
        assert_int_equal(frame.values[UNWIND_RBX],
                         rows[i].saved ? m.stack[words - 2] : 0x100 + UNWIND_RBX);
        assert_int_equal(frame.values[UNWIND_RBP], 0x100 + UNWIND_RBP);
        assert_false(frame.exact);
    }
}

/* A call that never returns may be a function's last instruction. */
static void return_address_belongs_to_the_call(void **state)
{
    (void)state;
    static const uint8_t other[] = {0x0e, 64};
    struct made m = make();
    put_fde(&m, 0x1000, 0x50, plain, sizeof(plain));
    put_fde(&m, 0x1050, 0x10, other, sizeof(other));
    struct unwind_frame frame = frame_at(0x1050, false);
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_int_equal(frame.values[UNWIND_RSP], STACK + 32);
    frame = frame_at(0x1050, true);
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_int_equal(frame.values[UNWIND_RSP], STACK + 64);
}

static void frame_pointer(void **state)
{
    (void)state;
    static const uint8_t code[] = {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6};
    struct made m = make();
    put_fde(&m, 0x1000, 0x10, code, sizeof(code));
    struct unwind_frame frame = frame_at(0x1008, true);
    frame.values[UNWIND_RBP] = STACK + 80;
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_int_equal(frame.values[UNWIND_RSP], STACK + 96);
    assert_int_equal(frame.values[UNWIND_RBP], m.stack[10]);
    assert_int_equal(frame.values[UNWIND_RIP], m.stack[11]);
}

static void rarer_instructions(void **state)
{
    (void)state;
    static const uint8_t code[] = {
        0x12, 7,  0x7c,                   /* CFA = rsp + -4 * -8 */
        0x2e, 16,                         /* arguments on the stack: no matter */
        0x05, 3,  2,                      /* rbx at CFA - 16 */
        0x11, 6,  3,                      /* rbp at CFA - 24 */
        0x14, 12, 1,                      /* r12 is CFA - 8 */
        0x15, 13, 0x7f,                   /* r13 is CFA + 8 */
        0x2f, 14, 1,                      /* r14 at CFA + 8 */
        0x09, 15, 0,                      /* r15 is in rax */
        0x16, 8,  3,    0x23, 5,    0x1f, /* r8 is -(CFA + 5) */
        0x10, 9,  2,    0x38, 0x1c,       /* r9 is at CFA - 8 */
        0x07, 10,                         /* r10 is lost */
        0x07, 11, 0x08, 11,               /* r11 is not */
        0x05, 40, 1,                      /* a vector register */
    };
    struct made m = make();
    put_fde(&m, 0x1000, 0x10, code, sizeof(code));
    struct unwind_frame frame = frame_at(0x1000, true);
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_int_equal(frame.values[UNWIND_RSP], STACK + 32);
    assert_int_equal(frame.values[UNWIND_RIP], m.stack[3]);
    assert_int_equal(frame.values[UNWIND_RBX], m.stack[2]);
    assert_int_equal(frame.values[UNWIND_RBP], m.stack[1]);
    assert_int_equal(frame.values[UNWIND_R12], STACK + 24);
    assert_int_equal(frame.values[UNWIND_R13], STACK + 40);
    assert_int_equal(frame.values[UNWIND_R14], m.stack[5]);
    assert_int_equal(frame.values[UNWIND_R15], 0x100 + UNWIND_RAX);
    assert_int_equal(frame.values[UNWIND_R8], (uint64_t)-(int64_t)(STACK + 32 + 5));
    assert_int_equal(frame.values[UNWIND_R9], m.stack[3]);
    assert_false(unwind_knows(&frame, UNWIND_R10));
    assert_true(unwind_knows(&frame, UNWIND_R11));
}

/* What linkers write for the stubs of shared libraries. */
static void expression_with_the_instruction(void **state)
{
    (void)state;
    static const uint8_t code[] = {0x0f, 11,   0x77, 8,    0x80, 0,   0x3f,
                                   0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22};
    struct made m = make();
    put_fde(&m, 0x1000, 0x20, code, sizeof(code));
    struct unwind_frame frame = frame_at(0x100a, true);
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_int_equal(frame.values[UNWIND_RSP], STACK + 8);
    frame = frame_at(0x100b, true);
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_int_equal(frame.values[UNWIND_RSP], STACK + 16);
}

/* The call-frame information of __restore_rt, which signal handlers return to: rsp is then the
 * address of the ucontext, which holds the registers from byte 40 on. */
/* clang-format off */
static const uint8_t signal_return[] = {
    0x0f, 4, 0x77, LEB2(160), 0x06, /* CFA: the interrupted rsp */
    0x10, 8, 2, 0x77, 40,
    0x10, 9, 2, 0x77, 48,
    0x10, 10, 2, 0x77, 56,
    0x10, 11, 3, 0x77, LEB2(64),
    0x10, 12, 3, 0x77, LEB2(72),
    0x10, 13, 3, 0x77, LEB2(80),
    0x10, 14, 3, 0x77, LEB2(88),
    0x10, 15, 3, 0x77, LEB2(96),
    0x10, 5, 3, 0x77, LEB2(104),  /* rdi */
    0x10, 4, 3, 0x77, LEB2(112),  /* rsi */
    0x10, 6, 3, 0x77, LEB2(120),  /* rbp */
    0x10, 3, 3, 0x77, LEB2(128),  /* rbx */
    0x10, 1, 3, 0x77, LEB2(136),  /* rdx */
    0x10, 0, 3, 0x77, LEB2(144),  /* rax */
    0x10, 2, 3, 0x77, LEB2(152),  /* rcx */
    0x10, 7, 3, 0x77, LEB2(160),  /* rsp */
    0x10, 16, 3, 0x77, LEB2(168), /* rip */
};
/* clang-format on */

static void signal_frame(void **state)
{
    (void)state;
    static const uint8_t order[] = {8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16};
    struct made m = make();
    put_fde(&m, 0x1000, 0x50, plain, sizeof(plain));
    put_cie(&m, "zRS");
    put_fde(&m, 0x1050, 6, signal_return, sizeof(signal_return));
    /* The handler returns to the second byte of the code: the first is for unwinders. */
    m.stack[20] = 0x7ffe00000010; /* below: the handler ran on an alternate stack */
    m.stack[21] = BIAS + 0x1001;
    struct unwind_frame frame = frame_at(0x1051, false);
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    for (unsigned i = 0; i < UNWIND_REGISTERS; i++) {
        assert_true(unwind_knows(&frame, order[i]));
        assert_int_equal(frame.values[order[i]], m.stack[5 + i]);
    }
    assert_true(frame.exact);
    /* So the interrupted instruction's row is the one that begins there. */
    frame.values[UNWIND_RSP] = STACK;
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_int_equal(frame.values[UNWIND_RSP], STACK + 16);
    assert_false(frame.exact);

    /* A handler of SIGSEGV for a call of a null pointer. */
    m.stack[21] = 0;
    frame = frame_at(0x1051, false);
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_int_equal(frame.values[UNWIND_RIP], 0);
}

static void handlers_return_to_signal_frames(void **state)
{
    (void)state;
    struct made m = make();
    put_fde(&m, 0x1000, 0x50, plain, sizeof(plain));
    put_cie(&m, "zRS");
    put_fde(&m, 0x1050, 6, signal_return, sizeof(signal_return));
    struct unwind_tables tables = {m.bytes, m.used, TABLES, TABLES};
    assert_true(unwind_ends_handler(&tables, BIAS, BIAS + 0x1051));
    assert_false(unwind_ends_handler(&tables, BIAS, BIAS + 0x1050));
    assert_false(unwind_ends_handler(&tables, BIAS, BIAS + 0x1057));
}

static void ends(void **state)
{
    (void)state;
    static const uint8_t no_caller[] = {0x07, 16};
    static const uint8_t downwards[] = {0x13, 2}; /* CFA = rsp - 16 */
    struct made m = make();
    put_fde(&m, 0x1000, 0x10, no_caller, sizeof(no_caller));
    put_fde(&m, 0x1010, 0x10, downwards, sizeof(downwards));
    put_fde(&m, 0x1040, 0x50, plain, sizeof(plain));
    struct unwind_frame frame = frame_at(0x1008, true);
    assert_int_equal(step(&m, &frame), UNWIND_OUTERMOST);

    frame = frame_at(0x1018, true);
    frame.values[UNWIND_RSP] = STACK + 64;
    assert_int_equal(step(&m, &frame), UNWIND_UNCOVERED);
    static const uint64_t uncovered[] = {0, 0xfff, 0x1020, 0x103f, 0x1090, 0x5000, UINT64_MAX};
    for (size_t i = 0; i < sizeof(uncovered) / sizeof(uncovered[0]); i++) {
        frame = frame_at(uncovered[i], true);
        assert_int_equal(step(&m, &frame), UNWIND_UNCOVERED);
        assert_int_equal(frame.values[UNWIND_RSP], STACK);
    }

    frame = frame_at(0x1040, true);
    frame.values[UNWIND_RSP] = STACK + sizeof(m.stack) - 4;
    assert_int_equal(step(&m, &frame), UNWIND_UNREADABLE);
    frame.values[UNWIND_RSP] = STACK + sizeof(m.stack) - 8;
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    m.stack[0] = 0;
    frame = frame_at(0x1040, true);
    assert_int_equal(step(&m, &frame), UNWIND_OUTERMOST);
}

/* What a guessed frame does not know must not be made use of. */
static void unknown_registers(void **state)
{
    (void)state;
    static const uint8_t code[] = {0x0c, 6, 16, 0x09, 3, 12};
    struct made m = make();
    put_fde(&m, 0x1000, 0x10, code, sizeof(code));
    struct unwind_frame frame = frame_at(0x1000, true);
    frame.known &= ~(1u << UNWIND_RBP);
    assert_int_equal(step(&m, &frame), UNWIND_UNCOVERED);
    frame = frame_at(0x1000, true);
    frame.values[UNWIND_RBP] = STACK;
    frame.known &= ~(1u << UNWIND_R12);
    assert_int_equal(step(&m, &frame), UNWIND_CALLER);
    assert_false(unwind_knows(&frame, UNWIND_RBX));
}

/* Steps from every address with tables in a block of their size, so that ASan sees an overrun. */
static void survive(const uint8_t *bytes, size_t size, const struct made *m)
{
    uint8_t *copy = malloc(size != 0 ? size : 1);
    memcpy(copy, bytes, size);
    struct unwind_tables tables = {copy, size, TABLES, TABLES};
    struct unwind_part part = {STACK, (const uint8_t *)m->stack, sizeof(m->stack)};
    struct unwind_memory memory = {&part, 1};
    for (uint64_t pc = 0xff8; pc < 0x1060; pc += 8) {
        struct unwind_frame frame = frame_at(pc, true);
        for (int calls = 0; calls < 4; calls++) {
            if (unwind_step(&tables, &memory, BIAS, &frame) != UNWIND_CALLER) {
                break;
            }
        }
    }
    free(copy);
}

static void damaged_tables(void **state)
{
    (void)state;
    static const uint8_t values[] = {0x00, 0x01, 0x0b, 0x0f, 0x16, 0x7f, 0x80, 0xff};
    struct made m = make();
    put_fde(&m, 0x1000, 0x50, plain, sizeof(plain));
    put_cie(&m, "zRS");
    put_fde(&m, 0x1050, 6, signal_return, sizeof(signal_return));
    for (size_t size = 0; size < m.used; size++) {
        survive(m.bytes, size, &m);
    }
    for (size_t at = 0; at < m.used; at++) {
        uint8_t before = m.bytes[at];
        for (size_t i = 0; i < sizeof(values); i++) {
            m.bytes[at] = values[i];
            survive(m.bytes, m.used, &m);
        }
        m.bytes[at] = before;
    }
    /* Noise in place of the instructions. */
    srand(1);
    for (int round = 0; round < 2000; round++) {
        for (size_t at = FRAMES; at < m.used; at += 1 + (size_t)rand() % 16) {
            m.bytes[at] = (uint8_t)rand();
        }
        survive(m.bytes, m.used, &m);
    }
}

static enum unwind_result evaluate(const uint8_t *code, size_t size, uint64_t *value)
{
    static const uint64_t word = 0x8877665544332211;
    struct unwind_part part = {STACK, (const uint8_t *)&word, sizeof(word)};
    struct unwind_memory memory = {&part, 1};
    struct unwind_frame frame = frame_at(0, true);
    struct cursor c = {.at = code, .end = code + size};
    return expression_evaluate(c, &frame, &memory, NULL, value);
}

static void expressions(void **state)
{
    (void)state;
    static const struct {
        uint8_t code[12], size;
        uint64_t value;
    } good[] = {
        {{0x30}, 1, 0},
        {{0x4f}, 1, 31},
        {{0x08, 0xff}, 2, 255},
        {{0x09, 0xff}, 2, UINT64_MAX},
        {{0x0a, 0xfe, 0xff}, 3, 0xfffe},
        {{0x0d, 0, 0, 0, 0x80}, 5, 0xffffffff80000000},
        {{0x0e, 1, 2, 3, 4, 5, 6, 7, 8}, 9, 0x0807060504030201},
        {{0x10, 0xe5, 0x8e, 0x26}, 4, 624485},
        {{0x11, 0x9b, 0xf1, 0x59}, 4, (uint64_t)-624485},
        {{0x35, 0x12, 0x22}, 3, 10},
        {{0x35, 0x33, 0x16, 0x1c}, 4, (uint64_t)-2},
        {{0x35, 0x33, 0x14, 0x1e, 0x1e}, 5, 75},
        {{0x35, 0x33, 0x13}, 3, 5},
        {{0x35, 0x33, 0x27}, 3, 6},
        {{0x35, 0x33, 0x21}, 3, 7},
        {{0x35, 0x20}, 2, ~5ULL},
        {{0x35, 0x1f, 0x31, 0x26}, 4, (uint64_t)-3},
        {{0x35, 0x1f, 0x08, 63, 0x25}, 5, 1},
        {{0x35, 0x08, 200, 0x24}, 4, 0},
        {{0x35, 0x1f, 0x30, 0x2d}, 4, 1},
        {{0x35, 0x35, 0x2e, 0x96}, 4, 0},
        {{0x73, 0x7e}, 2, 0x103 - 2},
        {{0x92, 16, 0}, 3, BIAS},
        {{0x77, 0, 0x06}, 3, 0x8877665544332211},
        {{0x77, 0, 0x94, 2}, 4, 0x2211},
    };
    uint64_t value;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(evaluate(good[i].code, good[i].size, &value), UNWIND_CALLER);
        assert_int_equal(value, good[i].value);
    }
    static const struct {
        uint8_t code[4], size;
    } bad[] = {{{0}, 0},           {{0x22}, 1},       {{0x31, 0x22}, 2},    {{0x13}, 1},
               {{0x08}, 1},        {{0x10, 0x80}, 2}, {{0x28, 0, 0}, 3},    {{0x2f, 0xfd, 0xff}, 3},
               {{0x92, 17, 0}, 3}, {{0x8f, 0}, 2},    {{0x31, 0x94, 9}, 3}, {{0xff}, 1}};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(evaluate(bad[i].code, bad[i].size, &value), UNWIND_UNCOVERED);
    }
    static const uint8_t outside[] = {0x31, 0x06};
    assert_int_equal(evaluate(outside, sizeof(outside), &value), UNWIND_UNREADABLE);
    uint8_t many[64];
    memset(many, 0x31, sizeof(many));
    assert_int_equal(evaluate(many, sizeof(many), &value), UNWIND_UNCOVERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_instruction_has_its_row),
        cmocka_unit_test(return_address_belongs_to_the_call),
        cmocka_unit_test(frame_pointer),
        cmocka_unit_test(rarer_instructions),
        cmocka_unit_test(expression_with_the_instruction),
        cmocka_unit_test(signal_frame),
        cmocka_unit_test(handlers_return_to_signal_frames),
        cmocka_unit_test(ends),
        cmocka_unit_test(unknown_registers),
        cmocka_unit_test(damaged_tables),
        cmocka_unit_test(expressions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
