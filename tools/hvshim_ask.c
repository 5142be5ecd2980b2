/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* hvshim-ask: asks something of a guest that runs under hvshim, as a Hyper-V host would. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/request.h"

#define UNITS_PER_SECOND 10000000
#define SECONDS_MAX 1000000000
#define TRIES 200 /* of 10 ms: the shim looks ten times a second */

static const char usage_text[] =
    "Usage: hvshim-ask RAMFILE shutdown\n"
    "       hvshim-ask RAMFILE time-sync\n"
    "       hvshim-ask RAMFILE time-step SECONDS\n"
    "\n"
    "Asks something of the guest whose RAM is in RAMFILE (HVSHIM_RAM of hvshim-boot), by VMBus's\n"
    "integration components; what it does is its own affair.\n"
    "\n"
    "  shutdown   to power off, now or as soon as it listens\n"
    "  time-sync  to set its clock to the host's time\n"
    "  time-step  makes the host's time go on (or, with -, back) by SECONDS; the guest is told\n"
    "\n"
    "Exit status: 0 the shim took it; 1 it did not within 2 s; 2 wrong usage, or no shim there.\n";

static int wrong(const char *what)
{
    fprintf(stderr, "hvshim-ask: %s; see hvshim-ask --help\n", what);
    return 2;
}

/* Seconds as 100 ns. */
static bool parse_seconds(const char *text, int64_t *units)
{
    char *end;
    long long seconds;

    errno = 0;
    seconds = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || seconds > SECONDS_MAX ||
        seconds < -SECONDS_MAX) {
        return false;
    }
    *units = seconds * UNITS_PER_SECOND;
    return true;
}

static enum shim_request parse(int argc, char **argv, int64_t *argument)
{
    if (argc == 3 && strcmp(argv[2], "shutdown") == 0) {
        return SHIM_REQUEST_SHUTDOWN;
    }
    if (argc == 3 && strcmp(argv[2], "time-sync") == 0) {
        return SHIM_REQUEST_TIME_SYNC;
    }
    if (argc == 4 && strcmp(argv[2], "time-step") == 0 && parse_seconds(argv[3], argument)) {
        return SHIM_REQUEST_TIME_STEP;
    }
    return SHIM_REQUEST_NONE;
}

static int wait_until_taken(const char *path)
{
    const struct timespec moment = { 0, 10000000 };

    for (int n = 0; n < TRIES; n++) {
        if (request_taken(path)) {
            return 0;
        }
        nanosleep(&moment, NULL);
    }
    fputs("hvshim-ask: the shim does not listen\n", stderr);
    return 1;
}

int main(int argc, char **argv)
{
    int64_t argument = 0;
    enum shim_request request;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage_text, stdout);
        return 0;
    }
    request = parse(argc, argv, &argument);
    if (request == SHIM_REQUEST_NONE) {
        return wrong("a RAM file and what to ask, please");
    }
    if (!request_write(argv[1], request, argument)) {
        fprintf(stderr, "hvshim-ask: no guest runs under hvshim in %s\n", argv[1]);
        return 2;
    }
    return wait_until_taken(argv[1]);
}
