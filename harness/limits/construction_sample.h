/* Constructed documents looked at as anybody would: vectors are written out, drawn sets get their
 * query, and every other document must score below every member. No proof, as it sees a sample of
 * the sets; but it trusts no theorem. */
#ifndef LIMEN_LIMITS_CONSTRUCTION_SAMPLE_H
#define LIMEN_LIMITS_CONSTRUCTION_SAMPLE_H

#include "limits/construction.h"

/* How many of n documents a verification compares with: all while that takes seconds, and a block
 * otherwise. */
static inline uint64_t limen_sample_documents(uint64_t n, size_t d) {
  const uint64_t numbers = UINT64_C(3000000000), block = UINT64_C(1) << 20;
  if (n <= block || n <= numbers / d) return n;
  return block;
}

struct limen_construction_sample {
  size_t sets;        /* drawn */
  uint64_t documents; /* each was compared with */
  size_t wrong;       /* sets whose members are not on top with float32 documents and queries */
  size_t wrong_int8;  /* the same with documents rounded to int8, a scale each */
  double least, least_int8; /* smallest lead, of unit vectors; below 0 when wrong */
  size_t provoked;          /* sets that were made to come close to one other document */
  double provoked_least;    /* smallest lead among them, in the construction's unit; NaN: none */
};

struct limen_construction_sampling {
  size_t sets, provoked;
  uint64_t documents; /* compared with at most: all, or a block that starts at random */
  uint64_t seed;
  size_t workers;
};

int limen_construction_sample(const struct limen_construction *construction, const void *state,
                              uint64_t documents, size_t k,
                              const struct limen_construction_sampling *sampling,
                              struct limen_construction_sample *out, struct limen_error *error);

#endif
