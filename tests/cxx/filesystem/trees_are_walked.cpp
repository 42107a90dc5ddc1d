/* directory_iterator and recursive_directory_iterator see every entry once: of a folder with a
 * thousand files, of a deep tree, with links followed or not, with folders left out on the way. */
#include "../check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace fs = std::filesystem;

namespace
{
template <class Iterator> void show(const char *name, Iterator range)
{
    std::set<std::string> seen;
    for (const fs::directory_entry &entry : range)
        seen.insert(entry.path().string() + (entry.is_symlink()     ? "@"
                                             : entry.is_directory() ? "/"
                                                                    : ""));
    std::printf("%s:", name);
    for (const std::string &one : seen)
        std::printf(" %s", one.c_str());
    std::printf("\n");
}
} // namespace

int main()
{
    enter_scratch();
    fs::create_directories("t/a/b/c");
    fs::create_directories("t/skip/deep");
    std::ofstream("t/a/one") << "1";
    std::ofstream("t/a/b/two") << "22";
    std::ofstream("t/skip/three") << "333";
    fs::create_directory_symlink("../a/b", "t/skip/link");

    show("one level", fs::directory_iterator("t"));
    show("all levels", fs::recursive_directory_iterator("t"));
    show("following", fs::recursive_directory_iterator(
                          "t/skip", fs::directory_options::follow_directory_symlink));
    int entries = 0, deepest = 0;
    uintmax_t bytes = 0;
    for (auto at = fs::recursive_directory_iterator("t"); at != fs::end(at); ++at) {
        if (at->path().filename() == "skip")
            at.disable_recursion_pending();
        entries++;
        deepest = std::max(deepest, at.depth());
        if (at->is_regular_file())
            bytes += at->file_size();
    }
    std::printf("%d entries, depth %d, %ju bytes\n", entries, deepest, bytes);
    auto at = fs::recursive_directory_iterator("t/a");
    while (at->path().filename() != "two" && at->path().filename() != "c")
        ++at;
    at.pop();
    CHECK(at == fs::end(at) || at.depth() == 0);

    std::vector<std::thread> all;
    fs::create_directory("many");
    for (int t = 0; t < 4; t++)
        all.emplace_back([t] {
            for (int i = 0; i < 250; i++)
                std::ofstream("many/" + std::to_string(t * 250 + i)) << i;
        });
    for (std::thread &one : all)
        one.join();
    std::set<int> numbers;
    for (const auto &entry : fs::directory_iterator("many"))
        CHECK(numbers.insert(std::stoi(entry.path().filename())).second);
    std::printf("%zu files, %d to %d\n", numbers.size(), *numbers.begin(), *numbers.rbegin());
    for (const auto &entry : fs::directory_iterator("many"))
        fs::remove(entry.path()); /* while it is being read */
    CHECK(fs::is_empty("many"));

    fs::path deep = "deep";
    for (int i = 0; i < 100; i++)
        deep /= "level";
    fs::create_directories(deep);
    std::printf("removed %ju levels\n", fs::remove_all("deep"));
    return check_done();
}
