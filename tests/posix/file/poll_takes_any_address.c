/* test: cpus=1 */
/* poll(2) works on an array that is not aligned. */
#include "check.h"

#include <poll.h>
#include <sys/syscall.h>

int main(void)
{
    char room[3 * sizeof(struct pollfd)];
    struct pollfd set[2] = {{.events = POLLIN}, {.events = POLLOUT}};
    int fd[2];

    CHECK(pipe(fd) == 0);
    set[0].fd = fd[0];
    set[1].fd = fd[1];
    memcpy(room + 1, set, sizeof(set));
    CHECK(syscall(SYS_poll, room + 1, 2, 1000) == 1);
    memcpy(set, room + 1, sizeof(set));
    CHECK(set[0].revents == 0 && set[1].revents == POLLOUT);
    puts("ok");
    return 0;
}
