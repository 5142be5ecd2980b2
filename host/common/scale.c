/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Making a scale; see scale.h. */

#include "host/common/scale.h"

/* ceil(numerator * 2^64 / denominator), for numerator < denominator < 2^63: long division by bits.
 */
static uint64_t divide_fraction(uint64_t numerator, uint64_t denominator)
{
    uint64_t quotient = 0;
    for (int bit = 0; bit < 64; bit++) {
        numerator *= 2;
        quotient = quotient << 1 | (numerator >= denominator);
        numerator -= numerator >= denominator ? denominator : 0;
    }
    return numerator != 0 ? quotient + 1 : quotient;
}

struct scale scale_make(uint64_t units, uint64_t frequency)
{
    return (struct scale) {
        .whole = units / frequency,
        .fraction = divide_fraction(units % frequency, frequency),
    };
}
