/* limen bench: the program's own speed beside the machine's limits. */
#include "cli/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/machine.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/options.h"
#include "definition/definition.h"

#define LIMEN_ENTRY(bench) extern const struct limen_bench bench;
#include "cli/benches.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(bench) &bench,
static const struct limen_bench *const benches[] = {
#include "cli/benches.def"
    NULL};
#undef LIMEN_ENTRY

static const char *bench_name(size_t i) {
  return i < sizeof benches / sizeof *benches && benches[i] ? benches[i]->name : NULL;
}

int limen_bench_add(struct limen_bench_results *results, const struct limen_bench_case *one,
                    struct limen_error *error) {
  if (!one->params) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a bench's result");
  int status = limen_grow(&results->cases, &results->capacity, results->count + 1,
                          sizeof *results->cases, error);
  if (status == LIMEN_OK)
    results->cases[results->count++] = *one;
  else
    json_decref(one->params);
  return status;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void limen_bench_spread(double *samples, size_t count, double *median, double *lowest,
                        double *highest) {
  qsort(samples, count, sizeof *samples, ascending);
  *median = samples[count / 2];
  *lowest = samples[0];
  *highest = samples[count - 1];
}

/* ---- printing ---- */

static char *params_words(const json_t *params) {
  struct limen_text words = {0};
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)params, key, value) {
    char *text = limen_json_print(value, JSON_ENCODE_ANY | JSON_COMPACT, key, NULL);
    limen_text_print(&words, "%s%s=%s", words.length ? " " : "", key, text ? text : "?");
    limen_free(text);
  }
  return words.data;
}

static void print_table(const struct limen_bench_results *results) {
  printf("%-16s %-48s %12s %14s %26s %10s %8s\n", "bench", "case", "median", "unit",
         "lowest .. highest", "GFLOP/s", "of sgemm");
  for (size_t i = 0; i < results->count; i++) {
    const struct limen_bench_case *one = &results->cases[i];
    char *words = params_words(one->params);
    printf("%-16s %-48s %12.5g %14s %12.5g .. %-10.5g", one->name, words ? words : "", one->value,
           one->unit, one->lowest, one->highest);
    if (isnan(one->gflops))
      printf(" %10s %8s\n", "-", "-");
    else
      printf(" %10.4g %7.0f%%\n", one->gflops, 100 * one->share_of_sgemm);
    limen_free(words);
  }
}

/* A number, or null where there is none; a new value. */
static json_t *number_or_null(double value) {
  return isnan(value) ? json_null() : json_real(value);
}

static int write_json(const struct limen_bench_results *results, const char *path,
                      struct limen_error *error) {
  json_t *cases = json_array();
  for (size_t i = 0; i < results->count; i++) {
    const struct limen_bench_case *one = &results->cases[i];
    json_array_append_new(
        cases, json_pack("{s:s, s:O, s:f, s:f, s:f, s:s, s:o, s:o}", "name", one->name, "params",
                         one->params, "value", one->value, "lowest", one->lowest, "highest",
                         one->highest, "unit", one->unit, "gflops", number_or_null(one->gflops),
                         "share_of_sgemm", number_or_null(one->share_of_sgemm)));
  }
  json_t *root = json_pack("{s:i, s:o}", "schema", 1, "cases", cases);
  int status = limen_json_write(root, JSON_INDENT(2), path, error);
  json_decref(root);
  return status;
}

/* ---- the command ---- */

/* Takes "--json F" and "--threads N", also written with "=", out of the arguments; the rest is the
 * bench's. */
static int split_options(int *count, char **arguments, const char **json, long *threads,
                         struct limen_error *error) {
  const char *number = NULL;
  int kept = 0;
  for (int i = 0; i < *count; i++) {
    const char *word = arguments[i], *equals = strchr(word, '='), **target = NULL;
    size_t length = strcspn(word, "=");
    if (length == strlen("--json") && strncmp(word, "--json", length) == 0) target = json;
    if (length == strlen("--threads") && strncmp(word, "--threads", length) == 0) target = &number;
    if (!target) {
      arguments[kept++] = arguments[i];
      continue;
    }
    *target = equals ? equals + 1 : i + 1 < *count ? arguments[++i] : "";
    if (!**target)
      return LIMEN_FAIL(error, LIMEN_USAGE, "limen bench: %.*s needs a value", (int)length, word);
  }
  *count = kept;
  return number ? limen_option_integer("--threads", number, 1, 4096, threads, error) : LIMEN_OK;
}

static int run_benches(int count, char **arguments, struct limen_bench_results *results,
                       struct limen_error *error) {
  const char *wanted = count > 1 ? arguments[1] : NULL;
  bool found = false;
  int status = LIMEN_OK;
  for (size_t i = 0; benches[i] && status == LIMEN_OK; i++) {
    if (wanted && strcmp(wanted, benches[i]->name) != 0) continue;
    found = true;
    char *alone[] = {(char *)benches[i]->name, NULL};
    status = wanted ? benches[i]->run(count - 1, arguments + 1, results, error)
                    : benches[i]->run(1, alone, results, error);
  }
  if (found) return status;
  const char *near = limen_nearest(wanted, bench_name);
  struct limen_text names = {0};
  for (size_t i = 0; benches[i]; i++)
    limen_text_print(&names, "%s%s", i ? ", " : "", benches[i]->name);
  status = LIMEN_FAIL(error, LIMEN_USAGE, "unknown bench %.60s%s%s; there are: %s", wanted,
                      near ? "; nearest: " : "", near ? near : "", limen_text_string(&names));
  limen_text_clear(&names);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  const char *json = NULL;
  long threads = 0;
  struct limen_bench_results results = {0};
  int status = split_options(&count, arguments, &json, &threads, error);
  if (status == LIMEN_OK && threads > 0) limen_threads_set((int)threads);
  if (status == LIMEN_OK) {
    struct limen_machine machine;
    limen_machine_read(&machine);
    fprintf(stderr, "%s, %d threads, OpenBLAS kernels %s%s%s\n", machine.cpu, limen_threads(),
            machine.blas_kernel, machine.blas_forced[0] ? ", forced by OPENBLAS_CORETYPE=" : "",
            machine.blas_forced);
    status = run_benches(count, arguments, &results, error);
  }
  if (status == LIMEN_OK) print_table(&results);
  if (status == LIMEN_OK && json) status = write_json(&results, json, error);
  for (size_t i = 0; i < results.count; i++) json_decref(results.cases[i].params);
  limen_free(results.cases);
  return status;
}

const struct limen_command limen_command_bench = {
    .name = "bench",
    .about = "measure the program's speed beside the machine's limits",
    .help =
        "usage: limen bench [NAME] [OPTIONS] [--threads N] [--json F]\n"
        "\n"
        "Without a name all benches run at their default sizes. GFLOP/s count the matrix\n"
        "products only; `of sgemm` is their share of the best rate that OpenBLAS reached on\n"
        "products of the same shapes in the same process, cut into blocks of 64, 128, 256,\n"
        "512 and 1024 rows, all threads at once.\n"
        "\n"
        "  free-embedding [--n N] [--d D]   steps of free-embedding training, k = 2, with\n"
        "                                   loss, patience and a look every 50 steps\n"
        "  exact-knn [--n N] [--nq NQ] [--d D] [-k K] [--metric l2|ip|cosine]\n"
        "                                   exact nearest neighbours, float64 pass included;\n"
        "                                   its products are tiles of 128 to 1024 queries by\n"
        "                                   512 to 2048 rows; --scaling halves and doubles\n"
        "                                   n, nq and d in turn\n"
        "  hnsw [--n N] [--d D]             inserts and searches of hnswlib, M = 16,\n"
        "                                   ef_construction = 200, ef = 40, k = 10, on one\n"
        "                                   thread; no matrix products\n"
        "\n"
        "Example:\n"
        "  limen bench free-embedding --n 157 --d 23 --json bench.json\n",
    .run = run,
};
