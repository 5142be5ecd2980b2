/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Connections: a small table by number, read by all VPs at any time, changed by the host beside
 * them. */

#include "port.h"

/* A number is in one of the slots that follow its own; looking for it is bounded. */
#define PROBES 4u

static struct shim_connection *slot_of(const struct shim_partition *partition, uint32_t id,
                                       uint32_t probe)
{
    return &partition->connections[(id + probe) & (partition->connection_slots - 1)];
}

struct shim_port *port_find(const struct shim_partition *partition, uint32_t id)
{
    for (uint32_t probe = 0; id != 0 && probe < PROBES; probe++) {
        const struct shim_connection *connection = slot_of(partition, id, probe);

        if (shim_atomic_load_acquire(&connection->id) == id) {
            struct shim_port *port = __atomic_load_n(&connection->port, __ATOMIC_ACQUIRE);

            /* The slot may have changed hands in between. */
            return shim_atomic_load(&connection->id) == id ? port : NULL;
        }
    }
    return NULL;
}

bool shim_connect(struct shim_partition *partition, uint32_t id, struct shim_port *port)
{
    if (partition->connections == NULL || id == 0 || (id & HV_CONNECTION_ID_RESERVED) != 0 ||
        port_find(partition, id) != NULL) {
        return false;
    }
    for (uint32_t probe = 0; probe < PROBES; probe++) {
        struct shim_connection *connection = slot_of(partition, id, probe);

        if (shim_atomic_load(&connection->id) == 0) {
            __atomic_store_n(&connection->port, port, __ATOMIC_RELAXED);
            shim_atomic_store_release(&connection->id, id);
            return true;
        }
    }
    return false;
}

void shim_disconnect(struct shim_partition *partition, uint32_t id)
{
    for (uint32_t probe = 0; partition->connections != NULL && probe < PROBES; probe++) {
        struct shim_connection *connection = slot_of(partition, id, probe);

        if (shim_atomic_load(&connection->id) == id) {
            shim_atomic_store(&connection->id, 0);
        }
    }
}

void shim_port_close(struct shim_port *port)
{
    shim_atomic_store_release(&port->closed, 1);
}
