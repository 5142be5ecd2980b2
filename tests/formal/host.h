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

/* What handlers get, each by the sizes in its row: proved of the engine, and by handlers.c enough for
 * each of them. Besides, they change words of VPs and partition that the engine does not look at. */
#define FORMAL_HEADER(header, row, control)                                                        \
    \valid_read((header) + (0 .. (row)->header_size + 8 * formal_variable(control) - 1))
#define FORMAL_ELEMENTS(element, out, row, count)                                                  \
    (\valid_read((element) + (0 .. (count) * (row)->element_in - 1)) &&                            \
     \valid((out) + (0 .. (count) * (row)->element_out - 1)))

/* What admission leaves of a call. Convention and registers: engine.c shows them. */
#define FORMAL_ADMITTED(vp, x, convention, row, control)                                           \
    (\valid(vp) && \valid_read((vp)->partition) && \valid_read((vp)->partition->ops) &&            \
     \valid_read(row) && \valid((x) + (0 .. 17)) && \valid_read(convention) &&                     \
     \separated(vp, row, convention) && (convention)->control <= 1 && (convention)->window <= 2 &&                                    \
     formal_start(control) < formal_elements(control))

/* The page that a VP spills to: a whole one, ours if it is pinned. spill.c shows it. */
#define FORMAL_SPILL(vp)                                                                           \
    (((vp)->spill_pinned != \null ==> \valid((vp)->spill_pinned + (0 .. 4095))) &&                 \
     ((vp)->spill_page % 4096 == 0 || (vp)->spill_page % 4096 == 1))

struct hv_call;
struct shim_vp;

/*@ axiomatic control_word {
        logic integer formal_variable(integer control);
        logic integer formal_count(integer control);
        logic integer formal_start(integer control);
        axiom fields: \forall integer control; 0 <= formal_variable(control) <= 1023 &&
            0 <= formal_count(control) <= 4095 && 0 <= formal_start(control) <= 4095;
    }
    axiomatic ones {
        logic integer formal_ones(integer word, integer below);
        axiom none: \forall integer word; formal_ones(word, 0) == 0;
        axiom one_more: \forall integer word, n; 0 <= n < 64 ==>
            formal_ones(word, n + 1) == formal_ones(word, n) + ((word >> n & 1) != 0 ? 1 : 0);
        axiom grows: \forall integer word, m, n; 0 <= m <= n <= 64 ==> formal_ones(word, m) <= formal_ones(word, n);
    }
    logic integer formal_elements(integer control) = formal_count(control) == 0 ? 1 : formal_count(control); */

#endif
