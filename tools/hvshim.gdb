# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Commands for gdb on a machine that runs hvshim, by QEMU's stub: docs/debugging.md.

# EL2 maps what it uses at its physical address, and the processor that gdb looks through is mostly
# at EL1: what these commands read, they read past the guest's translation.
define hvshim-physical
    maintenance packet Qqemu.PhyMemMode:1
end
document hvshim-physical
Addresses are physical from now on, which EL2's are. hvshim-virtual goes back.
end

define hvshim-virtual
    maintenance packet Qqemu.PhyMemMode:0
end
document hvshim-virtual
Addresses are translated as the processor does that gdb has stopped in.
end

define hvshim-symbols
    set confirm off
    symbol-file $arg0
    set $hvshim_offset = ((unsigned long) $VBAR_EL2 & ~0xffful) - (unsigned long) &el2_vectors
    if $VBAR_EL2 == 0
        echo The hypervisor has not come up yet: continue, and ask again.\n
    end
    if $VBAR_EL2 != 0 && $hvshim_offset != 0
        eval "symbol-file $arg0 -o 0x%lx", $hvshim_offset
        printf "hvshim is at 0x%lx, 0x%lx from where it was linked.\n", (unsigned long) &image_start, $hvshim_offset
    end
    set confirm on
end
document hvshim-symbols
hvshim-symbols FILE: puts the symbols of FILE (build/hvshim.elf) where the hypervisor has moved to.
Once per run, when a guest runs.
end

define hvshim-partition
    hvshim-physical
    printf "%u VPs, GuestOsId 0x%lx, privileges 0x%lx, partition %lu\n", guest.partition.vp_count, guest.partition.guest_os_id, guest.partition.privileges, guest.partition.partition_id
    printf "guest RAM 0x%lx to 0x%lx, hvshim behind it\n", virt.machine.ram_base, virt.machine.guest_end
    set $hvshim_n = 0
    while $hvshim_n < guest.partition.vp_count
        printf "VP %u: ", $hvshim_n
        output (enum vp_state) virt.cpus[$hvshim_n].vp.state
        printf ", %lu records, SCONTROL 0x%lx, SIMP 0x%lx, %u messages wait\n", virt.cpus[$hvshim_n].frame.ring.written, guest.vps[$hvshim_n].scontrol, guest.vps[$hvshim_n].simp, guest.vps[$hvshim_n].queue.count
        set $hvshim_n = $hvshim_n + 1
    end
    hvshim-virtual
end
document hvshim-partition
The guest's partition: what it said it is, what it may do, its VPs in a line each.
end

define hvshim-vp
    hvshim-physical
    set $hvshim_vp = &guest.vps[$arg0]
    printf "VP %u, MPIDR 0x%lx, ", $arg0, virt.cpus[$arg0].vp.mpidr
    output (enum vp_state) virt.cpus[$arg0].vp.state
    printf "\nSCONTROL 0x%lx SIMP 0x%lx SIEFP 0x%lx assist page 0x%lx spill page 0x%lx\n", $hvshim_vp->scontrol, $hvshim_vp->simp, $hvshim_vp->siefp, $hvshim_vp->assist_page, $hvshim_vp->spill_page
    set $hvshim_n = 0
    while $hvshim_n < 16
        if $hvshim_vp->sint[$hvshim_n] != 0x10000
            printf "SINT%u 0x%lx\n", $hvshim_n, $hvshim_vp->sint[$hvshim_n]
        end
        set $hvshim_n = $hvshim_n + 1
    end
    set $hvshim_n = 0
    while $hvshim_n < 4
        if $hvshim_vp->timers[$hvshim_n].config != 0
            printf "timer %u: config 0x%lx count %lu due %lu\n", $hvshim_n, $hvshim_vp->timers[$hvshim_n].config, $hvshim_vp->timers[$hvshim_n].count, $hvshim_vp->timers[$hvshim_n].due
        end
        set $hvshim_n = $hvshim_n + 1
    end
    printf "registers of the trap that it is in, or was in last:\n"
    set $hvshim_n = 0
    while $hvshim_n < 18
        printf "x%-2u 0x%016lx  x%-2u 0x%016lx\n", $hvshim_n, virt.cpus[$arg0].frame.x[$hvshim_n], $hvshim_n + 1, virt.cpus[$arg0].frame.x[$hvshim_n + 1]
        set $hvshim_n = $hvshim_n + 2
    end
    hvshim-virtual
end
document hvshim-vp
hvshim-vp N: what the hypervisor keeps of VP N.
end

define hvshim-calls
    hvshim-physical
    set $hvshim_ring = &virt.cpus[$arg0].frame.ring
    set $hvshim_count = 10
    if $argc > 1
        set $hvshim_count = $arg1
    end
    set $hvshim_n = $hvshim_ring->written
    set $hvshim_shown = 0
    while $hvshim_n > 0 && $hvshim_shown < $hvshim_count && $hvshim_n + $hvshim_ring->mask >= $hvshim_ring->written
        set $hvshim_slot = &$hvshim_ring->slots[($hvshim_n - 1) & $hvshim_ring->mask]
        if $hvshim_slot->about >> 24 == 0x5a
            set $hvshim_native = ($hvshim_slot->about & 0xffff) == 1
            set $hvshim_control = $hvshim_native ? $hvshim_slot->before[0] : $hvshim_slot->before[1]
            printf "#%lu HVC #%u, call 0x%04x, control 0x%lx -> x0 0x%lx, ", $hvshim_n, $hvshim_slot->about & 0xffff, $hvshim_control & 0xffff, $hvshim_control, $hvshim_slot->x[0]
            output (enum shim_verdict) (($hvshim_slot->about >> 16) & 0xff)
            echo \n
            set $hvshim_shown = $hvshim_shown + 1
        end
        set $hvshim_n = $hvshim_n - 1
    end
    hvshim-virtual
end
document hvshim-calls
hvshim-calls N [COUNT]: the last hypercalls of VP N, newest first, out of its trace ring.
end
