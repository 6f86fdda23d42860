/* A search for small (k,1)-separating codes of every length up to a most: what concatenation with a
 * Reed-Solomon code then makes large ones of. Several ways are tried for each length and the
 * largest code wins; which ways, is the registry inner_codes.def.
 *
 * Nothing here proves anything: whoever uses a code looks at all its tuples again. */
#ifndef LIMEN_LIMITS_INNER_CODES_H
#define LIMEN_LIMITS_INNER_CODES_H

#include <gsl/gsl_rng.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "limits/separating.h"

enum { LIMEN_INNER_WORDS = 1 << 11 /* of a code, at most: a certificate lists them */ };

struct limen_inner_code {
  size_t count;
  uint64_t *word;  /* room for LIMEN_INNER_WORDS */
  const char *way; /* how it was found; a literal */
};

struct limen_inner_codes {
  size_t k, bits;                                          /* lengths are 1 .. bits */
  size_t words;                                            /* the most that are looked for */
  struct limen_inner_code code[LIMEN_SEPARATING_BITS + 1]; /* by length */
};

/* One way to find a code of `bits` for codes->k, of at most codes->words words. */
struct limen_inner_way {
  const char *name, *about;
  /* Whether it makes codes out of shorter ones: then it runs after all others, by length. */
  bool from_shorter;
  /* Fills out->word and out->count; finding none (a count of 0) is fine. `tries`: how many words
   * may be tried. */
  int (*find)(const struct limen_inner_codes *codes, size_t bits, size_t tries, gsl_rng *rng,
              struct limen_inner_code *out, struct limen_error *error);
};

const struct limen_inner_way *limen_inner_way_at(size_t i); /* NULL past the end */

/* The largest number of words, at most LIMEN_INNER_WORDS, of which all tuples are quickly seen. */
size_t limen_inner_words_most(size_t k);

/* A function of its arguments, whatever the number of workers. Released by limen_inner_codes_clear.
 */
int limen_inner_codes_make(size_t k, size_t bits, size_t tries, uint64_t seed, size_t workers,
                           struct limen_inner_codes *out, struct limen_error *error);
void limen_inner_codes_clear(struct limen_inner_codes *codes);

#endif
