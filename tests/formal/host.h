/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The contracts of gpa_read and gpa_write (shim/host.h) for WP, which wants to know who is called:
 * `run` puts these two names in the place of the calls by the table of ops. */

#ifndef FORMAL_HOST_H
#define FORMAL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*@ requires one_page: 1 <= size <= 4096 - gpa % 4096;
    requires place: \valid(to + (0 .. size - 1));
    assigns to[0 .. size - 1] \from gpa;
    assigns \result \from gpa; */
bool formal_gpa_read(void *host, uint64_t gpa, uint8_t *to, size_t size);

/*@ requires one_page: 1 <= size <= 4096 - gpa % 4096;
    requires place: \valid_read(from + (0 .. size - 1));
    assigns \result \from gpa; */
bool formal_gpa_write(void *host, uint64_t gpa, const uint8_t *from, size_t size);

#endif
