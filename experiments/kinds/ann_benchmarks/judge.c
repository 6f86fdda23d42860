/* Judging one file's answers against the dataset.
 *
 * Distances of what was returned are worked out from the vectors: those in the file are the
 * algorithm's runner's, in float32, and of whatever data it had. Four recalls are counted: the
 * three of measures/recall.h, and the one that ann-benchmarks prints, which counts every place
 * whose distance is at most that of the k-th + 1e-3, copies of an id included. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "dimension/estimator.h"
#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"
#include "stats/interval.h"

/* Relative: float32 rounds at 1.2e-7, and sums of a thousand terms in float32 at some 1e-5. The
 * absolute part is what 1 - cosine loses near 0. */
static const double SAME_RELATIVE = 1e-3, SAME_ABSOLUTE = 1e-6;

struct judge {
  const struct ann_world *world;
  const struct ann_result *result;
  const struct ann_judging *judging;
  size_t places; /* that are looked at, min(k, columns) */
  /* Of the query at hand. */
  int64_t *ids, *truth;
  double *r; /* of ids; NaN for what is no row */
  float *scratch;
  /* Over all queries. */
  struct limen_recall_query *queries;
  size_t judged, absolute, nearer, off, compared, tied, tied_to_end;
};

/* ---- one query ---- */

static double known(const void *context, size_t id) {
  const struct judge *judge = context;
  for (size_t i = 0; i < judge->places; i++)
    if (judge->ids[i] == (int64_t)id) return judge->r[i];
  return INFINITY;
}

static void measure(struct judge *judge, size_t q) {
  const struct limen_ids *answers = &judge->result->answers;
  for (size_t i = 0; i < judge->places; i++) {
    const int32_t id = answers->ids[q * answers->columns + i];
    judge->ids[i] = id;
    judge->r[i] = id >= 0 && (size_t)id < judge->world->base.rows
                      ? ann_measure(judge->world, q, (size_t)id, judge->scratch)
                      : NAN;
  }
}

/* Places whose distance in the file is another than that of the vectors. */
static void compare_distances(struct judge *judge, size_t q) {
  const struct limen_ids *answers = &judge->result->answers;
  if (!answers->distances) return;
  for (size_t i = 0; i < judge->places; i++) {
    if (!isfinite(judge->r[i])) continue;
    const double ours = ann_distance(judge->world->metric, judge->r[i]);
    const double theirs = (double)answers->distances[q * answers->columns + i];
    judge->compared++;
    if (!(fabs(theirs - ours) <= SAME_RELATIVE * fabs(ours) + SAME_ABSOLUTE)) judge->off++;
  }
}

static uint16_t count_absolute(const struct judge *judge, size_t q) {
  const struct limen_ids *truth = &judge->world->truth;
  const double limit =
      (double)truth->distances[q * truth->columns + judge->judging->k - 1] + ANN_SLACK;
  uint16_t count = 0;
  for (size_t i = 0; i < judge->places; i++)
    if (ann_distance(judge->world->metric, judge->r[i]) <= limit) count++;
  return count;
}

static bool is_in_truth(const struct judge *judge, size_t q, int64_t id) {
  const struct limen_ids *truth = &judge->world->truth;
  for (size_t i = 0; i < truth->columns; i++)
    if (truth->ids[q * truth->columns + i] == id) return true;
  return false;
}

/* Rows that the truth ought to hold and does not. */
static size_t count_nearer(const struct judge *judge, size_t q, double r_k) {
  const double reach =
      limen_recall_reach(judge->world->metric, r_k, -judge->judging->tie); /* clearly nearer */
  size_t count = 0;
  for (size_t i = 0; i < judge->places; i++) {
    bool again = false;
    for (size_t j = 0; j < i; j++) again = again || judge->ids[j] == judge->ids[i];
    count += judge->r[i] < reach && !again && !is_in_truth(judge, q, judge->ids[i]);
  }
  return count;
}

/* Ties go as far as the truth's columns tell. */
static void look_for_ties(struct judge *judge, const double *r) {
  const size_t k = judge->judging->k, columns = judge->world->truth.columns;
  const double reach = limen_recall_reach(judge->world->metric, r[k - 1], judge->judging->tie);
  if (k == columns) return;
  judge->tied += r[k] <= reach;
  judge->tied_to_end += r[columns - 1] <= reach;
}

static void judge_query(struct judge *judge, size_t q, uint16_t *hits) {
  const struct ann_world *world = judge->world;
  const struct limen_ids *truth = &world->truth;
  const size_t k = judge->judging->k;
  const double *r = world->r + q * truth->columns;
  const struct limen_recall_settings settings = {.k = k,
                                                 .metric = world->metric,
                                                 .tie = judge->judging->tie,
                                                 .epsilon = judge->judging->epsilon};
  if (!isfinite(r[k - 1])) {
    for (size_t i = 0; i < ANN_HITS; i++) hits[i] = ANN_NOT_JUDGED;
    return;
  }
  struct limen_recall_query *query = &judge->queries[judge->judged++];
  measure(judge, q);
  compare_distances(judge, q);
  for (size_t i = 0; i < k; i++) judge->truth[i] = truth->ids[q * truth->columns + i];
  limen_recall_judge(&settings, world->base.rows, judge->truth, r, judge->ids, judge->places, known,
                     judge, query);
  hits[ANN_HIT_RECALL] = (uint16_t)query->by_id;
  hits[ANN_HIT_TIES] = (uint16_t)query->ties;
  hits[ANN_HIT_EPSILON] = (uint16_t)query->epsilon;
  hits[ANN_HIT_ABSOLUTE] = count_absolute(judge, q);
  hits[ANN_HIT_RETURNED] = (uint16_t)query->returned;
  hits[ANN_HIT_DUPLICATES] = (uint16_t)query->duplicates;
  hits[ANN_HIT_INVALID] = (uint16_t)query->invalid;
  judge->absolute += hits[ANN_HIT_ABSOLUTE];
  judge->nearer += count_nearer(judge, q, r[k - 1]);
  look_for_ties(judge, r);
}

/* ---- over queries ---- */

/* The mean over queries of what the rule of ann-benchmarks gives to the truth's neighbours k + 1 ..
 * 2k. NaN where the truth does not go as far. */
static int all_wrong(const struct judge *judge, double *out, struct limen_error *error) {
  const struct limen_estimator *estimator = limen_estimator_find("all_wrong");
  const struct ann_world *world = judge->world;
  const size_t k = judge->judging->k, columns = world->truth.columns;
  double *list = limen_alloc(2 * k, sizeof *list, error), sum = 0;
  size_t count = 0;
  *out = NAN;
  if (!list) return LIMEN_FAILED;
  for (size_t q = 0; 2 * k <= columns && q < world->truth.rows; q++) {
    const double *r = world->r + q * columns;
    if (!isfinite(r[2 * k - 1])) continue;
    /* The estimator takes Euclidean distances, of rows of unit length under the cosine. */
    for (size_t i = 0; i < 2 * k; i++)
      list[i] = sqrt(world->metric == LIMEN_COSINE ? 2 * r[i] : r[i]);
    sum += estimator->from_list(list, k, world->metric);
    count++;
  }
  if (count > 0) *out = sum / (double)count;
  limen_free(list);
  return LIMEN_OK;
}

static int tell_shares(const struct judge *judge, double *value, struct limen_error *error) {
  static const struct {
    const char *name;
    enum ann_measure column;
  } measures[] = {{"recall", ANN_RECALL},
                  {"recall_ties", ANN_TIES},
                  {"recall_epsilon", ANN_EPSILON},
                  {"short_answers", ANN_SHORT},
                  {"duplicate_ids", ANN_DUPLICATES},
                  {"invalid_ids", ANN_INVALID}};
  const struct limen_search_set set = {.count = judge->judged, .queries = judge->queries};
  int status = LIMEN_OK;
  for (size_t i = 0; i < sizeof measures / sizeof *measures && status == LIMEN_OK; i++) {
    struct limen_interval found;
    status = limen_search_measure_run(limen_search_measure_find(measures[i].name), &set,
                                      &limen_search_defaults, &found, error);
    value[measures[i].column] = found.estimate;
  }
  return status;
}

static int tell_times(const struct judge *judge, double *value, struct limen_error *error) {
  const struct ann_result *result = judge->result;
  const size_t n = judge->world->queries.rows;
  value[ANN_BUILD_S] = result->build_s;
  value[ANN_QPS] = 1 / result->search_s;
  if (!result->times) return LIMEN_OK;
  double *us = limen_alloc(n, sizeof *us, error), sum = 0;
  if (!us) return LIMEN_FAILED;
  for (size_t q = 0; q < n; q++) sum += us[q] = 1e6 * (double)result->times[q];
  value[ANN_MEAN_US] = sum / (double)n;
  int status = limen_quantile(us, n, 0.5, &value[ANN_P50_US], error);
  if (status == LIMEN_OK) status = limen_quantile(us, n, 0.99, &value[ANN_P99_US], error);
  limen_free(us);
  return status;
}

static int tell(const struct judge *judge, double *value, struct limen_error *error) {
  const struct ann_result *result = judge->result;
  const size_t k = judge->judging->k, queries = judge->world->queries.rows;
  const double judged = (double)judge->judged;
  for (size_t i = 0; i < ANN_MEASURES; i++) value[i] = NAN;
  value[ANN_REFUSED] = 0;
  value[ANN_K] = (double)k;
  value[ANN_QUERIES] = judged;
  value[ANN_LEFT_OUT] = (double)(queries - judge->judged);
  value[ANN_ABSOLUTE] = (double)judge->absolute / (judged * (double)k);
  value[ANN_NEARER] = (double)judge->nearer;
  if (judge->compared > 0) value[ANN_OFF] = (double)judge->off / (double)judge->compared;
  if (k < judge->world->truth.columns) {
    value[ANN_TIED] = (double)judge->tied / judged;
    value[ANN_TIED_TO_END] = (double)judge->tied_to_end / judged;
  }
  value[ANN_CANDIDATES] = result->candidates;
  value[ANN_DISTANCES] = result->evaluations;
  value[ANN_INDEX_KB] = result->index_kb;
  value[ANN_RUNS] = result->runs;
  int status = tell_shares(judge, value, error);
  if (status == LIMEN_OK) status = all_wrong(judge, &value[ANN_ALL_WRONG], error);
  if (status == LIMEN_OK) status = tell_times(judge, value, error);
  return status;
}

/* ---- the whole ---- */

static void clear(struct judge *judge) {
  limen_free(judge->ids);
  limen_free(judge->truth);
  limen_free(judge->r);
  limen_free(judge->scratch);
  limen_free(judge->queries);
}

int ann_judge(const struct ann_world *world, const struct ann_result *result,
              const struct ann_judging *judging, struct ann_judgement *out,
              struct limen_error *error) {
  const size_t k = judging->k, n = world->queries.rows;
  struct judge judge = {.world = world, .result = result, .judging = judging};
  *out = (struct ann_judgement){0};
  judge.places = k < result->answers.columns ? k : result->answers.columns;
  judge.ids = limen_alloc(k, sizeof *judge.ids, error);
  judge.truth = limen_alloc(k, sizeof *judge.truth, error);
  judge.r = limen_alloc(k, sizeof *judge.r, error);
  judge.scratch = limen_alloc(world->base.columns, sizeof *judge.scratch, error);
  judge.queries = limen_alloc(n, sizeof *judge.queries, error);
  out->hits = limen_alloc(n, ANN_HITS * sizeof *out->hits, error);
  int status = judge.ids && judge.truth && judge.r && judge.scratch && judge.queries && out->hits
                   ? LIMEN_OK
                   : LIMEN_FAILED;
  for (size_t q = 0; q < n && status == LIMEN_OK; q++)
    judge_query(&judge, q, out->hits + ANN_HITS * q);
  if (status == LIMEN_OK && judge.judged == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "no query of the dataset has a direction, so none can be judged");
  if (status == LIMEN_OK) status = tell(&judge, out->value, error);
  clear(&judge);
  if (status != LIMEN_OK) ann_judgement_clear(out);
  return status;
}

void ann_judgement_clear(struct ann_judgement *judgement) {
  limen_free(judgement->hits);
  judgement->hits = NULL;
}
