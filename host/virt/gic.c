/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The GICv3 belongs to the guest. Ours are the redistributor of the service core, which the guest
 * can't reach, and the right to make a PPI pending. The service core takes no interrupt: two of
 * them, in group 0, wake it from WFI. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>

#include <arm/gic.h>

#include "host/common/board.h"
#include "host/virt/io.h"

#define WAKE_POLLS 1000000u
#define INTID_BIT(intid) (UINT32_C(1) << (intid))
#define ICC_PMR_ALL 0xffu
#define ID_AA64PFR0_GIC (UINT64_C(0xf) << 24)

/* MPIDR's affinity fields as GICR_TYPER has them. */
static uint32_t packed_affinity(uint64_t mpidr)
{
    return (uint32_t)(mpidr & 0xffffff) | (uint32_t)(mpidr >> 32 & 0xff) << 24;
}

/* Bounded by the region; a missing "last" does not lead astray. */
static uint64_t find_redistributor(uint64_t mpidr)
{
    for (uint64_t frame = BOARD_GICR; frame < BOARD_GICR_END; frame += GICR_STRIDE) {
        uint64_t typer = io_read64(frame + GICR_TYPER);
        if (gicr_typer_affinity(typer) == packed_affinity(mpidr)) {
            return frame;
        }
        if ((typer & GICR_TYPER_LAST) != 0) {
            break;
        }
    }
    return 0;
}

/* Where the service core's interrupts are made pending. */
static uint64_t doorbell;

bool gic_init(void)
{
    if ((read_sysreg(id_aa64pfr0_el1) & ID_AA64PFR0_GIC) == 0) {
        return false; /* an older GIC, without system registers */
    }
    for (uint32_t n = 0; n < virt.machine.cpus; n++) {
        virt.cpus[n].gicr = find_redistributor(virt.cpus[n].vp.mpidr);
        if (virt.cpus[n].gicr == 0) {
            return false;
        }
    }
    doorbell = service_cpu()->gicr + GICR_ISPENDR0;
    io_write32(BOARD_GICD + GICD_CTLR, io_read32(BOARD_GICD + GICD_CTLR) | GICD_CTLR_ENABLE_GRP0);
    return true;
}

void gic_pend(struct vp *vp, uint32_t intid)
{
    dsb_sy(); /* what the interrupt is about comes first */
    io_write32(cpu_of(vp)->gicr + GICR_ISPENDR0, INTID_BIT(intid));
}

void gic_ring(void)
{
    dsb_sy(); /* as above */
    io_write32(doorbell, INTID_BIT(GIC_DOORBELL_INTID));
}

static void wake_redistributor(uint64_t gicr)
{
    io_write32(gicr + GICR_WAKER, io_read32(gicr + GICR_WAKER) & ~GICR_WAKER_PROCESSOR_SLEEP);
    for (uint32_t n = 0; n < WAKE_POLLS; n++) {
        if ((io_read32(gicr + GICR_WAKER) & GICR_WAKER_CHILDREN_ASLEEP) == 0) {
            return;
        }
    }
}

void gic_service_init(const struct cpu *cpu)
{
    uint32_t ours = INTID_BIT(GIC_TIMER_INTID) | INTID_BIT(GIC_DOORBELL_INTID);

    wake_redistributor(cpu->gicr);
    io_write32(cpu->gicr + GICR_ICENABLER0, ~ours);
    io_write32(cpu->gicr + GICR_IGROUPR0, ~ours);
    for (uint32_t n = 0; n < 32; n += 4) {
        io_write32(cpu->gicr + GICR_IPRIORITYR0 + n, 0);
    }
    io_write32(cpu->gicr + GICR_ISENABLER0, ours);
    dsb_sy();
    write_sysreg(S3_4_C12_C9_5, 0xf); /* ICC_SRE_EL2 */
    isb();
    write_sysreg(S3_0_C4_C6_0, ICC_PMR_ALL); /* ICC_PMR_EL1 */
    write_sysreg(S3_0_C12_C12_6, 1);         /* ICC_IGRPEN0_EL1 */
    isb();
}

void gic_service_acknowledge(const struct cpu *cpu)
{
    io_write32(cpu->gicr + GICR_ICPENDR0, INTID_BIT(GIC_DOORBELL_INTID));
    dsb_sy(); /* whoever rings after this wakes us again */
}
