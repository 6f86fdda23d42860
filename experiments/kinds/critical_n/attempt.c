/* One attempt: train free embeddings for n documents in d dimensions until every query comes out
 * right and that is proved, or training stops of itself. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/threads.h"
#include "experiments/kinds/critical_n/critical_n.h"
#include "limits/free_embedding.h"
#include "limits/proof.h"

/* State of one training. */
struct attempt {
  const struct limen_cell *cell;
  struct limen_relevance relevance;
  struct limen_free *run;
  float *margins, *best_margins; /* per query: at this look, at the best look */
  struct limen_free_look best;
  struct limen_proof proof;
  bool reached;
};

int critical_seed_of(const struct limen_cell *cell, uint64_t *seed, struct limen_error *error) {
  char text[256];
  uint8_t digest[LIMEN_HASH_BYTES];
  int length = snprintf(text, sizeof text,
                        "critical_n k=%" PRId64 " d=%" PRId64 " n=%" PRId64 " seed=%" PRId64,
                        limen_cell_integer(cell, "k"), limen_cell_integer(cell, "d"),
                        limen_cell_integer(cell, "n"), limen_cell_integer(cell, "seed"));
  int status = limen_hash_bytes(text, (size_t)length, digest, error);
  *seed = 0;
  for (size_t i = 0; i < 8 && status == LIMEN_OK; i++) *seed |= (uint64_t)digest[i] << (8 * i);
  return status;
}

int critical_relevance(const struct limen_cell *cell, struct limen_relevance *out,
                       struct limen_error *error) {
  uint64_t seed;
  int status = critical_seed_of(cell, &seed, error);
  if (status != LIMEN_OK) return status;
  return limen_pattern_find(limen_cell_string(cell, "pattern"))
      ->make((size_t)limen_cell_integer(cell, "n"), (size_t)limen_cell_integer(cell, "k"),
             (size_t)limen_cell_integer(cell, "queries"), seed, out, error);
}

static int attempt_init(struct attempt *attempt, const struct limen_cell *cell,
                        struct limen_error *error) {
  uint64_t seed;
  *attempt = (struct attempt){.cell = cell, .best.worst_margin = -INFINITY};
  int status = critical_seed_of(cell, &seed, error);
  if (status == LIMEN_OK) status = critical_relevance(cell, &attempt->relevance, error);
  if (status != LIMEN_OK) return status;
  struct limen_free_settings settings = {
      .loss = limen_loss_find(limen_cell_string(cell, "loss")),
      .loss_settings.tau = limen_cell_real(cell, "tau"),
      .lr = limen_cell_real(cell, "lr"),
      .beta1 = limen_cell_real(cell, "beta1"),
      .beta2 = limen_cell_real(cell, "beta2"),
      .epsilon = limen_cell_real(cell, "epsilon"),
      .rule = limen_query_rule_find(limen_cell_string(cell, "query_rule")),
      .schedule = limen_schedule_find(limen_cell_string(cell, "schedule")),
      .optimizer = limen_optimizer_find(limen_cell_string(cell, "optimizer")),
      .start = limen_start_find(limen_cell_string(cell, "start")),
      .tau_start = limen_cell_real(cell, "tau_start"),
      .anneal_steps = (size_t)limen_cell_integer(cell, "anneal_steps"),
  };
  attempt->run = limen_free_alloc(&attempt->relevance, (size_t)limen_cell_integer(cell, "d"),
                                  &settings, seed, error);
  attempt->margins = limen_alloc(attempt->relevance.queries, sizeof(float), error);
  attempt->best_margins = limen_alloc(attempt->relevance.queries, sizeof(float), error);
  return attempt->run && attempt->margins && attempt->best_margins ? LIMEN_OK : LIMEN_FAILED;
}

static void attempt_clear(struct attempt *attempt) {
  limen_free_free(attempt->run);
  limen_relevance_clear(&attempt->relevance);
  limen_free(attempt->margins);
  limen_free(attempt->best_margins);
}

/* Looks at all queries, remembers the best look, and tries the proof when all are right. */
static int look(struct attempt *attempt, struct limen_error *error) {
  struct limen_free_look now;
  limen_free_look(attempt->run, &now, attempt->margins);
  bool better = now.right > attempt->best.right ||
                (now.right == attempt->best.right && now.worst_margin > attempt->best.worst_margin);
  if (better) {
    attempt->best = now;
    memcpy(attempt->best_margins, attempt->margins, attempt->relevance.queries * sizeof(float));
  }
  if (now.right < attempt->relevance.queries) return LIMEN_OK;
  attempt->reached = true;
  return limen_prove(&attempt->relevance, (size_t)limen_cell_integer(attempt->cell, "d"),
                     limen_free_documents(attempt->run), limen_free_queries(attempt->run), NULL,
                     &attempt->proof, error);
}

static int train(struct attempt *attempt, int64_t *steps, double *loss, enum critical_stop *stop,
                 struct limen_error *error) {
  const struct limen_cell *cell = attempt->cell;
  int64_t max_steps = limen_cell_integer(cell, "max_steps");
  int64_t patience = limen_cell_integer(cell, "patience");
  int64_t check_every = limen_cell_integer(cell, "check_every");
  double min_gain = limen_cell_real(cell, "min_gain"), best = INFINITY;
  int status = LIMEN_OK;
  *stop = STOP_STEPS;
  for (int64_t i = 0, without = 0; i < max_steps; i++) {
    if (limen_interrupted())
      return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
    /* While the temperature moves, losses are of other functions and none is a gain. */
    bool settled = limen_free_settled(attempt->run);
    *loss = limen_free_step(attempt->run);
    *steps = i + 1;
    if (!isfinite(*loss)) {
      *stop = STOP_DIVERGED;
      return LIMEN_OK;
    }
    without = !settled || *loss < best - min_gain ? 0 : without + 1;
    if (settled && without == 0) best = *loss;
    if (without >= patience || limen_free_stuck(attempt->run)) {
      *stop = STOP_PATIENCE;
      break;
    }
    if (i % check_every != 0) continue;
    if ((status = look(attempt, error)) != LIMEN_OK || attempt->proof.proved) break;
  }
  if (status == LIMEN_OK && !attempt->proof.proved) status = look(attempt, error);
  if (attempt->proof.proved) *stop = STOP_ALL_RIGHT;
  return status;
}

/* The vectors are kept as the certificate of the largest proved n of this point and seed. */
static int keep_vectors(const struct attempt *attempt, struct limen_answer *answer,
                        struct limen_error *error) {
  const struct limen_cell *cell = attempt->cell;
  size_t d = (size_t)limen_cell_integer(cell, "d");
  answer->group =
      limen_print(error, "seed=%" PRId64 "%s", limen_cell_integer(cell, "seed"), cell->text);
  /* Everything in the cell's words before its n: the same for all n of one search. */
  char *n = answer->group ? strstr(answer->group, " n=") : NULL;
  if (!n) return LIMEN_FAILED;
  *n = '\0';
  answer->rank = (double)attempt->relevance.documents;
  int status =
      limen_blobs_add(&answer->artifacts, "documents", 0, limen_free_documents(attempt->run),
                      attempt->relevance.documents * d * sizeof(float), error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&answer->artifacts, "queries", 0, limen_free_queries(attempt->run),
                             attempt->relevance.queries * d * sizeof(float), error);
  return status;
}

int critical_run(const struct limen_cell *cell, struct limen_answer *answer,
                 struct limen_error *error) {
  if (limen_cell_integer(cell, "aim") == CRITICAL_WIDEST)
    return critical_run_widest(cell, answer, error);
  struct attempt attempt;
  int64_t steps = 0;
  double loss = NAN;
  enum critical_stop stop = STOP_STEPS;
  int status = attempt_init(&attempt, cell, error);
  if (status == LIMEN_OK) status = train(&attempt, &steps, &loss, &stop, error);
  if (status == LIMEN_OK && attempt.proof.proved) status = keep_vectors(&attempt, answer, error);
  if (status == LIMEN_OK) {
    size_t queries = attempt.relevance.queries;
    double *values = answer->values;
    values[CRITICAL_QUERIES] = (double)queries;
    values[CRITICAL_SUCCESS] = attempt.proof.proved;
    values[CRITICAL_REACHED] = attempt.reached;
    values[CRITICAL_SHARE] = (double)attempt.best.right / (double)queries;
    values[CRITICAL_WRONG] = (double)(queries - attempt.best.right);
    values[CRITICAL_MARGIN] =
        attempt.proof.proved ? attempt.proof.worst_margin : (double)attempt.best.worst_margin;
    if (attempt.proof.proved) values[CRITICAL_BOUND] = attempt.proof.worst_bound;
    values[CRITICAL_STEPS] = (double)steps;
    values[CRITICAL_LOSS] = loss;
    values[CRITICAL_STOP] = stop;
    status = limen_blobs_add(&answer->answers, "margins", 0, attempt.best_margins,
                             queries * sizeof(float), error);
  }
  attempt_clear(&attempt);
  return status;
}
