/* build: -fexperimental-library */
/* Algorithms with execution policies give what the sequential ones give, also inside each other. */
#include "../check.h"

#include <algorithm>
#include <execution>
#include <numeric>
#include <string>
#include <vector>

int main()
{
    constexpr int size = 20000;
    std::vector<long> numbers(size), squares(size);
    std::iota(numbers.begin(), numbers.end(), 0);
    std::for_each(std::execution::par, numbers.begin(), numbers.end(),
                  [](long &value) { value = (value * 7919) % size; });
    std::transform(std::execution::par_unseq, numbers.begin(), numbers.end(), squares.begin(),
                   [](long value) { return value * value % 1000; });
    long sum = std::reduce(std::execution::par, squares.begin(), squares.end(), 0l);
    long mapped = std::transform_reduce(std::execution::par, numbers.begin(), numbers.end(), 0l,
                                        std::plus(), [](long value) { return value & 1; });
    std::printf("sum %ld, odd %ld\n", sum, mapped);
    CHECK(sum == std::accumulate(squares.begin(), squares.end(), 0l));

    std::sort(std::execution::par, numbers.begin(), numbers.end());
    CHECK(std::is_sorted(numbers.begin(), numbers.end()) && numbers[size - 1] == size - 1);
    std::stable_sort(std::execution::par_unseq, squares.begin(), squares.end(), std::greater());
    CHECK(std::is_sorted(squares.begin(), squares.end(), std::greater()));
    std::printf("%ld %td\n", squares[1000],
                std::count_if(std::execution::par, squares.begin(), squares.end(),
                              [](long value) { return value == 1; }));
    auto found = std::find(std::execution::par, numbers.begin(), numbers.end(), 15000);
    CHECK(found - numbers.begin() == 15000);
    CHECK(std::any_of(std::execution::par, numbers.begin(), numbers.end(),
                      [](long value) { return value == 3; }));
    std::fill(std::execution::par, squares.begin(), squares.end(), 5);
    std::replace_if(
        std::execution::par, squares.begin(), squares.end(), [](long value) { return value == 5; },
        6);
    CHECK(std::all_of(std::execution::unseq, squares.begin(), squares.end(),
                      [](long value) { return value == 6; }));

    std::atomic<long> nested = 0;
    std::vector<int> outer(20), inner(50);
    std::for_each(std::execution::par, outer.begin(), outer.end(), [&](int) {
        std::for_each(std::execution::par, inner.begin(), inner.end(), [&](int) { nested++; });
    });
    std::printf("%ld nested\n", nested.load());

    std::vector<std::string> words(3000);
    std::generate(std::execution::par, words.begin(), words.end(),
                  [] { return std::string(40, 'w'); });
    std::vector<std::string> moved(words.size());
    std::move(std::execution::par, words.begin(), words.end(), moved.begin());
    CHECK(std::all_of(moved.begin(), moved.end(), [](auto &word) { return word.size() == 40; }));
    return check_done();
}
