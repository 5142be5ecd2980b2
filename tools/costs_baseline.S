/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What `make bench` measured, as JSON, one line for each case and form. */

        .section .rodata, "a"
        .global costs_baseline
costs_baseline: .incbin "tests/bench/baseline.json"
        .byte   0
        .section .note.GNU-stack, "", %progbits
