/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections, messages and fids, for the files of kernel/p9/. */
#ifndef P9_CLIENT_H
#define P9_CLIENT_H

#include "wire.h"
#include <hermit/list.h>
#include <hermit/wait.h>

#define P9_TAGS 128 /* messages in flight, at most */

struct p9_client {
    struct spinlock lock; /* protects all but what is constant after p9_connect() */
    struct virtio_9p *device;
    uint64_t tags[P9_TAGS / 64]; /* bit per tag: in use */
    struct list flying;          /* struct p9_call.link: the device has them */
    struct wait_queue room;      /* for a free tag, and room in the device's queue */
    struct list gone_fids;       /* struct p9_fid.link: the server shall forget them */
    struct list free_fids;       /* … and these, whose ids can be used again */
    uint32_t next_fid;           /* ids from here on were never used */
    bool dead;                   /* the device was stopped: calls return −EIO */
    uint32_t message_max;        /* bytes; constant */
};

/* A message and its answer. Belongs to one task, or, if it is detached, to the interrupt handler
 * that gets the answer. */
struct p9_call {
    struct p9_client *client;
    struct list link; /* client->flying */
    struct wait_queue wait;
    uint8_t type;     /* of the request */
    bool done;        /* answered, or never to be: under the client's lock */
    uint8_t wait_how; /* WAIT_KILLABLE, or 0: no signal withdraws it */
    bool tagged;      /* `tag` is one of the client's */
    uint16_t tag;
    uint32_t written;         /* bytes of the answer; 0: there is none */
    struct p9_fid *detached;  /* nobody waits: the fid that is free with the answer */
    struct p9_writer request; /* in `buffer` */
    struct p9_reader reply;   /* behind the header, once p9_exchange() has returned 0 */
    uint8_t *reply_buffer;
    uint32_t reply_size;
    uint8_t buffer[];
};

struct p9_fid {
    _Atomic unsigned refs;
    uint32_t id;
    struct p9_client *client;
    struct list link; /* of gone_fids or free_fids */
};

/* Memory of the caller that goes with a message. */
struct p9_data {
    const struct virtq_part *parts;
    unsigned nr;
    bool device_writes; /* it is behind the answer, else behind the request */
};

/*
 * A new request of that type with room for so many bytes behind the headers of request and answer.
 * NULL: no memory. The fields are appended to `request`, in the order of the protocol.
 */
struct p9_call *p9_call_begin(struct p9_client *client, enum p9_type type, size_t request_size,
                              size_t reply_size);
/* … one that begins with a fid; calls.c. */
struct p9_call *p9_call_on(struct p9_fid *fid, enum p9_type type, size_t request_size,
                           size_t reply_size);
/* Sends it, and waits for the answer. 0: read it from `reply`. Errors as in hermit/p9.h. */
int p9_exchange(struct p9_call *call, const struct p9_data *data);
/* Frees it. NULL is allowed. */
void p9_call_end(struct p9_call *call);

/* A fid with an unused id and one reference, of which the server does not know yet. NULL: no
 * memory. */
struct p9_fid *p9_fid_new(struct p9_client *client);
/* Gives one back that the server has not come to know. */
void p9_fid_drop(struct p9_fid *fid);
/* … or a new one after that error of making it known. The server may know it all the same if what
 * it answered is unknown. */
void p9_fid_abandon(struct p9_fid *fid, int err);

/* fid.c, for the interrupt handler: the server has answered to Tclunk, or (not `certain`) never
 * will. Locked. */
void p9_fid_forgotten(struct p9_fid *fid, bool certain);
/* fid.c: tells the server of fids that are gone, as far as there is room. No locks. */
void p9_fids_clunk(struct p9_client *client);

/* call.c: the device has answered something. */
void p9_interrupt(void *owner);

/* Sends without waiting: the call, and with it the fid, belongs to the answer. 0, −EAGAIN, −EIO. */
int p9_send_detached(struct p9_call *call, struct p9_fid *fid);

#endif
