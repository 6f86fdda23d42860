# The front door. Every target does its own set-up: packages (cmake/packages.txt), then the build.
#
#   make                                         builds build/limen
#   make experiments                             what can be run
#   make experiment EXP=limit_k2 ARGS="--smoke"  runs one; ARGS are options of `limen run`
#   make test                                    everything that CI checks
#   make regress                                 a small fixed set of runs against tests/baselines
#   make asan                                    the tests again, under the sanitizers
#   make fuzz SECONDS=600                        the readers under inputs that libFuzzer makes up; TARGET=NAME runs
#                                                one, RUNS=1000000 counts executions instead of seconds
#   make test-faults                             kills, full disks, no memory: many more than in test
#   make lint                                    what clang-tidy and cppcheck find in the sources
#   make coverage                                which lines the tests run; fails below 90%
#   make bench                                   the program's speed beside the machine's
#   make compare                                 the same work done by others: results and speed
#   make doctor                                  the machine, its libraries, and what is missing
#   make format                                  lays out the sources
#   make clean                                   removes what was built; reports stay
#
# JOBS=N compiles with N processes, TEST_JOBS=N runs N tests at once, PYTHON=FILE compares with that
# Python's packages. LIMEN_NO_INSTALL=1 installs nothing and says what is missing instead.

JOBS ?=
TEST_JOBS ?= 2
# Of all fuzz targets together. No ?=: a shell has a variable of this name.
SECONDS := 600
RUNS ?=
TARGET ?=
# The Python that apt's packages are for; the first one in PATH is often another.
PYTHON ?= /usr/bin/python3

# What the user writes reaches the scripts as it stands: a $ in it is not make's.
override EXP := $(value EXP)
override ARGS := $(value ARGS)
override SECONDS := $(value SECONDS)
override RUNS := $(value RUNS)
override TARGET := $(value TARGET)
export EXP ARGS PYTHON TARGET
export FUZZ_SECONDS := $(SECONDS)
export FUZZ_RUNS := $(RUNS)

# Configures a preset once (Ninja sees for itself when that must be done again) and builds a target.
# Standard output stays free for what the program prints.
define cmake_build # preset, folder, target
	@test -f $(2)/build.ninja || cmake --preset $(1) -G Ninja >&2
	@cmake --build $(2) --target $(3) $(if $(JOBS),-j $(JOBS)) >&2
endef

.PHONY: build experiments experiment test regress test-faults asan fuzz lint coverage bench compare doctor format clean
.NOTPARALLEL: # Ninja and ctest are parallel themselves

build: packages-build
	$(call cmake_build,release,build,limen)

# "packages-build-compare" sees to the groups build and compare.
packages-%:
	@cmake/install_packages.sh $(subst -, ,$*)

experiments: build
	@build/limen list experiments

experiment: build
	@cmake/run_limen.sh build/limen run

test: packages-build-test
	$(call cmake_build,check,build-check,all)
	@ctest --preset check -j $(TEST_JOBS)

# Part of `make test` as well.
regress: build
	@tests/regress/run.sh build/limen build/regress

# Minutes where `make test` takes seconds: the same tests of faults, at many more places.
test-faults: packages-build-test
	$(call cmake_build,check,build-check,all)
	@LIMEN_FAULTS=long ctest --preset check -L faults -j $(TEST_JOBS)

asan: packages-build-test
	$(call cmake_build,asan,build-asan,all)
	@ctest --preset asan -j $(TEST_JOBS)

fuzz: packages-build-fuzz
	$(call cmake_build,fuzz,build-fuzz,fuzz)
	@tests/fuzz/run.sh build-fuzz

lint: packages-build-lint
	@test -f build-check/build.ninja || cmake --preset check -G Ninja >&2
	@cmake/lint.sh build-check $(if $(JOBS),$(JOBS))

coverage: packages-build-test-coverage
	$(call cmake_build,coverage,build-coverage,all)
	@cmake/coverage.sh build-coverage $(TEST_JOBS)

bench: build
	@cmake/run_limen.sh build/limen bench

doctor: build
	@cmake/run_limen.sh build/limen doctor

# Both sides choose their own BLAS kernels: these two variables hold back one side more than the
# other. The verifier shares no code with the program whose certificates it checks.
compare: UNFORCED := env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE
compare: VERIFIER := tests/compare/verify_certificates.py
compare: packages-build-compare build
	@for script in $(filter-out $(VERIFIER),$(wildcard tests/compare/*.py)); do \
	  echo "== $$script"; $(UNFORCED) $(PYTHON) $$script build/limen || exit; \
	done
	@echo "== $(VERIFIER)"
	@build/limen run limit_k2 --smoke --fresh --quiet --out build/compare/limit_k2
	@$(PYTHON) $(VERIFIER) build/compare/limit_k2
	$(call cmake_build,release,build,hnsw_direct)
	@echo "== tests/compare/hnsw_direct.cpp"
	@$(UNFORCED) build/tests/hnsw_direct

format: packages-format
	@find harness datasets experiments tests -name '*.[ch]' -o -name '*.cpp' | xargs clang-format -i

clean:
	rm -rf build build-check build-asan build-coverage build-fuzz
