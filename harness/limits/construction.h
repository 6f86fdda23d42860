/* Constructions: documents that are a formula of their number, with a proof that every k-subset of
 * them is some query's top k (registry: constructions.def). A certificate of any number of
 * documents is the formula's parameters. */
#ifndef LIMEN_LIMITS_CONSTRUCTION_H
#define LIMEN_LIMITS_CONSTRUCTION_H

#include <gsl/gsl_rng.h>
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct limen_construction_proof {
  double margin; /* a unit query scores every member above every other by at least this less error,
                    documents of unit length */
  double error;
  size_t bytes; /* of a document as it may be stored: the proof holds for that, too */
};

struct limen_construction {
  const char *name;  /* "harmonic" */
  const char *title; /* "harmonic frame" */
  const char *about;
  size_t k_most;

  /* Reads the parameters, a stranger's, for so many documents. `*state` is released by `free`.
   * LIMEN_NO when there is no such construction, or it has fewer documents. */
  int (*read)(const json_t *parameters, uint64_t documents, void **state,
              struct limen_error *error);
  void (*free)(void *state); /* NULL is fine */
  /* What `read` reads; NULL: out of memory. */
  json_t *(*write)(const void *state);

  size_t (*dimensions)(const void *state);

  /* Proves the claim for all k-subsets, k <= k_most, from the parameters alone, and appends to
   * `words` what was looked at. LIMEN_NO when it cannot. */
  int (*prove)(const void *state, size_t k, size_t workers, struct limen_construction_proof *out,
               struct limen_text *words, struct limen_error *error);

  /* Documents first .. first + count - 1, rows of `dimensions` floats. */
  int (*rows)(const void *state, uint64_t first, size_t count, float *out,
              struct limen_error *error);
  /* The query of k members, rows of d floats. NULL: their sum. */
  void (*query)(size_t d, size_t k, const float *members, float *query);

  /* Draws k members and another document that come as close as any do. NULL: who does is not known
   * without the proof. *lead: the smallest lead of a member over the other, in units of its own,
   * exact; above 0. False: there is no such set for this k. */
  bool (*provoke)(const void *state, size_t k, gsl_rng *rng, uint64_t *members, uint64_t *other,
                  double *lead);
};

const struct limen_construction *limen_construction_at(size_t i); /* NULL past the end */
const char *limen_construction_name(size_t i);
const struct limen_construction *limen_construction_find(const char *name);

#endif
