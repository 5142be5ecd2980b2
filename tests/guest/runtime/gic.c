/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The GICv3 of QEMU's virt machine, as far as the tests need it: PPIs of each processor, taken as
 * group 1 interrupts and counted; and the virtual timer on top. */

#include "guest.h"
#include "internal.h"

#define GICD_CTLR ((volatile uint32_t *)0x08000000)
#define GICD_CTLR_GROUP1_ARE 0x12u
#define GICR_BASE UINT64_C(0x080a0000)
#define GICR_STRIDE UINT64_C(0x20000)
#define GICR_WAKER 0x14u
#define GICR_WAKER_PROCESSOR_SLEEP 2u
#define GICR_WAKER_CHILDREN_ASLEEP 4u
#define GICR_IGROUPR0 0x10080u
#define GICR_ISENABLER0 0x10100u
#define GICR_IPRIORITYR 0x10400u
#define INTID_SPURIOUS 1020u

/* A plain STR: a hypervisor that emulates the GIC is not told of forms that change the base
 * register as well, which compilers like in loops. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the instruction writes it */
static void gic_write(volatile uint32_t *to, uint32_t value)
{
    __asm__ volatile("str %w1, [%0]" : : "r"(to), "r"(value) : "memory");
}

static uint32_t gic_read(const volatile uint32_t *from)
{
    uint32_t value;
    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(from) : "memory");
    return value;
}

static volatile uint32_t *redistributor(uint32_t index, uint32_t offset)
{
    return (volatile uint32_t *)(uintptr_t)(GICR_BASE + GICR_STRIDE * index + offset);
}

void gic_init(void)
{
    gic_write(GICD_CTLR, GICD_CTLR_GROUP1_ARE);
    gic_init_cpu();
}

void gic_init_cpu(void)
{
    uint32_t index = this_cpu()->index;

    gic_write(redistributor(index, GICR_WAKER),
              gic_read(redistributor(index, GICR_WAKER)) & ~GICR_WAKER_PROCESSOR_SLEEP);
    while ((gic_read(redistributor(index, GICR_WAKER)) & GICR_WAKER_CHILDREN_ASLEEP) != 0) {
    }
    gic_write(redistributor(index, GICR_IGROUPR0), 0xffffffff);
    for (uint32_t i = 0; i < 32; i += 4) {
        gic_write(redistributor(index, GICR_IPRIORITYR + i), 0xa0a0a0a0);
    }
    gic_write(redistributor(index, GICR_ISENABLER0), 1u << INTID_VMBUS | 1u << INTID_VIRTUAL_TIMER);
    WRITE_SYSREG(icc_sre_el1, 7);
    __asm__ volatile("isb");
    WRITE_SYSREG(icc_pmr_el1, 0xff);
    WRITE_SYSREG(icc_bpr1_el1, 0);
    WRITE_SYSREG(icc_igrpen1_el1, 1);
    __asm__ volatile("isb");
}

static void timer_interrupt(struct cpu *cpu)
{
    uint64_t late = now() - READ_SYSREG(cntv_cval_el0);

    if (late > cpu->tick_worst) {
        cpu->tick_worst = late;
    }
    if (cpu->tick_period != 0) {
        timer_at(now() + cpu->tick_period);
    } else {
        timer_off();
    }
}

void gic_handle(struct cpu *cpu)
{
    uint64_t intid = READ_SYSREG(icc_iar1_el1);

    if (intid >= INTID_SPURIOUS) {
        return;
    }
    if (intid == INTID_VIRTUAL_TIMER) {
        timer_interrupt(cpu);
    }
    if (cpu->on_irq != NULL) {
        cpu->on_irq((uint32_t)intid);
    }
    WRITE_SYSREG(icc_eoir1_el1, intid);
    if (intid < 32) {
        cpu->irqs[intid]++;
    }
}

void gic_enable(uint32_t intids)
{
    gic_write(redistributor(this_cpu()->index, GICR_ISENABLER0), intids);
}

/* Masked interrupts end WFI as well: none comes between a test of what it changes and the sleep. */
void irq_wait(void)
{
    __asm__ volatile("dsb sy\n\twfi" ::: "memory");
    irq_enable();
    irq_disable();
}

void irq_enable(void)
{
    __asm__ volatile("msr daifclr, #2\n\tisb" ::: "memory");
}

void irq_disable(void)
{
    __asm__ volatile("msr daifset, #2\n\tisb" ::: "memory");
}

uint64_t now(void)
{
    __asm__ volatile("isb" ::: "memory");
    return READ_SYSREG(cntvct_el0);
}

uint64_t microseconds(uint64_t n)
{
    return n * READ_SYSREG(cntfrq_el0) / 1000000;
}

void timer_at(uint64_t deadline)
{
    WRITE_SYSREG(cntv_cval_el0, deadline);
    WRITE_SYSREG(cntv_ctl_el0, 1);
    __asm__ volatile("isb");
}

void timer_off(void)
{
    WRITE_SYSREG(cntv_ctl_el0, 0);
    __asm__ volatile("isb");
}

void wait_microseconds(uint64_t n)
{
    uint64_t end = now() + microseconds(n * boot_argument("share=", 1));

    while (now() < end) {
    }
}
