/* Certificates: folders that let anyone check a claim (claim.h) without trusting the program that
 * made it. reports/README.md describes the format for readers; this is the one writer and one of
 * two independent verifiers. */
#ifndef LIMEN_LIMITS_CERTIFICATE_H
#define LIMEN_LIMITS_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/relevance.h"
#include "limits/claim.h"
#include "limits/impossible.h"
#include "limits/proof.h"

/* Proves the claim and, when it holds, writes folder/NAME with claim.json, documents.npy,
 * queries.npy, margins.npy and, unless the queries are all k-subsets in lexicographic order,
 * relevant.npy. `about` describes where the vectors came from. LIMEN_NO, with nothing written, when
 * the proof fails, or when k = n leaves nothing to prove. */
int limen_certificate_write(const char *folder, const char *name, const char *about,
                            const struct limen_relevance *relevance, size_t d,
                            const float *documents, const float *queries, struct limen_proof *proof,
                            struct limen_error *error);

/* Documents that stand for more: row i is document number[i] of `n`, ascending. */
struct limen_excerpt {
  size_t n, rows, d;
  const float *values;    /* rows x d */
  const uint32_t *number; /* NULL: they are all n */
};

/* Checks the combination for the set (k ascending rows of the documents) and writes folder/NAME
 * with claim.json and documents.npy: that no query puts the set on top, or when the combination's
 * epsilon is not 0, that no unit query has a gap above it. documents.npy holds the set and the
 * other documents of the pairs, as all others cannot help; claim.json tells which they were among
 * the n. LIMEN_NO, with nothing written, when it proves nothing. */
int limen_certificate_write_impossible(const char *folder, const char *name, const char *about,
                                       const struct limen_excerpt *documents, const uint32_t *set,
                                       size_t k, const struct limen_combination *combination,
                                       struct limen_error *error);

/* Writes folder/SHA256SUMS over every file below, as `sha256sum` would. */
int limen_certificates_seal(const char *folder, struct limen_error *error);

/* Hears of a claim once it is proved; `words` tells people what `claim` says. */
typedef void limen_claim_listener(void *context, const char *name, const struct limen_claim *claim,
                                  const char *words);

struct limen_verification {
  size_t claims, files;
  size_t refutations;               /* of the claims, those that prove that something cannot be */
  double worst_margin, worst_bound; /* of the other claim with the smallest margin */
};

/* Re-reads every certificate in `folder`, believing nothing: each file must be listed and have its
 * hash, and each claim is proved again from its vectors alone, margins included. `say` (may be
 * NULL) is called for each in turn. LIMEN_NO names the first file or claim that
 * does not hold, and why; LIMEN_INPUT when there is no SHA256SUMS to read. A folder without claims
 * is fine: `out` then counts none. */
int limen_certificates_verify(const char *folder, limen_claim_listener *say, void *context,
                              struct limen_verification *out, struct limen_error *error);

#endif
