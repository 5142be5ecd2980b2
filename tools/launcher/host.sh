# shellcheck shell=sh disable=SC2034,SC2154 # shares variables with hvshim-boot
# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Part of hvshim-boot: what it needs of the machine it runs on: QEMU, a processor model that QEMU
# has, firmware, a place for the guest's RAM, files to write. Needs die().

qemu_oldest='7 2'

# QEMU there and new enough.
check_qemu()
{
    command -v "$qemu" >/dev/null ||
        die "$qemu is not installed; install Debian's package qemu-system-arm"
    version=$("$qemu" --version 2>/dev/null | sed -n '1s/^QEMU emulator version \([0-9.]*\).*/\1/p')
    major=${version%%.*}
    minor=${version#*.}
    minor=${minor%%.*}
    [ -n "$version" ] || die "$qemu does not say its version; is it QEMU?"
    # shellcheck disable=SC2086 # two words
    set -- $qemu_oldest
    if [ "$major" -lt "$1" ] || { [ "$major" -eq "$1" ] && [ "${minor:-0}" -lt "$2" ]; }; then
        die "$qemu is version $version; hvshim needs $1.$2 or later"
    fi
}

# Processor model $1 known, 64-bit, and not the host's own (which has no EL2 under emulation).
check_cpu_model()
{
    model=${1%%,*}
    [ "$model" != cortex-a57 ] || return 0 # the default; every QEMU that is new enough has it
    "$qemu" -cpu help | awk -v model="$model" '$1 == model { found = 1 } END { exit !found }' ||
        die "unknown processor model '$model'; '$qemu -cpu help' lists them"
    case $model in
    host) die "processor model 'host' has no EL2 here; use max" ;;
    arm* | cortex-m* | cortex-r* | cortex-a[789] | cortex-a1[57] | pxa* | sa1* | ti925t)
        die "processor model '$model' has no 64-bit EL2; try cortex-a57, neoverse-n1 or max"
        ;;
    esac
}

# Finds the UEFI firmware: sets $firmware_code and $firmware_vars.
find_firmware()
{
    for folder in "${HVSHIM_FIRMWARE:-/usr/share/AAVMF}" /usr/share/edk2/aarch64; do
        for pair in AAVMF_CODE.no-secboot.fd:AAVMF_VARS.fd AAVMF_CODE.fd:AAVMF_VARS.fd \
            QEMU_EFI-pflash.raw:vars-template-pflash.raw; do
            firmware_code=$folder/${pair%%:*}
            firmware_vars=$folder/${pair#*:}
            if [ -r "$firmware_code" ] && [ -r "$firmware_vars" ]; then
                return
            fi
        done
        [ -z "${HVSHIM_FIRMWARE:-}" ] ||
            die "no AAVMF_CODE.fd and AAVMF_VARS.fd in $HVSHIM_FIRMWARE (HVSHIM_FIRMWARE)"
    done
    die "no UEFI firmware for arm64; install Debian's package qemu-efi-aarch64"
}

# Memory size $1 as people write it, in MiB: sets $memory.
check_memory()
{
    case $1 in
    *[!0-9KkMmGgTt]* | '' | [!0-9]* | *[KkMmGgTt]?*) bad_memory "$1" ;;
    esac
    number=${1%[KkMmGgTt]}
    number=$(printf '%s' "$number" | sed 's/^0*//')
    if [ "${#number}" -gt 12 ]; then
        bad_memory "$1"
    fi
    case $1 in
    *[Kk]) memory=$((number / 1024)) ;;
    *[Gg]) memory=$((number * 1024)) ;;
    *[Tt]) memory=$((number * 1024 * 1024)) ;;
    *) memory=$((number)) ;;
    esac
    [ "$memory" -ge 256 ] || die "--memory $1 is too little; the least is 256M"
    [ "$memory" -le 261120 ] || die "--memory $1 is too much; the most is 255G"
}

bad_memory()
{
    die "--memory takes a size such as 512M or 4G, not '$1'"
}

# Makes a private folder that has room for $memory MiB: sets $scratch. In memory if there is room.
make_scratch()
{
    tried=
    set -- /dev/shm "${TMPDIR:-/tmp}" /var/tmp
    [ -z "${HVSHIM_TMP:-}" ] || set -- "$HVSHIM_TMP"
    for folder in "$@"; do
        if [ ! -d "$folder" ] || [ ! -w "$folder" ]; then
            continue
        fi
        room=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1024) }')
        tried="$tried $folder (${room} MiB)"
        if [ "$room" -ge $((memory + 128)) ]; then
            scratch=$(mktemp -d "$folder/hvshim.XXXXXX") || die "cannot make a folder in $folder"
            return
        fi
    done
    die "no room for $memory MiB of guest memory in:$tried; use less --memory or set HVSHIM_TMP"
}

# A file to write, if there is to be one: $1 what it is, $2 its path. What is in it stays until the
# machine is started, and it is none of the files that the machine is to read ($3...).
check_output()
{
    [ -n "$2" ] || return 0
    what=$1 output=$2
    shift 2
    for input in "$@"; do
        [ ! "$input" -ef "$output" ] || die "the $what $output would replace a file that is read"
    done
    (: >>"$output") 2>/dev/null || die "cannot write the $what $output"
}

# Features $1 that are to be withheld, if any, known: sets $withheld to their bits.
check_features()
{
    withheld=
    [ -n "$1" ] || return 0
    [ -x "$hvtrace" ] || die "$hvtrace is missing; $remedy"
    withheld=$("$hvtrace" features "$1" 2>&1) || die "--without: $withheld"
}
