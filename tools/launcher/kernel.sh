# shellcheck shell=sh disable=SC2034,SC2154 # shares variables with hvshim-boot
# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# Part of hvshim-boot: looks at the kernel file before QEMU does, so that a wrong one is refused in a
# sentence and a compressed one is unpacked. The formats: Linux Documentation/arch/arm64/booting,
# Linux drivers/firmware/efi/libstub/Makefile.zboot, the PE/COFF specification.
# Needs die() and $scratch; sets $kernel_image and $kernel_format (image, efi, raw).

# Reads the beginning of file $1: what follows is about that, without a process for each question.
kernel_read()
{
    kernel_head=$(od -An -v -tx1 -N 1024 "$1" 2>/dev/null)
    size=$(($(wc -c <"$1")))
}

# Sets $bytes to bytes $1..$1+$2-1 of the beginning, in hexadecimal, as far as it has them.
kernel_bytes()
{
    count=$2
    skip=$(($1 + 2))
    bytes=
    # shellcheck disable=SC2086 # one word per byte
    set -- "$1" "$2" $kernel_head
    [ "$skip" -ge 2 ] && [ "$#" -ge "$skip" ] || return 0
    shift "$skip"
    while [ "$count" -gt 0 ] && [ "$#" -gt 0 ]; do
        bytes=$bytes$1
        shift
        count=$((count - 1))
    done
}

# Whether the bytes from offset $1 on are $2, in hexadecimal.
kernel_has()
{
    kernel_bytes "$1" $((${#2} / 2))
    [ "$bytes" = "$2" ]
}

# Sets $number to the $2-byte little-endian number at offset $1; 0 where the beginning has none.
kernel_number()
{
    kernel_bytes "$1" "$2"
    reversed=
    while [ -n "$bytes" ]; do # the lowest byte stands first
        reversed=${bytes%"${bytes#??}"}$reversed
        bytes=${bytes#??}
    done
    [ "${#reversed}" -eq $((2 * $2)) ] || reversed=0
    number=$((0x$reversed))
}

# Unpacks $2 by command $1... into the scratch folder and looks again. The original's name is $kernel.
kernel_unpack()
{
    tool=$1
    packed=$2
    command -v "$tool" >/dev/null ||
        die "$kernel is compressed with $tool, which is not installed; install it or unpack the file"
    unpacked=$scratch/kernel.$kernel_depth
    "$tool" -dc <"$packed" >"$unpacked" 2>/dev/null ||
        die "$kernel is damaged or truncated: $tool cannot unpack it"
    kernel_look "$unpacked"
}

# An EFI zboot image: the payload's offset and size stand behind the magic, its format at 24.
kernel_unpack_zboot()
{
    kernel_number 8 4
    offset=$number
    kernel_number 12 4
    if [ $((offset + number)) -gt "$size" ]; then
        die "$kernel is truncated: its header speaks of $((offset + number)) bytes"
    fi
    format=$(dd if="$1" bs=1 skip=24 count=8 2>/dev/null | tr -dc '[:lower:]')
    tail -c "+$((offset + 1))" "$1" | head -c "$number" >"$scratch/payload.$kernel_depth"
    case $format in
    gzip | zstd | xz | lzma) kernel_unpack "$format" "$scratch/payload.$kernel_depth" ;;
    *) die "$kernel is an EFI zboot image of an unknown compression ('$format')" ;;
    esac
}

# Lets $end be no less than what two 4-byte numbers at offset $1 add up to: where something is in the
# file, and how long it is.
kernel_reaches()
{
    kernel_number "$1" 4
    last=$number
    kernel_number $(($1 + 4)) 4
    last=$((last + number))
    [ "$last" -le "$end" ] || end=$last
}

# Sets $end to the first byte behind everything that the PE header at $pe places in the file.
kernel_pe_end()
{
    kernel_number $((pe + 6)) 2
    sections=$number
    kernel_number $((pe + 20)) 2
    section=$((pe + 24 + number))
    end=$((section + 40 * sections)) # the table itself
    if [ "$sections" -gt 96 ] || [ "$end" -gt 1024 ]; then
        die "$kernel is damaged: its PE header is too long"
    fi
    kernel_number $((pe + 132)) 4
    if [ "$number" -gt 4 ]; then # the signature is the fifth directory
        kernel_reaches $((pe + 168))
    fi
    while [ "$sections" -gt 0 ]; do
        kernel_reaches $((section + 16))
        section=$((section + 40))
        sections=$((sections - 1))
    done
}

# A file that begins as an EFI application: arm64 kernels may, and so do others.
kernel_look_pe()
{
    kernel_number 60 4
    pe=$number
    kernel_bytes "$pe" 6
    case $bytes in
    5045000064aa) ;;
    504500006486) die "$kernel is for x86-64, not for arm64" ;;
    504500004c01) die "$kernel is for x86, not for arm64" ;;
    50450000c201 | 50450000c401) die "$kernel is for 32-bit Arm, not for arm64" ;;
    504500006450) die "$kernel is for RISC-V, not for arm64" ;;
    *) die "$kernel is damaged or not an arm64 kernel: it has no arm64 PE header" ;;
    esac
    kernel_pe_end
    if [ "$end" -gt "$size" ]; then
        die "$kernel is truncated: it has $size of at least $end bytes"
    fi
    if kernel_has 4 7a696d67; then
        kernel_unpack_zboot "$1"
    elif kernel_has 56 41524d64; then
        kernel_image=$1 kernel_format=image
    else
        kernel_image=$1 kernel_format=efi
    fi
}

# What nothing announces: code from the first byte on, unless it cannot be.
kernel_look_raw()
{
    kernel_bytes 0 64
    head=$bytes
    if [ "$size" -lt 4 ]; then
        die "$kernel is truncated: it has $size bytes"
    elif kernel_has 56 41524d64; then
        kernel_format=image # an Image without EFI's header
    elif kernel_has 56 52534305; then
        die "$kernel is for RISC-V, not for arm64"
    elif kernel_has 36 18286f01; then
        die "$kernel is for 32-bit Arm, not for arm64"
    elif kernel_has 514 48647253; then
        die "$kernel is for x86, not for arm64"
    elif printf '%s' "$head" | grep -q '^\(09\|0a\|0d\|[2-6].\|7[0-9a-e]\)*$'; then
        die "$kernel is a text file, not an arm64 kernel"
    elif [ "${head#00000000}" != "$head" ]; then
        die "$kernel is not an arm64 kernel: no code at its beginning"
    else
        kernel_format=raw
    fi
    kernel_image=$1
}

# Sorts file $1 by its first bytes. Compressed files may hold compressed files, but not for ever.
kernel_look()
{
    kernel_depth=$((kernel_depth + 1))
    kernel_read "$1"
    [ "$kernel_depth" -le 3 ] || die "$kernel is compressed more than twice"
    kernel_bytes 0 6
    case $bytes in
    4d5a*) kernel_look_pe "$1" ;;
    1f8b*) kernel_unpack gzip "$1" ;;
    28b52ffd*) kernel_unpack zstd "$1" ;;
    fd377a585a00) kernel_unpack xz "$1" ;;
    5d0000*) kernel_unpack lzma "$1" ;;
    425a68*) kernel_unpack bzip2 "$1" ;;
    02214c18* | 04224d18*) kernel_unpack lz4 "$1" ;;
    7f454c46*)
        kernel_has 18 b700 || die "$kernel is an ELF file, and not for arm64"
        die "$kernel is an ELF file; make an Image of it: aarch64-linux-gnu-objcopy -O binary"
        ;;
    27051956*) die "$kernel is a U-Boot image; give the Image that is inside it" ;;
    *) kernel_look_raw "$1" ;;
    esac
}

# Checks the kernel that the user named, for boot route $2.
kernel_prepare()
{
    kernel=$1
    kernel_depth=0
    [ -e "$kernel" ] || die "no kernel at $kernel"
    [ -f "$kernel" ] || die "$kernel is not a file"
    [ -r "$kernel" ] || die "$kernel cannot be read"
    [ -s "$kernel" ] || die "$kernel is empty"
    kernel_look "$kernel"
    case $2:$kernel_format in
    uefi:raw) die "$kernel is a raw binary, which UEFI cannot start; use --boot dt or acpi" ;;
    acpi:efi | dt:efi)
        die "$kernel is an EFI application, not a kernel's Image; use --boot uefi"
        ;;
    esac
}
