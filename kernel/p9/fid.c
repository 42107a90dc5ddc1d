/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Owns: fids. One that is not used any more goes to a list of the client; the server is told by
 * messages that nobody waits for, so p9_fid_put() never sleeps. A number is used again when the
 * server has confirmed that it has forgotten it. All lists: client->lock.
 */
#include "client.h"

#include <asm-generic/errno-base.h>
#include <hermit/kmalloc.h>
#include <hermit/signal_pending.h>

struct p9_fid *p9_fid_new(struct p9_client *client)
{
    struct p9_fid *fid = NULL;
    unsigned long irq = spin_lock(&client->lock);
    if (!list_empty(&client->free_fids)) {
        fid = list_first(&client->free_fids, struct p9_fid, link);
        list_remove(&fid->link);
    }
    spin_unlock(&client->lock, irq);
    if (fid == NULL) {
        fid = kzalloc(sizeof(*fid));
        if (fid == NULL)
            return NULL;
        fid->client = client;
        list_init(&fid->link);
        irq = spin_lock(&client->lock);
        fid->id = client->next_fid++;
        spin_unlock(&client->lock, irq);
    }
    store_relaxed(&fid->refs, 1);
    return fid;
}

void p9_fid_drop(struct p9_fid *fid)
{
    unsigned long irq = spin_lock(&fid->client->lock);
    list_push_back(&fid->client->free_fids, &fid->link);
    spin_unlock(&fid->client->lock, irq);
}

void p9_fid_abandon(struct p9_fid *fid, int err)
{
    if (err == -EIO || err == -ERESTARTSYS)
        p9_fid_put(fid);
    else
        p9_fid_drop(fid);
}

void p9_fid_forgotten(struct p9_fid *fid, bool certain)
{
    if (certain)
        list_push_back(&fid->client->free_fids, &fid->link);
    else
        kfree(fid); /* its number is never used again */
}

void p9_fid_get(struct p9_fid *fid)
{
    add_relaxed(&fid->refs, 1); /* the caller has a reference */
}

void p9_fid_put(struct p9_fid *fid)
{
    /* Release: this holder's use. Acquire: the last put comes after all of them. */
    if (atomic_fetch_sub_explicit(&fid->refs, 1, memory_order_acq_rel) != 1)
        return;
    unsigned long irq = spin_lock(&fid->client->lock);
    list_push_back(&fid->client->gone_fids, &fid->link);
    spin_unlock(&fid->client->lock, irq);
    p9_fids_clunk(fid->client);
}

/* The next fid that the server shall forget; NULL: none. */
static struct p9_fid *take_gone(struct p9_client *client)
{
    struct p9_fid *fid = NULL;
    unsigned long irq = spin_lock(&client->lock);
    if (!client->dead && !list_empty(&client->gone_fids)) {
        fid = list_first(&client->gone_fids, struct p9_fid, link);
        list_remove(&fid->link);
    }
    spin_unlock(&client->lock, irq);
    return fid;
}

/* False: no memory, or no room now. */
static bool clunk(struct p9_fid *fid)
{
    struct p9_call *call = p9_call_begin(fid->client, P9_TCLUNK, 4, 0);
    if (call == NULL)
        return false;
    p9_put(&call->request, fid->id, 4);
    if (p9_send_detached(call, fid) == 0)
        return true;
    p9_call_end(call);
    return false;
}

void p9_fids_clunk(struct p9_client *client)
{
    struct p9_fid *fid;
    while ((fid = take_gone(client)) != NULL) {
        if (!clunk(fid)) {
            unsigned long irq = spin_lock(&client->lock);
            list_push_front(&client->gone_fids, &fid->link);
            spin_unlock(&client->lock, irq);
            return;
        }
    }
}
