/* Claims: what a certificate can say (registry: claims.def). A type is known by the words in its
 * claim.json; it reads the rest of that file and proves the claim from the folder alone. */
#ifndef LIMEN_LIMITS_CLAIM_H
#define LIMEN_LIMITS_CLAIM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "data/npy.h"

/* What a claim.json says. */
struct limen_claim {
  size_t documents, queries, k, d;
  bool every_subset; /* the queries are all k-subsets of the documents */
  double worst_margin, error_bound;
  bool refutes; /* it proves that something cannot be: there are no queries and no margins */
};

struct limen_claim_type {
  const char *name;
  const char *words; /* the field "claim" of its claim.json */
  /* Proves the claim of the folder `home`, believing nothing. `root` is its claim.json, of which
   * the schema and the words are known to be right. Fills `out`, and appends to `say` what was
   * proved, for people. LIMEN_NO or LIMEN_INPUT, naming the file, when it does not hold. */
  int (*prove)(const char *home, const json_t *root, struct limen_claim *out,
               struct limen_text *say, struct limen_error *error);
};

const struct limen_claim_type *limen_claim_type_at(size_t i); /* NULL past the end */
const struct limen_claim_type *limen_claim_type_find(const char *words);

/* ---- files of a claim, for its type ---- */

/* folder/name, once the name is fit for a claim's; NULL otherwise. Nothing is made yet. */
char *limen_claim_home(const char *folder, const char *name, struct limen_error *error);

int limen_claim_write_array(const char *home, const char *name, enum limen_npy_type type,
                            size_t rows, size_t columns, const void *values,
                            struct limen_error *error);
/* LIMEN_NO when the array has another shape. */
int limen_claim_read_array(const char *home, const char *name, enum limen_npy_type type,
                           size_t rows, size_t columns, void **values, struct limen_error *error);

/* Writes claim.json; takes `root` over (NULL: memory ran out). */
int limen_claim_write_json(const char *home, json_t *root, struct limen_error *error);
/* Reads it and finds its type: LIMEN_NO when it has none. `*root` is released by json_decref. */
int limen_claim_read_json(const char *home, json_t **root, const struct limen_claim_type **type,
                          struct limen_error *error);

/* LIMEN_NO: "home/claim.json: not a claim that this program can verify". */
int limen_claim_unknown(const char *home, struct limen_error *error);

#endif
