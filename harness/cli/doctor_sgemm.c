#include "cli/doctor_sgemm.h"

#include <cblas.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/threads.h"
#include "cli/doctor.h"

enum {
  SAMPLES = 15,
  CALLS = 8,  /* of one thread in a sample: half a GFLOP, some milliseconds */
  WARM_UP = 3 /* samples not kept: the clock speeds up, and pages are touched */
};

/* Set in the measuring process. Should the program behind /proc/self/exe not be limen and not know
 * --sgemm, this keeps it from starting itself for ever. */
static const char CHILD[] = "LIMEN_DOCTOR_CHILD";

/* ---- in this process ---- */

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Small integers: no product is denormal, and none takes a shorter way. */
static void fill(float *block, size_t count) {
  for (size_t i = 0; i < count; i++) block[i] = (float)(i * 7 % 19) - 9.0f;
}

static void multiply(const float *a, const float *b, float *c) {
  for (int call = 0; call < CALLS; call++)
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, LIMEN_DOCTOR_ROWS, LIMEN_DOCTOR_COLUMNS,
                LIMEN_DOCTOR_DEPTH, 1.0f, a, LIMEN_DOCTOR_DEPTH, b, LIMEN_DOCTOR_DEPTH, 0.0f, c,
                LIMEN_DOCTOR_COLUMNS);
}

int limen_sgemm_measure(struct limen_sgemm_rate *out, struct limen_error *error) {
  int threads = limen_threads();
  size_t n_a = LIMEN_DOCTOR_ROWS * LIMEN_DOCTOR_DEPTH,
         n_b = LIMEN_DOCTOR_COLUMNS * LIMEN_DOCTOR_DEPTH,
         n_c = LIMEN_DOCTOR_ROWS * LIMEN_DOCTOR_COLUMNS, each = n_a + n_b + n_c;
  *out = (struct limen_sgemm_rate){0};
  float *blocks = limen_alloc((size_t)threads * each, sizeof *blocks, error);
  if (!blocks) return LIMEN_FAILED;
  fill(blocks, (size_t)threads * each);
  double flops = 2.0 * LIMEN_DOCTOR_ROWS * LIMEN_DOCTOR_COLUMNS * LIMEN_DOCTOR_DEPTH * CALLS;
  double rates[SAMPLES];
  for (int sample = -WARM_UP; sample < SAMPLES; sample++) {
    int team = 1;
    double start_s = limen_clock_s();
#pragma omp parallel num_threads(threads)
    {
      float *a = blocks + (size_t)omp_get_thread_num() * each, *b = a + n_a;
      multiply(a, b, b + n_b);
#pragma omp master
      team = omp_get_num_threads();
    }
    double taken_s = limen_clock_s() - start_s;
    if (sample >= 0) rates[sample] = flops * team / taken_s * 1e-9;
  }
  qsort(rates, SAMPLES, sizeof rates[0], ascending);
  out->lowest = rates[0];
  out->median = rates[SAMPLES / 2];
  out->highest = rates[SAMPLES - 1];
  snprintf(out->kernel, sizeof out->kernel, "%s", openblas_get_corename());
  limen_free(blocks);
  return LIMEN_OK;
}

/* ---- in another ---- */

/* Four words in one line: the numbers in full, then the kernel's name. */
int limen_sgemm_measure_to(const char *path, struct limen_error *error) {
  struct limen_sgemm_rate rate;
  int status = limen_sgemm_measure(&rate, error);
  if (status != LIMEN_OK) return status;
  char *line = limen_print(error, "%.17g %.17g %.17g %s\n", rate.median, rate.lowest, rate.highest,
                           rate.kernel);
  if (!line) return LIMEN_FAILED;
  status = limen_file_write(path, line, strlen(line), error);
  limen_free(line);
  return status;
}

/* Sets or unsets a variable, and says what it was before (a copy, NULL when unset). */
static char *replace_variable(const char *name, const char *value) {
  char *before = limen_copy_text(getenv(name), NULL);
  if (value)
    setenv(name, value, 1);
  else
    unsetenv(name);
  return before;
}

static void restore_variable(const char *name, char *before) {
  limen_free(replace_variable(name, before));
  limen_free(before);
}

/* The child inherits the environment, so it is changed around the start. Nothing else runs then:
 * the threads of a team wait between parallel regions. */
static int run_as(const char *core_type, const char *path, struct limen_error *error) {
  const char *arguments[] = {"/proc/self/exe", "doctor", "--sgemm", path, NULL};
  char *kept_core = replace_variable("OPENBLAS_CORETYPE", core_type);
  char *kept_cache = replace_variable("OPENBLAS_L2_SIZE", NULL);
  setenv(CHILD, "1", 1);
  int status = limen_process_run(arguments, NULL, error);
  unsetenv(CHILD);
  restore_variable("OPENBLAS_L2_SIZE", kept_cache);
  restore_variable("OPENBLAS_CORETYPE", kept_core);
  return status;
}

int limen_sgemm_measure_as(const char *core_type, struct limen_sgemm_rate *out,
                           struct limen_error *error) {
  int status = LIMEN_OK;
  char *folder = NULL, *path = NULL, *line = NULL;
  size_t count = 0;
  *out = (struct limen_sgemm_rate){0};
  if (getenv(CHILD)) return LIMEN_FAIL(error, LIMEN_FAILED, "a measuring process starts no other");
  if (!(folder = limen_doctor_scratch(error)) || !(path = limen_path_join(folder, "rate", error))) {
    status = LIMEN_FAILED;
    goto done;
  }
  if ((status = run_as(core_type, path, error)) != LIMEN_OK) goto done;
  if ((status = limen_file_read(path, 1 << 12, &line, &count, error)) != LIMEN_OK) goto done;
  if (sscanf(line, "%lf %lf %lf %63s", &out->median, &out->lowest, &out->highest, out->kernel) !=
          4 ||
      !(out->median > 0))
    status = LIMEN_FAIL(error, LIMEN_FAILED, "the measuring process wrote \"%.60s\"", line);
done:
  if (folder) limen_folder_remove(folder, NULL);
  limen_free(line);
  limen_free(path);
  limen_free(folder);
  return status;
}
