/* What the study "drowning" works out: where a curve of recall over documents comes down to half.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiments/kinds/retrieval/report_drowning.h"
#include "stats/mean.h"

static const char *const but_documents[] = {"documents", NULL};
static const char *const but_model[] = {"documents", "representation", "d", NULL};

double drowning_distractors(const struct drowning *drowning, size_t group) {
  const double *mean = drowning->report->groups[group].mean;
  return mean[RETRIEVAL_DOCUMENTS] - mean[RETRIEVAL_WANTED];
}

static double documents_of(const struct drowning *drowning, size_t group) {
  return drowning->report->groups[group].mean[RETRIEVAL_DOCUMENTS];
}

bool drowning_on_curve(const struct drowning *drowning, size_t curve, size_t group) {
  const struct retrieval_report *report = drowning->report;
  return limen_report_same_but(report->plan, report->groups[drowning->curve[curve].first].point,
                               report->groups[group].point, but_documents) &&
         report->groups[drowning->curve[curve].first].row == report->groups[group].row;
}

bool drowning_is_oracle(const struct drowning *drowning, size_t curve) {
  const struct retrieval_report *report = drowning->report;
  return retrieval_representation(&report->plan->grid,
                                  report->groups[drowning->curve[curve].first].point)
      ->oracle;
}

bool drowning_share_plot(const struct drowning *drowning, size_t a, size_t b) {
  const struct retrieval_report *report = drowning->report;
  return limen_report_same_but(report->plan, report->groups[drowning->curve[a].first].point,
                               report->groups[drowning->curve[b].first].point, but_model);
}

/* ---- half ---- */

struct point {
  double documents, recall;
};

static int by_documents(const void *left, const void *right) {
  const struct point *a = left, *b = right;
  return (a->documents > b->documents) - (a->documents < b->documents);
}

/* Documents at which recall is first half of what it was among the fewest: on the straight line
 * between two sizes, over the logarithm of documents. INFINITY: never. */
static double half_of(struct point *points, size_t count) {
  qsort(points, count, sizeof *points, by_documents);
  const double half = points[0].recall / 2;
  if (!(half > 0)) return NAN;
  for (size_t i = 1; i < count; i++) {
    if (points[i].recall > half) continue;
    const double share = (points[i - 1].recall - half) / (points[i - 1].recall - points[i].recall);
    return points[i - 1].documents * pow(points[i].documents / points[i - 1].documents, share);
  }
  return INFINITY;
}

/* Reads one instance's points of a curve; instances whose cells are not all there have fewer. */
static int read_points(const struct drowning *drowning, size_t curve, int64_t instance,
                       struct point *points, size_t *count, struct limen_error *error) {
  const struct retrieval_report *report = drowning->report;
  int status = LIMEN_OK;
  *count = 0;
  for (size_t g = 0; g < report->count && status == LIMEN_OK; g++) {
    const struct limen_cell **cells = NULL;
    size_t n = 0;
    if (!drowning_on_curve(drowning, curve, g)) continue;
    status = retrieval_cells(report->plan, report->groups[g].point, &cells, &n, error);
    double sum = 0;
    size_t builds = 0;
    for (size_t i = 0; i < n && status == LIMEN_OK; i++) {
      if (limen_cell_integer(cells[i], "instance") != instance) continue;
      sum +=
          cells[i]->answer.values[report->groups[g].row * RETRIEVAL_MEASURES + RETRIEVAL_RECALL_2];
      builds++;
    }
    if (builds > 0)
      points[(*count)++] = (struct point){documents_of(drowning, g), sum / (double)builds};
    limen_free(cells);
  }
  return status;
}

static int by_value(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* Halves over instances: they spread by factors, so the interval is that of their logarithms. */
static int sum_up(const struct drowning *drowning, struct drowning_curve *curve, double *halves,
                  struct limen_error *error) {
  const size_t n = curve->instances;
  const double wanted = drowning->report->groups[curve->first].mean[RETRIEVAL_WANTED];
  struct limen_mean mean;
  curve->half = (struct limen_reported){NAN, NAN, NAN};
  curve->median = NAN;
  for (size_t i = 0; i < n; i++) curve->reached += isfinite(halves[i]);
  for (size_t i = 0; i < n; i++)
    if (isnan(halves[i])) return LIMEN_OK; /* nothing was found to begin with */
  if (n == 0) return LIMEN_OK;
  qsort(halves, n, sizeof *halves, by_value);
  curve->median = halves[n / 2] - wanted;
  if (curve->reached < n) return LIMEN_OK;
  for (size_t i = 0; i < n; i++) halves[i] = log(halves[i]);
  int status = limen_mean_of(halves, n, RETRIEVAL_CONFIDENCE, &mean, error);
  if (status == LIMEN_OK)
    curve->half = (struct limen_reported){
        exp(mean.mean) - wanted, fmax(exp(mean.lower) - wanted, 0), exp(mean.upper) - wanted};
  return status;
}

static int fill_curve(const struct drowning *drowning, size_t c, struct limen_error *error) {
  const struct retrieval_report *report = drowning->report;
  struct drowning_curve *curve = &drowning->curve[c];
  const size_t most = (size_t)limen_grid_integer(&report->plan->grid, 0, "instances");
  struct point *points = limen_alloc(report->count, sizeof *points, error);
  double *halves = limen_alloc(most, sizeof *halves, error);
  int status = points && halves ? LIMEN_OK : LIMEN_FAILED;
  size_t sizes = 0;
  for (size_t g = 0; g < report->count && status == LIMEN_OK; g++) {
    if (!drowning_on_curve(drowning, c, g)) continue;
    sizes++;
    if (documents_of(drowning, g) < documents_of(drowning, curve->fewest)) curve->fewest = g;
    if (documents_of(drowning, g) > documents_of(drowning, curve->most)) curve->most = g;
  }
  for (size_t i = 0; i < most && status == LIMEN_OK; i++) {
    size_t count = 0;
    status = read_points(drowning, c, (int64_t)i, points, &count, error);
    if (status == LIMEN_OK && count == sizes && sizes > 0)
      halves[curve->instances++] = half_of(points, count);
  }
  if (status == LIMEN_OK) status = sum_up(drowning, curve, halves, error);
  limen_free(halves);
  limen_free(points);
  return status;
}

/* ---- the whole ---- */

int drowning_init(struct drowning *drowning, const struct retrieval_report *report,
                  struct limen_error *error) {
  int status = LIMEN_OK;
  *drowning = (struct drowning){.report = report};
  if (!(drowning->curve = limen_alloc(report->count + 1, sizeof *drowning->curve, error)))
    return LIMEN_FAILED;
  for (size_t g = 0; g < report->count && status == LIMEN_OK; g++) {
    bool known = false;
    for (size_t c = 0; c < drowning->curves; c++)
      known = known || drowning_on_curve(drowning, c, g);
    if (known) continue;
    drowning->curve[drowning->curves++] =
        (struct drowning_curve){.first = g, .fewest = g, .most = g};
    status = fill_curve(drowning, drowning->curves - 1, error);
  }
  return status;
}

void drowning_clear(struct drowning *drowning) {
  limen_free(drowning->curve);
  *drowning = (struct drowning){0};
}

/* ---- words ---- */

/* Three digits, more would claim too much. */
static void print_count(double value, struct limen_text *out) {
  const double step = value >= 1000 ? pow(10, floor(log10(value)) - 2) : 1;
  limen_text_print(out, "%.0f", round(value / step) * step);
}

void drowning_print_half(const struct drowning *drowning, size_t c, struct limen_text *out) {
  const struct drowning_curve *curve = &drowning->curve[c];
  const double most = drowning_distractors(drowning, curve->most);
  if (isnan(curve->median)) {
    limen_text_add(out, "none");
  } else if (curve->reached == 0) {
    limen_text_print(out, "more than %.0f", most);
  } else if (curve->reached < curve->instances) {
    limen_text_print(out, "more than %.0f in %zu of %zu instances", most,
                     curve->instances - curve->reached, curve->instances);
  } else {
    print_count(curve->half.value, out);
    if (isnan(curve->half.lower)) return;
    limen_text_add(out, " [");
    print_count(curve->half.lower, out);
    limen_text_add(out, ", ");
    print_count(curve->half.upper, out);
    limen_text_add(out, "]");
  }
}

void drowning_print_plot(const struct drowning *drowning, size_t curve, struct limen_text *out) {
  limen_report_point(drowning->report->plan,
                     drowning->report->groups[drowning->curve[curve].first].point, but_model, out);
}
