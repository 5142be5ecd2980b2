/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The string functions of the EL2 image against those of the C library: every alignment, every
 * overlap, and not a byte outside. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* host/virt/string.c, compiled with names of its own: see the Makefile. */
void *our_memcpy(void *restrict to, const void *restrict from, size_t size);
void *our_memmove(void *to, const void *from, size_t size);
void *our_memset(void *to, int value, size_t size);
int our_memcmp(const void *left, const void *right, size_t size);
void *our_memchr(const void *from, int byte, size_t size);
size_t our_strlen(const char *string);
size_t our_strnlen(const char *string, size_t size);
int our_strcmp(const char *a, const char *b);
char *our_strchr(const char *string, int character);
char *our_strrchr(const char *string, int character);

#define SIZE 160
#define MOST 70

static uint8_t ours[SIZE] __attribute__((aligned(16)));
static uint8_t theirs[SIZE] __attribute__((aligned(16)));
static uint8_t source[SIZE] __attribute__((aligned(16)));

static void fill(void)
{
    for (int i = 0; i < SIZE; i++) {
        ours[i] = theirs[i] = (uint8_t)(i * 7 + 1);
        source[i] = (uint8_t)(255 - i);
    }
}

static void memcpy_copies_and_no_more(void **state)
{
    (void)state;
    for (size_t to = 0; to < 17; to++) {
        for (size_t from = 0; from < 17; from++) {
            for (size_t size = 0; size < MOST; size++) {
                fill();
                assert_ptr_equal(our_memcpy(ours + to, source + from, size), ours + to);
                memcpy(theirs + to, source + from, size);
                assert_memory_equal(ours, theirs, SIZE);
            }
        }
    }
}

static void memmove_copies_what_overlaps(void **state)
{
    (void)state;
    for (size_t to = 0; to < 40; to++) {
        for (size_t from = 0; from < 40; from++) {
            for (size_t size = 0; size < MOST; size++) {
                fill();
                assert_ptr_equal(our_memmove(ours + to, ours + from, size), ours + to);
                memmove(theirs + to, theirs + from, size);
                assert_memory_equal(ours, theirs, SIZE);
            }
        }
    }
}

static void memset_sets_and_no_more(void **state)
{
    (void)state;
    for (size_t to = 0; to < 17; to++) {
        for (size_t size = 0; size < MOST; size++) {
            fill();
            assert_ptr_equal(our_memset(ours + to, 0x1a5, size), ours + to);
            memset(theirs + to, 0xa5, size);
            assert_memory_equal(ours, theirs, SIZE);
        }
    }
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void comparisons_agree(void **state)
{
    (void)state;
    static const char *const words[] = {
        "", "a", "ab", "abc", "abd", "b", "\x7f", "\xff", "ab\xff"
    };
    for (size_t i = 0; i < 9; i++) {
        for (size_t j = 0; j < 9; j++) {
            assert_int_equal(sign(our_strcmp(words[i], words[j])),
                             sign(strcmp(words[i], words[j])));
            size_t size = strlen(words[i]) < strlen(words[j]) ? strlen(words[i]) : strlen(words[j]);
            assert_int_equal(sign(our_memcmp(words[i], words[j], size)),
                             sign(memcmp(words[i], words[j], size)));
        }
    }
}

static void searches_agree(void **state)
{
    (void)state;
    static const char text[] = "hypervisor\0after";
    for (int c = -1; c < 256; c++) {
        for (size_t size = 0; size <= sizeof(text); size++) {
            assert_ptr_equal(our_memchr(text, c, size), memchr(text, c, size));
        }
        assert_ptr_equal(our_strchr(text, c), strchr(text, c));
        assert_ptr_equal(our_strrchr(text, c), strrchr(text, c));
    }
    assert_int_equal(our_strlen(text), 10);
    assert_int_equal(our_strlen(""), 0);
    for (size_t size = 0; size < sizeof(text); size++) {
        assert_int_equal(our_strnlen(text, size), size < 10 ? size : 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memcpy_copies_and_no_more),
        cmocka_unit_test(memmove_copies_what_overlaps),
        cmocka_unit_test(memset_sets_and_no_more),
        cmocka_unit_test(comparisons_agree),
        cmocka_unit_test(searches_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
