/* What rounding and cutting do to queries as they are: their gaps and what they still find, in
 * every arithmetic (arithmetic.h) and in fewer dimensions. */
#ifndef LIMEN_LIMITS_AUDIT_EFFECTS_H
#define LIMEN_LIMITS_AUDIT_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "limits/arithmetic.h"

struct limen_audit_input;

struct limen_effect_settings {
  bool unit;    /* vectors are scaled to unit length after cutting and again after rounding, as
                   engines do for cosine */
  bool queries; /* queries are rounded like documents; else documents alone */
  size_t workers;
};

/* One way to store the vectors, and how the queries fare with it. A score counts as above another
 * one only where rounding in float64 cannot have decided that: ties count against the query. */
struct limen_effect {
  /* The way. */
  const struct limen_quantiser *quantiser;
  size_t dimensions; /* the first so many are kept */
  /* The outcome. */
  size_t vector_bits; /* stored for a document */
  size_t asked;       /* queries that want some documents but not all */
  size_t right;       /* of them, those whose wanted documents score above all others */
  double found;    /* mean over them of the share of the k wanted in the top k; NaN without any */
  size_t infinite; /* numbers beyond the format: there are no scores then, and nothing is right */
  double *gap;     /* queries: of the unit query; NaN where nothing was asked or scored */
  double *share;   /* queries: of the k wanted, the share in the top k: 1 is right; NaN likewise */
};

/* Fills the outcome of one way. 1 <= dimensions <= d, else LIMEN_INPUT. O(queries n d). */
int limen_effect_measure(const struct limen_audit_input *input,
                         const struct limen_effect_settings *settings, struct limen_effect *effect,
                         struct limen_error *error);
void limen_effect_clear(struct limen_effect *effect);

#endif
