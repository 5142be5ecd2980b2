/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Registers by which a guest tells about itself: who it is (TLFS hypercall-interface, "Reporting
 * the Guest OS Identity") and that it crashed (TLFS partition-properties, "Guest Crash
 * Enlightenment"). */

#include "dispatch/call.h"
#include "dispatch/registers.h"

/* The boot VP introduces the guest; afterwards any VP may change the id, and zero closes the
 * interface again (OpenHCL's boot loader does that before it starts its kernel). */
hv_status_t guest_os_id_set(uint64_t value, const struct hv_register *row, struct shim_vp *caller,
                            struct shim_vp *target)
{
    struct shim_partition *partition = target->partition;

    (void)row;
    if (shim_atomic_load(&partition->guest_os_id) == 0 && caller->index != 0) {
        return HV_STATUS_ACCESS_DENIED;
    }
    /* Two words: a guest that opens and closes at the same time gets either. */
    shim_atomic_store(&partition->guest_os_id, value);
    shim_atomic_store(&partition->rights,
                      partition->privileges | (value != 0 ? SHIM_NEEDS_GUEST_OS_ID : 0));
    if (partition->ops->guest_identified != NULL) {
        partition->ops->guest_identified(partition->host, caller->host_vp, value);
    }
    return HV_STATUS_SUCCESS;
}

/* Guest memory, which may cross into a second page, into `to`. */
static bool copy_message(const struct shim_partition *partition, uint64_t gpa, uint8_t *to,
                         size_t size)
{
    size_t first = HV_PAGE_SIZE - gpa % HV_PAGE_SIZE;

    if (size <= first) {
        return partition->ops->gpa_read(partition->host, gpa, to, size);
    }
    return partition->ops->gpa_read(partition->host, gpa, to, first) &&
           partition->ops->gpa_read(partition->host, gpa + first, to + first, size - first);
}

/* P3 and P4 hold where the message is and how long. One that can't be read is left out: a guest in
 * a panic is not to be failed (Linux stops for good then). */
static void find_message(struct shim_vp *vp, struct shim_crash *crash)
{
    uint64_t size = crash->parameter[4];

    if ((crash->control & HV_CRASH_CTL_MESSAGE) == 0 || size == 0 || size > HV_CRASH_MESSAGE_MAX) {
        return;
    }
    /* The output buffer is free: a set call has no output. */
    if (copy_message(vp->partition, crash->parameter[3], vp->output, size)) {
        crash->message = (const char *)vp->output;
        crash->message_size = size;
    }
}

hv_status_t guest_crash_ctl_set(uint64_t value, const struct hv_register *row,
                                struct shim_vp *caller, struct shim_vp *target)
{
    struct shim_partition *partition = target->partition;
    struct shim_crash crash = { .control = value };

    (void)row;
    if ((value & HV_CRASH_CTL_NOTIFY) == 0) {
        return HV_STATUS_SUCCESS;
    }
    for (uint32_t i = 0; i < HV_CRASH_PARAMETERS; i++) {
        crash.parameter[i] = shim_atomic_load(&partition->crash_parameter[i]);
    }
    find_message(caller, &crash);
    partition->ops->guest_crash(partition->host, caller->host_vp, &crash);
    return HV_STATUS_SUCCESS;
}
