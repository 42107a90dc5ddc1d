/* build: -std=c++23 */
/* Views that are lazy, of strings and maps; spans and mdspans of one array in several layouts;
 * projections; what dangles does not compile, what is empty stays so. */
#include "../check.h"

#include <algorithm>
#include <array>
#include <map>
#include <mdspan>
#include <numeric>
#include <ranges>
#include <span>
#include <string>
#include <vector>

int main()
{
    int looked_at = 0;
    auto squares = std::views::iota(1) | std::views::filter([&](int n) {
                       looked_at++;
                       return n % 3 == 0;
                   }) |
                   std::views::transform([](int n) { return n * n; }) | std::views::take(5);
    for (int value : squares)
        std::printf("%d ", value);
    std::printf("after %d\n", looked_at);

    std::string text = "one,,two,three";
    for (auto word : text | std::views::split(','))
        std::printf("[%.*s]", int(word.size()), word.data());
    std::map<std::string, int> ages = {{"b", 2}, {"a", 1}, {"c", 3}};
    for (const auto &[name, age] : ages | std::views::reverse | std::views::drop(1))
        std::printf(" %s=%d", name.c_str(), age);
    std::printf("\n");
    std::vector<std::pair<int, std::string>> items = {{3, "x"}, {1, "z"}, {2, "y"}};
    std::ranges::sort(items, {}, &std::pair<int, std::string>::second);
    for (const auto &[number, name] : items)
        std::printf("%d%s ", number, name.c_str());
    auto [least, most] = std::ranges::minmax(items | std::views::keys);
    std::printf("%d..%d\n", least, most);
    for (auto [a, b] : std::views::zip(text, std::views::iota(0)) | std::views::take(3))
        std::printf("%c%d ", a, b);
    std::vector<std::vector<int>> nested = {{1, 2}, {}, {3}};
    auto joined = nested | std::views::join | std::ranges::to<std::vector>();
    std::printf("%zu joined\n", joined.size());

    std::array<int, 24> storage;
    std::iota(storage.begin(), storage.end(), 0);
    std::span<int> all(storage), middle = all.subspan(6, 12);
    std::printf("%d %d %zu %zu\n", middle.front(), middle.back(), middle.size_bytes(),
                std::as_bytes(middle.last<2>()).size());
    std::mdspan cube(storage.data(), 2, 3, 4);
    std::mdspan<int, std::extents<int, 4, std::dynamic_extent>, std::layout_left> left(
        storage.data(), 6);
    std::printf("%d %d %d\n", cube[1, 2, 3], left[1, 2], int(cube.extent(2)));
    long sum = 0;
    for (int i = 0; i < int(cube.extent(0)); i++)
        for (int j = 0; j < int(cube.extent(1)); j++)
            for (int k = 0; k < int(cube.extent(2)); k++)
                sum += cube[i, j, k] == (i * 3 + j) * 4 + k;
    std::printf("%ld in place\n", sum);
    return check_done();
}
