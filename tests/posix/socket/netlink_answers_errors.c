/* SPDX-License-Identifier: BSD-3-Clause */
/* Which messages netlink answers with an error, which with an acknowledgement, which not at all;
 * an error repeats the request, an acknowledgement its header. */
#include "route.h"

static void show_answer(int fd, const char *what)
{
    char buffer[1024] __attribute__((aligned(8)));
    ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
    const struct nlmsghdr *h = (void *)buffer;
    const struct nlmsgerr *e = NLMSG_DATA(h);

    if (n < 0) {
        printf("%s: %s\n", what, strerror(errno));
        return;
    }
    CHECK(n == (ssize_t)h->nlmsg_len);
    printf("%s: type %d flags %x seq %u of %zd bytes: error %d to type %d of %u bytes\n", what,
           h->nlmsg_type, h->nlmsg_flags, h->nlmsg_seq, n, e->error, e->msg.nlmsg_type,
           e->msg.nlmsg_len);
}

static void try_one(int fd, const char *what, const struct request *r)
{
    CHECK(send_request(fd, r));
    show_answer(fd, what);
}

int main(void)
{
    int fd = new_route_socket();
    struct request r = new_request(NLMSG_NOOP, NLM_F_ACK, 0), two[2];

    try_one(fd, "noop", &r);
    r = new_request(NLMSG_NOOP, 0, 0);
    try_one(fd, "noop without", &r);
    r = new_request(RTM_GETLINK, NLM_F_ACK, sizeof(r.link));
    r.header.nlmsg_flags = NLM_F_ACK; /* no request */
    try_one(fd, "no request", &r);
    r = new_request(RTM_GETLINK, NLM_F_ACK, 0); /* no family */
    try_one(fd, "no family", &r);
    r = new_request(2000, 0, 4);
    try_one(fd, "unknown", &r);
    r = new_request(RTM_GETLINK + 1, 0, sizeof(r.link)); /* RTM_SETLINK, without an interface */
    r.header.nlmsg_type = RTM_MAX;
    r.general.rtgen_family = 200;
    r = new_request(RTM_GETLINK, 0, sizeof(r.link));
    r.header.nlmsg_len = 15; /* shorter than its own header: the rest is not looked at */
    CHECK(send(fd, &r, 32, 0) == 32);
    show_answer(fd, "too short");
    r.header.nlmsg_len = 100; /* longer than what was sent */
    CHECK(send(fd, &r, 32, 0) == 32);
    show_answer(fd, "too long");
    CHECK(send(fd, &r, 3, 0) == 3);
    show_answer(fd, "no header");
    r = new_request(RTM_GETLINK, 0, sizeof(r.link));
    r.link.ifi_index = 4711;
    add_attribute(&r, IFLA_IFNAME, "none-such-", 11);
    try_one(fd, "repeated", &r);

    memset(two, 0, sizeof(two)); /* two in one call have two answers */
    two[0] = new_request(NLMSG_NOOP, NLM_F_ACK, 0);
    struct nlmsghdr *second = (struct nlmsghdr *)two[0].bytes;
    *second = two[0].header;
    second->nlmsg_seq = 8;
    CHECK(send(fd, two, 32, 0) == 32);
    show_answer(fd, "first");
    show_answer(fd, "second");
    show_answer(fd, "third");
    return check_done();
}
