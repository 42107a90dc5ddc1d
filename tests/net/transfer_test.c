/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Data go both ways at once over a bad link, and every byte arrives once, in order, at its place;
 * then both sides close, and nothing is left. The seed chooses link, windows, sizes and whether
 * lwIP copies.
 *
 *     transfer_test [FIRST-SEED [NUMBER [BYTES [LOSS REORDER [JOBS]]]]]
 *
 * LOSS and REORDER, of 1000 packets, take the place of what the seed would choose.
 */
#include "sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lwip/tcp.h"

enum {
    TIME_LIMIT_S = 20000,          /* simulated, … */
    BYTES_A_SECOND = 1000,         /* … and more for many bytes */
    PERIOD = 16 * 1024 * 1024 - 3, /* bytes until they come again; more than any window */
};

struct end {
    struct tcp_pcb *pcb;
    size_t written, received;
    size_t unread; /* received, not yet told to TCP */
    bool shut, eof, closed;
};

static struct end ends[2];
static unsigned char *pattern; /* random bytes, … */
static size_t period;          /* … so many, again and again */
static size_t bytes = 300000;
static long loss = -1, reorder; /* −1: as the seed says */
static bool copies, slow_reader;
static uint64_t seed;

static _Noreturn void failed(const char *what)
{
    printf("seed %lu, %lu ms: %s; sent %zu and %zu, received %zu and %zu\n", seed,
           sim_now_us() / 1000, what, ends[0].written, ends[1].written, ends[1].received,
           ends[0].received);
    printf("loss %u, reorder %u, duplicate %u, delay %u+%u us, mtu %u, gso %u, hold %d\n",
           sim_link.loss, sim_link.reorder, sim_link.duplicate, sim_link.delay_us,
           sim_link.jitter_us, sim_link.mtu, sim_link.gso_max, sim_link.hold);
    fflush(stdout);
    abort();
}

/* Whether these are the bytes that were sent there. */
static bool is_expected(size_t at, const unsigned char *p, size_t n)
{
    size_t from = at % period, first = n < period - from ? n : period - from;
    return memcmp(p, pattern + from, first) == 0 && memcmp(p + first, pattern, n - first) == 0;
}

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct end *e = arg;
    (void)pcb;
    (void)err;
    if (!p) {
        e->eof = true;
        return ERR_OK;
    }
    for (struct pbuf *q = p; q; q = q->next) {
        if (e->received + q->len > bytes || !is_expected(e->received, q->payload, q->len))
            failed("wrong data");
        e->received += q->len;
        e->unread += q->len;
    }
    pbuf_free(p);
    return ERR_OK;
}

static void on_error(void *arg, err_t err)
{
    struct end *e = arg;
    if (err == ERR_CLSD && e->shut && e->eof)
        e->closed = true; /* TIME_WAIT has passed, or our FIN is acknowledged as the last */
    else if (!e->closed)
        failed(err == ERR_RST ? "reset" : "aborted");
}

static void attach(struct end *e, struct tcp_pcb *pcb)
{
    e->pcb = pcb;
    tcp_arg(pcb, e);
    tcp_recv(pcb, on_receive);
    tcp_err(pcb, on_error);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    if (err != ERR_OK)
        return err;
    attach(&ends[1], pcb);
    return ERR_OK;
}

static void read_some(struct end *e)
{
    size_t n = slow_reader ? (sim_below(30) == 0 ? sim_below(e->unread + 1) : 0) : e->unread;
    if (e->eof)
        n = e->unread;
    while (n > 0) {
        size_t once = n < 0xffff ? n : 0xffff;
        tcp_recved(e->pcb, (uint16_t)once);
        e->unread -= once;
        n -= once;
    }
}

static void write_some(struct end *e)
{
    while (e->written < bytes) {
        size_t n = sim_below(4) == 0 ? 1 + sim_below(2000) : 1 + sim_below(65535);
        if (n > bytes - e->written)
            n = bytes - e->written;
        if (n > e->pcb->snd_buf)
            n = e->pcb->snd_buf;
        if (n > period - e->written % period)
            n = period - e->written % period;
        if (n == 0 || tcp_write(e->pcb, pattern + e->written % period, (uint16_t)n,
                                copies ? TCP_WRITE_FLAG_COPY : 0) != ERR_OK)
            break;
        e->written += n;
        if (sim_below(3) == 0)
            break;
    }
    if (e->written == bytes && !e->shut && tcp_shutdown(e->pcb, 0, 1) == ERR_OK)
        e->shut = true;
}

static void act(struct end *e)
{
    if (!e->pcb || e->closed || e->pcb->state < ESTABLISHED)
        return;
    read_some(e);
    if (!e->shut)
        write_some(e);
    tcp_output(e->pcb);
    if (e->shut && e->eof && e->unread == 0) {
        e->closed = true;
        tcp_close(e->pcb);
    }
}

static void choose(void)
{
    static const uint16_t mtus[] = {576, 1500, 1500, 9000, 65520};
    bool v6 = sim_below(2);
    tcpwnd_size_t window =
        sim_below(3) == 0 ? 2000 + (tcpwnd_size_t)sim_below(20000) : 65536u << sim_below(6);
    struct tcp_pcb *l = tcp_new_ip_type(v6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_V4), *c;
    sim_link.mtu = mtus[sim_below(sizeof(mtus) / sizeof(mtus[0]))];
    if (v6 && sim_link.mtu < 1280)
        sim_link.mtu = 1280;
    sim_link.gso_max = sim_below(2) ? 65000 : 0;
    sim_link.loss = sim_below(2) ? 10 : (unsigned)sim_below(30);
    sim_link.reorder = (unsigned)sim_below(100);
    if (loss >= 0) {
        sim_link.loss = (unsigned)loss;
        sim_link.reorder = (unsigned)reorder;
    }
    sim_link.duplicate = (unsigned)sim_below(30);
    sim_link.delay_us = 50 + (uint32_t)sim_below(20000);
    sim_link.jitter_us = (uint32_t)sim_below(5000);
    sim_link.hold = sim_below(2);
    copies = sim_below(2);
    slow_reader = sim_below(3) == 0;
    sim_step(sim_now_us()); /* the interfaces take the link's sizes over */

    tcp_bind(l, v6 ? IP6_ADDR_ANY : IP4_ADDR_ANY, 7000);
    tcp_set_rcv_wnd_max(l, window);
    l = tcp_listen_with_backlog(l, 16);
    tcp_accept(l, on_accept);
    c = tcp_new_ip_type(v6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_V4);
    tcp_set_rcv_wnd_max(c, window);
    attach(&ends[0], c);
    if (tcp_connect(c, v6 ? &sim_netif[1].ip6_addr[0] : &sim_netif[1].ip_addr, 7000, NULL) !=
        ERR_OK)
        failed("cannot connect");
    while (!ends[1].pcb)
        sim_step(UINT64_MAX);
    tcp_close(l);
}

static void transfer(void)
{
    uint64_t end;
    memset(ends, 0, sizeof(ends));
    sim_start(seed);
    end = sim_now_us() + (TIME_LIMIT_S + bytes / BYTES_A_SECOND) * 1000000ull;
    choose();
    while (!ends[0].closed || !ends[1].closed) {
        act(&ends[0]);
        act(&ends[1]);
        if (!sim_step(sim_now_us() + 10000) && sim_now_us() > end)
            failed("does not end");
    }
    if (ends[0].received != bytes || ends[1].received != bytes)
        failed("data are missing");
    sim_stop();
}

static int transfer_all(uint64_t first, uint64_t nr, uint64_t step)
{
    for (seed = first; seed < first + nr; seed += step)
        transfer();
    return 0;
}

/* The same by `jobs` processes, each of which takes every `jobs`th seed. */
static int transfer_by(uint64_t jobs, uint64_t first, uint64_t nr)
{
    int status, result = 0;
    for (uint64_t i = 0; i < jobs && i < nr; i++)
        if (fork() == 0)
            _exit(transfer_all(first + i, nr - i, jobs));
    while (wait(&status) > 0)
        result |= status;
    return result != 0;
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t nr = argc > 2 ? strtoull(argv[2], NULL, 0) : 40;
    uint64_t jobs = argc > 6 ? strtoull(argv[6], NULL, 0) : 1;
    int result;
    if (argc > 3)
        bytes = strtoull(argv[3], NULL, 0);
    if (argc > 5) {
        loss = strtol(argv[4], NULL, 0);
        reorder = strtol(argv[5], NULL, 0);
    }
    period = bytes < PERIOD ? bytes : PERIOD;
    pattern = malloc(period);
    if (!pattern)
        return 1;
    sim_start(first);
    lwip_port_random(pattern, period);
    result = jobs > 1 ? transfer_by(jobs, first, nr) : transfer_all(first, nr, 1);
    if (result == 0)
        printf("%" PRIu64 " transfers of %zu bytes each way\n", nr, bytes);
    free(pattern);
    return result;
}
