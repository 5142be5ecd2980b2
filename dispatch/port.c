/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Connections: a small table by number, read by all VPs at any time, changed by the host beside
 * them. */

#include "port.h"

/* A number is in one of the slots that follow its own; looking for it is bounded. */
#define PROBES 4u

struct shim_port *port_find(const struct shim_partition *partition, uint32_t id)
{
    for (uint32_t probe = 0; id != 0 && probe < PROBES; probe++) {
        struct shim_port *port = connection_port(connection_slot(partition, id + probe), id);

        if (port != NULL) {
            return port;
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
        struct shim_connection *connection = connection_slot(partition, id + probe);

        uint64_t free = shim_atomic_load(&connection->id);

        if ((free & CONNECTION_NUMBER) == 0) {
            shim_atomic_fence(); /* whoever sees the new port sees that the old number is gone */
            __atomic_store_n(&connection->port, port, __ATOMIC_RELAXED);
            shim_atomic_store_release(&connection->id, free | id);
            return true;
        }
    }
    return false;
}

void shim_disconnect(struct shim_partition *partition, uint32_t id)
{
    if (partition->connections == NULL || id == 0) {
        return;
    }
    for (uint32_t probe = 0; probe < PROBES; probe++) {
        struct shim_connection *connection = connection_slot(partition, id + probe);
        uint64_t taken = shim_atomic_load(&connection->id);

        if ((taken & CONNECTION_NUMBER) == id) {
            shim_atomic_store(&connection->id, taken - id + CONNECTION_ONE_CHANGE);
        }
    }
}

void shim_port_close(struct shim_port *port)
{
    shim_atomic_store_release(&port->closed, 1);
}
