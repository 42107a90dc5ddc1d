/* build: -std=c++20 -fexperimental-library */
/* The time-zone database: found in the folder that holds one, with its rules and links; where
 * there is none, as in a root without it, an exception says so. */
#include "../check.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

using namespace std::chrono;

static std::string folder = "/nowhere";

/* libc++'s own way to name the database's folder: a weak function. */
_LIBCPP_BEGIN_NAMESPACE_STD
namespace chrono
{
string_view __libcpp_tzdb_directory()
{
    return folder;
}
} // namespace chrono
_LIBCPP_END_NAMESPACE_STD

int main()
{
    CHECK_THROWS(std::runtime_error, (void)get_tzdb());
    CHECK_THROWS(std::runtime_error, (void)locate_zone("UTC"));

    enter_scratch();
    std::ofstream("tzdata.zi") << "# version 2024z\n"
                                  "R E 1981 ma - Mar lastSu 1u 1 S\n"
                                  "R E 1996 ma - Oct lastSu 1u 0 -\n"
                                  "Z Europe/Somewhere 0:53:28 - LMT 1893 Apr\n"
                                  "1 E CE%sT\n"
                                  "Z Etc/UTC 0 - UTC\n"
                                  "L Etc/UTC UTC\n";
    std::ofstream("leap-seconds.list")
        << "2272060800 10 # 1 Jan 1972\n2287785600 11 # 1 Jul 1972\n";
    folder = std::filesystem::current_path();

    const tzdb &database = reload_tzdb();
    std::printf("version %s, %zu zones, %zu links\n", database.version.c_str(),
                database.zones.size(), database.links.size());
    const time_zone *zone = locate_zone("Europe/Somewhere");
    std::printf("%s\n", zone->name().data());
    for (sys_days day :
         {sys_days(2024y / 1 / 15), sys_days(2024y / 7 / 15), sys_days(1890y / 1 / 1)}) {
        sys_info info = zone->get_info(sys_seconds(day));
        std::printf("%ld s, save %ld min, %s\n", long(info.offset.count()), long(info.save.count()),
                    info.abbrev.c_str());
    }
    CHECK(locate_zone("UTC")->name() == "Etc/UTC");
    CHECK_THROWS(std::runtime_error, (void)locate_zone("Nowhere/None"));
    return check_done();
}
