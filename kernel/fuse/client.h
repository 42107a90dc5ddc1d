/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections, for the files of kernel/fuse/. */
#ifndef FUSE_CLIENT_H
#define FUSE_CLIENT_H

#include <hermit/atomic.h>
#include <hermit/fuse.h>

#define FUSE_BATCH_MAX 60

/* FORGETs that are sent as one message. Until the device has given that back, others gather. */
struct fuse_batch {
    struct fuse_flight flight;
    bool flying;
    struct list farewells; /* … which it consists of, by fuse_farewell.flight.link */
    /* The message. */
    struct fuse_in_header in;
    struct fuse_batch_forget_in head;
    struct fuse_forget_one one[FUSE_BATCH_MAX];
};

struct fuse_client {
    struct spinlock lock; /* protects all but `held`, and what is constant after fuse_start() */
    struct virtio_fs *device;
    struct list flying;  /* struct fuse_flight.link: the device has them */
    struct list leaving; /* … and these are sent when it has room */
    struct list forgets; /* … and these FORGETs with the next batch */
    struct fuse_batch batch;
    struct wait_queue room;    /* for room in the device's queues, and for nr_gone */
    uint64_t last_unique;      /* number of the last message */
    bool dead;                 /* requests return −EIO */
    uint64_t nr_left, nr_gone; /* farewells: sent, and over; see call.c */
    _Atomic uint32_t held;     /* fuse_held() */
    uint32_t io_max;           /* bytes; constant */
    bool lists_plus;           /* the server knows FUSE_READDIRPLUS; constant */
    unsigned number;           /* of the share; constant */
};

/* call.c */
void fuse_batch_init(struct fuse_client *client);
/* The device has given something back. */
void fuse_interrupt(void *owner);

#endif
