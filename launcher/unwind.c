/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interpreter of call-frame information: finds the description of the function (FDE, with what
 * it shares with others, CIE), executes its instructions up to the one that runs, and takes the
 * caller's registers from where they then say. No state, no locks.
 */
#include "unwind.h"

#include "cursor.h"
#include "expression.h"

#include <string.h>

#define SAVED_MAX 8u /* rows that DW_CFA_remember_state may keep at a time */

/* DWARF 5, 7.24. The first three have an operand in their lower six bits. */
enum instruction {
    CFA_ADVANCE_LOC = 0x40,
    CFA_OFFSET = 0x80,
    CFA_RESTORE = 0xc0,
    CFA_NOP = 0x00,
    CFA_SET_LOC = 0x01,
    CFA_ADVANCE_LOC1 = 0x02,
    CFA_ADVANCE_LOC2 = 0x03,
    CFA_ADVANCE_LOC4 = 0x04,
    CFA_OFFSET_EXTENDED = 0x05,
    CFA_RESTORE_EXTENDED = 0x06,
    CFA_UNDEFINED = 0x07,
    CFA_SAME_VALUE = 0x08,
    CFA_REGISTER = 0x09,
    CFA_REMEMBER_STATE = 0x0a,
    CFA_RESTORE_STATE = 0x0b,
    CFA_DEF_CFA = 0x0c,
    CFA_DEF_CFA_REGISTER = 0x0d,
    CFA_DEF_CFA_OFFSET = 0x0e,
    CFA_DEF_CFA_EXPRESSION = 0x0f,
    CFA_EXPRESSION = 0x10,
    CFA_OFFSET_EXTENDED_SF = 0x11,
    CFA_DEF_CFA_SF = 0x12,
    CFA_DEF_CFA_OFFSET_SF = 0x13,
    CFA_VAL_OFFSET = 0x14,
    CFA_VAL_OFFSET_SF = 0x15,
    CFA_VAL_EXPRESSION = 0x16,
    CFA_GNU_ARGS_SIZE = 0x2e,
    CFA_GNU_NEGATIVE_OFFSET_EXTENDED = 0x2f,
};

/* Where a register of the caller is. The canonical frame address (CFA) is the caller's rsp. */
struct place {
    enum {
        SAME, /* still in the register; of rsp: it is the CFA */
        UNDEFINED,
        AT_OFFSET, /* in memory at CFA + offset */
        IS_OFFSET, /* CFA + offset itself */
        IN_REGISTER,
        AT_EXPRESSION,
        IS_EXPRESSION,
    } rule;
    int64_t offset;
    uint64_t reg;
    struct cursor expression;
};

struct row {
    struct place registers[UNWIND_REGISTERS];
    struct place cfa; /* IN_REGISTER, with an offset, or IS_EXPRESSION; SAME: not defined */
};

/* A function's description, and the rows while its instructions are executed. */
struct function {
    uint64_t start, size;
    uint64_t code_factor;
    int64_t data_factor;
    uint64_t return_register;
    unsigned encoding;
    bool sized;     /* FDEs have augmentation data, with its size before it */
    bool is_signal; /* what it returns to was interrupted, and called nothing */
    struct cursor initial, own;

    uint64_t location;
    struct row row, at_start, saved[SAVED_MAX];
    unsigned nr_saved;
};

bool unwind_read(const struct unwind_memory *memory, uint64_t address, uint64_t *value)
{
    for (size_t i = 0; i < memory->count; i++) {
        const struct unwind_part *part = &memory->parts[i];
        uint64_t offset = address - part->address;
        if (offset < part->size && part->size - offset >= sizeof(*value)) {
            memcpy(value, part->bytes + offset, sizeof(*value));
            return true;
        }
    }
    return false;
}

static struct cursor cursor_at(const struct unwind_tables *tables, uint64_t address)
{
    uint64_t offset = address - tables->address;
    bool inside = offset < tables->size;
    return (struct cursor){
        .at = tables->bytes + (inside ? offset : tables->size),
        .end = tables->bytes + tables->size,
        .address = address,
        .bad = !inside,
    };
}

/* Finds the last FDE that begins at or before pc. Returns its address, 0: there is none. */
static uint64_t search(const struct unwind_tables *tables, uint64_t pc)
{
    struct cursor header = cursor_at(tables, tables->header);
    uint64_t version = cursor_unsigned(&header, 1);
    unsigned frame_encoding = (unsigned)cursor_unsigned(&header, 1);
    unsigned count_encoding = (unsigned)cursor_unsigned(&header, 1);
    unsigned table_encoding = (unsigned)cursor_unsigned(&header, 1);
    cursor_encoded(&header, frame_encoding, tables->header);
    uint64_t count = cursor_encoded(&header, count_encoding, tables->header);
    if (header.bad || version != 1 || count_encoding == ENCODED_OMITTED ||
        table_encoding != (ENCODED_DATAREL | ENCODED_SDATA4)) {
        return 0;
    }
    uint64_t low = 0;
    uint64_t high = (size_t)(header.end - header.at) / 8;
    high = count < high ? count : high;
    uint64_t found = 0;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct cursor pair = cursor_at(tables, header.address + 8 * middle);
        if (cursor_encoded(&pair, table_encoding, tables->header) <= pc) {
            found = cursor_encoded(&pair, table_encoding, tables->header);
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return found;
}

/* Opens the CIE or FDE at an address. */
static struct cursor open_entry(const struct unwind_tables *tables, uint64_t address)
{
    struct cursor c = cursor_at(tables, address);
    uint64_t length = cursor_unsigned(&c, 4);
    c.bad |= length == 0xffffffff; /* 64-bit DWARF, which no compiler emits here */
    return cursor_block(&c, length);
}

static bool take_augmentation(struct function *f, struct cursor *cie, const char *letters)
{
    if (letters[0] == '\0') {
        return true;
    }
    if (letters[0] != 'z') {
        return false;
    }
    f->sized = true;
    struct cursor data = cursor_block(cie, cursor_uleb(cie));
    for (const char *letter = letters + 1; *letter != '\0'; letter++) {
        switch (*letter) {
        case 'R':
            f->encoding = (unsigned)cursor_unsigned(&data, 1);
            break;
        case 'P': {
            unsigned encoding = (unsigned)cursor_unsigned(&data, 1);
            cursor_encoded(&data, encoding & ~(unsigned)ENCODED_INDIRECT, 0);
            break;
        }
        case 'L':
            cursor_unsigned(&data, 1);
            break;
        case 'S':
            f->is_signal = true;
            break;
        default:
            return false;
        }
    }
    return !data.bad;
}

static bool parse_cie(const struct unwind_tables *tables, uint64_t address, struct function *f)
{
    struct cursor cie = open_entry(tables, address);
    uint64_t id = cursor_unsigned(&cie, 4);
    uint64_t version = cursor_unsigned(&cie, 1);
    const char *letters = (const char *)cie.at;
    while (cursor_unsigned(&cie, 1) != 0) {
    }
    f->code_factor = cursor_uleb(&cie);
    f->data_factor = cursor_sleb(&cie);
    f->return_register = version == 1 ? cursor_unsigned(&cie, 1) : cursor_uleb(&cie);
    if (cie.bad || id != 0 || (version != 1 && version != 3) ||
        !take_augmentation(f, &cie, letters)) {
        return false;
    }
    f->initial = cie;
    return !cie.bad && f->return_register == UNWIND_RIP;
}

/* Finds what the table says of the function that contains pc. */
static bool find_function(const struct unwind_tables *tables, uint64_t pc, struct function *f)
{
    if (tables->size == 0) {
        return false;
    }
    uint64_t address = search(tables, pc);
    struct cursor fde = open_entry(tables, address);
    uint64_t id_at = fde.address;
    uint64_t distance = cursor_unsigned(&fde, 4);
    memset(f, 0, sizeof(*f));
    if (address == 0 || fde.bad || distance == 0 || !parse_cie(tables, id_at - distance, f)) {
        return false;
    }
    f->start = cursor_encoded(&fde, f->encoding, tables->header);
    f->size = cursor_encoded(&fde, f->encoding & ENCODED_FORMAT, 0);
    if (f->sized) {
        cursor_block(&fde, cursor_uleb(&fde));
    }
    f->own = fde;
    f->location = f->start;
    return !fde.bad && pc - f->start < f->size;
}

static void set(struct function *f, uint64_t reg, struct place place)
{
    if (reg < UNWIND_REGISTERS) { /* vector registers are of no interest */
        f->row.registers[reg] = place;
    }
}

static void set_offset(struct function *f, uint64_t reg, uint64_t factored, bool is_value)
{
    int64_t offset = (int64_t)(factored * (uint64_t)f->data_factor);
    set(f, reg, (struct place){.rule = is_value ? IS_OFFSET : AT_OFFSET, .offset = offset});
}

static void restore(struct function *f, uint64_t reg)
{
    if (reg < UNWIND_REGISTERS) {
        f->row.registers[reg] = f->at_start.registers[reg];
    }
}

static void set_expression(struct function *f, struct cursor *code, bool is_value)
{
    uint64_t reg = cursor_uleb(code);
    struct cursor expression = cursor_block(code, cursor_uleb(code));
    set(f, reg,
        (struct place){.rule = is_value ? IS_EXPRESSION : AT_EXPRESSION, .expression = expression});
}

static int64_t factored(const struct function *f, struct cursor *code)
{
    return (int64_t)((uint64_t)cursor_sleb(code) * (uint64_t)f->data_factor);
}

/* Instructions that define the CFA. False: it is none of them. */
static bool define_cfa(struct function *f, unsigned op, struct cursor *code)
{
    struct place *cfa = &f->row.cfa;
    switch (op) {
    case CFA_DEF_CFA:
    case CFA_DEF_CFA_SF:
        *cfa = (struct place){.rule = IN_REGISTER, .reg = cursor_uleb(code)};
        cfa->offset = op == CFA_DEF_CFA ? (int64_t)cursor_uleb(code) : factored(f, code);
        return true;
    case CFA_DEF_CFA_REGISTER:
        cfa->reg = cursor_uleb(code);
        return true;
    case CFA_DEF_CFA_OFFSET:
        cfa->offset = (int64_t)cursor_uleb(code);
        return true;
    case CFA_DEF_CFA_OFFSET_SF:
        cfa->offset = factored(f, code);
        return true;
    case CFA_DEF_CFA_EXPRESSION:
        *cfa = (struct place){.rule = IS_EXPRESSION,
                              .expression = cursor_block(code, cursor_uleb(code))};
        return true;
    default:
        return false;
    }
}

/* Instructions that say where a register is. False: it is none of them. */
static bool define_register(struct function *f, unsigned op, struct cursor *code)
{
    uint64_t reg;
    switch (op) {
    case CFA_OFFSET_EXTENDED:
    case CFA_VAL_OFFSET:
        reg = cursor_uleb(code);
        set_offset(f, reg, cursor_uleb(code), op == CFA_VAL_OFFSET);
        return true;
    case CFA_OFFSET_EXTENDED_SF:
    case CFA_VAL_OFFSET_SF:
        reg = cursor_uleb(code);
        set_offset(f, reg, (uint64_t)cursor_sleb(code), op == CFA_VAL_OFFSET_SF);
        return true;
    case CFA_GNU_NEGATIVE_OFFSET_EXTENDED:
        reg = cursor_uleb(code);
        set_offset(f, reg, -cursor_uleb(code), false);
        return true;
    case CFA_RESTORE_EXTENDED:
        restore(f, cursor_uleb(code));
        return true;
    case CFA_UNDEFINED:
        set(f, cursor_uleb(code), (struct place){.rule = UNDEFINED});
        return true;
    case CFA_SAME_VALUE:
        set(f, cursor_uleb(code), (struct place){.rule = SAME});
        return true;
    case CFA_REGISTER:
        reg = cursor_uleb(code);
        set(f, reg, (struct place){.rule = IN_REGISTER, .reg = cursor_uleb(code)});
        return true;
    case CFA_EXPRESSION:
    case CFA_VAL_EXPRESSION:
        set_expression(f, code, op == CFA_VAL_EXPRESSION);
        return true;
    default:
        return false;
    }
}

/* Instructions that move to the next row. False: it is none of them. */
static bool advance(struct function *f, unsigned op, struct cursor *code, uint64_t header)
{
    switch (op) {
    case CFA_ADVANCE_LOC1:
    case CFA_ADVANCE_LOC2:
    case CFA_ADVANCE_LOC4:
        f->location += cursor_unsigned(code, 1u << (op - CFA_ADVANCE_LOC1)) * f->code_factor;
        return true;
    case CFA_SET_LOC:
        f->location = cursor_encoded(code, f->encoding, header);
        return true;
    default:
        return false;
    }
}

/* The others. False: unknown, or impossible now. */
static bool keep_rows(struct function *f, unsigned op, struct cursor *code)
{
    switch (op) {
    case CFA_NOP:
        return true;
    case CFA_GNU_ARGS_SIZE:
        cursor_uleb(code);
        return true;
    case CFA_REMEMBER_STATE:
        if (f->nr_saved == SAVED_MAX) {
            return false;
        }
        f->saved[f->nr_saved++] = f->row;
        return true;
    case CFA_RESTORE_STATE:
        if (f->nr_saved == 0) {
            return false;
        }
        f->row = f->saved[--f->nr_saved];
        return true;
    default:
        return false;
    }
}

/* Executes instructions up to the row of pc. False: damaged. */
static bool execute(struct function *f, struct cursor code, uint64_t pc, uint64_t header)
{
    while (cursor_more(&code) && f->location <= pc) {
        unsigned op = (unsigned)cursor_unsigned(&code, 1);
        unsigned low = op & 0x3f;
        switch (op & ~0x3fu) {
        case CFA_ADVANCE_LOC:
            f->location += low * f->code_factor;
            break;
        case CFA_OFFSET:
            set_offset(f, low, cursor_uleb(&code), false);
            break;
        case CFA_RESTORE:
            restore(f, low);
            break;
        default:
            if (!advance(f, op, &code, header) && !define_cfa(f, op, &code) &&
                !define_register(f, op, &code) && !keep_rows(f, op, &code)) {
                return false;
            }
        }
    }
    return !code.bad;
}

static enum unwind_result find_cfa(const struct row *row, const struct unwind_frame *frame,
                                   const struct unwind_memory *memory, uint64_t *cfa)
{
    if (row->cfa.rule == IS_EXPRESSION) {
        return expression_evaluate(row->cfa.expression, frame, memory, NULL, cfa);
    }
    if (row->cfa.rule != IN_REGISTER || row->cfa.reg >= UNWIND_REGISTERS ||
        !unwind_knows(frame, (unsigned)row->cfa.reg)) {
        return UNWIND_UNCOVERED;
    }
    *cfa = frame->values[row->cfa.reg] + (uint64_t)row->cfa.offset;
    return UNWIND_CALLER;
}

/* Finds the caller's value of a register whose place is neither SAME nor UNDEFINED. */
static enum unwind_result find_value(const struct place *place, const struct unwind_frame *frame,
                                     const struct unwind_memory *memory, uint64_t cfa,
                                     uint64_t *value)
{
    enum unwind_result result = UNWIND_CALLER;
    uint64_t address = cfa + (uint64_t)place->offset;
    if (place->rule == IS_OFFSET) {
        *value = address;
        return UNWIND_CALLER;
    }
    if (place->rule == IN_REGISTER) {
        if (place->reg >= UNWIND_REGISTERS || !unwind_knows(frame, (unsigned)place->reg)) {
            return UNWIND_UNCOVERED;
        }
        *value = frame->values[place->reg];
        return UNWIND_CALLER;
    }
    if (place->rule != AT_OFFSET) {
        result = expression_evaluate(place->expression, frame, memory, &cfa, &address);
    }
    if (result != UNWIND_CALLER || place->rule == IS_EXPRESSION) {
        *value = address;
        return result;
    }
    return unwind_read(memory, address, value) ? UNWIND_CALLER : UNWIND_UNREADABLE;
}

/* Makes `next` the caller's frame. */
static enum unwind_result apply(const struct row *row, const struct unwind_frame *frame,
                                const struct unwind_memory *memory, uint64_t cfa,
                                struct unwind_frame *next)
{
    next->values[UNWIND_RSP] = cfa;
    for (unsigned reg = 0; reg < UNWIND_REGISTERS; reg++) {
        const struct place *place = &row->registers[reg];
        enum unwind_result result = UNWIND_UNCOVERED;
        if (place->rule == SAME) {
            continue;
        }
        if (place->rule != UNDEFINED) {
            result = find_value(place, frame, memory, cfa, &next->values[reg]);
        }
        if (result != UNWIND_CALLER && (reg == UNWIND_RSP || reg == UNWIND_RIP)) {
            return result;
        }
        if (result == UNWIND_CALLER) {
            next->known |= 1u << reg;
        } else {
            next->known &= ~(1u << reg);
        }
    }
    return UNWIND_CALLER;
}

bool unwind_ends_handler(const struct unwind_tables *tables, uint64_t bias, uint64_t address)
{
    struct function f;
    return find_function(tables, address - bias - 1, &f) && f.is_signal;
}

enum unwind_result unwind_step(const struct unwind_tables *tables,
                               const struct unwind_memory *memory, uint64_t bias,
                               struct unwind_frame *frame)
{
    struct function f;
    uint64_t pc = frame->values[UNWIND_RIP] - bias - (frame->exact ? 0 : 1);
    if (!find_function(tables, pc, &f) || !execute(&f, f.initial, pc, tables->header)) {
        return UNWIND_UNCOVERED;
    }
    f.at_start = f.row;
    if (!execute(&f, f.own, pc, tables->header)) {
        return UNWIND_UNCOVERED;
    }
    if (f.row.registers[UNWIND_RIP].rule == UNDEFINED) {
        return UNWIND_OUTERMOST;
    }
    uint64_t cfa;
    struct unwind_frame next = *frame;
    enum unwind_result result = find_cfa(&f.row, frame, memory, &cfa);
    if (result == UNWIND_CALLER) {
        result = apply(&f.row, frame, memory, cfa, &next);
    }
    if (result != UNWIND_CALLER) {
        return result;
    }
    if (f.row.registers[UNWIND_RIP].rule == SAME ||
        (!f.is_signal && next.values[UNWIND_RSP] <= frame->values[UNWIND_RSP])) {
        return UNWIND_UNCOVERED;
    }
    if (next.values[UNWIND_RIP] == 0 && !f.is_signal) {
        return UNWIND_OUTERMOST;
    }
    next.exact = f.is_signal;
    *frame = next;
    return UNWIND_CALLER;
}
