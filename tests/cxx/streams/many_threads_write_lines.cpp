/* build: -std=c++20 -fexperimental-library */
/* osyncstream keeps the lines of many threads whole, on a stream and on cout; println and stdio
 * write a call's text in one piece. */
#include "../check.h"

#include <algorithm>
#include <iostream>
#include <set>
#include <sstream>
#include <string>
#include <syncstream>
#include <thread>
#include <vector>

int main()
{
    constexpr int threads = 8, lines = 50;
    std::ostringstream shared;
    std::vector<std::thread> all;
    for (int t = 0; t < threads; t++)
        all.emplace_back([&, t] {
            for (int i = 0; i < lines; i++) {
                std::osyncstream out(shared);
                out << "thread " << t;
                std::this_thread::yield();
                out << " line " << i << '\n';
            }
        });
    for (std::thread &one : all)
        one.join();
    all.clear();
    std::istringstream in(shared.str());
    std::multiset<std::string> seen;
    for (std::string line; std::getline(in, line);)
        seen.insert(line);
    for (int t = 0; t < threads; t++)
        for (int i = 0; i < lines; i++)
            CHECK(seen.count("thread " + std::to_string(t) + " line " + std::to_string(i)) == 1);
    std::cout << seen.size() << " lines\n" << std::flush;

    for (int t = 0; t < threads; t++)
        all.emplace_back([] {
            for (int i = 0; i < lines; i++) {
                std::osyncstream(std::cout) << "the same " << "line of " << "all\n";
                std::printf("the same line of all\n");
            }
        });
    for (std::thread &one : all)
        one.join();
    return check_done();
}
