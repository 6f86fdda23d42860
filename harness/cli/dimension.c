/* limen dimension: intrinsic dimension and hardness of a file of vectors. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/defects.h"
#include "cli/options.h"
#include "data/format.h"
#include "dimension/bias.h"

enum { KS_MOST = 16, K_MOST = 10000, ESTIMATORS_MOST = 64 };

struct request {
  struct limen_neighbours_settings search;
  struct limen_dimension_settings settings; /* k is set for every estimate */
  size_t ks[KS_MOST], n_ks;
  size_t dimension; /* of headerless float32; 0: unknown */
  bool bias;
  json_t *estimates, *curve;
};

/* ---- rows of the table ---- */

static json_t *number_or_null(double value) {
  return isnan(value) ? json_null() : json_real(value);
}

static void show(char *out, size_t size, double value) {
  if (isnan(value))
    snprintf(out, size, "-");
  else
    snprintf(out, size, "%.4g", value);
}

static json_t *row_of(const struct limen_estimator *estimator,
                      const struct limen_dimension_settings *settings,
                      const struct limen_estimate *estimate) {
  json_t *params = json_object();
  const double parameter = limen_estimator_parameter(estimator, settings);
  if (estimator->parameter)
    json_object_set_new(params, estimator->parameter,
                        parameter == floor(parameter) && strcmp(estimator->parameter, "k") == 0
                            ? json_integer((json_int_t)parameter)
                            : json_real(parameter));
  json_t *row =
      json_pack("{s:s, s:o, s:o, s:o, s:o, s:I}", "name", estimator->name, "params", params,
                "value", number_or_null(estimate->value), "lower", number_or_null(estimate->lower),
                "upper", number_or_null(estimate->upper), "points", (json_int_t)estimate->used);
  if (row && estimate->undefined)
    json_object_set_new(row, "undefined", json_string(estimate->undefined));
  return row;
}

static void print_row(const struct limen_estimator *estimator,
                      const struct limen_dimension_settings *settings,
                      const struct limen_estimate *estimate) {
  char parameter[48] = "", value[32], lower[32], upper[32];
  if (estimator->parameter)
    snprintf(parameter, sizeof parameter, "%s=%g", estimator->parameter,
             limen_estimator_parameter(estimator, settings));
  show(value, sizeof value, estimate->value);
  show(lower, sizeof lower, estimate->lower);
  show(upper, sizeof upper, estimate->upper);
  printf("%-18s %-12s %10s %10s %10s %8zu  %s\n", estimator->name, parameter, value, lower, upper,
         estimate->used, estimate->undefined ? estimate->undefined : "");
}

static void print_head(const char *title) {
  printf("%-18s %-12s %10s %10s %10s %8s\n", title, "", "value", "lower", "upper", "points");
}

/* ---- estimates ---- */

static int estimate_one(struct request *request, const struct limen_estimator *estimator,
                        const struct limen_neighbours *neighbours, struct limen_error *error) {
  const size_t rounds = estimator->times_k > 0 ? request->n_ks : 1;
  for (size_t i = 0; i < rounds; i++) {
    struct limen_estimate estimate;
    if (limen_interrupted()) return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
    request->settings.k = request->ks[i];
    int status = limen_estimator_run(estimator, neighbours, &request->settings, &estimate, error);
    if (status != LIMEN_OK) return limen_error_prefix(error, "%s", estimator->name);
    print_row(estimator, &request->settings, &estimate);
    if (json_array_append_new(request->estimates,
                              row_of(estimator, &request->settings, &estimate)) != 0)
      return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the estimates");
  }
  return LIMEN_OK;
}

static int estimate_all(struct request *request, const struct limen_neighbours *neighbours,
                        struct limen_error *error) {
  int status = LIMEN_OK;
  print_head("dimension");
  for (size_t i = 0; status == LIMEN_OK && limen_estimator_at(i); i++)
    status = estimate_one(request, limen_estimator_at(i), neighbours, error);
  if (status == LIMEN_OK) print_head("\nhardness");
  for (size_t i = 0; status == LIMEN_OK && limen_hardness_at(i); i++)
    status = estimate_one(request, limen_hardness_at(i), neighbours, error);
  return status;
}

/* The same estimators, at the first k, on Gaussians of known dimension and the same n. */
static int show_bias(struct request *request, const struct limen_vectors *vectors,
                     struct limen_error *error) {
  const struct limen_estimator *estimators[ESTIMATORS_MOST];
  size_t dimensions[32], count = 0, n = 0;
  /* 2, 4, 8, ... up to the columns: no set of them has more. */
  for (size_t d = 2; d <= vectors->columns && count < 31; d *= 2) dimensions[count++] = d;
  for (size_t i = 0; limen_estimator_at(i) && n < ESTIMATORS_MOST; i++)
    if (limen_estimator_at(i)->times_k + limen_estimator_at(i)->plus > 0)
      estimators[n++] = limen_estimator_at(i);
  const struct limen_bias_settings bias = {.rows = vectors->rows,
                                           .points = request->search.points,
                                           .metric = request->search.metric,
                                           .dimensions = dimensions,
                                           .count = count,
                                           .seed = request->search.seed};
  request->settings.k = request->ks[0];
  struct limen_estimate *curve = limen_alloc(count * n, sizeof *curve, error);
  int status = curve ? limen_bias_curve(estimators, n, &bias, &request->settings, curve, error)
                     : LIMEN_FAILED;
  if (status == LIMEN_OK)
    printf("\nThe same estimators on Gaussians of true dimension d, n = %zu, k = %zu\n",
           vectors->rows, request->settings.k);
  for (size_t i = 0; status == LIMEN_OK && i < count; i++) {
    char title[32];
    snprintf(title, sizeof title, "d = %zu", dimensions[i]);
    print_head(title);
    for (size_t e = 0; e < n; e++) {
      print_row(estimators[e], &request->settings, &curve[i * n + e]);
      json_t *row = row_of(estimators[e], &request->settings, &curve[i * n + e]);
      if (row) json_object_set_new(row, "dimension", json_integer((json_int_t)dimensions[i]));
      json_array_append_new(request->curve, row);
    }
  }
  limen_free(curve);
  return status;
}

static int write_json(const struct request *request, const char *path, struct limen_error *error) {
  json_t *root = json_pack("{s:O}", "estimates", request->estimates);
  if (root && request->bias) json_object_set(root, "bias", request->curve);
  int status = limen_json_write(root, JSON_INDENT(2), path, error);
  json_decref(root);
  return status;
}

static int look(struct request *request, const char *path, struct limen_error *error) {
  struct limen_vectors vectors = {0};
  struct limen_neighbours neighbours = {0};
  const struct limen_read_options options = {.dimension = request->dimension};
  size_t most = 0;
  for (size_t i = 0; i < request->n_ks; i++)
    if (request->ks[i] > most) most = request->ks[i];
  request->search.k = 2 * most; /* expansion looks at twice as many */
  int status = limen_vectors_open(path, &options, &vectors, error);
  if (status == LIMEN_OK) status = limen_defects_warn(path, &vectors, error);
  if (status == LIMEN_OK) {
    status = limen_neighbours_find(&vectors, &request->search, &neighbours, error);
    if (status == LIMEN_INPUT) limen_error_prefix(error, "%s", path);
  }
  if (status == LIMEN_OK) {
    printf("%s: %zu vectors of %zu columns, %s, %zu evaluation points, intervals of %g%%\n\n", path,
           vectors.rows, vectors.columns, limen_metric_name((size_t)request->search.metric),
           neighbours.count, 100 * request->settings.confidence);
    status = estimate_all(request, &neighbours, error);
  }
  if (status == LIMEN_OK && request->bias) status = show_bias(request, &vectors, error);
  limen_neighbours_clear(&neighbours);
  limen_vectors_close(&vectors);
  return status;
}

/* ---- options ---- */

static int parse_ks(const char *text, struct request *request, struct limen_error *error) {
  char *copy = limen_copy_text(text, error), *rest = copy;
  int status = copy ? LIMEN_OK : LIMEN_FAILED;
  while (status == LIMEN_OK && rest) {
    const char *word = strsep(&rest, ",");
    long k = 0;
    if (request->n_ks == KS_MOST) {
      status = LIMEN_FAIL(error, LIMEN_USAGE, "-k %.60s: more than %d values", text, KS_MOST);
      break;
    }
    status = limen_option_integer("-k", word, 2, K_MOST, &k, error);
    for (size_t i = 0; status == LIMEN_OK && i < request->n_ks; i++)
      if (request->ks[i] == (size_t)k)
        status = LIMEN_FAIL(error, LIMEN_USAGE, "-k %.60s: %ld stands there twice", text, k);
    if (status == LIMEN_OK) request->ks[request->n_ks++] = (size_t)k;
  }
  limen_free(copy);
  return status;
}

static int parse_metric(const char *text, struct request *request, struct limen_error *error) {
  int metric = limen_metric_find(text);
  if (metric != LIMEN_L2 && metric != LIMEN_COSINE)
    return LIMEN_FAIL(error, LIMEN_USAGE, "--metric %.40s: l2 or cosine is needed%s", text,
                      metric == LIMEN_IP ? "; the inner product has no distances" : "");
  request->search.metric = (enum limen_metric)metric;
  return LIMEN_OK;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  struct request request = {.settings = limen_dimension_defaults};
  const char *ks = "10,20,100", *metric = "l2", *points = "10000", *seed = "0", *json = NULL,
             *threads = NULL, *dimension = NULL;
  const struct limen_option table[] = {{"-k", LIMEN_OPTION_TEXT, &ks},
                                       {"--metric", LIMEN_OPTION_TEXT, &metric},
                                       {"--points", LIMEN_OPTION_TEXT, &points},
                                       {"--bias", LIMEN_OPTION_FLAG, &request.bias},
                                       {"--seed", LIMEN_OPTION_TEXT, &seed},
                                       {"--threads", LIMEN_OPTION_TEXT, &threads},
                                       {"--json", LIMEN_OPTION_TEXT, &json},
                                       {"--dimension", LIMEN_OPTION_TEXT, &dimension},
                                       {0}};
  long n_points = 0, number = 0, columns = 0;
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status == LIMEN_OK) status = parse_ks(ks, &request, error);
  if (status == LIMEN_OK) status = parse_metric(metric, &request, error);
  if (status == LIMEN_OK)
    status = limen_option_integer("--points", points, 2, 2000000000, &n_points, error);
  if (status == LIMEN_OK)
    status = limen_option_integer("--seed", seed, 0, 1000000000000000L, &number, error);
  if (status == LIMEN_OK && dimension)
    status = limen_option_integer("--dimension", dimension, 1, 1 << 24, &columns, error);
  if (status == LIMEN_OK) status = limen_option_threads(threads, error);
  if (status != LIMEN_OK) goto done;
  request.dimension = (size_t)columns;
  request.search.points = (size_t)n_points;
  request.search.seed = request.settings.seed = (uint64_t)number;
  request.estimates = json_array();
  request.curve = json_array();
  status = look(&request, words.text[0], error);
  if (status == LIMEN_OK && json) status = write_json(&request, json, error);
done:
  json_decref(request.estimates);
  json_decref(request.curve);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_dimension = {
    .name = "dimension",
    .about = "intrinsic dimension and hardness of a file of vectors",
    .help =
        "usage: limen dimension FILE [-k LIST] [--metric l2|cosine] [--points N] [--bias]\n"
        "                       [--seed S] [--threads N] [--dimension D] [--json F]\n"
        "\n"
        "Every estimator, for every k of LIST (10,20,100) that it depends on, with a\n"
        "bootstrap interval over the evaluation points. Points are all vectors, or a random\n"
        "sample of N (10000); hubness needs all. The intervals do not hold the estimators'\n"
        "bias: --bias shows what they say of Gaussians of known dimension and the same n.\n"
        "--dimension D is needed for headerless float32.\n"
        "Example:\n"
        "  limen dimension base.npy -k 20,100 --json dimension.json\n",
    .run = run,
};
