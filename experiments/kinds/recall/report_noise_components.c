/* Where the spread of recall comes from: components of variance of crossed builds. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"
#include "experiments/kinds/recall/report_builds.h"
#include "experiments/kinds/recall/report_noise.h"
#include "stats/distributions.h"

/* ---- one table ---- */

static double mean_over(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i];
  return sum / (double)count;
}

/* Order, seed and rest together, from mean squares and so without bias: what one build varies by.
 */
static int variance_of_build(const double *table, size_t orders, size_t seeds, double *out,
                             struct limen_error *error) {
  struct limen_mean_squares squares;
  int status = limen_mean_squares_two_way(table, orders, seeds, &squares, NULL, error);
  if (status != LIMEN_OK) return status;
  *out = (squares.row - squares.residual) / (double)seeds +
         (squares.column - squares.residual) / (double)orders + squares.residual;
  return LIMEN_OK;
}

/* The mean over queries of what a build's answer to one query varies by. */
static int variance_of_answer(const double *values, size_t orders, size_t seeds, size_t queries,
                              double *out, struct limen_error *error) {
  double *table = limen_alloc(orders * seeds, sizeof *table, error), sum = 0;
  int status = table ? LIMEN_OK : LIMEN_FAILED;
  for (size_t q = 0; q < queries && status == LIMEN_OK; q++) {
    double one = 0;
    for (size_t b = 0; b < orders * seeds; b++) table[b] = values[b * queries + q];
    status = variance_of_build(table, orders, seeds, &one, error);
    sum += one;
  }
  *out = sum / (double)queries;
  limen_free(table);
  return status;
}

int recall_noise_of(const double *values, size_t orders, size_t seeds, size_t queries,
                    struct recall_noise *out, struct limen_error *error) {
  const double Q = (double)queries;
  double *means = limen_alloc(orders * seeds, sizeof *means, error), answer = 0, build = 0;
  struct limen_two_way builds, all;
  int status = means ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  for (size_t b = 0; b < orders * seeds; b++) means[b] = mean_over(values + b * queries, queries);
  status = limen_components_two_way(means, orders, seeds, RECALL_CONFIDENCE, &builds, error);
  if (status == LIMEN_OK)
    status =
        limen_components_two_way(values, orders * seeds, queries, RECALL_CONFIDENCE, &all, error);
  if (status == LIMEN_OK) status = variance_of_build(means, orders, seeds, &build, error);
  if (status == LIMEN_OK)
    status = variance_of_answer(values, orders, seeds, queries, &answer, error);
  if (status != LIMEN_OK) goto done;
  out->orders = orders;
  out->seeds = seeds;
  out->queries = queries;
  out->recall = builds.mean;
  out->order = builds.row;
  out->seed = builds.column;
  out->residual = builds.residual;
  out->query = all.column;
  out->query.variance /= Q;
  out->query.lower /= Q;
  out->query.upper /= Q;
  out->build = fmax(0, build);
  out->interaction = fmax(0, (answer - build) * Q / (Q - 1));
  out->own = fmax(0, build - out->interaction / Q);
done:
  limen_free(means);
  return status;
}

/* ---- two engines ---- */

/* With D orders and L seeds crossed, their share in the variance of the mean is (MS_order + MS_seed
 * - MS_residual) / (D L); the queries' is S^2 / Q. The first holds a little of the second, which
 * errs on the safe side. Degrees of freedom after Satterthwaite (1946). */
int recall_noise_difference(const double *first, const double *second, size_t orders, size_t seeds,
                            size_t queries, struct limen_reported *out, double *per_query,
                            struct limen_error *error) {
  const size_t builds = orders * seeds;
  const double B = (double)builds, Q = (double)queries;
  double *means = limen_alloc(builds, sizeof *means, error);
  double *each = limen_alloc(queries, sizeof *each, error), spread = 0;
  struct limen_mean_squares squares;
  int status = means && each ? LIMEN_OK : LIMEN_FAILED;
  for (size_t b = 0; b < builds && status == LIMEN_OK; b++)
    for (size_t q = 0; q < queries; q++) {
      double difference = first[b * queries + q] - second[b * queries + q];
      means[b] += difference / Q;
      each[q] += difference / B;
    }
  if (status == LIMEN_OK)
    status = limen_mean_squares_two_way(means, orders, seeds, &squares, NULL, error);
  if (status == LIMEN_OK) {
    const double mean = mean_over(means, builds);
    for (size_t q = 0; q < queries; q++) spread += (each[q] - mean) * (each[q] - mean) / (Q - 1);
    const double terms[] = {spread / Q, squares.row / B, squares.column / B, squares.residual / B};
    const double df[] = {Q - 1, (double)orders - 1, (double)seeds - 1,
                         ((double)orders - 1) * ((double)seeds - 1)};
    double variance = terms[0] + fmax(0, terms[1] + terms[2] - terms[3]), below = 0;
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) below += terms[i] * terms[i] / df[i];
    double degrees = below > 0 ? variance * variance / below : Q - 1;
    double half = limen_t_half_width(RECALL_CONFIDENCE, fmax(1, degrees), sqrt(variance));
    *out = (struct limen_reported){mean, mean - half, mean + half};
    *per_query = spread;
  }
  limen_free(means);
  limen_free(each);
  return status;
}

/* Builds of the first `seeds` seeds of the first `orders` orders. */
static double *corner(const struct recall_builds *builds, size_t its_seeds, size_t orders,
                      size_t seeds, struct limen_error *error) {
  const size_t Q = builds->queries;
  double *out = limen_alloc(orders * seeds * Q, sizeof *out, error);
  for (size_t o = 0; out && o < orders; o++)
    memcpy(out + o * seeds * Q, builds->recall + o * its_seeds * Q, seeds * Q * sizeof *out);
  return out;
}

static int compare(const struct recall_noises *noises, const struct recall_noise *first,
                   const struct recall_noise *second, struct recall_engines *out,
                   struct limen_error *error) {
  const struct limen_plan *plan = noises->report->plan;
  const size_t orders = first->orders < second->orders ? first->orders : second->orders;
  const size_t seeds = first->seeds < second->seeds ? first->seeds : second->seeds;
  struct recall_builds one = {0}, two = {0};
  double *a = NULL, *b = NULL;
  int status = recall_builds_read(plan, first->point, first->row, &one, error);
  if (status == LIMEN_OK)
    status = recall_builds_read(plan, second->point, second->row, &two, error);
  if (status == LIMEN_OK && !(a = corner(&one, first->seeds, orders, seeds, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK && !(b = corner(&two, second->seeds, orders, seeds, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = recall_noise_difference(a, b, orders, seeds, first->queries, &out->difference,
                                     &out->per_query, error);
  limen_free(a);
  limen_free(b);
  recall_builds_clear(&one);
  recall_builds_clear(&two);
  return status;
}

int recall_noise_engines(const struct recall_noises *noises, struct recall_engines **out,
                         size_t *count, struct limen_error *error) {
  static const char *const but_engine[] = {"engine", NULL};
  const struct limen_grid *grid = &noises->report->plan->grid;
  const size_t engine = (size_t)limen_parameter_find(grid->parameters, "engine");
  size_t capacity = 0;
  int status = LIMEN_OK;
  *out = NULL;
  *count = 0;
  for (size_t i = 0; i < noises->count; i++)
    for (size_t j = i + 1; j < noises->count && status == LIMEN_OK; j++) {
      const struct recall_noise *first = &noises->noise[i], *second = &noises->noise[j];
      if (first->row != second->row || first->point == second->point ||
          !limen_value_equal(limen_grid_value(grid, first->point, "engine"),
                             &grid->values[engine][0]) ||
          first->queries != second->queries ||
          !limen_report_same_but(noises->report->plan, first->point, second->point, but_engine))
        continue;
      status = limen_grow(out, &capacity, *count + 1, sizeof **out, error);
      if (status != LIMEN_OK) break;
      struct recall_engines *one = &(*out)[(*count)++];
      *one = (struct recall_engines){.noise = i,
                                     .other = j,
                                     .first = limen_grid_string(grid, first->point, "engine"),
                                     .second = limen_grid_string(grid, second->point, "engine")};
      status = compare(noises, first, second, one, error);
    }
  return status;
}

double recall_queries_needed(const struct recall_noise *noise, double other, size_t builds,
                             double target) {
  const double B = (double)builds, left = target * target - 2 * noise->own / B;
  if (left <= 0) return INFINITY;
  return fmax(1, ceil((other + 2 * noise->interaction / B) / left));
}

/* ---- all of them ---- */

/* Orders and seeds of a point; false when the builds that are there are not all of a crossing. */
static bool crossing_of(const struct limen_plan *plan, const struct recall_group *group,
                        size_t *orders, size_t *seeds) {
  const size_t all = recall_replicates(plan, group->point);
  int64_t last[2] = {0};
  recall_replicate(plan, group->point, all - 1, last);
  *seeds = (size_t)last[0] + 1;
  *orders = (size_t)last[1] + 1;
  return group->missing == 0 && *orders * *seeds == all && *orders > 1 && *seeds > 1;
}

/* Pooled over the cells of a point, each with as many builds on several threads. */
static int threads_of(const struct limen_plan *plan, struct recall_noise *noise,
                      struct limen_error *error) {
  const struct limen_cell **cells = NULL;
  const double tail = (1 - RECALL_CONFIDENCE) / 2;
  size_t count = 0, known = 0;
  double sum = 0;
  int status = recall_cells(plan, noise->point, &cells, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    double sd = cells[i]->answer.values[noise->row * RECALL_MEASURES + RECALL_PARALLEL_SD];
    if (isnan(sd)) continue;
    sum += sd * sd;
    known++;
  }
  noise->threads = noise->threads_lower = noise->threads_upper = NAN;
  if (status == LIMEN_OK && known > 0) {
    double df = (double)known * (double)(limen_grid_integer(&plan->grid, 0, "parallel_builds") - 1);
    noise->threads = sum / (double)known;
    noise->threads_lower = df * noise->threads / gsl_cdf_chisq_Qinv(tail, df);
    noise->threads_upper = df * noise->threads / gsl_cdf_chisq_Pinv(tail, df);
  }
  limen_free(cells);
  return status;
}

static int add(struct recall_noises *noises, const struct recall_group *group, size_t orders,
               size_t seeds, struct limen_error *error) {
  const struct limen_plan *plan = noises->report->plan;
  struct recall_noise *noise = &noises->noise[noises->count];
  struct recall_builds builds = {0};
  *noise = (struct recall_noise){.point = group->point, .row = group->row, .ef = group->ef};
  int status = recall_builds_read(plan, group->point, group->row, &builds, error);
  if (status == LIMEN_OK)
    status = recall_noise_of(builds.recall, orders, seeds, builds.queries, noise, error);
  if (status == LIMEN_OK) status = threads_of(plan, noise, error);
  if (status == LIMEN_OK) noises->count++;
  recall_builds_clear(&builds);
  return status;
}

int recall_noises_init(struct recall_noises *noises, const struct recall_report *report,
                       struct limen_error *error) {
  *noises = (struct recall_noises){.report = report};
  noises->noise = limen_alloc(report->count, sizeof *noises->noise, error);
  int status = noises->noise ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; i < report->count && status == LIMEN_OK; i++) {
    size_t orders, seeds;
    if (crossing_of(report->plan, &report->groups[i], &orders, &seeds))
      status = add(noises, &report->groups[i], orders, seeds, error);
    else
      noises->uncrossed++;
  }
  return status;
}

void recall_noises_clear(struct recall_noises *noises) {
  limen_free(noises->noise);
  *noises = (struct recall_noises){0};
}
