/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The parts of GICv3 (Arm IHI 0069) that a hypervisor meets: offsets and fields. */

#ifndef ARM_GIC_H
#define ARM_GIC_H

#include <stdint.h>

/* Distributor. */
#define GICD_CTLR 0x0000u
#define GICD_CTLR_ENABLE_GRP0 UINT64_C(1) /* with one security state */
#define GICD_CTLR_RWP (UINT64_C(1) << 31)

/* Redistributor: a frame for control and LPIs (RD), then one for SGIs and PPIs. */
#define GICR_FRAME_SIZE UINT64_C(0x10000)
#define GICR_STRIDE (2 * GICR_FRAME_SIZE)
#define GICR_TYPER 0x0008u
#define GICR_TYPER_LAST (UINT64_C(1) << 4)
#define GICR_WAKER 0x0014u
#define GICR_WAKER_PROCESSOR_SLEEP UINT32_C(2)
#define GICR_WAKER_CHILDREN_ASLEEP UINT32_C(4)
#define GICR_PROPBASER 0x0070u
#define GICR_PENDBASER 0x0078u
#define GICR_IGROUPR0 (GICR_FRAME_SIZE + 0x0080u)
#define GICR_ISENABLER0 (GICR_FRAME_SIZE + 0x0100u)
#define GICR_ICENABLER0 (GICR_FRAME_SIZE + 0x0180u)
#define GICR_ISPENDR0 (GICR_FRAME_SIZE + 0x0200u)
#define GICR_ICPENDR0 (GICR_FRAME_SIZE + 0x0280u)
#define GICR_IPRIORITYR0 (GICR_FRAME_SIZE + 0x0400u)

/* GICR_PROPBASER and GICR_PENDBASER: addresses, and ID bits minus one. */
#define GICR_PROPBASER_ADDRESS UINT64_C(0x000ffffffffff000)
#define GICR_PROPBASER_IDBITS UINT64_C(0x1f)
#define GICR_PENDBASER_ADDRESS UINT64_C(0x000fffffffff0000)

/* GICR_TYPER bits 63:32: affinity of the processor, Aff3 to Aff0. */
static inline uint32_t gicr_typer_affinity(uint64_t typer)
{
    return (uint32_t)(typer >> 32);
}

#endif
