# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# What the Linux tests share: TAP, booting a fetched guest, and saying what a run must have shown.

# shellcheck disable=SC2034,SC2154 # shares variables with its user
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$PWD/$build ;;
esac
export HVSHIM_BUILD="$build"
boot_program=${HVSHIM_BOOT:-tools/hvshim-boot}
work=$(mktemp -d "${TMPDIR:-/tmp}/hvshim-test.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
count=0
failures=0

# begin NAME: what `finish` reports on.
begin()
{
    test_name=$1
    complaints=
}

complain()
{
    complaints="$complaints
#   $*"
}

finish()
{
    count=$((count + 1))
    if [ -z "$complaints" ]; then
        echo "ok $count - $test_name"
    else
        failures=$((failures + 1))
        echo "not ok $count - $test_name$complaints"
        sed 's/^/# console: /' "$work/console" | tail -n 15
        sed 's/^/# message: /' "$work/messages" | tail -n 5
    fi
}

skip()
{
    count=$((count + 1))
    echo "ok $count - $1 # SKIP $2"
}

plan()
{
    echo "1..$count"
    [ "$failures" -eq 0 ]
}

# run ARGUMENT...: the launcher, its output kept in $work/console and messages, status in $status.
run()
{
    timeout -k 5 "${limit:-170}" "$boot_program" "$@" </dev/null >"$work/console" 2>"$work/messages"
    status=$?
}

# boot_guest KERNEL APPEND ARGUMENT...: a fetched kernel with the small guest's RAM disk.
boot_guest()
{
    kernel=$1
    append=$2
    shift 2
    rm -f "$work/log" "$work/report.html"
    run --kernel "$build/guest/$kernel/vmlinuz" --initrd "$build/guest/$kernel/initrd-test.gz" \
        --append "console=ttyAMA0 $append" --log "$work/log" --report "$work/report.html" \
        --timeout 120 "$@"
}

# start_guest KERNEL APPEND ARGUMENT...: the same, and does not wait for its end.
start_guest()
{
    kernel=$1
    append=$2
    shift 2
    rm -f "$work/log"
    "$boot_program" --kernel "$build/guest/$kernel/vmlinuz" \
        --initrd "$build/guest/$kernel/initrd-test.gz" --append "console=ttyAMA0 $append" \
        --log "$work/log" --timeout 120 "$@" </dev/null >"$work/console" 2>"$work/messages" &
    launcher=$!
}

# wait_console TEXT: until the guest that was started says so, or has ended.
wait_console()
{
    until grep -qF -- "$1" "$work/console"; do
        kill -0 "$launcher" 2>/dev/null || return
        sleep 0.2
    done
}

# end_guest: SIGTERM to the launcher; its exit status in $status.
end_guest()
{
    kill -TERM "$launcher" 2>/dev/null
    wait "$launcher"
    status=$?
}

# expect_beats N: at least N heartbeats were answered, none was lost.
expect_beats()
{
    beats=$(sed -n 's/.*event BEATS sent=[0-9]* //p' "$work/log" | tail -n 1)
    answered=${beats#answered=}
    [ "${answered%% *}" -ge "$1" ] 2>/dev/null || complain "heartbeats: '$beats', wanted $1"
    case $beats in
    *' lost=0') ;;
    *) complain "heartbeats were lost: '$beats'" ;;
    esac
}

expect_status()
{
    [ "$status" -eq "$1" ] || complain "exit status $status instead of $1"
}

# expect_console TEXT..., expect_log TEXT...: each fixed string is somewhere in there.
expect_console()
{
    for text in "$@"; do
        grep -qF -- "$text" "$work/console" || complain "the console lacks '$text'"
    done
}

expect_message()
{
    for text in "$@"; do
        grep -qF -- "$text" "$work/messages" || complain "no message says '$text'"
    done
}

expect_no_console()
{
    for text in "$@"; do
        ! grep -qF -- "$text" "$work/console" || complain "the console has '$text'"
    done
}

# A kernel without complaints of its own.
expect_healthy()
{
    expect_no_console 'BUG:' 'WARNING:' 'Oops' 'Call trace' 'Unable to handle' 'rcu: INFO'
}

# expect_calls FILE: the log's lines contain these, in this order (others may be between them).
expect_calls()
{
    missing=$(awk '
        NR == FNR { wanted[++count] = $0; next }
        next_one < count && index($0, wanted[next_one + 1]) { next_one++ }
        END { if (next_one < count) print wanted[next_one + 1] }
    ' "$1" "$work/log")
    [ -z "$missing" ] || complain "the log lacks, in its place: $missing"
}

# expect_report TEXT...: the report says what the log does, and each TEXT.
expect_report()
{
    differences=$(tests/linux/compare-report "$work/log" "$work/report.html" 2>&1) ||
        complain "the report and the log differ: $(echo "$differences" | head -n 3)"
    for text in "$@"; do
        grep -qF -- "$text" "$work/report.html" || complain "the report lacks '$text'"
    done
}

# Little-endian 32-bit number as bytes for printf.
le32()
{
    printf '\\%03o\\%03o\\%03o\\%03o' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) \
        $(($1 >> 24 & 255))
}

# make_zboot FILE PAYLOAD FORMAT: an EFI zboot image (Linux Makefile.zboot) around the payload.
make_zboot()
{
    size=$(wc -c <"$2")
    {
        # shellcheck disable=SC2059 # the format is the data
        printf "MZ\0\0zimg$(le32 256)$(le32 "$size")\0\0\0\0\0\0\0\0$3\0"
        head -c $((60 - 24 - ${#3} - 1)) /dev/zero
        # shellcheck disable=SC2059
        printf "$(le32 64)PE\0\0\144\252\0\0"
        head -c $((256 - 64 - 8)) /dev/zero
        cat "$2"
    } >"$1"
}
