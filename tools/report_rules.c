/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* The rules, and how one is found. Sources: the TLFS; Linux arch/arm64/hyperv, drivers/hv and
 * drivers/clocksource/Kconfig, 6.1 to 6.12. */

#include "tools/report_rules.h"

#include <string.h>

// clang-format off
const struct report_rule report_rules[] = {
    /* Withheld, and the guest asked nevertheless. */
    { "post-messages", OFFER_NO, true, IDENTITY_NONE,
      "The right to post messages is withheld, and the guest posts without looking at the bit. VMBus "
      "cannot make contact without it: the guest finds none of Hyper-V's devices." },
    { "signal-events", OFFER_NO, true, IDENTITY_LINUX,
      "The right to signal events is withheld. Linux does not look at the bit, nor at the status of "
      "HvCallSignalEvent: channels open, and what the guest writes into their rings goes unnoticed. "
      "Heartbeats, time synchronisation and shutdown stay unanswered, without a word in the guest's "
      "log." },
    { "synic", OFFER_NO, true, IDENTITY_LINUX,
      "The right to SynIC registers is withheld. Linux sets them up without looking at the bit, and "
      "takes a register access that fails for a broken hypervisor: it stops with a BUG." },
    { "vp-index", OFFER_NO, true, IDENTITY_LINUX,
      "The right to VpIndex is withheld. Linux reads it on each processor without looking at the "
      "bit, and takes a register access that fails for a broken hypervisor: it stops with a BUG." },
    { "hypercalls", OFFER_NO, true, IDENTITY_NONE,
      "The right to GuestOsId is withheld. A guest that cannot say what it is may make no call but "
      "the early ones." },
    { "reference-counter", OFFER_NO, true, IDENTITY_LINUX,
      "The right to TimeRefCount is withheld. Linux reads it in hv_utils, when the host tells "
      "the time, and takes a register access that fails for a broken hypervisor." },
    { NULL, OFFER_NO, true, IDENTITY_NONE,
      "The bit that offers it is clear, and the guest asked all the same: what it asked for was "
      "refused." },

    /* Withheld, and the guest took the hint. */
    { "crash", OFFER_NO, false, IDENTITY_LINUX,
      "Linux reads GuestCrashCtl, and tells of a panic, only where bit 72 of "
      "HvRegisterPrivilegesAndFeaturesInfo is set. It is clear: a crash of this guest stays "
      "untold." },
    { "reference-counter", OFFER_NO, false, IDENTITY_LINUX,
      "Linux reads TimeRefCount in hv_utils only, when the host tells the time by VMBus." },
    { "cluster-ipi", OFFER_NO, false, IDENTITY_NONE,
      "Bit 2 of HvRegisterFeaturesInfo advises guests to send IPIs by calls. It is clear: the GIC "
      "does that without a call." },
    { "spin-wait", OFFER_NO, false, IDENTITY_NONE,
      "HvRegisterFeaturesInfo says \"never\": where VPs have processors of their own, nobody gains "
      "from hearing that one spins." },
    { NULL, OFFER_NO, false, IDENTITY_NONE,
      "The bit that offers it is clear: a guest that looks at it leaves the feature alone." },

    /* There for the taking. */
    { "timers", OFFER_YES, false, IDENTITY_LINUX,
      "Linux builds its driver of synthetic timers for x86 only (CONFIG_HYPERV_TIMER). On ARM64 it "
      "uses the architected timer, which needs no call." },
    { "direct-timers", OFFER_YES, false, IDENTITY_LINUX,
      "Belongs to synthetic timers, for which Linux has a driver on x86 only." },
    { "reference-tsc", OFFER_YES, false, IDENTITY_LINUX,
      "Linux builds its clock from the TSC page for x86 only (CONFIG_HYPERV_TIMER). On ARM64 it "
      "reads CNTVCT_EL0." },
    { "assist-page", OFFER_YES, false, IDENTITY_LINUX,
      "Linux, up to 6.12 at least, registers VP assist pages on x86 only." },
    { "start-vp", OFFER_YES, false, IDENTITY_LINUX,
      "Linux starts processors by PSCI CPU_ON." },
    { "partition-id", OFFER_YES, false, IDENTITY_LINUX,
      "Linux asks for it only where it manages partitions itself." },
    { "vp-runtime", OFFER_YES, false, IDENTITY_LINUX,
      "Linux as a guest has no use for it." },
    { "debugging", OFFER_YES, false, IDENTITY_NONE,
      "Debug characters are for boot loaders and kernels under test." },
    { "extended", OFFER_YES, false, IDENTITY_LINUX,
      "Linux asks for extended capabilities in hv_balloon, once that has found its device." },
    { "ex-masks", OFFER_YES, false, IDENTITY_LINUX,
      "Linux on ARM64 sends IPIs by the GIC and flushes TLBs by instructions." },
    { "crash", OFFER_YES, false, IDENTITY_NONE,
      "These registers are read by drivers that report crashes." },
    { "reference-counter", OFFER_YES, false, IDENTITY_LINUX,
      "Linux on ARM64 keeps time by CNTVCT_EL0. It reads TimeRefCount in hv_utils only, when the host "
      "tells the time by VMBus." },
    { "signal-events", OFFER_YES, false, IDENTITY_NONE,
      "Events are signalled on open channels. None was open, or nothing was to be said." },
    { "post-messages", OFFER_YES, false, IDENTITY_NONE,
      "VMBus posts messages when its driver starts (hv_vmbus in Linux)." },
    { "synic", OFFER_YES, false, IDENTITY_NONE,
      "The VMBus driver sets the SynIC up (hv_vmbus in Linux)." },
    { NULL, OFFER_YES, true, IDENTITY_NONE,
      "The feature is offered; the refusal is about what was asked in particular. The status says "
      "what was wrong with it." },
    { NULL, OFFER_YES, false, IDENTITY_NONE, "No driver of the guest wanted it in this run." },

    /* Nobody said. */
    { NULL, OFFER_UNKNOWN, true, IDENTITY_NONE,
      "The guest never read the word that says whether it is offered." },
    { NULL, OFFER_UNKNOWN, false, IDENTITY_NONE,
      "The guest never read the word that says whether it is offered." },
    { NULL, OFFER_NONE, true, IDENTITY_NONE,
      "No bit announces these calls: the status says whether the host has them." },
    { NULL, OFFER_NONE, false, IDENTITY_NONE, "No bit announces these calls." },
};
// clang-format on
const size_t report_rule_count = sizeof(report_rules) / sizeof(report_rules[0]);

/* No guest gets by without a trap: it was not looked at. */
static bool untraced(const struct survey *survey)
{
    return survey->calls == 0 && survey->traps == 0;
}

static bool silent(const struct survey *survey)
{
    return survey->calls == 0 && survey->traps != 0;
}

static bool anonymous(const struct survey *survey)
{
    return survey->calls != 0 && !survey->identified;
}

static bool was_refused(const struct survey *survey, const char *key)
{
    size_t i = feature_find(key, strlen(key));

    return i < feature_count && survey->features[i].refused != 0;
}

/* Where what VMBus needs was refused, that is the reason, and has a line of its own. */
static bool without_contact(const struct survey *survey)
{
    return survey->identified && survey->vmbus.contact_count == 0 &&
           !was_refused(survey, "post-messages") && !was_refused(survey, "synic");
}

static bool without_answer(const struct survey *survey)
{
    return survey->vmbus.contact_count != 0 && survey->vmbus.connections == 0;
}

static bool without_channel(const struct survey *survey)
{
    return survey->vmbus.offers_asked != 0 && survey->vmbus.channel_count == 0;
}

const struct report_lack report_lacks[] = {
    { untraced, "Neither a call nor a trap was recorded",
      "The machine ran with --no-trace, which leaves only what the host did, or had hardly begun: "
      "what the guest did is not known." },
    { silent, "The guest made no call at all",
      "Linux looks for Hyper-V in ACPI's FADT (hypervisor id \"MsHyperV\"), from 6.16 on by the "
      "vendor UID of SMCCC as well. A guest that was booted with a device tree, with acpi=off, or "
      "built without CONFIG_HYPERV does not find it. Firmware or loader may also have stopped "
      "before the kernel ran." },
    { anonymous, "The guest never set GuestOsId",
      "Calls but the early ones are refused until it is set, by HvCallSetVpRegisters." },
    { without_contact, "The guest never made contact with VMBus",
      "The module hv_vmbus is not loaded, or it found no VMBus device in ACPI." },
    { without_answer, "VMBus was asked for, and never connected",
      "INITIATE_CONTACT was refused, or proposed versions only that the host does not speak." },
    { without_channel, "Devices of VMBus were asked for, and none was opened",
      "The drivers of the offered devices are not loaded: hv_utils for heartbeat, shutdown and "
      "time synchronisation." },
};
const size_t report_lack_count = sizeof(report_lacks) / sizeof(report_lacks[0]);

enum report_offer report_offer(const struct survey *survey, size_t feature)
{
    const struct feature *row = &features[feature];
    bool privileges = row->word == FEATURE_PRIVILEGES || row->word == FEATURE_FEATURES;

    if (row->word == FEATURE_UNANNOUNCED) {
        return OFFER_NONE;
    }
    if (privileges ? !survey->told_privileges : !survey->told_hints) {
        return OFFER_UNKNOWN;
    }
    return feature_offered(row, &survey->privileges, &survey->hints) ? OFFER_YES : OFFER_NO;
}

const char *report_why(const struct survey *survey, size_t feature)
{
    enum report_offer offer = report_offer(survey, feature);
    bool refused = survey->features[feature].refused != 0;
    enum identity_system system = identity_system(survey->guest_os_id);

    for (size_t i = 0; i < report_rule_count; i++) {
        const struct report_rule *rule = &report_rules[i];
        if ((rule->feature == NULL || strcmp(rule->feature, features[feature].key) == 0) &&
            rule->offer == offer && rule->refused == refused &&
            (rule->system == IDENTITY_NONE || rule->system == system)) {
            return rule->why;
        }
    }
    return "";
}
