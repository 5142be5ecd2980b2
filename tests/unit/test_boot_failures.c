/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What the boot routes of the standalone host refuse, each with a sentence for the person at the
 * console; and what of a machine they write to. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/virt/acpi_script.h"
#include "host/common/bytes.h"
#include "host/virt/fw_cfg.h"
#include "host/virt/machine.h"
#include "machine/device.h"

static struct machine machine;
static struct guest_entry entry;
static const char *why;

static int start(void **state)
{
    (void)state;
    why = NULL;
    return device_start(&machine) ? 0 : -1;
}

/* Each refusal has its sentence. */
static void expect_refusal(const char *part)
{
    assert_false(boot_direct(&machine, &entry, &why));
    assert_non_null(why);
    assert_non_null(strstr(why, part));
}

static void what_cannot_boot_is_refused_with_a_reason(void **state)
{
    machine.route = MACHINE_ROUTE_ACPI;
    expect_refusal("no kernel");
    device_add_kernel("");
    expect_refusal("no tables");

    start(state);
    machine.route = MACHINE_ROUTE_ACPI;
    device_add_acpi();
    device_add_kernel("");
    device_add_size(FW_CFG_KEY_CMDLINE_SIZE, 16384);
    expect_refusal("command line");
    device_add_size(FW_CFG_KEY_CMDLINE_SIZE, UINT32_MAX);
    expect_refusal("command line");

    device_add_kernel("");
    device_add_size(FW_CFG_KEY_KERNEL_SIZE, UINT32_MAX);
    expect_refusal("memory");
    device_add_kernel("");
    device_add_size(FW_CFG_KEY_INITRD_SIZE, UINT32_MAX);
    expect_refusal("memory");

    device_add_kernel("");
    device_lie_about_count(UINT32_MAX);
    expect_refusal("directory");
    device_break(true);
    expect_refusal("no fw_cfg");
}

/* Whichever transfer fails: a reason, and no guest. */
static void device_that_breaks_on_the_way_is_noticed(void **state)
{
    static const enum machine_route routes[] = { MACHINE_ROUTE_ACPI, MACHINE_ROUTE_DT };
    for (int route = 0; route < 2; route++) {
        uint32_t needed = 0;
        bool booted = false;
        for (; !booted; needed++) {
            start(state);
            machine.route = routes[route];
            device_add_acpi();
            device_add_kernel("quiet");
            device_break_after(needed);
            booted = boot_direct(&machine, &entry, &why);
            assert_true(booted || why != NULL);
        }
        assert_int_equal(device_transfers(), needed - 1);
    }
}

/* A device's own ACPI files: the script has one allocated, and its address written back. */
static void acpi_route_writes_pointers_back(void **state)
{
    (void)state;
    uint8_t script[4096 + 256] = { 0 };
    uint32_t size = (uint32_t)(captured_script_end - captured_script);
    assert_true(size + 256 <= sizeof(script));
    memcpy(script, captured_script, size);
    struct acpi_script_command *command = (struct acpi_script_command *)(void *)(script + size);
    command[0].code = ACPI_SCRIPT_ALLOCATE;
    strcpy(command[0].allocate.file, "etc/hardware_errors");
    command[0].allocate.align = 4096;
    command[1].code = ACPI_SCRIPT_WRITE_POINTER;
    strcpy(command[1].write.to, "etc/hardware_errors_addr");
    strcpy(command[1].write.from, "etc/hardware_errors");
    command[1].write.size = 8;

    machine.route = MACHINE_ROUTE_ACPI;
    device_add_acpi();
    device_add_kernel("");
    uint16_t key = 0x21; /* the second file is the script */
    device_add(key, script, size + 256);
    device_resize_file(key, size + 256);
    device_add_file("etc/hardware_errors", "errors", 7);
    uint16_t target = device_add_file("etc/hardware_errors_addr", "\0\0\0\0\0\0\0", 8);
    assert_true(boot_direct(&machine, &entry, &why));
    uint64_t address = le64_get(device_item(target, NULL));
    assert_int_equal(address % 4096, 0);
    assert_string_equal((char *)(uintptr_t)address, "errors");

    command[1].write.to_offset = 1;
    device_add(key, script, size + 256);
    expect_refusal("cannot be written");
    command[0].allocate.align = 0x80000000;
    device_add(key, script, size + 256);
    expect_refusal("allocates");
}

static void damaged_trees_are_refused(void **state)
{
    (void)state;
    static uint8_t tree[64];
    machine.route = MACHINE_ROUTE_DT;
    machine.fdt = tree;
    machine.fdt_size = sizeof(tree);
    device_add_kernel("");
    expect_refusal("device tree");
    assert_false(boot_uefi(&machine, &entry, &why));
    assert_non_null(strstr(why, "device tree"));
}

static void service_core_must_exist(void **state)
{
    (void)state;
    machine.mpidr[2] = 0x77;
    machine.route = MACHINE_ROUTE_ACPI;
    device_add_acpi();
    device_add_kernel("");
    expect_refusal("service core");
    machine.route = MACHINE_ROUTE_DT;
    expect_refusal("service core");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_cannot_boot_is_refused_with_a_reason, start),
        cmocka_unit_test_setup(device_that_breaks_on_the_way_is_noticed, start),
        cmocka_unit_test_setup(acpi_route_writes_pointers_back, start),
        cmocka_unit_test_setup(damaged_trees_are_refused, start),
        cmocka_unit_test_setup(service_core_must_exist, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
