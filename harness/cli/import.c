/* limen import limit-json: results of the published free-embedding program, in a run folder of
 * ours.
 *
 * That program (google-deepmind/limit, free_embedding_experiment.py) writes a JSON list of
 * {"parameters": {n, d, k, q, seed, temperature, learning_rate, num_iterations, ...},
 *  "metrics": {max_accuracy_observed, final_accuracy, final_loss, actual_q_generated, ...}}.
 * It keeps no embeddings, so nothing can be proved: successes are shown as reported. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/session.h"
#include "experiments/kinds/critical_n.h"
#include "report/publish.h"
#include "store/manifest.h"

enum { FILE_MOST = 1 << 28 /* bytes */ };

/* One result. */
struct entry {
  int64_t n, d, k, seed, queries;
  double tau, lr, accuracy, loss;
  int64_t max_steps, patience, check_every;
};

struct entries {
  struct entry *entry;
  size_t count, capacity;
  size_t failed, repeated; /* results that hold an error; results there already */
};

/* ---- reading ---- */

static bool number(const json_t *object, const char *key, double *out) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_number(value)) return false;
  *out = json_number_value(value);
  return true;
}

static bool whole(const json_t *object, const char *key, int64_t min, int64_t max, int64_t *out) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_integer(value)) return false;
  *out = json_integer_value(value);
  return *out >= min && *out <= max;
}

/* The largest accuracy that the program saw, as its own search takes it. */
static double best_accuracy(const json_t *metrics) {
  static const char *const keys[] = {"max_accuracy_observed", "best_accuracy_monitored",
                                     "last_logged_accuracy", "final_accuracy"};
  double best = NAN, value;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (number(metrics, keys[i], &value) && !(value <= best)) best = value;
  return best;
}

static int read_entry(const char *path, size_t index, const json_t *result, struct entries *out,
                      struct limen_error *error) {
  const json_t *parameters = json_object_get(result, "parameters");
  const json_t *metrics = json_object_get(result, "metrics");
  struct entry e = {.tau = 0.1,
                    .lr = 0.01,
                    .max_steps = 100000,
                    .patience = 1000,
                    .check_every = 50,
                    .loss = NAN};
  if (!json_is_object(parameters) || !json_is_object(metrics) ||
      !whole(parameters, "d", 1, 4096, &e.d) || !whole(parameters, "k", 1, 64, &e.k) ||
      !whole(parameters, "n", e.k, 1000000, &e.n) ||
      !whole(parameters, "seed", 0, 1000000000, &e.seed))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: result %zu lacks parameters n, d, k, seed in a usable range; is this a "
                      "file of free_embedding_experiment.py?",
                      path, index + 1);
  number(parameters, "temperature", &e.tau);
  number(parameters, "learning_rate", &e.lr);
  whole(parameters, "num_iterations", 1, 1000000000, &e.max_steps);
  whole(parameters, "early_stopping_patience", 1, 1000000000, &e.patience);
  whole(parameters, "log_interval", 1, 1000000000, &e.check_every);
  number(metrics, "final_loss", &e.loss);
  size_t all = limen_binomial((size_t)e.n, (size_t)e.k);
  e.queries = (int64_t)all;
  int64_t limited = 0;
  if (whole(parameters, "q", 1, INT64_MAX, &limited) && (size_t)limited < all)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: result %zu used %" PRId64
                      " of %zu subsets as queries; only results "
                      "over all subsets can be imported",
                      path, index + 1, limited, all);
  e.accuracy = best_accuracy(metrics);
  if (isnan(e.accuracy) || e.accuracy < 0 || e.accuracy > 1 || json_object_get(metrics, "error")) {
    out->failed++;
    return LIMEN_OK;
  }
  int status = limen_grow(&out->entry, &out->capacity, out->count + 1, sizeof e, error);
  if (status == LIMEN_OK) out->entry[out->count++] = e;
  return status;
}

/* Settings that a run has one of must agree. */
static int check_agreement(const char *path, const struct entries *all, struct limen_error *error) {
  if (all->count == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: no usable result in it (%zu hold an error)", path,
                      all->failed);
  const struct entry *first = &all->entry[0];
  for (size_t i = 1; i < all->count; i++) {
    const struct entry *e = &all->entry[i];
    if (e->lr != first->lr || e->max_steps != first->max_steps || e->patience != first->patience ||
        e->check_every != first->check_every)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: result %zu has other settings of training (learning_rate, "
                        "num_iterations, early_stopping_patience or log_interval) than result 1; "
                        "split the file and import the parts apart",
                        path, i + 1);
  }
  return LIMEN_OK;
}

static int read_results(const char *path, struct entries *out, struct limen_error *error) {
  char *text = NULL;
  size_t length = 0;
  json_error_t reason;
  json_t *root = NULL;
  int status = limen_file_read(path, FILE_MOST, &text, &length, error);
  if (status != LIMEN_OK) return status;
  /* Python writes NaN and Infinity, which JSON does not have: they are told by the line. */
  if (!(root = json_loadb(text, length, 0, &reason)))
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s:%d:%d: %s", path, reason.line, reason.column,
                        reason.text);
  else if (!json_is_array(root))
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: a list of results is needed", path);
  for (size_t i = 0; status == LIMEN_OK && i < json_array_size(root); i++)
    status = read_entry(path, i, json_array_get(root, i), out, error);
  if (status == LIMEN_OK) status = check_agreement(path, out, error);
  json_decref(root);
  limen_free(text);
  return status;
}

/* ---- the definition that such a run would have had ---- */

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* "  NAME: [a, b, c]" of the distinct values of one field. */
static int list_values(const struct entries *all, const char *name,
                       double (*field)(const struct entry *e), struct limen_text *out,
                       struct limen_error *error) {
  double *values = limen_alloc(all->count, sizeof *values, error);
  if (!values) return LIMEN_FAILED;
  for (size_t i = 0; i < all->count; i++) values[i] = field(&all->entry[i]);
  qsort(values, all->count, sizeof *values, ascending);
  limen_text_print(out, "  %s: [", name);
  for (size_t i = 0; i < all->count; i++) {
    char text[LIMEN_NUMBER_SIZE];
    if (i > 0 && values[i] == values[i - 1]) continue;
    limen_text_print(out, "%s%s", i ? ", " : "", limen_number(values[i], text));
  }
  limen_text_add(out, "]\n");
  limen_free(values);
  return LIMEN_OK;
}

static double field_k(const struct entry *e) { return (double)e->k; }
static double field_d(const struct entry *e) { return (double)e->d; }
static double field_tau(const struct entry *e) { return e->tau; }

static int write_definition(const char *name, const struct entries *all, struct limen_text *out,
                            struct limen_error *error) {
  const struct entry *first = &all->entry[0];
  int64_t low = first->seed, high = first->seed, most = 0;
  for (size_t i = 0; i < all->count; i++) {
    const struct entry *e = &all->entry[i];
    if (e->seed < low) low = e->seed;
    if (e->seed > high) high = e->seed;
    if (e->n > most) most = e->n;
  }
  limen_text_print(out,
                   "name: %s\nkind: critical_n\nquestion: How many documents did others' program "
                   "serve in d dimensions?\nparams:\n  loss: infonce\n  pattern: all\n",
                   name);
  int status = list_values(all, "k", field_k, out, error);
  if (status == LIMEN_OK) status = list_values(all, "tau", field_tau, out, error);
  if (status == LIMEN_OK) status = list_values(all, "d", field_d, out, error);
  char lr[LIMEN_NUMBER_SIZE];
  limen_text_print(out,
                   "  lr: %s\n  max_steps: %" PRId64 "\n  patience: %" PRId64
                   "\n  check_every: %" PRId64 "\n  first_seed: %" PRId64 "\n  seeds: %" PRId64
                   "\n  n_most: %" PRId64 "\n",
                   limen_number(first->lr, lr), first->max_steps, first->patience,
                   first->check_every, low, high - low + 1, most > 2 ? most + 1 : 3);
  return status == LIMEN_OK ? limen_text_status(out, error) : status;
}

/* ---- the store ---- */

static int64_t find_point(const struct limen_plan *plan, const struct entry *e) {
  for (size_t i = 0; i < limen_grid_points(&plan->grid); i++)
    if (limen_grid_integer(&plan->grid, i, "k") == e->k &&
        limen_grid_integer(&plan->grid, i, "d") == e->d &&
        limen_grid_real(&plan->grid, i, "tau") == e->tau)
      return (int64_t)i;
  return -1;
}

static int put_entry(struct limen_session *session, const struct entry *e, size_t *repeated,
                     struct limen_error *error) {
  struct limen_plan *plan = &session->plan;
  struct limen_answer answer = {0};
  const int64_t coordinates[LIMEN_COORDINATES] = {e->n, e->seed};
  int64_t point = find_point(plan, e);
  if (point < 0) return LIMEN_FAIL(error, LIMEN_FAILED, "a result fits no point of its own grid");
  size_t before = plan->n_cells;
  limen_plan_ask(plan, (size_t)point, coordinates);
  if (plan->status != LIMEN_OK) return plan->status;
  if (plan->n_cells == before) {
    (*repeated)++;
    return LIMEN_OK;
  }
  const struct limen_cell *cell = plan->cells[plan->n_cells - 1];
  int status = limen_answer_init(&answer, 1, limen_kind_measures(plan->kind), error);
  if (status == LIMEN_OK) {
    answer.values[CRITICAL_QUERIES] = (double)e->queries;
    answer.values[CRITICAL_SUCCESS] = 0; /* nothing can be proved */
    answer.values[CRITICAL_REACHED] = e->accuracy >= 1;
    answer.values[CRITICAL_SHARE] = e->accuracy;
    answer.values[CRITICAL_LOSS] = e->loss;
    status = limen_store_put(session->store, cell->key, cell->text, plan->code, plan->measure_names,
                             &answer, false, error);
  }
  limen_answer_clear(&answer);
  return status;
}

/* A name for the run, made of the file's: letters, digits, dashes and underscores. */
static char *name_of(const char *path, struct limen_error *error) {
  const char *slash = strrchr(path, '/');
  char *name = limen_print(error, "imported_%.40s", slash ? slash + 1 : path);
  if (!name) return NULL;
  char *dot = strrchr(name, '.');
  if (dot) *dot = '\0';
  for (char *c = name; *c; c++)
    if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", *c)) *c = '_';
  return name;
}

static int publish(const char *folder, const char *path, size_t cells, struct limen_error *error) {
  struct limen_session session = {0};
  char date[32], *manifest = NULL, *command = NULL;
  int status = limen_session_open(&session, folder, LIMEN_STORE_WRITE, error);
  if (status != LIMEN_OK) return status;
  struct limen_plan *plan = &session.plan;
  command = limen_print(error, "limen import limit-json %s", path);
  struct limen_manifest about = {.experiment = plan->definition.name,
                                 .kind = plan->kind->name,
                                 .size = limen_size_name(plan->size),
                                 .command = command,
                                 .definition_path = plan->definition.path,
                                 .definition_text = plan->definition.text,
                                 .imported = plan->imported,
                                 .code = plan->code,
                                 .threads = limen_threads(),
                                 .cells_reused = cells,
                                 .start = limen_clock_date(date)};
  if (command) manifest = limen_manifest_text(&about, error);
  status = manifest ? limen_store_set(session.store, "manifest", manifest, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_store_set(session.store, "command", command, error);
  if (status == LIMEN_OK) status = limen_publish(plan, manifest, command, error);
  if (status == LIMEN_OK) printf("%s/index.html\n", folder);
  limen_free(manifest);
  limen_free(command);
  limen_session_clear(&session);
  return status;
}

static int fill(const char *folder, const char *path, const char *name, struct entries *all,
                struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_definition definition = {0};
  struct limen_text text = {0};
  const struct limen_texts no_sets = {0};
  char hash[LIMEN_HASH_SIZE];
  const struct limen_kind *kind = limen_kind_find(limen_cli_kinds, "critical_n");
  int status = write_definition(name, all, &text, error);
  if (status == LIMEN_OK)
    status =
        limen_definition_parse(path, limen_text_string(&text), text.length, &definition, error);
  if (status == LIMEN_OK)
    status = limen_plan_init(&session.plan, kind, &definition, LIMEN_SIZE_DEFAULT, NULL, 0, error);
  if (status == LIMEN_OK) {
    limen_free(session.plan.code); /* others' results do not depend on our code */
    if (!(session.plan.code = limen_copy_text("imported", error))) status = LIMEN_FAILED;
  }
  if (status == LIMEN_OK) status = limen_hash_file(path, hash, error);
  if (status == LIMEN_OK &&
      !(session.plan.imported = limen_print(error, "%s (SHA-256 %s)", path, hash)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_store_open(folder, LIMEN_STORE_FRESH, &session.store, error);
  if (status == LIMEN_OK) status = limen_session_describe(&session, &no_sets, error);
  if (status == LIMEN_OK)
    status = limen_store_set(session.store, "imported", session.plan.imported, error);
  if (status == LIMEN_OK) {
    session.plan.error = error;
    for (size_t i = 0; i < all->count && status == LIMEN_OK; i++)
      status = put_entry(&session, &all->entry[i], &all->repeated, error);
  }
  limen_definition_clear(&definition);
  limen_text_clear(&text);
  limen_session_clear(&session);
  return status;
}

static int import(const char *path, const char *out, struct limen_error *error) {
  struct entries all = {0};
  char *name = name_of(path, error), *folder = NULL;
  int status = name ? read_results(path, &all, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    folder = out ? limen_copy_text(out, error) : limen_path_join("reports", name, error);
    status = folder ? fill(folder, path, name, &all, error) : LIMEN_FAILED;
  }
  if (status == LIMEN_OK) {
    fprintf(stderr, "%zu results read, %zu repeated, %zu without an accuracy left out\n",
            all.count - all.repeated, all.repeated, all.failed);
    status = publish(folder, path, all.count - all.repeated, error);
  }
  limen_free(all.entry);
  limen_free(name);
  limen_free(folder);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  const char *out = NULL;
  struct limen_texts words = {0};
  const struct limen_option table[] = {{"--out", LIMEN_OPTION_TEXT, &out}, {0}};
  int status = limen_options_parse(count, arguments, table, 2, 2, &words, error);
  if (status == LIMEN_OK && strcmp(words.text[0], "limit-json") != 0)
    status = LIMEN_FAIL(error, LIMEN_USAGE,
                        "limen import: unknown format %.60s; there is: limit-json", words.text[0]);
  if (status == LIMEN_OK) status = import(words.text[1], out, error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_import = {
    .name = "import",
    .about = "read others' results into a run folder",
    .help =
        "usage: limen import limit-json FILE [--out DIR]\n"
        "\n"
        "Reads a results file of the published free-embedding program (a JSON list with\n"
        "parameters and metrics) and writes the same report as for a run of our own. That\n"
        "program keeps no embeddings, so its successes are shown as reported, not proved.\n"
        "DIR (default reports/imported_FILE) is started afresh.\n"
        "\n"
        "Example:\n"
        "  limen import limit-json d=4_k=2.json\n",
    .run = run,
};
