/* Observations as a baseline keeps them: small, as text.
 *
 * Recalls are hits of k and other shares have denominators of their own, so that most samples are
 * whole numbers over one small denominator, which two bytes hold exactly; all else is kept as
 * float32. What repeats is then packed (store/packing.h), and written in base64. */
#ifndef LIMEN_GATE_VALUES_H
#define LIMEN_GATE_VALUES_H

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"

/* A new JSON object that holds builds x queries values; NULL when memory is short. */
json_t *limen_values_to_json(const double *values, size_t builds, size_t queries,
                             struct limen_error *error);

/* The values that such an object holds; *values is released by limen_free. A file's word is not
 * taken for anything: LIMEN_INPUT says which field is wrong, with nothing allocated that the text
 * could not fill. */
int limen_values_from_json(const json_t *object, double **values, size_t *builds, size_t *queries,
                           struct limen_error *error);

#endif
