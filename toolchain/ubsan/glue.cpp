// SPDX-License-Identifier: BSD-3-Clause
//
// What UBSan's run-time library calls and Hermit has no use for. Crashes are the kernel's and the
// launcher's to report, so no handler of signals is installed; there is no -fsanitize-coverage.
#include "sanitizer_common/sanitizer_common.h"

#include <signal.h>

namespace __ubsan
{
void InitializeDeadlySignals()
{
}
} // namespace __ubsan

namespace __sanitizer
{
// From sanitizer_platform_limits_posix.cpp, which describes the structures of all calls for
// interceptors that UBSan has none of.
extern const unsigned si_SEGV_MAPERR = SEGV_MAPERR;
extern const unsigned si_SEGV_ACCERR = SEGV_ACCERR;

void InitializeCoverage(bool enabled, const char *)
{
    if (enabled)
        Report("hermit: coverage=1 is not supported: use -fprofile-instr-generate\n");
}
} // namespace __sanitizer
