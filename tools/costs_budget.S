/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What `make bench` measured, as text. */

        .section .rodata, "a"
        .global costs_budget
costs_budget: .incbin "tests/guest/budget"
        .byte   0
        .section .note.GNU-stack, "", %progbits
