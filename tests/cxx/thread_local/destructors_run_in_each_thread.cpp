/* Each of 64 threads, and main at its end, destroys the thread_local objects that it has used, and
 * no others, in the reverse of the order in which they were made. */
#include "../check.h"

#include <string>
#include <thread>
#include <vector>

namespace
{
std::atomic<int> made, destroyed, out_of_order;

struct tracked {
    static thread_local int next;
    int number;
    std::string heap = std::string(100, 'x');
    bool loud = false;

    tracked() : number(next++)
    {
        made++;
    }
    ~tracked()
    {
        if (number != --next || heap.size() != 100)
            out_of_order++;
        destroyed++;
        if (loud)
            std::printf("main's number %d destroyed\n", number);
    }
};
thread_local int tracked::next;

thread_local tracked first, second;

tracked &third()
{
    static thread_local tracked object;
    return object;
}

void body(int id)
{
    if (id % 4 == 0)
        return; /* touches none */
    if (id % 2 == 0)
        third();
    CHECK(&first != &second);
    first.heap[id] = 'y'; /* makes `second` too: they are one translation unit's */
    third();
}
} // namespace

int main()
{
    std::vector<std::thread> all;
    for (int id = 0; id < 64; id++)
        all.emplace_back(body, id);
    for (std::thread &one : all)
        one.join();
    std::printf("%d made, %d destroyed, %d out of order\n", made.load(), destroyed.load(),
                out_of_order.load());
    third().loud = first.loud = second.loud = true;
    std::atexit([] { std::puts("atexit"); });
    return check_done();
}
