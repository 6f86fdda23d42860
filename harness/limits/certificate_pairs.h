/* Certificates that every pair of documents is served in an arithmetic (certificate.h has the
 * rest).
 *
 * Two claims. Of a harmonic frame proved by classes the certificate is the frame and a query of K
 * numbers for each of its n / 2 classes; it holds for every way of rounding to nearest. Of stored
 * documents it is these, with the queries: those of a frame's classes, to be rotated and rounded,
 * and others pair by pair. Both say that queries exist, so a verifier may find them by the recipe
 * or otherwise. */
#ifndef LIMEN_LIMITS_CERTIFICATE_PAIRS_H
#define LIMEN_LIMITS_CERTIFICATE_PAIRS_H

#include <jansson.h>

#include "limits/stored_pairs.h"
#include "limits/torus_rounding.h"

/* The queries of a stored claim; in the claim of a frame, `frame` and `classes` alone. */
struct limen_pair_queries {
  const struct limen_torus *frame; /* NULL: none */
  const double *classes;           /* n / 2 x K */
  size_t count;                    /* pairs that have a query of their own: all, without a frame */
  const uint32_t *pair;            /* 2 each, i < j, ascending */
  const double *query;             /* d each, on the grid */
};

/* Proves it and writes folder/NAME with claim.json and classes.npy. LIMEN_NO, with nothing written,
 * when the proof fails. */
int limen_certificate_write_torus(const char *folder, const char *name, const char *about,
                                  const struct limen_torus *frame,
                                  const struct limen_quantiser *quantiser, const double *classes,
                                  struct limen_error *error);

/* Proves it and writes folder/NAME with claim.json, documents.npy and, where there are any,
 * classes.npy, and pairs.npy with queries.npy. LIMEN_NO, with nothing written, when the proof
 * fails.
 */
int limen_certificate_write_stored(const char *folder, const char *name, const char *about,
                                   size_t n, size_t d, const double *documents,
                                   const struct limen_quantiser *quantiser,
                                   const struct limen_pair_queries *queries,
                                   struct limen_error *error);

/* ---- for the two claims ---- */

/* {"frequencies": [...], "weights": [...]}; NULL when memory ran out. */
json_t *limen_torus_write_json(const struct limen_torus *frame);
/* LIMEN_NO when it is not that, or no frame of n documents. */
int limen_torus_read_json(const char *home, const json_t *from, size_t n, struct limen_torus *out,
                          struct limen_error *error);

/* Proves that the queries serve every pair of the stored documents. LIMEN_INPUT for pairs that do
 * not ascend, a query off the grid, or pairs without any query. */
int limen_pair_queries_prove(const struct limen_stored *stored,
                             const struct limen_pair_queries *queries,
                             struct limen_pairs_proof *out, struct limen_error *error);

#endif
