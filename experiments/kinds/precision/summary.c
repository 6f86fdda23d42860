#include "experiments/kinds/precision/summary.h"
#include "base/count.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

double precision_value(const struct limen_cell *cell, size_t row, enum precision_measure measure) {
  return cell->answer.values[row * PRECISION_MEASURES + measure];
}

const char *precision_construction(const struct limen_cell *cell, size_t row) {
  return limen_cell_value(cell, row, "construction").as.string;
}

/* With M = codes^d, n (n - 1) / 2 <= M for n = (1 + sqrt(1 + 8 M)) / 2. */
double precision_ceiling(const struct limen_quantiser *quantiser, size_t d) {
  const double queries = pow(quantiser->codes, (double)d);
  return floor((1 + sqrt(1 + 8 * queries)) / 2);
}

/* ---- points ---- */

static void add_cell(struct precision_point *point, const struct limen_cell *cell) {
  point->cells++;
  for (size_t row = 0; row < cell->rows; row++) {
    const double n = precision_value(cell, row, PRECISION_N);
    if (limen_count_of(n) <= point->n) continue;
    point->n = limen_count_of(n);
    point->cell = cell;
    point->row = row;
    point->more = precision_value(cell, row, PRECISION_ENDED) == PRECISION_SPENT ||
                  (int64_t)point->n >= limen_cell_integer(cell, "n_most");
  }
}

/* Whether what is proved at one point is proved at another, with more coordinates. Signs have no 0:
 * two coordinates more, the same in every document and of opposite signs in every query, add up to
 * nothing. */
static bool implies(const struct precision_point *a, const struct precision_point *b) {
  if (a->quantiser != b->quantiser || a->d > b->d) return false;
  return a->quantiser->bits > 1 || (b->d - a->d) % 2 == 0;
}

static void inherit(struct precision_point *points, size_t count) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++) {
      if (points[j].n <= points[i].certified || !implies(&points[j], &points[i])) continue;
      points[i].certified = points[j].n;
      points[i].from = &points[j];
    }
}

int precision_points(const struct limen_plan *plan, struct precision_point **out, size_t *count,
                     struct limen_error *error) {
  const int64_t first = limen_grid_integer(&plan->grid, 0, "first_seed");
  const int64_t seeds = limen_grid_integer(&plan->grid, 0, "seeds");
  *count = limen_grid_points(&plan->grid);
  if (!(*out = limen_alloc(*count, sizeof **out, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < *count; i++) {
    struct precision_point *point = &(*out)[i];
    point->point = i;
    point->d = (size_t)limen_grid_integer(&plan->grid, i, "d");
    point->quantiser = limen_quantiser_find(limen_grid_string(&plan->grid, i, "arithmetic"));
    point->ceiling = precision_ceiling(point->quantiser, point->d);
    for (int64_t s = first; s < first + seeds; s++) {
      const struct limen_cell *cell = limen_plan_peek(plan, i, &s);
      if (cell)
        add_cell(point, cell);
      else
        point->missing++;
    }
  }
  inherit(*out, *count);
  return LIMEN_OK;
}

/* ---- headline numbers ---- */

static int add_metric(const struct limen_plan *plan, const struct precision_point *point,
                      struct limen_summary *out, struct limen_error *error) {
  struct limen_text name = {0};
  limen_text_add(&name, "n_star/");
  limen_plan_axes(plan, point->point, -1, &name);
  limen_text_add(&name, "/construction=best"); /* of those that were tried */
  int status = limen_text_status(&name, error);
  const struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                        .value = (double)point->certified,
                                        .lower = (double)point->certified,
                                        .upper = NAN,
                                        .unit = "documents",
                                        .higher_is_better = true,
                                        .n = point->cells};
  if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
  limen_text_clear(&name);
  return status;
}

int precision_summarise(const struct limen_plan *plan, struct limen_summary *out,
                        struct limen_error *error) {
  struct precision_point *points = NULL;
  size_t count = 0;
  int status = precision_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    if (points[i].missing == 0 && points[i].certified > 0)
      status = add_metric(plan, &points[i], out, error);
  limen_free(points);
  return status;
}

/* ---- raw answers ---- */

void precision_kept_clear(struct precision_kept *kept) {
  limen_free(kept->classes);
  limen_free(kept->documents);
  limen_free(kept->query);
  limen_free(kept->pair);
  *kept = (struct precision_kept){0};
}

static int read(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                const char *name, void *bytes, size_t *count, struct limen_error *error) {
  return limen_store_answer(plan->store, cell->key, row, name, bytes, count, error);
}

static int read_frame(const uint32_t *numbers, size_t bytes, struct limen_torus *out) {
  const size_t count = bytes / sizeof *numbers;
  if (!numbers) return LIMEN_OK;
  if (count < 2 || numbers[1] > LIMEN_TORUS_MOST || count != 2 + 2 * (size_t)numbers[1])
    return LIMEN_INPUT;
  out->n = numbers[0];
  out->count = numbers[1];
  for (uint32_t j = 0; j < out->count; j++) {
    out->frequency[j] = numbers[2 + j];
    out->weight[j] = numbers[2 + out->count + j];
  }
  return LIMEN_OK;
}

/* Whether the lengths of what was read fit the number of documents. */
static bool fits(const struct precision_kept *kept, size_t classes, size_t documents, size_t pairs,
                 size_t queries, bool by_pairs) {
  if (kept->frame.count > 0 &&
      (kept->frame.n != kept->n || classes != kept->n / 2 * kept->frame.count * sizeof(double)))
    return false;
  if (kept->frame.count == 0 && !by_pairs) return false;
  if (!by_pairs) return true;
  return documents == kept->n * kept->d * sizeof(double) &&
         pairs == 2 * kept->count * sizeof(uint32_t) &&
         queries == kept->count * kept->d * sizeof(double);
}

int precision_kept_load(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                        size_t n, size_t d, enum precision_how how, struct precision_kept *out,
                        struct limen_error *error) {
  size_t frame = 0, classes = 0, documents = 0, pairs = 0, queries = 0;
  void *numbers = NULL;
  *out = (struct precision_kept){.n = n, .d = d};
  int status = read(plan, cell, row, "frame", &numbers, &frame, error);
  if (status == LIMEN_OK) status = read(plan, cell, row, "classes", &out->classes, &classes, error);
  if (status == LIMEN_OK)
    status = read(plan, cell, row, "documents", &out->documents, &documents, error);
  if (status == LIMEN_OK) status = read(plan, cell, row, "pairs", &out->pair, &pairs, error);
  if (status == LIMEN_OK) status = read(plan, cell, row, "queries", &out->query, &queries, error);
  if (status == LIMEN_OK) {
    out->count = out->pair ? pairs / (2 * sizeof(uint32_t)) : 0;
    if (read_frame(numbers, frame, &out->frame) != LIMEN_OK ||
        !fits(out, classes, documents, out->pair ? pairs : 0, out->query ? queries : 0,
              how == PRECISION_BY_PAIRS))
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "the store's answers of cell%.400s do not fit each other: run it again "
                          "with --fresh",
                          strchr(cell->text, ' '));
  }
  limen_free(numbers);
  if (status != LIMEN_OK) precision_kept_clear(out);
  return status;
}

int precision_kept_read(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                        struct precision_kept *out, struct limen_error *error) {
  const double how = precision_value(cell, row, PRECISION_HOW);
  return precision_kept_load(
      plan, cell, row, limen_count_of(precision_value(cell, row, PRECISION_N)),
      (size_t)limen_cell_integer(cell, "d"),
      how == PRECISION_BY_PAIRS ? PRECISION_BY_PAIRS : PRECISION_BY_CLASSES, out, error);
}

int precision_attempts(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                       double **attempts, size_t *count, struct limen_error *error) {
  void *bytes = NULL;
  size_t length = 0;
  int status = read(plan, cell, row, "attempts", &bytes, &length, error);
  *attempts = bytes;
  *count = status == LIMEN_OK && bytes ? length / (PRECISION_ATTEMPT_FIELDS * sizeof(double)) : 0;
  return status;
}
