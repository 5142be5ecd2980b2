/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Runs the tests of the image and reports them in the Test Anything Protocol. */

#include "internal.h"
#include "psci.h"

#define SHOWN_PER_TEST 6u

static uint32_t failed; /* expectations of the present test; any processor adds */
static const char *skipped;
static const char *context;
static uint64_t context_value;

static bool failure_is_shown(const char *text, const char *file, int line)
{
    if (__atomic_add_fetch(&failed, 1, __ATOMIC_RELAXED) > SHOWN_PER_TEST) {
        return false;
    }
    print("# ");
    print(file);
    print(":");
    print_decimal((uint64_t)line);
    print(": ");
    print(text);
    if (context != NULL) {
        print(" [");
        print(context);
        print(" ");
        print_hex(context_value);
        print("]");
    }
    return true;
}

bool expect(bool holds, const char *text, const char *file, int line)
{
    if (!holds && failure_is_shown(text, file, line)) {
        print("\n");
    }
    return holds;
}

bool expect_equal(uint64_t actual, uint64_t wanted, const char *text, const char *file, int line)
{
    if (actual != wanted && failure_is_shown(text, file, line)) {
        print(" is ");
        print_hex(actual);
        print(", not ");
        print_hex(wanted);
        print("\n");
    }
    return actual == wanted;
}

void expect_context(const char *what, uint64_t value)
{
    context = what;
    context_value = value;
}

void test_skip(const char *why)
{
    skipped = why;
}

static void power_off(void)
{
    psci(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) {
        __asm__ volatile("wfi");
    }
}

void bail_out(const char *why)
{
    print("Bail out! ");
    print(why);
    print("\n");
    power_off();
    __builtin_unreachable();
}

static void run(uint32_t number, const struct test *test)
{
    failed = 0;
    skipped = NULL;
    context = NULL;
    test->run();
    print(failed != 0 ? "not ok " : "ok ");
    print_decimal(number);
    print(" - ");
    print(test->name);
    if (skipped != NULL) {
        print(" # SKIP ");
        print(skipped);
    }
    print("\n");
}

void tests_run(void)
{
    uint32_t number = 0;

    for (const struct test *test = tests; test->name != NULL; test++) {
        run(++number, test);
    }
    print("1..");
    print_decimal(number);
    print("\n");
    power_off();
}
