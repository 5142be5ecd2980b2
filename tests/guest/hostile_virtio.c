/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A disk of virtio on PCI (virtio 1.2, 4.1 and 5.2), driven by a guest that wants the hypervisor's
 * memory on the disk, the disk in the hypervisor's memory, and the rings in it. virtio takes a way
 * of its own to memory, around an SMMU where it is not told better. */

#include "hypercall.h"
#include "pci.h"
#include "psci.h"

#define BLK_ID 0x10421af4u
#define BLK_ID_OLD 0x10011af4u /* where it may go around an SMMU, for whoever tries that */
#define CFG_MASK 0xff0000ffu   /* of a capability: cfg_type, and who has defined it */
#define CFG_TYPE(type) ((uint32_t)(type) << 24 | 0x09u)
#define CFG_COMMON 1u
#define CFG_NOTIFY 2u
#define CFG_BAR 4u
#define CFG_OFFSET 8u
#define MODERN_BAR 4u
#define BAR (PCI_WINDOW + 0x100000)

#define FEATURE_SELECT 8u
#define FEATURE 12u
#define FEATURE_VERSION_1 UINT32_C(1) /* of the second word */
#define FEATURE_ACCESS_PLATFORM UINT32_C(2)
#define DEVICE_STATUS 20u
#define STATUS_ACKNOWLEDGE 1u
#define STATUS_DRIVER 2u
#define STATUS_DRIVER_OK 4u
#define STATUS_FEATURES_OK 8u
#define QUEUE_SELECT 22u
#define QUEUE_SIZE 24u
#define QUEUE_ENABLE 28u
#define QUEUE_DESC 32u
#define QUEUE_DRIVER 40u
#define QUEUE_DEVICE 48u

#define ENTRIES 4u
#define DESC_NEXT 1u
#define DESC_WRITE 2u
#define BLK_IN 0u
#define BLK_OUT 1u
#define PAGE 4096u
#define WORDS (PAGE / 8)
#define PATTERN UINT64_C(0xd15c000000000000)

struct descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};

struct ring {
    uint16_t flags;
    volatile uint16_t index;
    uint16_t entries[ENTRIES * 4 + 4];
};

struct places {
    uint64_t descriptors;
    uint64_t available;
    uint64_t used;
};

static struct descriptor descriptors[ENTRIES] __attribute__((aligned(4096)));
static struct ring available __attribute__((aligned(4096)));
static struct ring used __attribute__((aligned(4096)));
static struct {
    uint32_t type;
    uint32_t reserved;
    uint64_t sector;
    volatile uint8_t status;
} request __attribute__((aligned(64)));
static uint64_t page[WORDS] __attribute__((aligned(4096)));
static uint64_t common, notify;
static uint64_t hidden[4];

static void setup(void)
{
    uint64_t function = pci_find(BLK_ID);

    function = function != 0 ? function : pci_find(BLK_ID_OLD);
    guest_os_id_set();
    EXPECT(machine.all_ram_end > machine.ram_end);
    hidden[0] = machine.ram_end;
    hidden[1] = machine.ram_end + 0x10000;
    hidden[2] = ((machine.ram_end + machine.all_ram_end) / 2) & ~UINT64_C(4095);
    hidden[3] = machine.all_ram_end - PAGE;
    if (!EXPECT(function != 0)) {
        bail_out("no disk");
    }
    put32(function + PCI_BAR(MODERN_BAR), (uint32_t)BAR);
    put32(function + PCI_BAR(MODERN_BAR + 1), 0);
    put32(function + PCI_COMMAND, PCI_COMMAND_ON);
    uint64_t first = pci_capability(function, CFG_MASK, CFG_TYPE(CFG_COMMON));
    uint64_t second = pci_capability(function, CFG_MASK, CFG_TYPE(CFG_NOTIFY));
    EXPECT_EQ(get32(first + CFG_BAR) & 0xff, MODERN_BAR);
    EXPECT_EQ(get32(second + CFG_BAR) & 0xff, MODERN_BAR);
    common = BAR + get32(first + CFG_OFFSET);
    notify = BAR + get32(second + CFG_OFFSET); /* the first queue's */
}

static void put64(uint64_t address, uint64_t value)
{
    put32(address, (uint32_t)value);
    put32(address + 4, (uint32_t)(value >> 32));
}

static uint32_t status(void)
{
    return get32(common + DEVICE_STATUS) & 0xff;
}

/* From reset to a queue with its parts in these places. False when the device does not take the
 * features; it is driven on all the same. */
static bool start_at(uint32_t features, const struct places *places)
{
    uint8_t state = STATUS_ACKNOWLEDGE | STATUS_DRIVER;

    put8(common + DEVICE_STATUS, 0);
    put8(common + DEVICE_STATUS, state);
    put32(common + FEATURE_SELECT, 0);
    put32(common + FEATURE, 0);
    put32(common + FEATURE_SELECT, 1);
    put32(common + FEATURE, features);
    put8(common + DEVICE_STATUS, state | STATUS_FEATURES_OK);
    bool taken = (status() & STATUS_FEATURES_OK) != 0;
    put16(common + QUEUE_SELECT, 0);
    put16(common + QUEUE_SIZE, ENTRIES);
    put64(common + QUEUE_DESC, places->descriptors);
    put64(common + QUEUE_DRIVER, places->available);
    put64(common + QUEUE_DEVICE, places->used);
    put16(common + QUEUE_ENABLE, 1);
    available.index = 0;
    used.index = 0;
    put8(common + DEVICE_STATUS, state | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
    return taken;
}

static const struct places *own_places(void)
{
    static struct places places;

    places = (struct places) { gpa(descriptors), gpa(&available), gpa(&used) };
    return &places;
}

static bool start(void)
{
    return start_at(FEATURE_VERSION_1 | FEATURE_ACCESS_PLATFORM, own_places());
}

/* One page from or to the start of the disk. True when the device says that it was done, which it
 * has `us` microseconds for. */
static bool transfer(uint32_t type, uint64_t address, uint64_t us)
{
    uint64_t end = now() + microseconds(us);
    uint16_t before = used.index;

    request.type = type;
    request.sector = 0;
    request.status = 0xff;
    descriptors[0] = (struct descriptor) { gpa(&request), 16, DESC_NEXT, 1 };
    descriptors[1] = (struct descriptor) { address, PAGE,
                                           type == BLK_IN ? DESC_NEXT | DESC_WRITE : DESC_NEXT, 2 };
    descriptors[2] = (struct descriptor) { gpa(&request.status), 1, DESC_WRITE, 0 };
    available.entries[available.index % ENTRIES] = 0;
    __asm__ volatile("dsb sy" ::: "memory");
    available.index++;
    __asm__ volatile("dsb sy" ::: "memory");
    put16(notify, 0);
    while (used.index == before && now() < end) {
    }
    __asm__ volatile("dsb sy" ::: "memory");
    return used.index != before && request.status == 0;
}

static void fill(uint64_t number)
{
    for (uint32_t n = 0; n < WORDS; n++) {
        ((volatile uint64_t *)page)[n] = PATTERN | number << 16 | n;
    }
}

/* The disk begins with a page of numbered words. */
static void fill_disk(uint64_t number)
{
    fill(number);
    EXPECT(start());
    EXPECT(transfer(BLK_OUT, gpa(page), 5000000));
}

/* Words of the disk's first page that are neither as fill_disk() left them nor 0. */
static uint32_t foreign_words(uint64_t number)
{
    uint32_t found = 0;

    fill(number + 1);
    EXPECT(start());
    EXPECT(transfer(BLK_IN, gpa(page), 5000000));
    for (uint32_t n = 0; n < WORDS; n++) {
        uint64_t word = ((volatile uint64_t *)page)[n];
        found += word != 0 && word != (PATTERN | number << 16 | n);
    }
    return found;
}

static void expect_alive(void)
{
    struct hv_register_value value;

    EXPECT_EQ(register_get(&smccc, HV_REGISTER_VP_INDEX, &value), hv_result(0, 1));
    EXPECT(smc(PSCI_VERSION, 0, 0, 0) >= 0x10000);
}

/* The control of all that follows. */
static void the_guests_ram_is_reached(void)
{
    fill_disk(1);
    EXPECT_EQ(foreign_words(1), 0);
    EXPECT_EQ(((volatile uint64_t *)page)[3], PATTERN | 1 << 16 | 3);
    EXPECT_EQ(foreign_words(2), WORDS); /* it would have shown */
}

static void the_hypervisors_memory_does_not_get_on_the_disk(void)
{
    for (uint32_t n = 0; n < 4; n++) {
        expect_context("page", hidden[n]);
        fill_disk(3);
        (void)transfer(BLK_OUT, hidden[n], 50000);
        EXPECT_EQ(foreign_words(3), 0);
    }
    expect_context(NULL, 0);
}

static void the_disk_does_not_get_into_the_hypervisors_memory(void)
{
    for (uint32_t n = 0; n < 4; n++) {
        fill_disk(4);
        (void)transfer(BLK_IN, hidden[n], 50000);
        expect_alive();
    }
}

/* The device reads the first two and writes the third on its own. */
static void rings_in_the_hypervisors_memory_do_nothing(void)
{
    for (uint32_t n = 0; n < 4; n++) {
        for (uint32_t part = 0; part < 3; part++) {
            struct places places = *own_places();
            uint64_t *moved[] = { &places.descriptors, &places.available, &places.used };
            *moved[part] = hidden[n];
            fill_disk(5);
            EXPECT(start_at(FEATURE_VERSION_1 | FEATURE_ACCESS_PLATFORM, &places));
            (void)transfer(BLK_IN, gpa(page), 50000);
            expect_alive();
        }
    }
    fill_disk(6);
    EXPECT_EQ(foreign_words(6), 0);
}

/* Whether a driver accepts to go through an SMMU or not. */
static void declining_the_smmu_does_not_help(void)
{
    static const uint32_t features[] = { FEATURE_VERSION_1, 0 };

    for (uint32_t n = 0; n < 2; n++) {
        fill_disk(7);
        (void)start_at(features[n], own_places());
        (void)transfer(BLK_OUT, hidden[3], 50000);
        EXPECT_EQ(foreign_words(7), 0);
    }
}

const struct test tests[] = {
    { "the disk is there", setup },
    { "the device reaches the guest's RAM", the_guests_ram_is_reached },
    { "the hypervisor's memory does not get on the disk",
      the_hypervisors_memory_does_not_get_on_the_disk },
    { "declining the SMMU does not help", declining_the_smmu_does_not_help },
    { "the disk does not get into the hypervisor's memory",
      the_disk_does_not_get_into_the_hypervisors_memory },
    { "rings in the hypervisor's memory do nothing", rings_in_the_hypervisors_memory_do_nothing },
    { "the hypervisor still answers", expect_alive },
    { NULL, NULL },
};
