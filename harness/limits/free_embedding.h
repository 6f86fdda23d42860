/* The free-embedding optimiser: a vector per document and per query, trained until every query
 * ranks its relevant documents first, or until the loss stops falling.
 *
 * By default the procedure is that of Weller et al. 2025 as their code does it (arXiv 2508.21038):
 * rows N(0, 1) scaled to unit length; full batch; mean over the positive pairs; Adam; after every
 * step rows are scaled back to unit length and Adam's moments are left alone; the loss is looked at
 * every step, accuracy every `check_every` steps. Losses, rules for queries, schedules, optimisers
 * and starts are registries; each leaves the others as they are.
 *
 * Results depend on nothing but the arguments: work is cut into blocks whose size is a function of
 * (queries, n, d) alone and partial sums are added in block order, for any number of threads.
 *
 * Inside a task of an OpenMP team, steps and looks of some size are helped by the team's idle
 * members; limen_threads(), as it was at the allocation, bounds their number. */
#ifndef LIMEN_LIMITS_FREE_EMBEDDING_H
#define LIMEN_LIMITS_FREE_EMBEDDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/relevance.h"
#include "limits/loss.h"
#include "limits/optimizer.h"
#include "limits/query_rule.h"
#include "limits/schedule.h"
#include "limits/start.h"

struct limen_free_settings {
  const struct limen_loss *loss;
  struct limen_loss_settings loss_settings; /* tau: where the schedule ends */
  double lr, beta1, beta2, epsilon;         /* Adam */
  /* NULL: the published choice, which is the first of each registry. */
  const struct limen_query_rule *rule;
  const struct limen_schedule *schedule;
  const struct limen_optimizer *optimizer;
  const struct limen_start *start;
  double tau_start;    /* of schedules that move */
  size_t anneal_steps; /* likewise */
  /* Rows to start from, n x d and queries x d, of unit length; NULL, both: as `start` says. */
  const float *from_documents, *from_queries;
};

/* What one look at all queries found. */
struct limen_free_look {
  size_t right; /* queries whose every relevant score exceeds every other score */
  float
      worst_margin; /* min over queries of (min relevant - max irrelevant score), float32;
                     * infinite when all documents are relevant, NaN when any score is not finite */
};

struct limen_free; /* opaque: documents, queries, moments, block buffers */

/* `relevance` is lent and must outlive the result. Draws the start from streams of `seed`. Takes
 * 16 queries d bytes and little else with Adam. LIMEN_USAGE for settings out of range or that do
 * not go together, LIMEN_INPUT for relevance that names documents twice or beyond n, LIMEN_FAILED
 * without memory. */
struct limen_free *limen_free_alloc(const struct limen_relevance *relevance, size_t d,
                                    const struct limen_free_settings *settings, uint64_t seed,
                                    struct limen_error *error);
void limen_free_free(struct limen_free *run);

/* One step of full-batch training. Allocates nothing. Returns the loss (mean over positive pairs)
 * of the embeddings as they were before the step; NaN and infinities are returned as they come. */
double limen_free_step(struct limen_free *run);

/* Whether the schedule has come to its end: from then on all losses are of one function. */
bool limen_free_settled(const struct limen_free *run);

/* Whether no further step will change anything: the optimiser found nowhere to go. */
bool limen_free_stuck(const struct limen_free *run);

/* Looks at the present embeddings: one product, no training; queries that follow from the documents
 * are made anew. `margins` (queries floats, may be NULL) receives each query's margin. Allocates
 * nothing. */
void limen_free_look(struct limen_free *run, struct limen_free_look *out, float *margins);

/* The present embeddings: n x d and queries x d, row-major, no padding; owned by the run, valid
 * until the next step. Queries that follow from the documents are those of the last look. Each call
 * copies them into rows, so take the pointer once; one thread only. */
const float *limen_free_documents(const struct limen_free *run);
const float *limen_free_queries(const struct limen_free *run);

/* Floating-point operations of the three products of one step: 6 queries n d. */
double limen_free_flops(const struct limen_free *run);

#endif
