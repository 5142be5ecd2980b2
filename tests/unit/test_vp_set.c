/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Tests of dispatch/vp_set.c: sets of VPs, in partitions of every size that matters. */

#include "harness.h"

#include <stdlib.h>

#include "dispatch/vp_set.h"

#define VPS_MAX 4096u

static struct shim_partition partition;
static struct shim_vp *vps; /* storage that nobody touches but by its address */
static uint8_t visits[VPS_MAX];

static int set_setup(void **state)
{
    (void)state;
    vps = calloc(VPS_MAX, sizeof *vps);
    return vps == NULL;
}

static int set_teardown(void **state)
{
    (void)state;
    free(vps);
    return 0;
}

#define SET_TEST(test) cmocka_unit_test_setup_teardown(test, set_setup, set_teardown)

static void visit(struct shim_vp *vp, uint32_t argument)
{
    assert_in_range(vp - vps, 0, partition.vp_count - 1);
    visits[vp - vps]++;
    assert_int_equal(argument, 77);
}

static void visit_all(uint32_t vp_count, const struct vp_set *set)
{
    memset(visits, 0, sizeof visits);
    partition = (struct shim_partition) { .vps = vps, .vp_count = vp_count };
    vp_set_for_each(&partition, set, visit, 77);
}

static hv_status_t read_set(uint64_t format, uint64_t valid, const uint64_t *banks, uint32_t count,
                            struct vp_set *set)
{
    static struct {
        struct hv_vp_set set;
        uint64_t banks[64];
    } from;

    from.set = (struct hv_vp_set) { .format = format, .valid_banks = valid };
    if (count == (uint32_t)__builtin_popcountll(valid)) { /* else it is refused unread */
        memcpy(from.banks, count != 0 ? (const void *)banks : "", count * sizeof *banks);
    }
    return vp_set_read(&from.set, (uint64_t)count << HV_CONTROL_VARIABLE_HEADER_SHIFT, set);
}

static const uint32_t counts[] = { 1, 2, 63, 64, 65, 127, 128, 129, 4095, 4096 };
#define COUNTS (sizeof counts / sizeof counts[0])

static void mask_is_the_first_64(void **state)
{
    static const uint64_t masks[] = { 0, 1, 0x8000000000000001, UINT64_MAX, 0xaaaaaaaaaaaaaaaa };

    (void)state;
    for (unsigned c = 0; c < COUNTS; c++) {
        for (unsigned m = 0; m < 5; m++) {
            const struct vp_set set = vp_set_of_mask(&masks[m]);

            visit_all(counts[c], &set);
            for (uint32_t vp = 0; vp < VPS_MAX; vp++) {
                bool in = vp < 64 && vp < counts[c] && (masks[m] >> vp & 1) != 0;

                assert_int_equal(visits[vp], in);
            }
        }
    }
}

/* Bank words stand one after the other, those of valid banks only. */
static void sparse_banks_follow_their_mask(void **state)
{
    static const uint64_t valid[] = {
        0, 1, 2, 3, 0x8000000000000000, 0x8000000000000001, 0x5555555555555555, UINT64_MAX
    };
    uint64_t banks[64];

    (void)state;
    for (uint32_t i = 0; i < 64; i++) {
        banks[i] = UINT64_C(0x8000000000000001) | UINT64_C(1) << i;
    }
    for (unsigned c = 0; c < COUNTS; c++) {
        for (unsigned v = 0; v < 8; v++) {
            uint32_t words = (uint32_t)__builtin_popcountll(valid[v]);
            uint32_t word = 0;
            struct vp_set set;

            assert_int_equal(read_set(0, valid[v], banks, words, &set), HV_STATUS_SUCCESS);
            visit_all(counts[c], &set);
            for (uint32_t vp = 0; vp < VPS_MAX; vp++) {
                bool is_valid = (valid[v] >> vp / 64 & 1) != 0;
                bool in = vp < counts[c] && is_valid && (banks[word] >> vp % 64 & 1) != 0;

                assert_int_equal(visits[vp], in);
                word += is_valid && vp % 64 == 63 && word < 63;
            }
        }
    }
}

static void all_is_all(void **state)
{
    (void)state;
    for (unsigned c = 0; c < COUNTS; c++) {
        struct vp_set set;

        assert_int_equal(read_set(1, 0, NULL, 0, &set), HV_STATUS_SUCCESS);
        visit_all(counts[c], &set);
        for (uint32_t vp = 0; vp < VPS_MAX; vp++) {
            assert_int_equal(visits[vp], vp < counts[c]);
        }
    }
}

/* V2: the variable header has a word for each valid bank, neither more nor fewer. */
static void banks_are_as_many_as_the_mask_says(void **state)
{
    static const uint64_t valid[] = { 0, 1, 0x8000000000000001, 0xffff, UINT64_MAX };
    static const uint32_t words[] = { 0, 1, 2, 3, 15, 16, 17, 63, 64, 65, 1023 };
    static const uint64_t banks[64] = { 0 };
    struct vp_set set;

    (void)state;
    for (unsigned v = 0; v < 5; v++) {
        for (unsigned w = 0; w < 11; w++) {
            bool good = (uint32_t)__builtin_popcountll(valid[v]) == words[w];

            for (uint64_t format = 0; format < 2; format++) {
                assert_int_equal(read_set(format, valid[v], banks, words[w], &set),
                                 good ? HV_STATUS_SUCCESS : HV_STATUS_INVALID_HYPERCALL_INPUT);
            }
        }
    }
}

static void unknown_formats_are_refused(void **state)
{
    static const uint64_t formats[] = { 2, 3, 1000, UINT64_C(1) << 32, UINT64_MAX };
    struct vp_set set;

    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(read_set(formats[i], 0, NULL, 0, &set), HV_STATUS_INVALID_PARAMETER);
        assert_int_equal(read_set(formats[i], 1, NULL, 0, &set), HV_STATUS_INVALID_PARAMETER);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SET_TEST(mask_is_the_first_64),
        SET_TEST(sparse_banks_follow_their_mask),
        SET_TEST(all_is_all),
        SET_TEST(banks_are_as_many_as_the_mask_says),
        SET_TEST(unknown_formats_are_refused),
    };

    return cmocka_run_group_tests_name("VP set", tests, NULL, NULL);
}
