/* Inside a training: what free_embedding.c, its steps and looks, the rules for queries and the
 * optimisers share. Others see free_embedding.h. */
#ifndef LIMEN_LIMITS_FREE_RUN_H
#define LIMEN_LIMITS_FREE_RUN_H

#include "base/chunks.h"
#include "limits/free_embedding.h"
#include "limits/panels.h"

/* A chunk is what one thread does at a time and has its own dV; more would only add more gradients
 * to sum. */
enum { LIMEN_FREE_CHUNKS_MOST = LIMEN_WORKERS_MAX };

/* What a chunk found. */
struct limen_free_partial {
  double loss, learned_slope[LIMEN_LOSS_LEARNED_MOST];
  struct limen_free_look look;
};

/* What happens to a panel of trained queries once its gradient is there: d x LIMEN_PANEL, of the
 * sum over queries. */
typedef void limen_free_query_step(struct limen_free *run, size_t panel, const float *gradient);

struct limen_free {
  const struct limen_relevance *relevance; /* not owned, must outlive the run */
  struct limen_free_settings settings;     /* none of its registries' entries is NULL */
  struct limen_schedule_settings schedule;
  struct limen_loss_settings loss; /* of the step under way: its temperature, what is learned */

  struct limen_panels documents, queries;
  size_t steps;                                  /* taken */
  struct limen_adam adam;                        /* of the step under way */
  double decay1, decay2;                         /* beta1^t, beta2^t after t steps */
  double learned_slope[LIMEN_LOSS_LEARNED_MOST]; /* of the mean loss, by the last evaluation */
  double learned_mean[LIMEN_LOSS_LEARNED_MOST], learned_square[LIMEN_LOSS_LEARNED_MOST];
  bool stuck;

  size_t chunks, block_panels, workers;
  size_t document_floats;            /* of a chunk's dV */
  size_t scratch_floats;             /* of a worker's scratch */
  float *document_gradients;         /* chunks x document_floats */
  float *scratch;                    /* workers x (scores of a block, its dQ, a loss's room) */
  float *margins;                    /* lent for the look under way, or NULL */
  limen_free_query_step *query_step; /* of the evaluation under way */
  struct limen_free_partial partial[LIMEN_FREE_CHUNKS_MOST];

  void *rule_state, *optimizer_state;
  float *document_rows, *query_rows; /* unpacked on request */
};

static inline size_t limen_free_chunk_start(const struct limen_free *run, size_t chunk) {
  return chunk * run->queries.panels / run->chunks;
}

/* Queries of a panel. */
static inline size_t limen_free_used(const struct limen_free *run, size_t panel) {
  size_t left = run->queries.count - panel * LIMEN_PANEL;
  return left < LIMEN_PANEL ? left : LIMEN_PANEL;
}

/* A worker's memory. */
static inline float *limen_free_scores(const struct limen_free *run, size_t worker) {
  return run->scratch + worker * run->scratch_floats; /* n x LIMEN_PANEL for each of a block */
}
static inline float *limen_free_gradients(const struct limen_free *run, size_t worker) {
  return limen_free_scores(run, worker) +
         run->block_panels * run->documents.count * LIMEN_PANEL; /* d x LIMEN_PANEL, likewise */
}
static inline float *limen_free_room(const struct limen_free *run, size_t worker) {
  return limen_free_gradients(run, worker) + run->block_panels * run->documents.d * LIMEN_PANEL;
}

/* The relevant documents of a panel's queries. */
static inline const uint32_t *limen_free_sets(const struct limen_free *run, size_t panel) {
  return run->relevance->relevant + panel * LIMEN_PANEL * run->relevance->k;
}

/* The workers for a job of so many operations: small ones run alone. */
size_t limen_free_workers(const struct limen_free *run, double flops);

/* The factor from sums over queries to means. */
static inline float limen_free_mean(const struct limen_free *run) {
  return (float)(1 / (double)run->queries.count);
}

/* The mean loss of the present vectors at the present temperature. Calls `query_step` for every
 * panel of trained queries, and leaves a dV for every chunk. */
double limen_free_evaluate(struct limen_free *run, limen_free_query_step *query_step);

/* Calls `step` for every panel of documents with its dV, summed over the chunks in their order. */
void limen_free_each_documents(struct limen_free *run,
                               void (*step)(struct limen_free *run, size_t panel,
                                            const float *gradient));

/* One panel of queries, given its relevant documents, through scores and loss: the loss, with its
 * derivative by the queries in `gradient` (d x LIMEN_PANEL) and by the scores in `scores`, zeros in
 * lanes not in use. */
double limen_free_through_scores(struct limen_free *run, const float *queries, size_t used,
                                 const uint32_t *relevant, float *scores, float *room,
                                 float *gradient, double *learned_slope);

#endif
