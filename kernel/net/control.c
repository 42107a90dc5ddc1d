/* SPDX-License-Identifier: BSD-3-Clause */
/* Control messages of sendmsg(2) and recvmsg(2), as bytes: what one means is the family's. No
 * locks. */
#include <hermit/socket.h>
#include <hermit/string.h>
#include <hermit/uaccess.h>
#include <linux/errno.h>

int socket_control_next(const char *buf, size_t size, size_t *at, struct cmsghdr *header,
                        const char **data)
{
    if (*at > size || size - *at < sizeof(*header))
        return 0;
    memcpy(header, buf + *at, sizeof(*header));
    if (header->length < sizeof(*header) || header->length > size - *at)
        return -EINVAL;
    *data = buf + *at + sizeof(*header);
    *at += CMSG_ALIGN(header->length);
    return 1;
}

int socket_put_control(struct socket_message *m, int level, int type, const void *data, size_t size)
{
    struct cmsghdr header = {.length = sizeof(header) + size, .level = level, .type = type};
    struct socket_control *c = m->control;
    if (c == NULL)
        return 0;
    if (c->at == 0 || c->left < sizeof(header)) {
        m->is_flags |= MSG_CTRUNC;
        return 0;
    }
    if (c->left < header.length) {
        m->is_flags |= MSG_CTRUNC;
        header.length = c->left;
    }
    if (copy_to_user(user_ptr(c->at), &header, sizeof(header)) != 0 ||
        copy_to_user(user_ptr(c->at + sizeof(header)), data, header.length - sizeof(header)) != 0)
        return -EFAULT;
    size_t step = MIN(CMSG_ALIGN(header.length), c->left);
    c->at += step;
    c->left -= step;
    c->used += step;
    return 0;
}
