/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* From the first instruction of C to the guest's first instruction: once at the address that the
 * image is linked for, to move away from there; then at the top of RAM, to stay. */

#include "host/virt/virt.h"

#include <el2/sysreg.h>
#include <el2/trap.h>

#include <arm/psci.h>

#include <string.h>

#include "host/common/board.h"
#include "host/virt/console.h"
#include "host/virt/discover.h"
#include "host/virt/fw_cfg.h"
#include "host/virt/image.h"
#include "host/virt/io.h"
#include "host/virt/without.h"

#define OPTION_ROUTE "opt/org.hvshim/boot"
#define OPTION_TRACE "opt/org.hvshim/trace"
#define OPTION_DIRECT "opt/org.hvshim/direct"     /* direct calls, for tests */
#define OPTION_LOOPBACK "opt/org.hvshim/loopback" /* loopback.c, for tests */
#define OPTION_WITHOUT "opt/org.hvshim/without"   /* without.c */
#define OPTION_MAX (WITHOUT_DIGITS + 2)
#define SERVICE_CORE_MS 5000u

struct virt virt;

/* From start.S. */
uint64_t image_move(void);
__attribute__((noreturn)) void boot_main(void);

/* ---- Moving ---- */

struct relocation {
    uint64_t offset; /* address of the word, as linked */
    uint64_t info;
    uint64_t addend; /* its value, as linked */
};
#define R_AARCH64_RELATIVE UINT64_C(1027)

extern const struct relocation image_relocations[];
extern const struct relocation image_relocations_end[];

/* The only pointers that the linker cannot leave relative are stored ones; each is one relocation.
 */
static void relocate(uint64_t distance)
{
    const struct relocation *relocation = image_relocations;
    for (; relocation < image_relocations_end; relocation++) {
        if (relocation->info != R_AARCH64_RELATIVE) {
            console_fail("the image holds a relocation that it cannot do itself");
        }
        *(uint64_t *)(relocation->offset + distance) = relocation->addend + distance;
    }
}

static uint64_t image_size(void)
{
    return (uint64_t)(image_end - image_start);
}

static void find_machine(void)
{
    const char *why;
    if (!machine_discover(&virt.machine, (void *)BOARD_RAM, DISCOVER_FDT_ROOM, &why)) {
        console_fail(why);
    }
    if (!own_memory_compute(&virt.own, &virt.machine, image_size())) {
        console_fail("too little memory: give QEMU -m 256M or more");
    }
    virt.machine.guest_end = virt.own.image;
    guest.vp_count = virt.machine.cpus - 1;
}

/* MMU off: what is written goes past the caches, which may hold older lines. */
uint64_t image_move(void)
{
    find_machine();
    memset((void *)virt.own.image, 0, virt.own.rings - virt.own.image);
    memcpy((void *)virt.own.image, image_start, (size_t)(image_bss - image_start));
    relocate(virt.own.image - IMAGE_LINK_ADDRESS);
    memory_clean(virt.own.image, virt.own.header + HV_PAGE_SIZE);
    __asm__ volatile("ic iallu\n\tdsb sy\n\tisb" : : : "memory");
    return virt.own.image;
}

/* ---- Settling in ---- */

static void translation_on(struct table_pool *pool)
{
    *pool = (struct table_pool) {
        .next = (uint64_t *)virt.own.tables,
        .end = (uint64_t *)(virt.own.tables + OWN_TABLES * TABLE_SIZE),
    };
    virt.cpus = (struct cpu *)virt.own.cpus;
    guest.vps = (struct shim_vp *)virt.own.vps;
    for (uint32_t n = 0; n < virt.machine.cpus; n++) {
        virt.cpus[n].vp.index = n;
        virt.cpus[n].vp.ring = &virt.cpus[n].frame.ring;
        virt.cpus[n].vp.mpidr = virt.machine.mpidr[n];
    }
    if (!gic_init()) {
        console_fail(
            "no GICv3 with a redistributor for each processor: give QEMU -M virt,gic-version=3");
    }
    if (!map_self(pool)) {
        console_fail("out of translation tables");
    }
    /* Processors that start read these past their caches. */
    memory_clean((uintptr_t)&cpu_mmu, (uintptr_t)(&cpu_mmu + 1));
    mmu_on(&cpu_mmu);
}

/* The image as it was loaded is in RAM that is to be the guest's; so is QEMU's device tree. */
static void leave_guest_ram(void)
{
    struct machine *machine = &virt.machine;
    memset((void *)IMAGE_LINK_ADDRESS, 0, image_size());
    memory_clean(IMAGE_LINK_ADDRESS, IMAGE_LINK_ADDRESS + image_size());
    memcpy((void *)virt.own.fdt, machine->fdt, machine->fdt_size);
    machine->fdt = (void *)virt.own.fdt;
}

/* ---- What the person at the command line wants ---- */

static bool read_option(const char *name, char value[OPTION_MAX])
{
    struct fw_cfg_file file;
    memset(value, 0, OPTION_MAX);
    return fw_cfg_find(name, &file) && file.size < OPTION_MAX &&
           fw_cfg_read(file.key, 0, value, file.size);
}

static bool option_is_on(const char *name)
{
    char value[OPTION_MAX];
    return read_option(name, value) && strcmp(value, "1") == 0;
}

static bool flash_holds_us(void)
{
    return io_read64(BOARD_FLASH + IMAGE_MAGIC_OFFSET) == IMAGE_MAGIC;
}

static enum machine_route choose_route(void)
{
    char route[OPTION_MAX];
    if (!read_option(OPTION_ROUTE, route)) {
        return flash_holds_us() ? MACHINE_ROUTE_ACPI : MACHINE_ROUTE_UEFI;
    }
    if (strcmp(route, "acpi") == 0) {
        return MACHINE_ROUTE_ACPI;
    }
    if (strcmp(route, "dt") == 0) {
        return MACHINE_ROUTE_DT;
    }
    if (strcmp(route, "uefi") != 0) {
        console_fail(OPTION_ROUTE " is none of acpi, dt, uefi");
    }
    if (flash_holds_us()) {
        console_fail("uefi: flash holds hvshim where firmware should be");
    }
    return MACHINE_ROUTE_UEFI;
}

/* ---- The guest's partition ---- */

/* What is not to be offered: all is, unless somebody says otherwise. */
static void withhold(struct shim_partition_config *config)
{
    static struct shim_host_ops ops;
    char value[OPTION_MAX];
    struct fw_cfg_file file;

    if (!fw_cfg_find(OPTION_WITHOUT, &file)) {
        return;
    }
    ops = *config->ops;
    if (!read_option(OPTION_WITHOUT, value) || !without_apply(value, &config->privileges, &ops)) {
        console_fail(OPTION_WITHOUT " is no mask of features that can be withheld");
    }
    config->ops = &ops;
}

static void make_guest(void)
{
    bool traced = option_is_on(OPTION_TRACE);
    guest.loopback = option_is_on(OPTION_LOOPBACK);
    struct shim_partition_config config = guest_config(host_ops(traced));

    config.direct_calls = option_is_on(OPTION_DIRECT);
    withhold(&config);
    if (traced) {
        el2_trace();
    }
    if (!guest_make(&config)) {
        console_fail("the partition could not be made");
    }
}

static void init_rings(void)
{
    rings_init((struct shim_trace_slot *)virt.own.rings, virt.own.records,
               (struct shim_trace_header *)virt.own.header);
}

static void start_service_core(void)
{
    struct cpu *cpu = service_cpu();
    uint64_t start = clock_counter();

    cpu->vp.state = VP_STARTING;
    memory_clean((uintptr_t)cpu, (uintptr_t)(cpu + 1));
    if (psci_start(cpu) != PSCI_SUCCESS) {
        console_fail("firmware refuses to start the last processor");
    }
    while (shim_atomic_load_acquire(&cpu->vp.state) != VP_ON) {
        if (clock_counter() - start > clock_ticks_per_ms() * SERVICE_CORE_MS) {
            console_fail("the last processor does not start");
        }
    }
}

/* What is said here has to be true: a device of which we do not know it counts as not confined. */
static void announce_dma(void)
{
    const struct machine *machine = &virt.machine;
    uint32_t function;
    console_put("; DMA of its devices is ");
    if (machine->smmu == 0) {
        console_put("not confined");
    } else if (machine->ecam != 0 && !machine->iommu_map) {
        console_put("not confined: PCI is not behind the SMMU");
    } else if (machine->ecam != 0 && !pci_is_confined(machine->ecam, &function)) {
        console_put("not confined: PCI device ");
        console_put_decimal(function / 8);
        console_put(" is a bridge, or virtio without iommu_platform=on");
    } else {
        console_put("confined");
    }
}

static void announce(void)
{
    console_put("hvshim: ");
    console_put_decimal(guest.vp_count);
    console_put(guest.vp_count == 1 ? " processor, " : " processors, ");
    console_put_decimal((virt.machine.guest_end - virt.machine.ram_base) >> 20);
    console_put(" MiB for the guest");
    announce_dma();
    console_put("\r\n");
}

__attribute__((noreturn)) static void enter_guest(const struct guest_entry *entry)
{
    struct cpu *cpu = &virt.cpus[0];
    cpu->vp.start =
        (struct hv_initial_vp_context) { .pc = entry->pc, .sctlr_el1 = GUEST_START_SCTLR_EL1 };
    cpu->vp.start_x0 = entry->x[0];
    psci_on(&cpu->vp);
    cpu_enter_guest(cpu, &cpu->vp.start, entry->x);
}

void boot_main(void)
{
    struct guest_entry entry = { 0 };
    struct table_pool pool;
    const char *why = "";

    find_machine();
    translation_on(&pool);
    leave_guest_ram();
    clock_init();
    smccc_init();
    init_rings();
    if (!fw_cfg_present()) {
        console_fail("no fw_cfg device");
    }
    virt.machine.route = choose_route();
    if (!map_guest(&pool)) { /* by the route: whose is the flash? */
        console_fail("out of translation tables");
    }
    if (virt.machine.smmu != 0 && !smmu_own(&pool, &why)) {
        console_fail(why);
    }
    make_guest();
    bool uefi = virt.machine.route == MACHINE_ROUTE_UEFI;
    if (!(uefi ? boot_uefi : boot_direct)(&virt.machine, &entry, &why)) {
        console_fail(why);
    }
    for (uint32_t n = 1; n < guest.vp_count; n++) {
        cpu_idle_begin(&virt.cpus[n]);
    }
    memory_clean(virt.machine.ram_base, entry.written_end); /* the guest starts without caches */
    start_service_core();
    announce();
    enter_guest(&entry);
}
