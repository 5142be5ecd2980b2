/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* GuestOsId and the discovery registers as text. */

#include "tools/identity.h"

#include <inttypes.h>
#include <stddef.h>

#include <hv/privilege.h>
#include <hv/registers.h>

#include "tools/features.h"

/* GuestOsId of open source systems: type, version and build. */
#define OPEN_SOURCE (UINT64_C(1) << 63)
#define OPEN_TYPE(id) (((id) >> 56) & 0x7f)
#define OPEN_VERSION(id) (((id) >> 16) & 0xffffffff)
#define OPEN_TYPE_LINUX 1u
#define OPEN_TYPE_FREEBSD 2u

/* And of others: vendor, system, version. */
#define VENDOR(id) (((id) >> 48) & 0x7fff)
#define VENDOR_MICROSOFT 1u
#define VENDOR_SYSTEM(id) (((id) >> 40) & 0xff)
#define VENDOR_SYSTEM_NT 4u

static const char *const open_types[] = {
    [OPEN_TYPE_LINUX] = "Linux", [OPEN_TYPE_FREEBSD] = "FreeBSD", [3] = "Xen", [4] = "Illumos"
};
static const char *const microsoft_systems[] = { "Microsoft system", "MS-DOS",     "Windows 3.x",
                                                 "Windows 9x",       "Windows NT", "Windows CE" };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum identity_system identity_system(uint64_t guest_os_id)
{
    if (guest_os_id == 0) {
        return IDENTITY_NONE;
    }
    if ((guest_os_id & OPEN_SOURCE) != 0) {
        return OPEN_TYPE(guest_os_id) == OPEN_TYPE_LINUX     ? IDENTITY_LINUX
               : OPEN_TYPE(guest_os_id) == OPEN_TYPE_FREEBSD ? IDENTITY_FREEBSD
                                                             : IDENTITY_OTHER;
    }
    return VENDOR(guest_os_id) == VENDOR_MICROSOFT && VENDOR_SYSTEM(guest_os_id) == VENDOR_SYSTEM_NT
               ? IDENTITY_WINDOWS
               : IDENTITY_OTHER;
}

/* Linux gives LINUX_VERSION_CODE, FreeBSD __FreeBSD_version. */
static void open_source_guest(FILE *out, uint64_t id)
{
    uint64_t type = OPEN_TYPE(id), version = OPEN_VERSION(id);

    if (type == OPEN_TYPE_LINUX) {
        fprintf(out, "Linux %" PRIu64 ".%" PRIu64 ".%" PRIu64, version >> 16, (version >> 8) & 0xff,
                version & 0xff);
    } else if (type == OPEN_TYPE_FREEBSD) {
        fprintf(out, "FreeBSD %" PRIu64 ".%" PRIu64 " (%" PRIu64 ")", version / 100000,
                version / 1000 % 100, version);
    } else if (type < COUNT(open_types) && open_types[type] != NULL) {
        fprintf(out, "%s, version 0x%" PRIx64, open_types[type], version);
    } else {
        fprintf(out, "open source system of type %" PRIu64 ", version 0x%" PRIx64, type, version);
    }
}

void identity_guest(FILE *out, uint64_t guest_os_id)
{
    uint64_t system = VENDOR_SYSTEM(guest_os_id);

    if (guest_os_id == 0) {
        fputs("a guest that never said what it is", out);
    } else if ((guest_os_id & OPEN_SOURCE) != 0) {
        open_source_guest(out, guest_os_id);
    } else if (VENDOR(guest_os_id) == VENDOR_MICROSOFT && system < COUNT(microsoft_systems)) {
        fprintf(out, "%s %" PRIu64 ".%" PRIu64, microsoft_systems[system],
                (guest_os_id >> 32) & 0xff, (guest_os_id >> 24) & 0xff);
        if (((guest_os_id >> 16) & 0xff) != 0) {
            fprintf(out, ", service version %" PRIu64, (guest_os_id >> 16) & 0xff);
        }
        fprintf(out, ", build %" PRIu64, guest_os_id & 0xffff);
    } else {
        fprintf(out, "system 0x%02" PRIx64 " of vendor 0x%04" PRIx64, system, VENDOR(guest_os_id));
    }
}

void identity_hypervisor(FILE *out, const struct hv_register_value *version)
{
    fprintf(out, "%" PRIu64 ".%" PRIu64 ".%" PRIu64, version->low >> 48,
            (version->low >> 32) & 0xffff, version->low & 0xffffffff);
}

/* The features that a word announces, by name. */
static void announced(FILE *out, const struct hv_register_value *privileges,
                      const struct hv_register_value *hints)
{
    const char *separator = "";

    for (size_t i = 0; i < feature_count; i++) {
        bool in_privileges =
            features[i].word == FEATURE_PRIVILEGES || features[i].word == FEATURE_FEATURES;
        if (in_privileges == (privileges != NULL) &&
            feature_offered(&features[i], privileges, hints)) {
            fprintf(out, "%s%s", separator, features[i].name);
            separator = ", ";
        }
    }
    fputs(*separator == '\0' ? "nothing" : "", out);
}

bool identity_register(FILE *out, uint32_t name, const struct hv_register_value *value)
{
    switch (name) {
    case HV_REGISTER_GUEST_OS_ID:
        identity_guest(out, value->low);
        return true;
    case HV_REGISTER_HYPERVISOR_VERSION:
        fputs("version ", out);
        identity_hypervisor(out, value);
        return true;
    case HV_REGISTER_PRIVILEGES_AND_FEATURES_INFO:
        announced(out, value, NULL);
        return true;
    case HV_REGISTER_FEATURES_INFO:
        announced(out, NULL, value);
        return true;
    case HV_REGISTER_IMPLEMENTATION_LIMITS_INFO:
        fprintf(out, "at most %" PRIu64 " virtual processors", value->low & 0xffffffff);
        return true;
    case HV_REGISTER_GUEST_CRASH_CTL:
        fprintf(out, "crashes can be told%s",
                (value->low & HV_CRASH_CTL_MESSAGE) != 0 ? ", with a message" : "");
        return true;
    default:
        return false;
    }
}
