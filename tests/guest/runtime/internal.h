/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the files of the guest runtime share among themselves and tests need not see. */

#ifndef GUEST_INTERNAL_H
#define GUEST_INTERNAL_H

#include "guest.h"
#include "sysreg.h"

void exception_handle(uint64_t vector, uint64_t *x);
void gic_handle(struct cpu *cpu);
void machine_find(const void *fdt, uint64_t boot_x1_to_x3);
void tests_run(void);
void guest_main(const void *fdt, uint64_t boot_x1_to_x3);
void secondary_main(struct cpu *cpu, uint64_t entry_registers);
void secondary_start(void);
void el0_return(void);

#endif
