/* SPDX-License-Identifier: BSD-2-Clause-Patent */

/* A PL011 that sends to standard output, at once, and receives nothing (Arm DDI0183): what drivers
 * look at is there, the rest reads as zero. */

#include "host/kvm/monitor.h"

#include <string.h>
#include <unistd.h>

#include "host/common/board.h"

#define DR 0x000u
#define FR 0x018u
#define FR_EMPTY 0x90u /* transmitter and receiver */
#define CR 0x030u
#define IMSC 0x038u
#define RIS 0x03cu
#define MIS 0x040u
#define ICR 0x044u
#define ID_FIRST 0xfe0u
#define INTERRUPT_SENT 0x20u
#define LINE 256u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t registers[0x48 / 4]; /* as written */
static uint32_t raised;              /* RIS */
static char line[LINE];
static size_t used;

static void send(char character)
{
    line[used++] = character;
    if (character == '\n' || used == sizeof line) {
        (void)!write(STDOUT_FILENO, line, used);
        used = 0;
    }
}

static uint32_t read_register(uint32_t offset)
{
    static const uint8_t id[8] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    if (offset >= ID_FIRST) {
        return id[(offset - ID_FIRST) / 4];
    }
    switch (offset) {
    case DR:
        return 0;
    case FR:
        return FR_EMPTY;
    case RIS:
        return raised;
    case MIS:
        return raised & registers[IMSC / 4];
    default:
        return offset < sizeof registers ? registers[offset / 4] : 0;
    }
}

static void write_register(uint32_t offset, uint32_t value)
{
    if (offset == DR) {
        send((char)value);
        raised |= INTERRUPT_SENT;
    } else if (offset == ICR) {
        raised &= ~value;
    } else if (offset < sizeof registers) {
        registers[offset / 4] = value;
    }
}

bool pl011_access(uint64_t gpa, bool write, uint32_t *value)
{
    uint32_t offset = (uint32_t)(gpa - BOARD_PL011) & (PL011_SIZE - 4);
    static bool level;
    bool wanted;

    if (gpa < BOARD_PL011 || gpa - BOARD_PL011 >= PL011_SIZE) {
        return false;
    }
    pthread_mutex_lock(&lock);
    if (write) {
        write_register(offset, *value);
    } else {
        *value = read_register(offset);
    }
    wanted = (raised & registers[IMSC / 4]) != 0;
    if (wanted != level) {
        level = wanted;
        kvm_set_spi(PL011_SPI, level);
    }
    pthread_mutex_unlock(&lock);
    return true;
}
