/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A small model checker for message delivery: every interleaving of the host's accesses to a slot
 * with a guest that reads, clears and asks for more, one access at a time. Whatever the order, each
 * message must arrive once, whole and in its place, and nobody may be left waiting. Memory is
 * sequentially consistent here; what the fences are for on a real machine it cannot see.
 *
 * A run is replayed from its beginning for each sequence of choices (who goes next), depth first,
 * until no choice is left untried. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <shim/shim.h>

#define PAGE UINT64_C(0x40000000)
#define SINT 2u
#define CHOICES_MAX 256u
#define WALKS 20000u
#define WALK_MESSAGES 12u /* fewer than may wait */

/* How the guest goes about it. */
enum guest_kind {
    GUEST_ONE,   /* Linux: one message per interrupt; EOM, if asked for, brings the next one */
    GUEST_DRAIN, /* looks again after each message until the slot is empty */
    GUEST_POLLS, /* SINT masked: looks whenever something is there */
    GUEST_KINDS,
};

/* What the guest does next. */
enum guest_step { IDLE, LOOK, COPY, CLEAR, CHECK_FLAG, WRITE_EOM };

struct checker {
    struct shim_partition partition;
    struct shim_vp vp;
    struct hv_message page[HV_PAGE_SIZE / HV_MESSAGE_SIZE];

    enum guest_kind kind;
    enum guest_step step;
    bool interrupt; /* pending at the guest's GIC: edges coalesce */
    bool curious;   /* it may look once without any reason, at any time */
    bool eom;       /* the guest wrote EOM, the host has not polled since */
    uint32_t messages;
    uint32_t sent;
    uint32_t received;

    uint8_t choice[CHOICES_MAX]; /* of this run; the first `replayed` were given */
    uint8_t options[CHOICES_MAX];
    uint32_t replayed;
    uint32_t depth;
    uint64_t random; /* not 0: choices are drawn from it instead */
};

/* One of `options` ways to go on: as given by the prefix, then always the first. */
static uint32_t choose(struct checker *checker, uint32_t options)
{
    const uint32_t depth = checker->depth++;

    if (checker->random != 0) {
        checker->random = checker->random * UINT64_C(6364136223846793005) + 1442695040888963407;
        return (uint32_t)(checker->random >> 33) % options;
    }
    assert_in_range(depth, 0, CHOICES_MAX - 1);
    if (depth >= checker->replayed) {
        checker->choice[depth] = 0;
    }
    checker->options[depth] = (uint8_t)options;
    return checker->choice[depth];
}

/* Steps to the next sequence of choices; false when all were tried. */
static bool next_sequence(struct checker *checker)
{
    uint32_t depth = checker->depth;

    while (depth != 0 && checker->choice[depth - 1] + 1 == checker->options[depth - 1]) {
        depth--;
    }
    if (depth == 0) {
        return false;
    }
    checker->choice[depth - 1]++;
    checker->replayed = depth;
    return true;
}

/* ---- The guest --------------------------------------------------------------------------------
 */

static struct hv_message expected_message(uint32_t number)
{
    struct hv_message message = { .type = number + 1, .payload_size = HV_MESSAGE_PAYLOAD_MAX };

    message.origin = number;
    memset(message.payload, (int)number + 1, sizeof message.payload);
    return message;
}

static bool guest_can_go(const struct checker *checker)
{
    if (checker->step != IDLE || checker->curious) {
        return true;
    }
    return checker->kind == GUEST_POLLS ? checker->page[SINT].type != 0 : checker->interrupt;
}

static void guest_copy(struct checker *checker)
{
    struct hv_message got = checker->page[SINT];
    const struct hv_message expected = expected_message(checker->received);

    got.flags = 0;
    assert_memory_equal(&got, &expected, sizeof got); /* whole, in order, not twice */
    checker->received++;
}

/* One access to the slot, or one hypercall. */
static void guest_go(struct checker *checker)
{
    struct hv_message *slot = &checker->page[SINT];

    switch (checker->step) {
    case IDLE:
        checker->curious = checker->interrupt && checker->curious;
        checker->interrupt = false;
        checker->step = LOOK;
        break;
    case LOOK:
        checker->step = slot->type != 0 ? COPY : IDLE;
        break;
    case COPY:
        guest_copy(checker);
        checker->step = CLEAR;
        break;
    case CLEAR:
        slot->type = 0;
        checker->step = CHECK_FLAG;
        break;
    case CHECK_FLAG:
        checker->step = (slot->flags & HV_MESSAGE_FLAG_PENDING) != 0 ? WRITE_EOM
                        : checker->kind == GUEST_DRAIN               ? LOOK
                                                                     : IDLE;
        break;
    case WRITE_EOM:
        checker->eom = true;
        checker->step = checker->kind == GUEST_DRAIN ? LOOK : IDLE;
        break;
    }
}

/* Before each access of the host the guest goes as far as it likes. */
static void guest_may_go(struct checker *checker)
{
    while (guest_can_go(checker) && choose(checker, 2) == 1) {
        guest_go(checker);
    }
}

/* ---- The host ---------------------------------------------------------------------------------
 */

static uint8_t *at(struct checker *checker, uint64_t gpa, size_t size)
{
    assert_in_range(gpa, PAGE + SINT * HV_MESSAGE_SIZE, PAGE + (SINT + 1) * HV_MESSAGE_SIZE - size);
    guest_may_go(checker);
    return (uint8_t *)checker->page + (gpa - PAGE);
}

static bool gpa_read(void *host, uint64_t gpa, void *to, size_t size)
{
    memcpy(to, at(host, gpa, size), size);
    return true;
}

/* Larger blocks are not written at once. */
static bool gpa_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    const size_t half = size > sizeof(uint64_t) ? size / 2 : size;

    memcpy(at(host, gpa, half), from, half);
    if (half != size) {
        memcpy(at(host, gpa + half, size - half), (const uint8_t *)from + half, size - half);
    }
    return true;
}

static void interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    struct checker *checker = host;

    (void)host_vp;
    assert_int_equal(intid, 18);
    guest_may_go(checker);
    checker->interrupt = true;
}

static uint64_t reference_time(void *host)
{
    (void)host;
    return 0;
}

static const struct shim_host_ops checker_ops = {
    .gpa_read = gpa_read,
    .gpa_write = gpa_write,
    .reference_time = reference_time,
    .interrupt_assert = interrupt_assert,
};

static void start(struct checker *checker)
{
    const struct shim_partition_config config = {
        .ops = &checker_ops,
        .host = checker,
        .vps = &checker->vp,
        .vp_count = 1,
        .partition_id = 1,
    };

    assert_true(shim_partition_init(&checker->partition, &config));
    assert_true(shim_vp_init(&checker->vp, &checker->partition, 0, NULL));
    checker->vp.scontrol = HV_SYNIC_ENABLE;
    checker->vp.simp = PAGE | HV_SYNIC_ENABLE;
    checker->vp.sint[SINT] = 18 | (checker->kind == GUEST_POLLS ? HV_SINT_MASKED : 0);
    memset(checker->page, 0, sizeof checker->page);
    checker->step = IDLE;
    checker->interrupt = false;
    checker->eom = false;
    checker->sent = 0;
    checker->received = 0;
    checker->depth = 0;
}

/* One move of somebody; false when nobody has anything to do. */
static bool move(struct checker *checker)
{
    enum { SEND, POLL, GUEST } moves[3];
    uint32_t count = 0;

    if (checker->sent < checker->messages) {
        moves[count++] = SEND;
    }
    if (checker->eom) {
        moves[count++] = POLL;
    }
    if (guest_can_go(checker)) {
        moves[count++] = GUEST;
    }
    if (count == 0) {
        return false;
    }
    switch (moves[choose(checker, count)]) {
    case SEND: {
        const struct hv_message message = expected_message(checker->sent++);

        assert_true(shim_message_send(&checker->vp, SINT, &message));
        break;
    }
    case POLL:
        checker->eom = false;
        shim_vp_poll(&checker->vp);
        break;
    case GUEST:
        guest_go(checker);
        break;
    }
    return true;
}

static void run(struct checker *checker, bool curious)
{
    start(checker);
    checker->curious = curious;
    while (move(checker)) {
    }
    assert_int_equal(checker->received, checker->messages);
    assert_int_equal(checker->vp.queue.count, 0);
    assert_int_equal(checker->page[SINT].type, 0);
}

/* Tries every interleaving; returns how many there were. */
static uint32_t check_all(enum guest_kind kind, uint32_t messages, bool curious)
{
    static struct checker checker;
    uint32_t runs = 0;

    checker.kind = kind;
    checker.messages = messages;
    checker.replayed = 0;
    do {
        run(&checker, curious);
        runs++;
    } while (next_sequence(&checker));
    return runs;
}

/* The numbers say that the exploration took place; they may grow. */
static void check_kind(enum guest_kind kind)
{
    assert_true(check_all(kind, 1, true) > 20);
    assert_true(check_all(kind, 2, false) > 1000);
    assert_true(check_all(kind, 2, true) > 30000);
}

static void guest_that_takes_one_message_per_interrupt(void **state)
{
    (void)state;
    check_kind(GUEST_ONE);
}

static void guest_that_drains_its_slot(void **state)
{
    (void)state;
    check_kind(GUEST_DRAIN);
}

static void guest_that_polls_a_masked_sint(void **state)
{
    (void)state;
    check_kind(GUEST_POLLS);
}

/* More messages than can be tried out: some of the interleavings. */
static void long_queues_in_random_interleavings(void **state)
{
    static struct checker checker;

    (void)state;
    checker.messages = WALK_MESSAGES;
    checker.random = 1;
    for (uint32_t walk = 0; walk < WALKS; walk++) {
        checker.kind = (enum guest_kind)(walk % GUEST_KINDS);
        run(&checker, walk % 2 != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guest_that_takes_one_message_per_interrupt),
        cmocka_unit_test(guest_that_drains_its_slot),
        cmocka_unit_test(guest_that_polls_a_masked_sint),
        cmocka_unit_test(long_queues_in_random_interleavings),
    };

    return cmocka_run_group_tests_name("message races", tests, NULL, NULL);
}
