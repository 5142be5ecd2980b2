/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where the connections of a guest lead. */

#ifndef DISPATCH_PORT_H
#define DISPATCH_PORT_H

#include <shim/shim.h>

/* The port behind a connection of the partition; NULL when there is none of that number. */
struct shim_port *port_find(const struct shim_partition *partition, uint32_t id);

#endif
