/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The vector registers, which the runtime itself never uses. */

#ifndef GUEST_VECTOR_STATE_H
#define GUEST_VECTOR_STATE_H

#include <stddef.h>
#include <stdint.h>

struct vector_state {
    uint64_t v[64]; /* V0..V31, low half first */
    uint64_t fpcr;
    uint64_t fpsr;
};
_Static_assert(offsetof(struct vector_state, fpcr) == 512, "vector_state.S");

void vector_load(const struct vector_state *state);
void vector_store(struct vector_state *state);

#endif
