/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Host ops: all that the library asks of the hypervisor around it.
 *
 * Every op gets `host`, the pointer of the partition's configuration; ops about a processor also
 * get `host_vp`, the pointer that shim_vp_init() was given. Ops are called from inside shim_hvc(),
 * shim_smc(), shim_message_send() and shim_vp_poll(), on whatever processor called these, for
 * different VPs at the same time. They must not block and must not call back into the library for
 * the same VP.
 *
 * Mandatory ops are refused at init when NULL. An optional op that is NULL takes its privilege and
 * feature bits with it: the guest is told that it does not have the feature. */

#ifndef SHIM_HOST_H
#define SHIM_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hv/extended.h>
#include <hv/message.h>
#include <hv/processor.h>
#include <hv/registers.h>
#include <hv/status.h>
#include <hv/types.h>

#include <shim/trace.h>

/* What a guest says when it crashes (TLFS partition-properties, "Guest Crash Enlightenment"). */
struct shim_crash {
    uint64_t parameter[HV_CRASH_PARAMETERS]; /* HvRegisterGuestCrashP0..P4 */
    uint64_t control;                        /* HvRegisterGuestCrashCtl as written */
    const char *message; /* private copy, not terminated; NULL when there is none */
    size_t message_size; /* bytes, at most 4096 */
};

struct shim_host_ops {
    /* Mandatory. Copies guest memory into `to`. `size` is 1..4096 bytes; the range never wraps and
     * never crosses a 4 KiB page. Naturally aligned accesses of 1, 2, 4 and 8 bytes are single
     * accesses. All or nothing: false, and nothing read, unless every byte is RAM of this guest. */
    bool (*gpa_read)(void *host, uint64_t gpa, void *to, size_t size);

    /* Mandatory. Like gpa_read, towards guest memory. False, and nothing written, unless the guest
     * itself could write every byte as RAM: not ROM, not a device, not the host's own memory. */
    bool (*gpa_write)(void *host, uint64_t gpa, const void *from, size_t size);

    /* Optional, makes the compact convention cheap: the page of guest memory at `gpa`, which is
     * aligned to 4 KiB, as a pointer that stays valid until page_unpin() has been called with it as
     * often as page_pin() returned it. NULL unless the guest itself could read and write all of it
     * as RAM. A VP pins the page that it spills to, from SPILL_ATTACH to the next one or the VP's
     * reset; without this op each use of the page is a gpa_read or gpa_write. */
    void *(*page_pin)(void *host, uint64_t gpa);

    /* Optional: NULL where pages never move or go away. */
    void (*page_unpin)(void *host, void *page);

    /* Mandatory. Partition reference time in units of 100 ns: 0 when the partition is made, the
     * same on all VPs, never backwards (TLFS timers, "Reference Counter"). */
    uint64_t (*reference_time)(void *host);

    /* Optional: without it a rep call runs to its end. How many further elements of a rep call may
     * be done now, after `done` in this entry (0 at its start); asked again when these are done. 0
     * pauses the call, though never before its first element: the guest re-executes it and may take
     * interrupts before. */
    uint32_t (*rep_budget)(void *host, void *host_vp, uint32_t done);

    /* Optional: HvRegisterVpRuntime. Time the VP ran, guest and hypervisor, idle left out; 100 ns.
     */
    uint64_t (*vp_runtime)(void *host, void *host_vp);

    /* Optional: HvCallNotifyLongSpinWait. A hint that this VP waits for another one. */
    void (*vp_yield)(void *host, void *host_vp);

    /* Optional, wanted by messages, events, timers and IPIs: make the INTID (0..15 an SGI, 16..31 a
     * PPI) pending on this VP, as an edge, and wake it from WFI. A VP that is off ignores it. What
     * was written to guest memory before must be visible to a guest that takes the interrupt.
     * Called on any VP and in the delivery context. */
    void (*interrupt_assert)(void *host, void *host_vp, uint32_t intid);

    /* Optional, wanted by messages and timers: shim_vp_poll() has work for this VP (the guest wrote
     * EOM, enabled its SynIC, or set a timer). Called in shim_hvc(); the host runs the poll in its
     * delivery context. A request that comes while a poll runs is about another one: take the
     * request back before the poll starts, and let the poll see all that came before it. */
    void (*poll_wanted)(void *host, void *host_vp);

    /* Optional, wanted by events: atomically set bit `bit` (0..7) of the byte of guest memory at
     * `gpa` and say whether it was set. False, and nothing changed, unless the guest itself could
     * write the byte as RAM. Must end whatever the guest does to the byte meanwhile. */
    bool (*gpa_set_bit)(void *host, uint64_t gpa, uint32_t bit, bool *was_set);

    /* Optional: HvCallStartVirtualProcessor. Start this VP at EL1h, DAIF masked, in the given
     * state, everything else as PSCI CPU_ON leaves it: HV_STATUS_SUCCESS, or INVALID_VP_STATE when
     * it is not off, or INVALID_REGISTER_VALUE for a state that the host can't enter: reserved
     * bits of a system register, big-endian, an entry that is not RAM while SCTLR_EL1.M is 0. */
    hv_status_t (*vp_start)(void *host, void *host_vp, const struct hv_initial_vp_context *context);

    /* Optional: HvCallGetVpIndexFromApicId. MPIDR_EL1 of this VP; only affinity fields are used. */
    uint64_t (*vp_mpidr)(void *host, void *host_vp);

    /* Optional: the flush calls. All of this guest's stage 1 translations (and with `stage2` those
     * of stage 2, which the guest can't otherwise reach) are gone from all processors on return. */
    void (*tlb_flush)(void *host, bool stage2);

    /* Optional: HvCallTranslateVirtualAddress. Translates `gva` in the present state of this VP,
     * which is the calling one. `flags` are HV_TRANSLATE_GVA_*, already checked. Fills all of
     * `result`. */
    void (*translate_gva)(void *host, void *host_vp, uint64_t gva, uint64_t flags,
                          struct hv_translate_gva_result *result);

    /* Optional: HvExtCallGetBootZeroedMemory. Pages (4 KiB) that read as zero now: up to `count`
     * ranges into `ranges`; returns how many. */
    uint32_t (*boot_zeroed)(void *host, struct hv_zeroed_range *ranges, uint32_t count);

    /* Optional: HvExtCallMemoryHeatHint. `pages` 4 KiB pages from `gpa` on, RAM or not, are of
     * HV_MEMORY_HEAT_*. A hint: doing nothing is right. */
    void (*memory_heat)(void *host, uint32_t heat, uint64_t gpa, uint64_t pages);

    /* Optional: HvCallOutputDebugCharacter. */
    void (*debug_character)(void *host, void *host_vp, uint8_t character);

    /* Optional: the crash registers. The guest goes on afterwards. */
    void (*guest_crash)(void *host, void *host_vp, const struct shim_crash *crash);

    /* Optional: GuestOsId was written. Who writes it was just started, a loader, a kernel or the
     * next kernel (kexec), and knows nothing of what its predecessor had going on with the host. */
    void (*guest_identified)(void *host, void *host_vp, uint64_t guest_os_id);

    /* Optional, for traces: something happened to this VP besides its calls, and two words about it
     * (SHIM_EVENT_DELIVERED, SHIM_EVENT_TIMER). May come on any processor. */
    void (*trace)(void *host, void *host_vp, enum shim_trace_event event, uint64_t first,
                  uint64_t second);
};

#endif
