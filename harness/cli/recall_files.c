/* Reading, checking and judging for `limen recall`.
 *
 * Distances from the base are worked out here, for the truth's rows too, so that both sides are
 * rounded alike. The files' own are float32 and of whatever metric their writer used; two checks
 * keep the worst apart: the truth's must ascend, and a row that both files hold must be as far away
 * in both. */
#include "cli/recall_files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "data/format.h"
#include "knn/distance.h"

/* Relative: float32 rounds at 1.2e-7, and sums of a thousand terms in float32 at some 1e-5. */
static const double same_distance = 1e-3;

struct judge {
  const struct limen_recall_files *files;
  struct limen_ids truth, results;
  struct limen_vectors base, queries;
  size_t rows;   /* of the base; as many as ids can name when it is not known */
  size_t k;      /* asked for */
  size_t places; /* min(k, rows) */
  /* Of the query at hand. */
  size_t at;
  float *query, *row; /* a vector each */
  int64_t *ids, *true_ids;
  double *true_distances;
  struct limen_error *error; /* filled by the first distance that does not exist */
  int *status;
};

static void clear(struct judge *judge) {
  limen_ids_clear(&judge->truth);
  limen_ids_clear(&judge->results);
  limen_vectors_close(&judge->base);
  limen_vectors_close(&judge->queries);
  limen_free(judge->query);
  limen_free(judge->row);
  limen_free(judge->ids);
  limen_free(judge->true_ids);
  limen_free(judge->true_distances);
}

void limen_recall_judgement_clear(struct limen_recall_judgement *judgement) {
  limen_free(judgement->query);
  *judgement = (struct limen_recall_judgement){0};
}

/* ---- reading ---- */

static int open_vectors(const struct limen_recall_files *files, struct judge *judge,
                        struct limen_error *error) {
  struct limen_read_options options = {.dimension = files->dimension, .dataset = "train"};
  judge->rows = (size_t)INT32_MAX + 1;
  if (!files->base) return LIMEN_OK;
  int status = limen_vectors_open(files->base, &options, &judge->base, error);
  options.dataset = "test";
  if (status == LIMEN_OK)
    status = limen_vectors_open(files->queries, &options, &judge->queries, error);
  if (status != LIMEN_OK) return status;
  if (judge->base.columns != judge->queries.columns)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has %zu dimensions and %s has %zu; both must come from the same model",
                      files->base, judge->base.columns, files->queries, judge->queries.columns);
  if (judge->queries.rows != judge->truth.rows)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s holds %zu queries and %s the neighbours of %zu",
                      files->queries, judge->queries.rows, files->truth, judge->truth.rows);
  judge->rows = judge->base.rows;
  if (!(judge->query = limen_alloc(judge->base.columns, sizeof(float), error)) ||
      !(judge->row = limen_alloc(judge->base.columns, sizeof(float), error)))
    return LIMEN_FAILED;
  return LIMEN_OK;
}

static int read_files(struct judge *judge, struct limen_error *error) {
  const struct limen_recall_files *files = judge->files;
  int status = limen_ids_read(files->truth, NULL, &judge->truth, error);
  if (status == LIMEN_OK) status = limen_ids_read(files->results, NULL, &judge->results, error);
  if (status == LIMEN_OK && judge->truth.rows != judge->results.rows)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s holds the neighbours of %zu queries and %s the answers to %zu; both "
                        "must be of the same queries",
                        files->truth, judge->truth.rows, files->results, judge->results.rows);
  return status == LIMEN_OK ? open_vectors(files, judge, error) : status;
}

/* ---- the truth ---- */

/* The neighbours a row of the truth begins with. */
static size_t length_of(const struct limen_ids *truth, size_t q) {
  size_t length = 0;
  while (length < truth->columns && truth->ids[q * truth->columns + length] >= 0) length++;
  return length;
}

static int choose_k(struct judge *judge, struct limen_error *error) {
  const struct limen_ids *truth = &judge->truth;
  size_t shortest = truth->columns, which = 0;
  for (size_t q = 0; q < truth->rows; q++)
    if (length_of(truth, q) < shortest) shortest = length_of(truth, which = q);
  judge->k = judge->files->settings.k;
  if (judge->k == 0)
    judge->k = shortest < judge->results.columns ? shortest : judge->results.columns;
  judge->places = judge->k < judge->rows ? judge->k : judge->rows;
  if (judge->k == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s, query %zu: there is no neighbour",
                      judge->files->truth, which);
  if (judge->places > truth->columns)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s holds %zu neighbours a query, fewer than k = %zu; find more with `limen "
                      "truth -k %zu`, or take -k %zu",
                      judge->files->truth, truth->columns, judge->k, judge->k, shortest);
  if (judge->places > shortest)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s, query %zu: there are %zu neighbours, fewer than k = %zu; find more with "
                      "`limen truth -k %zu`, or take -k %zu",
                      judge->files->truth, which, shortest, judge->k, judge->k, shortest);
  return LIMEN_OK;
}

static int ascending_ids(const void *left, const void *right) {
  const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

/* `sorted` is scratch for `places` ids. */
static int check_truth(const struct judge *judge, size_t q, int64_t *sorted,
                       struct limen_error *error) {
  const int32_t *ids = judge->truth.ids + q * judge->truth.columns;
  for (size_t i = 0; i < judge->places; i++) {
    sorted[i] = ids[i];
    if ((size_t)ids[i] >= judge->rows)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s, query %zu: neighbour %d is no row of %s, which has %zu; they belong "
                        "to different data",
                        judge->files->truth, q, ids[i], judge->files->base, judge->rows);
  }
  qsort(sorted, judge->places, sizeof *sorted, ascending_ids);
  for (size_t i = 1; i < judge->places; i++)
    if (sorted[i] == sorted[i - 1])
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s, query %zu: neighbour %lld stands there twice",
                        judge->files->truth, q, (long long)sorted[i]);
  return LIMEN_OK;
}

/* ---- distances ---- */

static int ascending_distances(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static bool is_zero(const float *row, size_t columns) {
  for (size_t i = 0; i < columns; i++)
    if (row[i] != 0) return false;
  return true;
}

/* From the base. What fails is kept for the caller, the first of it. */
static double from_base(const void *context, size_t id) {
  const struct judge *judge = context;
  const struct limen_vectors *base = &judge->base;
  if (*judge->status == LIMEN_OK)
    *judge->status = base->read(base, id, 1, judge->row, judge->error);
  if (*judge->status != LIMEN_OK) return NAN;
  const double r =
      limen_distance(judge->files->settings.metric, judge->query, judge->row, base->columns);
  if (isnan(r))
    *judge->status =
        is_zero(judge->query, base->columns)
            ? LIMEN_FAIL(judge->error, LIMEN_INPUT,
                         "%s: query %zu is all zeros, and has no direction for the cosine",
                         judge->files->queries, judge->at)
            : LIMEN_FAIL(judge->error, LIMEN_INPUT,
                         "%s: row %zu is all zeros, and has no direction for the cosine; query %zu "
                         "was answered with it",
                         judge->files->base, id, judge->at);
  return r;
}

/* From the results; the first of several copies of an id is the one that counts. */
static double from_results(const void *context, size_t id) {
  const struct judge *judge = context;
  const struct limen_ids *results = &judge->results;
  for (size_t i = 0; i < results->columns; i++)
    if (results->ids[judge->at * results->columns + i] == (int64_t)id)
      return (double)results->distances[judge->at * results->columns + i];
  return INFINITY;
}

static double unknown(const void *context, size_t id) {
  (void)context;
  (void)id;
  return INFINITY;
}

/* Whether the truth's own distances of query q ascend, and end below infinity. */
static bool is_in_order(const struct judge *judge, size_t q) {
  const float *r = judge->truth.distances + q * judge->truth.columns;
  for (size_t i = 1; i < judge->places; i++)
    if (r[i] < r[i - 1]) return false;
  return isfinite(r[judge->places - 1]);
}

/* The first row of query q that is not as far away in both files, or -1. */
static int32_t contradiction(const struct judge *judge, size_t q, double *true_r, double *r) {
  const struct limen_ids *truth = &judge->truth;
  for (size_t i = 0; i < judge->places; i++) {
    const int32_t id = truth->ids[q * truth->columns + i];
    *true_r = (double)truth->distances[q * truth->columns + i];
    *r = from_results(judge, (size_t)id);
    if (isfinite(*r) && fabs(*r - *true_r) > same_distance * fabs(*true_r) + 1e-6) return id;
  }
  return -1;
}

/* Whether the files' own distances can be used; `why` says what they are taken for, or why not. */
static bool own_distances(struct judge *judge, struct limen_recall_judgement *out) {
  const struct limen_recall_files *files = judge->files;
  double true_r = 0, r = 0;
  if (!judge->truth.distances || !judge->results.distances) {
    snprintf(out->why, sizeof out->why,
             "only recall by id: %s holds no distances; with --base, --queries and --metric they "
             "are worked out",
             judge->truth.distances ? files->results : files->truth);
    return false;
  }
  for (judge->at = 0; judge->at < out->queries; judge->at++) {
    if (!is_in_order(judge, judge->at)) {
      snprintf(out->why, sizeof out->why,
               "only recall by id: %s, query %zu: its distances do not ascend to a finite one; "
               "they may be similarities. Give --base, --queries and --metric",
               files->truth, judge->at);
      return false;
    }
    const int32_t id = contradiction(judge, judge->at, &true_r, &r);
    if (id >= 0) {
      snprintf(out->why, sizeof out->why,
               "only recall by id: query %zu, row %d: its distance is %g in %s and %g in %s, which "
               "is not one metric. Give --base, --queries and --metric",
               judge->at, id, true_r, files->truth, r, files->results);
      return false;
    }
  }
  snprintf(out->why, sizeof out->why, "distances are the files' own, taken as %s",
           !files->metric_known ? "plain, not squared (--metric l2: squared)"
           : files->settings.metric == LIMEN_L2
               ? "squared (--metric l2)"
               : limen_metric_name((size_t)files->settings.metric));
  return true;
}

/* ---- judging ---- */

static int true_distances(struct judge *judge, bool own, struct limen_error *error) {
  const size_t columns = judge->truth.columns;
  int status = LIMEN_OK;
  if (judge->base.read) {
    status = judge->queries.read(&judge->queries, judge->at, 1, judge->query, error);
    for (size_t i = 0; i < judge->places && status == LIMEN_OK; i++) {
      judge->true_distances[i] = from_base(judge, (size_t)judge->true_ids[i]);
      status = *judge->status;
    }
    /* In another order than ours when the truth was found in float32. */
    qsort(judge->true_distances, judge->places, sizeof(double), ascending_distances);
  } else {
    for (size_t i = 0; i < judge->places; i++)
      judge->true_distances[i] =
          own ? (double)judge->truth.distances[judge->at * columns + i] : -INFINITY;
  }
  return status;
}

static int judge_all(struct judge *judge, struct limen_recall_judgement *out,
                     struct limen_error *error) {
  struct limen_recall_settings settings = judge->files->settings;
  const bool own = !judge->base.read && own_distances(judge, out);
  const size_t looked_at = judge->k < judge->results.columns ? judge->k : judge->results.columns;
  int status = LIMEN_OK;
  settings.k = judge->k;
  /* Plain distances are what the tolerances are of; only L2's are squared. */
  if (own && !judge->files->metric_known) settings.metric = LIMEN_IP;
  out->has_distances = own || judge->base.read;
  if (judge->base.read)
    snprintf(out->why, sizeof out->why, "distances are worked out from %s", judge->files->base);
  judge->error = error;
  judge->status = &status;
  for (judge->at = 0; judge->at < out->queries && status == LIMEN_OK; judge->at++) {
    const size_t q = judge->at;
    if ((status = check_truth(judge, q, judge->true_ids, error)) != LIMEN_OK) break;
    for (size_t i = 0; i < judge->places; i++)
      judge->true_ids[i] = judge->truth.ids[q * judge->truth.columns + i];
    for (size_t i = 0; i < looked_at; i++)
      judge->ids[i] = judge->results.ids[q * judge->results.columns + i];
    if ((status = true_distances(judge, own, error)) != LIMEN_OK) break;
    limen_recall_judge(&settings, judge->rows, judge->true_ids, judge->true_distances, judge->ids,
                       looked_at,
                       judge->base.read ? from_base
                       : own            ? from_results
                                        : unknown,
                       judge, &out->query[q]);
  }
  return status;
}

int limen_recall_files_judge(const struct limen_recall_files *files,
                             struct limen_recall_judgement *out, struct limen_error *error) {
  struct judge judge = {.files = files};
  *out = (struct limen_recall_judgement){0};
  int status = read_files(&judge, error);
  if (status == LIMEN_OK) status = choose_k(&judge, error);
  if (status != LIMEN_OK) goto done;
  out->queries = judge.truth.rows;
  out->k = judge.k;
  status = LIMEN_FAILED;
  if (!(out->query = limen_alloc(out->queries, sizeof *out->query, error))) goto done;
  if (!(judge.ids = limen_alloc(judge.k, sizeof *judge.ids, error))) goto done;
  if (!(judge.true_ids = limen_alloc(judge.k, sizeof *judge.true_ids, error))) goto done;
  if (!(judge.true_distances = limen_alloc(judge.k, sizeof(double), error))) goto done;
  status = judge_all(&judge, out, error);
done:
  clear(&judge);
  if (status != LIMEN_OK) limen_recall_judgement_clear(out);
  return status;
}
