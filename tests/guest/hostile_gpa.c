/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Guest physical addresses that no hypercall may follow: devices, flash, the hypervisor's memory,
 * holes, addresses that wrap or alias. For blocks, spill page, message and event page. */

#include "hypercall.h"

#define ADDRESSES 40u
#define NOWHERE UINT64_C(0x55555)

static uint64_t addresses[ADDRESSES];
static uint32_t address_count;
static uint64_t good_page[512] __attribute__((aligned(4096)));
static uint64_t slots[512] __attribute__((aligned(4096)));

static void add(uint64_t address)
{
    addresses[address_count++] = address;
}

static void setup(void)
{
    guest_os_id_set();
    add(0x00000000); /* flash */
    add(0x04000000);
    add(0x08000000);                                    /* GIC distributor */
    add(0x080a0000 + (uint64_t)machine.cpus * 0x20000); /* the hidden redistributor */
    add(0x09000000);                                    /* serial port */
    add(0x09010000);
    add(0x09020000); /* fw_cfg */
    add(0x0a000000); /* virtio */
    add(0x0f000000); /* a hole */
    add(0x10000000); /* PCI windows */
    add(0x3ffff000);
    add(0x4010000000);
    add(0x8000000000);
    add(machine.ram_end);
    if (machine.all_ram_end > machine.ram_end) {
        add((machine.ram_end + machine.all_ram_end) / 2 & ~UINT64_C(0xfff));
        add(machine.all_ram_end - 4096);
        add(machine.all_ram_end);
    }
    for (uint32_t bit = 40; bit < 64; bit += 4) {
        add(gpa(good_page) | UINT64_C(1) << bit); /* an alias of a good page */
    }
    add(UINT64_C(1) << 52);
    add(~UINT64_C(0xfff));
    EXPECT(address_count <= ADDRESSES);
}

/* A get of one register by memory. */
static uint64_t get(const struct convention *convention, uint64_t in, uint64_t out)
{
    struct call before, call;

    call_prepare(convention, HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(1), &before);
    before.x[convention->window] = in;
    before.x[convention->window + 1] = out;
    call = before;
    convention->call(&call);
    expect_registers(&before, &call, 1);
    return call.x[0];
}

static void fill_good_page(void)
{
    for (uint32_t i = 0; i < 512; i++) {
        good_page[i] = ~UINT64_C(0);
    }
    good_page[0] = HV_PARTITION_ID_SELF;
    good_page[1] = HV_VP_INDEX_SELF;
    good_page[2] = HV_REGISTER_SVERSION;
}

#define FOR_EACH_SLOW_CONVENTION(convention)                                                       \
    for (uint32_t s_ = 0; s_ < 2; s_++)                                                            \
        for (const struct convention *convention = conventions[s_]; convention != NULL;            \
             convention = NULL)

static void input_outside_ram_is_refused(void)
{
    fill_good_page();
    FOR_EACH_SLOW_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < address_count; i++) {
            expect_context(convention->name, addresses[i]);
            EXPECT_EQ(get(convention, addresses[i], gpa(&good_page[8])),
                      HV_STATUS_INVALID_ALIGNMENT);
            EXPECT_EQ(get(convention, addresses[i] + 4072, gpa(&good_page[8])),
                      HV_STATUS_INVALID_ALIGNMENT);
            EXPECT_EQ(good_page[8], ~UINT64_C(0));
        }
    }
}

static void output_outside_ram_is_refused(void)
{
    fill_good_page();
    FOR_EACH_SLOW_CONVENTION(convention)
    {
        for (uint32_t i = 0; i < address_count; i++) {
            expect_context(convention->name, addresses[i]);
            EXPECT_EQ(get(convention, gpa(good_page), addresses[i]), HV_STATUS_INVALID_ALIGNMENT);
            EXPECT_EQ(get(convention, gpa(good_page), addresses[i] + 4080),
                      HV_STATUS_INVALID_ALIGNMENT);
            EXPECT_EQ(good_page[0], HV_PARTITION_ID_SELF); /* nor through an alias */
        }
    }
}

static void misaligned_blocks_are_refused(void)
{
    fill_good_page();
    FOR_EACH_SLOW_CONVENTION(convention)
    {
        for (uint64_t offset = 1; offset < 8; offset++) {
            expect_context(convention->name, offset);
            EXPECT_EQ(get(convention, gpa(good_page) + offset, gpa(&good_page[8])),
                      HV_STATUS_INVALID_ALIGNMENT);
            EXPECT_EQ(get(convention, gpa(good_page), gpa(&good_page[8]) + offset),
                      HV_STATUS_INVALID_ALIGNMENT);
        }
    }
}

static void blocks_across_a_page_are_refused(void)
{
    FOR_EACH_SLOW_CONVENTION(convention)
    {
        fill_good_page();
        expect_context(convention->name, 0);
        /* 20 bytes of input: two and a half words. 16 of output. */
        EXPECT_EQ(get(convention, gpa(&good_page[510]), gpa(&good_page[8])),
                  HV_STATUS_INVALID_ALIGNMENT);
        EXPECT_EQ(get(convention, gpa(good_page), gpa(&good_page[511])),
                  HV_STATUS_INVALID_ALIGNMENT);
        EXPECT_EQ(good_page[511], ~UINT64_C(0));
        EXPECT_EQ(get(convention, gpa(good_page), gpa(&good_page[510])), hv_result(0, 1));
        EXPECT_EQ(good_page[510], HV_SYNIC_VERSION_1);
    }
}

/* The last words of RAM are as good as any. */
static void blocks_at_the_end_of_ram_are_served(void)
{
    volatile uint64_t *end = (volatile uint64_t *)(uintptr_t)machine.ram_end;

    FOR_EACH_SLOW_CONVENTION(convention)
    {
        expect_context(convention->name, 0);
        end[-1] = NOWHERE;
        EXPECT_EQ(call_slow(convention, HV_CALL_SIGNAL_EVENT, machine.ram_end - 8, 0, NULL),
                  HV_STATUS_INVALID_CONNECTION_ID);
        fill_good_page();
        EXPECT_EQ(get(convention, gpa(good_page), machine.ram_end - 16), hv_result(0, 1));
        EXPECT_EQ(end[-2], HV_SYNIC_VERSION_1);
    }
}

static void an_unused_address_is_ignored(void)
{
    good_page[0] = NOWHERE;
    FOR_EACH_SLOW_CONVENTION(convention)
    {
        EXPECT_EQ(call_slow(convention, HV_CALL_SIGNAL_EVENT, gpa(good_page), 3, NULL),
                  HV_STATUS_INVALID_CONNECTION_ID);
        EXPECT_EQ(call_slow(convention, HV_CALL_GET_PARTITION_ID, 3, gpa(&good_page[8]), NULL), 0);
    }
}

/* Input and output may be the same: the input is copied before. */
static void overlapping_blocks_are_served(void)
{
    FOR_EACH_SLOW_CONVENTION(convention)
    {
        fill_good_page();
        EXPECT_EQ(get(convention, gpa(good_page), gpa(good_page)), hv_result(0, 1));
        EXPECT_EQ(good_page[0], HV_SYNIC_VERSION_1);
        EXPECT_EQ(good_page[1], 0);
        EXPECT_EQ(good_page[2], HV_REGISTER_SVERSION);
    }
}

static void spill_page_outside_ram_is_refused(void)
{
    for (uint32_t i = 0; i < address_count; i++) {
        expect_context("address", addresses[i]);
        EXPECT_EQ(hvc0(HV_SMCCC_SPILL_ATTACH, addresses[i] | HV_SPILL_ATTACH_ENABLE, 0, 0),
                  (uint64_t)-3);
    }
}

/* A VMBus INITIATE_CONTACT for version 5.3, which makes a reply for SINT 2 of VP 0. */
static void provoke_message(void)
{
    static struct hv_post_message post __attribute__((aligned(4096)));
    uint64_t status;

    post = (struct hv_post_message) {
        .connection_id = 4,
        .message_type = 1,
        .payload_size = 40,
        .payload = { 14, 5 << 16 | 3, 2, 0, 0 },
    };
    status = call_slow(&native, HV_CALL_POST_MESSAGE, gpa(&post), 0, NULL);
    EXPECT(status == HV_STATUS_SUCCESS || status == HV_STATUS_INSUFFICIENT_BUFFERS);
}

/* Registers take any page; messages for one that is not RAM wait. */
static void message_page_outside_ram_is_survived(void)
{
    const volatile struct hv_message *slot = (const volatile struct hv_message *)(void *)slots + 2;
    uint64_t end;

    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SINT0 + 2, INTID_VMBUS), hv_result(0, 1));
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SCONTROL, HV_SYNIC_ENABLE), hv_result(0, 1));
    for (uint32_t i = 0; i < address_count; i++) {
        expect_context("address", addresses[i]);
        EXPECT_EQ(register_set(&smccc, HV_REGISTER_SIPP, addresses[i] | HV_SYNIC_ENABLE),
                  hv_result(0, 1));
        EXPECT_EQ(register_set(&smccc, HV_REGISTER_SIFP, addresses[i] | HV_SYNIC_ENABLE),
                  hv_result(0, 1));
        if (i % 4 == 0) {
            provoke_message();
        }
        EXPECT_EQ(register_set(&smccc, HV_REGISTER_EOM, 0), hv_result(0, 1));
    }
    wait_microseconds(2000);
    EXPECT_EQ(slot->type, HV_MESSAGE_TYPE_NONE);
    EXPECT_EQ(register_set(&smccc, HV_REGISTER_SIPP, gpa(slots) | HV_SYNIC_ENABLE),
              hv_result(0, 1));
    end = now() + microseconds(2000000);
    while (slot->type == HV_MESSAGE_TYPE_NONE && now() < end) {
    }
    EXPECT_EQ(slot->type, 1); /* one that waited */
}

const struct test tests[] = {
    { "GuestOsId is set", setup },
    { "input outside RAM is refused", input_outside_ram_is_refused },
    { "output outside RAM is refused", output_outside_ram_is_refused },
    { "misaligned blocks are refused", misaligned_blocks_are_refused },
    { "blocks across a page are refused", blocks_across_a_page_are_refused },
    { "blocks at the end of RAM are served", blocks_at_the_end_of_ram_are_served },
    { "an unused address is ignored", an_unused_address_is_ignored },
    { "overlapping blocks are served", overlapping_blocks_are_served },
    { "a spill page outside RAM is refused", spill_page_outside_ram_is_refused },
    { "a message page outside RAM is survived", message_page_outside_ram_is_survived },
    { NULL, NULL },
};
