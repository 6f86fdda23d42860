/* Every pair of documents checked one by one, documents and queries as they are stored: the scores
 * of blocks of queries against all documents, by the error bound of stored_query.h. A pair whose
 * query fails may be looked at on its own. */
#ifndef LIMEN_LIMITS_STORED_PAIRS_H
#define LIMEN_LIMITS_STORED_PAIRS_H

#include "limits/stored_query.h"
#include "limits/torus_rounding.h"

struct limen_pairs_settings {
  /* A query for the pair i < j; it need not be on the grid, as it is rounded. Called in any order.
   * Returns whether it is that of the pair's class, which is what suspects are told for. */
  bool (*query)(void *context, uint32_t i, uint32_t j, double *out);
  void *context;
  const uint32_t *order; /* the distances s = 1 .. n / 2 of pairs around the circle 0 .. n - 1, in
                            the order to look at them; NULL: ascending */
  const struct limen_torus_suspects *suspects; /* NULL, or of a frame whose classes the queries
                                                  are of: only suspects are looked at */
  size_t mend; /* pairs at most that are mended; one more fails, and ends the work */
};

/* A query that was mended. */
struct limen_pairs_mended {
  size_t count, capacity, query_capacity;
  uint32_t *pair; /* 2 each, i < j, ascending once the work is done */
  double *query;  /* d each */
};

struct limen_pairs_proof {
  bool proved;
  uint64_t pairs;    /* looked at */
  double worst_lead; /* smallest, of a unit query and with the longest document as 1 */
  uint32_t worst[2]; /* the pair that has it */
  struct limen_pairs_mended mended;
};

/* n >= 3. The answer does not depend on how the work is cut. O(n^3 d). `out` is to be cleared, also
 * after a failure. */
int limen_pairs_prove(const struct limen_stored *stored,
                      const struct limen_pairs_settings *settings, struct limen_pairs_proof *out,
                      struct limen_error *error);
void limen_pairs_proof_clear(struct limen_pairs_proof *proof);

#endif
