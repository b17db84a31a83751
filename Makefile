# Langyan. `make help` lists the targets; everything that is made lands in build/ (B=elsewhere).
# Works out of a bare Debian 12: `make run` and `make check` first install what is missing.

all: ## build build/langyan (the default)

CC       ?= cc
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
B        ?= build
FUZZ_S   ?= 5
RUN      ?= $(if $(wildcard examples/quickstart/langyan.yaml),-c examples/quickstart/langyan.yaml)
Q        := $(if $(filter 1,$V),,@)
say       = $(if $(filter 1,$V),,@printf '  %-7s %s\n' $(1) $@)

# ---- what must be on the machine -------------------------------------------------------------
# a|b: either will do, the first is what we install.
PKGS       := libzmq sqlite3 libpcre2-8 libxml-2.0 libcurl yaml-0.1 jansson icu-uc icu-i18n \
              libsodium libmicrohttpd glib-2.0 libpsl
BUILD_PKGS := gcc libc6-dev pkg-config|pkgconf libzmq3-dev libsqlite3-dev libpcre2-dev libxml2-dev \
              libcurl4-openssl-dev|libcurl4-gnutls-dev|libcurl4-nss-dev libyaml-dev libjansson-dev \
              libicu-dev libsodium-dev libmicrohttpd-dev libglib2.0-dev libpsl-dev \
              publicsuffix tzdata ca-certificates
CHECK_PKGS := libcmocka-dev clang libclang-rt-14-dev llvm llvm-14 valgrind pmccabe clang-format \
              nginx-light python3 python3-aiosmtpd

# Goals that compile nothing need no library; the others refuse early and say what to do.
NO_LIBS    := run check deps clean help layers libs banned size format format-check uninstall
ifneq ($(filter-out $(NO_LIBS),$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell pkg-config --exists $(PKGS) 2>/dev/null && echo yes),yes)
$(error a library is missing ($(or $(shell pkg-config --print-errors --errors-to-stdout \
  --exists $(PKGS) 2>/dev/null | grep -m1 -i "^Package\|No package"),pkg-config itself)): run "make deps")
endif
PKG_CFLAGS := $(patsubst -I%,-isystem%,$(shell pkg-config --cflags $(PKGS)))
PKG_LIBS   := $(shell pkg-config --libs $(PKGS))
endif

# ---- flags -----------------------------------------------------------------------------------
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wvla -Wformat=2 -Wno-format-nonliteral -Wundef
ifeq ($(CI),true)
WARN     += -Werror
endif
# Hardening is for what ships: sanitizers bring their own, and fortify needs an optimizer.
ifeq ($(SAN),)
HARDEN   := $(if $(filter-out -O0,$(filter -O%,$(CFLAGS))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3) \
            -fstack-protector-strong -fstack-clash-protection \
            $(if $(filter x86_64 i686,$(shell uname -m)),-fcf-protection) \
            -ffile-prefix-map=$(CURDIR)=.
HARDEN_L := -Wl,-z,relro,-z,now
endif
ALL_C    := -std=gnu11 -D_GNU_SOURCE -I. -fno-common -fPIE -pthread $(WARN) $(PKG_CFLAGS) \
            $(CPPFLAGS) $(CFLAGS) $(HARDEN) $(SAN) $(COV)
ALL_L    := -pie -pthread -Wl,--as-needed $(HARDEN_L) $(SAN) $(COV) $(LDFLAGS)
LIBS     := $(PKG_LIBS) -lm $(LDLIBS)

# ---- what there is to build ------------------------------------------------------------------
# The folders are the rows of the layer table: one that is not listed there is not built.
FOLDERS  := $(shell sed 's/\#.*//' tests/checks/layers.txt | awk 'NF && $$2 != "*" { print $$1 }')
SRC      := $(filter-out cli/main.c,$(sort $(wildcard $(FOLDERS:=/*.c))))
SUPPORT  := $(sort $(wildcard tests/support/*.c))
UNIT     := $(patsubst %.c,$B/%,$(sort $(wildcard tests/unit/test_*.c)))
STAGE    := $(patsubst %.c,$B/%,$(sort $(wildcard tests/stage/test_*.c)))
FLOW     := $(patsubst %.c,$B/%,$(sort $(wildcard tests/flow/flow_*.c)))
FUZZ     := $(patsubst %.c,$B/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
BENCH    := $(patsubst %.c,$B/%,$(sort $(wildcard tests/bench/bench_*.c)))
MAIN     := $(if $(wildcard cli/main.c),$B/langyan)
PROGRAMS := $(UNIT) $(STAGE) $(FLOW) $(FUZZ) $(BENCH)
OBJ      := $(SRC:%.c=$B/%.o)

all: $(MAIN) $B/liblangyan.a
$B/langyan: $B/cli/main.o $B/liblangyan.a
	$(call say,LINK)
	$Q$(CC) $(ALL_L) -o $@ $^ $(LIBS)
# Everything but main(), so that a test can link whatever it likes.
$B/liblangyan.a: $(OBJ) $B/members
	$(call say,AR)
	$Qrm -f $@ && $(AR) rcs $@ $(OBJ)
$B/libsupport.a: $(SUPPORT:%.c=$B/%.o) $B/members
	$(call say,AR)
	$Qrm -f $@ && $(AR) rcs $@ $(SUPPORT:%.c=$B/%.o)
$B/%.o: %.c $B/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$Q$(CC) $(ALL_C) -MMD -MP -c -o $@ $<
$(UNIT) $(STAGE) $(FLOW) $(BENCH): $B/%: $B/%.o $B/libsupport.a $B/liblangyan.a
	$(call say,LINK)
	$Q$(CC) $(ALL_L) -o $@ $^ $(LIBS) -lcmocka
$(FUZZ): $B/%: $B/%.o $B/libsupport.a $B/liblangyan.a
	$(call say,LINK)
	$Q$(CC) $(ALL_L) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# Objects follow their flags, archives their list of members.
FLAGS    := $(CC) $(ALL_C) / $(ALL_L) $(LIBS)
$B/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@
$B/members: FORCE
	@mkdir -p $(@D)
	@echo '$(SRC) $(SUPPORT)' | cmp -s - $@ || echo '$(SRC) $(SUPPORT)' > $@
FORCE:
-include $(patsubst %.o,%.d,$(OBJ) $B/cli/main.o $(SUPPORT:%.c=$B/%.o) $(PROGRAMS:=.o))

run: ## install what is missing, build, start every stage (RUN=arguments)
	@.ci/deps $(BUILD_PKGS:%='%')
	+@$(MAKE) --no-print-directory all
	$(if $(MAIN),$B/langyan run $(RUN),@echo 'cli/main.c does not exist yet: nothing to run')

deps: ## install what building and checking need (Debian, Ubuntu; asks for root)
	@.ci/deps $(BUILD_PKGS:%='%') $(CHECK_PKGS:%='%')

clean: ## remove build/
	rm -rf $B

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: all run deps clean help FORCE
.SECONDARY:
.DELETE_ON_ERROR:
