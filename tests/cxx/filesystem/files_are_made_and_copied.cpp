/* create, copy and remove: every copy option, whole trees, files of odd sizes; what remove_all
 * counts; what exists afterwards. */
#include "../check.h"

#include <filesystem>
#include <fstream>
#include <string>

namespace fs = std::filesystem;

namespace
{
void write(const fs::path &path, const std::string &text)
{
    std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path &path)
{
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
}
} // namespace

int main()
{
    enter_scratch();
    CHECK(fs::create_directory("one") && !fs::create_directory("one"));
    CHECK(fs::create_directories("one/two/three") && !fs::create_directories("one/two"));

    for (size_t size : {0, 1, 4095, 4096, 4097, 1 << 20}) {
        std::string text(size, '\0');
        for (size_t i = 0; i < size; i++)
            text[i] = char(i * 7 + i / 256);
        write("from", text);
        CHECK(fs::copy_file("from", "to", fs::copy_options::overwrite_existing));
        CHECK(fs::file_size("to") == size && read("to") == text);
        fs::remove("to");
    }

    write("one/a", "alpha");
    write("one/two/b", "beta");
    write("one/two/three/c", "gamma");
    fs::create_symlink("two/b", "one/link");
    fs::copy("one", "flat");
    std::printf("flat: a %d, two %d\n", fs::exists("flat/a"), fs::exists("flat/two"));
    fs::copy("one", "deep", fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    std::printf("deep: %s, link to %s\n", read("deep/two/three/c").c_str(),
                fs::read_symlink("deep/link").c_str());
    fs::copy("one", "folders", fs::copy_options::recursive | fs::copy_options::directories_only);
    std::printf("folders: three %d, a %d\n", fs::exists("folders/two/three"),
                fs::exists("folders/a"));
    fs::copy("one/a", "hard", fs::copy_options::create_hard_links);
    CHECK(fs::hard_link_count("one/a") == 2 && fs::equivalent("hard", "one/a"));

    write("deep/a", "changed");
    fs::copy("one", "deep",
             fs::copy_options::recursive | fs::copy_options::skip_existing |
                 fs::copy_options::skip_symlinks);
    std::printf("skipped: %s\n", read("deep/a").c_str());
    fs::last_write_time("deep/a", fs::last_write_time("one/a") + std::chrono::hours(1));
    CHECK(!fs::copy_file("one/a", "deep/a", fs::copy_options::update_existing));
    fs::last_write_time("deep/a", fs::last_write_time("one/a") - std::chrono::hours(1));
    CHECK(fs::copy_file("one/a", "deep/a", fs::copy_options::update_existing));
    std::printf("updated: %s\n", read("deep/a").c_str());

    std::printf("removed %ju and %ju\n", fs::remove_all("deep"), fs::remove_all("deep"));
    CHECK(!fs::remove("deep") && fs::remove("hard") && !fs::exists("hard"));
    CHECK(fs::is_empty("one/two/three") == false && fs::remove_all("one/link") == 1);
    std::printf("%s\n", read("one/two/b").c_str());

    fs::resize_file("one/a", 3);
    std::printf("cut: %s\n", read("one/a").c_str());
    fs::resize_file("one/a", 1000);
    CHECK(read("one/a") == "alp" + std::string(997, '\0'));
    return check_done();
}
