# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# The guest's services as Debian's kernels use them: integration components, processors that come
# and go, kexec, the clock; and devices of QEMU's. Each function is a test; see lib.sh for what they
# are made of.

# shellcheck disable=SC2154 # shares variables with its user

# Integration components come up, and beats are answered for SECONDS: services KERNEL SECONDS.
services()
{
    begin "$1: integration components agree on versions; no heartbeat is lost in $2 s"
    boot_guest "$1" "hvshim.modules=hv_utils,hv_balloon hvshim.test=wait hvshim.seconds=$2"
    expect_status 0
    expect_console 'hv_utils: Heartbeat IC version 3.0' 'hv_utils: Shutdown IC version 3.2' \
        'hv_utils: TimeSync IC version 4.0' "guest: waited $2 s" 'reboot: Power down'
    expect_healthy
    expect_beats $(($2 / 2 - 1))
    expect_report 'data-relid="1" data-state="open"' 'data-relid="3" data-state="open"' \
        "<p>Heartbeats: $(echo "$beats" | sed 's/.*answered=\([0-9]*\) .*/\1 sent, \1 answered/')"
    finish
}

# SIGTERM to the launcher powers the guest off, within 5 s of its time.
shutdown_by_host()
{
    begin "$1: SIGTERM asks the guest to power off, and it does"
    start_guest "$1" 'hvshim.modules=hv_utils hvshim.test=hang'
    wait_console 'guest: test hang begins'
    sleep 1 # the drivers' work queues
    end_guest
    expect_status 0
    expect_console 'Shutdown request received - graceful shutdown initiated' 'reboot: Power down'
    expect_healthy
    cat >"$work/calls" <<END
event REQUEST shutdown
event VMBUS shutdown-sent
event VMBUS shutdown-answered status=0x0
event POWER_OFF
END
    expect_calls "$work/calls"
    took=$(awk '/event REQUEST shutdown/ { from = $2 } /event POWER_OFF/ { to = $2 }
        END { printf "%d", (to - from) * 1000 }' "$work/log")
    [ "$took" -lt 5000 ] || complain "it took $took ms"
    finish
}

# hotplug KERNEL ROUTE ROUNDS, with the integration components at work.
hotplug()
{
    begin "$1 $2: processors leave and come back, $3 times; heartbeats go on"
    boot_guest "$1" "hvshim.modules=hv_utils hvshim.test=hotplug hvshim.rounds=$3" --boot "$2" \
        --cpus 4
    expect_status 0
    expect_console "guest: $3 rounds of hotplug, 4 processor(s) online"
    expect_healthy
    expect_beats 1
    cat >"$work/calls" <<END
event VP_OFF
event VP_ON
event VP_OFF
event VP_ON
END
    expect_calls "$work/calls"
    finish
}

# kexec KERNEL ROUTE ROUNDS: with VMBus left as it is; each kernel makes contact anew, is served.
kexec()
{
    begin "$1 $2: kexec into the same kernel, $3 times; VMBus works in each"
    limit=900
    kexec_modules=hvshim.modules=virtio_pci,virtio_blk,hv_utils
    boot_guest "$1" "hvshim.test=kexec hvshim.rounds=$3 $kexec_modules" --boot "$2" \
        --disk "$build/guest/$1/vmlinuz" --disk "$build/guest/$1/initrd-test.gz" --timeout 880
    limit=
    expect_status 0
    expect_console 'guest: 0 rounds of kexec to go' 'reboot: Power down'
    expect_healthy
    kernels_seen=$(grep -c 'hv_utils: Heartbeat IC version 3.0' "$work/console")
    [ "$((kernels_seen / 2))" -eq "$(($3 + 1))" ] || # the small guest says it once more
        complain "$kernels_seen lines of a heartbeat"
    contacts=$(grep -c 'event VMBUS connected' "$work/log")
    [ "$contacts" -eq "$(($3 + 1))" ] || complain "$contacts contacts"
    # Nothing is written to the last kernel's pages once the next one has said who it is.
    stale=$(awk '/GuestOsId=/ { quiet = 1 } /event VMBUS connected/ { quiet = 0 }
        quiet && /event (BEATS|MESSAGE|VMBUS [^d])/ { count++ } END { print count + 0 }' \
        "$work/log")
    [ "$stale" -eq 0 ] || complain "$stale events of VMBus for a kernel that is gone"
    finish
}

# ask WORD...: asks something of the guest, as its host would.
ask()
{
    "$build/bin/hvshim-ask" "$work/ram" "$@" 2>>"$work/messages" ||
        complain "hvshim-ask $*: status $?"
}

# expect_boot TIME [SLACK]: within 10 s, the guest's clock is such that it has booted at TIME, which
# then is in $booted. Both numbers are rounded.
expect_boot()
{
    tries=0
    while [ "$tries" -lt 100 ]; do
        booted=$(sed -n 's/.*guest: booted at \([0-9]*\).*/\1/p' "$work/console" | tail -n 1)
        off=$((booted - $1))
        [ "${off#-}" -gt "${2:-3}" ] || return
        sleep 0.1
        tries=$((tries + 1))
    done
    complain "the guest's clock is $off s off"
}

# clock_follows KERNEL: the host's time is stepped; the guest is told within 5 s, or at once when
# the host wants it. hv_utils sets the clock to what a sync says, forwards and backwards.
clock_follows()
{
    begin "$1: the guest's clock follows the host's, forwards and backwards"
    start_clock "$1"
    ask time-step 3600
    expect_boot $((booted + 3600))
    ask time-step -7200
    ask time-sync
    expect_boot $((booted - 7200))
    finish_clock 3
}

# start_clock KERNEL: its clock is right from the first sync on: it booted just now.
start_clock()
{
    HVSHIM_RAM=$work/ram
    export HVSHIM_RAM
    start_guest "$1" 'hvshim.modules=hv_utils hvshim.test=clock' --memory 256M
    unset HVSHIM_RAM
    wait_console 'guest: test clock begins'
    expect_boot "$(date +%s)" 60
}

# finish_clock N: the guest was told at least N times to set its clock, and is healthy.
finish_clock()
{
    end_guest
    expect_status 0
    expect_healthy
    syncs=$(grep -c 'event VMBUS time-sync' "$work/log")
    [ "$syncs" -ge "$1" ] || complain "only $syncs syncs"
    rm -f "$work/ram"
    finish
}

# Linux refuses a time before 1970. It keeps its own, answers as ever, and follows again.
clock_refuses()
{
    begin "$1: a time that Linux cannot have is refused; its clock goes on, and follows again"
    start_clock "$1"
    ask time-step -1000000000
    ask time-sync
    expect_boot $((booted - 1000000000))
    ask time-step -1000000000
    ask time-sync
    sleep 6 # and a sample
    expect_boot "$booted"
    for step in 1000000000 1000000000 86400; do
        ask time-step "$step"
    done
    ask time-sync
    expect_boot $((booted + 1000086400))
    finish_clock 4
}

# Disks and network behind the SMMU that the launcher puts there. The guest knows nothing of it.
devices()
{
    begin "$1 $2: disk and network on PCI work behind the shim's SMMU"
    head -c 4194304 /dev/urandom >"$work/disk"
    head -c 4194304 /dev/zero >"$work/copy"
    device_modules=hvshim.modules=virtio_pci,virtio_mmio,virtio_blk,virtio_net
    boot_guest "$1" "hvshim.test=devices $device_modules" \
        --boot "$2" --disk "$work/disk" --disk "$work/copy" \
        -- -netdev user,id=net -device virtio-net-pci,netdev=net,romfile=
    expect_status 0
    expect_console 'DMA of its devices is confined' 'guest: the disks are the same' \
        'guest: the network answers' 'guest: the devices interrupt' 'reboot: Power down'
    expect_no_console 'an IOMMU' 'an SMMU' 'arm-smmu' 'virtio-mmio'
    expect_healthy
    cmp -s "$work/disk" "$work/copy" || complain 'what the guest copied is not what it read'
    finish
}
