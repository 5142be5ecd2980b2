/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The budget of cost.c, as text. */

        .section .rodata, "a"
        .global budget
budget: .incbin "tests/guest/budget"
        .byte   0
