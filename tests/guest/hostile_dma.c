/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A device on PCI that moves memory as it is told (QEMU's edu: docs/specs/edu), driven by a guest
 * that wants the hypervisor's memory. Behind the SMMU it reaches the guest's RAM and nothing else,
 * by transfers as by the messages that it sends as interrupts; and the guest reaches neither the
 * SMMU nor devices that are not behind it. */

#include "hypercall.h"
#include "pci.h"
#include "psci.h"

#define EDU_ID 0x11e81234u
#define CAPABILITY_MSI 0x05u
#define MSI_ENABLE (UINT32_C(1) << 16)
#define BAR PCI_WINDOW

#define EDU_LIVENESS 0x04u
#define EDU_RAISE 0x60u
#define EDU_ACKNOWLEDGE 0x64u
#define EDU_SOURCE 0x80u
#define EDU_DESTINATION 0x88u
#define EDU_COUNT 0x90u
#define EDU_COMMAND 0x98u
#define EDU_RUN UINT64_C(1)
#define EDU_TO_RAM UINT64_C(2)
#define EDU_BUFFER UINT64_C(0x40000)
#define EDU_SIZE 2048u /* its buffer has 4096 bytes, of which it counts the last as outside */
#define PAGE 4096u

#define SMMU UINT64_C(0x09050000)
#define SMMU_END UINT64_C(0x09070000)
#define VIRTIO UINT64_C(0x0a000000)
#define VIRTIO_END UINT64_C(0x0a004000)
#define VIRTIO_SIZE 0x200u
#define VIRTIO_MAGIC 0x74726976u
#define VIRTIO_DEVICE_ID 0x08u
#define FW_CFG_DMA UINT64_C(0x09020010)
#define FLASH UINT64_C(0x00000000)

#define PATTERN UINT64_C(0xd3adc0de00000000)
#define TRACE_MAGIC UINT64_C(0x4543415254564848) /* starts the last page of RAM */
#define IMAGE_MAGIC UINT64_C(0x31564d4948535648) /* the second word of the hypervisor's image */

static uint64_t out[EDU_SIZE / 8] __attribute__((aligned(4096)));
static uint64_t in[EDU_SIZE / 8] __attribute__((aligned(4096)));
static uint64_t edu; /* configuration space of the device */
static bool there;

static volatile uint64_t *register_at(uint32_t offset)
{
    return (volatile uint64_t *)(uintptr_t)(BAR + offset);
}

static void setup(void)
{
    guest_os_id_set();
    EXPECT(machine.all_ram_end > machine.ram_end);
    edu = pci_find(EDU_ID);
    if (!EXPECT(edu != 0)) {
        return;
    }
    put32(edu + PCI_BAR(0), (uint32_t)BAR);
    put32(edu + PCI_COMMAND, PCI_COMMAND_ON);
    put32(BAR + EDU_LIVENESS, 0x12345678);
    there = EXPECT_EQ(get32(BAR + EDU_LIVENESS), 0xedcba987);
}

/* ---- Transfers ---- */

static bool transfer(uint64_t source, uint64_t destination, uint64_t command)
{
    uint64_t end = now() + microseconds(5000000);

    if (!there) {
        return false;
    }
    *register_at(EDU_SOURCE) = source;
    *register_at(EDU_DESTINATION) = destination;
    *register_at(EDU_COUNT) = EDU_SIZE;
    __asm__ volatile("dsb sy" ::: "memory");
    *register_at(EDU_COMMAND) = EDU_RUN | command;
    while ((*register_at(EDU_COMMAND) & EDU_RUN) != 0 && now() < end) {
    }
    __asm__ volatile("dsb sy" ::: "memory");
    return (*register_at(EDU_COMMAND) & EDU_RUN) == 0;
}

static bool device_reads(uint64_t address)
{
    return transfer(address, EDU_BUFFER, 0);
}

static bool device_writes(uint64_t address)
{
    return transfer(EDU_BUFFER, address, EDU_TO_RAM);
}

/* Fills the device's buffer with a page of its own. */
static void load_pattern(uint64_t number)
{
    for (uint32_t n = 0; n < EDU_SIZE / 8; n++) {
        ((volatile uint64_t *)out)[n] = PATTERN | number << 16 | n;
    }
    EXPECT(device_reads(gpa(out)));
}

/* What the device read of a page: its words go to `in`. */
static void look_at(uint64_t address)
{
    load_pattern(0);
    EXPECT(device_reads(address));
    EXPECT(device_writes(gpa(in)));
}

/* Words of `in` that are neither zero nor the pattern: that came from where the device read. */
static uint32_t foreign_words(void)
{
    uint32_t found = 0;

    for (uint32_t n = 0; n < EDU_SIZE / 8; n++) {
        uint64_t word = ((volatile uint64_t *)in)[n];
        found += word != 0 && word != (PATTERN | n);
    }
    return found;
}

/* The control of all that follows: the device does read and write, up to the last page. */
static void the_guests_ram_is_reached(void)
{
    const uint64_t last = machine.ram_end - EDU_SIZE;

    for (uint64_t round = 1; round <= 2; round++) {
        uint64_t target = round == 1 ? gpa(in) : last;
        load_pattern(round);
        EXPECT(device_writes(target));
        for (uint32_t n = 0; n < EDU_SIZE / 8; n++) {
            EXPECT_EQ(((volatile uint64_t *)(uintptr_t)target)[n], PATTERN | round << 16 | n);
        }
    }
    look_at(last);
    EXPECT_EQ(foreign_words(), EDU_SIZE / 8);
    EXPECT_EQ(((volatile uint64_t *)in)[1], PATTERN | 2 << 16 | 1);
}

/* Two pages of which it is known what stands there, and some between. */
static void the_hypervisors_memory_is_not_read(void)
{
    uint64_t middle = (machine.ram_end + machine.all_ram_end) / 2 & ~UINT64_C(4095);
    const uint64_t pages[] = { machine.ram_end, machine.ram_end + 0x10000, middle,
                               machine.all_ram_end - 2 * PAGE, machine.all_ram_end - PAGE };

    for (uint32_t n = 0; n < sizeof pages / sizeof pages[0]; n++) {
        expect_context("page", pages[n]);
        look_at(pages[n]);
        EXPECT_EQ(foreign_words(), 0);
        EXPECT(((volatile uint64_t *)in)[0] != TRACE_MAGIC);
        EXPECT(((volatile uint64_t *)in)[1] != IMAGE_MAGIC);
    }
    expect_context("across the edge", machine.ram_end - EDU_SIZE / 2);
    load_pattern(3);
    EXPECT(device_writes(machine.ram_end - EDU_SIZE)); /* only the second half is not ours */
    look_at(machine.ram_end - EDU_SIZE / 2);
    for (uint32_t n = EDU_SIZE / 16; n < EDU_SIZE / 8; n++) {
        uint64_t word = ((volatile uint64_t *)in)[n];
        EXPECT(word == 0 || word == (PATTERN | n));
    }
    expect_context(NULL, 0);
}

static void expect_alive(void)
{
    struct hv_register_value value;

    EXPECT_EQ(register_get(&smccc, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
    EXPECT_EQ(register_get(&native, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
    EXPECT(smc(PSCI_VERSION, 0, 0, 0) >= 0x10000);
}

/* A write that arrived would be the end of the hypervisor: its code, its vectors, its stacks and
 * the translation tables are among what is written here. */
static void the_hypervisors_memory_is_not_written(void)
{
    uint64_t step = boot_argument("step=", 0x40000);

    load_pattern(4);
    for (uint64_t page = machine.ram_end; page < machine.ram_end + 4 * PAGE; page += PAGE) {
        EXPECT(device_writes(page));
        expect_alive();
    }
    for (uint64_t page = machine.ram_end; page < machine.all_ram_end; page += step) {
        expect_context("page", page);
        EXPECT(device_writes(page));
    }
    expect_context(NULL, 0);
    EXPECT(device_writes(machine.all_ram_end - EDU_SIZE));
    expect_alive();
}

/* A transaction of a device to the registers of another one: of those that the guest may not use as
 * it likes, and others. */
static void devices_are_not_reached(void)
{
    const uint64_t pages[] = {
        FLASH,  0x08000000, 0x08080000, 0x080a0000,        0x09020000,        SMMU,
        VIRTIO, PCI_ECAM,   0x0b000000, UINT64_C(1) << 39, UINT64_C(1) << 47, ~UINT64_C(0xfff)
    };

    for (uint32_t n = 0; n < sizeof pages / sizeof pages[0]; n++) {
        expect_context("page", pages[n]);
        look_at(pages[n]);
        EXPECT_EQ(foreign_words(), 0);
    }
    expect_context("fw_cfg's signature", FW_CFG_DMA);
    look_at(FW_CFG_DMA & ~UINT64_C(0xfff));
    EXPECT(((volatile uint64_t *)in)[2] != *(volatile uint64_t *)(uintptr_t)FW_CFG_DMA);
    expect_context(NULL, 0);
}

/* ---- Messages ---- */

/* Has the device send a message: four bytes to an address. */
static void send_message(uint64_t msi, uint64_t address, uint32_t data)
{
    put32(msi + 4, (uint32_t)address);
    put32(msi + 8, (uint32_t)(address >> 32));
    put32(msi + 12, data);
    put32(msi, get32(msi) | MSI_ENABLE);
    put32(BAR + EDU_RAISE, 1);
    put32(BAR + EDU_ACKNOWLEDGE, 1);
}

static void messages_reach_the_guests_ram_only(void)
{
    uint64_t msi = there ? pci_capability(edu, 0xff, CAPABILITY_MSI) : 0;

    if (!EXPECT(msi != 0)) {
        return;
    }
    *(volatile uint64_t *)in = 0;
    send_message(msi, gpa(in), 0x5151);
    EXPECT_EQ(*(volatile uint64_t *)in, 0x5151); /* the control */
    for (uint64_t page = machine.ram_end; page < machine.all_ram_end; page += PAGE) {
        for (uint64_t at = page; at < page + PAGE; at += 0x200) {
            send_message(msi, at, 0);
        }
    }
    expect_alive();
    put32(msi, get32(msi) & ~MSI_ENABLE);
}

/* ---- What the guest itself reaches ---- */

static void the_smmu_is_out_of_reach(void)
{
    uint64_t value;

    for (uint64_t page = SMMU; page < SMMU_END; page += PAGE) {
        expect_context("page", page);
        EXPECT(!try_read64(page, &value));
        EXPECT(!try_write64(page + 0x20, 0)); /* CR0, in the first one */
        trap_begin();
        __asm__ volatile("ldr wzr, [%0]\n\tstr wzr, [%0, #32]" ::"r"(page) : "memory");
        EXPECT_EQ(trap_end().count, 2);
    }
    expect_context(NULL, 0);
    look_at(machine.all_ram_end - PAGE);
    EXPECT_EQ(foreign_words(), 0);
}

/* Also the last one, in which QEMU puts the first device. */
static void transports_beside_the_smmu_are_empty(void)
{
    for (uint64_t at = VIRTIO; at < VIRTIO_END; at += VIRTIO_SIZE) {
        expect_context("transport", at);
        EXPECT_EQ(get32(at), VIRTIO_MAGIC);
        EXPECT_EQ(get32(at + VIRTIO_DEVICE_ID), 0);
        for (uint32_t offset = 0; offset < VIRTIO_SIZE; offset += 4) {
            put32(at + offset, 0xffffffff);
            uint32_t found = get32(at + offset);
            EXPECT(offset < VIRTIO_DEVICE_ID || found == 0);
        }
    }
    expect_context(NULL, 0);
}

const struct test tests[] = {
    { "the device is there, and is the guest's", setup },
    { "DMA reaches the guest's RAM", the_guests_ram_is_reached },
    { "DMA does not read the hypervisor's memory", the_hypervisors_memory_is_not_read },
    { "DMA reaches no device", devices_are_not_reached },
    { "the SMMU is out of reach", the_smmu_is_out_of_reach },
    { "transports beside the SMMU are empty", transports_beside_the_smmu_are_empty },
    { "DMA does not write the hypervisor's memory", the_hypervisors_memory_is_not_written },
    { "messages reach the guest's RAM only", messages_reach_the_guests_ram_only },
    { "the hypervisor still answers", expect_alive },
    { NULL, NULL },
};
