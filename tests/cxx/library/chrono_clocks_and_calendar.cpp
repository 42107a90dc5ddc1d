/* The steady clock never goes back, seen by many threads; the clocks agree about now; calendar
 * arithmetic, formatting and parsing of dates before and after 1970. */
#include "../check.h"

#include <chrono>
#include <ctime>
#include <format>
#include <thread>
#include <vector>

using namespace std::chrono;

int main()
{
    std::atomic<long long> latest = 0;
    std::vector<std::thread> all;
    for (int t = 0; t < 4; t++)
        all.emplace_back([&] {
            for (int i = 0; i < 5000; i++) {
                long long before = latest.load();
                long long now = steady_clock::now().time_since_epoch().count();
                CHECK(now >= before);
                while (before < now && !latest.compare_exchange_weak(before, now))
                    ;
            }
        });
    for (std::thread &one : all)
        one.join();
    CHECK(steady_clock::is_steady && high_resolution_clock::now().time_since_epoch().count() != 0);
    auto difference = system_clock::now() - system_clock::from_time_t(std::time(nullptr));
    CHECK(difference > -1s && difference < 3s);
    CHECK(system_clock::now() > sys_days(2024y / 1 / 1));
    auto begin = std::clock();
    while (std::clock() - begin < CLOCKS_PER_SEC / 100)
        ;

    for (auto date :
         {1970y / 1 / 1, 1900y / 3 / 1, 2024y / 2 / 29, 1600y / 2 / 29, 9999y / 12 / 31})
        std::printf("%s is day %d, %s\n", std::format("{:%F}", date).c_str(),
                    sys_days(date).time_since_epoch().count(),
                    std::format("{:%A, week %V}", sys_days(date)).c_str());
    CHECK(!(2023y / 2 / 29).ok() && year_month_day(2000y / 2 / std::chrono::last).day() == 29d);
    std::printf(
        "%s\n",
        std::format("{:%d %b %Y}", year_month_day(2024y / November / Thursday[last])).c_str());
    sys_time<milliseconds> moment = sys_days(1969y / 12 / 31) + 23h + 59min + 58s + 750ms;
    std::printf("%s | %s | %s\n", std::format("{:%T}", moment).c_str(),
                std::format("{:%I:%M %p}", floor<minutes>(moment)).c_str(),
                std::format("{}", moment.time_since_epoch()).c_str());
    std::printf("%s %s %s\n", std::format("{:%H:%M:%S}", 90061s).c_str(),
                std::format("{:%Q%q}", 15us).c_str(), std::format("{}", hh_mm_ss(-3723s)).c_str());
    std::printf("%s\n", std::format("{:>12}|{:<8}|", 5min, weekday(3)).c_str());
    return check_done();
}
