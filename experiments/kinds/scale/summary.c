#include "experiments/kinds/scale/summary.h"
#include "base/count.h"

#include <math.h>

#include "base/json.h"
#include "base/memory.h"
#include "limits/certificate.h"

int scale_points(const struct limen_plan *plan, struct scale_point **points, size_t *count,
                 struct limen_error *error) {
  const struct limen_grid *grid = &plan->grid;
  *count = limen_grid_points(grid);
  if (!(*points = limen_alloc(*count, sizeof **points, error))) return LIMEN_FAILED;
  for (size_t p = 0; p < *count; p++) {
    struct scale_search search = {.finished = plan, .point = p};
    scale_search(&search);
    (*points)[p] = (struct scale_point){.point = p,
                                        .family = scale_family(grid, p),
                                        .n = limen_grid_integer(grid, p, "n"),
                                        .k = limen_grid_integer(grid, p, "k"),
                                        .cell = search.best,
                                        .values = search.best ? search.best->answer.values : NULL,
                                        .attempts = search.attempts,
                                        .waiting = search.waiting};
  }
  return LIMEN_OK;
}

/* ---- headline numbers ---- */

int scale_summarise(const struct limen_plan *plan, struct limen_summary *out,
                    struct limen_error *error) {
  struct scale_point *points = NULL;
  size_t count = 0;
  int status = scale_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    struct limen_text name = {0};
    if (!points[i].cell || points[i].waiting) continue;
    limen_text_add(&name, "smallest_d/");
    limen_plan_axes(plan, points[i].point, -1, &name);
    struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                    .value = points[i].values[SCALE_DIMENSIONS],
                                    .lower = NAN,
                                    .upper = points[i].values[SCALE_DIMENSIONS],
                                    .unit = "dimensions",
                                    .higher_is_better = false,
                                    .n = points[i].attempts};
    status = limen_text_status(&name, error);
    if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
    limen_text_clear(&name);
  }
  limen_free(points);
  return status;
}

/* ---- certificates ---- */

char *scale_certificate_name(const struct scale_point *point, struct limen_error *error) {
  return limen_print(error, "%s_n=%lld_k=%lld", point->family->name, (long long)point->n,
                     (long long)point->k);
}

static int certify_one(const struct limen_plan *plan, const struct scale_point *point,
                       const char *folder, struct limen_error *error) {
  void *text = NULL;
  size_t length = 0;
  json_t *parameters = NULL;
  char *name = scale_certificate_name(point, error);
  int status = name ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status =
        limen_store_answer(plan->store, point->cell->key, 0, "parameters", &text, &length, error);
  const bool found = status == LIMEN_OK;
  if (found)
    status = text ? limen_json_read(text, length, 0, &parameters, NULL, error) : LIMEN_INPUT;
  if (found && status == LIMEN_INPUT)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "the store lacks the parameters of cell %.300s: run it again with --fresh",
                        point->cell->text);
  if (status == LIMEN_OK)
    status = limen_certificate_write_constructed(
        folder, name, point->family->about,
        &(struct limen_constructed){.construction = point->family,
                                    .parameters = parameters,
                                    .documents = (uint64_t)point->values[SCALE_DOCUMENTS],
                                    .k = (size_t)point->k,
                                    .d = limen_count_of(point->values[SCALE_DIMENSIONS]),
                                    .margin = point->values[SCALE_MARGIN],
                                    .error = point->values[SCALE_BOUND]},
        error);
  json_decref(parameters);
  limen_free(text);
  limen_free(name);
  return status;
}

int scale_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error) {
  struct scale_point *points = NULL;
  size_t count = 0;
  int status = scale_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    if (points[i].cell) status = certify_one(plan, &points[i], folder, error);
  limen_free(points);
  return status;
}
