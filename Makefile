# SPDX-License-Identifier: GPL-2.0-or-later
# One Makefile for everything. `make help` lists the targets.
#
#   V=1          show commands         SAN=address|thread   build with a sanitizer
#   CC=clang     another compiler      HAVE_SNAPPY=0 ...    leave a codec out

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:

CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
PREFIX  ?= /usr
DESTDIR ?=
SAN     ?=
comma   := ,
Q       := $(if $(V),,@)
O       := build/$(notdir $(firstword $(CC)))$(if $(SAN),-$(SAN))

HAVE_LZO        ?= 1
HAVE_SNAPPY     ?= 1
HAVE_ZSTD       ?= 1
HAVE_LIBDEFLATE ?= 1

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

CPPFLAGS := -Icollector -I$(O) -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
	-DHAVE_LZO=$(HAVE_LZO) -DHAVE_SNAPPY=$(HAVE_SNAPPY) -DHAVE_ZSTD=$(HAVE_ZSTD) \
	-DHAVE_LIBDEFLATE=$(HAVE_LIBDEFLATE) -DKDUMP_VERSION='"$(VERSION)"'
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Werror
CFLAGS   := -std=gnu11 -g -O2 $(WARN) -fno-strict-aliasing -fno-omit-frame-pointer -pthread
LDFLAGS  := -pthread
LIBS     := -lelf -lz
LIBS     += $(if $(filter 1,$(HAVE_LIBDEFLATE)),-ldeflate)
LIBS     += $(if $(filter 1,$(HAVE_LZO)),-llzo2)
LIBS     += $(if $(filter 1,$(HAVE_SNAPPY)),-lsnappy)
LIBS     += $(if $(filter 1,$(HAVE_ZSTD)),-lzstd)

ifneq ($(SAN),)
CFLAGS  += -fno-sanitize-recover=all -fsanitize=$(SAN)$(if $(filter address,$(SAN)),$(comma)undefined)
LDFLAGS += -fsanitize=$(SAN)$(if $(filter address,$(SAN)),$(comma)undefined)
endif

LIB_SRC  := $(filter-out collector/main.c,$(wildcard collector/*.c collector/*/*.c))
LIB_OBJ  := $(LIB_SRC:%.c=$(O)/%.o)
FIX_SRC  := $(wildcard tests/fixtures/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(UNIT_SRC:%.c=$(O)/%)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
TOOL_SRC := $(wildcard tests/tools/*.c)
TOOL_BIN := $(TOOL_SRC:%.c=$(O)/%)
ALL_C    := $(wildcard collector/*.[ch] collector/*/*.[ch] config/*.[ch] initramfs/*/*.[ch] \
	systemd/*.[ch] tests/unit/*.[ch] tests/fixtures/*.[ch] tests/fuzz/*.[ch] tests/tools/*.[ch] \
	tests/vm/guest/*.[ch] tests/bench/*.[ch])

.PHONY: all check unit lint fuzz vm bench bench-insitu demo install clean deps help tools
all: $(O)/kdump-collect

help:
	@sed -n 's/^#: //p' Makefile

#: all           build kdump-collect into build/<compiler>/
$(O)/kdump-collect: $(O)/collector/main.o $(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(O)/libcollector.a: $(LIB_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

$(O)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	$(Q)$(CC) $(CPPFLAGS) $(EXTRA_CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/tests/%.o: EXTRA_CPPFLAGS = -Itests/unit -Itests/fixtures -I.

$(O)/libfixtures.a: $(FIX_SRC:%.c=$(O)/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libfixtures.a $(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

$(O)/tests/tools/%: $(O)/tests/tools/%.o $(O)/libcollector.a
	@echo "  LD      $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lkdumpfile -laddrxlat $(LIBS)

tools: $(TOOL_BIN)

-include $(wildcard $(O)/*/*.d $(O)/*/*/*.d)
.SECONDARY:

#: unit          unit tests under ASan+UBSan, the threaded ones under TSan too
unit: deps
	$(Q)$(MAKE) SAN=address unit-run
	$(Q)$(MAKE) SAN=thread unit-run-threads

unit-run: $(UNIT_BIN)
	$(Q)prove -e '' $(UNIT_BIN)

THREAD_TESTS := test_pipeline test_packer test_keepmap test_memmap
unit-run-threads: $(filter $(THREAD_TESTS:%=$(O)/tests/unit/%),$(UNIT_BIN))
	$(Q)prove -e '' $^

deps:
	$(Q)tests/setup/deps.sh build

clean:
	rm -rf build
