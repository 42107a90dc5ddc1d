/* test: status=134 */
/* Where there is no memory to note a thread_local object's destructor, the program ends: its
 * destructor would be lost. The program brings its own allocator to run out of memory. */
#include "../check.h"

#include <cstddef>

namespace
{
bool exhausted;
alignas(std::max_align_t) char heap[1 << 20];
size_t used;

void *take(size_t size)
{
    if (exhausted || size > sizeof(heap) - used)
        return nullptr;
    void *block = heap + used;
    used += (size + 15) & ~size_t(15);
    return block;
}

struct object {
    int value = 3;

    ~object()
    {
        std::puts("never destroyed");
    }
};
thread_local object own;
} // namespace

extern "C" {
void *malloc(size_t size)
{
    return take(size);
}

/* The heap's bytes are zero and used once. */
void *calloc(size_t count, size_t size)
{
    return take(count * size);
}

void *realloc(void *old, size_t size)
{
    void *fresh = take(size);
    if (fresh != nullptr && old != nullptr)
        std::memcpy(fresh, old, size);
    return fresh;
}

void free(void *)
{
}
}

int main()
{
    std::puts("out of memory");
    std::fflush(stdout);
    exhausted = true;
    std::printf("%d\n", own.value);
    return 0;
}
