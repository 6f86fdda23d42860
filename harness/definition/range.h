/* One written value or range becomes the values it stands for. */
#ifndef LIMEN_DEFINITION_RANGE_H
#define LIMEN_DEFINITION_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "definition/parameter.h"

struct limen_values {
  struct limen_value *value;
  size_t count, capacity;
};

/* Whether `text` is a range: only numbers have them, a path may well hold "..". */
bool limen_range_is(const struct limen_parameter *parameter, const char *text);

/* Appends the values of `text`: "8", "4..12" (step 1), "4..64*2" (each twice the last) or
 * "10..50+10". Both ends are within the parameter's bounds; the last value is the largest that does
 * not pass the second end. Numbers come out as their decimals say: 0.1..0.3+0.1 holds 0.3 itself.
 * LIMEN_USAGE, without a place, for ends that are no valid values, a range that runs backwards, a
 * step of 0 or less, a factor of 1 or less or from a start of 0 or less, a number's range with no
 * step between fractions, and more than LIMEN_GRID_MOST values in `values`. */
int limen_range_expand(const struct limen_parameter *parameter, const char *text,
                       struct limen_values *values, struct limen_error *error);

#endif
