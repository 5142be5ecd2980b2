/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Why guests leave features alone: what usually explains it, as data. A report says itself what a
 * trace shows; a rule adds the reason, which no trace can. */

#ifndef TOOLS_REPORT_RULES_H
#define TOOLS_REPORT_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/identity.h"
#include "tools/survey.h"

/* What a trace shows of a feature's offer. */
enum report_offer {
    OFFER_YES,
    OFFER_NO,
    OFFER_UNKNOWN, /* the guest never read the word that would say */
    OFFER_NONE,    /* no word says */
};

enum report_offer report_offer(const struct survey *survey, size_t feature);

/* A feature that was not used, or refused. */
struct report_rule {
    const char *feature; /* key; NULL: any */
    enum report_offer offer;
    bool refused;                /* calls behind it were refused */
    enum identity_system system; /* IDENTITY_NONE: any */
    const char *why;
};

/* A service of which the guest made nothing. */
struct report_lack {
    bool (*holds)(const struct survey *survey);
    const char *finding;
    const char *why;
};

/* In this order; the first that fits counts. The last ones fit any feature. */
extern const struct report_rule report_rules[];
extern const size_t report_rule_count;

extern const struct report_lack report_lacks[];
extern const size_t report_lack_count;

/* The reason for feature number `feature`. */
const char *report_why(const struct survey *survey, size_t feature);

#endif
