/* The steps that put an index in place of exact search. Both answer with as many documents as a
 * query wants. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "engines/engine.h"
#include "experiments/kinds/audit/audit.h"

struct searching {
  const struct limen_cell *cell;
  const struct audit_world *world;
  struct limen_answer *answer;
  size_t *order;
  struct limen_index index;
  struct limen_hits exact; /* of as many as the greediest query wants */
  int64_t *ids;            /* as many */
  double *share, *exact_share;
};

/* ---- building ---- */

static int draw_order(struct searching *at, struct limen_error *error) {
  const size_t n = at->world->input.n;
  char stream[64];
  snprintf(stream, sizeof stream, "audit/order/%lld",
           (long long)limen_cell_integer(at->cell, "instance"));
  gsl_rng *rng =
      limen_rng_alloc((uint64_t)limen_cell_integer(at->cell, "first_seed"), stream, error);
  at->order = limen_alloc(n, sizeof *at->order, error);
  if (rng && at->order) {
    for (size_t i = 0; i < n; i++) at->order[i] = i;
    gsl_ran_shuffle(rng, at->order, n, sizeof *at->order);
  }
  limen_rng_free(rng);
  return rng && at->order ? LIMEN_OK : LIMEN_FAILED;
}

static int build(struct searching *at, struct limen_error *error) {
  struct limen_index_settings settings = limen_index_defaults;
  settings.metric = LIMEN_IP;
  settings.M = (size_t)limen_cell_integer(at->cell, "M");
  settings.ef_construction = (size_t)limen_cell_integer(at->cell, "ef_construction");
  settings.levels = LIMEN_LEVELS_BY_LABEL;
  settings.level_seed = (uint64_t)limen_cell_integer(at->cell, "first_seed") * 10000 +
                        (uint64_t)limen_cell_integer(at->cell, "instance");
  int status = draw_order(at, error);
  if (status == LIMEN_OK)
    status = limen_index_build(limen_engine_find(limen_cell_string(at->cell, "engine")),
                               &at->world->retriever->document_vectors, at->order, &settings,
                               &at->index, error);
  return status;
}

/* ---- searching ---- */

static bool wants(const struct limen_audit_input *input, size_t q, int64_t document) {
  for (size_t i = input->start[q]; i < input->start[q + 1]; i++)
    if (input->relevant[i] == document) return true;
  return false;
}

static bool is_asked(const struct limen_audit_input *input, size_t q) {
  const size_t k = input->start[q + 1] - input->start[q];
  return k > 0 && k < input->n;
}

static void tell_exact(struct searching *at) {
  const struct limen_audit_input *input = &at->world->input;
  for (size_t q = 0; q < input->queries; q++) {
    const size_t k = input->start[q + 1] - input->start[q];
    size_t found = 0;
    at->exact_share[q] = NAN;
    if (!is_asked(input, q)) continue;
    for (size_t i = 0; i < k; i++)
      found += wants(input, q, at->exact.document[q * at->exact.k + i]);
    at->exact_share[q] = (double)found / (double)k;
  }
}

/* Whether the index found the exact first k. */
static bool is_same(const struct searching *at, size_t q, size_t k, size_t found) {
  size_t same = 0;
  for (size_t i = 0; i < k; i++)
    for (size_t j = 0; j < found; j++)
      same += at->ids[j] == at->exact.document[q * at->exact.k + i];
  return same == k;
}

static int search(struct searching *at, size_t row, struct limen_error *error) {
  const struct limen_audit_input *input = &at->world->input;
  double *values = at->answer->values + row * at->answer->measures;
  const size_t ef = audit_step_of(at->cell, row)->ef;
  size_t changed = 0;
  int status = LIMEN_OK;
  const double start = limen_clock_s();
  for (size_t q = 0; q < input->queries && status == LIMEN_OK; q++) {
    const size_t k = input->start[q + 1] - input->start[q];
    size_t found = 0, good = 0;
    at->share[q] = NAN;
    if (!is_asked(input, q)) continue;
    status =
        limen_index_search(&at->index, input->query + q * input->d, k, ef, at->ids, &found, error);
    if (status != LIMEN_OK) break;
    for (size_t i = 0; i < found; i++) good += wants(input, q, at->ids[i]);
    at->share[q] = (double)good / (double)k;
    changed += !is_same(at, q, k, found);
    if (limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
  }
  values[AUDIT_STEP_S] = limen_clock_s() - start;
  values[AUDIT_CHANGED] = (double)changed;
  if (status == LIMEN_OK)
    status = audit_row_shares(at->answer, row, input->queries, at->share, at->exact_share, error);
  return status;
}

int audit_index_rows(const struct limen_cell *cell, const struct audit_world *world,
                     struct limen_answer *answer, struct limen_error *error) {
  struct searching at = {.cell = cell, .world = world, .answer = answer};
  const size_t queries = world->input.queries;
  int status = build(&at, error);
  if (status == LIMEN_OK &&
      (!(at.share = limen_alloc(queries, sizeof *at.share, error)) ||
       !(at.exact_share = limen_alloc(queries, sizeof *at.exact_share, error)) ||
       !(at.ids = limen_alloc(world->wanted.most, sizeof *at.ids, error))))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_retriever_search(world->retriever, world->wanted.most, &at.exact, error);
  if (status == LIMEN_OK) tell_exact(&at);
  for (size_t row = 0; row < answer->rows && status == LIMEN_OK; row++)
    if (audit_step_of(cell, row)->ef > 0) status = search(&at, row, error);
  limen_index_clear(&at.index);
  limen_hits_clear(&at.exact);
  limen_free(at.order);
  limen_free(at.ids);
  limen_free(at.share);
  limen_free(at.exact_share);
  return status;
}
