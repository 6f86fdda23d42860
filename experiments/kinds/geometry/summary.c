/* What the points came to, and a certificate for each. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/count.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "experiments/kinds/geometry/geometry.h"
#include "experiments/kinds/precision/summary.h"
#include "limits/certificate.h"
#include "limits/kept_claim.h"
#include "run/stored_vectors.h"

/* Whether what is proved at `from` is proved at `to`: a coordinate that is 0 in every query changes
 * no score, and the same numbers are stored. Codewords are numbers of every format; they have no
 * scale. */
static bool serves(const struct geometry_point *from, const struct geometry_point *to) {
  if (!from->cell || from->d > to->d) return false;
  const bool code =
      from->format->bits == 1 && geometry_value(from->cell, GEOMETRY_HOW) == GEOMETRY_BY_FORMULA;
  return code || limen_quantiser_holds(to->format, from->format);
}

int geometry_points(const struct limen_plan *plan, struct geometry_point **out, size_t *count,
                    struct limen_error *error) {
  *count = limen_grid_points(&plan->grid);
  if (!(*out = limen_alloc(*count, sizeof **out, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < *count; i++) {
    (*out)[i].point = i;
    geometry_search(NULL, plan, &(*out)[i]);
  }
  for (size_t i = 0; i < *count; i++)
    for (size_t j = 0; j < *count; j++) {
      struct geometry_point *to = &(*out)[i];
      const struct geometry_point *from = &(*out)[j];
      if (!serves(from, to)) continue;
      const double n = geometry_value(from->cell, GEOMETRY_N);
      if (n < to->n || (n == to->n && from != to)) continue;
      to->n = n;
      to->from = from;
    }
  return LIMEN_OK;
}

static int add_metric(const struct limen_plan *plan, const struct geometry_point *point,
                      const char *measure, double n, struct limen_summary *out,
                      struct limen_error *error) {
  struct limen_text name = {0};
  limen_text_add(&name, measure);
  limen_plan_axes(plan, point->point, -1, &name);
  const struct limen_headline metric = {.name = (char *)limen_text_string(&name),
                                        .value = n,
                                        .lower = n,
                                        .upper = NAN,
                                        .unit = "documents",
                                        .higher_is_better = true,
                                        .n = point->cells};
  int status = limen_text_status(&name, error);
  if (status == LIMEN_OK) status = limen_summary_add(out, &metric, error);
  limen_text_clear(&name);
  return status;
}

int geometry_summarise(const struct limen_plan *plan, struct limen_summary *out,
                       struct limen_error *error) {
  struct geometry_point *points = NULL;
  size_t count = 0;
  int status = geometry_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (points[i].waiting) continue;
    if (points[i].from) status = add_metric(plan, &points[i], "n_proved/", points[i].n, out, error);
    if (points[i].trained && status == LIMEN_OK)
      status = add_metric(plan, &points[i], "n_trained/",
                          geometry_value(points[i].trained, GEOMETRY_N), out, error);
  }
  limen_free(points);
  return status;
}

/* ---- certificates ---- */

static char *certificate_name(const struct geometry_point *point, struct limen_error *error) {
  return limen_print(error, "format=%s_d=%" PRId64, point->format->name, point->d);
}

static int lacks(const struct limen_cell *cell, struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the store's answers of cell %.300s do not fit each other: run it again with "
                    "--fresh",
                    cell->text);
}

static int certify_formula(const struct limen_plan *plan, const struct geometry_point *point,
                           const char *folder, const char *name, struct limen_error *error) {
  void *text = NULL, *margin = NULL;
  size_t length = 0, bytes = 0;
  json_t *parameters = NULL;
  const char *key = point->cell->key;
  const struct limen_construction *family =
      limen_construction_find(point->format->bits == 1 ? "code" : "harmonic");
  int status = limen_store_answer(plan->store, key, 0, "parameters", &text, &length, error);
  if (status == LIMEN_OK)
    status = limen_store_answer(plan->store, key, 0, "margin", &margin, &bytes, error);
  if (status == LIMEN_OK && (!text || !margin || bytes != 2 * sizeof(double)))
    status = lacks(point->cell, error);
  if (status == LIMEN_OK) status = limen_json_read(text, length, 0, &parameters, NULL, error);
  if (status == LIMEN_OK)
    status = limen_certificate_write_constructed(
        folder, name, family->about,
        &(struct limen_constructed){
            .construction = family,
            .parameters = parameters,
            .documents = limen_count_of(geometry_value(point->cell, GEOMETRY_N)),
            .k = (size_t)limen_cell_integer(point->cell, "k"),
            .d = limen_count_of(geometry_value(point->cell, GEOMETRY_D)),
            .margin = ((const double *)margin)[0],
            .error = ((const double *)margin)[1]},
        error);
  json_decref(parameters);
  limen_free(text);
  limen_free(margin);
  return status;
}

static int certify_layout(const struct limen_plan *plan, const struct geometry_point *point,
                          const char *folder, const char *name, struct limen_error *error) {
  struct precision_kept kept = {0};
  const enum precision_how how = geometry_value(point->cell, GEOMETRY_HOW) == GEOMETRY_BY_PAIRS
                                     ? PRECISION_BY_PAIRS
                                     : PRECISION_BY_CLASSES;
  int status = precision_kept_load(plan, point->cell, 0,
                                   limen_count_of(geometry_value(point->cell, GEOMETRY_N)),
                                   (size_t)point->d, how, &kept, error);
  if (status == LIMEN_OK)
    status =
        precision_kept_certify(folder, name, "a layout of documents", &kept, point->format, error);
  precision_kept_clear(&kept);
  return status;
}

static char *trained_name(const struct geometry_point *point, struct limen_error *error) {
  return limen_print(error, "trained_d=%" PRId64, point->d);
}

static int certify_trained(const struct limen_plan *plan, const struct geometry_point *point,
                           const char *folder, struct limen_error *error) {
  const struct limen_stored_vectors stored = {
      .documents = "trained_documents",
      .queries = "trained_queries",
      .n = limen_count_of(geometry_value(point->trained, GEOMETRY_N)),
      .k = (size_t)limen_cell_integer(point->trained, "k"),
      .d = (size_t)point->d};
  char *name = trained_name(point, error);
  int status = name ? limen_stored_vectors_certify(plan, point->trained, &stored, folder, name,
                                                   "training for the widest gap", error)
                    : LIMEN_FAILED;
  limen_free(name);
  return status;
}

int geometry_certify(const struct limen_plan *plan, const char *folder, struct limen_error *error) {
  struct geometry_point *points = NULL;
  size_t count = 0;
  int status = geometry_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (points[i].trained) status = certify_trained(plan, &points[i], folder, error);
    if (status != LIMEN_OK || points[i].from != &points[i])
      continue; /* nothing, or a smaller d proves as much */
    char *name = certificate_name(&points[i], error);
    const bool formula = geometry_value(points[i].cell, GEOMETRY_HOW) == GEOMETRY_BY_FORMULA;
    status =
        name ? (formula ? certify_formula : certify_layout)(plan, &points[i], folder, name, error)
             : LIMEN_FAILED;
    limen_free(name);
  }
  limen_free(points);
  return status;
}

/* The command has proved every certificate that is there; what is left is that every number has
 * one, about as many documents and no more dimensions. */
static int check_point(const struct limen_plan *plan, const struct geometry_point *point,
                       bool trained, struct limen_error *error) {
  const double wanted = trained ? geometry_value(point->trained, GEOMETRY_N) : point->n;
  char *name = trained ? trained_name(point, error) : certificate_name(point->from, error);
  json_int_t documents = 0, d = 0;
  struct limen_kept_claim claim;
  int status = limen_kept_claim_read(limen_store_folder(plan->store), name, &claim, error);
  if (status == LIMEN_OK)
    status =
        limen_json_unpack(claim.root, NULL, error, "{s:I, s:I}", "documents", &documents, "d", &d);
  if (status == LIMEN_INPUT || (status == LIMEN_OK && ((double)documents < wanted || d > point->d)))
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s is about %lld documents in %lld dimensions; the run says %.0f in "
                        "%" PRId64 " of %s",
                        claim.path, (long long)documents, (long long)d, wanted, point->d,
                        point->format->name);
  limen_kept_claim_clear(&claim);
  limen_free(name);
  return status;
}

int geometry_verify(const struct limen_plan *plan, struct limen_text *words,
                    struct limen_error *error) {
  struct geometry_point *points = NULL;
  size_t count = 0, checked = 0;
  int status = geometry_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (points[i].trained) status = check_point(plan, &points[i], true, error);
    if (status != LIMEN_OK || !points[i].from) continue;
    status = check_point(plan, &points[i], false, error);
    checked++;
  }
  limen_free(points);
  limen_text_print(words,
                   "%zu numbers of documents, one a format and dimension, each have their "
                   "certificate",
                   checked);
  return status;
}
