/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* Runs a harness without a fuzzer around it: on files (a corpus, a finding), or on random bytes as
 * fast as the machine can. Inputs of the latter are numbered, and the same in every run.
 *
 *   fuzz_X FILE...                   each file once
 *   fuzz_X --runs N [--from N]       inputs number FROM to FROM + N
 *   fuzz_X --seconds N [--from N]    as many as there is time for
 *
 * A finding leaves its input in ./finding-HARNESS and ends the program. */

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cursor.h"

#define INPUT_MAX 512u
#define FILE_MAX (1u << 20)

static const char *program;
static const uint8_t *input;
static size_t input_size;

/* Writes down what was being run. Only calls that signal handlers may make. */
static void on_finding(int number)
{
    static const char text[] = "The input is in ";
    static char name[256] = "finding-";
    const char *base = strrchr(program, '/');

    strncat(name, base != NULL ? base + 1 : program, 200);
    int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);

    if (file >= 0) {
        (void)!write(file, input, input_size);
        close(file);
    }
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    (void)!write(STDERR_FILENO, name, strlen(name));
    (void)!write(STDERR_FILENO, "\n", 1);
    signal(number, SIG_DFL);
    raise(number);
}

static void run(const uint8_t *data, size_t size)
{
    input = data;
    input_size = size;
    LLVMFuzzerTestOneInput(data, size);
}

static int run_file(const char *name)
{
    static uint8_t data[FILE_MAX];
    FILE *file = fopen(name, "rb");

    if (file == NULL) {
        perror(name);
        return 2;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    run(data, size);
    return 0;
}

/* Input number `index`: mostly short ones, sometimes with long runs of one byte. */
static size_t make_input(uint64_t index, uint8_t *data)
{
    uint64_t state = index * UINT64_C(0x9e3779b97f4a7c15) + 1;
    size_t size;

    state ^= state >> 30;
    state *= UINT64_C(0xbf58476d1ce4e5b9);
    state ^= state >> 27;
    state |= 1;
    size = 64 + (state >> 40) % (index % 8 == 0 ? INPUT_MAX - 64 : 64);
    for (size_t i = 0; i < size; i += 8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        memcpy(data + i, &state, 8);
    }
    return size;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void run_random(uint64_t from, uint64_t runs, double seconds)
{
    static uint8_t data[INPUT_MAX + 8];
    double started = now();
    uint64_t done = 0;

    while (done < runs && (done % 1024 != 0 || now() - started < seconds)) {
        run(data, make_input(from + done, data));
        done++;
    }
    printf("%s: %" PRIu64 " runs from number %" PRIu64 ", %.1f s, %.0f runs/s, no finding\n",
           program, done, from, now() - started, (double)done / (now() - started));
}

int main(int count, char **arguments)
{
    uint64_t from = 0, runs = UINT64_MAX;
    double seconds = 1e18;
    int files = 0;

    program = arguments[0];
    signal(SIGABRT, on_finding);
    signal(SIGSEGV, on_finding);
    signal(SIGILL, on_finding);
    for (int i = 1; i < count; i++) {
        bool option = strncmp(arguments[i], "--", 2) == 0;

        if (option && i + 1 == count) {
            fprintf(stderr, "%s: %s needs a number\n", program, arguments[i]);
            return 2;
        }
        if (strcmp(arguments[i], "--runs") == 0) {
            runs = strtoull(arguments[++i], NULL, 0);
        } else if (strcmp(arguments[i], "--from") == 0) {
            from = strtoull(arguments[++i], NULL, 0);
        } else if (strcmp(arguments[i], "--seconds") == 0) {
            seconds = strtod(arguments[++i], NULL);
        } else if (option) {
            fprintf(stderr, "%s: unknown option %s\n", program, arguments[i]);
            return 2;
        } else {
            files++;
            if (run_file(arguments[i]) != 0) {
                return 2;
            }
        }
    }
    if (files != 0) {
        printf("%s: %d files, no finding\n", program, files);
    } else {
        run_random(from, runs, seconds);
    }
    return 0;
}
