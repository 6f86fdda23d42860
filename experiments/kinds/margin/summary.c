/* What the points came to, their bounds, and a certificate for each. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "experiments/kinds/margin/margin.h"
#include "limits/kept_claim.h"
#include "limits/margin_bounds.h"
#include "run/stored_vectors.h"

/* ---- points ---- */

static double best_of(const struct margin_point *point) {
  return point->cell ? point->cell->answer.values[MARGIN_BEST] : NAN;
}

static void inherit(struct margin_point *points, size_t count) {
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++) {
      struct margin_point *to = &points[i];
      const struct margin_point *from = &points[j];
      const double margin = best_of(from);
      if (from->k != to->k || from->n < to->n || from->d > to->d || !(margin > 0)) continue;
      if (margin < to->margin || (margin == to->margin && from != to)) continue;
      to->margin = margin;
      to->from = from;
    }
}

int margin_points(const struct limen_plan *plan, struct margin_point **out, size_t *count,
                  struct limen_error *error) {
  const int64_t none[1] = {0};
  *count = limen_grid_points(&plan->grid);
  if (!(*out = limen_alloc(*count, sizeof **out, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < *count; i++) {
    struct margin_point *point = &(*out)[i];
    *point = (struct margin_point){.point = i,
                                   .k = limen_grid_integer(&plan->grid, i, "k"),
                                   .n = limen_grid_integer(&plan->grid, i, "n"),
                                   .d = limen_grid_integer(&plan->grid, i, "d"),
                                   .cell = limen_plan_peek(plan, i, none)};
    const double n = (double)point->n, k = (double)point->k;
    point->waiting = !point->cell;
    point->bound = fmin(limen_margin_ceiling(n, k), limen_margin_packing(n, k, (double)point->d));
  }
  inherit(*out, *count);
  return LIMEN_OK;
}

int margin_summarise(const struct limen_plan *plan, struct limen_summary *out,
                     struct limen_error *error) {
  struct margin_point *points = NULL;
  size_t count = 0;
  int status = margin_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    struct limen_text name = {0};
    if (points[i].waiting || !points[i].from) continue;
    limen_text_add(&name, "margin/");
    limen_plan_axes(plan, points[i].point, -1, &name);
    const struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                          .value = points[i].margin,
                                          .lower = points[i].margin,
                                          .upper = points[i].bound,
                                          .unit = "score",
                                          .higher_is_better = true,
                                          .n = 1};
    status = limen_text_status(&name, error);
    if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
    limen_text_clear(&name);
  }
  limen_free(points);
  return status;
}

/* ---- certificates ---- */

static char *certificate_name(const struct margin_point *point, struct limen_error *error) {
  return limen_print(error, "k=%" PRId64 "_n=%" PRId64 "_d=%" PRId64, point->k, point->n, point->d);
}

static int certify_one(const struct limen_plan *plan, const struct margin_point *point,
                       const char *folder, struct limen_error *error) {
  const struct limen_stored_vectors stored = {.documents = "documents",
                                              .queries = "queries",
                                              .n = (size_t)point->n,
                                              .k = (size_t)point->k,
                                              .d = (size_t)point->d};
  char *name = certificate_name(point, error);
  int status = name ? limen_stored_vectors_certify(plan, point->cell, &stored, folder, name,
                                                   margin_winner_name(point->cell), error)
                    : LIMEN_FAILED;
  limen_free(name);
  return status;
}

int margin_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error) {
  struct margin_point *points = NULL;
  size_t count = 0;
  int status = margin_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    if (points[i].from == &points[i]) status = certify_one(plan, &points[i], folder, error);
  limen_free(points);
  return status;
}

/* ---- looking again ---- */

/* The command has proved every certificate; what is left is that each margin follows from one.
 * Stored vectors are of length 1 up to a few units of float32. */
static int check_point(const struct limen_plan *plan, const struct margin_point *point,
                       struct limen_error *error) {
  const double slack = 1e-6;
  char *name = certificate_name(point->from, error);
  json_int_t n = 0, k = 0, d = 0;
  double margin = 0, bound = 0;
  struct limen_kept_claim claim;
  int status = limen_kept_claim_read(limen_store_folder(plan->store), name, &claim, error);
  if (status == LIMEN_OK)
    status =
        limen_json_unpack(claim.root, NULL, error, "{s:I, s:I, s:I, s:F, s:F}", "documents", &n,
                          "k", &k, "d", &d, "worst_margin", &margin, "error_bound", &bound);
  if (status == LIMEN_INPUT ||
      (status == LIMEN_OK && (n < point->n || k != point->k || d > point->d ||
                              (margin - bound) / 2 < point->margin * (1 - slack))))
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s is about a gap of %.6g of %lld documents in %lld dimensions; the run "
                        "says a margin of %.6g of %" PRId64 " in %" PRId64,
                        claim.path, margin, (long long)n, (long long)d, point->margin, point->n,
                        point->d);
  limen_kept_claim_clear(&claim);
  limen_free(name);
  return status;
}

int margin_verify(const struct limen_plan *plan, struct limen_text *words,
                  struct limen_error *error) {
  struct margin_point *points = NULL;
  size_t count = 0, checked = 0;
  int status = margin_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (!points[i].from) continue;
    status = check_point(plan, &points[i], error);
    checked++;
  }
  limen_free(points);
  limen_text_print(words, "%zu margins each follow from a certificate", checked);
  return status;
}
