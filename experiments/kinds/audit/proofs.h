/* Proofs as JSON, so that the store alone can write their certificates. All numbers are exact:
 *
 *   {"n", "d"                    what they are about
 *    "documents": [[3, [0.11, ...]], ...]   those of the sets and of the pairs, ascending
 *    "proofs": [{"query", "set": [3, 5], "pairs": [[3, 11], ...], "weights": ["678", ...],
 *                "denominator", "epsilon"}, ...]} */
#ifndef LIMEN_KINDS_AUDIT_PROOFS_H
#define LIMEN_KINDS_AUDIT_PROOFS_H

#include "base/text.h"
#include "limits/audit.h"
#include "limits/certificate.h"

struct audit_proof {
  size_t query, k;
  uint32_t *set;                        /* k rows of the documents, ascending */
  struct limen_combination combination; /* its pairs are rows as well */
};

struct audit_proofs {
  struct limen_excerpt documents; /* those that the proofs need */
  float *values;                  /* owned: the documents' */
  uint32_t *number;               /* owned: the documents' */
  struct audit_proof *proof;
  size_t count;
};

/* Appends proofs of the first `most` queries that need one: those that are impossible, then those
 * whose gaps are below epsilon. `*count` says how many. */
int audit_proofs_make(const struct limen_audit_input *input, const struct limen_audit *audit,
                      const struct limen_audit_settings *settings, size_t most,
                      struct limen_text *out, size_t *count, struct limen_error *error);

/* Of `length` bytes; LIMEN_INPUT when that is no such text. Whether the proofs hold is not looked
 * at. Released by audit_proofs_clear, after errors too. */
int audit_proofs_read(const char *text, size_t length, struct audit_proofs *out,
                      struct limen_error *error);
void audit_proofs_clear(struct audit_proofs *proofs);

#endif
