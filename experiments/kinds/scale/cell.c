/* One cell: a construction is looked for, proved, and looked at by brute force. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/threads.h"
#include "experiments/kinds/scale/scale.h"
#include "limits/construction_sample.h"

static void tell(const struct limen_construction *family, const void *state,
                 const struct scale_found *found, double *values) {
  values[SCALE_DOCUMENTS] = (double)found->documents;
  values[SCALE_DIMENSIONS] = (double)family->dimensions(state);
  values[SCALE_BYTES] = (double)found->proof.bytes;
  values[SCALE_MARGIN] = found->proof.margin;
  values[SCALE_BOUND] = found->proof.error;
  values[SCALE_PROVE_S] = found->prove_s;
}

static int sample(const struct limen_cell *cell, const struct limen_construction *family,
                  const void *state, uint64_t documents, double *values,
                  struct limen_error *error) {
  const struct limen_construction_sampling sampling = {
      .sets = (size_t)limen_cell_integer(cell, "sets"),
      .provoked = (size_t)limen_cell_integer(cell, "provoked"),
      .documents = (uint64_t)limen_cell_integer(cell, "compared"),
      .seed = (uint64_t)limen_cell_integer(cell, "first_seed"),
      .workers = (size_t)limen_threads()};
  struct limen_construction_sample found;
  const double start = limen_clock_s();
  int status = limen_construction_sample(
      family, state, documents, (size_t)limen_cell_integer(cell, "k"), &sampling, &found, error);
  if (status != LIMEN_OK) return status;
  values[SCALE_SAMPLE_S] = limen_clock_s() - start;
  values[SCALE_SETS] = (double)found.sets;
  values[SCALE_COMPARED] = (double)found.documents;
  values[SCALE_WRONG] = (double)found.wrong;
  values[SCALE_WRONG_INT8] = (double)found.wrong_int8;
  values[SCALE_LEAST] = found.least;
  values[SCALE_LEAST_INT8] = found.least_int8;
  values[SCALE_PROVOKED] = (double)found.provoked;
  values[SCALE_PROVOKED_LEAST] = found.provoked_least;
  return LIMEN_OK;
}

static int keep(const json_t *parameters, struct limen_answer *answer, struct limen_error *error) {
  char *text = limen_json_print(parameters, JSON_COMPACT, "a certificate", error);
  if (!text) return LIMEN_FAILED;
  answer->values[SCALE_CERTIFICATE] = (double)strlen(text);
  int status = limen_blobs_add(&answer->answers, "parameters", 0, text, strlen(text), error);
  limen_free(text);
  return status;
}

int scale_run(const struct limen_cell *cell, struct limen_answer *answer,
              struct limen_error *error) {
  const struct limen_construction *family = scale_family(cell->grid, cell->point);
  struct scale_found found = {0};
  void *state = NULL;
  double *values = answer->values;
  const double start = limen_clock_s();
  int status = strcmp(family->name, "harmonic") == 0
                   ? scale_find_harmonic(cell, values, &found, error)
                   : scale_find_code(cell, values, &found, error);
  values[SCALE_SEARCH_S] = limen_clock_s() - start;
  values[SCALE_HOLDS] = found.parameters != NULL;
  if (status != LIMEN_OK || !found.parameters) return status;
  status = family->read(found.parameters, found.documents, &state, error);
  if (status == LIMEN_OK) tell(family, state, &found, values);
  if (status == LIMEN_OK) status = sample(cell, family, state, found.documents, values, error);
  if (status == LIMEN_OK) status = keep(found.parameters, answer, error);
  family->free(state);
  json_decref(found.parameters);
  /* That what was found is none is a defect, not an answer. */
  if (status == LIMEN_NO) status = error ? (error->status = LIMEN_FAILED) : LIMEN_FAILED;
  return status;
}
