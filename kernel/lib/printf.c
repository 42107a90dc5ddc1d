/* SPDX-License-Identifier: BSD-3-Clause */
/* snprintf for the kernel: the formats that hermit/panic.h lists. No state, no locks; usable before
 * relocation. */
#include <hermit/panic.h>
#include <hermit/string.h>
#include <stdarg.h>

struct output {
    char *buf;
    size_t size;   /* of buf */
    size_t length; /* of the whole text */
};

struct spec {
    bool left, zero, alternate;
    int precision; /* -1: none */
    unsigned width;
    unsigned longs; /* number of l; z counts as one */
};

static void put(struct output *out, char c)
{
    if (out->length + 1 < out->size)
        out->buf[out->length] = c;
    out->length++;
}

static void put_padded(struct output *out, const struct spec *spec, const char *prefix,
                       const char *text, size_t n)
{
    size_t prefix_length = strlen(prefix);
    size_t total = n + prefix_length;
    size_t pad = spec->width > total ? spec->width - total : 0;

    if (!spec->left && !spec->zero)
        for (; pad > 0; pad--)
            put(out, ' ');
    for (; *prefix != 0; prefix++)
        put(out, *prefix);
    if (!spec->left)
        for (; pad > 0; pad--)
            put(out, '0');
    for (size_t i = 0; i < n; i++)
        put(out, text[i]);
    for (; pad > 0; pad--)
        put(out, ' ');
}

static void put_number(struct output *out, const struct spec *spec, const char *prefix,
                       uint64_t value, unsigned base)
{
    char digits[20];
    size_t n = sizeof(digits);

    do {
        digits[--n] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    put_padded(out, spec, prefix, digits + n, sizeof(digits) - n);
}

static void put_string(struct output *out, const struct spec *given, const char *s)
{
    struct spec spec = *given;

    spec.zero = false;
    if (s == NULL)
        s = "(null)";
    put_padded(out, &spec, "", s,
               spec.precision >= 0 ? strnlen(s, (size_t)spec.precision) : strlen(s));
}

static unsigned parse_number(const char **fmt)
{
    unsigned n = 0;

    while (**fmt >= '0' && **fmt <= '9')
        n = n * 10 + (unsigned)(*(*fmt)++ - '0');
    return n;
}

static struct spec parse_spec(const char **fmt, va_list *ap)
{
    struct spec spec = {.precision = -1};

    for (;; (*fmt)++) {
        if (**fmt == '-')
            spec.left = true;
        else if (**fmt == '0')
            spec.zero = true;
        else if (**fmt == '#')
            spec.alternate = true;
        else
            break;
    }
    spec.width = parse_number(fmt);
    if (**fmt == '.') {
        (*fmt)++;
        if (**fmt == '*') {
            spec.precision = va_arg(*ap, int);
            (*fmt)++;
        } else {
            spec.precision = (int)parse_number(fmt);
        }
    }
    for (; **fmt == 'l' || **fmt == 'z'; (*fmt)++)
        spec.longs++;
    return spec;
}

static void put_conversion(struct output *out, const struct spec *spec, char conversion,
                           va_list *ap)
{
    int64_t number;
    char c;

    switch (conversion) {
    case 'd':
    case 'i':
        number = spec->longs > 0 ? va_arg(*ap, long) : va_arg(*ap, int);
        put_number(out, spec, number < 0 ? "-" : "",
                   number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 10);
        break;
    case 'u':
        put_number(out, spec, "",
                   spec->longs > 0 ? va_arg(*ap, unsigned long) : va_arg(*ap, unsigned), 10);
        break;
    case 'x':
        put_number(out, spec, spec->alternate ? "0x" : "",
                   spec->longs > 0 ? va_arg(*ap, unsigned long) : va_arg(*ap, unsigned), 16);
        break;
    case 'p':
        put_number(out, spec, "0x", va_arg(*ap, uintptr_t), 16);
        break;
    case 'o':
        put_number(out, spec, "",
                   spec->longs > 0 ? va_arg(*ap, unsigned long) : va_arg(*ap, unsigned), 8);
        break;
    case 's':
        put_string(out, spec, va_arg(*ap, const char *));
        break;
    case 'c':
        c = (char)va_arg(*ap, int);
        put_padded(out, spec, "", &c, 1);
        break;
    default: /* "%%", and unknown conversions: the character itself */
        put(out, conversion);
    }
}

int kvsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
    struct output out = {buf, size, 0};
    va_list args;

    va_copy(args, ap);
    while (*fmt != 0) {
        if (*fmt != '%') {
            put(&out, *fmt++);
            continue;
        }
        fmt++;
        struct spec spec = parse_spec(&fmt, &args);
        if (*fmt != 0)
            put_conversion(&out, &spec, *fmt++, &args);
    }
    va_end(args);
    if (size > 0)
        buf[MIN(out.length, size - 1)] = 0;
    return (int)out.length;
}

int ksnprintf(char *buf, size_t size, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    int n = kvsnprintf(buf, size, fmt, ap);
    va_end(ap);
    return n;
}
