/* What the phases of a search share: knn.c owns it, nominate.c fills the candidates, decide.c turns
 * them into answers. */
#ifndef LIMEN_KNN_SEARCH_H
#define LIMEN_KNN_SEARCH_H

#include <omp.h>
#include <stdatomic.h>

#include "knn/candidates.h"
#include "knn/frame.h"
#include "knn/knn.h"

enum {
  LIMEN_KNN_TILE = 48,    /* queries in one product */
  LIMEN_KNN_BLOCK = 1024, /* base rows in it: their scores fit a common second-level cache */
  LIMEN_KNN_SHARED = 24   /* queries under one lock: whole groups, and a tile is whole locks */
};

/* A worker's memory. */
struct limen_knn_scratch {
  float *vectors; /* base rows as they are, where they cannot be lent: block_rows x columns */
  float *single;  /* one base row, likewise */
  struct limen_frame_rows block; /* its rows are packed */
  float *placed;                 /* in the frame, not yet packed: LIMEN_KNN_STRIP x columns */
  float *scores;                 /* LIMEN_KNN_TILE x block_rows */
  float *row;                    /* block_rows: one query's upper bounds */
  uint32_t *places;              /* block_rows and one more: one query's hits in the block */
  struct limen_answer *answers, *spare; /* capacity each */
};

struct limen_knn_search {
  const struct limen_vectors *base, *queries;
  const struct limen_knn_settings *settings;
  struct limen_frame frame;
  size_t k;          /* to be found: no more than there are rows to choose from */
  size_t keep;       /* best rows that the answer can depend on */
  size_t capacity;   /* of a list of candidates */
  size_t block_rows; /* a multiple of 64 */
  size_t batch_most;
  size_t workers;

  /* The batch of queries under way. */
  size_t first, count;
  const float *vectors; /* as they are */
  float *rows;          /* in the frame, packed */
  struct limen_frame_query *query;
  struct limen_candidates *candidates;

  float *read;  /* the batch's vectors where they cannot be lent */
  float *lists; /* of all candidates: lows, highs and ids, side by side for each query */
  omp_lock_t *locks;
  size_t lock_count;                 /* initialised */
  struct limen_knn_scratch *scratch; /* one a worker */

  /* The failure that comes first in the data, whichever worker met it first. */
  omp_lock_t fault_lock;
  atomic_bool failed;
  size_t fault_at;
  struct limen_error fault;
};

/* Keeps a failure at base row or query `at`. */
void limen_knn_fail(struct limen_knn_search *search, size_t at, const struct limen_error *error);

/* Fills the candidates of the batch. */
void limen_knn_nominate(struct limen_knn_search *search);

/* Replaces candidates by the `keep` best of them in (distance, id). */
int limen_knn_refine(struct limen_knn_search *search, size_t query,
                     struct limen_knn_scratch *scratch, struct limen_error *error);

/* Turns the batch's candidates into answers. */
void limen_knn_decide(struct limen_knn_search *search, struct limen_knn *out);

#endif
