/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The fw_cfg device that guests get: like the real one where they may look, and never a way to the
 * shim's memory or files. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/virt/boot_data.h"
#include "host/common/bytes.h"
#include "host/virt/fw_cfg.h"
#include "machine/device.h"
#include "machine/random.h"

#define DESCRIPTOR (RAM_BASE + 0x1000)
#define BUFFER (RAM_BASE + 0x10000)
#define SHIM_END (RAM_BASE + RAM_SIZE)
#define BIG_SIZE 0x280001u

static const uint8_t text[] = "0123456789abcdef0123456789ABCDEF";
static struct machine machine;
static uint16_t text_key;
static uint16_t secret_key;

static uint8_t *at(uint64_t address)
{
    return (uint8_t *)(uintptr_t)address;
}

static int start(void **state)
{
    (void)state;
    const char *why = NULL;
    if (!device_start(&machine)) {
        return -1;
    }
    text_key = device_add_file("etc/text", text, sizeof(text));
    secret_key = device_add_file("opt/org.hvshim/boot", "uefi", 5);
    device_add_acpi();
    device_add_file("opt/org.hvshim/trace", "on", 3);
    device_add_file("opt/org.hvshimmer", "guest's", 8);
    return fw_cfg_proxy_init(&machine, &why) ? 0 : -1;
}

/* One DMA operation; the control word afterwards. */
static uint32_t dma(uint32_t control, uint64_t address, uint32_t length)
{
    be_put(at(DESCRIPTOR), control, 4);
    be_put(at(DESCRIPTOR + 4), length, 4);
    be_put(at(DESCRIPTOR + 8), address, 8);
    fw_cfg_proxy_write(FW_CFG_DMA, 8, __builtin_bswap64(DESCRIPTOR));
    return be32_get(at(DESCRIPTOR));
}

static uint32_t dma_read(uint16_t key, uint32_t length)
{
    return dma((uint32_t)key << 16 | FW_CFG_DMA_SELECT | FW_CFG_DMA_READ, BUFFER, length);
}

static void select_key(uint16_t key)
{
    fw_cfg_proxy_write(FW_CFG_SELECTOR, 2, __builtin_bswap16(key));
}

static void dma_moves_an_item(void **state)
{
    (void)state;
    assert_int_equal(dma_read(text_key, 10), 0);
    assert_memory_equal(at(BUFFER), text, 10);
    assert_int_equal(*at(BUFFER + 10), CANARY);
    assert_int_equal(dma(FW_CFG_DMA_READ, BUFFER, 5), 0);
    assert_memory_equal(at(BUFFER), text + 10, 5);
    assert_int_equal(dma(FW_CFG_DMA_SKIP, 0, 7), 0);
    assert_int_equal(dma(FW_CFG_DMA_READ, BUFFER, 4), 0);
    assert_memory_equal(at(BUFFER), text + 22, 4);
}

static void dma_past_the_end_reads_zeros(void **state)
{
    (void)state;
    static const uint8_t zeros[64];
    assert_int_equal(dma_read(text_key, sizeof(text) + 32), 0);
    assert_memory_equal(at(BUFFER), text, sizeof(text));
    assert_memory_equal(at(BUFFER + sizeof(text)), zeros, 32);
    assert_int_equal(dma(FW_CFG_DMA_SKIP, 0, UINT32_MAX), 0);
    assert_int_equal(dma(FW_CFG_DMA_SKIP, 0, UINT32_MAX), 0);
    memset(at(BUFFER), CANARY, 64);
    assert_int_equal(dma(FW_CFG_DMA_READ, BUFFER, 64), 0);
    assert_memory_equal(at(BUFFER), zeros, 64);
    assert_int_equal(dma_read(0x3f, 64), 0); /* no such item */
    assert_memory_equal(at(BUFFER), zeros, 64);
}

static void dma_reads_before_it_writes_before_it_skips(void **state)
{
    (void)state;
    uint32_t select = (uint32_t)text_key << 16 | FW_CFG_DMA_SELECT;
    uint32_t all = FW_CFG_DMA_READ | FW_CFG_DMA_WRITE | FW_CFG_DMA_SKIP;
    assert_int_equal(dma(select | all, BUFFER, 4), 0);
    assert_memory_equal(at(BUFFER), text, 4);
    assert_int_equal(dma(select | FW_CFG_DMA_WRITE | FW_CFG_DMA_SKIP, BUFFER, 4), FW_CFG_DMA_ERROR);
    assert_int_equal(dma(0, 0, 4), 0); /* nothing asked, nothing done */
    assert_int_equal(dma(select, SHIM_END, 4), 0);
    assert_int_equal(dma(FW_CFG_DMA_READ, BUFFER, 4), 0);
    assert_memory_equal(at(BUFFER), text, 4);
}

static void dma_of_many_pieces_is_whole(void **state)
{
    (void)state;
    uint8_t *big = malloc(BIG_SIZE);
    assert_non_null(big);
    for (uint32_t i = 0; i < BIG_SIZE; i++) {
        big[i] = (uint8_t)(i * 2654435761u >> 24);
    }
    device_add(FW_CFG_KEY_KERNEL_DATA, big, BIG_SIZE);
    assert_int_equal(dma_read(FW_CFG_KEY_KERNEL_DATA, BIG_SIZE), 0);
    assert_memory_equal(at(BUFFER), big, BIG_SIZE);
    assert_int_equal(*at(BUFFER + BIG_SIZE), CANARY);
    free(big);
}

static void dma_register_takes_halves_the_lower_one_last(void **state)
{
    (void)state;
    be_put(at(DESCRIPTOR), (uint32_t)text_key << 16 | FW_CFG_DMA_SELECT | FW_CFG_DMA_READ, 4);
    be_put(at(DESCRIPTOR + 4), 4, 4);
    be_put(at(DESCRIPTOR + 8), BUFFER, 8);
    fw_cfg_proxy_write(FW_CFG_DMA, 4, 0);
    assert_int_not_equal(be32_get(at(DESCRIPTOR)), 0);
    fw_cfg_proxy_write(FW_CFG_DMA + 4, 4, __builtin_bswap32((uint32_t)DESCRIPTOR));
    assert_int_equal(be32_get(at(DESCRIPTOR)), 0);
    assert_memory_equal(at(BUFFER), text, 4);

    /* The upper half counts, and only once. */
    memset(at(DESCRIPTOR), CANARY, 4);
    fw_cfg_proxy_write(FW_CFG_DMA, 4, __builtin_bswap32(1));
    fw_cfg_proxy_write(FW_CFG_DMA + 4, 4, __builtin_bswap32((uint32_t)DESCRIPTOR));
    assert_int_equal(*at(DESCRIPTOR), CANARY);
    be_put(at(DESCRIPTOR), FW_CFG_DMA_SKIP, 4);
    fw_cfg_proxy_write(FW_CFG_DMA + 4, 4, __builtin_bswap32((uint32_t)DESCRIPTOR));
    assert_int_equal(be32_get(at(DESCRIPTOR)), 0);
}

static void data_port_gives_bytes_in_order(void **state)
{
    (void)state;
    select_key(text_key);
    for (uint32_t size = 1, offset = 0; size <= 8; offset += size, size *= 2) {
        assert_int_equal(fw_cfg_proxy_read(FW_CFG_DATA, size), le_get(text + offset, size));
    }
    select_key(text_key);
    assert_int_equal(fw_cfg_proxy_read(FW_CFG_DATA + 4, 4), le_get(text, 4));
    select_key(FW_CFG_KEY_SIGNATURE); /* no such item here */
    assert_int_equal(fw_cfg_proxy_read(FW_CFG_DATA, 8), 0);
}

static void registers_have_their_sizes(void **state)
{
    (void)state;
    static const uint8_t signature[] = "QEMU CFG";
    for (uint32_t size = 1; size <= 8; size *= 2) {
        for (uint32_t offset = 0; offset + size <= 8; offset += size) {
            assert_int_equal(fw_cfg_proxy_read(FW_CFG_DMA + offset, size),
                             le_get(signature + offset, size));
        }
        assert_int_equal(fw_cfg_proxy_read(FW_CFG_SELECTOR, size), 0);
        assert_int_equal(fw_cfg_proxy_read(0x18, size), 0);
        assert_int_equal(fw_cfg_proxy_read(0x1000 - size, size), 0);
    }
    select_key(text_key);
    uint32_t transfers = device_transfers();
    for (uint32_t offset = 0; offset < 0x1000; offset++) {
        for (uint32_t size = 1; size <= 8; size *= 2) {
            if (offset != FW_CFG_SELECTOR && (offset & ~4u) != FW_CFG_DMA) {
                fw_cfg_proxy_write(offset, size, UINT64_MAX);
            }
        }
    }
    fw_cfg_proxy_write(FW_CFG_SELECTOR, 1, 0);
    fw_cfg_proxy_write(FW_CFG_SELECTOR, 4, 0);
    fw_cfg_proxy_write(FW_CFG_SELECTOR, 8, 0);
    fw_cfg_proxy_write(FW_CFG_DMA, 2, 0);
    assert_int_equal(device_transfers(), transfers);
    assert_int_equal(fw_cfg_proxy_read(FW_CFG_DATA, 1), text[0]);
}

static void memory_that_is_not_the_guests_is_never_touched(void **state)
{
    (void)state;
    static const struct {
        uint64_t start;
        uint32_t size;
    } bad[] = {
        { GUEST_END, 1 },
        { GUEST_END - 1, 2 },
        { GUEST_END + 0x1000, 0x1000 },
        { RAM_BASE - 1, 2 },
        { RAM_BASE - 0x1000, 0x1000 },
        { RAM_BASE - 1, UINT32_MAX },
        { 0, UINT32_MAX },
        { RAM_BASE, UINT32_MAX },
        { BUFFER, (uint32_t)(GUEST_END - BUFFER) + 1 },
        { UINT64_MAX, 1 },
        { UINT64_MAX - 3, 8 },
        { UINT64_MAX, UINT32_MAX },
    };
    uint32_t transfers = device_transfers();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint32_t select = (uint32_t)text_key << 16 | FW_CFG_DMA_SELECT;
        assert_int_equal(dma(select | FW_CFG_DMA_READ, bad[i].start, bad[i].size),
                         FW_CFG_DMA_ERROR);
        assert_int_equal(dma(select | FW_CFG_DMA_WRITE, bad[i].start, bad[i].size),
                         FW_CFG_DMA_ERROR);
    }
    assert_int_equal(device_transfers(), transfers);
    assert_int_equal(device_touched(BUFFER, SHIM_END), 0);
}

static void last_byte_of_the_guest_can_be_reached(void **state)
{
    (void)state;
    uint32_t control = (uint32_t)text_key << 16 | FW_CFG_DMA_SELECT | FW_CFG_DMA_READ;
    assert_int_equal(dma(control, GUEST_END - 8, 8), 0);
    assert_memory_equal(at(GUEST_END - 8), text, 8);
    assert_int_equal(device_touched(GUEST_END, SHIM_END), 0);
}

static void descriptors_that_are_not_the_guests_are_ignored(void **state)
{
    (void)state;
    static const uint64_t bad[] = { GUEST_END - 15,  GUEST_END, SHIM_END - 16, RAM_BASE - 1, 0,
                                    UINT64_MAX - 15, UINT64_MAX };
    be_put(at(GUEST_END), FW_CFG_DMA_READ, 4); /* what the shim's memory looks like by chance */
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        fw_cfg_proxy_write(FW_CFG_DMA, 8, __builtin_bswap64(bad[i]));
    }
    assert_int_equal(be32_get(at(GUEST_END)), FW_CFG_DMA_READ);
    assert_int_equal(device_touched(GUEST_END + 4, SHIM_END), 0);
    assert_int_equal(device_touched(BUFFER, GUEST_END), 0);
}

static void errors_of_the_device_reach_the_guest(void **state)
{
    (void)state;
    device_break(true);
    assert_int_equal(dma_read(text_key, 4), FW_CFG_DMA_ERROR);
    device_break(false);
    assert_int_equal(dma_read(text_key, 4), 0);
}

/* Addresses near the borders, keys that exist, everything else at random. */
static void nothing_a_guest_does_reaches_the_shim(void **state)
{
    (void)state;
    static const uint64_t borders[] = { RAM_BASE, GUEST_END, SHIM_END, 0, BUFFER };
    uint64_t seed = 0x9e3779b97f4a7c15;
    for (int i = 0; i < 200000; i++) {
        uint64_t r = random_word(&seed);
        uint64_t address = borders[r % 5] + (random_word(&seed) % 129) - 64;
        uint32_t length = (r & 64) != 0 ? (uint32_t)random_word(&seed) : (uint32_t)(r >> 8) % 99;
        uint32_t control = (uint32_t)(random_word(&seed) & 0x401f) | (uint32_t)(r >> 20) % 0x28
                                                                         << 16;
        if ((r & 128) != 0) {
            dma(control, address, length & 0xffffff);
        } else {
            fw_cfg_proxy_write((uint32_t)(r >> 32) % 0x20, 1u << (r >> 40) % 4,
                               __builtin_bswap64(address));
            fw_cfg_proxy_read((uint32_t)(r >> 32) % 0x20, 1u << (r >> 40) % 4);
        }
    }
    assert_int_equal(device_touched(GUEST_END, SHIM_END), 0);
}

/* A guest processor that reads its own item again and again, by its own descriptor. */
struct reader {
    uint16_t key;
    uint8_t byte;
    uint64_t descriptor;
    uint64_t buffer;
    bool good;
};

static void *read_for_long(void *argument)
{
    struct reader *reader = argument;
    reader->good = true;
    for (int i = 0; i < 300 && reader->good; i++) {
        be_put(at(reader->descriptor),
               (uint32_t)reader->key << 16 | FW_CFG_DMA_SELECT | FW_CFG_DMA_READ, 4);
        be_put(at(reader->descriptor + 4), BIG_SIZE / 2, 4);
        be_put(at(reader->descriptor + 8), reader->buffer, 8);
        fw_cfg_proxy_write(FW_CFG_DMA, 8, __builtin_bswap64(reader->descriptor));
        reader->good = be32_get(at(reader->descriptor)) == 0;
        for (uint32_t n = 0; n < BIG_SIZE / 2 && reader->good; n += 4093) {
            reader->good = *at(reader->buffer + n) == reader->byte;
        }
        memset(at(reader->buffer), 0, BIG_SIZE / 2);
    }
    return NULL;
}

static void processors_take_turns(void **state)
{
    (void)state;
    struct reader readers[2] = {
        { 0x100, 0xa1, DESCRIPTOR, RAM_BASE + 0x1000000, false },
        { 0x101, 0xb2, DESCRIPTOR + 16, RAM_BASE + 0x2000000, false },
    };
    pthread_t threads[2];
    uint8_t *item = malloc(BIG_SIZE);
    assert_non_null(item);
    for (int i = 0; i < 2; i++) {
        memset(item, readers[i].byte, BIG_SIZE);
        device_add(readers[i].key, item, BIG_SIZE);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, read_for_long, &readers[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(readers[i].good);
    }
    free(item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(dma_moves_an_item, start),
        cmocka_unit_test_setup(dma_past_the_end_reads_zeros, start),
        cmocka_unit_test_setup(dma_reads_before_it_writes_before_it_skips, start),
        cmocka_unit_test_setup(dma_of_many_pieces_is_whole, start),
        cmocka_unit_test_setup(dma_register_takes_halves_the_lower_one_last, start),
        cmocka_unit_test_setup(data_port_gives_bytes_in_order, start),
        cmocka_unit_test_setup(registers_have_their_sizes, start),
        cmocka_unit_test_setup(memory_that_is_not_the_guests_is_never_touched, start),
        cmocka_unit_test_setup(last_byte_of_the_guest_can_be_reached, start),
        cmocka_unit_test_setup(descriptors_that_are_not_the_guests_are_ignored, start),
        cmocka_unit_test_setup(errors_of_the_device_reach_the_guest, start),
        cmocka_unit_test_setup(nothing_a_guest_does_reaches_the_shim, start),
        cmocka_unit_test_setup(processors_take_turns, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
