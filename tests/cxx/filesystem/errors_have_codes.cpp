/* Each failure has its errno as error_code, without and with an exception, which names the paths;
 * codes are equal to their portable conditions. */
#include "../check.h"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace fs = std::filesystem;

namespace
{
template <class Body> void show(const char *name, Body body)
{
    std::error_code error;
    body(error);
    std::printf("%s: %d, %s\n", name, error.value(),
                error.category() == std::system_category()    ? "system"
                : error.category() == std::generic_category() ? "generic"
                                                              : "other");
}
} // namespace

int main()
{
    enter_scratch();
    fs::create_directories("full/inner");
    std::ofstream("file") << "text";
    fs::create_symlink("ring", "ring");
    std::string longest(300, 'n');

    show("none", [](auto &e) { fs::file_size("file", e); });
    show("no file", [](auto &e) { fs::file_size("none", e); });
    show("size of a folder", [](auto &e) { fs::file_size("full", e); });
    show("below a file", [](auto &e) { fs::create_directory("file/x", e); });
    show("no parent", [](auto &e) { fs::create_directory("none/x", e); });
    show("folder over a file", [](auto &e) { fs::create_directory("file", e); });
    show("remove a full one", [](auto &e) { fs::remove("full", e); });
    show("remove nothing", [](auto &e) { fs::remove("none", e); });
    show("rename nothing", [](auto &e) { fs::rename("none", "x", e); });
    show("rename into itself", [](auto &e) { fs::rename("full", "full/inner/x", e); });
    show("rename folder over file", [](auto &e) { fs::rename("full", "file", e); });
    show("rename file over folder", [](auto &e) { fs::rename("file", "full", e); });
    show("copy over", [](auto &e) { fs::copy_file("file", "file", e); });
    show("list a file", [](auto &e) { fs::directory_iterator list("file", e); });
    show("list nothing", [](auto &e) { fs::recursive_directory_iterator list("none", e); });
    show("a ring", [](auto &e) { fs::status("ring/x", e); });
    show("too long", [&](auto &e) { fs::create_directory(longest, e); });
    show("no link", [](auto &e) { fs::read_symlink("file", e); });
    show("link over", [](auto &e) { fs::create_symlink("x", "file", e); });
    show("hard link to a folder", [](auto &e) { fs::create_hard_link("full", "x", e); });
    show("resize a folder", [](auto &e) { fs::resize_file("full", 1, e); });
    show("equivalent of nothing", [](auto &e) { fs::equivalent("none", "nothing", e); });
    show("current path", [](auto &e) { fs::current_path("file", e); });

    try {
        fs::rename("none", "x");
    } catch (const fs::filesystem_error &error) {
        std::printf("%s -> %s, %d\n", error.path1().c_str(), error.path2().c_str(),
                    error.code() == std::errc::no_such_file_or_directory);
    }
    CHECK_THROWS(std::system_error, fs::file_size("none"));
    CHECK_THROWS(fs::filesystem_error, fs::directory_iterator("none"));

    std::error_code by_number(39, std::system_category());
    CHECK(by_number == std::errc::directory_not_empty);
    CHECK(by_number != std::error_code(39, std::iostream_category()));
    CHECK(by_number.default_error_condition().category() == std::generic_category());
    std::ifstream in("none");
    CHECK(!in && errno == ENOENT);
    return check_done();
}
