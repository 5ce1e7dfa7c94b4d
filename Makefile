# SPDX-License-Identifier: GPL-2.0-or-later
# One Makefile for everything. `make help` lists the targets.
#
#   V=1          show commands         SAN=address|thread   build with a sanitizer
#   CC=clang     another compiler      HAVE_SNAPPY=0 ...    leave a codec out
#                                      HAVE_SODIUM=0       no sealed dumps
#   CROSS=aarch64-linux-gnu-   for another machine, with the libraries of tests/setup/sysroot.sh if
#                they are there, else of $(CROSS)pkg-config. RUNNER runs what was built, which is
#                tried before it gets out [qemu-aarch64-static]

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:

CROSS      ?=
CROSS_ROOT ?= $(if $(CROSS),$(shell tests/setup/sysroot.sh --where $(CROSS:%-=%)))
CC      := $(if $(filter default,$(origin CC)),$(CROSS)gcc$(CROSS_ROOT:%= --sysroot=%),$(CC))
PREFIX  ?= /usr
DESTDIR ?=
SAN     ?=
comma   := ,
JOBS    ?= $(shell nproc)
Q       := $(if $(V),,@)
O       := build/$(notdir $(firstword $(CC)))$(if $(SAN),-$(SAN))
# One name for each object, however O was spelled: what depends on it is written down by that name.
override O := $(patsubst $(CURDIR)/%,%,$(O))

HAVE_LZO        ?= 1
HAVE_SNAPPY     ?= 1
HAVE_ZSTD       ?= 1
HAVE_LIBDEFLATE ?= 1
HAVE_SODIUM     ?= 1

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

CPPFLAGS := -Icollector -I. -I$(O) -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
	-DHAVE_LZO=$(HAVE_LZO) -DHAVE_SNAPPY=$(HAVE_SNAPPY) -DHAVE_ZSTD=$(HAVE_ZSTD) \
	-DHAVE_LIBDEFLATE=$(HAVE_LIBDEFLATE) -DHAVE_SODIUM=$(HAVE_SODIUM) -DKDUMP_VERSION='"$(VERSION)"'
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla
# A warning is an error for the compilers that the tests pass with: gcc up to 16, clang up to 21. What
# a newer one warns of is no reason to fail on the machine of somebody who only builds.
WERROR   ?= $(shell $(CC) --version 2>/dev/null | awk 'NR == 1 { most = /clang/ ? 21 : 16 } \
	match($$0, /[0-9]+\.[0-9]+\.[0-9]+/) { exit } \
	END { v = int(substr($$0, RSTART)); if (v > 0 && v <= most) print "-Werror" }')
WARN     += $(WERROR)
# Hardening of every build, tested by tests/service/hardening.sh. A distribution's own flags come
# last; two values of _FORTIFY_SOURCE would be an error, so its value replaces ours.
HARDEN   := -fPIE -fstack-protector-strong -fstack-clash-protection
HARDEN   += $(if $(SAN)$(findstring _FORTIFY_SOURCE,$(EXTRA_CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
# Control-flow protection: each processor's own, where the compiler has it.
HARDEN   += $(firstword $(foreach f,-fcf-protection -mbranch-protection=standard,$(shell \
	$(CC) -Werror $(f) -S -o /dev/null -xc - </dev/null 2>/dev/null && echo $(f))))
HARDEN_L := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
# A sanitizer has no static libraries.
PIE      := -pie
STATIC   := $(if $(SAN),-pie,-static-pie)
# A char is signed everywhere, as on x86_64.
CFLAGS   := -std=gnu11 -fsigned-char -g -O2 -ffunction-sections -fdata-sections $(WARN) -fno-strict-aliasing -fno-omit-frame-pointer \
	-pthread $(HARDEN) $(EXTRA_CFLAGS)
LDFLAGS  := -pthread $(HARDEN_L) $(EXTRA_LDFLAGS)
LIBS     := -lelf -lz
LIBS     += $(if $(filter 1,$(HAVE_LIBDEFLATE)),-ldeflate)
LIBS     += $(if $(filter 1,$(HAVE_SNAPPY)),-lsnappy)
LIBS     += $(if $(filter 1,$(HAVE_ZSTD)),-lzstd)
LIBS     += $(if $(filter 1,$(HAVE_SODIUM)),-lsodium)
# A static program needs the libraries of its libraries, too: pkg-config knows them. What it does
# not: snappy is written in C++; some libelf.a hold a crc32 of their own, which must not win over
# libz's; and what libstatic.a stands in for, see initramfs/static.
PKG_CONFIG  ?= $(if $(CROSS_ROOT),PKG_CONFIG_SYSROOT_DIR=$(CROSS_ROOT) PKG_CONFIG_LIBDIR=$(subst \
	$() ,:,$(wildcard $(CROSS_ROOT)/usr/lib/$(CROSS:%-=%)/pkgconfig $(CROSS_ROOT)/usr/share/pkgconfig)) \
	pkg-config,$(CROSS)pkg-config)
RUNNER      ?= $(if $(CROSS),qemu-$(firstword $(subst -, ,$(CROSS)))-static$(CROSS_ROOT:%= -L %))
COLLECT_PKGS := libelf zlib $(if $(filter 1,$(HAVE_LIBDEFLATE)),libdeflate) \
	$(if $(filter 1,$(HAVE_SNAPPY)),snappy) $(if $(filter 1,$(HAVE_ZSTD)),libzstd) \
	$(if $(filter 1,$(HAVE_SODIUM)),libsodium)
static_pkgs  = $(or $(shell $(PKG_CONFIG) --static --libs $(1)),$(error $(PKG_CONFIG) does not find $(1)))
STATIC_LIBS  = -lz $(call static_pkgs,$(1) $(COLLECT_PKGS)) $(if $(filter 1,$(HAVE_SNAPPY)),-lstdc++) -lm \
	$(O)/libstatic.a

# SAN=coverage is none: it counts which lines are run.
ifeq ($(SAN),coverage)
CFLAGS  += --coverage -fprofile-update=atomic -include tests/setup/coverage.h
LDFLAGS += --coverage
else ifneq ($(SAN),)
CFLAGS  += -fno-sanitize-recover=all -fsanitize=$(SAN)$(if $(filter address,$(SAN)),$(comma)undefined)
LDFLAGS += -fsanitize=$(SAN)$(if $(filter address,$(SAN)),$(comma)undefined)
endif

# sources FOLDER - every C file below it; a folder without any is a mistake in this file.
sources = $(or $(shell find $(1) -name '*.c' | sort),$(error there is no C file below $(1)))
# objects FILES - their objects, after a look that each file is there.
objects = $(patsubst %.c,$(2)/%.o,$(1))$(if $(filter-out $(wildcard $(1)),$(1)),$(error there \
	is no $(filter-out $(wildcard $(1)),$(1))))

# Each folder is a library without its main.c. Who may use whom: docs/design.md, "Folders".
# Without libsodium one file stands in for the folder of sealed dumps.
SEAL_OUT := $(if $(filter 1,$(HAVE_SODIUM)),collector/seal/off.c,$(filter-out %/off.c,$(wildcard collector/seal/*.c)))
LIB_SRC  := $(filter-out collector/main.c collector/report/main.c $(SEAL_OUT),$(call sources,collector))
LIB_OBJ  := $(LIB_SRC:%.c=$(O)/%.o)
CFG_SRC  := $(filter-out config/cli/main.c,$(call sources,config))
PLAN_SRC := $(call sources,initramfs/plan) $(call sources,initramfs/net)
IMG_SRC  := $(filter-out initramfs/image/main.c,$(call sources,initramfs/image))
CAP_SRC  := $(filter-out initramfs/capture/main.c,$(call sources,initramfs/capture))
CTL_SRC  := $(filter-out systemd/main.c,$(call sources,systemd))
FIX_SRC  := $(filter-out tests/fixtures/selftest/main.c,$(call sources,tests/fixtures))
UNIT_LIB := $(call sources,tests/unit/support)
# Tests whose dumps have pages of every compressor.
UNIT_ALL := %/test_repack.c %/test_source_kdump.c %/test_kdump_set.c
UNIT_SRC := $(filter-out $(UNIT_LIB) $(if $(filter 1,$(HAVE_ZSTD)),,%/test_codec_zstd.c) \
	$(if $(filter 0,$(HAVE_LZO) $(HAVE_SNAPPY) $(HAVE_ZSTD)),$(UNIT_ALL)) \
	$(if $(filter 1,$(HAVE_SODIUM)),,tests/unit/collector/seal/% %/test_dump_sealed.c),$(call sources,tests/unit))
UNIT_BIN := $(UNIT_SRC:%.c=$(O)/%)
FUZZ_SRC := $(filter-out $(if $(filter 1,$(HAVE_SODIUM)),,tests/fuzz/fuzz_seal_%),$(call sources,tests/fuzz))
TOOL_SRC := $(call sources,tests/tools)
TOOL_BIN := $(TOOL_SRC:%.c=$(O)/%)

.PHONY: all check unit unit-bins switches unit-run unit-run-threads lint fuzz real vm behaviours nightly bench bench-insitu demo \
	install clean deps help tools service manual trust trust-output trust-service coverage coverage-run analyze table

# These goals install what they need. What is installed decides how this file reads (pkg-config,
# which libraries are static), so it is read again, by a second make, once the packages are there.
WITH_DEPS := check unit switches lint fuzz real vm behaviours nightly bench bench-insitu demo service trust trust-output trust-service \
	coverage analyze
ifneq ($(and $(filter $(WITH_DEPS),$(MAKECMDGOALS)),$(if $(KDUMP_DEPS),,first)),)
$(MAKECMDGOALS): again
	@:
.PHONY: again
again: deps
	$(Q)tests/setup/machine.sh
	$(Q)$(MAKE) KDUMP_DEPS=installed $(MAKECMDGOALS)
else

PROGRAMS := kdump-collect kdump-report kdump-config kdump-image kdump-capture kdumpctl
all: $(PROGRAMS:%=$(O)/%)

help:
	@sed -n 's/^#: //p' Makefile

#: all           build every program into build/<compiler>/
# It alone unpacks whole dumps (collector/unpack.h), which no other program needs libarchive for.
$(O)/kdump-collect: $(O)/collector/main.o $(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(PIE) -Wl,-u,input_unpack -o $@ $^ -larchive $(LIBS)

$(O)/kdump-report: $(O)/collector/report/main.o $(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(PIE) -o $@ $^ $(LIBS)

$(O)/libcollector.a: $(LIB_OBJ)
$(O)/libconfig.a: $(CFG_SRC:%.c=$(O)/%.o)
$(O)/libplan.a: $(PLAN_SRC:%.c=$(O)/%.o)
$(O)/libimage.a: $(IMG_SRC:%.c=$(O)/%.o)
$(O)/libcapture.a: $(CAP_SRC:%.c=$(O)/%.o)
$(O)/libstatic.a: $(patsubst %.c,$(O)/%.o,$(wildcard initramfs/static/*.c))
$(O)/libctl.a: $(CTL_SRC:%.c=$(O)/%.o)
$(O)/lib%.a:
	$(Q)rm -f $@ && ar rcs $@ $^

NL_CFLAGS  := $(shell $(PKG_CONFIG) --cflags libnl-route-3.0)
CPPFLAGS   += $(NL_CFLAGS)
NL_LIBS    := -lnl-route-3 -lnl-3
# libarchive from its static library where there is one: the shared one brings libxml2, ICU and
# the like along, which cost more time to start than a check for changes takes.
ARCHIVE    := $(if $(wildcard $(shell $(CC) -print-file-name=libarchive.a)),-l:libarchive.a -llzma -lzstd,-larchive)
IMAGE_LIBS := -lkmod $(ARCHIVE) -lmount -lblkid $(NL_LIBS)
CTL_LIBS   := -lsystemd -ljson-c $(IMAGE_LIBS)

$(O)/kdump-config: $(O)/config/cli/main.o $(O)/libconfig.a $(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(PIE) -o $@ $^ -lblkid $(LIBS)

$(O)/kdump-image: $(O)/initramfs/image/main.o $(O)/libimage.a $(O)/libplan.a $(O)/libconfig.a \
		$(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(PIE) -o $@ $^ $(IMAGE_LIBS) $(LIBS)

$(O)/kdumpctl: $(O)/systemd/main.o $(O)/libctl.a $(O)/libimage.a $(O)/libplan.a $(O)/libconfig.a \
		$(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(PIE) -o $@ $^ $(CTL_LIBS) $(LIBS)

# /init of the image: static.
CAPTURE_LIBS = $(if $(SAN),$(NL_LIBS) -lblkid $(LIBS),$(call STATIC_LIBS,libnl-route-3.0 blkid))
$(O)/kdump-capture: $(O)/initramfs/capture/main.o $(O)/libcapture.a $(O)/libplan.a $(O)/libconfig.a \
		$(O)/libcollector.a $(if $(SAN),,$(O)/libstatic.a) | $(O)/selftest.core
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(STATIC) $(if $(SAN),,-Wl$(comma)--gc-sections) -o $@ $^ $(CAPTURE_LIBS)
	$(Q)$(RUNNER) $@ --self-test $(O)/selftest.core $(if $(V),,>/dev/null) || { \
		echo "$@ does not work$(if $(RUNNER),, here; cross-built, it needs RUNNER=qemu-ARCH)"; exit 1; }

# The same with steps that can be made to hang, fail and die.
$(O)/tests/vm/steps/capture_main.o: initramfs/capture/main.c $(O)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -Dmain=capture_main -MMD -MP -c -o $@ $<
$(O)/tests/vm/steps/kdump-capture: $(O)/tests/vm/steps/main.o $(O)/tests/vm/steps/capture_main.o $(O)/libcapture.a \
		$(O)/libplan.a $(O)/libconfig.a $(O)/libcollector.a $(if $(SAN),,$(O)/libstatic.a)
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(STATIC) $(if $(SAN),,-Wl$(comma)--gc-sections) -o $@ $^ $(CAPTURE_LIBS)

# The small core that kdump-capture tries itself on, here and where it is installed.
$(O)/selftest-core: $(O)/tests/fixtures/selftest/main.o $(O)/libfixtures.a $(O)/libcollector.a \
		$(if $(SAN),,$(O)/libstatic.a)
	$(Q)$(CC) $(LDFLAGS) $(STATIC) -o $@ $^ $(if $(SAN),$(LIBS),$(call STATIC_LIBS,))
$(O)/selftest.core: $(O)/selftest-core
	$(Q)$(RUNNER) $< $@

# Objects of other flags are made anew.
FLAGS := $(CC) $(CFLAGS) $(filter -DHAVE_%,$(CPPFLAGS))
$(shell mkdir -p $(O) && echo '$(FLAGS)' | cmp -s - $(O)/flags || echo '$(FLAGS)' >$(O)/flags)

$(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(CPPFLAGS) $(EXTRA_CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# page.c holds these files as they are.
$(O)/collector/report/page.o build/fuzz/obj/collector/report/page.o: $(wildcard collector/report/page/*)

$(O)/tests/%.o: EXTRA_CPPFLAGS = -Itests/unit -Itests/fixtures -I.

$(O)/libfixtures.a: $(FIX_SRC:%.c=$(O)/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

# What the unit tests share, compiled once.
$(O)/libunit.a: $(UNIT_LIB:%.c=$(O)/%.o)

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libunit.a $(O)/libfixtures.a $(O)/libctl.a $(O)/libimage.a \
		$(O)/libcapture.a $(O)/libplan.a $(O)/libconfig.a $(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(PIE) $(UNIT_LDFLAGS) -o $@ $^ -lcmocka $(CTL_LIBS) $(LIBS) -llzo2

$(O)/tests/unit/collector/test_unpack $(O)/tests/unit/collector/test_split: \
	UNIT_LDFLAGS = -Wl,-u,input_unpack -Wl,--no-as-needed -larchive
$(O)/tests/unit/collector/selftest/test_selftest: | $(O)/selftest.core

$(O)/tests/tools/%: $(O)/tests/tools/%.o $(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) $(PIE) -o $@ $^ -lkdumpfile -laddrxlat $(LIBS)

tools: $(TOOL_BIN)

-include $(shell find $(O) build/fuzz/obj -name '*.d' 2>/dev/null)
.SECONDARY:

#: unit          unit tests under ASan+UBSan, the threaded ones under TSan too
unit:
	$(Q)$(MAKE) -j$(JOBS) SAN=address unit-run
	$(Q)$(MAKE) -j$(JOBS) SAN=thread unit-run-threads

unit-bins: $(UNIT_BIN)

unit-run: $(UNIT_BIN)
	$(Q)tests/setup/prove.sh $(or $(RESULT),unit) -e "tests/unit/quiet.sh $(RUNNER)" -j 4 $(UNIT_BIN)

THREAD_TESTS := test_pipeline test_packer test_keepmap
unit-run-threads: $(filter $(addprefix %/,$(THREAD_TESTS)),$(UNIT_BIN))
	$(Q)tests/setup/prove.sh threads -e tests/unit/quiet.sh $^

#: coverage      lines that unit tests and some of tests/service and real run, for each folder
COVERAGE_LEAST   ?= 85
COVERAGE_SERVICE := self-test dumps report list
COVERAGE_REAL    := verify report seal modules rehearse rehearse_sealed rehearse_ssh
coverage:
	$(Q)mkdir -p build/gcc-coverage && find build/gcc-coverage -name '*.gcda' -delete
	$(Q)$(MAKE) -j$(JOBS) SAN=coverage coverage-run
	$(Q)tests/setup/coverage.py build/gcc-coverage $(COVERAGE_LEAST) collector config initramfs/capture

# A test that fails is the business of make unit.
coverage-run: all tools $(UNIT_BIN)
	$(Q)printf '%s\n' $(UNIT_BIN) $(patsubst %,tests/service/%.sh,$(COVERAGE_SERVICE)) \
		$(patsubst %,tests/real/%.sh,$(COVERAGE_REAL)) | \
		VMCORES="$$(tests/vm/each.sh check echo | head -n 1)" BUILD=$(CURDIR)/$(O) \
		xargs -P $(JOBS) -I{} tests/setup/coverage-one.sh {}

#: lint          layers, circles, sizes, parameters, words, names of tests, format; that docs/replaces.md is whole
lint:
	$(Q)for l in tests/lint/*.sh; do echo "  LINT    $$l"; $$l || exit 1; done

#: table         size of the code for each folder: files, lines, functions, comments, tests
table:
	$(Q)tests/lint/table.py

#: analyze       gcc -fanalyzer and clang-tidy; tests/analyze/allowed.list has what is no fault, and why
ANALYZE_FLAGS ?=
analyze: $(O)/kdump-collect
	$(Q)tests/analyze/analyze.py --jobs $(JOBS) $(ANALYZE_FLAGS) $(CPPFLAGS) -- $(LIB_SRC) collector/main.c \
		collector/report/main.c $(CFG_SRC) $(PLAN_SRC) $(IMG_SRC) $(CAP_SRC) $(CTL_SRC)

#: manual        the parts of docs/kdump.conf.5 that are printed by kdump-config
manual: $(O)/kdump-config
	$(Q)awk -v run="$< --roff" '/^\.\\" Made by:/ { print; fflush(); if (system(run " " $$NF)) exit 1; made = 1 } \
		/^\.\\" End of what was made/ { made = 0 } !made' docs/kdump.conf.5 >$(O)/kdump.conf.5
	$(Q)cp $(O)/kdump.conf.5 docs/kdump.conf.5

#: fuzz          every fuzzer for FUZZ_SECONDS (60), on from its corpus in FUZZ_CORPORA; needs clang
FUZZ_SECONDS ?= 60
FUZZ_CORPORA ?= $(or $(KDUMP_TEST_CACHE),/var/cache/kdump-tests)/corpora
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=build/fuzz/%)
FUZZ_CTL := $(addprefix systemd/,bootargs.c dumps/core_info.c load/pe.c $(addprefix crashkernel/, \
	crashkernel.c boottext.c grub_text.c grub_text_check.c))
FUZZ_CAP := $(addprefix initramfs/capture/,cmdline.c console.c output_share.c system_path.c \
	transcript.c save/own_log.c save/report_crash.c target/mount_options.c)
FUZZ_OBJ := $(call objects,$(LIB_SRC) $(CFG_SRC) $(PLAN_SRC) $(FUZZ_CTL) $(FUZZ_CAP) $(FIX_SRC),build/fuzz/obj)
FUZZ_SAN := -fno-sanitize-recover=all -fsanitize=address,undefined

build/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	$(Q)clang $(CPPFLAGS) -Itests/fixtures $(CFLAGS) $(FUZZ_SAN) -fsanitize=fuzzer-no-link \
		-MMD -MP -c -o $@ $<

build/fuzz/code.a: $(FUZZ_OBJ) Makefile
	$(Q)rm -f $@ && ar rcs $@ $(filter %.o,$^)

build/fuzz/%: tests/fuzz/%.c build/fuzz/code.a
	@echo "  FUZZ    $@"
	$(Q)clang $(CPPFLAGS) -Itests/fixtures -Itests/unit $(CFLAGS) $(FUZZ_SAN) -fsanitize=fuzzer \
		$(FUZZ_LDFLAGS) -o $@ $^ $(NL_LIBS) $(LIBS) -llzo2

build/fuzz/fuzz_unpack: FUZZ_LDFLAGS = -Wl,-u,input_unpack -Wl,--no-as-needed -larchive

# Two at a time; a finding stays in build/fuzz/ and ends the rest. What is printed of one that is ok:
# branches reached (cov), features of them (ft), inputs that are kept (corp).
fuzz:
	$(Q)$(MAKE) -j$(JOBS) $(FUZZ_BIN)
	$(Q)printf '%s\n' $(FUZZ_BIN) | xargs -P 2 -I{} tests/fuzz/run.sh {} $(FUZZ_SECONDS) $(FUZZ_CORPORA)

#: check         everything a change must pass: both compilers, lint, unit tests, real vmcores
check:
	$(Q)$(MAKE) -j$(JOBS) CC=gcc all tools
	$(Q)$(MAKE) -j$(JOBS) CC=clang all
	$(Q)$(MAKE) lint
	$(Q)$(MAKE) unit service
	$(Q)$(MAKE) real VMCORE_SET=check
	$(Q)tests/setup/passed.sh unit threads service real

#: real          the promises of kdump-collect on real vmcores; VMCORE_SET=check|ci|full
VMCORE_SET ?= check
# The longest first, so that none of them runs alone at the end.
REAL_SRC := $(patsubst %,tests/real/%.sh,levels crash)
REAL_SRC += $(filter-out %/lib.sh $(REAL_SRC),$(wildcard tests/real/*.sh))
real: all tools $(O)/tests/trust/overlay.so
	$(Q)VMCORES="$$(tests/vm/each.sh $(VMCORE_SET) echo)" && export VMCORES && \
		BUILD=$(CURDIR)/$(O) tests/setup/prove.sh $(or $(RESULT),real) -e tests/setup/shell.sh -j $(JOBS) --timer $(REAL_SRC)

#: trust         CASES damaged vmcores, by ours and makedumpfile; the tables go to docs/trust.md; SEED
CASES       ?= 2000
SEED        ?= 1
TRUST_FLAGS ?= --beside --table docs/trust.md
trust: all tools $(O)/tests/trust/overlay.so
	$(Q)python3 tests/trust/trust.py --build $(O) --cases $(CASES) --seed $(SEED) $(TRUST_FLAGS) \
		$$(tests/vm/each.sh check echo | sed 's,$$,/vmcore,')
	$(if $(findstring --table,$(TRUST_FLAGS)),$(Q)python3 tests/trust/logs.py --build $(O) --cases $$(($(CASES) / 10)) \
		--seed $(SEED) --table docs/trust.md $$(tests/vm/each.sh check echo | sed 's,$$,/vmcore,'))

# Stands before the C library: without a sanitizer, and with a 64-bit off_t by itself.
$(O)/tests/trust/overlay.so: tests/trust/overlay.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -g -O2 $(WARN) -D_GNU_SOURCE -shared -fPIC -o $@ $<

#: trust-output  every writer of kdump-collect with an output that fails, OUTPUT_CASES (0: all) and kills; SEED
OUTPUT_CASES ?= 0
OUTPUT_FLAGS ?=
trust-output: all tools $(O)/tests/trust/fail
	$(Q)python3 tests/trust/output.py --build $(O) --cases $(OUTPUT_CASES) --seed $(SEED) $(OUTPUT_FLAGS)

#: trust-service every writer of kdumpctl and kdump-image, in the same way; SERVICE_CASES, SERVICE_FLAGS, SEED
SERVICE_CASES ?= 0
SERVICE_FLAGS ?=
trust-service: all tools $(O)/tests/trust/fail
	$(Q)python3 tests/trust/service.py --build $(O) --cases $(SERVICE_CASES) --seed $(SEED) $(SERVICE_FLAGS)

# Watches others: without a sanitizer of its own.
$(O)/tests/trust/fail: tests/trust/fail.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -g -O2 $(WARN) -D_GNU_SOURCE -Icollector -o $@ $<

#: vm            the whole matrix of real panics; capture and service on real machines; sizes
vm: all tools
	$(Q)$(MAKE) real VMCORE_SET=full
	$(Q)for kernel in 6.1 6.12 7.x; do \
		$(MAKE) behaviours VM_KERNELS=$$kernel VM_SCRIPTS="$(VM_CAPTURE)" || exit 1; done
	$(Q)$(MAKE) behaviours VM_SCRIPTS="$(VM_SERVICE)"
	$(Q)BUILD=$(CURDIR)/$(O) tests/vm/sizes.sh
	$(Q)tests/setup/prove.sh deb -e '' tests/packages/deb.sh :: build/deb/*.deb
	$(Q)$(MAKE) rpm
	$(Q)tests/setup/prove.sh rpm -e '' tests/packages/rpm.sh :: build/rpm/RPMS/*/*.rpm

#: behaviours    one script each, on machines that crash; VM_SCRIPTS, VM_KERNELS choose
VM_CAPTURE := $(filter-out %/lib.sh,$(wildcard tests/vm/capture/*.sh))
VM_SERVICE := $(filter-out %/lib.sh,$(wildcard tests/vm/service/*.sh))
VM_SCRIPTS ?= $(VM_CAPTURE) $(VM_SERVICE)
behaviours: all tools deb $(O)/tests/vm/steps/kdump-capture
	$(Q)VM_KERNELS="$(VM_KERNELS)" BUILD=$(CURDIR)/$(O) tests/setup/prove.sh $(or $(RESULT),vm) -e '' -f -o -j 2 --timer $(VM_SCRIPTS)

#: switches      what each HAVE_ switch leaves out is left out: builds and unit tests without it
switches:
	$(Q)tests/switches.sh

#: nightly       all that CI has no time for: fresh machines, fuzzers for a minute each, make vm
nightly:
	$(Q)for suite in bookworm trixie sid; do \
		tests/fresh.sh $$suite demo check deb upgrade panic || exit 1; done
	$(Q)$(MAKE) fuzz FUZZ_SECONDS=60
	$(Q)$(MAKE) switches
	$(Q)$(MAKE) analyze
	$(Q)$(MAKE) real SAN=thread RESULT=real-thread REAL_SRC="$(patsubst %,tests/real/%.sh,threads split elf refilter seal)"
	$(Q)$(MAKE) trust SEED=$$(date +%Y%m%d)
	$(Q)$(MAKE) trust SAN=address CASES=500 TRUST_FLAGS=
	$(Q)$(MAKE) trust-output SEED=$$(date +%Y%m%d)
	$(Q)$(MAKE) trust-output SAN=address OUTPUT_CASES=1000 SEED=$$(date +%Y%m%d)
	$(Q)$(MAKE) trust-output OUTPUT_CASES=500 SEED=$$(date +%Y%m%d) \
		OUTPUT_FLAGS="--core $$(tests/vm/each.sh check echo | head -n 1)/vmcore"
	$(Q)$(MAKE) trust-service SEED=$$(date +%Y%m%d)
	$(Q)$(MAKE) trust-service SAN=address SERVICE_CASES=400 SEED=$$(date +%Y%m%d) SERVICE_FLAGS="--capture build/gcc/kdump-capture"
	$(Q)$(MAKE) vm
	$(Q)BUILD=$(CURDIR)/$(O) tests/setup/prove.sh vm-report -e '' tests/vm/report/run.sh
	$(Q)BUILD=$(CURDIR)/$(O) tests/setup/prove.sh vm-live -e '' tests/vm/live/run.sh
	$(Q)BUILD=$(CURDIR)/$(O) tests/setup/prove.sh vm-memory -e '' tests/vm/memory/run.sh
	$(Q)tests/setup/deps.sh page
	$(Q)BUILD=$(CURDIR)/$(O) tests/setup/prove.sh page -e sh tests/real/page.sh
	$(Q)tests/setup/deps.sh arm64 kernel package && tests/unit/emulated.sh aarch64-linux-gnu
	$(Q)$(MAKE) deb CROSS=aarch64-linux-gnu-
	$(Q)tests/setup/prove.sh deb-arm64 -e '' tests/packages/deb-arm64.sh
	$(Q)$(MAKE) behaviours RESULT=vm-arm64 VM_SCRIPTS="$(filter-out %/lib.sh,$(wildcard tests/vm/arm64/*.sh))"
	$(Q)$(MAKE) real REAL_SRC=tests/real/arm64.sh RESULT=real-arm64 ARM64_KERNELS="6.1 6.12 6.12-16k 7.x 6.12/cortex-a57 6.12/neoverse-n1 7.x/cortex-a57"

#: bench         speed, size and memory beside makedumpfile on a vmcore of 8 GiB
bench: all tools $(O)/tests/bench/codec_limit
	$(Q)BUILD=$(CURDIR)/$(O) tests/bench/collect.sh
	$(Q)BUILD=$(CURDIR)/$(O) tests/bench/formats.sh

$(O)/tests/bench/%: $(O)/tests/bench/%.o $(O)/libcollector.a
	$(Q)$(CC) $(LDFLAGS) $(PIE) -o $@ $^ -lkdumpfile $(LIBS)

#: bench-insitu  both programs in the capture kernel of a guest of MEMORY (64G)
bench-insitu: $(O)/tests/bench/collect_static
	$(Q)BUILD=$(CURDIR)/$(O) tests/bench/insitu.sh $(MEMORY)

$(O)/tests/bench/collect_static: $(O)/collector/main.o $(O)/libcollector.a $(O)/libstatic.a
	@mkdir -p $(@D)
	$(Q)$(CC) -static -s $(LDFLAGS) -o $@ $^ $(call STATIC_LIBS,)

#: demo          a machine in QEMU: armed, panic, capture, what kdumpctl and crash say about the dump
demo: all
	$(Q)tests/demo.sh

#: install       into DESTDIR and PREFIX
install: all

include systemd/packaging/install.mk

endif

deps:
	$(Q)tests/setup/deps.sh all

clean:
	rm -rf build
