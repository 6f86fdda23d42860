/* limit-json: results of the published free-embedding program, as a run of critical_n.
 *
 * That program (google-deepmind/limit, free_embedding_experiment.py) writes a JSON list of
 * {"parameters": {n, d, k, q, seed, temperature, learning_rate, num_iterations, ...},
 *  "metrics": {max_accuracy_observed, final_accuracy, final_loss, actual_q_generated, ...}}.
 * It keeps no embeddings, so nothing can be proved: successes are shown as reported. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "data/relevance.h"
#include "run/importer.h"

enum {
  FILE_MOST = 1 << 28, /* bytes */
  N_MOST = 999999,     /* documents: one less than the kind's own bound, where a search may end */
  SEEDS_MOST = 10000,  /* the kind's own bound */
  WHOLE_MOST = 1000000000 /* of steps and seeds */
};
static const double REAL_MOST = 1000; /* of tau and learning rate, the kind's own bound */

/* Columns of the import, in this order. `success` means proved, so it is always 0. */
enum { N, SEED, AIM, K, TAU, D, SUBSETS, SUCCESS, REACHED, SHARE, LOSS, COLUMNS };
static const char *const columns[COLUMNS + 1] = {[N] = "n",
                                                 [SEED] = "seed",
                                                 [AIM] = "aim",
                                                 [K] = "k",
                                                 [TAU] = "tau",
                                                 [D] = "d",
                                                 [SUBSETS] = "subsets",
                                                 [SUCCESS] = "success",
                                                 [REACHED] = "reached",
                                                 [SHARE] = "share_right",
                                                 [LOSS] = "final_loss"};

/* Settings that a run has one of; those of the published program where a result does not say. */
struct settings {
  double lr;
  int64_t max_steps, patience, check_every;
};

/* The result being read, for messages. */
struct result {
  const char *path;
  size_t number; /* counts from 1 */
  const json_t *parameters, *metrics;
};

/* ---- reading numbers ---- */

static int not_usable(const struct result *result, const char *key, const json_t *value,
                      const char *needed, struct limen_error *error) {
  char *text = value ? limen_json_print(value, JSON_ENCODE_ANY | JSON_COMPACT, key, NULL) : NULL;
  int status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "%s: result %zu: parameters.%s is %.60s; %s is needed. Is this a file of "
                          "free_embedding_experiment.py?",
                          result->path, result->number, key, text ? text : "missing", needed);
  limen_free(text);
  return status;
}

/* A whole number; when `fallback` is not NULL the key may be missing. */
static int whole(const struct result *result, const char *key, int64_t min, int64_t max,
                 const int64_t *fallback, int64_t *out, struct limen_error *error) {
  char needed[96];
  const json_t *value = json_object_get(result->parameters, key);
  *out = fallback ? *fallback : 0;
  if (!value && fallback) return LIMEN_OK;
  if (json_is_integer(value)) {
    *out = json_integer_value(value);
    if (*out >= min && *out <= max) return LIMEN_OK;
  }
  snprintf(needed, sizeof needed, "a whole number from %" PRId64 " to %" PRId64, min, max);
  return not_usable(result, key, value, needed, error);
}

/* A number above 0; `fallback` when the key is missing. */
static int positive(const struct result *result, const char *key, double fallback, double *out,
                    struct limen_error *error) {
  const json_t *value = json_object_get(result->parameters, key);
  *out = value ? json_number_value(value) : fallback;
  if (!value || (json_is_number(value) && *out > 0 && *out <= REAL_MOST)) return LIMEN_OK;
  return not_usable(result, key, value, "a number above 0 and up to 1000", error);
}

static double metric(const struct result *result, const char *key) {
  const json_t *value = json_object_get(result->metrics, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* The largest accuracy that the program saw, as its own search takes it; NaN: none. */
static double best_accuracy(const struct result *result) {
  static const char *const keys[] = {"max_accuracy_observed", "best_accuracy_monitored",
                                     "last_logged_accuracy", "final_accuracy"};
  double best = NAN;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    best = fmax(best, metric(result, keys[i]));
  return best;
}

/* ---- reading results ---- */

static int read_settings(const struct result *result, struct settings *out,
                         struct limen_error *error) {
  static const int64_t max_steps = 100000, patience = 1000, check_every = 50;
  int status = positive(result, "learning_rate", 0.01, &out->lr, error);
  if (status == LIMEN_OK)
    status = whole(result, "num_iterations", 1, WHOLE_MOST, &max_steps, &out->max_steps, error);
  if (status == LIMEN_OK)
    status =
        whole(result, "early_stopping_patience", 1, WHOLE_MOST, &patience, &out->patience, error);
  if (status == LIMEN_OK)
    status = whole(result, "log_interval", 1, WHOLE_MOST, &check_every, &out->check_every, error);
  return status;
}

/* Only results over all subsets are about the same question. */
static int read_subsets(const struct result *result, int64_t n, int64_t k, double *out,
                        struct limen_error *error) {
  size_t all = limen_binomial((size_t)n, (size_t)k);
  const int64_t every = 0;
  int64_t limit = 0;
  const json_t *q = json_object_get(result->parameters, "q");
  int status = json_is_null(q) ? LIMEN_OK : whole(result, "q", 1, INT64_MAX, &every, &limit, error);
  if (status == LIMEN_OK && limit > 0 && (size_t)limit < all)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: result %zu used %" PRId64
                        " of %zu subsets as queries; only results "
                        "over all subsets can be imported",
                        result->path, result->number, limit, all);
  *out = all < SIZE_MAX ? (double)all : NAN;
  return status;
}

static int read_row(const struct result *result, double *row, struct limen_error *error) {
  int64_t n = 0, d = 0, k = 0, seed = 0;
  int status = whole(result, "d", 1, 4096, NULL, &d, error);
  if (status == LIMEN_OK) status = whole(result, "k", 1, 64, NULL, &k, error);
  if (status == LIMEN_OK) status = whole(result, "n", k, N_MOST, NULL, &n, error);
  if (status == LIMEN_OK) status = whole(result, "seed", 0, WHOLE_MOST, NULL, &seed, error);
  if (status == LIMEN_OK) status = positive(result, "temperature", 0.1, &row[TAU], error);
  if (status == LIMEN_OK) status = read_subsets(result, n, k, &row[SUBSETS], error);
  row[N] = (double)n;
  row[SEED] = (double)seed;
  row[AIM] = 0;
  row[K] = (double)k;
  row[D] = (double)d;
  row[SUCCESS] = 0;
  /* Their accuracy is the share of relevant documents found. A query that is wrong misses at least
   * one of k, so at least this share of the queries is right. */
  double accuracy = best_accuracy(result);
  row[REACHED] = accuracy >= 1;
  row[SHARE] = accuracy >= 0 && accuracy <= 1 ? fmax(0, 1 - (double)k * (1 - accuracy)) : NAN;
  row[LOSS] = metric(result, "final_loss");
  return status;
}

static bool same_settings(const struct settings *a, const struct settings *b) {
  return a->lr == b->lr && a->max_steps == b->max_steps && a->patience == b->patience &&
         a->check_every == b->check_every;
}

/* `settings` and `first` are those of the first result that counted. */
static int read_result(const struct result *result, struct settings *settings, size_t *first,
                       struct limen_import *out, struct limen_error *error) {
  double row[COLUMNS];
  struct settings own;
  if (!json_is_object(result->parameters) || !json_is_object(result->metrics))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: result %zu lacks the objects parameters and metrics; is this a file of "
                      "free_embedding_experiment.py?",
                      result->path, result->number);
  /* Their sweep goes below k documents, where it writes an error and little else. */
  if (json_object_get(result->metrics, "error") || !(best_accuracy(result) >= 0)) {
    out->left_out++;
    return LIMEN_OK;
  }
  int status = read_row(result, row, error);
  if (status == LIMEN_OK) status = read_settings(result, &own, error);
  if (status != LIMEN_OK) return status;
  if (isnan(row[SHARE])) {
    out->left_out++;
    return LIMEN_OK;
  }
  if (out->rows == 0) {
    *settings = own;
    *first = result->number;
  } else if (!same_settings(&own, settings)) {
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: result %zu has other settings of training (learning_rate, "
                      "num_iterations, early_stopping_patience or log_interval) than result %zu; "
                      "split the file and import the parts apart",
                      result->path, result->number, *first);
  }
  return limen_import_add(out, row, error);
}

/* Python writes NaN and Infinity, which JSON does not have. Each becomes an empty string, which is
 * no number either, of the same length, so that places in messages stay right. */
static void blank_infinities(char *text) {
  static const char *const words[] = {"-Infinity", "Infinity", "NaN"};
  bool quoted = false;
  for (char *at = text; *at; at++) {
    if (*at == '"') quoted = !quoted;
    if (quoted && *at == '\\' && at[1]) at++;
    for (size_t i = 0; i < sizeof words / sizeof *words && !quoted; i++) {
      size_t length = strlen(words[i]);
      if (strncmp(at, words[i], length) != 0) continue;
      memset(at, ' ', length);
      at[0] = at[1] = '"';
      at += length - 1;
      break;
    }
  }
}

static int read_results(const char *path, struct settings *settings, struct limen_import *out,
                        struct limen_error *error) {
  char *text = NULL;
  size_t length = 0, first = 0;
  json_error_t reason;
  json_t *root = NULL;
  int status = limen_file_read(path, FILE_MOST, &text, &length, error);
  if (status != LIMEN_OK) return status;
  blank_infinities(text);
  status = limen_json_read(text, length, 0, &root, &reason, error);
  if (status == LIMEN_INPUT)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s:%d:%d: %s", path, reason.line, reason.column,
                        reason.text);
  else if (status == LIMEN_OK && !json_is_array(root))
    status = LIMEN_FAIL(
        error, LIMEN_INPUT,
        "%s: a list of results is needed, as free_embedding_experiment.py writes it", path);
  for (size_t i = 0; status == LIMEN_OK && i < json_array_size(root); i++) {
    const json_t *one = json_array_get(root, i);
    const struct result result = {path, i + 1, json_object_get(one, "parameters"),
                                  json_object_get(one, "metrics")};
    status = read_result(&result, settings, &first, out, error);
  }
  if (status == LIMEN_OK && out->rows == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: no usable result in it (%zu hold an error)", path,
                        out->left_out);
  json_decref(root);
  limen_free(text);
  return status;
}

/* ---- the definition that such a run would have had ---- */

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* "  NAME: [a, b, c]" of the distinct values of one column. */
static int list_values(struct limen_import *import, size_t column, struct limen_error *error) {
  struct limen_text *out = &import->definition;
  double *values = limen_alloc(import->rows, sizeof *values, error);
  if (!values) return LIMEN_FAILED;
  for (size_t i = 0; i < import->rows; i++) values[i] = import->values[i * COLUMNS + column];
  qsort(values, import->rows, sizeof *values, ascending);
  limen_text_print(out, "  %s: [", columns[column]);
  for (size_t i = 0; i < import->rows; i++) {
    char text[LIMEN_NUMBER_SIZE];
    if (i > 0 && values[i] == values[i - 1]) continue;
    limen_text_print(out, "%s%s", i ? ", " : "", limen_number(values[i], text));
  }
  limen_text_add(out, "]\n");
  limen_free(values);
  return LIMEN_OK;
}

static void range_of(const struct limen_import *import, size_t column, double *low, double *high) {
  *low = *high = import->values[column];
  for (size_t i = 1; i < import->rows; i++) {
    *low = fmin(*low, import->values[i * COLUMNS + column]);
    *high = fmax(*high, import->values[i * COLUMNS + column]);
  }
}

static int define(const char *path, const char *name, const struct settings *settings,
                  struct limen_import *out, struct limen_error *error) {
  double low, high, fewest, most;
  char lr[LIMEN_NUMBER_SIZE];
  range_of(out, SEED, &low, &high);
  range_of(out, N, &fewest, &most);
  if (high - low >= SEEDS_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: its seeds run from %.0f to %.0f, and a run holds %d at most; split the "
                      "file and import the parts apart",
                      path, low, high, SEEDS_MOST);
  limen_text_print(&out->definition,
                   "name: %s\nkind: critical_n\nquestion: How many documents did others' program "
                   "serve in d dimensions?\nparams:\n  loss: infonce\n  pattern: all\n",
                   name);
  int status = list_values(out, K, error);
  if (status == LIMEN_OK) status = list_values(out, TAU, error);
  if (status == LIMEN_OK) status = list_values(out, D, error);
  limen_text_print(&out->definition,
                   "  lr: %s\n  max_steps: %" PRId64 "\n  patience: %" PRId64
                   "\n  check_every: %" PRId64
                   "\n  first_seed: %.0f\n  seeds: %.0f\n  n_most: %.0f\n",
                   limen_number(settings->lr, lr), settings->max_steps, settings->patience,
                   settings->check_every, low, high - low + 1, fmax(most + 1, 3));
  return status == LIMEN_OK ? limen_text_status(&out->definition, error) : status;
}

static int read(const char *path, const char *name, struct limen_import *out,
                struct limen_error *error) {
  struct settings settings = {0};
  out->columns = columns;
  int status = read_results(path, &settings, out, error);
  return status == LIMEN_OK ? define(path, name, &settings, out, error) : status;
}

const struct limen_importer limen_importer_limit_json = {
    .name = "limit-json",
    .about = "results of the published free-embedding program, a JSON list",
    .kind = "critical_n",
    .read = read,
};
