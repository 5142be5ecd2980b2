/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* All that is said to the kernel (Linux Documentation/virt/kvm/api.rst): the virtual machine is
 * made here, once, and its VPs' registers are read and written. */

#include "host/kvm/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <el2/inject.h>

#include "host/common/board.h"

/* Of Linux 6.4, which the headers of this system may not know. */
#define VM_SMCCC_CONTROL 0u
#define VM_SMCCC_FILTER 0u
#define FILTER_TO_USER 2u
struct smccc_filter {
    uint32_t base;
    uint32_t functions;
    uint8_t action;
    uint8_t padding[15];
};
struct counter_offset {
    uint64_t offset;
    uint64_t reserved;
};
#define SET_COUNTER_OFFSET _IOW(KVMIO, 0xb5, struct counter_offset)

#define REGION_COUNT_SHIFT 52 /* redistributors; bits 0 to 11: number of the region */
#define VP_FEATURES 4         /* KVM_ARM_VCPU_PSCI_0_2, without which there is no SMCCC either */
#define IRQS 64u              /* SGIs, PPIs, and more SPIs than there are devices */

static int kvm; /* /dev/kvm */

static void must(bool holds, const char *what)
{
    if (!holds) {
        fail(11, "KVM: %s: %s", what, strerror(errno));
    }
}

/* KVM keeps 0x80000000 and 0xc0000000, the Arm architecture calls, each with 64 Ki functions, for
 * itself. All else comes here, PSCI too: the library wants to know when a VP starts. X0 of HVC #1
 * is looked up in the same filter, by its low half. */
static void forward_calls(void)
{
    static const struct smccc_filter ranges[] = {
        { 0x00000000, 0x80000000, FILTER_TO_USER, { 0 } },
        { 0x80010000, 0x3fff0000, FILTER_TO_USER, { 0 } },
        { 0xc0010000, 0x3fff0000, FILTER_TO_USER, { 0 } },
    };
    struct kvm_device_attr attr = { .group = VM_SMCCC_CONTROL, .attr = VM_SMCCC_FILTER };

    if (ioctl(monitor.vm, KVM_HAS_DEVICE_ATTR, &attr) != 0) {
        fail(2, "this kernel's KVM has no SMCCC filter: Linux 6.4 or later is needed");
    }
    for (size_t n = 0; n < sizeof ranges / sizeof ranges[0]; n++) {
        attr.addr = (uintptr_t)&ranges[n];
        if (ioctl(monitor.vm, KVM_SET_DEVICE_ATTR, &attr) != 0) {
            fail(11, "KVM's SMCCC filter refuses 0x%x functions from 0x%x on: %s",
                 ranges[n].functions, ranges[n].base, strerror(errno));
        }
    }
}

void kvm_add_memory(uint32_t slot, uint32_t flags, uint64_t gpa, const void *at, uint64_t size)
{
    struct kvm_userspace_memory_region region = { slot, flags, gpa, size, (uintptr_t)at };
    must(ioctl(monitor.vm, KVM_SET_USER_MEMORY_REGION, &region) == 0, "memory");
}

static void gic_attribute(int gic, uint32_t group, uint64_t number, const void *value)
{
    struct kvm_device_attr attr = { .group = group, .attr = number, .addr = (uintptr_t)value };
    must(ioctl(gic, KVM_SET_DEVICE_ATTR, &attr) == 0, "interrupt controller");
}

static void add_gic(void)
{
    static const uint64_t distributor = BOARD_GICD;
    const uint64_t redistributors = BOARD_GICR | (uint64_t)guest.vp_count << REGION_COUNT_SHIFT;
    static const uint64_t courier = COURIER_GICR | UINT64_C(1) << REGION_COUNT_SHIFT | 1;
    static const uint32_t irqs = IRQS;
    struct kvm_create_device gic = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };

    if (ioctl(monitor.vm, KVM_CREATE_DEVICE, &gic) != 0) {
        fail(2, "KVM has no GICv3 for guests here: %s", strerror(errno));
    }
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &irqs);
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &distributor);
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION,
                  &redistributors);
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION,
                  &courier);
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

void kvm_reset_vp(struct thread *thread)
{
    static struct kvm_vcpu_init init;

    if (init.features[0] == 0) {
        must(ioctl(monitor.vm, KVM_ARM_PREFERRED_TARGET, &init) == 0, "kind of processor");
        init.features[0] = VP_FEATURES;
    }
    must(ioctl(thread->fd, KVM_ARM_VCPU_INIT, &init) == 0, "reset of a VP");
}

static void add_vp(struct thread *thread, uint32_t index)
{
    int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

    thread->vp.index = index;
    thread->fd = ioctl(monitor.vm, KVM_CREATE_VCPU, (unsigned long)index);
    must(thread->fd >= 0 && size > 0, "a VP");
    thread->run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, thread->fd, 0);
    must(thread->run != MAP_FAILED, "a VP's run area");
    kvm_reset_vp(thread);
    thread->vp.mpidr = reg_get(thread, REG_MPIDR_EL1) & UINT64_C(0xff00ffffff);
    thread->pstate_features =
        el1_features(reg_get(thread, REG_ID_AA64PFR1_EL1), reg_get(thread, REG_ID_AA64MMFR1_EL1));
}

void kvm_make_machine(void)
{
    struct kvm_enable_cap nisv = { .cap = KVM_CAP_ARM_NISV_TO_USER };
    struct counter_offset ours = { 0 }; /* so that the guest is told the same time */

    kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (kvm < 0) {
        fail(2, "/dev/kvm: %s; is this kernel at EL2, and have you the right to open the device?",
             strerror(errno));
    }
    monitor.vm = ioctl(kvm, KVM_CREATE_VM, 0);
    must(monitor.vm >= 0, "a virtual machine");
    forward_calls();
    must(ioctl(monitor.vm, KVM_ENABLE_CAP, &nisv) == 0, "exits for odd accesses");
    must(ioctl(monitor.vm, SET_COUNTER_OFFSET, &ours) == 0, "offset of the counter");
    kvm_add_memory(0, 0, monitor.ram_base, (void *)monitor.ram_base,
                   monitor.ram_end - monitor.ram_base);
    for (uint32_t n = 0; n <= guest.vp_count; n++) { /* the last one is the courier */
        add_vp(&monitor.threads[n], n);
    }
    add_gic();
}

bool kvm_run(struct thread *thread)
{
    if (ioctl(thread->fd, KVM_RUN, 0) == 0) {
        return true;
    }
    if (errno != EINTR && errno != EAGAIN) {
        fail(11, "KVM: VP %u does not run: %s", thread->vp.index, strerror(errno));
    }
    return false;
}

uint64_t reg_get(struct thread *thread, uint64_t id)
{
    uint64_t value = 0;
    struct kvm_one_reg reg = { id, (uintptr_t)&value };
    must(ioctl(thread->fd, KVM_GET_ONE_REG, &reg) == 0, "reading a register");
    return value;
}

void reg_set(struct thread *thread, uint64_t id, uint64_t value)
{
    struct kvm_one_reg reg = { id, (uintptr_t)&value };
    must(ioctl(thread->fd, KVM_SET_ONE_REG, &reg) == 0, "writing a register");
}

void kvm_inject_abort(struct thread *thread)
{
    struct kvm_vcpu_events events = { .exception.ext_dabt_pending = 1 };
    must(ioctl(thread->fd, KVM_SET_VCPU_EVENTS, &events) == 0, "an abort");
}

void kvm_set_spi(uint32_t spi, bool level)
{
    struct kvm_irq_level irq = { .level = level };
    irq.irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | (32 + spi);
    must(ioctl(monitor.vm, KVM_IRQ_LINE, &irq) == 0, "an interrupt");
}
