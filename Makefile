# Langyan. `make help` lists the targets; everything that is made lands in build/ (B=elsewhere).
# Works out of a bare Debian 12: `make run` and `make check` first install what is missing.

all: ## build build/langyan (the default)

CC       ?= cc
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
B        ?= build
RUN      ?= -c examples/quickstart/langyan.yaml --newsroom scenarios/shancui-food-safety.yaml \
            $(if $(filter 1,$(ONCE)),--once)
Q        := $(if $(filter 1,$V),,@)
say       = $(if $(filter 1,$V),,@printf '  %-7s %s\n' $(1) $@)

# ---- what must be on the machine -------------------------------------------------------------
# a|b: either will do, the first is what we install.
PKGS       := libzmq sqlite3 libpcre2-8 libxml-2.0 libcurl yaml-0.1 jansson icu-uc icu-i18n \
              libsodium libmicrohttpd glib-2.0 libpsl zlib libzstd libzip cairo
BUILD_PKGS := gcc libc6-dev pkg-config|pkgconf libzmq3-dev libsqlite3-dev libpcre2-dev libxml2-dev \
              libcurl4-openssl-dev|libcurl4-gnutls-dev|libcurl4-nss-dev libyaml-dev libjansson-dev \
              libicu-dev libsodium-dev libmicrohttpd-dev libglib2.0-dev libpsl-dev libzip-dev libcairo2-dev \
              zlib1g-dev libzstd-dev \
              publicsuffix tzdata ca-certificates
CHECK_PKGS := libcmocka-dev clang libclang-rt-14-dev llvm valgrind pmccabe clang-format \
              nginx-light python3 python3-aiosmtpd

# Goals that compile nothing need no library; the others refuse early and say what to do.
NO_LIBS    := run check nightly sanitize asan tsan valgrind fuzz deps clean help layers libs banned size \
              format format-check uninstall
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
            -Wwrite-strings -Wvla -Wformat=2 -Wno-format-nonliteral -Wno-missing-field-initializers -Wundef
ifneq ($(filter true,$(CI))$(WERROR),)
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
# *_make.c are programs of the build: each prints the tables of its noun as C.
FOLDERS  := $(shell sed 's/\#.*//' tests/checks/layers.txt | awk 'NF && $$2 != "*" { print $$1 }')
TABLES   := $(sort $(wildcard $(FOLDERS:=/*_make.c)))
SRC      := $(filter-out cli/main.c $(TABLES),$(sort $(wildcard $(FOLDERS:=/*.c))))
SUPPORT  := $(sort $(wildcard tests/support/*.c))
UNIT     := $(patsubst %.c,$B/%,$(sort $(wildcard tests/unit/test_*.c)))
STAGE    := $(patsubst %.c,$B/%,$(sort $(wildcard tests/stage/test_*.c)))
# faulty_*.c are programs with a planted mistake, started by the flows that must notice it.
FLOW     := $(patsubst %.c,$B/%,$(sort $(wildcard tests/flow/flow_*.c tests/flow/faulty_*.c)))
FUZZ     := $(patsubst %.c,$B/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
BENCH    := $(patsubst %.c,$B/%,$(sort $(wildcard tests/bench/bench_*.c)))
MAIN     := $(if $(wildcard cli/main.c),$B/langyan)
PROGRAMS := $(UNIT) $(STAGE) $(FLOW) $(FUZZ) $(BENCH)
OBJ      := $(SRC:%.c=$B/%.o) $(TABLES:%_make.c=$B/%_table.o)

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
# An image is marked with the sum of the code that reads it.
$B/nlp/image.o: private CPPFLAGS += -DLY_READER='"$(shell cat nlp/*.[ch] | cksum | tr ' ' -)"'
$B/nlp/image.o: $(wildcard nlp/*.[ch])
# Without sanitizers: they look at what ships, not at what makes it.
$B/%_make: %_make.c $B/flags
	$(call say,CC)
	@mkdir -p $(@D)
	$Q$(CC) -std=gnu11 -D_GNU_SOURCE -I. $(WARN) $(PKG_CFLAGS) -MMD -MP -MF $@.d -O1 -o $@ $< $(PKG_LIBS)
$B/%_table.c: $B/%_make
	$(call say,TABLE)
	$Q$< > $@.new && mv $@.new $@
$B/%_table.o: $B/%_table.c $B/flags
	$(call say,CC)
	$Q$(CC) $(ALL_C) -MMD -MP -c -o $@ $<
# Test programs are many: gold, where there is one, links them in a third of the time.
GOLD     := $(if $(shell command -v ld.gold),-fuse-ld=gold)
$(UNIT) $(STAGE) $(FLOW) $(BENCH): $B/%: $B/%.o $B/libsupport.a $B/liblangyan.a
	$(call say,LINK)
	$Q$(CC) $(ALL_L) $(GOLD) -o $@ $^ $(LIBS) -lcmocka
$(FUZZ): $B/%: $B/%.o $B/libsupport.a $B/liblangyan.a
	$(call say,LINK)
	$Q$(CC) $(ALL_L) $(GOLD) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# Objects follow their flags, archives their list of members.
FLAGS    := $(CC) $(filter-out -Werror,$(ALL_C)) / $(ALL_L) $(LIBS)
$B/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@
$B/members: FORCE
	@mkdir -p $(@D)
	@echo '$(SRC) $(SUPPORT)' | cmp -s - $@ || echo '$(SRC) $(SUPPORT)' > $@
FORCE:
-include $(patsubst %.o,%.d,$(OBJ) $B/cli/main.o $(SUPPORT:%.c=$B/%.o) $(PROGRAMS:=.o)) \
  $(TABLES:%.c=$B/%.d)

# ---- run and check ---------------------------------------------------------------------------
# What is missing is installed first; make is then asked again, as it looks for libraries at its start.
run: ## install what is missing, build, show the first run (ONCE=1 ends by itself; RUN=arguments)
	@.ci/deps $(BUILD_PKGS:%='%')
	+@$(MAKE) --no-print-directory all
	@rm -rf build/quickstart && mkdir -p build
	@$B/langyan run $(RUN)

check: deps ## install what is missing, run every suite (CHECK_ONLY="unit flow", FUZZ_S=1, SEED=1)
	+@$(MAKE) --no-print-directory check-now

nightly: deps ## the same with more of everything (LY_NIGHTLY=1, FUZZ_S=600, a new SEED)
	+@LY_NIGHTLY=1 FUZZ_S=$${FUZZ_S:-600} SLOW=20 SEED=$${SEED:-$$(date +%s)} \
	  $(MAKE) --no-print-directory check-now

sanitize: deps ## stage tests and every flow under ASan+UBSan, TSan and valgrind too (an hour or more)
	+@WIDE=1 SLOW=$${SLOW:-10} CHECK_ONLY='asan tsan valgrind' $(MAKE) --no-print-directory check-now

# The checks compile what they look at with the build's own flags.
export LY_CC     = $(CC)
export LY_CFLAGS = $(ALL_C)
export LY_LIBS   = $(LIBS)
check-now:
	+@B='$B' MAKE='$(MAKE)' tests/run.sh
asan tsan valgrind fuzz: deps
	+@CHECK_ONLY=$@ $(MAKE) --no-print-directory check-now
asan: ## unit tests and cheap flows under AddressSanitizer and UBSan
tsan: ## the programs of tests/tsan.list and cheap flows under ThreadSanitizer
valgrind: ## the programs of tests/valgrind.list under valgrind
fuzz: ## every fuzz target for FUZZ_S seconds

bench: all $(BENCH) ## print what our claims of speed and accuracy rest on
	@for b in $(BENCH); do echo "== $${b##*/}"; $$b || exit 1; done
	@for b in $(wildcard tests/bench/bench_*.py); do echo "== $${b##*/}"; LY_BIN=$(abspath $B)/langyan \
	  PYTHONDONTWRITEBYTECODE=1 python3 $$b || exit 1; done

# The corpora are not in the tree. Non-commercial ones are measured, never learned from.
SHARED    ?= ../shared
CORPUS     = $(SHARED)/data/sentiment/$1.dev.jsonl
FIT_en    := semeval_test semeval_val tweets_kaggle apple brand_sxsw \
             vader_tweets vader_amazon vader_movie vader_nyt
FIT_zh    := hotel waimai shop10 weibo2018 smp_usual smp_virus weibo_emoji
MEASURE_en := airline fin_news
fit_of     = $B/langyan lexicon fit --lexicons lexicons --lang $1 \
             $(foreach c,$(MEASURE_$1),--measure $(call CORPUS,$c)) \
             $(foreach c,$(FIT_$1),$(call CORPUS,$c))
fit: all ## learn lexicons/*/learned.tsv again from labelled texts (SHARED=../shared, FIT=--force)
	$(call fit_of,en) --out lexicons/en/learned.tsv $(FIT)
	$(call fit_of,zh) --out lexicons/zh/learned.tsv $(FIT)

accuracy: all ## print docs/accuracy.md anew from labelled texts, and hold the figures to their gates (SHARED=../shared)
	@PYTHONDONTWRITEBYTECODE=1 python3 tests/accuracy.py --bin $B/langyan --shared $(SHARED) --write docs/accuracy.md

# Goals of tests/run.sh. A sanitizer build is the same rules in another folder. asan's also carries
# what the fuzzer and the count of entered functions need, so that one build serves both suites;
# without an optimizer it is compiled in less than half the time, which is more than its suites lose.
test-programs: $(UNIT) $(STAGE) $(FLOW) $(MAIN)
unit-programs: $(UNIT) $(MAIN)
fuzz-programs: $(FUZZ)
SANITIZED := CC=clang CFLAGS='-O0 -gline-tables-only -fno-omit-frame-pointer'
ASAN     := B=$B/asan $(SANITIZED) \
            SAN='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
            COV='-fprofile-instr-generate -fcoverage-mapping'
# By day the unit tests, and langyan for the flows.
asan-build:
	+@$(MAKE) --no-print-directory $(ASAN) $(if $(WIDE),test-programs,unit-programs)
fuzz-build:
	+@$(MAKE) --no-print-directory $(ASAN) fuzz-programs
# By day only what has threads: tests/tsan.list.
TSAN     := $(if $(WIDE),test-programs,$B/tsan/langyan $(shell sed 's,\#.*,,; s,^tests,$B/tsan/tests,' tests/tsan.list))
tsan-build:
	+@$(MAKE) --no-print-directory B=$B/tsan $(SANITIZED) SAN=-fsanitize=thread $(TSAN)

# ---- the checkers: scripts and tables in tests/checks/, each with fixtures it must refuse ------
layers: libs ## #include follows the arrows of tests/checks/layers.txt
	@tests/checks/layers.sh .
libs: ## each foreign header stays in its named place (tests/checks/libs.txt)
	@tests/checks/libs.sh .
banned: ## no call or state that tests/checks/banned.tsv bans
	@tests/checks/banned.sh .
size: ## how long functions are, the worst first; refuses what is too long
	@tests/checks/size.sh . --worst
headers: ## every header compiles alone
	@tests/checks/headers.sh .
warnings: ## no warning from the build's compiler, nor from clang
	@tests/checks/warnings.sh .
format-check: ## C is as clang-format leaves it
	@tests/checks/format.sh .
format: ## let clang-format rewrite what git tracks
	@tests/checks/format.sh . --fix
check-checks: ## each checker refuses its fixtures
	@tests/checks/check-checks.sh

# ---- install ---------------------------------------------------------------------------------
BINDIR   := $(DESTDIR)$(PREFIX)/bin
DATADIR  := $(DESTDIR)$(PREFIX)/share/langyan
MANDIR   := $(DESTDIR)$(PREFIX)/share/man
UNITDIR  := $(DESTDIR)$(PREFIX)/lib/systemd/system
DATA     := $(wildcard lexicons templates scenarios examples presets)
PAGES    := $(wildcard docs/man/*.[1-8])

docs: all ## write the manual page to build/man/ (if the program knows how)
	@mkdir -p $B/man
	@if $B/langyan man >$B/man/langyan.1 2>/dev/null; then echo '  MAN     $B/man/langyan.1'; \
	 else rm -f $B/man/langyan.1; echo 'langyan has no "man" command yet'; fi
install: docs ## copy program, data, manual and systemd unit below DESTDIR and PREFIX
	install -D -m755 $B/langyan $(BINDIR)/langyan
	@for f in $(if $(DATA),$$(find $(DATA) -type f)); do install -D -m644 $$f $(DATADIR)/$$f || exit 1; done
	@for p in $$(ls $B/man/*.[1-8] 2>/dev/null) $(PAGES); do \
	  install -D -m644 $$p $(MANDIR)/man$${p##*.}/$${p##*/} || exit 1; done
	@install -d $(UNITDIR)
	sed 's,/usr/local,$(PREFIX),g' docs/langyan.service > $(UNITDIR)/langyan.service
uninstall: ## remove what install copied
	rm -f $(BINDIR)/langyan $(UNITDIR)/langyan.service $(MANDIR)/man?/langyan.[1-8] \
	  $(foreach p,$(PAGES),$(MANDIR)/man$(patsubst .%,%,$(suffix $p))/$(notdir $p))
	rm -rf $(DATADIR)

deps: ## install what building and checking need (Debian, Ubuntu; asks for root)
	@.ci/deps $(BUILD_PKGS:%='%') $(CHECK_PKGS:%='%')

clean: ## remove build/
	rm -rf $B

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: all run check nightly sanitize check-now asan tsan valgrind fuzz bench fit accuracy test-programs unit-programs \
        fuzz-programs asan-build fuzz-build tsan-build layers libs banned size headers warnings format-check format \
        check-checks docs install uninstall deps clean help FORCE
.SECONDARY:
.DELETE_ON_ERROR:
