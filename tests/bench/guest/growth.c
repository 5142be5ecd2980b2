/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* How the cost of a call grows with its elements and with its bytes. */

#include <hv/processor.h>

#include "tests/bench/guest/measure.h"
#include "tests/guest/runtime/synic.h"

#define MESSAGE_PORT(sint) (0x11000u | (sint))
#define SINT 5u
#define INTID 20u

static const struct form *const by_memory[] = { &forms[1], &forms[3], &forms[5] };

static void setup(void)
{
    measure_init();
    gic_init();
    gic_enable(1u << INTID);
    synic_on();
    sint_set(SINT, INTID);
}

/* The job that `make` makes, for each x, in the forms that carry more than registers. */
static void grow(struct job (*make)(uint32_t x), const uint32_t *xs, uint32_t count)
{
    for (uint32_t f = 0; f < 3; f++) {
        for (uint32_t i = 0; i < count; i++) {
            struct job job = make(xs[i]);

            if (job_fits(&job, by_memory[f])) {
                job_point(&job, by_memory[f], job.name, xs[i]);
            }
        }
    }
}
#define GROW(make, xs) grow(make, xs, sizeof(xs) / sizeof((xs)[0]))

static void fill_get(uint64_t *input)
{
    input[0] = HV_PARTITION_ID_SELF;
    input[1] = HV_VP_INDEX_SELF;
    for (uint32_t i = 0; i < 128; i++) {
        input[2 + i] = (uint64_t)HV_REGISTER_VP_INDEX << 32 | HV_REGISTER_VP_INDEX;
    }
}

static struct job get(uint32_t x)
{
    return (struct job) { .name = "registers of GetVpRegisters",
                          .control = HV_CALL_GET_VP_REGISTERS | CONTROL_REPS(x),
                          .fill = fill_get,
                          .input = 16 + 4 * x,
                          .output = 16 * x,
                          .result = DONE_REPS(x) };
}

/* All of them MPIDR 0, which is the first that is looked at. */
static void fill_index(uint64_t *input)
{
    input[0] = HV_PARTITION_ID_SELF;
}

static struct job index_of(uint32_t x)
{
    return (struct job) { .name = "elements of GetVpIndexFromApicId",
                          .control = HV_CALL_GET_VP_INDEX_FROM_APIC_ID | CONTROL_REPS(x),
                          .fill = fill_index,
                          .input = 16 + 8 * x,
                          .output = 4 * x,
                          .result = DONE_REPS(x) };
}

static void elements(void)
{
    static const uint32_t registers[] = { 1, 2, 4, 8, 16, 32, 48, 64, 65, 96, 128, 160, 192, 255 };
    static const uint32_t indices[] = { 1, 2, 4, 8, 16, 32, 64, 65, 100, 128, 200, 300, 400 };

    GROW(get, registers);
    GROW(index_of, indices);
}

/* Two banks are said to be there, and `x` bytes of them are: refused, but only after all has been
 * brought. */
static void fill_banks(uint64_t *input)
{
    input[0] = INTID;
    input[2] = 3;
}

#define BANKS_HEADER 24u
static struct job banks(uint32_t x)
{
    return (struct job) { .name = "bytes of input, refused after copying",
                          .control = HV_CALL_SEND_SYNTHETIC_CLUSTER_IPI_EX |
                                     CONTROL_VARIABLE((x - BANKS_HEADER) / 8),
                          .fill = fill_banks,
                          .input = x,
                          .result = HV_STATUS_INVALID_HYPERCALL_INPUT };
}

static uint32_t payload;

static void fill_post(uint64_t *input)
{
    struct hv_post_message *post = (struct hv_post_message *)(void *)input;

    *post = (struct hv_post_message) { .connection_id = MESSAGE_PORT(SINT),
                                       .message_type = 1,
                                       .payload_size = payload };
}

static void message_wait(void)
{
    struct hv_message message;

    SLEEP_UNTIL(synic()->slots[SINT].type != HV_MESSAGE_TYPE_NONE, 1000000);
    EXPECT(message_take(SINT, &message));
}

static struct job post(uint32_t x)
{
    payload = x;
    return (struct job) { .name = "bytes of PostMessage",
                          .control = HV_CALL_POST_MESSAGE,
                          .fill = fill_post,
                          .input = sizeof(struct hv_post_message),
                          .after = message_wait };
}

static void bytes(void)
{
    static const uint32_t sizes[] = { 32,   56,   64,   128,  256,  512, 768,
                                      1024, 1536, 2048, 3072, 4088, 4096 };
    static const uint32_t payloads[] = { 0, 16, 32, 64, 96, 128, 160, 192, 224, 240 };

    GROW(banks, sizes);
    GROW(post, payloads);
}

const struct test tests[] = {
    { "GuestOsId is set, the counter on", setup },
    { "elements", elements },
    { "bytes", bytes },
    { NULL, NULL },
};
