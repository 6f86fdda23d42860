#include "experiments/kinds/critical_n/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "limits/certificate.h"

int critical_attempts(const struct limen_plan *plan, size_t point,
                      struct critical_attempt **attempts, size_t *count,
                      struct limen_error *error) {
  size_t used = 0;
  struct critical_attempt *all = limen_alloc(plan->n_order, sizeof *all, error);
  if (!all) return LIMEN_FAILED;
  for (size_t i = 0; i < plan->n_order; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->point != point || cell->state != LIMEN_CELL_DONE) continue;
    if (limen_cell_integer(cell, "aim") != CRITICAL_ALL_RIGHT) continue;
    all[used++] = (struct critical_attempt){limen_cell_integer(cell, "n"),
                                            limen_cell_integer(cell, "seed"), cell};
  }
  *attempts = all;
  *count = used;
  return LIMEN_OK;
}

static bool same_curve(const struct limen_plan *plan, size_t a, size_t b) {
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role != LIMEN_AXIS || strcmp(parameter->name, "d") == 0) continue;
    if (!limen_value_equal(limen_grid_value(&plan->grid, a, parameter->name),
                           limen_grid_value(&plan->grid, b, parameter->name)))
      return false;
  }
  return true;
}

struct limen_interval critical_half(const struct critical_point *point) {
  const struct limen_logistic *half = &point->half;
  const struct limen_interval none = {NAN, NAN, NAN, NAN};
  if (half->outcome == LIMEN_SEPARATED && !half->rising)
    return (struct limen_interval){(half->separated_low + half->separated_high) / 2, NAN, NAN, NAN};
  /* A chance of success that rises with n, or a half point below any search, is noise. */
  if (half->outcome != LIMEN_MIXED || !half->converged || !(half->slope < 0)) return none;
  if (!isfinite(half->half.lower) || !isfinite(half->half.upper)) return none;
  if (half->half.estimate < (double)point->k) return none;
  struct limen_interval found = half->half;
  found.lower = fmax(found.lower, (double)point->k); /* k documents never fail */
  return found;
}

/* ---- one point ---- */

/* What one seed found, for medians over seeds. Our own searches are replayed; of imported results
 * all that is known is the attempts there are. */
static void look_at_seed(const struct limen_plan *plan, const struct critical_point *point,
                         int64_t seed, struct critical_search *search) {
  *search = (struct critical_search){.finished = plan, .point = point->point, .seed = seed};
  if (!plan->imported) {
    critical_search(search);
    return;
  }
  search->n_least = point->k + 1;
  search->critical = search->nearly = point->k;
  for (size_t i = 0; i < plan->n_order; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->point != point->point || limen_cell_integer(cell, "seed") != seed) continue;
    int64_t n = limen_cell_integer(cell, "n");
    const double *values = cell->answer.values;
    search->attempts++;
    if (values[CRITICAL_REACHED] == 1 && n > search->critical) search->critical = n;
    if (values[CRITICAL_SHARE] >= CRITICAL_NEARLY_ALL && n > search->nearly) search->nearly = n;
  }
  /* Failures alone do not say where successes would have been. */
  search->waiting = search->critical == point->k;
}

/* Medians over the searches that are complete; complete[i] says of the i-th seed whether it is. */
static int add_medians(const struct limen_plan *plan, struct critical_point *point, bool *complete,
                       struct limen_error *error) {
  size_t seeds = (size_t)critical_seeds(plan);
  int status = LIMEN_OK;
  double *critical = limen_alloc(2 * seeds, sizeof *critical, error);
  if (!critical) return LIMEN_FAILED;
  double *nearly = critical + seeds;
  for (size_t i = 0; i < seeds; i++) {
    struct critical_search search;
    look_at_seed(plan, point, critical_first_seed(plan) + (int64_t)i, &search);
    if (search.waiting) {
      point->waiting++;
      continue;
    }
    critical[point->seeds] = (double)search.critical;
    nearly[point->seeds++] = (double)search.nearly;
    point->at_most |= search.at_most;
    point->nearly_at_most |= search.nearly_at_most;
    point->at_least |= search.critical < search.n_least;
    complete[i] = true;
  }
  point->critical = point->nearly = (struct limen_interval){NAN, NAN, NAN, NAN};
  if (point->seeds > 0)
    status =
        limen_interval_median(critical, point->seeds, CRITICAL_CONFIDENCE, &point->critical, error);
  if (point->seeds > 0 && status == LIMEN_OK)
    status =
        limen_interval_median(nearly, point->seeds, CRITICAL_CONFIDENCE, &point->nearly, error);
  limen_free(critical);
  return status;
}

static int median_of(double *values, size_t n, double *out, struct limen_error *error) {
  *out = NAN;
  return n > 0 ? limen_quantile(values, n, 0.5, out, error) : LIMEN_OK;
}

/* Trainings of one point, gathered. */
struct gathered {
  struct limen_trials *trials; /* of complete searches, for the half point */
  double *wrong, *margin;      /* of failures */
  size_t n_trials, n_wrong, n_margins;
};

static void gather(const struct limen_plan *plan, struct critical_point *point,
                   const struct critical_attempt *attempt, bool complete, struct gathered *out) {
  const double *values = attempt->cell->answer.values;
  bool proved = values[CRITICAL_SUCCESS] == 1;
  bool success = values[plan->imported ? CRITICAL_REACHED : CRITICAL_SUCCESS] == 1;
  if (proved && attempt->n > point->proved_here) {
    point->proved_here = attempt->n;
    point->proved_seed = attempt->seed;
  }
  if (complete)
    out->trials[out->n_trials++] = (struct limen_trials){(double)attempt->n, 1, success};
  point->failed += !success;
  point->diverged += values[CRITICAL_STOP] == STOP_DIVERGED;
  if (success || isnan(values[CRITICAL_WRONG])) return;
  out->wrong[out->n_wrong++] = values[CRITICAL_WRONG];
  if (isfinite(values[CRITICAL_MARGIN])) out->margin[out->n_margins++] = values[CRITICAL_MARGIN];
}

static int add_attempts(const struct limen_plan *plan, struct critical_point *point,
                        const bool *complete, struct limen_error *error) {
  struct critical_attempt *attempts = NULL;
  struct gathered all = {0};
  int status = critical_attempts(plan, point->point, &attempts, &point->attempts, error);
  if (status != LIMEN_OK) goto done;
  all.trials = limen_alloc(point->attempts, sizeof *all.trials, error);
  all.wrong = limen_alloc(point->attempts, sizeof *all.wrong, error);
  all.margin = limen_alloc(point->attempts, sizeof *all.margin, error);
  if (!all.trials || !all.wrong || !all.margin) {
    status = LIMEN_FAILED;
    goto done;
  }
  for (size_t i = 0; i < point->attempts; i++)
    gather(plan, point, &attempts[i], complete[attempts[i].seed - critical_first_seed(plan)], &all);
  point->half.outcome = LIMEN_ALL_FAILURES;
  if (all.n_trials > 0)
    status =
        limen_logistic_fit(all.trials, all.n_trials, &limen_logistic_defaults, &point->half, error);
  if (status == LIMEN_OK) status = median_of(all.wrong, all.n_wrong, &point->failed_wrong, error);
  if (status == LIMEN_OK)
    status = median_of(all.margin, all.n_margins, &point->failed_margin, error);
done:
  limen_free(attempts);
  limen_free(all.trials);
  limen_free(all.wrong);
  limen_free(all.margin);
  return status;
}

/* What is proved in fewer dimensions is proved here, padded with zeros: n, k and pattern are the
 * same. Random subsets are drawn anew for every d, so those are other claims. */
static void add_certified(const struct limen_plan *plan, struct critical_point *points,
                          size_t count) {
  for (size_t i = 0; i < count; i++) {
    struct critical_point *point = &points[i];
    const char *pattern = limen_grid_string(&plan->grid, point->point, "pattern");
    bool alone = strcmp(pattern, "random") == 0;
    for (size_t j = 0; j < count; j++) {
      const struct critical_point *other = &points[j];
      if (other->curve != point->curve || other->d > point->d || (alone && j != i)) continue;
      point->certified_attempts += other->attempts;
      if (other->proved_here <= point->certified) continue;
      point->certified = other->proved_here;
      point->certified_d = other->d;
      point->certified_seed = other->proved_seed;
    }
  }
}

static int by_curve_then_d(const void *a, const void *b) {
  const struct critical_point *x = a, *y = b;
  if (x->curve != y->curve) return x->curve < y->curve ? -1 : 1;
  return (x->d > y->d) - (x->d < y->d);
}

/* Points that differ in d alone belong to one curve; curves are numbered as the grid meets them. */
static void number_curves(const struct limen_plan *plan, struct critical_point *points,
                          size_t count) {
  size_t curves = 0;
  for (size_t i = 0; i < count; i++) {
    size_t j = 0;
    while (j < i && !same_curve(plan, points[j].point, points[i].point)) j++;
    points[i].curve = j < i ? points[j].curve : curves++;
  }
}

int critical_points(const struct limen_plan *plan, struct critical_point **points, size_t *count,
                    struct limen_error *error) {
  int status = LIMEN_OK;
  size_t seeds = (size_t)critical_seeds(plan), all = limen_grid_points(&plan->grid);
  *count = 0;
  *points = limen_alloc(all, sizeof **points, error);
  bool *complete = limen_alloc(seeds, sizeof *complete, error);
  if (!*points || !complete) status = LIMEN_FAILED;
  for (size_t i = 0; i < all && status == LIMEN_OK; i++) {
    if (!critical_defined(&plan->grid, i)) continue;
    struct critical_point *point = &(*points)[(*count)++];
    point->point = i;
    point->k = limen_grid_integer(&plan->grid, i, "k");
    point->d = limen_grid_integer(&plan->grid, i, "d");
    memset(complete, 0, seeds * sizeof *complete);
    status = add_medians(plan, point, complete, error);
    if (status == LIMEN_OK) status = add_attempts(plan, point, complete, error);
  }
  limen_free(complete);
  if (status == LIMEN_OK) {
    number_curves(plan, *points, *count);
    qsort(*points, *count, sizeof **points, by_curve_then_d);
    add_certified(plan, *points, *count);
  } else {
    limen_free(*points);
    *points = NULL;
  }
  return status;
}

/* ---- headline numbers ---- */

static int add_metric(const struct limen_plan *plan, const struct critical_point *point,
                      const char *measure, double value, double lower, double upper, size_t n,
                      struct limen_summary *out, struct limen_error *error) {
  struct limen_text name = {0};
  if (isnan(value)) return LIMEN_OK;
  limen_text_print(&name, "%s/", measure);
  limen_plan_axes(plan, point->point, -1, &name);
  int status = limen_text_status(&name, error);
  struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                  .value = value,
                                  .lower = lower,
                                  .upper = upper,
                                  .unit = "documents",
                                  .higher_is_better = true,
                                  .n = n};
  if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
  limen_text_clear(&name);
  return status;
}

/* An interval whose coverage falls short of what is asked is no interval: null. */
static int add_interval(const struct limen_plan *plan, const struct critical_point *point,
                        const char *measure, const struct limen_interval *interval,
                        struct limen_summary *out, struct limen_error *error) {
  bool covers = !(interval->coverage < CRITICAL_CONFIDENCE);
  return add_metric(plan, point, measure, interval->estimate, covers ? interval->lower : NAN,
                    covers ? interval->upper : NAN, point->seeds, out, error);
}

int critical_summarise(const struct limen_plan *plan, struct limen_summary *out,
                       struct limen_error *error) {
  struct critical_point *points = NULL;
  size_t count = 0;
  int status = critical_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    const struct critical_point *point = &points[i];
    if (point->waiting > 0 && !plan->imported) continue; /* a partial run: not yet a headline */
    struct limen_interval half = critical_half(point);
    /* Others' results are not proved, and are not given our names. */
    status = add_interval(plan, point, plan->imported ? "reported_critical_n" : "critical_n",
                          &point->critical, out, error);
    if (status == LIMEN_OK && !plan->imported && point->certified > 0)
      status = add_metric(plan, point, "certified_n", (double)point->certified,
                          (double)point->certified, NAN, point->certified_attempts, out, error);
    if (status == LIMEN_OK)
      status = add_metric(plan, point, plan->imported ? "reported_half_n" : "half_n", half.estimate,
                          half.lower, half.upper, point->attempts, out, error);
    if (status == LIMEN_OK)
      status = add_interval(plan, point, plan->imported ? "reported_n_99" : "n_99", &point->nearly,
                            out, error);
  }
  limen_free(points);
  return status;
}

/* ---- certificates ---- */

/* The largest proved cell of every (point, seed). The store may keep another cell's vectors in its
 * place, those of an earlier and larger plan: a run that ends puts them right, so while this one
 * has not ended the certificate waits. */
static int certify_one(const struct limen_plan *plan, const struct limen_cell *cell,
                       const char *folder, struct limen_error *error) {
  struct limen_relevance relevance = {0};
  struct limen_proof proof;
  struct limen_text name = {0};
  void *documents = NULL, *queries = NULL;
  size_t n_documents = 0, n_queries = 0, d = (size_t)limen_cell_integer(cell, "d");
  int status = critical_relevance(cell, &relevance, error);
  if (status == LIMEN_OK)
    status =
        limen_store_artifact(plan->store, cell->key, "documents", &documents, &n_documents, error);
  if (status == LIMEN_OK)
    status = limen_store_artifact(plan->store, cell->key, "queries", &queries, &n_queries, error);
  if (status != LIMEN_OK) goto done;
  if (!documents && !queries && plan->n_missing > 0) goto done;
  if (!documents || n_documents != relevance.documents * d * sizeof(float) || !queries ||
      n_queries != relevance.queries * d * sizeof(float)) {
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "the store lacks the vectors behind cell%s: run the same command again",
                        strchr(cell->text, ' '));
    goto done;
  }
  limen_plan_axes(plan, cell->point, -1, &name);
  limen_text_print(&name, "/seed=%lld", (long long)limen_cell_integer(cell, "seed"));
  if ((status = limen_text_status(&name, error)) != LIMEN_OK) goto done;
  for (size_t i = 0; i < name.length; i++)
    if (name.data[i] == '/') name.data[i] = '_';
  status = limen_certificate_write(folder, name.data, strchr(cell->text, ' ') + 1, &relevance, d,
                                   documents, queries, &proof, error);
done:
  limen_relevance_clear(&relevance);
  limen_text_clear(&name);
  limen_free(documents);
  limen_free(queries);
  return status;
}

int critical_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error) {
  struct limen_cell **cells = NULL;
  size_t count = 0;
  if (plan->imported) return LIMEN_OK;
  int status = limen_plan_best_of_groups(plan, &cells, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    status = certify_one(plan, cells[i], folder, error);
  limen_free(cells);
  return status;
}
