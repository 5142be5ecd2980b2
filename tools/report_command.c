/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* `hvtrace report` and `hvtrace features`, and reading a whole trace. */

#include "tools/report_command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/report.h"
#include "tools/trace_reader.h"

#define PREFIX "hvtrace: "

static const char report_usage[] =
    "Usage: hvtrace report [-o FILE] TRACE\n"
    "\n"
    "Writes a page about the guest behind a trace: one HTML file, on standard output or to FILE.\n"
    "TRACE is a RAM file of hvshim-boot (HVSHIM_RAM) or another trace that hvtrace reads.\n"
    "\n"
    "Exit status: 0, or 2 when the trace is damaged or absent. Of a damaged trace, the page tells\n"
    "what could be read.\n";

static const char features_usage[] = "Usage: hvtrace features\n"
                                     "       hvtrace features KEY[,KEY...]\n"
                                     "\n"
                                     "Lists the features of the interface: the key, the TLFS's "
                                     "name, what it is good for. With keys,\n"
                                     "prints their bits of HvRegisterPrivilegesAndFeaturesInfo, as "
                                     "hvshim-boot --without wants them.\n";

bool command_run(int argc, char **argv, int *status)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {
        { "report", report_command },
        { "diff", diff_command },
        { "features", features_command },
    };

    for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            *status = commands[i].run(argc - 1, argv + 1);
            return true;
        }
    }
    return false;
}

bool command_overwrites(const char *trace, const char *output)
{
    struct stat one, other;

    if (output == NULL || strcmp(output, "-") == 0 || stat(trace, &one) != 0 ||
        stat(output, &other) != 0 || one.st_dev != other.st_dev || one.st_ino != other.st_ino) {
        return false;
    }
    fprintf(stderr, PREFIX "%s is the trace itself: write somewhere else\n", output);
    return true;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* All that the rings hold, or the file. */
static enum trace_result read_records(struct survey *survey, struct trace_reader *reader)
{
    struct shim_trace_record record;
    enum trace_result result;

    for (;;) {
        result = trace_poll(reader);
        while (result != TRACE_DAMAGED && trace_take(reader, true, &record)) {
            survey_note(survey, &record);
        }
        if (result == TRACE_RESTARTED) {
            survey_reset(survey);
        } else if (!reader->saved.restarted) {
            break;
        }
    }
    survey->outcome.exit_reason = reader->exit_seen;
    survey->dropped = reader->dropped;
    return result == TRACE_OK ? trace_complete(reader) : result;
}

enum survey_read survey_read(struct survey *survey, const char *path)
{
    static char damage[sizeof(((struct trace_reader *)NULL)->why)];
    struct trace_reader reader;
    enum trace_result result = trace_open(&reader, path);

    if (result != TRACE_OK) {
        fprintf(stderr, PREFIX "%s: %s\n", path, reader.why);
        return SURVEY_READ_NOTHING;
    }
    if (!survey_init(survey)) {
        fprintf(stderr, PREFIX "%s: out of memory\n", path);
        trace_close(&reader);
        return SURVEY_READ_NOTHING;
    }
    result = read_records(survey, &reader);
    if (result == TRACE_DAMAGED) {
        fprintf(stderr, PREFIX "%s: %s\n", path, reader.why);
        memcpy(damage, reader.why, sizeof(damage));
        survey->damage = damage;
    }
    trace_close(&reader);
    return result == TRACE_DAMAGED ? SURVEY_READ_PART : SURVEY_READ_ALL;
}

int report_command(int argc, char **argv)
{
    static struct survey survey;
    const char *to = "-";
    int i = 1;

    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "-o") == 0 && i + 1 < argc) {
            to = argv[++i];
        } else if (strcmp(argv[i], "-o") == 0) {
            fputs(PREFIX "-o needs a value; see hvtrace report --help\n", stderr);
            return OUTCOME_SETUP;
        } else if (is_help(argv[i])) {
            fputs(report_usage, stdout);
            return 0;
        } else {
            fprintf(stderr, PREFIX "unknown option %s; see hvtrace report --help\n", argv[i]);
            return OUTCOME_SETUP;
        }
    }
    if (i != argc - 1) {
        fputs(PREFIX "one trace, please; see hvtrace report --help\n", stderr);
        return OUTCOME_SETUP;
    }
    if (command_overwrites(argv[i], to)) {
        return OUTCOME_SETUP;
    }
    enum survey_read read = survey_read(&survey, argv[i]);
    if (read == SURVEY_READ_NOTHING) {
        return OUTCOME_SETUP;
    }
    bool saved = report_save(to, &survey, argv[i], PREFIX);
    survey_free(&survey);
    return saved && read == SURVEY_READ_ALL ? 0 : OUTCOME_SETUP;
}

int features_command(int argc, char **argv)
{
    struct hv_register_value mask;
    char why[96];

    if (argc == 1) {
        for (size_t i = 0; i < feature_count; i++) {
            printf("%-18s %-32s %s\n", features[i].key, features[i].name, features[i].about);
        }
        return ferror(stdout) != 0 ? OUTCOME_SETUP : 0;
    }
    if (argc != 2 || is_help(argv[1])) {
        fputs(features_usage, argc == 2 ? stdout : stderr);
        return argc == 2 ? 0 : OUTCOME_SETUP;
    }
    if (!feature_mask(argv[1], &mask, why, sizeof(why))) {
        fprintf(stderr, "%s; 'hvtrace features' lists them\n", why);
        return OUTCOME_SETUP;
    }
    printf("%016" PRIx64 "%016" PRIx64 "\n", mask.high, mask.low);
    return 0;
}
