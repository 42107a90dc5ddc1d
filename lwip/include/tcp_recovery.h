/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Recovery from losses by the SACK blocks of a peer (RFC 2018): what is lost is found as RFC 8985
 * (RACK) says, by the order in which segments were sent, and what is sent meanwhile is paced by RFC
 * 6937 (PRR). lwIP's TCP calls it for connections whose SYNs had the option (TF_SACK), through
 * lwip/patches/23-recovery.patch. Called with the core lock held.
 *
 * All segments that were sent and are not acknowledged stay in pcb->unacked, in order; marks say
 * what is known of each. So many bytes are under way: snd_nxt − lastack − sacked − lost + again.
 */
#ifndef TCP_RECOVERY_H
#define TCP_RECOVERY_H

#include <stdint.h>

struct tcp_pcb;
struct tcp_seg;

/* Marks of a segment; AGAIN only together with LOST. */
#define TCP_SEG_SACKED 0x01 /* the peer has it */
#define TCP_SEG_LOST   0x02 /* it has to be sent again … */
#define TCP_SEG_AGAIN  0x04 /* … and has been since it was found lost */
#define TCP_SEG_RESENT 0x08 /* it was sent more than once: who knows which one has arrived */

enum tcp_recovery_state {
    TCP_ORDERED,    /* nothing is missing, no segment is sacked or lost */
    TCP_DISORDERED, /* something has overtaken something else */
    TCP_RECOVERING, /* something was lost, and PRR sets the congestion window */
    TCP_TIMED_OUT,  /* all that the peer has not told of counts as lost: slow start */
};

#define TCP_REORDERING     3   /* packets: so many behind a hole make it a loss */
#define TCP_REORDERING_MAX 300 /* as on Linux */

/* When a packet was sent: with which segment, and where in that it ends. */
struct tcp_sent {
    uint32_t nr, end;
};

struct tcp_recovery {
    uint8_t state;        /* enum tcp_recovery_state */
    uint8_t window_steps; /* of the time that reordered segments get, a quarter of a round trip … */
    uint8_t window_rounds;        /* … and for how many recoveries it stays longer */
    uint16_t reordering;          /* the largest that was seen, packets */
    uint32_t sacked, lost, again; /* bytes of segments with that mark */
    uint32_t nr_sent;             /* segments that were sent, as a clock: struct tcp_seg's `sent` */
    struct tcp_sent newest;       /* the last sent of those that have arrived */
    uint32_t highest; /* the end of what the peer has told of; not while all is in order */
    uint32_t end;     /* a recovery is over once this is acknowledged */
    uint32_t prr_delivered, prr_out, prr_window; /* RFC 6937's prr_delivered, prr_out, RecoverFS */
    /* What a recovery changed, for the case that all that was sent again had not been lost. */
    uint32_t undo_from, undo_window, undo_threshold; /* undo_window 0: there is nothing */
    uint32_t undo_left; /* packets sent again of which the peer has not told that it had them */
    uint32_t times_reordered, duplicates; /* TCP_INFO's reord_seen, dsack_dups */
    uint64_t resent_bytes;
    /* While overtaken segments are waited for: till when, µs, and which are lost then. */
    uint64_t due; /* 0: none does */
    struct tcp_sent due_newest;
    struct tcp_pcb *next_due, **link_due; /* in the list of these: the next, what leads here */
};

/* The blocks of the segment that is being received. Duplicates first (RFC 2883). */
struct tcp_sack_blocks {
    unsigned nr;
    struct {
        uint32_t left, right;
    } at[4];
};
extern struct tcp_sack_blocks tcp_sack_blocks;

/* Bytes by which what is under way is less than snd_nxt − lastack. */
#define TCP_RECOVERY_CREDIT(pcb)                                                                   \
    ((pcb)->recovery.sacked + (pcb)->recovery.lost - (pcb)->recovery.again)

/* Whether the segment that is received is more than an acknowledgement in order. */
#define TCP_RECOVERY_CARES(pcb) (tcp_sack_blocks.nr != 0 || (pcb)->recovery.state != TCP_ORDERED)

/* Bytes up to `ack` that the peer has not told of before. */
uint32_t tcp_recovery_unknown(const struct tcp_pcb *pcb, uint32_t ack);

/* A segment is acknowledged, and about to be freed. lastack has moved already. */
void tcp_recovery_acked(struct tcp_pcb *pcb, const struct tcp_seg *seg);

/* An acknowledgement has come, and what it acknowledges is freed. `unknown`: snd_nxt − lastack −
 * sacked before; `advanced`: it moved lastack on. What is to be sent, tcp_output() sends. */
void tcp_recovery_input(struct tcp_pcb *pcb, uint32_t unknown, int advanced);

/* The retransmission timer has fired: whatever the peer has not told of is lost. */
void tcp_recovery_time_out(struct tcp_pcb *pcb);

/* Sends what is lost again, as far as the window allows. */
void tcp_recovery_output(struct tcp_pcb *pcb);

/* The connection is over, and its segments are freed: no timer runs. */
void tcp_recovery_end(struct tcp_pcb *pcb);

/* Ends the waiting whose time is over. Microseconds until the next; UINT32_MAX: nobody waits. */
uint32_t tcp_recovery_timers(void);

/* Packets of unacknowledged segments with that mark. */
uint32_t tcp_recovery_packets(const struct tcp_pcb *pcb, unsigned mark);

#endif
