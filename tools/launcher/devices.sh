# shellcheck shell=sh disable=SC2034,SC2154 # shares variables with hvshim-boot
# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Part of hvshim-boot: devices that the guest is given, and what confines their DMA. Needs
# kernel_read(), kernel_has(), quoted() and absolute().

# QEMU's -drive value for disk $1.
drive()
{
    format=raw
    kernel_read "$1"
    if kernel_has 0 514649fb; then
        format=qcow2
    fi
    readonly=off
    [ -w "$1" ] || readonly=on
    printf 'if=none,id=%s,format=%s,readonly=%s,file=%s' "$2" "$format" "$readonly" \
        "$(quoted "$(absolute "$1")")"
}

# Looks at one of QEMU's arguments $2, which stands behind $1: sets $dma when it asks for a device
# that may have DMA, and $iommu when it says itself what is to confine that.
look_for_devices()
{
    case ${1#-}:$2 in # QEMU takes its options with one dash and with two
    -device:loader* | device:loader* | nic:none | -nic:none) ;;
    device:* | -device:* | drive:* | -drive:* | nic:* | -nic:* | net:* | -net:*) dma=1 ;;
    esac
    case $2 in
    -hd[abcd] | -cdrom | -sd | -virtfs | -usb | -usbdevice | -vga | -readconfig) dma=1 ;;
    esac
    case $1:,$2 in
    -M:*,iommu=* | *-machine:*,iommu=*) iommu=theirs ;;
    esac
}

# An SMMU confines what devices on PCI reach: sets $smmu for the machine, and $confining to QEMU's
# arguments by which virtio devices go through it. They do that only as devices of virtio 1, which
# some are by themselves and others are to be told.
confine_devices()
{
    smmu=,iommu=smmuv3
    confining='-global virtio-device.iommu_platform=on'
    for device in virtio-9p virtio-balloon virtio-blk virtio-net virtio-rng virtio-scsi \
        virtio-serial vhost-scsi vhost-user-blk vhost-user-scsi; do
        confining="$confining -global $device-pci.disable-legacy=on"
    done
}
