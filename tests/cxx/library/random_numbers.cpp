/* random_device gives other numbers each time, to many threads at once; the engines give the
 * standard's; distributions are those of one library everywhere. */
#include "../check.h"

#include <algorithm>
#include <random>
#include <set>
#include <thread>
#include <vector>

int main()
{
    std::random_device device;
    CHECK(device.min() == 0 && device.max() == ~0u);
    std::vector<std::vector<unsigned>> seen(4);
    std::vector<std::thread> all;
    for (auto &own : seen)
        all.emplace_back([&own] {
            std::random_device local("/dev/urandom");
            for (int i = 0; i < 500; i++)
                own.push_back(local());
        });
    for (std::thread &one : all)
        one.join();
    std::set<unsigned> different;
    int ones = 0;
    for (auto &own : seen)
        for (unsigned value : own) {
            different.insert(value);
            ones += __builtin_popcount(value);
        }
    CHECK(different.size() >= 1998);
    CHECK(ones > 31000 && ones < 33000); /* of 64,000 bits; eight deviations */

    std::mt19937 twister;
    twister.discard(9999);
    std::mt19937_64 long_twister;
    long_twister.discard(9999);
    std::minstd_rand0 simple;
    simple.discard(9999);
    std::ranlux48 luxury;
    luxury.discard(9999);
    std::knuth_b shuffled;
    shuffled.discard(9999);
    std::printf("%lu %lu %lu %lu %lu\n", (unsigned long)twister(), (unsigned long)long_twister(),
                (unsigned long)simple(), (unsigned long)luxury(), (unsigned long)shuffled());

    std::mt19937 engine(42);
    std::uniform_int_distribution<int> dice(1, 6);
    std::binomial_distribution<int> coins(10, 0.5);
    std::discrete_distribution<int> weighted{1, 2, 3};
    long sums[3] = {};
    for (int i = 0; i < 1000; i++) {
        sums[0] += dice(engine);
        sums[1] += coins(engine);
        sums[2] += weighted(engine);
    }
    std::printf("%ld %ld %ld\n", sums[0], sums[1], sums[2]);
    std::uniform_real_distribution<double> unit(0, 1);
    for (int i = 0; i < 1000; i++) {
        double value = unit(engine);
        CHECK(value >= 0 && value < 1);
    }
    std::vector<int> order = {1, 2, 3, 4, 5, 6, 7, 8};
    std::shuffle(order.begin(), order.end(), engine);
    for (int value : order)
        std::printf("%d", value);
    std::seed_seq seeds{1, 2, 3};
    unsigned made[2];
    seeds.generate(made, made + 2);
    std::printf(" %u %u\n", made[0], made[1]);
    return check_done();
}
