/* The widest gap: how far apart relevant and other documents can be kept, for n documents in d
 * dimensions and the worst query, whatever loss or temperature the point of the grid has. What is
 * found is a lower bound of what there is: the best of a few trainings (limits/widest_training.h);
 * the widest look on the way counts. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "experiments/kinds/critical_n/critical_n.h"
#include "limits/proof.h"
#include "limits/widest_training.h"

enum { LOOK_EVERY = 25 };

/* The widest look so far; its vectors are proved when training is over. */
struct widest {
  struct limen_free *run;
  struct limen_free_look look;
  float *margins, *documents, *queries;
  size_t document_floats, query_floats;
};

static int widest_init(struct widest *widest, const struct limen_cell *cell,
                       const struct limen_relevance *relevance, struct limen_error *error) {
  uint64_t seed;
  const size_t d = (size_t)limen_cell_integer(cell, "d");
  int status = critical_seed_of(cell, &seed, error);
  if (status != LIMEN_OK) return status;
  const struct limen_free_settings settings =
      limen_widest_settings((size_t)limen_cell_integer(cell, "gap_steps"));
  *widest = (struct widest){.look.worst_margin = -INFINITY,
                            .document_floats = relevance->documents * d,
                            .query_floats = relevance->queries * d};
  widest->run = limen_free_alloc(relevance, d, &settings, seed, error);
  widest->margins = limen_alloc(relevance->queries, sizeof(float), error);
  widest->documents = limen_alloc(widest->document_floats, sizeof(float), error);
  widest->queries = limen_alloc(widest->query_floats, sizeof(float), error);
  return widest->run && widest->margins && widest->documents && widest->queries ? LIMEN_OK
                                                                                : LIMEN_FAILED;
}

static void widest_clear(struct widest *widest) {
  limen_free_free(widest->run);
  limen_free(widest->margins);
  limen_free(widest->documents);
  limen_free(widest->queries);
}

static void look(struct widest *widest) {
  struct limen_free_look now;
  limen_free_look(widest->run, &now, NULL);
  if (!(now.worst_margin > widest->look.worst_margin)) return;
  limen_free_look(widest->run, &now, widest->margins);
  widest->look = now;
  memcpy(widest->documents, limen_free_documents(widest->run),
         widest->document_floats * sizeof(float));
  memcpy(widest->queries, limen_free_queries(widest->run), widest->query_floats * sizeof(float));
}

static int train(struct widest *widest, int64_t steps, double *loss, struct limen_error *error) {
  for (int64_t i = 0; i < steps; i++) {
    if (limen_interrupted())
      return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
    *loss = limen_free_step(widest->run);
    if (i % LOOK_EVERY == 0) look(widest);
  }
  look(widest);
  return LIMEN_OK;
}

int critical_run_widest(const struct limen_cell *cell, struct limen_answer *answer,
                        struct limen_error *error) {
  struct limen_relevance relevance = {0};
  struct widest widest = {0};
  struct limen_proof proof = {0};
  double loss = NAN, *values = answer->values;
  const int64_t steps = limen_cell_integer(cell, "gap_steps");
  int status = critical_relevance(cell, &relevance, error);
  if (status == LIMEN_OK) status = widest_init(&widest, cell, &relevance, error);
  if (status == LIMEN_OK) status = train(&widest, steps, &loss, error);
  if (status == LIMEN_OK && widest.look.right == relevance.queries)
    status = limen_prove(&relevance, (size_t)limen_cell_integer(cell, "d"), widest.documents,
                         widest.queries, NULL, &proof, error);
  if (status == LIMEN_OK) {
    const size_t queries = relevance.queries;
    values[CRITICAL_QUERIES] = (double)queries;
    values[CRITICAL_SUCCESS] = proof.proved;
    values[CRITICAL_REACHED] = widest.look.right == queries;
    values[CRITICAL_SHARE] = (double)widest.look.right / (double)queries;
    values[CRITICAL_WRONG] = (double)(queries - widest.look.right);
    values[CRITICAL_MARGIN] = proof.proved ? proof.worst_margin : (double)widest.look.worst_margin;
    if (proof.proved) values[CRITICAL_BOUND] = proof.worst_bound;
    values[CRITICAL_STEPS] = (double)steps;
    values[CRITICAL_LOSS] = loss;
    values[CRITICAL_STOP] = proof.proved ? STOP_ALL_RIGHT : STOP_STEPS;
    status = limen_blobs_add(&answer->answers, "margins", 0, widest.margins,
                             queries * sizeof(float), error);
  }
  widest_clear(&widest);
  limen_relevance_clear(&relevance);
  return status;
}
