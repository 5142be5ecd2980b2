/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The smallest host that runs: one VP, one guest, QEMU's virt board, written from
 * docs/integration.md with nothing but the installed headers and archive. It isolates nothing (no
 * stage 2, all devices are the guest's) and has no timer, so its guest is told that there are none.
 * Its guests are images of tests/guest. */

#include <hv/privilege.h>
#include <shim/shim.h>

#include "memory.h" /* memcpy and three more, which the archive wants */

#define RAM UINT64_C(0x40000000)
#define RAM_SIZE UINT64_C(0x10000000) /* of the guest's; this program lies behind it, */
#define IMAGE UINT64_C(0x50100000)    /* and there the guest's image as QEMU loaded it */
#define TEXT UINT64_C(0x40080000)     /* where it starts */
#define IMAGE_SIZE 2u                 /* word of its header */
#define GICR_ISPENDR0 ((volatile uint32_t *)0x080b0200)
#define PL011_DR ((volatile uint32_t *)0x09000000)
#define EC(esr) ((esr) >> 26)
#define EC_HVC 0x16u
#define EC_SMC 0x17u
#define SMCCC_VERSION 0x80000000u
#define SMCCC_ARCH_FEATURES 0x80000001u
#define PSCI_FEATURES 0x8400000au
#define STANDARD_SERVICE 4u /* owner of PSCI */
#define UNITS_PER_SECOND UINT64_C(10000000)
#define ESR_UNDEFINED 0x02000000u /* class 0, 32-bit instruction */
#define PSTATE_EL1H_MASKED 0x3c5u
#define PSTATE_NZCV UINT64_C(0xf0000000)

#define READ(name)                                                                                 \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("isb\n\tmrs %0, " #name : "=r"(value_));                                  \
        value_;                                                                                    \
    })
#define WRITE(name, value) __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)))

static struct shim_partition partition;
static struct shim_vp vps[1];
static struct shim_connection connections[16]; /* of nothing: there is no VMBus here */
static uint64_t start_ticks;
static bool poll;

void tiny_init(void);
void tiny_trap(uint64_t x[31]);
__attribute__((noreturn)) void tiny_dead(uint64_t esr, uint64_t elr);

static void print(const char *text)
{
    for (; *text != '\0'; text++) {
        *PL011_DR = (uint8_t)*text;
    }
}

/* ---- Step 2: memory ---- */

static uint8_t *guest_memory(uint64_t gpa, size_t size)
{
    uint64_t offset = gpa - RAM;
    bool inside = offset < RAM_SIZE && size <= RAM_SIZE - offset;
    return inside ? (uint8_t *)gpa : NULL;
}

static void copy(volatile uint8_t *to, const volatile uint8_t *from, size_t size)
{
    if ((((uintptr_t)to | (uintptr_t)from | size) & 7) == 0) {
        for (; size > 0; size -= 8, to += 8, from += 8) {
            *(volatile uint64_t *)to = *(const volatile uint64_t *)from;
        }
    } else { /* nobody else runs meanwhile: smaller units need not be whole */
        for (; size > 0; size--) {
            *to++ = *from++;
        }
    }
}

static bool gpa_read(void *host, uint64_t gpa, void *to, size_t size)
{
    const uint8_t *from = guest_memory(gpa, size);
    (void)host;
    if (from != NULL) {
        copy(to, from, size);
    }
    return from != NULL;
}

static bool gpa_write(void *host, uint64_t gpa, const void *from, size_t size)
{
    uint8_t *to = guest_memory(gpa, size);
    (void)host;
    if (to != NULL) {
        copy(to, from, size);
    }
    return to != NULL;
}

static bool gpa_set_bit(void *host, uint64_t gpa, uint32_t bit, bool *was_set)
{
    uint8_t *byte = guest_memory(gpa, 1);
    (void)host;
    if (byte != NULL) {
        *was_set = (*byte >> bit & 1) != 0;
        *byte = (uint8_t)(*byte | 1u << bit);
    }
    return byte != NULL;
}

/* ---- Steps 3, 8, 9: time, interrupts, what is delivered later ---- */

static uint64_t reference_time(void *host)
{
    uint64_t ticks = READ(cntpct_el0) - start_ticks, hz = READ(cntfrq_el0);
    (void)host;
    return ticks / hz * UNITS_PER_SECOND + ticks % hz * UNITS_PER_SECOND / hz;
}

/* Not wanted, but cheap: a long call lets the guest take interrupts in between. */
static uint32_t rep_budget(void *host, void *host_vp, uint32_t done)
{
    (void)host;
    (void)host_vp;
    return done == 0 ? 64 : 0;
}

static void interrupt_assert(void *host, void *host_vp, uint32_t intid)
{
    (void)host;
    (void)host_vp;
    *GICR_ISPENDR0 = 1u << intid;
}

static void poll_wanted(void *host, void *host_vp)
{
    (void)host;
    (void)host_vp;
    poll = true; /* tiny_trap() is the delivery context too */
}

static void guest_crash(void *host, void *host_vp, const struct shim_crash *crash)
{
    (void)host;
    (void)host_vp;
    (void)crash;
    print("# the guest crashed, and said so\n");
}

static const struct shim_host_ops ops = {
    .gpa_read = gpa_read,
    .gpa_write = gpa_write,
    .reference_time = reference_time,
    .rep_budget = rep_budget,
    .interrupt_assert = interrupt_assert,
    .poll_wanted = poll_wanted,
    .gpa_set_bit = gpa_set_bit,
    .guest_crash = guest_crash,
};

/* ---- Step 4: set-up ---- */

static uint64_t smc(const uint64_t *x)
{
    register uint64_t x0 __asm__("x0") = x[0];
    register uint64_t x1 __asm__("x1") = x[1];
    register uint64_t x2 __asm__("x2") = x[2];
    register uint64_t x3 __asm__("x3") = x[3];
    __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    return x0;
}

void tiny_dead(uint64_t esr, uint64_t elr)
{
    const uint64_t off[4] = { 0x84000008 };
    print("Bail out! the host met an exception\n");
    (void)esr; /* for a debugger */
    (void)elr;
    (void)smc(off);
    for (;;) {
    }
}

void tiny_init(void)
{
    const struct shim_partition_config config = {
        .ops = &ops,
        .vps = vps,
        .vp_count = 1,
        .partition_id = 1,
        .privileges = SHIM_PRIVILEGES_ALL & ~HV_PRIV_ACCESS_SYNTHETIC_TIMER_REGS,
        .connections = connections,
        .connection_slots = 16,
        .hypervisor_version = { .low = 20348 | UINT64_C(0x000a0000) << 32 },
    };

    start_ticks = READ(cntpct_el0);
    (void)memcpy((void *)TEXT, (const void *)IMAGE, ((const uint64_t *)IMAGE)[IMAGE_SIZE]);
    if (!shim_partition_init(&partition, &config) || !shim_vp_init(&vps[0], &partition, 0, NULL)) {
        tiny_dead(0, 0);
    }
}

/* ---- Steps 5 to 7: HVC, SMC, the rest of SMCCC ---- */

/* ELR_EL2 names the instruction. */
static void inject_undefined(void)
{
    uint64_t pstate = READ(spsr_el2);
    uint64_t offset = (pstate & 0xf) == 0 ? 0x400 : (pstate & 0xf) == 4 ? 0 : 0x200;

    WRITE(elr_el1, READ(elr_el2));
    WRITE(spsr_el1, pstate);
    WRITE(esr_el1, ESR_UNDEFINED);
    WRITE(elr_el2, READ(vbar_el1) + offset);
    WRITE(spsr_el2, (pstate & PSTATE_NZCV) | PSTATE_EL1H_MASKED);
}

/* PSCI is firmware's, for the one processor that the guest has: what turns others on is refused. */
static uint64_t firmware(uint64_t x[31])
{
    uint32_t id = (uint32_t)x[0];
    bool starts = (id & 0xbfffffff) == 0x84000003;

    if (id == SMCCC_VERSION) {
        return 0x10002;
    }
    if (id == SMCCC_ARCH_FEATURES) {
        bool known = (uint32_t)x[1] == SMCCC_VERSION || (uint32_t)x[1] == SMCCC_ARCH_FEATURES;
        return known ? 0 : UINT64_MAX;
    }
    if (id == PSCI_FEATURES && (uint32_t)x[1] == SMCCC_VERSION) {
        return 0;
    }
    if ((id >> 24 & 0x3f) != STANDARD_SERVICE || (id & 0xffe0) != 0) {
        return UINT64_MAX;
    }
    return starts ? (uint64_t)-2 : smc(x); /* INVALID_PARAMETERS */
}

void tiny_trap(uint64_t x[31])
{
    uint64_t esr = READ(esr_el2);
    uint64_t elr = READ(elr_el2);

    if (EC(esr) == EC_HVC) {
        switch (shim_hvc(&vps[0], (uint16_t)esr, x)) {
        case SHIM_DONE:
            break;
        case SHIM_AGAIN:
            WRITE(elr_el2, elr - 4);
            break;
        case SHIM_UNDEFINED:
            WRITE(elr_el2, elr - 4);
            inject_undefined();
            break;
        case SHIM_NOT_OURS:
            x[0] = firmware(x);
            break;
        }
        if (poll) {
            poll = false;
            (void)shim_vp_poll(&vps[0]); /* when to come again matters to timers alone */
        }
    } else if (EC(esr) == EC_SMC) {
        if (shim_smc(&vps[0], x) == SHIM_NOT_OURS) {
            x[0] = firmware(x);
        }
        WRITE(elr_el2, elr + 4);
    } else {
        tiny_dead(esr, elr);
    }
}
