/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where the connections of a guest lead. */

#ifndef DISPATCH_PORT_H
#define DISPATCH_PORT_H

#include <shim/shim.h>

/* Of shim_connection.id. The count tells a slot that changed hands twice from one that never did.
 */
#define CONNECTION_NUMBER UINT64_C(0xffffff)
#define CONNECTION_ONE_CHANGE (CONNECTION_NUMBER + 1)

/* The slot of a number, or one of those that follow it. */
static inline struct shim_connection *connection_slot(const struct shim_partition *partition,
                                                      uint32_t id)
{
    return &partition->connections[id & (partition->connection_slots - 1)];
}

/* The port, if the slot is the number's, and still is when the port has been read. */
static inline struct shim_port *connection_port(const struct shim_connection *connection,
                                                uint32_t id)
{
    uint64_t before = shim_atomic_load_acquire(&connection->id);
    struct shim_port *port;

    if ((before & CONNECTION_NUMBER) != id || id == 0) { /* 0: a slot that is free */
        return NULL;
    }
    port = __atomic_load_n(&connection->port, __ATOMIC_ACQUIRE);
    return shim_atomic_load(&connection->id) == before ? port : NULL;
}

/* The port behind a connection of the partition; NULL when there is none of that number. */
struct shim_port *port_find(const struct shim_partition *partition, uint32_t id);

/* The same, if it is in its own slot; NULL asks to look further. */
static inline struct shim_port *port_find_near(const struct shim_partition *partition, uint32_t id)
{
    return connection_port(connection_slot(partition, id), id);
}

#endif
