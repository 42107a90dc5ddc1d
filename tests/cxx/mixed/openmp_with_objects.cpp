/* build: -fopenmp */
/* OpenMP and objects: reductions that the user declares over classes, threadprivate objects with
 * constructors, copies by firstprivate and lastprivate, random-access iterators, std::thread beside
 * a team. */
#include "../check.h"

#include <map>
#include <omp.h>
#include <string>
#include <thread>
#include <vector>

namespace
{
using histogram = std::map<int, int>;

void merge(histogram &into, const histogram &from)
{
    for (auto [key, count] : from)
        into[key] += count;
}
#pragma omp declare reduction(merge:histogram : merge(omp_out, omp_in))

std::atomic<int> made, copied, destroyed;

struct tracked {
    std::string text;

    explicit tracked(const char *given) : text(given)
    {
        made++;
    }
    tracked(const tracked &other) : text(other.text)
    {
        copied++;
    }
    tracked &operator=(const tracked &) = default;
    ~tracked()
    {
        destroyed++;
    }
};

tracked own("initial value of each thread");
#pragma omp threadprivate(own)
} // namespace

int main()
{
    std::vector<int> numbers(10000);
    for (size_t i = 0; i < numbers.size(); i++)
        numbers[i] = int(i * i);
    histogram counts;
#pragma omp parallel for num_threads(4) reduction(merge : counts)
    for (auto at = numbers.begin(); at < numbers.end(); ++at)
        counts[*at % 7]++;
    for (auto [key, count] : counts)
        std::printf("%d:%d ", key, count);
    std::printf("\n");

    std::atomic<int> right = 0;
#pragma omp parallel num_threads(4)
    {
        right += own.text == "initial value of each thread";
        own.text = std::to_string(omp_get_thread_num());
    }
#pragma omp parallel num_threads(4)
    right += own.text == std::to_string(omp_get_thread_num());
    std::printf("%d of 8 right, %d made\n", right.load(), made.load());

    tracked first("copied in");
    int before = copied, gone = destroyed;
#pragma omp parallel for num_threads(4) firstprivate(first) lastprivate(first)
    for (int i = 0; i < 100; i++) {
        if (first.text.size() < 9)
            check_failures++;
        first.text = "iteration " + std::to_string(i);
    }
    CHECK(copied - before >= 4 && copied - before == destroyed - gone);
    std::printf("%s\n", first.text.c_str());

    /* Two teams at once, each started by a thread of C++'s. */
    int sizes[2] = {};
    std::thread other([&] {
#pragma omp parallel num_threads(3)
#pragma omp atomic
        sizes[0]++;
    });
#pragma omp parallel num_threads(3)
#pragma omp atomic
    sizes[1]++;
    other.join();
    std::printf("teams of %d and %d\n", sizes[0], sizes[1]);
    return check_done();
}
