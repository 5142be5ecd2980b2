/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Devices that could act for a guest where it can't reach itself: fw_cfg's DMA, the interrupt
 * controller's tables, the flash that the machine starts from. None of them takes an address in the
 * hypervisor's memory, and its reset code stays what it was. */

#include "hypercall.h"
#include "psci.h"

#define FW_CFG_DATA UINT64_C(0x09020000)
#define FW_CFG_SELECTOR ((volatile uint16_t *)0x09020008)
#define FW_CFG_DMA ((volatile uint64_t *)0x09020010)
#define FW_CFG_DMA_LOW ((volatile uint32_t *)0x09020014)
#define FW_CFG_SIGNATURE 0u /* item 0: "QEMU" */
#define FW_CFG_KERNEL_DATA 0x11u
#define DMA_ERROR 1u
#define DMA_READ 2u
#define DMA_SELECT 8u
#define DMA_WRITE 16u

#define GITS UINT64_C(0x08080000)
#define GITS_CTLR 0x0u
#define GITS_CBASER 0x80u
#define GITS_BASER0 0x100u
#define GITS_PIDR2 0xffe8u
#define GITS_VALID (UINT64_C(1) << 63)
#define GICR UINT64_C(0x080a0000)
#define GICR_CTLR 0x0u
#define GICR_PROPBASER 0x70u
#define GICR_PENDBASER 0x78u
#define TABLE_ADDRESS UINT64_C(0x000ffffffffff000)

#define FLASH_SIZE UINT64_C(0x8000)

/* Big-endian, as the device reads it. */
struct dma_descriptor {
    uint32_t control;
    uint32_t length;
    uint64_t address;
};

static struct dma_descriptor descriptor __attribute__((aligned(4096)));
static uint64_t buffer[512] __attribute__((aligned(4096)));
static uint64_t hidden[4]; /* addresses */

/* Runs one transfer; what the device left in the control word. */
static uint32_t dma(uint32_t control, uint32_t length, uint64_t address)
{
    volatile struct dma_descriptor *shared = &descriptor;
    uint64_t end = now() + microseconds(500000);

    shared->control = __builtin_bswap32(control);
    shared->length = __builtin_bswap32(length);
    shared->address = __builtin_bswap64(address);
    __asm__ volatile("dsb sy" ::: "memory");
    *FW_CFG_DMA = __builtin_bswap64(gpa(&descriptor));
    while ((shared->control & ~__builtin_bswap32(DMA_ERROR)) != 0 && now() < end) {
    }
    return __builtin_bswap32(shared->control);
}

static void setup(void)
{
    hidden[0] = machine.ram_end;
    hidden[1] = (machine.ram_end + machine.all_ram_end) / 2 & ~UINT64_C(0xffff);
    hidden[2] = machine.all_ram_end - 0x10000;
    hidden[3] = machine.all_ram_end - 4096;
    EXPECT(machine.all_ram_end > machine.ram_end);
    guest_os_id_set();
}

static void fw_cfg_reads_by_dma(void)
{
    volatile uint64_t *word = buffer;

    word[0] = 0;
    EXPECT_EQ(dma(FW_CFG_SIGNATURE << 16 | DMA_SELECT | DMA_READ, 4, gpa(buffer)), 0);
    EXPECT_EQ(word[0], 0x554d4551); /* "QEMU" */
    EXPECT_EQ(dma(FW_CFG_SIGNATURE << 16 | DMA_SELECT | DMA_READ, 4, machine.ram_end - 4), 0);
    EXPECT_EQ(*(volatile uint32_t *)(uintptr_t)(machine.ram_end - 4), 0x554d4551);
}

static void fw_cfg_dma_does_not_reach_hidden_memory(void)
{
    for (uint32_t i = 0; i < 4; i++) {
        expect_context("address", hidden[i]);
        EXPECT_EQ(dma(FW_CFG_KERNEL_DATA << 16 | DMA_SELECT | DMA_READ, 4096, hidden[i]),
                  DMA_ERROR);
        EXPECT_EQ(dma(FW_CFG_KERNEL_DATA << 16 | DMA_SELECT | DMA_WRITE, 4096, hidden[i]),
                  DMA_ERROR);
        EXPECT_EQ(dma(FW_CFG_KERNEL_DATA << 16 | DMA_SELECT | DMA_READ, 4096, hidden[0] - 4088),
                  DMA_ERROR);
    }
    expect_context(NULL, 0);
    EXPECT_EQ(dma(FW_CFG_KERNEL_DATA << 16 | DMA_SELECT | DMA_READ, 0xffffffff, gpa(buffer)),
              DMA_ERROR);
    EXPECT_EQ(dma(DMA_READ, 64, ~UINT64_C(0) - 8), DMA_ERROR);
    EXPECT_EQ(dma(DMA_READ, 64, 0), DMA_ERROR);
    EXPECT_EQ(dma(DMA_READ, 64, 0x09000000), DMA_ERROR);
}

/* A descriptor that the guest could not have written is not read, and not answered. */
static void fw_cfg_descriptors_are_the_guests(void)
{
    const uint64_t addresses[] = { hidden[0],  hidden[3],     machine.ram_end - 8, 0,
                                   0x09020000, ~UINT64_C(15), UINT64_C(1) << 52 };

    for (uint32_t i = 0; i < 7; i++) {
        *FW_CFG_DMA = __builtin_bswap64(addresses[i]);
    }
    for (uint32_t i = 0; i < 64; i++) {
        *FW_CFG_DMA_LOW = __builtin_bswap32((uint32_t)hidden[0] + i);
    }
    EXPECT_EQ(dma(FW_CFG_SIGNATURE << 16 | DMA_SELECT | DMA_READ, 4, gpa(buffer)), 0);
}

/* Every offset and size of the page: a value, or an abort, and the guest goes on. */
static void fw_cfg_page_answers_everywhere(void)
{
    uint32_t aborted = 0;

    *FW_CFG_SELECTOR = 0;
    for (uint64_t at = FW_CFG_DATA; at < FW_CFG_DATA + 64; at++) {
        trap_begin();
        __asm__ volatile("ldrb wzr, [%0]" ::"r"(at));
        if (at % 2 == 0) {
            __asm__ volatile("ldrsh xzr, [%0]" ::"r"(at));
        }
        if (at % 4 == 0) {
            __asm__ volatile("ldr wzr, [%0]\n\tldp xzr, x9, [%0]" ::"r"(at) : "x9");
        }
        aborted += trap_end().count != 0;
    }
    note("offsets with an abort", aborted);
    EXPECT_EQ(dma(FW_CFG_SIGNATURE << 16 | DMA_SELECT | DMA_READ, 4, gpa(buffer)), 0);
}

/* Writes an address to a table register; true when it then names hidden memory. */
static bool table_takes(uint64_t where, uint64_t attributes, uint64_t address)
{
    uint64_t found = 0;

    (void)try_write64(where, attributes | address);
    (void)try_read64(where, &found);
    return (found & TABLE_ADDRESS) >= machine.ram_end &&
           (found & TABLE_ADDRESS) < machine.all_ram_end;
}

/* Redistributors write pending tables and read configuration tables on their own. */
static void lpi_tables_do_not_reach_hidden_memory(void)
{
    for (uint32_t i = 0; i < 4; i++) {
        expect_context("address", hidden[i]);
        EXPECT(!table_takes(GICR + GICR_PROPBASER, 15, hidden[i]));
        EXPECT(!table_takes(GICR + GICR_PENDBASER, 0, hidden[i]));
        EXPECT(!table_takes(GICR + GICR_PROPBASER, 15, machine.ram_end - 4096)); /* 64 KiB */
    }
    *(volatile uint32_t *)(uintptr_t)(GICR + GICR_CTLR) = 1; /* LPIs on, if there are any */
}

/* The ITS writes device, collection and translation tables wherever a guest says. */
static void its_does_not_reach_hidden_memory(void)
{
    uint64_t value;

    if (!try_read64(GITS + GITS_BASER0, &value)) {
        return; /* there is none */
    }
    for (uint32_t i = 0; i < 4; i++) {
        expect_context("address", hidden[i]);
        EXPECT(!table_takes(GITS + GITS_CBASER, GITS_VALID, hidden[i]));
        for (uint32_t table = 0; table < 8; table++) {
            EXPECT(!table_takes(GITS + GITS_BASER0 + 8 * table, GITS_VALID | value, hidden[i]));
        }
    }
    /* Commands carry addresses as well (MAPD), so that no filter of registers would be enough: what
     * is there must be no ITS. */
    EXPECT_EQ(value, 0);
    EXPECT(try_read64(GITS + GITS_PIDR2, &value));
    EXPECT_EQ(value & 0xf0, 0);
}

/* The start of flash, but its first word. */
static uint64_t flash_sum(void)
{
    uint64_t sum = 0;

    for (uint64_t at = 8; at < FLASH_SIZE; at += 8) {
        uint64_t word = 0;

        EXPECT(try_read64(at, &word));
        sum = sum * 31 + word;
    }
    return sum;
}

/* The commands of a parallel flash (CFI, Intel): unlock, erase, program, at the reset vector. */
static void reset_code_cannot_be_changed(void)
{
    static const uint32_t commands[] = { 0x00600060, 0x00d000d0, 0x00200020, 0x00d000d0,
                                         0x00400040, 0xd65f03c0, 0x00e800e8, 0x00ff00ff };
    uint64_t value;
    uint64_t before;

    if (!try_read64(0, &value)) {
        EXPECT(!try_write64(0, 0));
        return;
    }
    before = flash_sum();
    for (uint32_t i = 0; i < 8; i++) {
        trap_begin();
        __asm__ volatile("str %w0, [%1]" ::"r"(commands[i]), "r"(UINT64_C(8)) : "memory");
        trap_end();
    }
    EXPECT_EQ(flash_sum(), before);
}

static void the_hypervisor_still_answers(void)
{
    struct hv_register_value value;

    EXPECT_EQ(register_get(&smccc, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
    EXPECT(smc(PSCI_VERSION, 0, 0, 0) >= 0x10000);
}

const struct test tests[] = {
    { "GuestOsId is set", setup },
    { "fw_cfg reads by DMA into the guest's RAM", fw_cfg_reads_by_dma },
    { "fw_cfg: DMA does not reach hidden memory", fw_cfg_dma_does_not_reach_hidden_memory },
    { "fw_cfg: descriptors are the guest's", fw_cfg_descriptors_are_the_guests },
    { "fw_cfg: the page answers everywhere", fw_cfg_page_answers_everywhere },
    { "LPI tables do not reach hidden memory", lpi_tables_do_not_reach_hidden_memory },
    { "the ITS does not reach hidden memory", its_does_not_reach_hidden_memory },
    { "the code that starts the machine can't be changed", reset_code_cannot_be_changed },
    { "the hypervisor still answers", the_hypervisor_still_answers },
    { NULL, NULL },
};
