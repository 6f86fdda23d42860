/* A certificate for every point: the largest number of documents that was proved there. */
#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "experiments/kinds/precision/summary.h"
#include "limits/certificate_pairs.h"
#include "limits/kept_claim.h"

char *precision_certificate_name(const struct limen_plan *plan, size_t point,
                                 struct limen_error *error) {
  struct limen_text name = {0};
  limen_plan_axes(plan, point, -1, &name);
  char *copy = limen_text_status(&name, error) == LIMEN_OK
                   ? limen_copy_text(limen_text_string(&name), error)
                   : NULL;
  limen_text_clear(&name);
  for (char *c = copy; c && *c; c++)
    if (*c == '/') *c = '_';
  return copy;
}

int precision_kept_certify(const char *folder, const char *name, const char *about,
                           const struct precision_kept *kept,
                           const struct limen_quantiser *quantiser, struct limen_error *error) {
  const struct limen_pair_queries queries = {.frame = kept->frame.count > 0 ? &kept->frame : NULL,
                                             .classes = kept->classes,
                                             .count = kept->count,
                                             .pair = kept->pair,
                                             .query = kept->query};
  if (!kept->documents)
    return limen_certificate_write_torus(folder, name, about, &kept->frame, quantiser,
                                         kept->classes, error);
  return limen_certificate_write_stored(folder, name, about, kept->n, kept->d, kept->documents,
                                        quantiser, &queries, error);
}

static int certify_point(const struct limen_plan *plan, const struct precision_point *point,
                         const char *folder, struct limen_error *error) {
  struct precision_kept kept = {0};
  char *name = precision_certificate_name(plan, point->point, error);
  char *about =
      limen_print(error, "%s, seed %" PRId64, precision_construction(point->cell, point->row),
                  limen_cell_integer(point->cell, "seed"));
  int status = name && about ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) status = precision_kept_read(plan, point->cell, point->row, &kept, error);
  if (status == LIMEN_OK)
    status = precision_kept_certify(folder, name, about, &kept, point->quantiser, error);
  precision_kept_clear(&kept);
  limen_free(name);
  limen_free(about);
  return status;
}

int precision_certify(const struct limen_plan *plan, const char *folder,
                      struct limen_error *error) {
  struct precision_point *points = NULL;
  size_t count = 0;
  int status = precision_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    if (points[i].n > 0) status = certify_point(plan, &points[i], folder, error);
  limen_free(points);
  return status;
}

/* ---- looking again ---- */

/* The command has proved every certificate that is there; what is left to see is that each number
 * of documents has one. */
static int check_point(const struct limen_plan *plan, const struct precision_point *point,
                       struct limen_error *error) {
  char *name = precision_certificate_name(plan, point->point, error);
  json_int_t documents = 0, d = 0;
  const char *arithmetic = "";
  struct limen_kept_claim claim;
  int status = limen_kept_claim_read(limen_store_folder(plan->store), name, &claim, error);
  if (status == LIMEN_OK)
    status = limen_json_unpack(claim.root, NULL, error, "{s:I, s:I, s:s}", "documents", &documents,
                               "d", &d, "arithmetic", &arithmetic);
  if (status == LIMEN_INPUT ||
      (status == LIMEN_OK && ((size_t)documents != point->n || (size_t)d != point->d ||
                              strcmp(arithmetic, point->quantiser->name) != 0)))
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s is about %lld documents in %lld dimensions of %.30s; the run says %zu "
                        "in %zu of %s",
                        claim.path, (long long)documents, (long long)d, arithmetic, point->n,
                        point->d, point->quantiser->name);
  limen_kept_claim_clear(&claim);
  limen_free(name);
  return status;
}

int precision_verify(const struct limen_plan *plan, struct limen_text *words,
                     struct limen_error *error) {
  struct precision_point *points = NULL;
  size_t count = 0, checked = 0;
  int status = precision_points(plan, &points, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (points[i].n == 0) continue;
    status = check_point(plan, &points[i], error);
    checked++;
  }
  limen_free(points);
  limen_text_print(words,
                   "%zu numbers of documents, one a dimension and arithmetic, each have "
                   "their certificate",
                   checked);
  return status;
}
