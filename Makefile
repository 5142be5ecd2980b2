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
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-8s%s\n' '$(1)' '$(2)';
endif

# Transitional: what is listed, but not written yet, is left out.
written = $(foreach object,$(1),$(if $(wildcard $(object:.o=.c) $(object:.o=.S)),$(object)))

# ---- Objects: the library ------------------------------------------------------------------------

LIB_OBJS := $(call written, \
	dispatch/hvc.o \
	dispatch/smccc.o \
	dispatch/convention.o \
	dispatch/hypercall.o \
	dispatch/block.o \
	dispatch/admit.o \
	dispatch/table.o \
	dispatch/partition.o \
	dispatch/registers.o \
	dispatch/message.o \
	dispatch/trace.o \
	dispatch/calls/vp_registers.o \
	dispatch/calls/messages.o \
	dispatch/calls/partition.o \
	dispatch/calls/spin_wait.o \
	dispatch/calls/extended.o)

# ---- Objects: VMBus, host side -------------------------------------------------------------------

VMBUS_OBJS := \
	vmbus/vmbus.o \
	vmbus/connection.o \
	vmbus/backlog.o

# ---- Objects: EL2 and the standalone host (AArch64 only) -----------------------------------------

EL2_OBJS := $(call written, \
	el2/vectors.o \
	el2/trap.o \
	el2/inject.o \
	el2/stage2.o \
	el2/mmu.o \
	el2/panic.o \
	el2/sysregs.o)

VIRT_OBJS :=

# ---- Objects: unit tests (build machine) ---------------------------------------------------------
# UNIT_TESTS are programs, one source each, named after the file under test; UNIT_SUPPORT_OBJS and
# all of the library and VMBus are linked to each of them.

UNIT_TESTS :=

UNIT_SUPPORT_OBJS :=

# ---- Compilers and flags -------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wvla -Werror
INCLUDES := -iquote . -Iinclude
PATHS := -ffile-prefix-map=$(abspath $(BUILD))=build -ffile-prefix-map=$(CURDIR)=.
COMMON := -std=c11 -g $(WARNINGS) $(INCLUDES) $(PATHS)

# Freestanding: what goes into an image or the archive. Position-independent, since the integrator
# decides where EL2 lives; sections, since it decides what of the library it needs.
FREESTANDING := -O2 -ffreestanding -fno-common -fPIE -fno-stack-protector \
	-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
AARCH64 := -march=armv8-a -mgeneral-regs-only -mstrict-align -mno-outline-atomics

HOST_GCC ?= gcc
HOST_CLANG ?= clang
CC_host-gcc := $(HOST_GCC)
CC_host-clang := $(HOST_CLANG)
CC_aarch64-gcc := $(CROSS)gcc
CC_aarch64-clang := $(HOST_CLANG) --target=aarch64-linux-gnu
CC_host-debug := $(HOST_GCC)
CC_host-coverage := $(HOST_GCC)

FLAGS_host-gcc := $(COMMON) $(FREESTANDING)
FLAGS_host-clang := $(COMMON) $(FREESTANDING)
FLAGS_aarch64-gcc := $(COMMON) $(FREESTANDING) $(AARCH64)
FLAGS_aarch64-clang := $(COMMON) $(FREESTANDING) $(AARCH64)

# Unit tests run with assertions and sanitizers; coverage is measured without either.
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_host-debug := $(COMMON) -O1 -fno-omit-frame-pointer -DSHIM_DEBUG $(SANITIZE)
FLAGS_host-coverage := $(COMMON) -O0 --coverage
LDFLAGS_host-debug := $(SANITIZE)
LDFLAGS_host-coverage := --coverage

# Flags of a folder, for all variants that ship: no large frame in the engine.
ENGINE_FLAGS := -Wframe-larger-than=256
$(foreach variant,host-gcc host-clang aarch64-gcc aarch64-clang, \
	$(eval $(BUILD)/obj/$(variant)/dispatch/%.o: FOLDER_FLAGS := $(ENGINE_FLAGS)))

VARIANTS := host-gcc host-clang aarch64-gcc aarch64-clang host-debug host-coverage
SHIPPED := host-gcc aarch64-gcc $(if $(shell command -v $(HOST_CLANG)),host-clang aarch64-clang)

# ---- Compiling -----------------------------------------------------------------------------------

# One set of rules per variant. Objects follow their flags as well as their sources.
define variant_rules
$(BUILD)/obj/$(1)/%.o: %.c $(BUILD)/obj/$(1)/flags
	$$(call say,$(if $(findstring clang,$(1)),CLANG,CC),$$(@:$(BUILD)/obj/%=%))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(FLAGS_$(1)) $$(FOLDER_FLAGS) -MMD -MP -c -o $$@ $$<

$(BUILD)/obj/$(1)/%.o: %.S $(BUILD)/obj/$(1)/flags
	$$(call say,AS,$$(@:$(BUILD)/obj/%=%))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(FLAGS_$(1)) -MMD -MP -c -o $$@ $$<

$(BUILD)/obj/$(1)/flags: FORCE
	@mkdir -p $$(@D)
	@echo '$$(CC_$(1)) $$(FLAGS_$(1))' | cmp -s - $$@ || \
		echo '$$(CC_$(1)) $$(FLAGS_$(1))' > $$@
endef
$(foreach variant,$(VARIANTS),$(eval $(call variant_rules,$(variant))))

FORCE:

objects = $(addprefix $(BUILD)/obj/$(1)/,$(2))

BOTH_OBJS := $(LIB_OBJS) $(VMBUS_OBJS)
OBJS_host-gcc := $(BOTH_OBJS)
OBJS_host-clang := $(BOTH_OBJS)
OBJS_aarch64-gcc := $(BOTH_OBJS) $(EL2_OBJS) $(VIRT_OBJS)
OBJS_aarch64-clang := $(BOTH_OBJS) $(EL2_OBJS) $(VIRT_OBJS)

.PHONY: all objects archives
all: objects archives ## Build the archives and images (GCC), and compile all with Clang where installed

objects: $(foreach variant,$(SHIPPED),$(call objects,$(variant),$(OBJS_$(variant))))

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

# ---- The standalone host: images -----------------------------------------------------------------
# (EL2) $(BUILD)/hvshim.elf and $(BUILD)/hvshim.bin from LIB_OBJS, VMBUS_OBJS, EL2_OBJS, VIRT_OBJS
# of aarch64-gcc; add both to `all`.

IMAGES :=
all: $(IMAGES)

# ---- Unit tests ----------------------------------------------------------------------------------

UNIT_OBJS := $(UNIT_SUPPORT_OBJS) $(LIB_OBJS) $(VMBUS_OBJS)

define unit_rules
$(BUILD)/$(2)/test_%: $(BUILD)/obj/$(1)/tests/unit/test_%.o $(call objects,$(1),$(UNIT_OBJS))
	$$(call say,LD,$(2)/$$(@F))mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$(filter %.o,$$^) -lcmocka
endef
$(eval $(call unit_rules,host-debug,unit))
$(eval $(call unit_rules,host-coverage,coverage))

.SECONDARY: $(foreach variant,host-debug host-coverage, \
	$(call objects,$(variant),$(UNIT_TESTS:%=tests/unit/%.o)))

.PHONY: test-unit
test-unit: $(UNIT_TESTS:%=$(BUILD)/unit/%) ## The engine's and VMBus's tests, on the build machine
	$(Q)status=0; for test in $^; do \
		CMOCKA_MESSAGE_OUTPUT=TAP $$test || status=1; done; exit $$status

# ---- Cleaning ------------------------------------------------------------------------------------

.PHONY: clean help
clean: ## Remove all that was built; fetched guest packages stay
	rm -rf $(BUILD)/obj $(BUILD)/lib $(BUILD)/unit $(BUILD)/coverage $(BUILD)/link $(BUILD)/log
	rm -rf $(BUILD)/hvshim.* compile_commands.json

help: ## This list
	@awk -F '## ' '/^[a-z-]+:.*## / { split($$1, name, ":"); \
		printf "  make %-20s %s\n", name[1], $$2 }' Makefile

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
