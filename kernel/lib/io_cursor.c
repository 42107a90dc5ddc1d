/* SPDX-License-Identifier: BSD-3-Clause */
/* Owns: cursors over memory segments; no locks, a cursor belongs to one call. */
#include <hermit/io_cursor.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>

/* Advances by n bytes, which lie within the current segment. */
static void cursor_advance(struct io_cursor *io, size_t n)
{
    io->skip += n;
    io->left -= n;
    while (io->nr_segments > 1 && io->skip == io->segment->length) {
        io->segment++;
        io->nr_segments--;
        io->skip = 0;
    }
}

/* Copies n bytes within the current segment. Bytes copied; fewer after a fault. */
static size_t copy_piece(struct io_cursor *io, char *kernel, size_t n, bool to_segment)
{
    uintptr_t at = io->segment->base + io->skip;
    if (!io->user) {
        memcpy(to_segment ? (char *)at : kernel, to_segment ? kernel : (char *)at, n);
        return n;
    }
    return n - (to_segment ? copy_to_user_partial(user_ptr(at), kernel, n)
                           : copy_from_user_partial(kernel, user_ptr(at), n));
}

__attribute__((noinline)) static size_t cursor_copy(struct io_cursor *io, char *kernel, size_t n,
                                                    bool to_segment)
{
    size_t done = 0;
    n = MIN(n, io->left);
    while (done < n) {
        size_t piece = MIN(n - done, io->segment->length - io->skip);
        size_t copied = copy_piece(io, kernel + done, piece, to_segment);
        cursor_advance(io, copied);
        done += copied;
        if (copied < piece)
            break;
    }
    return done;
}

/* The usual case: the application's last segment, which has all remaining bytes. */
static inline bool is_simple(const struct io_cursor *io)
{
    return likely(io->user && io->nr_segments == 1);
}

/* Advances by n bytes in the simple case. */
static inline size_t move_on(struct io_cursor *io, size_t n)
{
    io->skip += n;
    io->left -= n;
    return n;
}

size_t io_copy_to(struct io_cursor *io, const void *src, size_t n)
{
    if (!is_simple(io))
        return cursor_copy(io, (char *)(uintptr_t)src, n, true);
    n = MIN(n, io->left);
    void __user *p = user_ptr(io->segment->base + io->skip);
    return move_on(io, n - copy_to_user_partial(p, src, n));
}

size_t io_copy_from(struct io_cursor *io, void *dst, size_t n)
{
    if (!is_simple(io))
        return cursor_copy(io, dst, n, false);
    n = MIN(n, io->left);
    const void __user *p = user_ptr(io->segment->base + io->skip);
    return move_on(io, n - copy_from_user_partial(dst, p, n));
}

void io_advance(struct io_cursor *io, size_t n)
{
    do { /* at least once: passes empty segments */
        size_t piece = MIN(n, io->segment->length - io->skip);
        cursor_advance(io, piece);
        n -= piece;
    } while (n > 0);
}

void io_rewind(struct io_cursor *io, size_t n)
{
    io->left += n;
    while (n > io->skip) {
        n -= io->skip;
        io->segment--;
        io->nr_segments++;
        io->skip = io->segment->length;
    }
    io->skip -= n;
}

static int fault_in_range(uintptr_t at, size_t n, bool write)
{
    if (n == 0)
        return 0;
    if (!user_range_ok(user_ptr(at), n))
        return -EFAULT;
    for (uintptr_t end = at + n; at < end; at = ALIGN_DOWN(at, PAGE_SIZE) + PAGE_SIZE)
        if (fault_in_user(user_ptr(at), write) != 0)
            return -EFAULT;
    return 0;
}

int io_fault_in(const struct io_cursor *io, size_t n, bool write)
{
    struct io_cursor at = *io;
    n = MIN(n, at.left);
    while (n > 0) {
        size_t piece = MIN(n, at.segment->length - at.skip);
        if (fault_in_range(at.segment->base + at.skip, piece, write) != 0)
            return -EFAULT;
        cursor_advance(&at, piece);
        n -= piece;
    }
    return 0;
}
