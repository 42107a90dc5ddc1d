/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Evaluates DWARF expressions. Without branches, so each byte is executed once at most. No state,
 * no locks.
 */
#include "expression.h"

#define STACK_MAX 32u

/* DWARF 5, 7.7.1. */
enum operation {
    OP_DEREF = 0x06,
    OP_CONST1U = 0x08, /* then 1S, 2U, 2S … 8S */
    OP_CONST8S = 0x0f,
    OP_CONSTU = 0x10,
    OP_CONSTS = 0x11,
    OP_DUP = 0x12,
    OP_DROP = 0x13,
    OP_OVER = 0x14,
    OP_SWAP = 0x16,
    OP_AND = 0x1a,
    OP_MINUS = 0x1c,
    OP_MUL = 0x1e,
    OP_NEG = 0x1f,
    OP_NOT = 0x20,
    OP_OR = 0x21,
    OP_PLUS = 0x22,
    OP_PLUS_UCONST = 0x23,
    OP_SHL = 0x24,
    OP_SHR = 0x25,
    OP_SHRA = 0x26,
    OP_XOR = 0x27,
    OP_EQ = 0x29,
    OP_GE = 0x2a,
    OP_GT = 0x2b,
    OP_LE = 0x2c,
    OP_LT = 0x2d,
    OP_NE = 0x2e,
    OP_LIT0 = 0x30,
    OP_LIT31 = 0x4f,
    OP_BREG0 = 0x70,
    OP_BREG31 = 0x8f,
    OP_BREGX = 0x92,
    OP_DEREF_SIZE = 0x94,
    OP_NOP = 0x96,
};

struct machine {
    struct cursor code;
    const struct unwind_frame *frame;
    const struct unwind_memory *memory;
    uint64_t stack[STACK_MAX];
    unsigned depth;
    enum unwind_result result; /* UNWIND_CALLER: no trouble so far */
};

static void push(struct machine *m, uint64_t value)
{
    if (m->depth == STACK_MAX) {
        m->result = UNWIND_UNCOVERED;
        return;
    }
    m->stack[m->depth++] = value;
}

static uint64_t pop(struct machine *m)
{
    if (m->depth == 0) {
        m->result = UNWIND_UNCOVERED;
        return 0;
    }
    return m->stack[--m->depth];
}

static uint64_t register_value(struct machine *m, uint64_t reg)
{
    int64_t offset = cursor_sleb(&m->code);
    if (reg >= UNWIND_REGISTERS || !unwind_knows(m->frame, (unsigned)reg)) {
        m->result = UNWIND_UNCOVERED;
        return 0;
    }
    return m->frame->values[reg] + (uint64_t)offset;
}

static uint64_t dereference(struct machine *m, uint64_t size)
{
    uint64_t value = 0;
    uint64_t address = pop(m);
    if (size == 0 || size > sizeof(value)) {
        m->result = UNWIND_UNCOVERED;
    } else if (m->result == UNWIND_CALLER && !unwind_read(m->memory, address, &value)) {
        m->result = UNWIND_UNREADABLE;
    }
    return size < sizeof(value) ? value & ((1ULL << 8 * size) - 1) : value;
}

static uint64_t shift(unsigned op, uint64_t a, uint64_t b)
{
    uint64_t sign = op == OP_SHRA && (int64_t)a < 0 ? UINT64_MAX : 0;
    if (b > 63) {
        return sign;
    }
    if (op == OP_SHL) {
        return a << b;
    }
    return a >> b | (b != 0 ? sign << (64 - b) : 0);
}

/* Operations with two operands, of which `b` was on top. */
static uint64_t combine(struct machine *m, unsigned op)
{
    uint64_t b = pop(m);
    uint64_t a = pop(m);
    switch (op) {
    case OP_AND:
        return a & b;
    case OP_MINUS:
        return a - b;
    case OP_MUL:
        return a * b;
    case OP_OR:
        return a | b;
    case OP_PLUS:
        return a + b;
    case OP_SHL:
    case OP_SHR:
    case OP_SHRA:
        return shift(op, a, b);
    case OP_XOR:
        return a ^ b;
    case OP_EQ:
        return a == b;
    case OP_GE:
        return (int64_t)a >= (int64_t)b;
    case OP_GT:
        return (int64_t)a > (int64_t)b;
    case OP_LE:
        return (int64_t)a <= (int64_t)b;
    case OP_LT:
        return (int64_t)a < (int64_t)b;
    case OP_NE:
        return a != b;
    default:
        m->result = UNWIND_UNCOVERED;
        return 0;
    }
}

/* DUP, OVER and SWAP. */
static void rearrange(struct machine *m, unsigned op)
{
    uint64_t top = pop(m);
    uint64_t below = op != OP_DUP ? pop(m) : 0;
    if (op == OP_OVER) {
        push(m, below);
    }
    push(m, top);
    push(m, op == OP_DUP ? top : below);
}

/* OP_CONST1U to OP_CONST8S: of 1, 2, 4 or 8 bytes, each unsigned and signed. */
static uint64_t constant(struct cursor *code, unsigned op)
{
    unsigned bytes = 1u << (op - OP_CONST1U) / 2;
    bool is_signed = (op - OP_CONST1U) % 2 != 0;
    return is_signed ? (uint64_t)cursor_signed(code, bytes) : cursor_unsigned(code, bytes);
}

/* Operations that push one value, and may take one. */
static uint64_t compute(struct machine *m, unsigned op)
{
    if (op >= OP_LIT0 && op <= OP_LIT31) {
        return op - OP_LIT0;
    }
    if (op >= OP_BREG0 && op <= OP_BREG31) {
        return register_value(m, op - OP_BREG0);
    }
    if (op >= OP_CONST1U && op <= OP_CONST8S) {
        return constant(&m->code, op);
    }
    switch (op) {
    case OP_DEREF:
        return dereference(m, sizeof(uint64_t));
    case OP_DEREF_SIZE:
        return dereference(m, cursor_unsigned(&m->code, 1));
    case OP_CONSTU:
        return cursor_uleb(&m->code);
    case OP_CONSTS:
        return (uint64_t)cursor_sleb(&m->code);
    case OP_NEG:
        return -pop(m);
    case OP_NOT:
        return ~pop(m);
    case OP_PLUS_UCONST:
        return pop(m) + cursor_uleb(&m->code);
    case OP_BREGX:
        return register_value(m, cursor_uleb(&m->code));
    default:
        return combine(m, op);
    }
}

static void execute(struct machine *m)
{
    unsigned op = (unsigned)cursor_unsigned(&m->code, 1);
    switch (op) {
    case OP_NOP:
        break;
    case OP_DROP:
        pop(m);
        break;
    case OP_DUP:
    case OP_OVER:
    case OP_SWAP:
        rearrange(m, op);
        break;
    default:
        push(m, compute(m, op));
    }
}

enum unwind_result expression_evaluate(struct cursor code, const struct unwind_frame *frame,
                                       const struct unwind_memory *memory, const uint64_t *first,
                                       uint64_t *value)
{
    struct machine m = {.code = code, .frame = frame, .memory = memory, .result = UNWIND_CALLER};
    if (first != NULL) {
        push(&m, *first);
    }
    while (m.result == UNWIND_CALLER && cursor_more(&m.code)) {
        execute(&m);
    }
    *value = pop(&m);
    return m.code.bad ? UNWIND_UNCOVERED : m.result;
}
