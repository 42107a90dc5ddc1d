/* Permissions are set, added and removed; write times keep their nanoseconds and go back before
 * 1970; free space is plausible; temp_directory_path follows TMPDIR. */
#include "../check.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace fs = std::filesystem;

int main()
{
    enter_scratch();
    std::ofstream("file") << "text";
    auto show = [](const char *what) {
        std::printf("%s: %o\n", what, unsigned(fs::status("file").permissions()));
    };
    fs::permissions("file", fs::perms::owner_read | fs::perms::group_read);
    show("replaced");
    fs::permissions("file", fs::perms::others_exec, fs::perm_options::add);
    show("added");
    fs::permissions("file", fs::perms::group_all, fs::perm_options::remove);
    show("removed");
    fs::permissions("file", fs::perms(06755));
    show("set-id");
    fs::create_symlink("file", "link");
    fs::permissions("link", fs::perms(0600));
    show("through a link");
    umask(027);
    std::ofstream("masked") << "x";
    fs::create_directory("folder");
    std::printf("masked: %o %o\n", unsigned(fs::status("masked").permissions()),
                unsigned(fs::status("folder").permissions()));

    using namespace std::chrono;
    auto from_unix = [](nanoseconds ns) {
        return fs::file_time_type(ceil<fs::file_time_type::duration>(ns));
    };
    for (long long ns :
         {1'000'000'000'123'456'789ll, -86'400'000'000'001ll, 0ll, 4'300'000'000'000'000'001ll}) {
        fs::last_write_time("file", from_unix(nanoseconds(ns)));
        struct stat status;
        REQUIRE(stat("file", &status) == 0);
        std::printf("%lld = %lld s + %ld ns\n", ns, (long long)status.st_mtim.tv_sec,
                    status.st_mtim.tv_nsec);
        CHECK(fs::last_write_time("file") == from_unix(nanoseconds(ns)));
    }
    auto before = fs::last_write_time("file");
    std::ofstream("file", std::ios::app) << "more";
    CHECK(fs::last_write_time("file") != before);
    auto now = fs::file_time_type::clock::now();
    CHECK(now - fs::last_write_time("file") < 60s);

    fs::space_info space = fs::space(".");
    CHECK(space.capacity >= space.free && space.free >= space.available && space.capacity > 0);
    setenv("TMPDIR", fs::current_path().c_str(), 1);
    CHECK(fs::temp_directory_path() == fs::current_path());
    setenv("TMPDIR", "/nowhere", 1);
    CHECK_THROWS(fs::filesystem_error, fs::temp_directory_path());
    return check_done();
}
