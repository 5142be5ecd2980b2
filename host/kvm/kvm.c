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

#include "host/virt/board.h"

/* Of Linux 6.4, which the headers of this system may not know. */
#define VM_SMCCC_CONTROL 0u
#define VM_SMCCC_FILTER 0u
#define FILTER_TO_USER 2u
#define CAP_COUNTER_OFFSET 227
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

#define IRQS 64u /* SGIs, PPIs, and more SPIs than there are devices */

static void must(bool holds, const char *what)
{
    if (!holds) {
        fail(11, "KVM: %s: %s", what, strerror(errno));
    }
}

static void check_kernel(void)
{
    monitor.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (monitor.kvm < 0) {
        fail(2,
             "/dev/kvm: %s; this needs KVM: a kernel that was started at EL2, and the right to"
             " open the device",
             strerror(errno));
    }
    if (ioctl(monitor.kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION) {
        fail(2, "/dev/kvm speaks another version of the interface");
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

static void add_memory(void)
{
    struct kvm_userspace_memory_region ram = {
        .slot = 0,
        .guest_phys_addr = monitor.ram_base,
        .memory_size = monitor.ram_end - monitor.ram_base,
        .userspace_addr = monitor.ram_base,
    };
    must(ioctl(monitor.vm, KVM_SET_USER_MEMORY_REGION, &ram) == 0, "memory");
}

static void gic_attribute(int gic, uint32_t group, uint64_t number, const void *value)
{
    struct kvm_device_attr attr = { .group = group, .attr = number, .addr = (uintptr_t)value };
    must(ioctl(gic, KVM_SET_DEVICE_ATTR, &attr) == 0, "interrupt controller");
}

static void add_gic(void)
{
    static const uint64_t distributor = BOARD_GICD, redistributors = BOARD_GICR;
    static const uint32_t irqs = IRQS;
    struct kvm_create_device gic = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };

    if (ioctl(monitor.vm, KVM_CREATE_DEVICE, &gic) != 0) {
        fail(2, "KVM has no GICv3 for guests here: %s", strerror(errno));
    }
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &irqs);
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &distributor);
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST,
                  &redistributors);
    gic_attribute((int)gic.fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

void kvm_reset_vp(struct vp *vp)
{
    static struct kvm_vcpu_init init;

    if (init.features[0] == 0) {
        must(ioctl(monitor.vm, KVM_ARM_PREFERRED_TARGET, &init) == 0, "kind of processor");
        init.features[0] = VP_FEATURES;
    }
    must(ioctl(vp->fd, KVM_ARM_VCPU_INIT, &init) == 0, "reset of a VP");
}

static void add_vp(struct vp *vp, uint32_t index)
{
    int size = ioctl(monitor.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

    vp->index = index;
    vp->fd = ioctl(monitor.vm, KVM_CREATE_VCPU, (unsigned long)index);
    must(vp->fd >= 0 && size > 0, "a VP");
    vp->run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vp->fd, 0);
    must(vp->run != MAP_FAILED, "a VP's run area");
    kvm_reset_vp(vp);
    vp->mpidr = reg_get(vp, REG_MPIDR_EL1) & UINT64_C(0xff00ffffff);
    vp->pstate_features =
        el1_features(reg_get(vp, REG_ID_AA64PFR1_EL1), reg_get(vp, REG_ID_AA64MMFR1_EL1));
}

/* The guest's counters are ours, so that both are told the same time. */
static void align_time(void)
{
    struct counter_offset zero = { 0 };
    must(ioctl(monitor.vm, SET_COUNTER_OFFSET, &zero) == 0, "offset of the counter");
}

void kvm_make_machine(void)
{
    struct kvm_enable_cap nisv = { .cap = KVM_CAP_ARM_NISV_TO_USER };

    check_kernel();
    monitor.vm = ioctl(monitor.kvm, KVM_CREATE_VM, 0);
    must(monitor.vm >= 0, "a virtual machine");
    forward_calls();
    if (ioctl(monitor.vm, KVM_CHECK_EXTENSION, CAP_COUNTER_OFFSET) <= 0 ||
        ioctl(monitor.vm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_INJECT_EXT_DABT) <= 0) {
        fail(2, "this kernel's KVM is too old: Linux 6.4 or later is needed");
    }
    must(ioctl(monitor.vm, KVM_ENABLE_CAP, &nisv) == 0, "exits for odd accesses");
    align_time();
    add_memory();
    for (uint32_t n = 0; n < monitor.vp_count; n++) {
        add_vp(&monitor.vps[n], n);
    }
    add_vp(&monitor.courier, monitor.vp_count);
    add_gic();
}

bool kvm_run(struct vp *vp)
{
    if (ioctl(vp->fd, KVM_RUN, 0) == 0) {
        return true;
    }
    if (errno != EINTR && errno != EAGAIN) {
        fail(11, "KVM: VP %u does not run: %s", vp->index, strerror(errno));
    }
    return false;
}

uint64_t reg_get(struct vp *vp, uint64_t id)
{
    uint64_t value = 0;
    struct kvm_one_reg reg = { id, (uintptr_t)&value };
    must(ioctl(vp->fd, KVM_GET_ONE_REG, &reg) == 0, "reading a register");
    return value;
}

void reg_set(struct vp *vp, uint64_t id, uint64_t value)
{
    struct kvm_one_reg reg = { id, (uintptr_t)&value };
    must(ioctl(vp->fd, KVM_SET_ONE_REG, &reg) == 0, "writing a register");
}

void kvm_inject_abort(struct vp *vp)
{
    struct kvm_vcpu_events events = { .exception.ext_dabt_pending = 1 };
    must(ioctl(vp->fd, KVM_SET_VCPU_EVENTS, &events) == 0, "an abort");
}

void kvm_set_spi(uint32_t spi, bool level)
{
    struct kvm_irq_level irq = { .level = level };
    irq.irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT | (32 + spi);
    must(ioctl(monitor.vm, KVM_IRQ_LINE, &irq) == 0, "an interrupt");
}
