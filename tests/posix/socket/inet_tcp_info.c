/* SPDX-License-Identifier: BSD-3-Clause */
/* What TCP_INFO tells of a connection: states, bytes, options; and of a listening socket. */
#include "inet.h"

static struct tcp_info info_of(int fd)
{
    struct tcp_info info;
    socklen_t length = sizeof(info);

    memset(&info, 0, sizeof(info));
    CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0);
    return info;
}

int main(void)
{
    int server = listening_socket("127.0.0.1", 7), fd = new_socket(AF_INET, SOCK_STREAM), end;
    char data[1000] = "";
    struct tcp_info i;

    i = info_of(fd);
    printf("new: state %d\n", i.tcpi_state);
    REQUIRE(connect_to_socket(fd, server) == 0);
    poll_for(server, POLLIN);
    i = info_of(server);
    printf("listening: state %d, %u of %u\n", i.tcpi_state, i.tcpi_unacked, i.tcpi_sacked);
    end = accept(server, NULL, NULL);
    REQUIRE(write(fd, data, 1000) == 1000 && read(end, data, 600) == 600);
    do
        i = info_of(fd);
    while (i.tcpi_unacked != 0);
    printf("client: state %d, sack %d, scaled %d, acked %d, notsent %u, unacked %u, lost %u\n",
           i.tcpi_state, (i.tcpi_options & 2) != 0, (i.tcpi_options & 4) != 0,
           i.tcpi_bytes_acked >= 1000 && i.tcpi_bytes_acked <= 1001, i.tcpi_notsent_bytes,
           i.tcpi_unacked, i.tcpi_lost);
    /* Linux keeps in mind how far segments to that address were out of order before. */
    printf("resent %u in all %u, backoff %d, probes %d, reordering %d\n", i.tcpi_retransmits,
           i.tcpi_total_retrans, i.tcpi_backoff, i.tcpi_probes, i.tcpi_reordering >= 3);
    CHECK(i.tcpi_bytes_sent == 1000 && i.tcpi_snd_mss >= 536 && i.tcpi_snd_cwnd >= 1);
    CHECK(i.tcpi_pmtu > i.tcpi_snd_mss && i.tcpi_advmss >= 536 && i.tcpi_rto >= 200000);
    CHECK(i.tcpi_rtt > 0 && i.tcpi_rtt < 5000000 && i.tcpi_rttvar < 5000000);
    CHECK(i.tcpi_min_rtt > 0 && i.tcpi_min_rtt < 5000000);
    CHECK(i.tcpi_snd_wnd > 0 && i.tcpi_rcv_space > 0 && i.tcpi_ca_state == 0);
    i = info_of(end);
    printf("accepted: state %d, received %llu\n", i.tcpi_state,
           (unsigned long long)i.tcpi_bytes_received);
    close(fd);
    close(end);
    close(server);
    return check_done();
}
