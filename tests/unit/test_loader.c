/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Kernel images and where things go: what is taken, what is refused, and that nothing overlaps. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/common/bytes.h"
#include "host/common/loader.h"

#define MIB UINT64_C(0x100000)

static uint8_t head[KERNEL_HEAD_SIZE];
static struct kernel_image image;
static const char *why;

/* An arm64 Image header, and nothing else. */
static void make_image(uint64_t text_offset, uint64_t image_size)
{
    memset(head, 0, sizeof(head));
    le_put(head + 8, text_offset, 8);
    le_put(head + 16, image_size, 8);
    memcpy(head + 56, "ARM\x64", 4);
}

/* With an EFI stub of one section that ends at `end`. */
static void make_efi_image(uint32_t end)
{
    make_image(0, 64 * MIB);
    memcpy(head, "MZ", 2);
    le_put(head + 60, 64, 4);
    memcpy(head + 64, "PE\0\0", 4);
    le_put(head + 68, 0xaa64, 2);
    le_put(head + 70, 1, 2);
    le_put(head + 84, 160, 2);
    le_put(head + 64 + 24 + 160 + 16, end - 0x1000, 4);
    le_put(head + 64 + 24 + 160 + 20, 0x1000, 4);
}

static void expect_image(uint64_t file_size, uint64_t offset, uint64_t size)
{
    assert_true(kernel_image_parse(head, sizeof(head), file_size, &image, &why));
    assert_int_equal(image.offset, offset);
    assert_int_equal(image.size, size);
}

static void expect_refusal(uint64_t file_size, const char *part)
{
    why = NULL;
    assert_false(kernel_image_parse(head, sizeof(head), file_size, &image, &why));
    assert_non_null(strstr(why, part));
}

static void images_go_where_their_header_says(void **state)
{
    (void)state;
    make_image(0, 32 * MIB);
    expect_image(20 * MIB, 2 * MIB, 32 * MIB);
    make_image(0x80000, 32 * MIB);
    expect_image(20 * MIB, 0x80000, 32 * MIB);
    make_image(4095, MIB);
    expect_image(MIB, 2 * MIB + 4095, MIB);
    make_image(4096, MIB);
    expect_image(MIB, 4096, MIB);
    make_image(0, MIB); /* smaller than its file */
    expect_image(2 * MIB, 2 * MIB, 2 * MIB);
    make_image(0x1234, 0); /* before image_size existed */
    expect_image(MIB, 0x80000, MIB);
}

static void raw_binaries_go_where_qemu_puts_them(void **state)
{
    (void)state;
    memset(head, 0, sizeof(head));
    head[0] = 0x14;
    expect_image(4, 0x80000, 4);
    expect_image(MIB, 0x80000, MIB);
}

static void files_of_other_kinds_are_refused(void **state)
{
    (void)state;
    memset(head, 0, sizeof(head));
    expect_refusal(0, "empty");
    memcpy(head,
           "\x7f"
           "ELF",
           4);
    expect_refusal(MIB, "ELF");
    memcpy(head, "\x1f\x8b\x08\0", 4);
    expect_refusal(MIB, "gzip");
    memcpy(head, "MZ\0\0zimg", 8);
    expect_refusal(MIB, "compressed");
    memcpy(head, "MZ\0\0\0\0\0\0", 8);
    expect_refusal(MIB, "not an arm64");
    expect_refusal(63, "truncated");
    expect_refusal(2, "truncated");
    memset(head, 0, sizeof(head));
    memcpy(head + 36, "\x18\x28\x6f\x01", 4);
    expect_refusal(MIB, "32-bit Arm");
    memset(head, 0, sizeof(head));
    memcpy(head + 514, "HdrS", 4);
    expect_refusal(MIB, "x86");
    expect_image(514 + 3, 0x80000, 514 + 3); /* a signature that is not all there is none */
}

static void truncated_images_are_refused(void **state)
{
    (void)state;
    make_efi_image(0x200000);
    expect_image(0x200000, 2 * MIB, 64 * MIB);
    expect_refusal(0x1fffff, "truncated");
    expect_refusal(4096, "truncated");
    make_efi_image(0);
    le_put(head + 64 + 24 + 160 + 16, UINT32_MAX, 4);
    le_put(head + 64 + 24 + 160 + 20, UINT32_MAX, 4);
    expect_refusal(UINT32_MAX, "truncated");
}

static void efi_headers_are_not_followed_out_of_the_page(void **state)
{
    (void)state;
    static const uint32_t offsets[] = { KERNEL_HEAD_SIZE - 23, KERNEL_HEAD_SIZE, UINT32_MAX };
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        make_efi_image(0x2000);
        le_put(head + 60, offsets[i], 4);
        expect_refusal(MIB, "outside");
    }
    make_efi_image(0x2000);
    le_put(head + 70, 0xffff, 2);
    expect_refusal(MIB, "outside");
    make_efi_image(0x2000);
    le_put(head + 84, 0xffff, 2);
    expect_refusal(MIB, "outside");
    make_efi_image(0x2000);
    le_put(head + 68, 0x8664, 2);
    expect_refusal(MIB, "another processor");
    expect_refusal(70, "outside");
}

static void impossible_offsets_are_refused(void **state)
{
    (void)state;
    struct layout layout;
    struct range ram = { 0x40000000, 0x50000000 };
    make_image(UINT64_MAX - 1, MIB);
    assert_true(kernel_image_parse(head, sizeof(head), MIB, &image, &why));
    assert_false(layout_place(ram, &image, 0, 0, &layout, &why));
    make_image(256 * MIB - 4095, 4096);
    assert_true(kernel_image_parse(head, sizeof(head), 4096, &image, &why));
    assert_false(layout_place(ram, &image, 0, 0, &layout, &why));
    make_image(4096, UINT64_MAX);
    assert_true(kernel_image_parse(head, sizeof(head), MIB, &image, &why));
    assert_false(layout_place(ram, &image, 0, 0, &layout, &why));
}

static void expect_sound(struct range ram, const struct layout *layout, uint64_t tables_size)
{
    const struct range *parts[] = { &layout->kernel, &layout->initrd, &layout->tables };
    for (int i = 0; i < 3; i++) {
        assert_true(parts[i]->start >= ram.start);
        assert_true(parts[i]->end >= parts[i]->start);
        assert_true(parts[i]->end <= ram.end);
        for (int j = 0; j < i; j++) {
            assert_false(range_overlaps(*parts[i], *parts[j]));
        }
    }
    assert_true(layout->tables.end - layout->tables.start >= tables_size);
    assert_int_equal(layout->tables.start % (2 * MIB), 0);
}

static void layouts_fit_and_never_overlap(void **state)
{
    (void)state;
    static const uint64_t sizes[] = { 0,         1,         4096,      2 * MIB - 1, 2 * MIB,
                                      31 * MIB,  100 * MIB, 127 * MIB, 128 * MIB,   200 * MIB,
                                      250 * MIB, 256 * MIB, 4095 * MIB };
    static const uint64_t rams[] = { 4 * MIB, 64 * MIB, 224 * MIB, 256 * MIB, 4096 * MIB };
    uint32_t placed = 0;
    for (size_t r = 0; r < 5; r++) {
        for (size_t k = 1; k < 13; k++) {
            for (size_t i = 0; i < 13; i++) {
                struct range ram = { 0x40000000, 0x40000000 + rams[r] };
                struct layout layout;
                image = (struct kernel_image) { 0x80000, sizes[k] };
                bool fits = layout_place(ram, &image, sizes[i], 4 * MIB, &layout, &why);
                bool must = sizes[k] + sizes[i] + 9 * MIB <= rams[r];
                assert_true(fits || !must);
                if (fits) {
                    expect_sound(ram, &layout, 4 * MIB);
                    placed++;
                }
            }
        }
    }
    assert_true(placed > 100);
}

static void what_is_not_the_kernel_starts_where_qemu_has_it(void **state)
{
    (void)state;
    struct layout layout;
    struct range ram = { 0x40000000, 0x40000000 + 1024 * MIB };
    image = (struct kernel_image) { 2 * MIB, 40 * MIB };
    assert_true(layout_place(ram, &image, MIB, 4 * MIB, &layout, &why));
    assert_int_equal(layout.initrd.start, 0x48000000);
    ram.end = 0x40000000 + 128 * MIB;
    assert_true(layout_place(ram, &image, MIB, 4 * MIB, &layout, &why));
    assert_int_equal(layout.initrd.start, 0x44000000);
    assert_true(layout_place(ram, &image, 70 * MIB, 4 * MIB, &layout, &why));
    assert_int_equal(layout.initrd.start, 0x42a00000);
}

static void expect_relation(struct range a, struct range b)
{
    bool shares = false;
    for (uint64_t i = a.start; i < a.end; i++) {
        shares = shares || (i >= b.start && i < b.end);
    }
    assert_int_equal(range_overlaps(a, b), shares);
    assert_int_equal(range_holds(a, b.start, b.end - b.start),
                     b.start >= a.start && b.end <= a.end);
}

/* All thirteen relations of two intervals, and empty ones. */
static void overlap_is_what_it_is_called(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < UINT64_C(6) * 6 * 6 * 6; i++) {
        struct range a = { i % 6, i / 6 % 6 };
        struct range b = { i / 36 % 6, i / 216 };
        if (a.start <= a.end && b.start <= b.end) {
            expect_relation(a, b);
        }
    }
    assert_false(range_holds((struct range) { 4096, 8192 }, UINT64_MAX, 1));
    assert_false(range_holds((struct range) { 4096, 8192 }, 4096, UINT64_MAX));
    assert_true(range_holds((struct range) { 0, UINT64_MAX }, 1, UINT64_MAX - 1));
}

static void space_is_cleared_as_it_is_taken(void **state)
{
    (void)state;
    static uint8_t memory[4096] __attribute__((aligned(4096)));
    uint64_t base = (uint64_t)(uintptr_t)memory;
    struct space space = { base, base + sizeof(memory) };
    uint64_t address;
    memset(memory, 0xc5, sizeof(memory));
    assert_true(space_take(&space, 10, 1, &address));
    assert_int_equal(address, base);
    assert_true(space_take(&space, 6, 64, &address));
    assert_int_equal(address, base + 64);
    for (int i = 0; i < 70; i++) {
        assert_int_equal(memory[i], 0);
    }
    assert_int_equal(memory[70], 0xc5);
    struct space before = space;
    assert_false(space_take(&space, sizeof(memory) - 69, 1, &address));
    assert_false(space_take(&space, UINT64_MAX, 1, &address));
    assert_false(space_take(&space, 1, UINT64_C(1) << 63, &address));
    assert_memory_equal(&space, &before, sizeof(space));
    assert_int_equal(memory[70], 0xc5);
    assert_true(space_take(&space, sizeof(memory) - 70, 1, &address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_go_where_their_header_says),
        cmocka_unit_test(raw_binaries_go_where_qemu_puts_them),
        cmocka_unit_test(files_of_other_kinds_are_refused),
        cmocka_unit_test(truncated_images_are_refused),
        cmocka_unit_test(efi_headers_are_not_followed_out_of_the_page),
        cmocka_unit_test(impossible_offsets_are_refused),
        cmocka_unit_test(layouts_fit_and_never_overlap),
        cmocka_unit_test(what_is_not_the_kernel_starts_where_qemu_has_it),
        cmocka_unit_test(overlap_is_what_it_is_called),
        cmocka_unit_test(space_is_cleared_as_it_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
