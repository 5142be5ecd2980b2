/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Ticks of a counter as another unit, without dividing: two multiplications. Pure. */

#ifndef HOST_COMMON_SCALE_H
#define HOST_COMMON_SCALE_H

#include <stdint.h>

struct scale {
    uint64_t whole;    /* units per tick: whole part, */
    uint64_t fraction; /* and fraction, in 2^-64, rounded up */
};

/* `units` and `frequency` are per second, below 2^63; frequency is not 0. */
struct scale scale_make(uint64_t units, uint64_t frequency);

/* The fraction is rounded up, so a whole number of units comes out whole. The error, ticks * 2^-64,
 * stays below what separates any other tick from the next unit: 1/25 for 100 ns at QEMU's 62.5 MHz,
 * which is centuries away. */
static inline uint64_t scale_apply(const struct scale *scale, uint64_t ticks)
{
    return ticks * scale->whole + (uint64_t)(((unsigned __int128)ticks * scale->fraction) >> 64);
}

#endif
