/* SPDX-License-Identifier: BSD-3-Clause */
/* An Internet socket is a file: fstat, fcntl, dup, lseek, pread, its name in /proc/self/fd. */
#include "inet.h"

int main(void)
{
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, copy;
    char path[64], text[64];
    struct stat st;

    CHECK(fstat(fd, &st) == 0);
    printf("mode %o, size %lld, links %d\n", (unsigned)st.st_mode, (long long)st.st_size,
           (int)st.st_nlink);
    CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(fd, F_GETFL) == (O_RDWR | O_NONBLOCK));
    on = 0;
    CHECK(ioctl(fd, FIONBIO, &on) == 0 && fcntl(fd, F_GETFL) == O_RDWR);
    CHECK_ERRNO(lseek(fd, 0, SEEK_SET), ESPIPE);
    CHECK_ERRNO(pread(fd, text, 1, 0), ESPIPE);
    CHECK_ERRNO(ftruncate(fd, 0), EINVAL);
    CHECK_ERRNO(ioctl(fd, 0x5401, text), ENOTTY);
    copy = dup(fd);
    CHECK(copy >= 0 && bind_address(copy, "::1", 0) == 0 && own_port(fd) == own_port(copy));
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    ssize_t n = readlink(path, text, sizeof(text));
    printf("%.*s]\n", n > 8 ? 8 : 0, text);
    CHECK(close(fd) == 0 && own_port(copy) != 0 && close(copy) == 0);
    CHECK_ERRNO(close(copy), EBADF);
    return check_done();
}
