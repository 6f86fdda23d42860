/* The looks that `limen doctor` takes, in the order of its page (the table at the end). Each adds
 * one row. Figures that a row states were measured or read a moment ago; none is remembered. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/build_info.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/text.h"
#include "base/threads.h"
#include "cli/doctor.h"
#include "cli/doctor_sgemm.h"

/* Kernels that differ by less than this are called equal: samples of one kernel do too. */
static const double FASTER_WORTH_SAYING = 1.10;
/* A sample this much below the median was disturbed by something else on the machine. */
static const double QUIET_SHARE = 0.7;
/* Room for the largest shipped experiments' stores with their certificates. */
static const double DISK_ENOUGH_BYTES = 2e9;

/* ---- rows ---- */

static struct limen_check *add(struct limen_checks *checks, const char *name) {
  /* The table below is shorter than the room; a longer one overwrites its last row. */
  if (checks->count < LIMEN_CHECKS_MAX) checks->count++;
  struct limen_check *check = &checks->row[checks->count - 1];
  *check = (struct limen_check){.name = name, .value = NAN};
  return check;
}

static void found(struct limen_check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void found(struct limen_check *check, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(check->found, sizeof check->found, format, arguments);
  va_end(arguments);
}

static void advise(struct limen_check *check, enum limen_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void advise(struct limen_check *check, enum limen_level level, const char *format, ...) {
  va_list arguments;
  check->level = level;
  va_start(arguments, format);
  vsnprintf(check->next, sizeof check->next, format, arguments);
  va_end(arguments);
}

/* ---- the machine ---- */

static void check_build(struct limen_checks *checks) {
  found(add(checks, "build"), "limen %s, %s, %s", limen_version, limen_compiler,
        limen_compiler_flags);
}

static void check_processor(struct limen_checks *checks) {
  struct limen_machine machine;
  limen_machine_read(&machine);
  found(add(checks, "processor"), "%s%s", machine.cpu,
        machine.avx512 ? ", AVX-512"
        : machine.avx2 ? ", AVX2"
                       : "");
  found(add(checks, "system"), "%s", machine.system);
  struct limen_check *memory = add(checks, "memory");
  memory->value = machine.memory_bytes * 1e-9;
  memory->unit = "GB";
  found(memory, "%.1f GB", memory->value);
}

/* How many cores' worth of time a container may take; the affinity mask does not show it. "max" in
 * place of the first number means no limit. */
static double core_quota(void) {
  double quota = INFINITY, period = 0;
  FILE *stream = fopen("/sys/fs/cgroup/cpu.max", "r");
  if (!stream) return INFINITY;
  if (fscanf(stream, "%lf %lf", &quota, &period) != 2 || !(period > 0))
    quota = INFINITY, period = 1;
  fclose(stream);
  return quota / period;
}

static void check_cores(struct limen_checks *checks) {
  struct limen_machine machine;
  limen_machine_read(&machine);
  struct limen_check *check = add(checks, "cores");
  check->value = machine.cores;
  check->unit = "cores";
  double quota = core_quota();
  if (quota > machine.cores - 0.5) {
    found(check, "%d usable, %d thread%s", machine.cores, limen_threads(),
          limen_threads() == 1 ? "" : "s");
    return;
  }
  found(check, "%d usable, but this container may take the time of only %.1f", machine.cores,
        quota);
  advise(check, LIMEN_CHECK_NOTE, "pass --threads %.0f to limen run", fmax(1, round(quota)));
}

static void check_libraries(struct limen_checks *checks) {
  struct limen_text text = {0};
  const struct limen_library *library;
  for (size_t i = 0; (library = limen_machine_library(i)); i++)
    limen_text_print(&text, "%s%s %s", i > 0 ? ", " : "", library->name, library->version);
  found(add(checks, "libraries"), "%s", limen_text_string(&text));
  limen_text_clear(&text);
}

/* ---- BLAS ---- */

static bool is_one_of(const char *name, const char *const *list) {
  for (; *list; list++)
    if (strcasecmp(name, *list) == 0) return true;
  return false;
}

/* The kernels to try when OpenBLAS has chosen some that leave the processor's vectors unused, as a
 * release does that is older than the processor; NULL when its choice uses them. */
static const char *better_core_type(const struct limen_machine *machine, const char *kernel) {
  static const char *const wide[] = {"SkylakeX", "Cooperlake", "SapphireRapids", NULL};
  static const char *const middle[] = {"Haswell", "Zen", "Excavator", NULL};
  if (is_one_of(kernel, wide)) return NULL;
  if (machine->avx512) return "SkylakeX";
  return machine->avx2 && !is_one_of(kernel, middle) ? "Haswell" : NULL;
}

/* Compares the kernels in use with what a clean environment gives, and that with kernels that fit
 * the processor better. Best samples are compared: a disturbance only ever slows one down. */
static void check_kernels(struct limen_check *check, const struct limen_sgemm_rate *used) {
  struct limen_machine machine;
  struct limen_sgemm_rate best = *used, other;
  const char *cache = getenv("OPENBLAS_L2_SIZE"), *choose = NULL;
  limen_machine_read(&machine);
  bool forced = machine.blas_forced[0] || (cache && *cache);
  if (forced && limen_sgemm_measure_as(NULL, &other, NULL) == LIMEN_OK) best = other;
  const char *candidate = better_core_type(&machine, best.kernel);
  if (candidate && limen_sgemm_measure_as(candidate, &other, NULL) == LIMEN_OK &&
      other.highest > FASTER_WORTH_SAYING * best.highest) {
    best = other;
    choose = candidate;
  }
  /* On a busy machine all samples of one measurement may have been disturbed: what looks slow is
   * given a second chance. */
  double at_best = used->highest;
  if (best.highest > FASTER_WORTH_SAYING * at_best && limen_sgemm_measure(&other, NULL) == LIMEN_OK)
    at_best = fmax(at_best, other.highest);

  bool resized = cache && *cache;
  found(check, "%s%s%s%s", used->kernel, machine.blas_forced[0] ? ", OPENBLAS_CORETYPE=" : "",
        machine.blas_forced, resized ? ", OPENBLAS_L2_SIZE is set" : "");
  if (best.highest <= FASTER_WORTH_SAYING * at_best) return;

  check->value = best.highest / at_best;
  check->unit = "times faster";
  size_t length = strlen(check->found);
  snprintf(check->found + length, sizeof check->found - length,
           ": at best %.0f GFLOP/s, %s %.0f on the product below, %.2f times as much", at_best,
           best.kernel, best.highest, check->value);
  if (choose)
    advise(check, LIMEN_CHECK_NOTE, "export OPENBLAS_CORETYPE=%s", choose);
  else
    advise(check, LIMEN_CHECK_NOTE, "unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE");
}

static void check_blas(struct limen_checks *checks) {
  struct limen_sgemm_rate used;
  struct limen_error error = {0};
  struct limen_check *kernels = add(checks, "BLAS kernels"), *rate = add(checks, "sgemm");
  if (limen_sgemm_measure(&used, &error) != LIMEN_OK) {
    found(kernels, "not measured");
    found(rate, "not measured: %.200s", error.text);
    advise(rate, LIMEN_CHECK_PROBLEM, "free some memory");
    return;
  }
  check_kernels(kernels, &used);
  rate->value = used.median;
  rate->unit = "GFLOP/s";
  found(rate, "%.0f GFLOP/s (%.0f to %.0f) for %d x %d x %d, one product on each of %d thread%s",
        used.median, used.lowest, used.highest, LIMEN_DOCTOR_ROWS, LIMEN_DOCTOR_COLUMNS,
        LIMEN_DOCTOR_DEPTH, limen_threads(), limen_threads() == 1 ? "" : "s");
  if (used.lowest < QUIET_SHARE * used.median)
    advise(rate, LIMEN_CHECK_NOTE,
           "something else is running: what is timed now says little, results stay the same");
}

/* ---- tools and room ---- */

/* Messages of other programs run over lines; a row is one. */
static void flatten(char *text) {
  char *out = text;
  for (const char *at = text; *at; at++) {
    bool blank = strchr(" \t\r\n", *at) != NULL;
    if (!blank) *out++ = *at;
    if (blank && out > text && out[-1] != ' ') *out++ = ' ';
  }
  if (out > text && out[-1] == ' ') out--;
  *out = '\0';
}

static void check_gnuplot(struct limen_checks *checks) {
  /* Both terminals that plots use are set, which a gnuplot built without them refuses. */
  static const char *const arguments[] = {
      "gnuplot", "-e",
      "set terminal svg; set terminal pngcairo; set print 'version'; "
      "print sprintf('%.1f patchlevel %s', GPVAL_VERSION, GPVAL_PATCHLEVEL)",
      NULL};
  struct limen_check *check = add(checks, "gnuplot");
  struct limen_error error = {0};
  char *folder = limen_doctor_scratch(&error), *path = NULL, *version = NULL;
  size_t count = 0;
  int status = folder ? limen_process_run(arguments, folder, &error) : LIMEN_FAILED;
  if (status == LIMEN_OK && !(path = limen_path_join(folder, "version", &error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_file_read(path, 1 << 12, &version, &count, &error);
  if (status == LIMEN_OK) {
    flatten(version);
    found(check, "%.80s, draws SVG and PNG", version);
  } else {
    flatten(error.text);
    found(check, "plots cannot be drawn: %.300s", error.text);
    advise(check, LIMEN_CHECK_PROBLEM, "apt-get install gnuplot-nox (make does it too)");
  }
  limen_free(version);
  limen_free(path);
  if (folder) limen_folder_remove(folder, NULL);
  limen_free(folder);
}

static void check_git(struct limen_checks *checks) {
  static const char *const arguments[] = {"git", "--version", NULL};
  struct limen_check *check = add(checks, "git");
  struct limen_error error = {0};
  struct limen_text version = {0};
  if (limen_process_read(arguments, NULL, 1 << 12, &version, &error) == LIMEN_OK &&
      version.length > 0) {
    flatten(version.data);
    found(check, "%.80s, for `limen history --git`", version.data);
  } else {
    flatten(error.text);
    found(check, "committed baselines cannot be read: %.300s", error.text);
    advise(check, LIMEN_CHECK_NOTE, "apt-get install git, for `limen history --git`");
  }
  limen_text_clear(&version);
}

static void check_reports(struct limen_checks *checks) {
  struct limen_check *check = add(checks, "reports");
  bool there = limen_file_exists("reports");
  if (eaccess(there ? "reports" : ".", W_OK | X_OK) == 0) {
    found(check, there ? "./reports can be written" : "./reports is made by the first run");
    return;
  }
  found(check, "%s: %s", there ? "./reports cannot be written" : "./reports cannot be made",
        strerror(errno));
  advise(check, LIMEN_CHECK_PROBLEM, "start limen in a folder of yours, or choose one with --out");
}

static void check_disk(struct limen_checks *checks) {
  struct limen_check *check = add(checks, "disk");
  const char *where = limen_file_exists("reports") ? "reports" : ".";
  struct statvfs about;
  if (statvfs(where, &about) != 0) {
    found(check, "cannot tell: %s", strerror(errno));
    return;
  }
  double bytes = (double)about.f_bavail * (double)about.f_frsize;
  check->value = bytes * 1e-9;
  check->unit = "GB";
  found(check, "%.1f GB free for reports", check->value);
  if (bytes < DISK_ENOUGH_BYTES)
    advise(check, LIMEN_CHECK_NOTE,
           "free some space or choose another disk with --out; finished "
           "cells survive a full one");
}

void limen_checks_run(struct limen_checks *out) {
  static void (*const looks[])(struct limen_checks *) = {
      check_build,   check_processor, check_cores,   check_libraries, check_blas,
      check_gnuplot, check_git,       check_reports, check_disk,
  };
  *out = (struct limen_checks){0};
  for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) looks[i](out);
}
