#include "experiments/kinds/critical_n/gap_law.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- widest gaps ---- */

/* A widest gap that was proved. */
struct found {
  int64_t k, d, n;
  const char *pattern;
  double gap;
};

struct all_found {
  struct found *found;
  size_t count;
};

static int gather_found(const struct limen_plan *plan, struct all_found *out,
                        struct limen_error *error) {
  out->count = 0;
  if (!(out->found = limen_alloc(plan->n_order, sizeof *out->found, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < plan->n_order; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->state != LIMEN_CELL_DONE || limen_cell_integer(cell, "aim") != CRITICAL_WIDEST ||
        cell->answer.values[CRITICAL_SUCCESS] != 1)
      continue;
    out->found[out->count++] = (struct found){
        limen_cell_integer(cell, "k"), limen_cell_integer(cell, "d"), limen_cell_integer(cell, "n"),
        limen_cell_string(cell, "pattern"), cell->answer.values[CRITICAL_MARGIN]};
  }
  return LIMEN_OK;
}

/* Whether a gap was found for the same question as a point asks. */
static bool same_question(const struct limen_plan *plan, const struct critical_point *point,
                          const struct found *found) {
  return found->k == point->k && found->d == point->d &&
         strcmp(found->pattern, limen_grid_string(&plan->grid, point->point, "pattern")) == 0;
}

/* The widest gap for n documents: dropping documents keeps a gap, so those of more count too. NaN:
 * none was looked for at n or above. */
static double widest_at(const struct limen_plan *plan, const struct critical_point *point,
                        const struct all_found *all, double n) {
  double widest = NAN;
  for (size_t i = 0; i < all->count; i++)
    if ((double)all->found[i].n >= n && same_question(plan, point, &all->found[i]))
      widest = fmax(widest, all->found[i].gap);
  return widest;
}

/* ---- methods ---- */

static bool same_method(const struct limen_plan *plan, size_t a, size_t b) {
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role != LIMEN_AXIS || strcmp(parameter->name, "d") == 0 ||
        strcmp(parameter->name, "tau") == 0)
      continue;
    if (!limen_value_equal(limen_grid_value(&plan->grid, a, parameter->name),
                           limen_grid_value(&plan->grid, b, parameter->name)))
      return false;
  }
  return true;
}

static void add_gap(const struct limen_plan *plan, const struct critical_point *points, size_t i,
                    const struct all_found *all, struct critical_gap_law *law) {
  const struct critical_point *point = &points[i];
  if (point->seeds == 0 || isnan(point->critical.estimate) || point->at_least) return;
  double gap = widest_at(plan, point, all, point->critical.estimate);
  if (isnan(gap)) return;
  if (point->at_most) {
    law->cut++;
    return;
  }
  struct critical_gap *now = &law->gaps[law->count];
  *now = (struct critical_gap){
      .point = i,
      .tau = limen_value_number(limen_grid_value(&plan->grid, point->point, "tau")),
      .d = (double)point->d,
      .n = point->critical.estimate,
      .gap = gap,
      .by_one = NAN,
      .by_each = NAN};
  size_t j = 0;
  while (j < law->count && !same_method(plan, points[law->gaps[j].point].point, point->point)) j++;
  now->method = j < law->count ? law->gaps[j].method : law->methods++;
  law->count++;
}

/* ---- predictions ---- */

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median_of(double *values, size_t count) {
  if (count == 0) return NAN;
  qsort(values, count, sizeof *values, ascending);
  return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* The median factor over the other points of a method, of the same d or of all. */
static double factor(const struct critical_gap_law *law, const struct critical_gap *held, bool each,
                     double *room) {
  size_t count = 0;
  for (size_t i = 0; i < law->count; i++) {
    const struct critical_gap *other = &law->gaps[i];
    if (other == held || other->method != held->method || (each && other->d != held->d)) continue;
    room[count++] = other->gap / other->tau;
  }
  return count >= 2 ? median_of(room, count) : NAN;
}

/* n where the others' gaps at this d come to `gap`: by a line in logarithms through the two points
 * to either side, or the two nearest. Gaps fall as n grows. */
static double where_gap_is(const struct critical_gap_law *law, const struct critical_gap *held,
                           double gap, bool *extrapolated) {
  const struct critical_gap *wider = NULL, *narrower = NULL, *second = NULL;
  for (size_t i = 0; i < law->count; i++) {
    const struct critical_gap *other = &law->gaps[i];
    if (other == held || other->method != held->method || other->d != held->d) continue;
    if (other->gap >= gap && (!wider || other->gap < wider->gap)) wider = other;
    if (other->gap < gap && (!narrower || other->gap > narrower->gap)) narrower = other;
  }
  *extrapolated = !wider || !narrower;
  const struct critical_gap *nearest = wider ? wider : narrower;
  for (size_t i = 0; i < law->count && *extrapolated && nearest; i++) {
    const struct critical_gap *other = &law->gaps[i];
    if (other == held || other == nearest || other->method != held->method || other->d != held->d ||
        other->gap == nearest->gap)
      continue;
    if (!second || fabs(log(other->gap / gap)) < fabs(log(second->gap / gap))) second = other;
  }
  const struct critical_gap *a = nearest, *b = *extrapolated ? second : narrower;
  if (!a || !b || a->n == b->n) return NAN;
  double slope = log(b->n / a->n) / log(b->gap / a->gap);
  return a->n * exp(slope * log(gap / a->gap));
}

void critical_gap_predict(struct critical_gap_law *law, double *room) {
  for (size_t i = 0; i < law->count; i++) {
    struct critical_gap *held = &law->gaps[i];
    bool outside;
    double one = factor(law, held, false, room), each = factor(law, held, true, room);
    if (!isnan(one)) held->by_one = where_gap_is(law, held, one * held->tau, &held->extrapolated);
    if (!isnan(each)) held->by_each = where_gap_is(law, held, each * held->tau, &outside);
  }
}

int critical_gap_law(const struct limen_plan *plan, const struct critical_point *points,
                     size_t count, struct critical_gap_law *out, struct limen_error *error) {
  struct all_found all = {0};
  double *room = NULL;
  *out = (struct critical_gap_law){0};
  int status = gather_found(plan, &all, error);
  if (status != LIMEN_OK || all.count == 0) goto done;
  status = LIMEN_FAILED;
  if (!(out->gaps = limen_alloc(count, sizeof *out->gaps, error))) goto done;
  if (!(room = limen_alloc(count, sizeof *room, error))) goto done;
  for (size_t i = 0; i < count; i++) add_gap(plan, points, i, &all, out);
  critical_gap_predict(out, room);
  status = LIMEN_OK;
done:
  limen_free(all.found);
  limen_free(room);
  if (status != LIMEN_OK) critical_gap_law_clear(out);
  return status;
}

void critical_gap_law_clear(struct critical_gap_law *law) {
  limen_free(law->gaps);
  *law = (struct critical_gap_law){0};
}

/* ---- scores ---- */

int critical_gap_factors(const struct critical_gap_law *law, size_t method,
                         struct critical_gap_factors *out, struct limen_error *error) {
  size_t count = 0;
  *out = (struct critical_gap_factors){NAN, NAN, NAN};
  double *factors = limen_alloc(law->count, sizeof *factors, error);
  if (!factors) return LIMEN_FAILED;
  for (size_t i = 0; i < law->count; i++)
    if (law->gaps[i].method == method) factors[count++] = law->gaps[i].gap / law->gaps[i].tau;
  if (count > 0) {
    out->median = median_of(factors, count); /* which sorts them */
    out->low = factors[0];
    out->high = factors[count - 1];
  }
  limen_free(factors);
  return LIMEN_OK;
}

int critical_gap_score(const struct critical_gap_law *law, size_t method, bool each,
                       struct critical_gap_score *out, struct limen_error *error) {
  *out = (struct critical_gap_score){.worst = NAN, .median = NAN};
  double *sizes = limen_alloc(law->count, sizeof *sizes, error);
  if (!sizes) return LIMEN_FAILED;
  for (size_t i = 0; i < law->count; i++) {
    const struct critical_gap *gap = &law->gaps[i];
    double n = each ? gap->by_each : gap->by_one;
    if (gap->method != method || isnan(n)) continue;
    double off = n / gap->n - 1;
    sizes[out->predicted++] = fabs(off);
    out->within += fabs(off) <= CRITICAL_GAP_CLOSE;
    if (isnan(out->worst) || fabs(off) > fabs(out->worst)) out->worst = off;
  }
  out->median = median_of(sizes, out->predicted);
  limen_free(sizes);
  return LIMEN_OK;
}
