/* Looking at documents for a few queries at a time, on all threads: what every search shares that
 * is no matter of vectors alone. */
#ifndef LIMEN_RETRIEVAL_SCAN_H
#define LIMEN_RETRIEVAL_SCAN_H

#include <stddef.h>

#include "base/error.h"
#include "retrieval/hits.h"
#include "retrieval/representation.h"

struct limen_scan {
  size_t queries;       /* looked at together, at least 1 */
  size_t scratch_bytes; /* for each thread; zero at first, then as the last look left it */
  /* Offers documents for the queries first .. first + count - 1; best[i] is of query first + i. It
   * may not depend on what was looked at before. */
  void (*look)(const struct limen_retriever *retriever, size_t first, size_t count, void *scratch,
               struct limen_best *best);
};

/* LIMEN_INTERRUPTED between looks. May be called inside or outside an OpenMP team. */
int limen_scan_run(const struct limen_retriever *retriever, const struct limen_scan *scan, size_t k,
                   struct limen_hits *out, struct limen_error *error);

/* Calls work(context) as a member of an OpenMP team, a new one if need be. */
void limen_scan_in_team(void (*work)(void *context), void *context);

#endif
