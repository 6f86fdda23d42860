/* An audit of a model's vectors: which queries fail, which of them could be answered by another
 * query over the same documents, and which cannot be by any.
 *
 * For every query the verdict says the least that can be done about it: it is right already, it
 * takes a better query (the model of queries is at fault), or no query would do (the documents are,
 * and a proof exists). Then the user's own queries are tried in every arithmetic and in fewer
 * dimensions (audit_effects.h). All scores are inner products of the vectors as given: whoever
 * means cosine hands over vectors of unit length. */
#ifndef LIMEN_LIMITS_AUDIT_H
#define LIMEN_LIMITS_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "limits/audit_effects.h"
#include "limits/best_query.h"
#include "limits/impossible.h"

/* What is audited; nothing in it is owned. */
struct limen_audit_input {
  size_t n, d, queries;
  const float *documents; /* n x d, finite */
  const float *query;     /* queries x d, finite */
  /* Query q wants the documents relevant[start[q]] .. relevant[start[q + 1] - 1], ascending. */
  const size_t *start; /* queries + 1 */
  const uint32_t *relevant;
};

enum limen_verdict {
  LIMEN_VERDICT_NOTHING,    /* the query wants no document, or all of them */
  LIMEN_VERDICT_RIGHT,      /* its wanted documents score above all others */
  LIMEN_VERDICT_REACHABLE,  /* not so, but another query does it */
  LIMEN_VERDICT_IMPOSSIBLE, /* no query does: proved exactly */
  LIMEN_VERDICT_BELOW,      /* no unit query has a gap above epsilon, next to nothing */
  LIMEN_VERDICT_UNKNOWN,    /* the search did not come to an end */
  LIMEN_VERDICTS
};
const char *limen_verdict_name(enum limen_verdict verdict);
const char *limen_verdict_about(enum limen_verdict verdict); /* a sentence */

/* Gaps are those of unit queries, and all bounds are rigorous. */
struct limen_audit_query {
  enum limen_verdict verdict;
  size_t k;             /* documents wanted */
  struct limen_gap own; /* of the user's query; 0 to 0 for a query of zeros */
  double lower, upper;  /* of the largest gap that any query has; lower at least own.lower */
  double epsilon;       /* IMPOSSIBLE: 0; BELOW: the bound; else NaN */
  size_t pairs;         /* differences that support the best query, or the proof */
  size_t rounds;        /* of the search */
};

struct limen_audit_settings {
  struct limen_best_settings best;
  bool prove; /* look for exact proofs; without them IMPOSSIBLE is never said. O(d^3) and more each,
                 seconds in some 1000 dimensions */
  size_t workers; /* threads, 1 to LIMEN_WORKERS_MAX */
};

struct limen_audit {
  size_t queries;
  struct limen_audit_query *query;
  size_t count[LIMEN_VERDICTS]; /* queries by verdict */
  bool independent; /* proved: the documents are affinely independent, so that every set of them is
                       some query's top, and the audit can find nothing impossible */
};

/* Looks at every query. LIMEN_INPUT names what is not finite or out of range; LIMEN_INTERRUPTED
 * when the user asked for that. O(queries passes n d), in parallel; the same bits with any number
 * of workers. */
int limen_audit_run(const struct limen_audit_input *input,
                    const struct limen_audit_settings *settings, struct limen_audit *out,
                    struct limen_error *error);
void limen_audit_clear(struct limen_audit *audit);

/* The proof for one query, found again, to write a certificate of it: of no more than what its
 * verdict says. Released by limen_combination_clear, after errors too. */
int limen_audit_prove(const struct limen_audit_input *input, size_t query,
                      const struct limen_best_settings *settings, struct limen_combination *out,
                      struct limen_error *error);

/* Checks the input's shape and numbers, as the functions here and of audit_effects.h do first. */
int limen_audit_check(const struct limen_audit_input *input, size_t workers,
                      struct limen_error *error);

#endif
