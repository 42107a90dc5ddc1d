/* Without the tie to stdio, streams are buffered: numbers in their thousands go through a
 * pipe between threads, through cin and cout made of descriptors. */
#include "../check.h"

#include <fstream>
#include <iostream>
#include <thread>

int main()
{
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    REQUIRE(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    std::thread writer([&] {
        std::ofstream out("/dev/fd/" + std::to_string(ends[1]));
        for (int i = 0; i < 20000; i++)
            out << i * 7 << (i % 10 == 9 ? '\n' : ' ');
        out.close();
        close(ends[1]);
    });
    long sum = 0, count = 0;
    for (long value; std::cin >> value; count++)
        sum += value;
    writer.join();
    std::cout << count << " numbers, sum " << sum << '\n' << std::flush;
    return check_done();
}
