/* build: -frounding-math */
/* Each thread has its own rounding mode and exception flags; a new one inherits its maker's mode;
 * they survive switches between threads, exceptions and signal handlers. */
#include "../check.h"

#include <cfenv>
#include <cmath>
#include <csignal>
#include <thread>
#include <vector>

namespace
{
const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};

/* What the mode makes of 1/3 and -1/3, in units of the last place from the nearest. */
void look(int result[3])
{
    volatile double one = 1, three = 3;
    volatile long double wide = 1;
    result[0] = one / three > 0x1.5555555555555p-2;
    result[1] = -one / three < -0x1.5555555555555p-2;
    result[2] = wide / three > 0xa.aaaaaaaaaaaaaaap-5L;
}

void body(int mode)
{
    int before[3], after[3];
    REQUIRE(std::fesetround(mode) == 0);
    look(before);
    for (int i = 0; i < 20; i++) {
        std::this_thread::yield();
        try {
            throw i;
        } catch (int) {
        }
        look(after);
        CHECK(std::memcmp(before, after, sizeof(before)) == 0 && std::fegetround() == mode);
    }
    int inherited = -1;
    std::thread([&] { inherited = std::fegetround(); }).join();
    CHECK(inherited == mode);
}
} // namespace

int main()
{
    for (int mode : modes) {
        int result[3];
        std::fesetround(mode);
        look(result);
        std::printf("%d%d%d %ld %ld\n", result[0], result[1], result[2], std::lrint(opaque(2.5)),
                    std::lrint(opaque(-2.5)));
    }
    std::fesetround(FE_TONEAREST);
    std::vector<std::thread> all;
    for (int t = 0; t < 8; t++)
        all.emplace_back(body, modes[t % 4]);
    for (std::thread &one : all)
        one.join();

    std::feclearexcept(FE_ALL_EXCEPT);
    volatile double zero = 0, big = 1e308;
    opaque(1 / zero);
    opaque(big * 10);
    std::thread([] { CHECK(std::fetestexcept(FE_INVALID) == 0); }).join();
    std::printf("%d%d%d\n", std::fetestexcept(FE_DIVBYZERO) != 0,
                std::fetestexcept(FE_OVERFLOW) != 0, std::fetestexcept(FE_INVALID) != 0);
    std::signal(SIGUSR1, [](int) { std::fesetround(FE_UPWARD), std::feraiseexcept(FE_INVALID); });
    std::raise(SIGUSR1);
    CHECK(std::fegetround() == FE_TONEAREST && std::fetestexcept(FE_INVALID) == 0);
    return check_done();
}
