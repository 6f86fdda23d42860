/* What the statistics want of their arguments, in the same words everywhere. */
#ifndef LIMEN_STATS_CHECKS_H
#define LIMEN_STATS_CHECKS_H

#include <stddef.h>

#include "base/error.h"

/* LIMEN_INPUT unless it lies in (0, 1). */
int limen_check_confidence(double confidence, struct limen_error *error);

/* LIMEN_INPUT for fewer than `least` values and for one that is not finite (its number is told,
 * counted from 1); `what` begins the message. */
int limen_check_values(const char *what, const double *values, size_t n, size_t least,
                       struct limen_error *error);

#endif
