/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Asking something of a running shim, through the header of the rings (shim/trace.h) in the file
 * behind the guest's RAM. */

#ifndef TOOLS_REQUEST_H
#define TOOLS_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <shim/trace.h>

/* Leaves a request for the shim. False when the file cannot be written, or no shim is there. */
bool request_write(const char *path, enum shim_request request, int64_t argument);

/* Whether the last one was taken. */
bool request_taken(const char *path);

#endif
