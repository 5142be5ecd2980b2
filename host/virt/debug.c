/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Characters that a guest writes by HvCallOutputDebugCharacter: kept until their line ends, then a
 * record of its VP's ring. */

#include "host/virt/virt.h"

void debug_flush(struct cpu *cpu)
{
    if (cpu->text_size != 0) {
        ring_text(cpu, SHIM_TRACE_DEBUG, cpu->text, cpu->text_size);
        cpu->text_size = 0;
    }
}

void debug_character(void *host, void *host_vp, uint8_t character)
{
    struct cpu *cpu = cpu_of(host_vp);
    (void)host;
    if (character != '\n') {
        cpu->text[cpu->text_size++] = (char)character;
    }
    if (character == '\n' || cpu->text_size == sizeof cpu->text) {
        debug_flush(cpu);
    }
}
