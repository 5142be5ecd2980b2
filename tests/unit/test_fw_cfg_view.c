/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The items of fw_cfg as guests see them through the proxy: what is hidden, what is replaced, what
 * may be written. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/virt/boot_data.h"
#include "host/common/bytes.h"
#include "host/virt/fw_cfg.h"
#include "machine/device.h"

#define DESCRIPTOR (RAM_BASE + 0x1000)
#define BUFFER (RAM_BASE + 0x10000)

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

static uint32_t dma_write(uint16_t key, const void *data, uint32_t length)
{
    memcpy(at(BUFFER), data, length);
    return dma((uint32_t)key << 16 | FW_CFG_DMA_SELECT | FW_CFG_DMA_WRITE, BUFFER, length);
}

static void select_key(uint16_t key)
{
    fw_cfg_proxy_write(FW_CFG_SELECTOR, 2, __builtin_bswap16(key));
}

static void shims_files_do_not_exist(void **state)
{
    (void)state;
    assert_int_equal(dma_read(FW_CFG_KEY_FILE_DIRECTORY, 4 + 64 * 8), 0);
    assert_int_equal(be32_get(at(BUFFER)), 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_memory_not_equal(at(BUFFER + 4 + 64 * i + 8), "opt/org.hvshim/", 15);
    }
    assert_string_equal((char *)at(BUFFER + 4 + 64 * 4 + 8), "opt/org.hvshimmer");
    for (uint32_t i = 4 + 64 * 5; i < 4 + 64 * 8; i++) {
        assert_int_equal(*at(BUFFER + i), 0);
    }
    /* Under any of its keys: the device ignores one bit. */
    assert_int_equal(dma_read(secret_key, 8), 0);
    assert_int_equal(le64_get(at(BUFFER)), 0);
    assert_int_equal(dma_read(secret_key | FW_CFG_KEY_WRITE_CHANNEL, 8), 0);
    assert_int_equal(le64_get(at(BUFFER)), 0);
    select_key(secret_key | FW_CFG_KEY_WRITE_CHANNEL);
    assert_int_equal(fw_cfg_proxy_read(FW_CFG_DATA, 8), 0);
}

/* Key and size of a file in the directory that the guest has just read into BUFFER. */
static struct fw_cfg_file file_of(const char *name)
{
    struct fw_cfg_file file;
    assert_int_equal(dma_read(FW_CFG_KEY_FILE_DIRECTORY, FW_CFG_DIRECTORY_MAX), 0);
    assert_true(fw_cfg_directory_find(at(BUFFER), FW_CFG_DIRECTORY_MAX, name, &file));
    return file;
}

static bool holds(const uint8_t *bytes, uint32_t size, const char *what)
{
    uint32_t length = (uint32_t)strlen(what);
    for (uint32_t i = 0; i + length <= size; i++) {
        if (memcmp(bytes + i, what, length) == 0) {
            return true;
        }
    }
    return false;
}

static void acpi_files_are_the_patched_ones(void **state)
{
    (void)state;
    struct fw_cfg_file script = file_of("etc/table-loader");
    assert_int_equal(dma_read(script.key, script.size), 0);
    assert_memory_not_equal(at(BUFFER), captured_script, script.size);
    struct fw_cfg_file tables = file_of("etc/acpi/tables");
    assert_int_equal(dma_read(tables.key, tables.size), 0);
    assert_true(holds(at(BUFFER), tables.size, "MsHyperV"));
    assert_true(holds(at(BUFFER), tables.size, "VMBus"));
    select_key(tables.key | FW_CFG_KEY_WRITE_CHANNEL);
    assert_int_equal(fw_cfg_proxy_read(FW_CFG_DATA, 8), le64_get(at(BUFFER)));
    struct fw_cfg_file rsdp = file_of("etc/acpi/rsdp");
    assert_int_equal(dma_read(rsdp.key, rsdp.size), 0);
    assert_memory_equal(at(BUFFER), captured_rsdp, rsdp.size);
}

/* A guest still boots, without Hyper-V. */
static void acpi_files_beyond_patching_are_left_alone(void **state)
{
    const char *why;
    start(state);
    device_start(&machine);
    uint16_t key = device_add_file("etc/acpi/tables", text, sizeof(text));
    device_add_file("etc/table-loader", text, sizeof(text));
    assert_true(fw_cfg_proxy_init(&machine, &why));
    assert_int_equal(dma_read(key, sizeof(text)), 0);
    assert_memory_equal(at(BUFFER), text, sizeof(text));
}

static void writes_go_where_the_guests_memory_is_named(void **state)
{
    (void)state;
    const char *why;
    static const uint8_t zeros[4096];
    uint8_t address[8];
    uint16_t key = device_add_file("etc/vmgenid_addr", zeros, 8);
    device_add_file("etc/vmgenid_guid", zeros, 4096);
    assert_true(fw_cfg_proxy_init(&machine, &why));

    le_put(address, GUEST_END - 4096, 8);
    assert_int_equal(dma_write(key, address, 8), 0);
    assert_memory_equal(device_item(key, NULL), address, 8);
    static const uint64_t bad[] = { GUEST_END - 4095, GUEST_END, RAM_BASE - 1, 0, UINT64_MAX };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint8_t wrong[8];
        le_put(wrong, bad[i], 8);
        assert_int_equal(dma_write(key, wrong, 8), FW_CFG_DMA_ERROR);
    }
    /* Nor in parts, that together name another address. */
    assert_int_equal(dma_write(key, address, 4), FW_CFG_DMA_ERROR);
    assert_int_equal(dma((uint32_t)key << 16 | FW_CFG_DMA_SELECT | FW_CFG_DMA_SKIP, 0, 4), 0);
    assert_int_equal(dma(FW_CFG_DMA_WRITE, BUFFER, 4), FW_CFG_DMA_ERROR);
    assert_memory_equal(device_item(key, NULL), address, 8);
    assert_int_equal(dma_write(text_key, "changed", 7), FW_CFG_DMA_ERROR);
    assert_int_equal(dma_write(0, address, 8), FW_CFG_DMA_ERROR);
    assert_memory_equal(device_item(text_key, NULL), text, sizeof(text));
}

static uint32_t write_frame_buffer(uint16_t key, uint64_t address, uint32_t width, uint32_t height,
                                   uint32_t stride)
{
    uint8_t config[28] = { 0 };
    be_put(config, address, 8);
    be_put(config + 16, width, 4);
    be_put(config + 20, height, 4);
    be_put(config + 24, stride, 4);
    return dma_write(key, config, sizeof(config));
}

static void frame_buffer_is_the_guests_memory(void **state)
{
    (void)state;
    const char *why;
    uint8_t config[28] = { 0 };
    uint16_t key = device_add_file("etc/ramfb", config, sizeof(config));
    assert_true(fw_cfg_proxy_init(&machine, &why));
    assert_int_equal(write_frame_buffer(key, GUEST_END - 640 * 480 * 4, 640, 480, 0), 0);
    assert_int_equal(write_frame_buffer(key, GUEST_END - 4096 * 480, 640, 480, 4096), 0);
    assert_int_equal(write_frame_buffer(key, GUEST_END - 640 * 480 * 4 + 4, 640, 480, 0),
                     FW_CFG_DMA_ERROR);
    assert_int_equal(write_frame_buffer(key, GUEST_END - 4096 * 480, 2048, 480, 4096),
                     FW_CFG_DMA_ERROR);
    assert_int_equal(write_frame_buffer(key, RAM_BASE, UINT32_MAX, UINT32_MAX, UINT32_MAX),
                     FW_CFG_DMA_ERROR);
    assert_int_equal(write_frame_buffer(key, RAM_BASE, 0x80000000, 0x40000000, 0),
                     FW_CFG_DMA_ERROR);
}

/* ---- The directory itself ---- */

static void put_entry(uint8_t *list, uint32_t index, const char *name, uint32_t size)
{
    be_put(list + 4 + 64 * index, size, 4);
    be_put(list + 4 + 64 * index + 4, 0x20 + index, 2);
    memset(list + 4 + 64 * index + 8, 'x', 56);
    memcpy(list + 4 + 64 * index + 8, name, strlen(name) < 56 ? strlen(name) + 1 : 56);
}

static void directory_is_read_within_its_bounds(void **state)
{
    (void)state;
    struct fw_cfg_file file;
    uint8_t list[4 + 3 * 64] = { 0 };
    char endless[] = "etc/acpi/a-name-of-fifty-six-bytes-has-no-room-for-its-0";
    assert_int_equal(strlen(endless), 56);
    put_entry(list, 0, endless, 1);
    put_entry(list, 1, "etc/b", UINT32_MAX);
    put_entry(list, 2, "etc/c", 0);
    be_put(list, 3, 4);
    assert_false(fw_cfg_directory_find(list, sizeof(list), endless, &file));
    assert_true(fw_cfg_directory_find(list, sizeof(list), "etc/b", &file));
    assert_int_equal(file.size, UINT32_MAX);
    assert_int_equal(file.key, 0x21);
    assert_true(fw_cfg_directory_find(list, sizeof(list), "etc/c", &file));
    assert_false(fw_cfg_directory_find(list, sizeof(list), "etc/", &file));
    assert_false(fw_cfg_directory_find(list, sizeof(list), "etc/cc", &file));
    assert_false(fw_cfg_directory_find(list, sizeof(list) - 1, "etc/c", &file));
    be_put(list, UINT32_MAX, 4);
    assert_int_equal(fw_cfg_directory_count(list, sizeof(list)), 3);
    for (uint32_t size = 0; size < 68; size++) {
        assert_int_equal(fw_cfg_directory_count(list, size), 0);
    }
    be_put(list, 0, 4);
    assert_int_equal(fw_cfg_directory_count(list, sizeof(list)), 0);
}

/* Between start and now, the machine's directory went bad. */
static void directory_that_goes_bad_is_empty(void **state)
{
    (void)state;
    device_lie_about_count(FW_CFG_FILES_MAX + 1);
    assert_int_equal(dma_read(FW_CFG_KEY_FILE_DIRECTORY, 100), 0);
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(*at(BUFFER + i), 0);
    }
}

static void too_many_files_for_the_shim_are_refused(void **state)
{
    (void)state;
    const char *why = NULL;
    for (int i = 0; i < 14; i++) {
        device_add_file("opt/org.hvshim/more", "", 0);
    }
    assert_true(fw_cfg_proxy_init(&machine, &why));
    device_add_file("opt/org.hvshim/more", "", 0);
    assert_false(fw_cfg_proxy_init(&machine, &why));
    assert_non_null(why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(shims_files_do_not_exist, start),
        cmocka_unit_test_setup(acpi_files_are_the_patched_ones, start),
        cmocka_unit_test_setup(acpi_files_beyond_patching_are_left_alone, start),
        cmocka_unit_test_setup(writes_go_where_the_guests_memory_is_named, start),
        cmocka_unit_test_setup(frame_buffer_is_the_guests_memory, start),
        cmocka_unit_test(directory_is_read_within_its_bounds),
        cmocka_unit_test_setup(directory_that_goes_bad_is_empty, start),
        cmocka_unit_test_setup(too_many_files_for_the_shim_are_refused, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
