/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Blocks of calls as guests fill them, out of a fuzzer's bytes. */

#include <hv/direct.h>
#include <hv/extended.h>

#include "generate.h"

/* Words that mean something somewhere. */
static const uint64_t dictionary[] = {
    UINT64_MAX,
    FUZZ_PARTITION,
    HV_VP_INDEX_SELF,
    HV_ANY_VP,
    0,
    1,
    2,
    3,
    63,
    64,
    65,
    255,
    256,
    2047,
    2048,
    4095,
    4096,
    FUZZ_GPA(FUZZ_CRASH) | 1,
    FUZZ_GPA(FUZZ_ROM) | 1,
    FUZZ_GPA(FUZZ_DEVICE) | 1,
    FUZZ_GPA(FUZZ_LAST) + 4088,
    FUZZ_GPA(FUZZ_PAGES),
    FUZZ_MPIDR(1),
    FUZZ_MPIDR(2) | UINT64_C(1) << 40,
    UINT64_C(1) << 63,
    UINT64_C(3) << 62,
    UINT64_C(0x10000),
    UINT64_C(0x40000),
    UINT64_C(0x20001),
    UINT64_C(0x1131),
    UINT64_C(0x80000001),
    UINT64_C(0x7fffffffffffffff),
};

static const uint32_t registers[] = {
    0x00000100, 0x00000200, 0x00000201, 0x00000202, 0x00000203, 0x00000204, 0x00000210, 0x00000213,
    0x00000214, 0x00000215, 0x00090000, 0x00090001, 0x00090002, 0x00090003, 0x00090004, 0x00090013,
    0x00090017, 0x000a0000, 0x000a0002, 0x000a0003, 0x000a0004, 0x000a000f, 0x000a0010, 0x000a0011,
    0x000a0012, 0x000a0013, 0x000a0014, 0x000a0015, 0x000a0016, 0x000b0000, 0x000b0001, 0x000b0002,
    0x000b0003, 0x000b0007, 0x000b0008, 0x00020000, 0x00010004, 0x000a1000, 0xffffffff,
};
#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

uint64_t generate_word(struct cursor *cursor)
{
    uint8_t choice = take8(cursor);

    if (choice < 160) {
        return dictionary[choice % COUNT(dictionary)];
    }
    return choice < 208 ? take8(cursor) : choice < 232 ? take16(cursor) : take64(cursor);
}

static uint32_t generate_vp(struct cursor *cursor, const struct bench *bench)
{
    uint32_t vp = take8(cursor);

    return vp < 128 ? HV_VP_INDEX_SELF : vp % (bench->model.config.vps + 1);
}

/* ---- Blocks that make sense ----------------------------------------------------------------- */

static void put_header(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    uint8_t choice = take8(cursor);
    uint64_t partition = choice % 16 == 7  ? generate_word(cursor)
                         : choice % 2 == 0 ? HV_PARTITION_ID_SELF
                                           : FUZZ_PARTITION;
    uint8_t vtl = choice / 16 == 7 ? take8(cursor) : 0;
    uint32_t vp = generate_vp(cursor, bench);

    PUT(block, 0, partition);
    PUT(block, 8, vp);
    PUT(block, 12, vtl);
}

static void put_get_element(struct cursor *cursor, struct block *block, uint32_t at)
{
    uint32_t name = registers[below(cursor, COUNT(registers))];

    PUT(block, at, name);
}

/* GuestCrashCtl is worth nothing without its two bits, and P3, P4 are an address and a size. */
static uint64_t any_value(struct cursor *cursor, uint32_t name)
{
    uint8_t choice = take8(cursor);

    if (choice % 4 != 0) {
        return generate_word(cursor);
    }
    switch (name) {
    case HV_REGISTER_GUEST_CRASH_CTL:
        return UINT64_C(3) << 62;
    case HV_REGISTER_GUEST_CRASH_P3:
        return FUZZ_GPA(choice / 4 % (FUZZ_PAGES + 1)) + 16 * take8(cursor);
    case HV_REGISTER_GUEST_CRASH_P4:
        return 16 * (uint64_t)(choice + 4);
    default:
        return generate_word(cursor);
    }
}

static void put_set_element(struct cursor *cursor, struct block *block, uint32_t at)
{
    uint32_t name = registers[below(cursor, COUNT(registers))];
    uint64_t value = any_value(cursor, name);

    PUT(block, at, name);
    PUT(block, at + 16, value);
}

static uint32_t put_post(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    uint32_t words[4] = { 1 + below(cursor, 4), 0, 1 + below(cursor, 3), below(cursor, 241) };

    (void)bench;
    PUT(block, 0, words);
    for (uint32_t i = 16; i < 256; i += 40) {
        uint64_t payload = take64(cursor);
        PUT(block, i, payload);
    }
    return 0;
}

static uint32_t put_event(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    uint32_t id = 1 + below(cursor, 4);
    uint16_t flag = take8(cursor) % (FUZZ_FLAGS + 2);

    (void)bench;
    PUT(block, 0, id);
    PUT(block, 4, flag);
    return 0;
}

static void put_ipi(struct cursor *cursor, struct block *block)
{
    uint32_t vector = below(cursor, 34);
    uint64_t mask = take64(cursor);

    PUT(block, 0, vector);
    PUT(block, 8, mask);
}

/* A set at `at`, its banks at `banks`; returns how many there are. */
static uint32_t put_set(struct cursor *cursor, struct block *block, uint32_t at, uint32_t banks)
{
    uint64_t format = below(cursor, 9) / 4;
    uint8_t choice = take8(cursor);
    uint64_t mask = choice < 200 ? choice % 8 : take64(cursor);
    uint32_t count = (uint32_t)__builtin_popcountll(mask);

    PUT(block, at, format);
    PUT(block, at + 8, mask);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t bank = choice < 200 ? take64(cursor) : generate_word(cursor);
        PUT(block, banks + i * 8, bank);
    }
    return count;
}

static uint32_t put_signal_direct(struct cursor *cursor, const struct bench *bench,
                                  struct block *block)
{
    uint8_t sint = (uint8_t)below(cursor, 17);
    uint16_t flag = take16(cursor) % 2050;

    put_header(cursor, bench, block);
    PUT(block, 13, sint);
    PUT(block, 14, flag);
    return 0;
}

static uint32_t put_post_direct(struct cursor *cursor, const struct bench *bench,
                                struct block *block)
{
    uint8_t sint = (uint8_t)below(cursor, 17);
    uint32_t type = below(cursor, 4);
    uint8_t size = (uint8_t)below(cursor, 244);

    put_header(cursor, bench, block);
    PUT(block, 16, sint);
    PUT(block, 20, type);
    PUT(block, 24, size);
    return 0;
}

static uint32_t put_interrupt(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    uint64_t words[3] = { HV_PARTITION_ID_SELF, (uint64_t)below(cursor, 2) << 34,
                          FUZZ_MPIDR(below(cursor, 5)) };
    uint32_t vector = below(cursor, 34);

    (void)bench;
    PUT(block, 0, words);
    PUT(block, 24, vector);
    return 0;
}

void generate_elements(struct cursor *cursor, struct block *block, const struct model_row *row,
                       uint32_t at, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < 64 && at + row->element <= BLOCK; i++) {
        if (row->code == HV_CALL_GET_VP_REGISTERS) {
            put_get_element(cursor, block, at);
        } else if (row->code == HV_CALL_SET_VP_REGISTERS) {
            put_set_element(cursor, block, at);
        } else if (row->element == 8) {
            uint64_t word = row->code == HV_CALL_GET_VP_INDEX_FROM_APIC_ID
                                ? FUZZ_MPIDR(below(cursor, 70))
                                : generate_word(cursor);
            PUT(block, at, word);
        }
        at += row->element;
    }
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static uint32_t put_simple_ipi(struct cursor *cursor, const struct bench *bench,
                               struct block *block)
{
    (void)bench;
    put_ipi(cursor, block);
    return 0;
}

static uint32_t put_ipi_ex(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    (void)bench;
    put_ipi(cursor, block);
    return put_set(cursor, block, 8, 24);
}

static uint32_t put_flush(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    uint64_t flags = below(cursor, 9);

    (void)bench;
    PUT(block, 8, flags);
    return 0;
}

static uint32_t put_flush_ex(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    put_flush(cursor, bench, block);
    return put_set(cursor, block, 16, 32);
}

static uint32_t put_translate(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    uint64_t flags = UINT64_C(1) << below(cursor, 12);

    put_header(cursor, bench, block);
    PUT(block, 16, flags);
    return 0;
}

static uint32_t put_number(struct cursor *cursor, const struct bench *bench, struct block *block)
{
    uint64_t number = take8(cursor) % 65;

    (void)bench;
    PUT(block, 0, number);
    return 0;
}

static const struct {
    uint16_t code;
    uint32_t (*put)(struct cursor *cursor, const struct bench *bench, struct block *block);
} headers[] = {
    { HV_CALL_POST_MESSAGE, put_post },
    { HV_CALL_SIGNAL_EVENT, put_event },
    { HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI, put_simple_ipi },
    { HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX, put_ipi_ex },
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE, put_flush },
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST, put_flush },
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_SPACE_EX, put_flush_ex },
    { HV_CALL_FLUSH_VIRTUAL_ADDRESS_LIST_EX, put_flush_ex },
    { HV_CALL_ASSERT_VIRTUAL_INTERRUPT, put_interrupt },
    { HV_CALL_SIGNAL_EVENT_DIRECT, put_signal_direct },
    { HV_CALL_POST_MESSAGE_DIRECT, put_post_direct },
    { HV_CALL_TRANSLATE_VIRTUAL_ADDRESS, put_translate },
    { HV_CALL_TRANSLATE_VIRTUAL_ADDRESS_EX, put_translate },
    { HV_EXT_CALL_MEMORY_HEAT_HINT, put_number },
    { HV_CALL_NOTIFY_LONG_SPIN_WAIT, put_number },
    { HV_CALL_OUTPUT_DEBUG_CHARACTER, put_number },
};

uint32_t generate_headers(struct cursor *cursor, const struct bench *bench,
                          const struct model_row *row, struct block *block)
{
    for (uint32_t i = 0; i < COUNT(headers); i++) {
        if (headers[i].code == row->code) {
            return headers[i].put(cursor, bench, block);
        }
    }
    put_header(cursor, bench, block);
    return 0;
}
