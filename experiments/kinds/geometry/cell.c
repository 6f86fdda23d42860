/* One cell: a hunt over layouts, a formula of n documents, or a training of them. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"
#include "experiments/kinds/geometry/geometry.h"
#include "experiments/kinds/precision/hunt.h"
#include "experiments/kinds/scale/scale.h"
#include "limits/proof.h"
#include "limits/widest_training.h"

/* ---- the hunt ---- */

static struct precision_task task_of(const struct limen_cell *cell) {
  return (struct precision_task){
      .cell = cell,
      .quantiser = limen_quantiser_find(limen_cell_string(cell, "format")),
      .k = (size_t)limen_cell_integer(cell, "k"),
      .d = (size_t)limen_cell_integer(cell, "d"),
      .seed = (uint64_t)limen_cell_integer(cell, "first_seed"),
      .n_most = (size_t)limen_cell_integer(cell, "n_hunt"),
      .pairs_most = (size_t)limen_cell_integer(cell, "pairs_most"),
      .mend = 200,
      .proposals = (uint64_t)limen_cell_integer(cell, "proposals"),
      .patience = 300,
      .work = (uint64_t)(1e6 * limen_cell_real(cell, "work")),
      .weight_most = 2,
  };
}

/* Over all layouts of the registry; the first of those with most documents is kept. */
static int hunt(const struct limen_cell *cell, struct limen_answer *answer,
                struct limen_error *error) {
  const struct precision_task task = task_of(cell);
  struct precision_found best = {0};
  int status = LIMEN_OK;
  for (size_t i = 0; limen_layout_at(i) && status == LIMEN_OK; i++) {
    struct precision_hunt one = {0};
    status = precision_hunt_run(&task, limen_layout_at(i), &one, error);
    if (status == LIMEN_OK && one.best.n > best.n) {
      precision_found_clear(&best);
      best = one.best;
      one.best = (struct precision_found){0};
    }
    precision_hunt_clear(&one);
  }
  if (status == LIMEN_OK && best.n > 0) {
    answer->values[GEOMETRY_N] = (double)best.n;
    answer->values[GEOMETRY_HOW] = best.how;
    answer->values[GEOMETRY_D] = (double)task.d;
    answer->values[GEOMETRY_LEAD] = best.left;
    status = precision_keep(task.d, &best, 0, answer, error);
  }
  precision_found_clear(&best);
  return status;
}

/* ---- formulas ---- */

/* A code of n documents has as many more as its symbols allow, and the proof covers them. */
static void all_of_code(const double *values, struct scale_found *found) {
  const double size = pow(values[SCALE_Q], values[SCALE_OUTER_DIMENSION]);
  if (size <= 0x1p53) found->documents = (uint64_t)size;
}

static int keep(const struct limen_cell *cell, const double *values,
                const struct scale_found *found, bool code, struct limen_answer *answer,
                struct limen_error *error) {
  const int64_t d = limen_cell_integer(cell, "d");
  const double used = code ? values[SCALE_OUTER_LENGTH] * values[SCALE_INNER_BITS] : (double)d;
  if (used > (double)d) return LIMEN_OK; /* the shortest code is too long: nothing is proved */
  char *text = limen_json_print(found->parameters, JSON_COMPACT, "a certificate", error);
  if (!text) return LIMEN_FAILED;
  answer->values[GEOMETRY_N] = (double)found->documents;
  answer->values[GEOMETRY_HOW] = GEOMETRY_BY_FORMULA;
  answer->values[GEOMETRY_D] = used;
  answer->values[GEOMETRY_LEAD] = found->proof.margin - found->proof.error;
  const double exact[] = {found->proof.margin, found->proof.error};
  int status = limen_blobs_add(&answer->answers, "parameters", 0, text, strlen(text), error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&answer->answers, "margin", 0, exact, sizeof exact, error);
  limen_free(text);
  return status;
}

static int formula(const struct limen_cell *cell, struct limen_answer *answer,
                   struct limen_error *error) {
  const bool code = limen_quantiser_find(limen_cell_string(cell, "format"))->bits == 1;
  struct scale_found found = {0};
  double values[SCALE_MEASURES];
  for (size_t i = 0; i < SCALE_MEASURES; i++) values[i] = NAN;
  int status = (code ? scale_find_code : scale_find_harmonic)(cell, values, &found, error);
  if (status == LIMEN_OK && found.parameters) {
    if (code) all_of_code(values, &found);
    status = keep(cell, values, &found, code, answer, error);
  }
  json_decref(found.parameters);
  return status;
}

/* ---- training ---- */

static int keep_trained(const struct limen_relevance *all, size_t d, const float *documents,
                        const float *queries, struct limen_answer *answer,
                        struct limen_error *error) {
  struct limen_proof proof;
  int status = limen_prove(all, d, documents, queries, NULL, &proof, error);
  if (status != LIMEN_OK || !proof.proved) return status;
  answer->values[GEOMETRY_N] = (double)all->documents;
  answer->values[GEOMETRY_HOW] = GEOMETRY_TRAINED;
  answer->values[GEOMETRY_D] = (double)d;
  answer->values[GEOMETRY_LEAD] = proof.worst_margin;
  status = limen_blobs_add(&answer->answers, "trained_documents", 0, documents,
                           all->documents * d * sizeof *documents, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&answer->answers, "trained_queries", 0, queries,
                             all->queries * d * sizeof *queries, error);
  return status;
}

static int trained(const struct limen_cell *cell, struct limen_answer *answer,
                   struct limen_error *error) {
  const size_t d = (size_t)limen_cell_integer(cell, "d");
  const size_t n = (size_t)limen_cell_integer(cell, "n");
  struct limen_relevance all = {0};
  float best = 0, *documents = NULL, *queries = NULL;
  int status =
      limen_pattern_find("all")->make(n, (size_t)limen_cell_integer(cell, "k"), 0, 0, &all, error);
  if (status == LIMEN_OK && (!(documents = limen_alloc(n * d, sizeof *documents, error)) ||
                             !(queries = limen_alloc(all.queries * d, sizeof *queries, error))))
    status = LIMEN_FAILED;
  for (int64_t t = 0;
       t < limen_cell_integer(cell, "trainings") && !(best > 0) && status == LIMEN_OK; t++)
    status = limen_train_widest(&all, d, (size_t)limen_cell_integer(cell, "steps"),
                                (uint64_t)(limen_cell_integer(cell, "first_seed") + t), &best,
                                documents, queries, error);
  if (status == LIMEN_OK && best > 0)
    status = keep_trained(&all, d, documents, queries, answer, error);
  limen_relevance_clear(&all);
  limen_free(documents);
  limen_free(queries);
  return status;
}

int geometry_run(const struct limen_cell *cell, struct limen_answer *answer,
                 struct limen_error *error) {
  const double start = limen_clock_s();
  const bool by_training = limen_cell_integer(cell, "trained") == 1;
  const int status = (by_training                          ? trained
                      : limen_cell_integer(cell, "n") == 0 ? hunt
                                                           : formula)(cell, answer, error);
  answer->values[GEOMETRY_SECONDS] = limen_clock_s() - start;
  return status;
}
