/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The smallest monitor that KVM can be measured with: one VP, a few MiB, a GICv3 in the kernel. It
 * is the whole of the host's user space: init of its RAM disk, by system calls of arm64 Linux
 * alone. It ends the machine only when something went wrong; else the guest does. */

#include <stddef.h>
#include <stdint.h>

#include "kvm_machine.h"

#define SYS_ioctl 29
#define SYS_mount 40
#define SYS_openat 56
#define SYS_read 63
#define SYS_write 64
#define SYS_eventfd2 19
#define SYS_reboot 142
#define SYS_mmap 222
#define AT_FDCWD (-100L)
#define O_RDWR 2L
#define PROT_READ_WRITE 3L
#define MAP_SHARED 1L
#define MAP_PRIVATE_ANONYMOUS 0x22L
#define LINUX_REBOOT_MAGIC1 0xfee1deadL
#define LINUX_REBOOT_MAGIC2 672274793L
#define LINUX_REBOOT_CMD_POWER_OFF 0x4321fedcL

/* Linux's <linux/kvm.h>, as far as it is used here. */
#define KVM_IO(number) (0xae00L | (number))
#define KVM_IOR(number, type) (KVM_IO(number) | 2L << 30 | (long)sizeof(type) << 16)
#define KVM_IOW(number, type) (KVM_IO(number) | 1L << 30 | (long)sizeof(type) << 16)
#define KVM_IOWR(number, type) (KVM_IO(number) | 3L << 30 | (long)sizeof(type) << 16)
#define KVM_CREATE_VM KVM_IO(0x01)
#define KVM_GET_VCPU_MMAP_SIZE KVM_IO(0x04)
#define KVM_CREATE_VCPU KVM_IO(0x41)
#define KVM_SET_USER_MEMORY_REGION KVM_IOW(0x46, struct kvm_userspace_memory_region)
#define KVM_IOEVENTFD KVM_IOW(0x79, struct kvm_ioeventfd)
#define KVM_RUN KVM_IO(0x80)
#define KVM_SET_ONE_REG KVM_IOW(0xac, struct kvm_one_reg)
#define KVM_ARM_VCPU_INIT KVM_IOW(0xae, struct kvm_vcpu_init)
#define KVM_ARM_PREFERRED_TARGET KVM_IOR(0xaf, struct kvm_vcpu_init)
#define KVM_CREATE_DEVICE KVM_IOWR(0xe0, struct kvm_create_device)
#define KVM_SET_DEVICE_ATTR KVM_IOW(0xe1, struct kvm_device_attr)
#define KVM_EXIT_HYPERCALL 3u
#define KVM_EXIT_MMIO 6u
#define KVM_ARM_VCPU_PSCI_0_2 2
#define KVM_DEV_TYPE_ARM_VGIC_V3 7u
#define KVM_DEV_ARM_VGIC_GRP_ADDR 0u
#define KVM_DEV_ARM_VGIC_GRP_CTRL 4u
#define KVM_VGIC_V3_ADDR_TYPE_DIST 2u
#define KVM_VGIC_V3_ADDR_TYPE_REDIST 3u
#define KVM_DEV_ARM_VGIC_CTRL_INIT 0u
#define KVM_ARM_VM_SMCCC_CTRL 0u
#define KVM_ARM_VM_SMCCC_FILTER 0u
#define KVM_SMCCC_FILTER_FWD_TO_USER 2u
#define KVM_REG_ARM64_CORE_U64 UINT64_C(0x6030000000100000)
#define REG_X0 (KVM_REG_ARM64_CORE_U64 + 0)
#define REG_PC (KVM_REG_ARM64_CORE_U64 + 2 * 32)

struct kvm_userspace_memory_region {
    uint32_t slot;
    uint32_t flags;
    uint64_t guest_phys_addr;
    uint64_t memory_size;
    uint64_t userspace_addr;
};

struct kvm_ioeventfd {
    uint64_t datamatch;
    uint64_t addr;
    uint32_t len;
    int32_t fd;
    uint32_t flags;
    uint8_t pad[36];
};

struct kvm_one_reg {
    uint64_t id;
    uint64_t addr;
};

struct kvm_vcpu_init {
    uint32_t target;
    uint32_t features[7];
};

struct kvm_create_device {
    uint32_t type;
    uint32_t fd;
    uint32_t flags;
};

struct kvm_device_attr {
    uint32_t flags;
    uint32_t group;
    uint64_t attr;
    uint64_t addr;
};

struct kvm_smccc_filter {
    uint32_t base;
    uint32_t nr_functions;
    uint8_t action;
    uint8_t pad[15];
};

/* The head of the page that the kernel shares with us. */
struct kvm_run {
    uint8_t ignored[8];
    uint32_t exit_reason;
};

__attribute__((used, noreturn)) void run(void);

static long system_call(long number, const long *arguments)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = arguments[0];
    register long x1 __asm__("x1") = arguments[1];
    register long x2 __asm__("x2") = arguments[2];
    register long x3 __asm__("x3") = arguments[3];
    register long x4 __asm__("x4") = arguments[4];
    register long x5 __asm__("x5") = arguments[5];

    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}
#define SYSTEM_CALL(number, ...) system_call(number, (const long[6]) { __VA_ARGS__ })

static void say(const char *text)
{
    long size = 0;

    while (text[size] != '\0') {
        size++;
    }
    SYSTEM_CALL(SYS_write, 1, (long)text, size);
}

/* Says what failed and by which error, and powers the machine off. */
__attribute__((noreturn)) static void give_up(const char *what, long error)
{
    char digits[] = "000\n";

    for (int i = 2; i >= 0; i--, error /= 10) {
        digits[i] = (char)('0' + error % 10);
    }
    say("monitor: ");
    say(what);
    say(": error ");
    say(digits);
    for (;;) {
        SYSTEM_CALL(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
                    LINUX_REBOOT_CMD_POWER_OFF);
    }
}

static long checked(const char *what, long result)
{
    if (result < 0) {
        give_up(what, -result);
    }
    return result;
}

static long control(const char *what, long fd, long request, long argument)
{
    return checked(what, SYSTEM_CALL(SYS_ioctl, fd, request, argument));
}

static long open_file(const char *path)
{
    return checked(path, SYSTEM_CALL(SYS_openat, AT_FDCWD, (long)path, O_RDWR));
}

static void register_set(long vcpu, uint64_t id, uint64_t value)
{
    struct kvm_one_reg reg = { id, (uint64_t)&value };

    control("KVM_SET_ONE_REG", vcpu, KVM_SET_ONE_REG, (long)&reg);
}

/* Memory of the guest with its image in it. */
static void memory_create(long vm)
{
    struct kvm_userspace_memory_region region = { .guest_phys_addr = RAM_BASE,
                                                  .memory_size = RAM_SIZE };
    long image = open_file("/guest");
    long at = checked(
        "mmap", SYSTEM_CALL(SYS_mmap, 0, RAM_SIZE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0));

    checked("/guest", SYSTEM_CALL(SYS_read, image, at + (IMAGE_BASE - RAM_BASE), RAM_SIZE / 2));
    region.userspace_addr = (uint64_t)at;
    control("KVM_SET_USER_MEMORY_REGION", vm, KVM_SET_USER_MEMORY_REGION, (long)&region);
}

static long vcpu_create(long vm)
{
    struct kvm_vcpu_init init = { .target = 0 };
    long vcpu = control("KVM_CREATE_VCPU", vm, KVM_CREATE_VCPU, 0);

    control("KVM_ARM_PREFERRED_TARGET", vm, KVM_ARM_PREFERRED_TARGET, (long)&init);
    init.features[0] = 1u << KVM_ARM_VCPU_PSCI_0_2;
    control("KVM_ARM_VCPU_INIT", vcpu, KVM_ARM_VCPU_INIT, (long)&init);
    register_set(vcpu, REG_PC, IMAGE_BASE);
    return vcpu;
}

static long attribute_set(long fd, uint32_t group, uint64_t attr, const void *value)
{
    struct kvm_device_attr attribute = { .group = group, .attr = attr, .addr = (uint64_t)value };

    return SYSTEM_CALL(SYS_ioctl, fd, KVM_SET_DEVICE_ATTR, (long)&attribute);
}

static void gic_create(long vm)
{
    struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
    const uint64_t distributor = GICD_BASE;
    const uint64_t redistributor = GICR_BASE;

    control("KVM_CREATE_DEVICE", vm, KVM_CREATE_DEVICE, (long)&device);
    checked("GICD", attribute_set(device.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST,
                                  &distributor));
    checked("GICR", attribute_set(device.fd, KVM_DEV_ARM_VGIC_GRP_ADDR,
                                  KVM_VGIC_V3_ADDR_TYPE_REDIST, &redistributor));
    checked("GIC",
            attribute_set(device.fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL));
}

/* The doorbell, and the hypercall that comes to us; the latter is news of Linux 6.4. */
static void exits_create(long vm)
{
    struct kvm_ioeventfd doorbell = { .addr = DOORBELL, .len = 4 };
    const struct kvm_smccc_filter filter = { .base = FORWARDED_ID,
                                             .nr_functions = 1,
                                             .action = KVM_SMCCC_FILTER_FWD_TO_USER };

    doorbell.fd = (int32_t)checked("eventfd", SYSTEM_CALL(SYS_eventfd2, 0, 0));
    control("KVM_IOEVENTFD", vm, KVM_IOEVENTFD, (long)&doorbell);
    if (attribute_set(vm, KVM_ARM_VM_SMCCC_CTRL, KVM_ARM_VM_SMCCC_FILTER, &filter) < 0) {
        say("monitor: this kernel has no filter for SMCCC calls, which came with Linux 6.4\n");
    }
}

void run(void)
{
    long kvm;
    long vm;
    long vcpu;
    const volatile struct kvm_run *shared;

    checked("mount", SYSTEM_CALL(SYS_mount, (long)"dev", (long)"/dev", (long)"devtmpfs"));
    kvm = open_file("/dev/kvm");
    vm = control("KVM_CREATE_VM", kvm, KVM_CREATE_VM, 0);
    memory_create(vm);
    vcpu = vcpu_create(vm);
    gic_create(vm);
    exits_create(vm);
    shared = (const volatile struct kvm_run *)checked(
        "mmap",
        SYSTEM_CALL(SYS_mmap, 0, control("KVM_GET_VCPU_MMAP_SIZE", kvm, KVM_GET_VCPU_MMAP_SIZE, 0),
                    PROT_READ_WRITE, MAP_SHARED, vcpu, 0));
    for (;;) {
        control("KVM_RUN", vcpu, KVM_RUN, 0);
        if (shared->exit_reason == KVM_EXIT_HYPERCALL) {
            register_set(vcpu, REG_X0, FORWARDED_ANSWER);
        } else if (shared->exit_reason != KVM_EXIT_MMIO) {
            give_up("exit", shared->exit_reason);
        }
    }
}

__asm__(".global _start\n"
        "_start: b run\n");
