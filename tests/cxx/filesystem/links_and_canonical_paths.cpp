/* Symbolic links, to files, folders, nowhere and each other; canonical, weakly_canonical, relative
 * and proximate; status against symlink_status; rename of links; the current path. */
#include "../check.h"

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

namespace
{
fs::path base;

void show(const char *name, const fs::path &path)
{
    std::printf("%s: %s\n", name, path.lexically_relative(base).c_str());
}

const char *kind(const fs::file_status &status)
{
    switch (status.type()) {
    case fs::file_type::regular:
        return "file";
    case fs::file_type::directory:
        return "folder";
    case fs::file_type::symlink:
        return "link";
    case fs::file_type::not_found:
        return "nothing";
    case fs::file_type::fifo:
        return "fifo";
    case fs::file_type::character:
        return "character device";
    default:
        return "other";
    }
}
} // namespace

int main()
{
    enter_scratch();
    base = fs::canonical(".");
    CHECK(base == fs::current_path() && base.is_absolute());
    fs::create_directories("a/b/c");
    std::ofstream("a/b/file") << "text";
    fs::create_directory_symlink("a/b", "to_b");
    fs::create_symlink("../file", "a/b/c/up");
    fs::create_symlink("nowhere", "broken");
    fs::create_symlink("ring2", "ring1");
    fs::create_symlink("ring1", "ring2");
    fs::create_hard_link("a/b/file", "second_name");

    show("canonical", fs::canonical("to_b/c/up"));
    show("canonical with dots", fs::canonical("to_b/../b/./c/.."));
    show("weakly", fs::weakly_canonical("to_b/none/../other"));
    show("absolute", fs::absolute("to_b/x"));
    std::printf("relative: %s\n", fs::relative("to_b/c", "a").c_str());
    std::printf("proximate: %s\n", fs::proximate("a/b", "to_b/c").c_str());
    std::printf("read: %s\n", fs::read_symlink("a/b/c/up").c_str());

    for (const char *path : {"a", "a/b/file", "to_b", "broken", "none", "/dev/null"})
        std::printf("%s: %s, %s\n", path, kind(fs::status(path)), kind(fs::symlink_status(path)));
    CHECK(fs::equivalent("second_name", "a/b/c/up") && !fs::equivalent("a", "a/b"));

    for (const char *path : {"ring1", "broken", "a/b/file/x"}) {
        std::error_code error;
        fs::canonical(path, error);
        std::printf("%s: %s\n", path,
                    error == std::errc::too_many_symbolic_link_levels ? "a ring"
                    : error == std::errc::no_such_file_or_directory   ? "nothing there"
                    : error == std::errc::not_a_directory             ? "no folder"
                                                                      : "other");
    }

    fs::rename("to_b", "moved");
    std::printf("moved: %s\n", kind(fs::symlink_status("moved")));
    fs::copy_symlink("moved", "again");
    CHECK(fs::read_symlink("again") == "a/b");
    fs::rename("a/b/file", "a/renamed");
    CHECK(fs::hard_link_count("second_name") == 2 && !fs::exists("a/b/c/up"));
    fs::current_path("a/b/c");
    show("current", fs::current_path());
    show("parent", fs::canonical(".."));
    return check_done();
}
