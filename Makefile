# SPDX-License-Identifier: BSD-2-Clause-Patent
#
# hvshim: the one Makefile. GNU make 4.3 or later. `make help` lists what it can do.
#
# Every object is listed by name. Sections say whose they are; sources keep their folder below
# $(BUILD)/obj/VARIANT/, so that variants (target and compiler) never meet.
#
#   BUILD=DIR   where everything goes (build)      V=1           print the commands
#   PREFIX=DIR  where `make install` puts things   DESTDIR=DIR   and below which root

VERSION := 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
CROSS ?= aarch64-linux-gnu-
SHELL := /bin/sh

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-8s%s\n' '$(1)' '$(2)';
endif

# ---- Objects: the library ------------------------------------------------------------------------

LIB_OBJS := \
	dispatch/hvc.o \
	dispatch/smccc.o \
	dispatch/hypercall.o \
	dispatch/block.o \
	dispatch/spill.o \
	dispatch/table.o \
	dispatch/partition.o \
	dispatch/registers.o \
	dispatch/message.o \
	dispatch/port.o \
	dispatch/event.o \
	dispatch/timer.o \
	dispatch/vp_set.o \
	dispatch/trace.o \
	dispatch/describe.o \
	dispatch/names.o \
	dispatch/calls/vp_registers.o \
	dispatch/calls/guest_state.o \
	dispatch/calls/timers.o \
	dispatch/calls/interrupts.o \
	dispatch/calls/memory.o \
	dispatch/calls/virtual_processor.o \
	dispatch/calls/direct.o \
	dispatch/calls/debug.o \
	dispatch/calls/messages.o \
	dispatch/calls/partition.o \
	dispatch/calls/spin_wait.o \
	dispatch/calls/extended.o

# ---- Objects: VMBus, host side -------------------------------------------------------------------

VMBUS_OBJS := \
	vmbus/vmbus.o \
	vmbus/connection.o \
	vmbus/backlog.o \
	vmbus/gpadl.o \
	vmbus/channel.o \
	vmbus/ring.o \
	vmbus/component.o \
	vmbus/devices.o \
	vmbus/heartbeat.o \
	vmbus/shutdown.o \
	vmbus/time_sync.o

# ---- Objects: EL2 and the standalone host (AArch64 only) -----------------------------------------

EL2_OBJS := \
	el2/vectors.o \
	el2/trap.o \
	el2/inject.o \
	el2/tables.o \
	el2/stage2.o \
	el2/mmu.o \
	el2/mmu_on.o \
	el2/sysregs.o \
	el2/translate.o \
	el2/panic.o

# Of these, what runs on the build machine as well.
EL2_PURE_OBJS := \
	el2/inject.o \
	el2/tables.o \
	el2/stage2.o \
	el2/mmu.o \
	host/virt/discover.o \
	host/virt/own_memory.o \
	host/virt/smmu_tables.o \
	host/common/scale.o \
	host/common/walk.o \
	host/virt/without.o \
	host/common/inbox.o

# What hosts have in common, at EL2 or in a process.
HOST_COMMON_OBJS := \
	host/common/inbox.o \
	host/common/scale.o \
	host/common/walk.o \
	host/common/guest.o \
	host/common/clock.o \
	host/common/psci.o \
	host/common/service.o \
	host/common/vmbus_host.o \
	host/common/loopback.o \
	host/common/debug.o \
	host/common/rings.o

VIRT_OBJS := \
	$(HOST_COMMON_OBJS) \
	host/virt/start.o \
	host/virt/boot.o \
	host/virt/discover.o \
	host/virt/own_memory.o \
	host/virt/map.o \
	host/virt/cpu.o \
	host/virt/psci.o \
	host/virt/smccc.o \
	host/virt/service.o \
	host/virt/ops.o \
	host/virt/translate.o \
	host/virt/memory.o \
	host/virt/clock.o \
	host/virt/trace.o \
	host/virt/gic.o \
	host/virt/mmio.o \
	host/virt/smmu.o \
	host/virt/smmu_tables.o \
	host/virt/pci.o \
	host/virt/console.o \
	host/virt/panic.o \
	host/virt/without.o

# ---- Objects: boot data of the standalone host ---------------------------------------------------
# And libfdt, whose sources come out of a Debian source package: see tools/fetch-libfdt.

BOOT_DATA_OBJS := \
	host/virt/boot_direct.o \
	host/virt/boot_uefi.o \
	host/common/loader.o \
	host/common/place.o \
	host/virt/acpi_files.o \
	host/virt/acpi_patch.o \
	host/virt/acpi_iort.o \
	host/virt/acpi_link.o \
	host/common/efi.o \
	host/common/fdt.o \
	host/common/fdt_cpu.o \
	host/common/fdt_guest.o \
	host/virt/fw_cfg_directory.o \
	host/virt/fw_cfg_view.o \
	host/virt/fw_cfg_proxy.o \
	host/common/vmbus_aml.o

LIBFDT_OBJS := \
	libfdt/fdt.o \
	libfdt/fdt_addresses.o \
	libfdt/fdt_check.o \
	libfdt/fdt_empty_tree.o \
	libfdt/fdt_ro.o \
	libfdt/fdt_rw.o \
	libfdt/fdt_sw.o \
	libfdt/fdt_wip.o

VIRT_OBJS += $(BOOT_DATA_OBJS) host/virt/fw_cfg.o host/virt/string.o $(LIBFDT_OBJS)

# ---- Objects: the monitor for KVM (a program of an arm64 Linux) -----------------------------------

KVM_OBJS := \
	host/kvm/main.o \
	host/kvm/kvm.o \
	host/kvm/vp.o \
	host/kvm/exit.o \
	host/kvm/memory.o \
	host/kvm/ops.o \
	host/kvm/clock.o \
	host/kvm/service.o \
	host/kvm/courier.o \
	host/kvm/courier_code.o \
	host/kvm/pl011.o \
	host/kvm/boot.o \
	host/kvm/acpi.o \
	host/kvm/tables.o

# What it shares with host/virt and el2: pure functions.
KVM_SHARED_OBJS := \
	$(HOST_COMMON_OBJS) \
	el2/inject.o \
	host/common/place.o \
	host/common/loader.o \
	host/common/efi.o \
	host/common/fdt.o \
	host/common/fdt_cpu.o \
	host/common/fdt_guest.o \
	host/common/vmbus_aml.o \
	$(LIBFDT_OBJS)

# ---- Objects: tools (build machine) ----------------------------------------------------------------

# Reading and showing traces.
# What makes pages and comparisons of traces.
REPORT_OBJS := \
	tools/features.o \
	tools/identity.o \
	tools/survey.o \
	tools/survey_calls.o \
	tools/survey_vmbus.o \
	tools/costs.o \
	tools/costs_baseline.o \
	tools/report.o \
	tools/report_html.o \
	tools/report_style.o \
	tools/report_rules.o \
	tools/report_features.o \
	tools/report_timeline.o \
	tools/report_synic.o \
	tools/report_calls.o \
	tools/report_command.o \
	tools/diff.o \
	tools/diff_order.o

TRACE_OBJS := \
	tools/trace_reader.o \
	tools/trace_saved.o \
	tools/trace_file.o \
	tools/decode.o \
	tools/decode_call.o \
	tools/decode_event.o \
	tools/decode_flags.o \
	tools/decode_fields.o \
	tools/filter.o \
	tools/sink_text.o \
	tools/sink_json.o \
	tools/sink_perfetto.o \
	tools/outcome.o \
	tools/summary.o

TOOL_OBJS := \
	$(TRACE_OBJS) \
	tools/hvtrace_options.o \
	tools/request.o \
	$(REPORT_OBJS)
TOOL_MAINS := tools/hvtrace.o tools/hvshim_watch.o tools/hvshim_ask.o

# What counts for tests/bench, a plugin of QEMU.
PLUGIN_PURE_OBJS := \
	tests/bench/plugin/a64.o \
	tests/bench/plugin/level.o
PLUGIN_OBJS := $(PLUGIN_PURE_OBJS) \
	tests/bench/plugin/report.o \
	tests/bench/plugin/profile.o

# ---- Objects: unit tests (build machine) ---------------------------------------------------------
# UNIT_TESTS are programs, one source each, named after the file under test; UNIT_SUPPORT_OBJS and
# all of the library and VMBus are linked to each of them.

UNIT_TESTS := \
	test_admit \
	test_block \
	test_call_codes \
	test_convention \
	test_describe \
	test_guest_state \
	test_hvc \
	test_hypercall \
	test_message \
	test_message_order \
	test_message_races \
	test_messages \
	test_partition \
	test_races \
	test_random \
	test_register_names \
	test_registers \
	test_rows \
	test_small_calls \
	test_smccc \
	test_spill \
	test_table \
	test_services_walk \
	test_timer \
	test_timer_messages \
	test_timer_registers \
	test_event \
	test_port \
	test_trace \
	test_trace_read \
	test_interrupts \
	test_vp_set \
	test_virtual_processor \
	test_memory \
	test_direct \
	test_extended \
	test_reference_tsc \
	test_features \
	test_vp_registers \
	test_vmbus \
	test_vmbus_connection \
	test_vmbus_backlog \
	test_vmbus_hostile \
	test_vmbus_session \
	test_vmbus_gpadl \
	test_vmbus_channel \
	test_vmbus_events \
	test_vmbus_ends \
	test_vmbus_ring \
	test_vmbus_ring_hostile \
	test_vmbus_components \
	test_vmbus_time_sync \
	test_vmbus_walk \
	test_profile \
	test_trace_reader \
	test_decode \
	test_timeline \
	test_survey \
	test_report \
	test_boot_data \
	test_boot_failures \
	test_acpi_patch \
	test_acpi_iort \
	test_acpi_link \
	test_fdt \
	test_string \
	test_loader \
	test_fw_cfg_proxy \
	test_fw_cfg_view \
	test_inject \
	test_mmu \
	test_stage2 \
	test_smmu \
	test_discover \
	test_scale \
	test_walk \
	test_inbox \
	test_without \
	test_oracles \
	test_order

UNIT_SUPPORT_OBJS := \
	tests/unit/fake_host.o \
	tests/unit/guest.o \
	tests/unit/harness.o \
	tests/unit/interleave.o \
	tests/unit/vmbus_bench.o \
	tests/unit/vmbus_guest.o \
	tests/unit/ram_file.o \
	tests/unit/trace_records.o \
	tests/unit/machine/device.o \
	tests/unit/machine/blobs.o \
	tests/unit/machine/fixture.o \
	$(BOOT_DATA_OBJS) \
	host/virt/string.o \
	$(LIBFDT_OBJS) \
	$(TOOL_OBJS) \
	$(PLUGIN_PURE_OBJS) \
	$(EL2_PURE_OBJS)

# ---- Compilers and flags -------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wvla -Werror
INCLUDES := -Iinclude -I.
PATHS := -ffile-prefix-map=$(abspath $(BUILD))=build -ffile-prefix-map=$(CURDIR)=.
# Blocks of a call are read in place, as the structures that the TLFS says they are.
ALIASING := -fno-strict-aliasing
COMMON := -std=c11 -g $(WARNINGS) $(INCLUDES) $(ALIASING) $(PATHS)

# Freestanding: what goes into an image or the archive. Position-independent, since the integrator
# decides where EL2 lives; sections, since it decides what of the library it needs.
FREESTANDING := -O2 -ffreestanding -isystem include/libc -fno-common -fPIE -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fomit-frame-pointer -ffunction-sections -fdata-sections
AARCH64 := -march=armv8-a -mgeneral-regs-only -mstrict-align -mno-outline-atomics
# No speculation past RET and BR (CVE-2020-13844; docs/threat-model.md). A return is three
# instructions long then, two of which never run: GCC is told to duplicate it as before.
SLS := -mharden-sls=retbr -fno-jump-tables
SLS_GCC := $(SLS) --param=max-grow-copy-bb-insns=10

HOST_GCC ?= gcc
HOST_CLANG ?= clang
CC_host-gcc := $(HOST_GCC)
CC_host-clang := $(HOST_CLANG)
CC_tools-gcc := $(HOST_GCC)
CC_tools-clang := $(HOST_CLANG)
CC_aarch64-gcc := $(CROSS)gcc
CC_aarch64-clang := $(HOST_CLANG) --target=aarch64-linux-gnu
CC_kvm-gcc := $(CROSS)gcc
CC_kvm-debug := $(CROSS)gcc
CC_host-debug := $(HOST_GCC)
CC_host-coverage := $(HOST_GCC)
MCDC_CLANG ?= clang-19
CC_host-mcdc := $(MCDC_CLANG)

CC_host-fuzz := $(HOST_CLANG)
CC_host-fast := $(HOST_GCC)
CC_host-afl := afl-clang-fast

FLAGS_host-gcc := $(COMMON) $(FREESTANDING)
FLAGS_host-clang := $(COMMON) $(FREESTANDING)
# With these, GCC copies arguments to other registers and back.
ARGUMENTS_STAY := -fno-schedule-insns -fno-cse-follow-jumps
FLAGS_aarch64-gcc := $(COMMON) $(FREESTANDING) $(AARCH64) $(ARGUMENTS_STAY) $(SLS_GCC)
FLAGS_aarch64-clang := $(COMMON) $(FREESTANDING) $(AARCH64) $(SLS)

# Programs of the build machine, in a POSIX system.
FLAGS_tools-gcc := $(COMMON) -O2 -D_POSIX_C_SOURCE=200809L
FLAGS_tools-clang := $(FLAGS_tools-gcc)

# A program of an arm64 Linux, static, so that any root file system will do.
FLAGS_kvm-gcc := $(COMMON) -O2 -D_GNU_SOURCE -fPIE -pthread -march=armv8-a -mno-outline-atomics

# Unit tests run with assertions and sanitizers; coverage is measured without either.
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_host-debug := $(COMMON) -O1 -D_POSIX_C_SOURCE=200809L -fno-omit-frame-pointer -DSHIM_DEBUG $(SANITIZE)
# gcov wants to find the sources where they were.
FLAGS_host-coverage := $(filter-out $(PATHS),$(COMMON)) -O0 -D_POSIX_C_SOURCE=200809L --coverage
# Fuzzers: with a sanitizer's and libFuzzer's or AFL's eyes; and as fast as can be, assertions on.
FLAGS_host-fuzz := $(FLAGS_host-debug) -fsanitize=fuzzer-no-link
FLAGS_host-afl := $(FLAGS_host-debug)
FLAGS_host-fast := $(COMMON) -O2 -D_POSIX_C_SOURCE=200809L -DSHIM_DEBUG
LDFLAGS_host-fuzz := $(SANITIZE) -fsanitize=fuzzer
LDFLAGS_host-afl := $(SANITIZE) -fsanitize=fuzzer
LDFLAGS_host-debug := $(SANITIZE)
FLAGS_kvm-debug := $(FLAGS_kvm-gcc) -O1 -DSHIM_DEBUG -fno-omit-frame-pointer $(SANITIZE)
LDFLAGS_host-coverage := --coverage
# Newer than the Clang that all else is compiled with, it warns of more.
MCDC := -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc
FLAGS_host-mcdc := $(filter-out $(PATHS),$(COMMON)) -O0 -D_POSIX_C_SOURCE=200809L $(MCDC) -Wno-error
LDFLAGS_host-mcdc := $(MCDC)

# Flags of a folder, for all variants that ship: no large frame in the engine.
ENGINE_FLAGS := -Wframe-larger-than=256
$(foreach variant,host-gcc host-clang aarch64-gcc aarch64-clang, \
	$(eval $(BUILD)/obj/$(variant)/dispatch/%.o: FOLDER_FLAGS := $(ENGINE_FLAGS)))

VARIANTS := host-gcc host-clang aarch64-gcc aarch64-clang tools-gcc tools-clang \
	kvm-gcc kvm-debug host-debug host-coverage host-mcdc host-fuzz host-fast host-afl
SHIPPED := host-gcc aarch64-gcc tools-gcc \
	$(if $(shell command -v $(HOST_CLANG)),host-clang aarch64-clang tools-clang)

# For tools/check-stack: a file beside each object.
$(BUILD)/obj/aarch64-gcc/%.o: CALL_GRAPH := -fcallgraph-info=su

# ---- Compiling -----------------------------------------------------------------------------------

# One set of rules per variant. Objects follow their flags as well as their sources.
define variant_rules
$(BUILD)/obj/$(1)/%.o: %.c $(BUILD)/obj/$(1)/flags
	$$(call say,$(if $(findstring clang,$(1)),CLANG,CC),$$(@:$(BUILD)/obj/%=%))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(FLAGS_$(1)) $$(FOLDER_FLAGS) $$(CALL_GRAPH) -MMD -MP -c -o $$@ $$<

$(BUILD)/obj/$(1)/%.o: %.S $(BUILD)/obj/$(1)/flags
	$$(call say,AS,$$(@:$(BUILD)/obj/%=%))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(FLAGS_$(1)) $$(FOLDER_FLAGS) -MMD -MP -c -o $$@ $$<

$(BUILD)/obj/$(1)/flags: FORCE
	@mkdir -p $$(@D)
	@echo '$$(CC_$(1)) $$(FLAGS_$(1))' | cmp -s - $$@ || \
		echo '$$(CC_$(1)) $$(FLAGS_$(1))' > $$@
endef
$(foreach variant,$(VARIANTS),$(eval $(call variant_rules,$(variant))))

.PHONY: FORCE
FORCE:

objects = $(addprefix $(BUILD)/obj/$(1)/,$(2))

BOTH_OBJS := $(LIB_OBJS) $(VMBUS_OBJS)
OBJS_host-gcc := $(BOTH_OBJS)
OBJS_host-clang := $(BOTH_OBJS)
OBJS_aarch64-gcc := $(BOTH_OBJS) $(EL2_OBJS) $(VIRT_OBJS)
OBJS_aarch64-clang := $(BOTH_OBJS) $(EL2_OBJS) $(VIRT_OBJS)
OBJS_kvm-gcc := $(BOTH_OBJS) $(KVM_OBJS) $(KVM_SHARED_OBJS)
OBJS_tools-gcc := $(TOOL_OBJS) $(TOOL_MAINS) $(PLUGIN_OBJS)
OBJS_tools-clang := $(TOOL_OBJS) $(TOOL_MAINS) $(PLUGIN_OBJS)

.PHONY: all objects archives
all: objects archives ## Build the archives and images (GCC), and compile all with Clang where installed

objects: $(foreach variant,$(SHIPPED),$(call objects,$(variant),$(OBJS_$(variant))))

# ---- Boot data: libfdt and VMBus's part of the DSDT ------------------------------------------------
# libfdt is compiled from fetched sources with our flags, its warnings being others' business.

# Variants in which the standalone host's parsers run on the build machine.
MACHINE_VARIANTS := host-debug host-coverage host-fuzz host-fast host-afl host-mcdc

LIBFDT ?= $(BUILD)/libfdt
LIBFDT_INCLUDES := -isystem host/common/libfdt -isystem $(LIBFDT)/libfdt
LIBFDT_USERS := host/kvm/boot.o host/common/fdt.o host/common/fdt_cpu.o host/common/fdt_guest.o \
	tests/unit/test_fdt.o tests/unit/test_boot_data.o tests/unit/test_discover.o tests/linux/kexec.o \
	tests/fuzz/fuzz_boot.o

$(LIBFDT)/stamp:
	$(call say,FETCH,libfdt)tools/fetch-libfdt $(LIBFDT)

$(LIBFDT_OBJS:%.o=$(LIBFDT)/%.c): $(LIBFDT)/stamp ;

define libfdt_rules
$(call objects,$(1),$(LIBFDT_USERS)): FOLDER_FLAGS += $(LIBFDT_INCLUDES)
$(call objects,$(1),$(LIBFDT_USERS)): | $(LIBFDT)/stamp

$(BUILD)/obj/$(1)/libfdt/%.o: $(LIBFDT)/libfdt/%.c $(BUILD)/obj/$(1)/flags
	$$(call say,CC,$$(@:$(BUILD)/obj/%=%))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(FLAGS_$(1)) $(LIBFDT_INCLUDES) $$(CALL_GRAPH) -w -MMD -MP -c -o $$@ $$<

$(call objects,$(1),host/common/vmbus_aml.o): FOLDER_FLAGS += -DVMBUS_AML='"$(BUILD)/vmbus.aml"'
$(call objects,$(1),host/common/vmbus_aml.o): $(BUILD)/vmbus.aml
endef
$(foreach variant,aarch64-gcc aarch64-clang kvm-gcc kvm-debug $(MACHINE_VARIANTS), \
	$(eval $(call libfdt_rules,$(variant))))

# What QEMU's machine offers, for the tests of all this.
CAPTURED := $(BUILD)/captured
$(CAPTURED)/virt.dtb: tests/unit/machine/capture
	$(call say,CAPTURE,$(CAPTURED))tests/unit/machine/capture $(CAPTURED)
FIXTURES := $(foreach variant,$(MACHINE_VARIANTS),$(call \
	objects,$(variant),tests/unit/machine/fixture.o))
$(FIXTURES): $(CAPTURED)/virt.dtb
$(FIXTURES): FOLDER_FLAGS += -I$(CAPTURED)

# The string functions of the image beside those of the C library.
$(foreach variant,$(MACHINE_VARIANTS),$(call objects,$(variant),host/virt/string.o)): \
	FOLDER_FLAGS += -fno-builtin $(foreach name,memcpy memmove memset memcmp memchr strlen strnlen \
		strcmp strchr strrchr,-D$(name)=our_$(name))

# -f: the id that guests look for, "VMBus", is not of ACPI's form.
$(BUILD)/vmbus.aml: host/common/vmbus.asl
	$(call say,IASL,$(@F))mkdir -p $(@D)
	$(Q)iasl -f -p $(basename $@) $< > $@.log 2>&1 || { cat $@.log; exit 1; }

$(BUILD)/dsdt.aml: host/kvm/dsdt.asl
	$(call say,IASL,$(@F))mkdir -p $(@D)
	$(Q)iasl -p $(basename $@) $< > $@.log 2>&1 || { cat $@.log; exit 1; }
$(BUILD)/machine.dtb: host/kvm/machine.dts
	$(call say,DTC,$(@F))mkdir -p $(@D) && dtc -q -I dts -O dtb -o $@ $<
KVM_TABLES := $(foreach variant,kvm-gcc kvm-debug,$(BUILD)/obj/$(variant)/host/kvm/tables.o)
$(KVM_TABLES): FOLDER_FLAGS := -DDSDT_AML='"$(BUILD)/dsdt.aml"' -DMACHINE_DTB='"$(BUILD)/machine.dtb"'
$(KVM_TABLES): $(BUILD)/dsdt.aml $(BUILD)/machine.dtb

# ---- The archives --------------------------------------------------------------------------------
# One relocatable object each, so that only shim_* names are global. Functions keep sections of
# their own: an integrator's --gc-sections still drops what is not used.

ARCHIVES := $(BUILD)/lib/aarch64/libhvshim.a $(BUILD)/lib/host/libhvshim.a
BINUTILS_aarch64 := $(CROSS)
BINUTILS_host :=

define archive_rules
$(BUILD)/obj/$(1)-gcc/hvshim.o: $(call objects,$(1)-gcc,$(LIB_OBJS)) Makefile
	$$(call say,LD,$(1)-gcc/hvshim.o)$$(BINUTILS_$(1))ld -r --unique='.[tbrd]*.*' -o $$@.all \
		$$(filter %.o,$$^)
	$$(Q)$$(BINUTILS_$(1))objcopy --wildcard --keep-global-symbol='shim_*' $$@.all $$@

$(BUILD)/lib/$(1)/libhvshim.a: $(BUILD)/obj/$(1)-gcc/hvshim.o
	$$(call say,AR,lib/$(1)/libhvshim.a)mkdir -p $$(@D) && rm -f $$@
	$$(Q)$$(BINUTILS_$(1))ar rcsD $$@ $$<
endef
$(foreach target,aarch64 host,$(eval $(call archive_rules,$(target))))

archives: $(if $(LIB_OBJS),$(ARCHIVES))

# ---- The library in two files ----------------------------------------------------------------------
# For projects that keep others' sources among their own.

AMALGAMATION := $(BUILD)/amalgamation
$(AMALGAMATION)/hvshim.c: tools/amalgamate $(LIB_OBJS:.o=.c) \
		$(shell find include/hv include/arm include/shim dispatch -name '*.h')
	$(call say,GEN,$(@:$(BUILD)/%=%))tools/amalgamate $(@D) $(VERSION) $(LIB_OBJS:.o=.c)

.PHONY: amalgamation
amalgamation: $(AMALGAMATION)/hvshim.c ## The library as hvshim.c and hvshim.h, in build/amalgamation

# ---- The standalone host: images -----------------------------------------------------------------
# hvshim.elf is for RAM (QEMU's -device loader), hvshim.bin for flash (-bios): the same bytes.

IMAGES := $(BUILD)/hvshim.elf $(BUILD)/hvshim.bin
IMAGE_OBJS := $(call objects,aarch64-gcc,$(LIB_OBJS) $(VMBUS_OBJS) $(EL2_OBJS) $(VIRT_OBJS))

$(BUILD)/image.ld: host/virt/image.ld host/virt/image.h
	$(Q)mkdir -p $(@D) && $(CC_aarch64-gcc) -E -P -x c $(INCLUDES) -o $@ $<

$(BUILD)/hvshim.elf: $(IMAGE_OBJS) $(BUILD)/image.ld
	$(call say,LD,$(@F))$(CROSS)ld -pie --no-dynamic-linker -z norelro -z text -z noexecstack \
		-z max-page-size=4096 --gc-sections -T $(BUILD)/image.ld -o $@ $(IMAGE_OBJS)

$(BUILD)/hvshim.bin: $(BUILD)/hvshim.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

all: $(IMAGES)

# ---- The monitor for KVM ---------------------------------------------------------------------------

MONITOR := $(BUILD)/bin/hvshim-kvm
$(MONITOR): $(call objects,kvm-gcc,$(OBJS_kvm-gcc))
	$(call say,LD,bin/$(@F))mkdir -p $(@D)
	$(Q)$(CC_kvm-gcc) -static-pie -pthread -o $@ $^

# The same with sanitizers, which want libraries: tests/kvm/run brings them along.
$(MONITOR)-debug: $(call objects,kvm-debug,$(OBJS_kvm-gcc))
	$(call say,LD,bin/$(@F))mkdir -p $(@D)
	$(Q)$(CC_kvm-debug) $(SANITIZE) -pie -pthread -o $@ $^

# The same with a look at each exit, to record seeds for what follows.
$(MONITOR)-record: $(call objects,kvm-gcc,$(OBJS_kvm-gcc) tests/kvm/record.o)
	$(call say,LD,bin/$(@F))mkdir -p $(@D)
	$(Q)$(CC_kvm-gcc) -static-pie -pthread -Wl,--wrap=exit_handle -o $@ $^

# Its handling of exits, on the build machine, with sanitizers and a KVM that is none.
KVM_FUZZ_OBJS := \
	tests/kvm/fuzz_exit.o \
	tests/kvm/fake_kvm.o \
	tests/kvm/read_hvc.o \
	$(HOST_COMMON_OBJS) \
	host/kvm/exit.o \
	host/kvm/memory.o \
	host/kvm/ops.o \
	host/kvm/vp.o \
	host/kvm/service.o \
	host/kvm/pl011.o \
	el2/inject.o
KVM_FUZZ_ROUNDS ?= 100000
KVM_CORPUS := tests/kvm/corpus

$(call objects,host-debug,$(filter tests/kvm/% host/kvm/%,$(KVM_FUZZ_OBJS))): FOLDER_FLAGS += -D_GNU_SOURCE
$(BUILD)/kvm-fuzz: $(call objects,host-debug,$(KVM_FUZZ_OBJS) $(BOTH_OBJS))
	$(call say,LD,$(@F))$(CC_host-debug) $(LDFLAGS_host-debug) -pthread -o $@ $^

.PHONY: fuzz-kvm
fuzz-kvm: $(BUILD)/kvm-fuzz ## Mutated exits into the monitor's handlers; KVM_FUZZ_ROUNDS=N
	$(Q)$(BUILD)/kvm-fuzz $(KVM_FUZZ_ROUNDS) $(KVM_CORPUS) $(KVM_FUZZ_SEED)

.PHONY: test-monitor
test-monitor: $(MONITOR) $(BUILD)/kvm-fuzz # it links; test-kvm runs it
	$(Q)$(BUILD)/kvm-fuzz $(KVM_FUZZ_ROUNDS) $(KVM_CORPUS)

.PHONY: monitor
monitor: $(MONITOR) ## The monitor for KVM: a static program for arm64 Linux 6.4 and later

# ---- Tools of the build machine ------------------------------------------------------------------
# hvtrace, and the launcher's second process. Names come from the library's own tables.

TOOLS := $(BUILD)/bin/hvtrace $(BUILD)/bin/hvshim-watch $(BUILD)/bin/hvshim-ask

$(BUILD)/bin/hvtrace: $(call objects,tools-gcc,tools/hvtrace.o)
$(BUILD)/bin/hvshim-watch: $(call objects,tools-gcc,tools/hvshim_watch.o)
$(BUILD)/bin/hvshim-ask: $(call objects,tools-gcc,tools/hvshim_ask.o)
$(TOOLS): $(call objects,tools-gcc,$(TOOL_OBJS)) $(BUILD)/lib/host/libhvshim.a
	$(call say,LD,bin/$(@F))mkdir -p $(@D)
	$(Q)$(CC_tools-gcc) -o $@ $^

$(foreach variant,$(VARIANTS),$(call objects,$(variant),tools/costs_baseline.o)): \
	tests/bench/baseline.json

# QEMU has what the plugin calls.
PLUGIN := $(BUILD)/bench/profile.so
$(call objects,tools-gcc,$(PLUGIN_OBJS)): FOLDER_FLAGS := -fPIC
$(PLUGIN): $(call objects,tools-gcc,$(PLUGIN_OBJS))
	$(call say,LD,bench/$(@F))mkdir -p $(@D)
	$(Q)$(CC_tools-gcc) -shared -pthread -o $@ $^

.PHONY: tools
tools: $(TOOLS)
all: tools

# ---- Suites --------------------------------------------------------------------------------------
# `make test-SUITE` prints TAP and fails when a test does. `make test` runs all of SUITES, goes on
# after a failure, and closes with the sum. LINUX_TESTS is `all` or `some` (see tests/linux).

SUITES := tools symbols amalgamation unit fuzz link monitor guest bench linux

.PHONY: test packages
packages: ## Install the programs that building, running and testing need, through apt
	@tools/host-packages run test

test: ## All suites, Linux with two kernels only; closes with "N passed, N failed"
	@tools/host-packages test
	-+@$(PARALLEL) --keep-going for-tests
	+@MAKE='$(MAKE)' LINUX_TESTS=some tools/run-suites $(BUILD)/log $(SUITES)

# All that the suites need, by all processors; what fails here fails its suite.
.PHONY: for-tests
for-tests: archives $(IMAGES) $(TOOLS) guest-images for-bench guest-linux $(UNIT_TESTS:%=$(BUILD)/unit/%)
PARALLEL = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# ---- Suite: unit tests ---------------------------------------------------------------------------

UNIT_OBJS := $(UNIT_SUPPORT_OBJS) $(LIB_OBJS) $(VMBUS_OBJS)

define unit_rules
$(BUILD)/$(2)/test_%: $(BUILD)/obj/$(1)/tests/unit/test_%.o $(call objects,$(1),$(UNIT_OBJS))
	$$(call say,LD,$(2)/$$(@F))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$(filter-out $$(NOT_LINKED),$$(filter %.o,$$^)) -lcmocka

# One program runs the engine on a table of its own.
$(BUILD)/$(2)/test_rows: $(call objects,$(1),tests/unit/rows.o)
$(BUILD)/$(2)/test_rows: NOT_LINKED := %/dispatch/table.o

# Another one on files that let a second processor come between any two accesses.
$(BUILD)/$(2)/test_races: $(call objects,$(1),$(INTERLEAVED:%=interleaved/%))
$(BUILD)/$(2)/test_races: NOT_LINKED := $(call objects,$(1),$(INTERLEAVED))
$(BUILD)/obj/$(1)/interleaved/%.o: %.c $(BUILD)/obj/$(1)/flags
	$$(call say,CC,$$(@:$(BUILD)/obj/%=%))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(FLAGS_$(1)) -include tests/unit/interleave.h -MMD -MP -c -o $$@ $$<
endef
INTERLEAVED := dispatch/timer.o dispatch/port.o dispatch/message.o dispatch/event.o \
	dispatch/calls/direct.o
$(eval $(call unit_rules,host-debug,unit))
$(eval $(call unit_rules,host-coverage,coverage))
$(eval $(call unit_rules,host-mcdc,mcdc))
$(eval $(call unit_rules,host-fast,unit-fast))


.PHONY: test-unit test-unit-sanitize
test-unit-sanitize: test-unit # which always runs with assertions and sanitizers
test-unit: $(UNIT_TESTS:%=$(BUILD)/unit/%) ## The engine's and VMBus's tests, on the build machine
	$(Q)tests/unit/run $^

# ---- Suite: fuzzing ------------------------------------------------------------------------------
# tests/fuzz has a harness for each surface, and drivers: libFuzzer, AFL++, one that only runs (on
# random bytes, on files). `fuzz/X` is libFuzzer's program, `fuzz/X-afl` AFL++'s, `fuzz/X-san` the
# driver with sanitizers, `fuzz/X-fast` the driver at full speed.

HARNESSES := call sequence pages vmbus boot trace
FUZZ_COMMON := tests/fuzz/report.o
FUZZ_ENGINE := tests/fuzz/memory.o tests/fuzz/host.o tests/fuzz/bench.o tests/fuzz/bench_state.o \
	tests/fuzz/generate.o tests/fuzz/generate_block.o tests/fuzz/model_smccc.o tests/fuzz/model_timer.o \
	tests/fuzz/model.o tests/fuzz/model_rows.o tests/fuzz/model_calls.o \
	tests/fuzz/model_registers.o tests/fuzz/model_messages.o tests/fuzz/model_delivery.o $(LIB_OBJS)
FUZZ_OBJS_call := tests/fuzz/fuzz_call.o $(FUZZ_ENGINE)
FUZZ_OBJS_sequence := tests/fuzz/fuzz_sequence.o $(FUZZ_ENGINE)
FUZZ_OBJS_pages := tests/fuzz/fuzz_pages.o $(FUZZ_ENGINE)
FUZZ_OBJS_vmbus := tests/fuzz/fuzz_vmbus.o tests/fuzz/vmbus_peer.o tests/fuzz/vmbus_rings.o $(VMBUS_OBJS)
FUZZ_OBJS_boot := tests/fuzz/fuzz_boot.o tests/unit/machine/device.o tests/unit/machine/fixture.o \
	$(BOOT_DATA_OBJS) host/virt/string.o host/virt/discover.o $(LIBFDT_OBJS)
FUZZ_OBJS_trace := tests/fuzz/fuzz_trace.o tests/fuzz/well_formed.o $(TRACE_OBJS) $(REPORT_OBJS) $(LIB_OBJS)
FUZZ_OBJS_exhaust := tests/fuzz/exhaust.o $(FUZZ_ENGINE)

# Programs of a variant: harness, suffix, further objects.
define fuzz_program
$(BUILD)/fuzz/$(2)$(3): $(call objects,$(1),$(FUZZ_OBJS_$(2)) $(FUZZ_COMMON) $(4))
	$$(call say,LD,fuzz/$$(@F))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$(filter %.o,$$^)
endef
$(foreach harness,$(HARNESSES), \
	$(eval $(call fuzz_program,host-fuzz,$(harness),,)) \
	$(eval $(call fuzz_program,host-afl,$(harness),-afl,)) \
	$(eval $(call fuzz_program,host-debug,$(harness),-san,tests/fuzz/driver.o)) \
	$(eval $(call fuzz_program,host-fast,$(harness),-fast,tests/fuzz/driver.o)))
$(eval $(call fuzz_program,host-fast,exhaust,,))

.PHONY: fuzz fuzz-programs test-fuzz
TIME ?= 60
fuzz-programs: $(foreach harness,$(HARNESSES),$(addprefix $(BUILD)/fuzz/$(harness),-san -fast) \
	$(BUILD)/fuzz/$(harness) $(BUILD)/fuzz/$(harness)-afl) $(BUILD)/fuzz/exhaust

fuzz: ## Fuzz every surface for TIME seconds (60) with each fuzzer: libFuzzer, AFL++, random
	@tools/host-packages develop
	+@$(PARALLEL) fuzz-programs
	$(Q)tests/fuzz/run $(BUILD)/fuzz $(TIME) $(HARNESSES)

for-tests: $(foreach harness,$(HARNESSES),$(addprefix $(BUILD)/fuzz/$(harness),-san -fast)) \
	$(BUILD)/fuzz/exhaust

test-fuzz: $(foreach harness,$(HARNESSES),$(addprefix $(BUILD)/fuzz/$(harness),-san -fast)) \
		$(BUILD)/fuzz/exhaust ## The same for seconds, and what can be counted out
	$(Q)tests/fuzz/short $(BUILD)/fuzz $(HARNESSES)

# ---- Faults that the suites must find ------------------------------------------------------------
# Mistakes of one line each, tests/mutants/rules; two at a time, without sanitizers: a fault that only
# they see is no fault of what a guest sees.

.PHONY: mutants mutant-programs
mutants: $(CAPTURED)/virt.dtb $(LIBFDT)/stamp ## Seed faults; the unit tests and fuzzers must find all
	$(Q)tests/mutants/run $(BUILD) $(PATTERN)

mutant-programs: $(UNIT_TESTS:%=$(BUILD)/unit-fast/%) \
	$(foreach harness,call sequence pages vmbus,$(BUILD)/fuzz/$(harness)-fast) $(BUILD)/fuzz/exhaust

# ---- Suite: what the archives promise ------------------------------------------------------------

.PHONY: test-symbols test-link
test-symbols: $(ARCHIVES) ## The archives export shim_* only and need four functions at most
	$(Q)status=0; for target in aarch64 host; do \
		case $$target in aarch64) nm=$(CROSS)nm ;; host) nm=nm ;; esac; \
		tools/check-symbols $$target $$nm $(BUILD)/lib/$$target/libhvshim.a || status=1; \
	done; exit $$status

test-link: archives guest-images ## A foreign hypervisor links the installed archives, and runs
	$(Q)rm -rf $(BUILD)/link
	$(Q)$(MAKE) --no-print-directory install-library DESTDIR= PREFIX=$(abspath $(BUILD))/link/prefix
	$(Q)HOST_GCC='$(HOST_GCC)' CROSS='$(CROSS)' \
		tests/link/run $(abspath $(BUILD))/link/prefix $(BUILD)/link $(BUILD)/images

# ---- Suite: the library in two files ---------------------------------------------------------------
# Compiles for both targets, exports shim_* alone, and passes unit tests in the place of its parts.

AMALGAMATED_TESTS := test_hvc test_hypercall test_spill test_vp_registers test_messages test_timer \
	test_describe test_random
$(BUILD)/obj/%/amalgamated.o: $(AMALGAMATION)/hvshim.c $(BUILD)/obj/%/flags
	$(call say,CC,$(@:$(BUILD)/obj/%=%))$(CC_$*) $(FLAGS_$*) -c -o $@ $<

$(BUILD)/amalgamation/test_%: $(BUILD)/obj/host-debug/tests/unit/test_%.o \
		$(BUILD)/obj/host-debug/amalgamated.o \
		$(call objects,host-debug,$(UNIT_SUPPORT_OBJS) $(VMBUS_OBJS))
	$(call say,LD,amalgamation/$(@F))$(CC_host-debug) $(LDFLAGS_host-debug) -o $@ \
		$(filter %.o,$^) -lcmocka

.PHONY: test-amalgamation
test-amalgamation: $(foreach variant,$(SHIPPED),$(call objects,$(variant),amalgamated.o)) \
		$(AMALGAMATED_TESTS:%=$(BUILD)/amalgamation/%) ## The library in two files, compiled and tested
	$(Q)status=0; for test in $(AMALGAMATED_TESTS:%=$(BUILD)/amalgamation/%); do \
		CMOCKA_MESSAGE_OUTPUT=TAP $$test || { echo "\# $$test: exit status $$?"; status=1; }; done; \
		for variant in host aarch64; do \
		case $$variant in aarch64) nm=$(CROSS)nm ;; host) nm=nm ;; esac; \
		$$nm $(BUILD)/obj/$$variant-gcc/amalgamated.o | awk -v name=$$variant ' \
			$$1 == "U" && $$2 !~ /^mem(cpy|move|set|cmp)$$|^_GLOBAL_OFFSET_TABLE_$$/ { bad = bad " " $$2 } \
			END { printf "%s - %s: needs four functions at most%s\n", bad ? "not ok" : "ok", name, bad; \
				exit bad != "" }' || status=1; done; exit $$status

# ---- Suite: the project's own tools ---------------------------------------------------------------

.PHONY: test-tools
test-tools: ## Checks and counters refuse what they must
	$(Q)tests/tools/run $(BUILD)/tools-test

# ---- Suite: guests on the standalone host --------------------------------------------------------
# Bare-metal programs for EL1, one source each and the runtime, loaded like a kernel. tests/guest/list
# says with which machines and arguments each of them runs.

GUEST_RUNTIME_OBJS := \
	tests/guest/runtime/start.o \
	tests/guest/runtime/vectors.o \
	tests/guest/runtime/call.o \
	tests/guest/runtime/console.o \
	tests/guest/runtime/tap.o \
	tests/guest/runtime/exception.o \
	tests/guest/runtime/gic.o \
	tests/guest/runtime/cpu.o \
	tests/guest/runtime/fdt.o \
	tests/guest/runtime/memory.o \
	tests/guest/runtime/vector_state.o \
	tests/guest/runtime/access.o \
	tests/guest/runtime/hypercall.o \
	tests/guest/runtime/synic.o \
	tests/guest/runtime/vp_state.o

GUEST_TESTS := \
	smoke \
	discovery \
	golden \
	gate \
	registers \
	messages \
	spill \
	continuation \
	undefined \
	preserve \
	hostile_memory \
	hostile_gpa \
	hostile_device \
	hostile_dma \
	hostile_virtio \
	hostile_sysreg \
	hostile_control \
	hostile_boundary \
	hostile_effects \
	hostile_toctou \
	hostile_reach \
	hostile_gic \
	hostile_storm \
	flood \
	hostile_psci \
	hostile_starts \
	smp \
	vmbus \
	timers \
	ticks \
	ipi \
	startvp \
	translate \
	tsc \
	direct \
	audit \
	traffic \
	reset \
	crash

GUEST_OBJS := $(GUEST_RUNTIME_OBJS) $(GUEST_TESTS:%=tests/guest/%.o)
GUEST_IMAGES := $(GUEST_TESTS:%=$(BUILD)/images/%.bin)

# The loops of memcpy and memset are not to become calls of themselves.
$(BUILD)/obj/aarch64-gcc/tests/guest/%.o: FOLDER_FLAGS := \
	-iquote tests/guest/runtime -fno-pie -fno-tree-loop-distribute-patterns

$(BUILD)/images/%.elf: $(BUILD)/obj/aarch64-gcc/tests/guest/%.o \
		$(call objects,aarch64-gcc,$(GUEST_RUNTIME_OBJS)) tests/guest/runtime/guest.ld
	$(call say,LD,guest/$(@F))mkdir -p $(@D)
	$(Q)$(CROSS)ld -nostdlib -static -z noexecstack --no-warn-rwx-segments \
		-T tests/guest/runtime/guest.ld -o $@ $(filter %.o,$^)

$(BUILD)/images/%.bin: $(BUILD)/images/%.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

.PHONY: guest-images test-guest test-hostile
guest-images: $(GUEST_IMAGES)

test-guest: $(IMAGES) $(TOOLS) $(GUEST_IMAGES) ## Bare-metal guests, friendly and hostile, in QEMU
	$(Q)tests/guest/run $(BUILD)

test-hostile: $(IMAGES) $(TOOLS) $(GUEST_IMAGES) ## The hostile guests with 1 to 4 processors, in full: minutes
	$(Q)GUEST_LIST=tests/guest/list-hostile LONG=1 tests/guest/run $(BUILD)

# ---- Suite: what calls cost ------------------------------------------------------------------------
# Guests that measure, a plugin that counts along, and the figures that were checked in
# (tests/bench/baseline.json). docs/performance.md says how it is done and what came of it.

BENCH_GUESTS := \
	cases \
	growth \
	processors
BENCH_OBJS := tests/bench/guest/measure.o $(BENCH_GUESTS:%=tests/bench/guest/%.o)
BENCH_IMAGES := $(BENCH_GUESTS:%=$(BUILD)/bench/%.bin)

$(BUILD)/obj/aarch64-gcc/tests/bench/guest/%.o: FOLDER_FLAGS := -fno-pie

$(BUILD)/bench/%.elf: $(BUILD)/obj/aarch64-gcc/tests/bench/guest/%.o tests/guest/runtime/guest.ld \
		$(call objects,aarch64-gcc,$(GUEST_RUNTIME_OBJS) tests/bench/guest/measure.o)
	$(call say,LD,bench/$(@F))mkdir -p $(@D)
	$(Q)$(CROSS)ld -nostdlib -static -z noexecstack --no-warn-rwx-segments \
		-T tests/guest/runtime/guest.ld -o $@ $(filter %.o,$^)

$(BUILD)/bench/%.bin: $(BUILD)/bench/%.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

.PHONY: bench bench-check bench-update bench-boot test-bench for-bench
for-bench: $(IMAGES) $(TOOLS) $(PLUGIN) $(BENCH_IMAGES)

bench: for-bench ## What each call costs, in EL2 instructions, and how that grows
	$(Q)tests/bench/bench $(BUILD) print

bench-check: for-bench ## No call costs more than what was checked in
	$(Q)tests/bench/bench $(BUILD) check

bench-update: for-bench guest ## Checks in what is measured now: baseline, tables, chart
	$(Q)tests/bench/bench $(BUILD) update

bench-boot: for-bench guest ## What a boot of Debian's kernel loses to EL2
	$(Q)tests/bench/boot $(BUILD)

test-bench: bench-check # as a suite

# ---- Other hypervisors, to compare with ------------------------------------------------------------
# A guest per hypervisor and, for KVM, a monitor which is all of its user space.

PEER_GUESTS := \
	guest_shim \
	guest_kvm \
	guest_xen
PEER_OBJS := tests/bench/peers/start.o tests/bench/peers/monitor.o \
	$(PEER_GUESTS:%=tests/bench/peers/%.o)
PEERS := $(PEER_GUESTS:%=$(BUILD)/peers/%.bin) $(BUILD)/peers/monitor

$(BUILD)/peers/%.elf: $(call objects,aarch64-gcc,tests/bench/peers/start.o tests/bench/peers/%.o) \
		tests/bench/peers/guest.ld
	$(call say,LD,peers/$(@F))mkdir -p $(@D)
	$(Q)$(CROSS)ld -nostdlib -static -z noexecstack --no-warn-rwx-segments \
		-T tests/bench/peers/guest.ld -o $@ $(filter %.o,$^)

$(BUILD)/peers/%.bin: $(BUILD)/peers/%.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

$(BUILD)/peers/monitor: $(call objects,aarch64-gcc,tests/bench/peers/monitor.o)
	$(call say,LD,peers/$(@F))mkdir -p $(@D) && $(CROSS)ld -nostdlib -static -z noexecstack -o $@ $<

.PHONY: bench-peers measure-peers
bench-peers: ## What calls cost in KVM and Xen, from Debian's packages, beside what they cost here
	@tools/host-packages run
	@tools/host-packages peers || true
	+@$(PARALLEL) $(IMAGES) $(TOOLS) $(PLUGIN) $(PEERS)
	+-@$(if $(MONITOR),$(PARALLEL) $(MONITOR))
	+@$(MAKE) --no-print-directory measure-peers

measure-peers: $(IMAGES) $(TOOLS) $(PLUGIN) $(PEERS)
	$(Q)tests/bench/peers/run $(BUILD)
	$(Q)tests/bench/peers/report $(BUILD) docs/performance.md

# ---- Suite: Linux on the standalone host ---------------------------------------------------------
# Debian's own kernel, a few of its modules and a static busybox. What is there already is not
# fetched again: a second run needs no network.
# The same below Debian's KVM, in QEMU: all in one host, which boots once. KVM_IMAGES: some of them.
$(BUILD)/bin/aarch64/hvtrace: $(call objects,kvm-gcc,tools/hvtrace.o $(TOOL_OBJS) $(LIB_OBJS))
	$(call say,LD,bin/aarch64/$(@F))mkdir -p $(@D)
	$(Q)$(CC_kvm-gcc) -static -o $@ $^

# Runs the monitor on a KVM that lacks something.
REFUSE_OBJS := tests/kvm/refuse.o
$(BUILD)/bin/aarch64/refuse: $(call objects,kvm-gcc,$(REFUSE_OBJS))
	$(call say,LD,bin/aarch64/$(@F))mkdir -p $(@D)
	$(Q)$(CC_kvm-gcc) -static -o $@ $^

.PHONY: test-kvm for-test-kvm
test-kvm: ## Guests under KVM, by the monitor; what differs is listed
	@tools/host-packages test
	+@$(PARALLEL) for-test-kvm
	$(Q)tests/kvm/run $(BUILD) $(KVM_IMAGES)
for-test-kvm: $(MONITOR) $(BUILD)/bin/aarch64/hvtrace $(BUILD)/bin/aarch64/refuse $(IMAGES) $(TOOLS) $(GUEST_IMAGES) guest-linux

.PHONY: test-kvm-sanitize
test-kvm-sanitize: ## The same with the monitor's sanitized build
	@tools/host-packages test
	+@$(PARALLEL) $(MONITOR)-debug for-test-kvm
	$(Q)KVM_MONITOR=$(MONITOR)-debug KVM_LIMIT=$${KVM_LIMIT:-1200} tests/kvm/run $(BUILD) $(KVM_IMAGES)

.PHONY: kvm-corpus
kvm-corpus: for-test-kvm $(MONITOR)-record ## Records what guests do under KVM, as seeds for fuzz-kvm
	$(Q)KVM_MONITOR=$(MONITOR)-record KVM_CORPUS=$(KVM_CORPUS) tests/kvm/run $(BUILD)

.PHONY: guest run boot
guest: $(BUILD)/guest/linux-image-arm64/initrd.gz ## Fetch Debian's arm64 kernel for the small guest

$(BUILD)/guest/%/vmlinuz:
	$(Q)tools/fetch-guest --output $(BUILD)/guest $*

.PRECIOUS: $(BUILD)/guest/%/vmlinuz

$(BUILD)/guest/%/initrd.gz: $(BUILD)/guest/%/vmlinuz tools/make-initrd tools/guest/init
	$(call say,INITRD,guest/$*)tools/make-initrd --busybox $(BUILD)/guest/busybox/busybox \
		--modules $(BUILD)/guest/$*/modules --output $@

# The same guests with test scripts in their RAM disks.
LINUX_GUESTS := linux-image-arm64
# Tested where the machine's suites have it.
LINUX_NEWEST := linux-image-6.12-arm64
LINUX_SCRIPTS := $(addprefix tests/linux/guest/,clock devices devmem hang hotplug kexec panic reboot wait)
LINUX_PROGRAMS := $(BUILD)/guest/kexec-load

# Starts a kernel from the guest: Debian's kexec wants a dozen libraries.
$(BUILD)/guest/kexec-load: \
		$(call objects,aarch64-gcc,tests/linux/kexec.o host/virt/string.o $(LIBFDT_OBJS))
	$(call say,LD,guest/$(@F))mkdir -p $(@D)
	$(Q)$(CROSS)gcc -no-pie -static -nostdlib -o $@ $^

$(BUILD)/guest/%/initrd-test.gz: $(BUILD)/guest/%/vmlinuz tools/make-initrd tools/guest/init \
		$(LINUX_SCRIPTS) $(LINUX_PROGRAMS)
	$(call say,INITRD,guest/$* for tests)tools/make-initrd --output $@ \
		--busybox $(BUILD)/guest/busybox/busybox --modules $(BUILD)/guest/$*/modules \
		$(LINUX_SCRIPTS) $(LINUX_PROGRAMS)

.PHONY: guest-linux test-linux test-reports boot-time
guest-linux: $(LINUX_GUESTS:%=$(BUILD)/guest/%/initrd-test.gz) guest
	$(Q)tools/fetch-guest --output $(BUILD)/guest $(LINUX_NEWEST); case $$? in \
		0) $(MAKE) --no-print-directory $(BUILD)/guest/$(LINUX_NEWEST)/initrd-test.gz ;; \
		3) echo 'Tests of $(LINUX_NEWEST) are skipped.' ;; \
		*) exit 2 ;; esac

# A machine that makes as many calls as none can in an emulator, without the machine.
WRITE_RECORDS := $(BUILD)/tests/write-records
$(WRITE_RECORDS): $(call objects,tools-gcc,tests/linux/write_records.o)
	$(call say,LD,tests/$(@F))mkdir -p $(@D) && $(CC_tools-gcc) -o $@ $^

test-linux: $(IMAGES) $(TOOLS) guest-linux $(BUILD)/images/flood.bin $(WRITE_RECORDS) ## Debian's kernels: all routes, processors and models
	$(Q)status=0; \
	BUILD=$(BUILD) tests/linux/launcher || status=1; \
	BUILD=$(BUILD) tests/linux/hvtrace || status=1; \
	BUILD=$(BUILD) tests/linux/run $(or $(LINUX_TESTS),all) || status=1; exit $$status

test-reports: $(IMAGES) $(TOOLS) guest-linux ## What reports say of Debian's kernels, against their logs
	$(Q)BUILD=$(BUILD) tests/linux/run reports

boot-time: $(IMAGES) $(TOOLS) guest ## How long a boot takes under the shim, and without it
	$(Q)BUILD=$(BUILD) tests/linux/boot-time

run: ## Boot Debian's kernel under the shim; installs and fetches what is missing
	@tools/host-packages run
	+@$(PARALLEL) $(IMAGES) $(TOOLS) guest
	+@$(MAKE) --no-print-directory boot

boot: $(IMAGES) $(TOOLS) guest
	$(Q)HVSHIM_BUILD=$(BUILD) tools/hvshim-boot --timeout 120 --log $(BUILD)/run.log
	@echo && echo "The guest's calls, of which all are in $(BUILD)/run.log:" && \
		sed -n 's/^ *//; /HvCall/p' $(BUILD)/run.log | cut -c1-118 | sed -n '1,6p; $$p'

# ---- Installing ----------------------------------------------------------------------------------
# The archive of each target has a pkg-config package: hvshim (AArch64) and hvshim-host.

INSTALLED = $(DESTDIR)$(PREFIX)
HEADERS := $(addprefix include/, \
	arm/smccc.h \
	hv/calls.h hv/direct.h hv/extended.h hv/hypercall.h hv/message.h hv/privilege.h \
	hv/processor.h hv/registers.h hv/status.h hv/timer.h hv/types.h \
	hv/vp_registers.h \
	shim/compiler.h shim/describe.h shim/host.h shim/port.h shim/shim.h shim/trace.h shim/tracer.h)

.PHONY: install install-library uninstall
install: all install-library ## Headers, archives, pkg-config files and tools below DESTDIR/PREFIX
	$(Q)install -d $(INSTALLED)/bin $(INSTALLED)/libexec/hvshim $(INSTALLED)/share/hvshim/launcher
	$(Q)sed 's/@VERSION@/$(VERSION)/' tools/hvshim-boot > $(INSTALLED)/bin/hvshim-boot
	$(Q)chmod 755 $(INSTALLED)/bin/hvshim-boot
	$(Q)install -m 755 $(BUILD)/bin/hvtrace $(BUILD)/bin/hvshim-ask $(INSTALLED)/bin
	$(Q)install -m 755 $(BUILD)/bin/hvshim-watch $(INSTALLED)/libexec/hvshim
	$(Q)install -m 644 tools/launcher/kernel.sh tools/launcher/host.sh tools/launcher/devices.sh \
		$(INSTALLED)/share/hvshim/launcher
	$(Q)$(if $(IMAGES),install -m 644 $(IMAGES) $(INSTALLED)/share/hvshim)
	$(Q)install -D -m 644 docs/hvtrace.1 $(INSTALLED)/share/man/man1/hvtrace.1
	$(Q)install -m 644 tools/hvshim.gdb $(INSTALLED)/share/hvshim

install-library: archives
	$(Q)install -d $(INSTALLED)/lib/pkgconfig
	$(Q)for header in $(HEADERS:include/%=%); do \
		install -D -m 644 include/$$header $(INSTALLED)/include/hvshim/$$header || exit; done
	$(Q)for target in aarch64 host; do \
		install -D -m 644 $(BUILD)/lib/$$target/libhvshim.a \
			$(INSTALLED)/lib/hvshim/$$target/libhvshim.a || exit; \
		case $$target in aarch64) package=hvshim ;; host) package=hvshim-host ;; esac; \
		sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e "s|@TARGET@|$$target|" \
			tools/hvshim.pc.in > $(INSTALLED)/lib/pkgconfig/$$package.pc || exit; done

uninstall: ## Remove what install put there
	rm -rf $(addprefix $(INSTALLED)/,include/hvshim lib/hvshim libexec/hvshim share/hvshim)
	rm -f $(addprefix $(INSTALLED)/,bin/hvshim-boot bin/hvtrace share/man/man1/hvtrace.1)
	rm -f $(addprefix $(INSTALLED)/lib/pkgconfig/,hvshim.pc hvshim-host.pc)

# ---- Checks --------------------------------------------------------------------------------------

CHECKS := check-layers check-sources check-conformance check-threats check-mutants check-scripts check-headers check-format \
	check-tidy check-cppcheck check-image check-stack check-reproducible
.PHONY: check $(CHECKS)
check: ## Layers, formatting, static analysis, reproducibility: what reviewers need not look for
	@tools/host-packages develop
	+@$(MAKE) --no-print-directory $(CHECKS)
	@echo "All checks passed."

# Not the proofs: annotations are one line each, and all that uses some arguments.
C_FILES = $(sort $(shell find include dispatch vmbus el2 host tests tools -name '*.[ch]' \
	! -path 'tests/formal/*'))
SCRIPTS = .ci/run $(sort $(shell grep -rlE '^\#!/bin/(ba)?sh' tools tests))

check-layers: ## Nothing includes upwards (docs/architecture.md, "Layers and folders")
	$(call say,CHECK,layers)tools/check-layers

check-sources: ## Licence tags, opening comments, length of files, no source that nobody builds
	$(call say,CHECK,sources)tools/check-sources
	$(Q)for source in $$(find dispatch vmbus el2 host tests/unit tests/fuzz tests/guest tests/kvm tests/bench tools -name '*.[cS]'); do \
		object=$${source%.?}; grep -qE "^	$$object\.o|	$${object##*/}( |\$$)|[ (=]$$object\.o" Makefile || \
		{ echo "$$source: not in the Makefile"; exit 1; }; done

check-conformance: ## Each decision of docs/conformance.md is pinned by a test that exists
	$(call say,CHECK,conformance)tools/check-conformance

check-threats: ## Each attack of docs/threat-model.md has evidence that exists, or a reason
	$(call say,CHECK,threats)tools/check-threats

check-mutants: ## Each fault of tests/mutants/rules still fits its file
	$(call say,CHECK,mutants)tests/mutants/fit

check-scripts:
	$(call say,CHECK,scripts)shellcheck --external-sources --severity=warning $(SCRIPTS)

# Each header compiles alone, for both targets.
check-headers:
	$(call say,CHECK,headers)for header in $$(find include dispatch vmbus -name '*.h'); do \
		$(CC_host-gcc) $(FLAGS_host-gcc) -fsyntax-only -x c $$header && \
		$(CC_aarch64-gcc) $(FLAGS_aarch64-gcc) -fsyntax-only -x c $$header || exit; done
	$(Q)for header in $$(find el2 host/common host/virt -name '*.h'); do \
		$(CC_aarch64-gcc) $(FLAGS_aarch64-gcc) -fsyntax-only -x c $$header || exit; done
	$(Q)for header in $$(find host/kvm -name '*.h'); do \
		$(CC_kvm-gcc) $(FLAGS_kvm-gcc) -fsyntax-only -x c $$header || exit; done

check-format:
	$(call say,CHECK,format)clang-format --dry-run -Werror $(C_FILES)

# Both analysers see each file as it is compiled; .clang-tidy and tools/cppcheck.txt say what is
# asked of them, and why some of it is not.
TIDY_FILES = $(filter %.c,$(C_FILES))
check-tidy: compile_commands.json
	$(call say,CHECK,clang-tidy)printf '%s\n' $(TIDY_FILES) | \
		xargs -P 2 -n 4 clang-tidy --quiet -p . --warnings-as-errors='*' 2> /dev/null

check-cppcheck:
	$(call say,CHECK,cppcheck)cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr \
		--enable=warning,style,performance,portability --suppressions-list=tools/cppcheck.txt \
		--platform=unix64 -I include -I . dispatch vmbus el2 host

# Of the code as it was built (docs/threat-model.md).
check-image: $(BUILD)/hvshim.elf $(BUILD)/lib/aarch64/libhvshim.a
	$(call say,CHECK,image)tools/check-image $(CROSS) image $<
	$(Q)tools/check-image $(CROSS) code $(BUILD)/lib/aarch64/libhvshim.a

check-stack: $(BUILD)/hvshim.elf ## How deep EL2's stacks can get, and that they are deep enough
	$(call say,CHECK,stack)tools/check-stack $(CROSS) \
		$(addprefix $(BUILD)/obj/aarch64-gcc/,dispatch vmbus el2 host libfdt)

# Two builds, in two folders, give the same bytes.
REPRODUCED := lib/aarch64/libhvshim.a lib/host/libhvshim.a $(IMAGES:$(BUILD)/%=%)
check-reproducible: $(LIBFDT)/stamp ## Builds in two folders are identical to the byte
	$(call say,CHECK,reproducible)rm -rf $(BUILD)/reproducible
	$(Q)for copy in a longer/b; do \
		mkdir -p $(BUILD)/reproducible/$$copy/out && \
		cp -r --parents Makefile $(SOURCE_FOLDERS) $(BUILD)/reproducible/$$copy && \
		cp -r $(LIBFDT) $(BUILD)/reproducible/$$copy/out/libfdt && \
		$(MAKE) -C $(BUILD)/reproducible/$$copy --no-print-directory BUILD=out archives \
			$(IMAGES:$(BUILD)/%=out/%) > /dev/null || exit; done
	$(Q)for file in $(REPRODUCED); do \
		cmp $(BUILD)/reproducible/a/out/$$file $(BUILD)/reproducible/longer/b/out/$$file || exit; \
	done
SOURCE_FOLDERS := include dispatch vmbus el2 host

# ---- Coverage ------------------------------------------------------------------------------------
# Lines and branches of the engine that the unit tests reach, all of them. An exclusion is a line of
# tests/coverage-exclusions.txt: what gcovr is to pass over, with the reason above it.

.PHONY: coverage
coverage: ## Unit tests reach every line and branch of dispatch/ and vmbus/
	@tools/host-packages develop
	+@$(MAKE) --no-print-directory measure-coverage

.PHONY: measure-coverage
measure-coverage: $(UNIT_TESTS:%=$(BUILD)/coverage/%)
	$(Q)find $(BUILD)/obj/host-coverage -name '*.gcda' -delete
	$(Q)tests/unit/run $^ > $(BUILD)/coverage/log || { cat $(BUILD)/coverage/log; exit 1; }
	$(Q)sed -e '/^#/d' -e '/^$$/d' tests/coverage-exclusions.txt | \
		xargs gcovr --root . --filter dispatch/ --filter vmbus/ \
		--object-directory $(BUILD)/obj/host-coverage \
		--txt $(BUILD)/coverage/lines.txt --print-summary --sort-uncovered \
		--html-details $(BUILD)/coverage/index.html \
		--fail-under-line 100 --fail-under-branch 100 \
		$(BUILD)/obj/host-coverage/dispatch $(BUILD)/obj/host-coverage/vmbus \
		$(BUILD)/obj/host-coverage/interleaved || \
		{ cat $(BUILD)/coverage/lines.txt; exit 1; }

# Modified condition/decision coverage: each condition of a decision is seen to decide it. How much of
# it each file has to have is in tests/mcdc. A program leaves one profile each; all are merged.
.PHONY: mcdc measure-mcdc
mcdc: ## MC/DC of dispatch/ and vmbus/ by the unit tests
	@tools/host-packages develop mcdc
	+@$(MAKE) --no-print-directory measure-mcdc

measure-mcdc: $(UNIT_TESTS:%=$(BUILD)/mcdc/%)
	$(Q)rm -rf $(BUILD)/mcdc/profiles && mkdir -p $(BUILD)/mcdc/profiles
	$(Q)export LLVM_PROFILE_FILE='$(abspath $(BUILD))/mcdc/profiles/%m-%p'; \
		tests/unit/run $^ > $(BUILD)/mcdc/log || { cat $(BUILD)/mcdc/log; exit 1; }
	$(Q)tools/measure-mcdc $(MCDC_CLANG:clang%=%) $(BUILD)/mcdc tests/mcdc

# ---- Proof ---------------------------------------------------------------------------------------

.PHONY: prove
prove: ## Prove the hypercall engine and parsing of VMBus free of run-time errors (Frama-C)
	@tools/host-packages prove
	$(Q)tests/formal/run $(BUILD)

# ---- Editors -------------------------------------------------------------------------------------

# One entry per source: as AArch64 where that is all there is, else as the build machine's. Without
# what only GCC knows: those who read this are Clang's.
define command_of
  { "directory": "$(CURDIR)", "file": "$(1)",
    "command": "$(CC_$(2)) $(filter-out --param=% $(ARGUMENTS_STAY),$(FLAGS_$(2))) $(3) -c $(1)" },

endef
sources = $(filter %.c,$(wildcard $(1:.o=.c)))
COMMANDS = $(foreach source,$(call sources,$(BOTH_OBJS)),$(call command_of,$(source),host-gcc)) \
	$(foreach source,$(call sources,$(EL2_OBJS) $(VIRT_OBJS)),$(call \
		command_of,$(source),aarch64-gcc,$(LIBFDT_INCLUDES))) \
	$(foreach source,$(call sources,$(GUEST_OBJS) $(BENCH_OBJS)),$(call \
		command_of,$(source),aarch64-gcc,-iquote tests/guest/runtime)) \
	$(foreach source,$(call sources,$(KVM_OBJS)),$(call \
		command_of,$(source),kvm-gcc,$(LIBFDT_INCLUDES))) \
	$(foreach source,tests/kvm/fuzz_exit.c tests/kvm/fake_kvm.c tests/kvm/read_hvc.c,$(call \
		command_of,$(source),host-debug,-D_GNU_SOURCE)) \
	$(foreach source,tests/kvm/record.c tests/kvm/refuse.c,$(call command_of,$(source),kvm-gcc)) \
	$(foreach source,tests/linux/kexec.c $(call sources,$(PEER_OBJS)),$(call \
		command_of,$(source),aarch64-gcc,$(LIBFDT_INCLUDES))) \
	$(foreach source,$(call sources,$(TOOL_OBJS) $(TOOL_MAINS) $(PLUGIN_OBJS) tests/linux/write_records.o),$(call \
		command_of,$(source),tools-gcc)) \
	$(foreach source,$(filter tests/%,$(call sources,$(UNIT_SUPPORT_OBJS) tests/unit/rows.o \
		$(UNIT_TESTS:%=tests/unit/%.o) \
		$(foreach harness,$(HARNESSES) exhaust,$(FUZZ_OBJS_$(harness))) tests/fuzz/driver.o \
		$(FUZZ_COMMON))),$(call \
		command_of,$(source),host-debug,$(LIBFDT_INCLUDES))) \
	$(foreach source,$(filter-out %/tiny.c,$(wildcard tests/link/*.c)),$(call \
		command_of,$(source),tools-gcc)) \
	$(call command_of,tests/link/tiny.c,aarch64-gcc)

compile_commands.json: Makefile $(LIBFDT)/stamp ## For editors and analysers: how each source is compiled
	$(call say,GEN,$@)rm -f $@
	$(file >$@.part,[$(COMMANDS)])
	$(Q)tr '\n' ' ' < $@.part | sed -e 's/, *\]/ ]/' -e 's/}, */},\n/g' > $@ && rm $@.part

# ---- Cleaning ------------------------------------------------------------------------------------

.PHONY: clean help
clean: ## Remove all that was built; fetched guest packages stay
	rm -rf $(BUILD)/obj $(BUILD)/lib $(BUILD)/bin $(BUILD)/unit $(BUILD)/coverage $(BUILD)/images
	rm -rf $(BUILD)/peers $(BUILD)/bench-peers* $(BUILD)/link $(BUILD)/log $(BUILD)/reproducible $(BUILD)/tools-test
	rm -rf $(BUILD)/kvm $(BUILD)/kvm-fuzz $(BUILD)/amalgamation
	rm -rf $(BUILD)/hvshim.* compile_commands.json

help: ## This list
	@awk -F '## ' '/^[a-z-]+:.*## / { split($$1, name, ":"); \
		printf "  make %-20s %s\n", name[1], $$2 }' Makefile

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
