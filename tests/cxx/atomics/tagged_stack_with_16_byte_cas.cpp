/* build: -mcx16 */
/* A lock-free stack whose head is a pointer with a tag, changed by compare-and-swap of 16 bytes:
 * nodes that come back at once (the ABA problem) neither get lost nor appear twice. */
#include "../check.h"

#include <thread>
#include <vector>

namespace
{
struct node {
    std::atomic<node *> next = nullptr;
    std::atomic<int> owners = 0;
};

struct alignas(16) head {
    node *first;
    unsigned long tag;
};

std::atomic<head> top;

void push(node *one)
{
    head old = top.load();
    do
        one->next.store(old.first, std::memory_order_relaxed);
    while (!top.compare_exchange_weak(old, {one, old.tag + 1}));
}

node *pop()
{
    head old = top.load();
    while (old.first != nullptr) {
        node *next = old.first->next.load(std::memory_order_relaxed);
        if (top.compare_exchange_weak(old, {next, old.tag + 1}))
            return old.first;
    }
    return nullptr;
}
} // namespace

int main()
{
    std::vector<node> nodes(8); /* few, so that they return soon */
    for (node &one : nodes)
        push(&one);
    std::atomic<long> taken = 0;
    std::vector<std::thread> all;
    for (int t = 0; t < 6; t++)
        all.emplace_back([&] {
            for (int i = 0; i < 5000; i++) {
                node *one = pop();
                if (one == nullptr)
                    continue;
                CHECK(++one->owners == 1);
                taken++;
                one->owners--;
                push(one);
            }
        });
    for (std::thread &one : all)
        one.join();
    int left = 0;
    while (pop() != nullptr)
        left++;
    CHECK(taken > 0);
    CHECK(top.load().tag == 8 + 2ul * taken.load() + left);
    std::printf("%d nodes left\n", left);
    return check_done();
}
