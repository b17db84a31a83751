#!/bin/bash
# usage: run.sh - run the test suites one after another; called by make, from the top folder.
#
# Prints what failed, one line per suite, and at the end exactly "N passed, N failed".
# Exit 0 only if something passed and nothing failed.
#
# A test program prints `ok NAME` or `not ok NAME reason` per test on stdout (cmocka does so in TAP)
# and exits 0 only if all held. One that dies, hangs or prints no result counts as a failed test.
# It gets LY_BIN (the langyan of its build), LY_TMP (an empty folder with a short path), LY_SEED,
# and LY_NIGHTLY=1 at night. Outputs stay in build/log/.
#
# CHECK_ONLY="unit flow"  only these suites    FUZZ_S=1  seconds per fuzz target
# SEED=1                  of fuzz and tests    SLOW=1    factor on every time limit    JOBS=2
# WIDE=1                  sanitizers and valgrind also take the stage tests and every flow (an hour)
set -u
export LC_ALL=C.UTF-8 TZ=UTC
unset MAKEFLAGS MFLAGS MAKELEVEL
export B=${B:-build} FUZZ_S=${FUZZ_S:-1} SEED=${SEED:-1}
MAKE=${MAKE:-make}
JOBS=${JOBS:-$(nproc)}
SLOW=${SLOW:-1}
WIDE=${WIDE:-}
OUT=$(realpath -m "$B")
LOG=$OUT/log
SUITES='checks unit stage flow asan tsan valgrind fuzz'
FUNCTIONS_MIN=70 # per cent of a parser's functions that its fuzz target must enter

export LY_SEED=$SEED LY_NIGHTLY=${LY_NIGHTLY:-} LY_SLOW=$SLOW
export CMOCKA_MESSAGE_OUTPUT=TAP
export LLVM_PROFILE_FILE=/dev/null
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 suppressions=$PWD/tests/tsan.supp halt_on_error=1 second_deadlock_stack=1"
# gcc's and clang's sanitizers of this age lose their shadow memory where a kernel randomizes more bits.
FIXED=
setarch "$(uname -m)" -R true 2>/dev/null && FIXED="setarch $(uname -m) -R"

TMP=$(mktemp -d "${TMPDIR:-/tmp}/ly.XXXXXX")
stop() {
	trap - EXIT
	jobs -p | while read -r pid; do kill "$pid" 2>/dev/null; done
	rm -rf "$TMP"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

# ---- one program, one log ---------------------------------------------------------------------

# start NAME SECONDS BIN COMMAND… - in the background, at most JOBS at a time. NAME.took says
# for how many seconds it ran, then how many of a processor it used.
start() {
	local name=$1 limit=$(($2 * SLOW)) bin=$3 log="$LOG/$suite/$1"
	shift 3
	while [ "$(jobs -rp | grep -cvx "${ahead:-none}")" -ge "$JOBS" ]; do
		wait -n
	done
	started+=("$name")
	ran=$((ran + 1))
	mkdir -p "$LOG/$suite" "$TMP/$suite-${#started[@]}"
	(
		export LY_BIN=$bin LY_TMP="$TMP/$suite-${#started[@]}"
		begun=$EPOCHREALTIME
		timeout -k 10 "$limit" "$@" >"$log.out" 2>"$log.err" </dev/null &
		trap 'kill $!' TERM # timeout passes it on to all that the test started
		wait $!
		rc=$?
		times >"$log.time"
		took "$begun" "$log.time" >"$log.took"
		[ $rc -eq 124 ] && echo "timed out after $limit s" >>"$log.err"
		echo $rc >"$log.rc"
		rm -rf "$LY_TMP"
	) &
	pids+=($!)
}

# Wait for all that was started, count their results, show what failed.
finish() {
	local name log rc good bad skipped
	[ ${#pids[@]} -eq 0 ] || wait "${pids[@]}"
	pids=()
	for name in "${started[@]}"; do
		log="$LOG/$suite/$name"
		rc=$(cat "$log.rc" 2>/dev/null || echo 1)
		skipped=$(grep -cE '^(not )?ok .*# SKIP' "$log.out")
		good=$(grep -E '^ok( |$)' "$log.out" | grep -cv '# SKIP')
		bad=$(grep -E '^not ok( |$)' "$log.out" | grep -cv '# SKIP')
		if [ "$rc" -ne 0 ] && [ "$bad" -eq 0 ]; then
			echo "not ok $name: ended with status $rc" >>"$log.out"
			bad=1
		elif [ $((good + bad + skipped)) -eq 0 ]; then
			echo "not ok $name: printed no result" >>"$log.out"
			bad=1
		fi
		count "$good" "$bad" "$skipped"
		[ "$bad" -eq 0 ] || show "$name" "$log"
	done
	started=()
}

# took BEGUN TIMES - seconds since then; those of the processor by children, the second line of TIMES
took() {
	awk -F '[ms ]+' -v a="$1" -v b="$EPOCHREALTIME" '
		NR == 2 { printf "%.1f %.1f\n", b - a, 60 * $1 + $2 + 60 * $3 + $4 }' "$2"
	rm -f "$2"
}

count() { # PASSED FAILED [SKIPPED]
	passed=$((passed + $1))
	failed=$((failed + $2))
	skips=$((skips + ${3:-0}))
}

show() { # NAME LOG
	echo "---- $suite: $1"
	tail -n 60 "$2.err" 2>/dev/null
	grep -vE '^ok ' "$2.out" 2>/dev/null | tail -n 60
	echo "---- (all of it: ${2#"$PWD"/}.out, .err)"
}

# step NAME COMMAND… - a test that is one command: exit 0 and nothing else.
step() {
	local name=$1 log="$LOG/$suite/$1"
	shift
	mkdir -p "$LOG/$suite"
	if "$@" >"$log.out" 2>"$log.err"; then
		count 1 0
	else
		count 0 1
		show "$name" "$log"
		return 1
	fi
}

# must_fail NAME PATTERN COMMAND… - a planted mistake: the tool must refuse it and say PATTERN.
must_fail() {
	local name=$1 pattern=$2 log="$LOG/$suite/$1"
	shift 2
	mkdir -p "$LOG/$suite"
	if ! timeout 120 "$@" >"$log.out" 2>&1 && grep -qE "$pattern" "$log.out"; then
		count 1 0
	else
		echo "not ok $name: the planted mistake was not caught" >>"$log.out"
		count 0 1
		show "$name" "$log"
	fi
}

# build_ahead GOAL… - while a suite leaves processors idle, what later suites need is compiled, behind
# everything else. What fails here fails again, and is shown, in the suite that needs it.
build_ahead() {
	local goal
	ahead_goals=" $* "
	mkdir -p "$LOG"
	(
		trap 'kill $!; exit' TERM
		for goal; do
			nice -n 19 "$MAKE" --no-print-directory -j"$JOBS" WERROR=1 "$goal" "B=$B" &
			wait $!
		done
	) >"$LOG/ahead.out" 2>"$LOG/ahead.err" </dev/null &
	ahead=$!
}

# build NAME GOAL… VAR=… - make, once; a failure is a failed test of this suite.
build() {
	local log="$LOG/$suite/$1" goal
	shift
	for goal; do
		[[ $ahead_goals != *" $goal "* ]] || { wait "$ahead"; ahead='' ahead_goals=''; }
	done
	mkdir -p "$LOG/$suite"
	if ! "$MAKE" --no-print-directory -j"$JOBS" WERROR=1 "$@" >"$log.out" 2>"$log.err"; then
		count 0 1
		show build "$log"
		return 1
	fi
}

programs() { # GLOB - sources, in order
	compgen -G "$1" | sort
}

# ---- the suites -------------------------------------------------------------------------------

run_checks() {
	local check
	! wanted unit || build_ahead test-programs
	for check in layers libs banned size headers format; do
		step "$check" "tests/checks/$check.sh" .
	done
	step warnings env LY_BUILT="$(wanted unit && wanted asan && echo 1)" tests/checks/warnings.sh .
	start check-checks 300 - tests/checks/check-checks.sh
	finish
}

run_unit() {
	local c
	build build test-programs "B=$B" || return
	for c in $(programs 'tests/unit/test_*.c'); do
		start "$(basename "$c" .c)" 60 "$OUT/langyan" "$B/${c%.c}"
	done
	start mutants 120 - python3 tests/checks/mutants.py "$B"
	finish
}

run_stage() {
	local c
	build build test-programs "B=$B" || return
	build_ahead_sanitizers
	for c in $(programs 'tests/stage/test_*.c'); do
		start "$(basename "$c" .c)" 120 "$OUT/langyan" "$B/${c%.c}"
	done
	finish
}

# flows BUILD WRAPPER FILE… - C from that build, scripts with that build's langyan.
flows() {
	local b=$1 wrap=$2 f name
	shift 2
	for f in "$@"; do
		name=$(basename "$f")
		case $f in
		*.c) start "$name" 300 "$(realpath -m "$b")/langyan" $wrap "$b/${f%.c}" ;;
		*.sh) start "$name" 300 "$(realpath -m "$b")/langyan" $wrap bash "$f" ;;
		*.py) start "$name" 300 "$(realpath -m "$b")/langyan" $wrap python3 "$f" ;;
		esac
	done
}

# Stage tests and flows mostly wait.
build_ahead_sanitizers() {
	local s goals=()
	for s in asan tsan fuzz; do
		! wanted $s || goals+=($s-build)
	done
	[ ${#goals[@]} -eq 0 ] || build_ahead "${goals[@]}"
}

# Flows that say so run beside others: they mostly wait, so twice as many, and what is compiled ahead.
# Those that kill or count by time run alone, after them.
run_flow() {
	local f jobs=$JOBS
	build build all test-programs "B=$B" || return
	wanted stage || build_ahead_sanitizers
	JOBS=$((jobs * 2))
	for f in $(programs 'tests/flow/flow_*.[csp]*' | long_first); do
		heads "$f" beside && flows "$B" '' "$f"
	done
	finish
	JOBS=$jobs
	for f in $(programs 'tests/flow/flow_*.[csp]*'); do
		heads "$f" beside && continue
		flows "$B" '' "$f"
		finish
	done
}

# long_first - the flows that say so before the others: what runs for long must not begin last.
long_first() {
	local f rest=()
	while read -r f; do
		heads "$f" long && echo "$f" || rest+=("$f")
	done
	printf '%s\n' "${rest[@]}"
}

# heads FILE WORD - does the line "flow: ..." among its first five have the word?
heads() {
	head -5 "$1" | grep -q "flow:.*\b$2\b"
}

# narrow WORD - the flows whose head says so; with WIDE all of them.
narrow() {
	local f
	for f in $(programs 'tests/flow/flow_*.[csp]*'); do
		[ -z "$WIDE" ] && ! heads "$f" "$1" || echo "$f"
	done
}

# listed FILE - the programs that a list names; each must have its source.
listed() {
	local t
	for t in $(sed 's/#.*//' "$1"); do
		[ -f "$t.c" ] && echo "$t.c" || echo "$1: there is no $t.c" >&2
	done
}

# every - all unit and stage tests
every() {
	programs 'tests/unit/test_*.c'
	programs 'tests/stage/test_*.c'
}

# sanitized BUILD PROGRAM.c… - tests and the cheap flows of a sanitizer build; with WIDE all.
sanitized() {
	local b=$1 c f
	shift
	[ -z "$WIDE" ] || set -- $(every)
	for c in "$@"; do
		start "$(basename "$c" .c)" 180 "$(realpath -m "$b")/langyan" $FIXED "$b/${c%.c}"
	done
	finish
	for f in $(narrow cheap); do
		flows "$b" "$FIXED" "$f"
		finish
	done
}

plant() { # NAME FLAG…  - build a planted mistake
	local name=$1
	shift
	mkdir -p "$B/planted"
	clang -O1 -g -fno-omit-frame-pointer "$@" -o "$B/planted/$name" "tests/checks/$suite/$name.c"
}

run_asan() {
	local x
	build build asan-build "B=$B" || return
	for x in overflow undefined leak; do
		plant $x -fsanitize=address,undefined -fno-sanitize-recover=all
		must_fail "planted $x" 'heap-buffer-overflow|signed integer overflow|detected memory leaks' \
			$FIXED "$B/planted/$x"
	done
	sanitized "$B/asan" $(programs 'tests/unit/test_*.c')
}

run_tsan() {
	build build tsan-build "B=$B" || return
	plant race -fsanitize=thread -pthread
	must_fail 'planted race' 'ThreadSanitizer: data race' $FIXED "$B/planted/race"
	sanitized "$B/tsan" $(listed tests/tsan.list)
}

run_valgrind() {
	local x t grind="valgrind -q --suppressions=$PWD/tests/valgrind.supp --leak-check=full"
	grind="$grind --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=99"
	build build test-programs "B=$B" || return
	for x in unset leak; do
		plant $x
		must_fail "planted $x" 'uninitialised value|definitely lost' $grind "$B/planted/$x"
	done
	export LY_WRAP=$grind
	for t in $(narrow valgrind); do
		flows "$B" '' "$t"
		[ -z "$WIDE" ] || finish
	done
	unset LY_WRAP
	for t in $([ -n "$WIDE" ] && every | grep -vxF "$(listed tests/valgrind.skip)" || listed tests/valgrind.list); do
		start "$(basename "$t" .c)" 180 "$OUT/langyan" $grind "$B/${t%.c}"
	done
	finish
}

# fuzz_one NAME - prints `ok NAME …` with edges, executions and the share of functions entered.
fuzz_one() {
	local name=$1 bin="$B/asan/tests/fuzz/$1" work="$B/corpus/$1" dir="$LOG/fuzz" seeds dict= files
	local edges runs entered
	files=$(head -1 "tests/fuzz/$name.c" | sed -n 's,^/\* fuzz: *\(.*[^ ]\) *\*/$,\1,p')
	if [ -z "$files" ] || ! ls $files >/dev/null; then
		echo "not ok $name: its first line does not name parser files: /* fuzz: core/x.c */"
		return 1
	fi
	# At night the corpus grows from run to run; by day a run depends on the tree and SEED only.
	[ -n "$LY_NIGHTLY" ] || rm -rf "$work"
	mkdir -p "$work"
	seeds=tests/fuzz/corpus/${name#fuzz_}
	[ -d "$seeds" ] || seeds=
	[ -f "tests/fuzz/${name#fuzz_}.dict" ] && dict=-dict=tests/fuzz/${name#fuzz_}.dict
	rm -f "$dir/$name.profraw"
	if ! LLVM_PROFILE_FILE="$dir/$name.profraw" $FIXED "$bin" -seed="$SEED" -max_total_time="$FUZZ_S" \
		-timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$dir/$name-" $dict \
		"$work" $seeds 2>"$dir/$name.run"; then
		tail -n 60 "$dir/$name.run" >&2
		echo "not ok $name: the input is in $(ls -t "$dir/$name"-* 2>/dev/null | head -1)"
		return 1
	fi
	edges=$(grep -oE 'cov: [0-9]+' "$dir/$name.run" | tail -1 | cut -d' ' -f2)
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$name.run")
	if ! functions "$dir/$name.profraw" "$bin" $files >"$dir/$name.entered"; then
		echo "not ok $name: could not count the entered functions of $files"
		return 1
	fi
	entered=$(share "$dir/$name.entered")
	if [ "$entered" -lt $FUNCTIONS_MIN ]; then
		echo "not ok $name: entered $entered % of the functions of $files (at least $FUNCTIONS_MIN): better seeds?"
		sed -n 's/^0 /    not entered: /p' "$dir/$name.entered"
		return 1
	fi
	echo "ok $name: ${edges:-0} edges, ${runs:-0} runs, $entered % of the functions of $files"
}

# functions PROFRAW BIN FILE… - a line "1 NAME" or "0 NAME" per function: was it entered?
# Fails if the program holds nothing of a file.
functions() {
	local raw=$1 bin=$2 file
	shift 2
	llvm-profdata merge -o "${raw%raw}data" "$raw" || return
	for file in "$@"; do
		if ! llvm-cov report "$bin" -instr-profile="${raw%raw}data" -show-functions "$file" 2>/dev/null |
			awk '$4 ~ /%$/ && $1 != "TOTAL" { print ($3 < $2) + 0, $1; n++ } END { exit !n }'; then
			echo "nothing of $file is in $bin" >&2
			return 1
		fi
	done
}

# share LIST - per cent of the functions that were entered
share() {
	awk '{ n++; entered += $1 } END { print n ? int(100 * entered / n) : 0 }' "$1"
}

# The count of entered functions must itself notice a target that stays on the surface.
planted_shallow() {
	local dir="$LOG/fuzz"
	plant shallow -fsanitize=fuzzer,address -fprofile-instr-generate -fcoverage-mapping &&
		LLVM_PROFILE_FILE="$dir/shallow.profraw" $FIXED "$B/planted/shallow" -seed="$SEED" -runs=2000 \
			"$TMP" tests/checks/fuzz/seeds 2>"$dir/shallow.run" &&
		functions "$dir/shallow.profraw" "$B/planted/shallow" tests/checks/fuzz/shallow.c >"$dir/shallow.entered" &&
		[ "$(grep -c ^1 "$dir/shallow.entered") $(share "$dir/shallow.entered")" = '2 40' ] &&
		! functions "$dir/shallow.profraw" "$B/planted/shallow" tests/checks/tsan/race.c
}

run_fuzz() {
	local c
	build build fuzz-build "B=$B" || return
	plant planted -fsanitize=fuzzer,address,undefined
	mkdir -p "$B/corpus/planted"
	must_fail 'planted overflow' 'stack-buffer-overflow' $FIXED "$B/planted/planted" -seed="$SEED" \
		-max_total_time="$FUZZ_S" -artifact_prefix="$LOG/fuzz/planted-" \
		"$TMP" tests/checks/fuzz/seeds $(programs 'tests/fuzz/corpus/*')
	step 'planted shallow target' planted_shallow
	for c in $(programs 'tests/fuzz/fuzz_*.c'); do
		start "$(basename "$c" .c)" $((FUZZ_S + 120)) - \
			bash tests/run.sh --fuzz-one "$(basename "$c" .c)"
	done
	local names=("${started[@]}") name
	finish
	for name in "${names[@]}"; do
		sed -n 's/^ok /  fuzz  /p' "$LOG/fuzz/$name.out"
	done
}

# ---- main -------------------------------------------------------------------------------------

if [ "${1:-}" = --fuzz-one ]; then
	fuzz_one "$2"
	exit
fi

wanted() { # SUITE
	case " ${CHECK_ONLY:-$SUITES} " in
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

for suite in ${CHECK_ONLY:-}; do
	case " $SUITES " in
	*" $suite "*) ;;
	*) echo "CHECK_ONLY: there is no suite \"$suite\" (there are: $SUITES)" >&2 && exit 2 ;;
	esac
done

echo "SEED=$SEED"
ahead= ahead_goals= pids=()
all_passed=0 all_failed=0 all_start=$EPOCHREALTIME
for suite in ${CHECK_ONLY:-$SUITES}; do
	rm -rf "${LOG:?}/$suite"
	passed=0 failed=0 skips=0 ran=0 started=() begun=$EPOCHREALTIME
	"run_$suite"
	note=
	[ "$skips" -eq 0 ] || note=" ($skips skipped)"
	[ $((ran + failed)) -gt 0 ] || note=" (there are no $suite tests yet)"
	awk -v name="$suite" -v p=$passed -v f=$failed -v a="$begun" -v b="$EPOCHREALTIME" -v note="$note" \
		'BEGIN { printf "%-9s %4d passed %4d failed %7.1f s%s\n", name, p, f, b - a, note }'
	all_passed=$((all_passed + passed))
	all_failed=$((all_failed + failed))
done
awk -v a="$all_start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f s in all\n", b - a }'
echo "$all_passed passed, $all_failed failed"
[ $all_failed -eq 0 ] && [ $all_passed -gt 0 ]
