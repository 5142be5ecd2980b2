/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* What a guest finds by SMCCC and PSCI, by HVC and by SMC: the vendor UID in both id forms,
 * versions, features, and -1 for all that nobody defines. */

#include <arm/smccc.h>

#include "hypercall.h"
#include "psci.h"

#define SMC64 SMCCC_SMC64
#define JUNK (UINT64_C(0x9e3779b9) << 32) /* bits 63:32 of X0 are no part of an id */

static call_fn *const conduits[] = { call_hvc0, call_smc0 };

#define FOR_EACH_CONDUIT(conduit)                                                                  \
    for (uint32_t i_ = 0; i_ < 2; i_++)                                                            \
        for (call_fn *conduit = conduits[i_]; conduit != NULL; conduit = NULL)

/* An SMCCC call with every other register set to a pattern. */
static void smccc_call(call_fn *conduit, uint64_t id, uint64_t a1, struct call *before,
                       struct call *after)
{
    call_prepare(&native, id, before);
    before->x[1] = a1;
    *after = *before;
    conduit(after);
}

static uint64_t answer(call_fn *conduit, uint64_t id, uint64_t a1)
{
    struct call before, after;

    smccc_call(conduit, id, a1, &before, &after);
    expect_registers(&before, &after, 0xf);
    return after.x[0];
}

static void uid_names_the_hypervisor(void)
{
    static const uint64_t ids[] = { SMCCC_VENDOR_HYP_UID, SMCCC_VENDOR_HYP_UID | SMC64,
                                    SMCCC_VENDOR_HYP_UID | SMCCC_SVE_HINT,
                                    SMCCC_VENDOR_HYP_UID | JUNK };
    struct call before, call;

    FOR_EACH_CONDUIT(conduit)
    {
        for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
            smccc_call(conduit, ids[i], 0, &before, &call);
            expect_context("id", ids[i]);
            EXPECT_EQ(call.x[0], HV_SMCCC_UID_0);
            EXPECT_EQ(call.x[1], HV_SMCCC_UID_1);
            EXPECT_EQ(call.x[2], HV_SMCCC_UID_2);
            EXPECT_EQ(call.x[3], HV_SMCCC_UID_3);
            expect_registers(&before, &call, 0xf);
        }
    }
}

static void smccc_version_is_1_2_or_later(void)
{
    FOR_EACH_CONDUIT(conduit)
    {
        uint64_t version = answer(conduit, SMCCC_VERSION, 0);

        EXPECT(version >= SMCCC_VERSION_1_2);
        EXPECT(version < 0x80000000);
    }
}

static void arch_features_names_what_is_there(void)
{
    FOR_EACH_CONDUIT(conduit)
    {
        EXPECT_EQ(answer(conduit, SMCCC_ARCH_FEATURES, SMCCC_VERSION), 0);
        EXPECT_EQ(answer(conduit, SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES), 0);
        EXPECT_EQ(answer(conduit, SMCCC_ARCH_FEATURES, 0x80001234), SMCCC_NOT_SUPPORTED);
        EXPECT_EQ(answer(conduit, SMCCC_ARCH_FEATURES, PSCI_SYSTEM_RESET), SMCCC_NOT_SUPPORTED);
    }
}

/* A workaround that ARCH_FEATURES offers can be called; one that it denies answers -1. */
static void arch_workarounds_are_as_advertised(void)
{
    static const uint32_t ids[] = { SMCCC_ARCH_WORKAROUND_1, SMCCC_ARCH_WORKAROUND_2,
                                    SMCCC_ARCH_WORKAROUND_3 };

    FOR_EACH_CONDUIT(conduit)
    {
        for (uint32_t i = 0; i < 3; i++) {
            int64_t feature = (int64_t)answer(conduit, SMCCC_ARCH_FEATURES, ids[i]);
            struct call before, call;

            expect_context("workaround", ids[i]);
            EXPECT(feature >= -2 && feature <= 1);
            smccc_call(conduit, ids[i], 1, &before, &call);
            expect_registers(&before, &call, 0xf);
            EXPECT((call.x[0] == SMCCC_NOT_SUPPORTED) == (feature < 0));
        }
    }
}

static void vendor_queries_answer(void)
{
    FOR_EACH_CONDUIT(conduit)
    {
        struct call before, call;

        EXPECT(answer(conduit, SMCCC_VENDOR_HYP_CALL_COUNT, 0) < 0x10000);
        EXPECT_EQ(answer(conduit, 0x8600ff02, 0), SMCCC_NOT_SUPPORTED);
        smccc_call(conduit, SMCCC_VENDOR_HYP_REVISION, 0, &before, &call);
        EXPECT(call.x[0] < 0x10000 && call.x[1] < 0x10000);
        expect_registers(&before, &call, 0xf);
    }
}

static void psci_version_and_features_answer(void)
{
    static const uint32_t there[] = { PSCI_CPU_OFF,    PSCI_CPU_ON_32,    PSCI_CPU_ON_64,
                                      PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET, PSCI_AFFINITY_INFO_64,
                                      PSCI_FEATURES,   SMCCC_VERSION };

    EXPECT(answer(call_smc0, PSCI_VERSION, 0) >= 0x10000);
    for (uint32_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
        expect_context("function", there[i]);
        EXPECT_EQ(answer(call_smc0, PSCI_FEATURES, there[i]), 0);
    }
    expect_context(NULL, 0);
    EXPECT_EQ((int32_t)answer(call_smc0, PSCI_FEATURES, 0x8400abcd), PSCI_NOT_SUPPORTED);
    EXPECT_EQ((int32_t)answer(call_smc0, PSCI_FEATURES, HV_SMCCC_HYPERCALL), PSCI_NOT_SUPPORTED);
}

static void expect_not_supported(call_fn *conduit, uint32_t id)
{
    struct call before, call;

    smccc_call(conduit, id, 0, &before, &call);
    expect_context(conduit == call_hvc0 ? "HVC id" : "SMC id", id);
    EXPECT_EQ(call.x[0], SMCCC_NOT_SUPPORTED);
    expect_registers(&before, &call, 1);
}

/* All 64 owners, fast and yielding, 32 and 64 bits: function numbers that no specification uses.
 * (0x3fff, 0x7fff and 0x8000 are workarounds, of owner 0.) */
static void unknown_ids_answer_minus_one(void)
{
    static const uint32_t functions[] = { 0x0042, 0x3a5c, 0x7ffd, 0xfee0, 0xffff };

    FOR_EACH_CONDUIT(conduit)
    {
        for (uint32_t class = 0; class < 256; class ++) {
            for (uint32_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
                expect_not_supported(conduit, class << 24 | functions[i]);
            }
        }
    }
}

/* Bits 23:17 of a fast call's id must be zero: such an id is another one. */
static void ids_with_reserved_bits_are_unknown(void)
{
    FOR_EACH_CONDUIT(conduit)
    {
        for (uint32_t bit = 17; bit < 24; bit++) {
            expect_not_supported(conduit, SMCCC_VENDOR_HYP_UID | UINT32_C(1) << bit);
            expect_not_supported(conduit, HV_SMCCC_HYPERCALL | UINT32_C(1) << bit);
        }
    }
}

static void hypercalls_by_smc_answer_minus_one(void)
{
    guest_os_id_set();
    expect_not_supported(call_smc0, HV_SMCCC_HYPERCALL);
    expect_not_supported(call_smc0, HV_SMCCC_HYPERCALL | SMCCC_SVE_HINT);
    expect_not_supported(call_smc0, HV_SMCCC_SPILLED_HYPERCALL);
    expect_not_supported(call_smc0, HV_SMCCC_SPILL_ATTACH);
}

/* The hypercall ids are yielding, 64-bit calls: their twins mean nothing. */
static void twins_of_the_hypercall_ids_are_unknown(void)
{
    static const uint32_t ids[] = { 0x06000001, 0x86000001, 0xc6000001, 0x06005302,
                                    0x86005302, 0xc6005302, 0x06005301, 0x86005301,
                                    0x46005301, 0x46000000, 0x46000002 };

    for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        expect_not_supported(call_hvc0, ids[i]);
    }
}

static void hypercall_id_is_matched_by_its_low_half(void)
{
    const struct convention hint = { .name = "hint",
                                     .call = call_hvc0,
                                     .id = HV_SMCCC_HYPERCALL | SMCCC_SVE_HINT | JUNK,
                                     .control = 1,
                                     .window = 2,
                                     .words = 16 };
    struct hv_register_value value;

    EXPECT_EQ(register_get(&hint, HV_REGISTER_GUEST_OS_ID, &value), hv_result(0, 1));
    EXPECT_EQ(value.low, GUEST_OS_ID);
}

const struct test tests[] = {
    { "the UID names the hypervisor, in both id forms, by HVC and SMC", uid_names_the_hypervisor },
    { "SMCCC_VERSION is 1.2 or later", smccc_version_is_1_2_or_later },
    { "ARCH_FEATURES names what is there", arch_features_names_what_is_there },
    { "architecture workarounds are as advertised", arch_workarounds_are_as_advertised },
    { "revision and call count of the vendor service answer", vendor_queries_answer },
    { "PSCI_VERSION and PSCI_FEATURES answer", psci_version_and_features_answer },
    { "unknown ids of every owner answer -1, all 64 bits", unknown_ids_answer_minus_one },
    { "ids with reserved bits are unknown", ids_with_reserved_bits_are_unknown },
    { "twins of the hypercall ids are unknown", twins_of_the_hypercall_ids_are_unknown },
    { "hypercalls by SMC answer -1", hypercalls_by_smc_answer_minus_one },
    { "the hypercall id is matched by its low half, without the SVE hint",
      hypercall_id_is_matched_by_its_low_half },
    { NULL, NULL },
};
