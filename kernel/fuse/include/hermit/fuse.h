/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Client of FUSE, Linux's protocol between a kernel and a file server, over virtio (linux/fuse.h
 * has its structures). A client is a connection to one server, with one tree of files. The server
 * names files by numbers, nodes, that hold until this side has forgotten them as often as it was
 * told of them.
 *
 * Requests sleep until their answer is there; many may be under way. A signal that ends the
 * process, or a cancellation of the calling thread, is told to the server (FUSE_INTERRUPT), whose
 * answer is waited for all the same: it says whether the request was carried out. Whatever a server
 * sends, no request reads or writes outside of its buffers.
 */
#ifndef HERMIT_FUSE_H
#define HERMIT_FUSE_H

#include <hermit/list.h>
#include <hermit/types.h>
#include <hermit/virtio_fs.h>
#include <hermit/wait.h>
#include <linux/fuse.h>

struct fuse_client;

/*
 * Sets the next device up that nobody uses yet, and stores its tag. 0, −ENODEV: no more devices,
 * −ENOMEM. As virtio_fs_open(). Before anything else, fuse_start() agrees with the server of the
 * share with that number on the protocol: 0, −ENOMEM, −EIO.
 */
int fuse_open(struct fuse_client **result, char tag[VIRTIO_FS_TAG_MAX]);
int fuse_start(struct fuse_client *client, unsigned number);

/* The most bytes, and the most parts of memory, that one request with data moves. */
size_t fuse_io_max(const struct fuse_client *client);
unsigned fuse_parts_max(const struct fuse_client *client);
/* The server can tell of files as it lists their names. */
bool fuse_lists_plus(const struct fuse_client *client);

struct fuse_bytes {
    const void *at;
    size_t size;
};

#define FUSE_IN_MAX 5

/* A name as the protocol has it: its bytes and a NUL. Two members of fuse_request.in. */
#define FUSE_NAME(text, length) {(text), (length)}, {"", 1}

struct fuse_request {
    enum fuse_opcode opcode;
    uint64_t node;
    /* What follows the header: copied, in this order, up to the first that is empty. */
    struct fuse_bytes in[FUSE_IN_MAX];
    /* Where the answer is copied to. It may be shorter only if `out_varies`. */
    void *out;
    size_t out_size;
    bool out_varies;
    bool patient; /* no signal is told to the server */
    /* Memory that the device reads behind the request, or writes behind the answer's header. */
    const struct virtq_part *data;
    unsigned nr_data;
    bool device_writes;
};

/*
 * Sends a request and waits for its answer. Bytes of the answer, without its header (of
 * `device_writes`: those that came into `data`); the error that the server reports; −EIO (the
 * answer makes no sense, or the server is gone), −ENOMEM, −ENAMETOOLONG, and −ERESTARTSYS, if a
 * signal came and nothing was done. If there is no room, but the server has files to close still,
 * they are waited for, and it is asked once more. No spin lock is held.
 */
ssize_t fuse_ask(struct fuse_client *client, const struct fuse_request *request);

/* A message and the memory that the device has of it. */
struct fuse_flight {
    struct fuse_client *client;
    struct list link; /* of one of the client's lists, or of its batch */
    struct wait_queue wait;
    bool done;            /* the device has given it back, or never will: under the client's lock */
    bool detached;        /* nobody waits: it is freed then */
    bool after_farewells; /* there were some that the server had not carried out */
    uint8_t queue;        /* enum virtio_fs_queue */
    uint32_t written;     /* bytes of the answer; 0: there is none */
};

/*
 * A message that nobody waits for: FORGET, RELEASE, RELEASEDIR. It is made when what it ends
 * begins, so that sending it needs no memory and cannot fail. FORGETs are sent in batches.
 */
struct fuse_farewell {
    struct fuse_flight flight; /* the first member */
    struct fuse_in_header in;
    union {
        struct fuse_forget_in forget;
        struct fuse_release_in release;
        struct fuse_interrupt_in interrupt;
    } args;
    struct fuse_out_header out;
};

/* NULL: no memory. The caller fills in.nodeid and args. */
struct fuse_farewell *fuse_farewell_new(struct fuse_client *client, enum fuse_opcode opcode);
/* Sends it, and takes it over. Does not sleep. */
void fuse_farewell_send(struct fuse_farewell *farewell);
/* Frees one that is not sent, as nothing began. */
void fuse_farewell_free(struct fuse_farewell *farewell);
/* Waits until the server has carried out as many as were sent so far, or will not any more; they
 * may be others. No spin lock is held. */
void fuse_farewells_wait(struct fuse_client *client);

/*
 * The most files that the server can have open for this side: it has one for each node that it told
 * of, and for each open file or folder. Each has a farewell, which is there before the server is
 * asked and until it is carried out; and who will be told of nodes that he has no farewells for yet
 * counts them by fuse_hold(), until he gives them back by fuse_unhold().
 */
uint32_t fuse_held(const struct fuse_client *client);
void fuse_hold(struct fuse_client *client, uint32_t nr);
void fuse_unhold(struct fuse_client *client, uint32_t nr);

#endif
