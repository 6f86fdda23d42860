#include "limits/layout.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "limits/min_norm.h"

#define LIMEN_ENTRY(entry) extern const struct limen_layout entry;
#include "limits/layouts.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_layout *const layouts[] = {
#include "limits/layouts.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_layout *limen_layout_at(size_t i) {
  return i < sizeof layouts / sizeof *layouts ? layouts[i] : NULL;
}

const char *limen_layout_name(size_t i) {
  return limen_layout_at(i) ? limen_layout_at(i)->name : NULL;
}

const struct limen_layout *limen_layout_find(const char *name) {
  for (size_t i = 0; layouts[i]; i++)
    if (strcmp(layouts[i]->name, name) == 0) return layouts[i];
  return NULL;
}

int limen_layout_documents(const struct limen_layout *layout, const struct limen_placing *placing,
                           double *out, struct limen_error *error) {
  const size_t most = layout->most(placing->d, placing->k);
  if (placing->k < 1 || placing->n <= placing->k)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: queries want %zu of %zu documents; they want at least 1 and not all",
                      layout->name, placing->k, placing->n);
  if (placing->n > most)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has at most %zu documents for k = %zu in %zu dimensions, not %zu",
                      layout->name, most, placing->k, placing->d, placing->n);
  return layout->documents(placing, out, error);
}

/* ---- queries ---- */

static bool is_in(const uint32_t *set, size_t k, size_t v) {
  for (size_t s = 0; s < k; s++)
    if (set[s] == v) return true;
  return false;
}

static int best(const struct limen_placing *placing, const double *documents, const uint32_t *set,
                double *out, struct limen_error *error) {
  static const struct limen_min_norm_settings settings = {
      .enough = 0, .aim = INFINITY, .tolerance = 1e-9, .rounds = 2000};
  const size_t n = placing->n, d = placing->d, k = placing->k, count = k * (n - k);
  struct limen_min_norm_answer answer;
  struct limen_min_norm *solver = limen_min_norm_alloc(d, error);
  double *points = limen_alloc(count * d, sizeof *points, error);
  if (solver && points) {
    size_t at = 0;
    for (size_t v = 0; v < n; v++)
      for (size_t s = 0; s < k && !is_in(set, k, v); s++, at++)
        for (size_t i = 0; i < d; i++)
          points[i * count + at] = documents[set[s] * d + i] - documents[v * d + i];
    limen_min_norm_solve(solver, count, count, points, &settings, &answer);
    memcpy(out, answer.direction, d * sizeof *out);
  }
  limen_free(points);
  limen_min_norm_free(solver);
  return solver && points ? LIMEN_OK : LIMEN_FAILED;
}

static double lead(const struct limen_placing *placing, const double *documents,
                   const uint32_t *set, const double *query) {
  double lowest = INFINITY, highest = -INFINITY, square = 0;
  for (size_t i = 0; i < placing->d; i++) square += query[i] * query[i];
  for (size_t v = 0; v < placing->n; v++) {
    double score = 0;
    for (size_t i = 0; i < placing->d; i++) score += query[i] * documents[v * placing->d + i];
    if (is_in(set, placing->k, v))
      lowest = fmin(lowest, score);
    else
      highest = fmax(highest, score);
  }
  return square > 0 ? (lowest - highest) / sqrt(square) : 0;
}

int limen_layout_query(const struct limen_layout *layout, const struct limen_placing *placing,
                       const double *documents, const uint32_t *set, double *out, double *gap,
                       struct limen_error *error) {
  int status = LIMEN_OK;
  if (layout->query)
    layout->query(placing, documents, set, out);
  else
    status = best(placing, documents, set, out, error);
  if (status == LIMEN_OK && gap) *gap = lead(placing, documents, set, out);
  return status;
}
