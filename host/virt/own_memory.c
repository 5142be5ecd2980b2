/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Where everything of the shim's lies; see own_memory.h. */

#include "host/virt/own_memory.h"

#include "host/virt/cpu.h"

#include <el2/tables.h>
#include <shim/shim.h>
#include <shim/trace.h>

#define PAGE UINT64_C(4096)
#define BASE_ALIGN UINT64_C(0x200000) /* stage 2 maps the guest's RAM in blocks of 2 MiB */
#define GUEST_RAM_MIN UINT64_C(0x4000000)

/* Rings of a small machine remember more. */
#define RECORDS_FEW_CPUS 4096u
#define RECORDS_MANY_CPUS 1024u
#define FEW_CPUS 9u

static uint64_t page_up(uint64_t bytes)
{
    return (bytes + PAGE - 1) & ~(PAGE - 1);
}

/* Next place of `bytes`, on a page of its own. */
static uint64_t take(uint64_t *next, uint64_t bytes)
{
    uint64_t taken = *next;
    *next += page_up(bytes);
    return taken;
}

/* Places all from `base` on; what lies before the rings, which end with RAM. */
static uint64_t place(struct own_memory *own, const struct machine *machine, uint64_t image_size,
                      uint64_t base)
{
    uint64_t next = base;
    own->image = take(&next, image_size);
    own->cpus = take(&next, machine->cpus * sizeof(struct cpu));
    own->vps = take(&next, (machine->cpus - 1) * sizeof(struct shim_vp));
    own->tables = take(&next, OWN_TABLES * TABLE_SIZE);
    own->fdt = take(&next, machine->fdt_size);
    return next - base;
}

bool own_memory_compute(struct own_memory *own, const struct machine *machine, uint64_t image_size)
{
    uint64_t end = (machine->ram_base + machine->ram_size) & ~(PAGE - 1);
    own->records = machine->cpus <= FEW_CPUS ? RECORDS_FEW_CPUS : RECORDS_MANY_CPUS;
    uint64_t rings = (uint64_t)machine->cpus * own->records * sizeof(struct shim_trace_slot);
    uint64_t before = place(own, machine, image_size, 0);
    uint64_t size = before + rings + PAGE;

    if (machine->ram_size < GUEST_RAM_MIN + size + BASE_ALIGN) {
        return false;
    }
    (void)place(own, machine, image_size, (end - size) & ~(BASE_ALIGN - 1));
    own->header = end - PAGE;
    own->rings = own->header - rings;
    return true;
}
