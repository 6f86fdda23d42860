/* Counts that are kept among other measures as numbers of double. */
#ifndef LIMEN_BASE_COUNT_H
#define LIMEN_BASE_COUNT_H

#include <stddef.h>

/* The count that a number stands for. What no count can be, from a store that was altered, becomes
 * the nearest one that can: 0 for NaN and what is below, 2^53 for what is above, as beyond it not
 * every whole number is a double. */
static inline size_t limen_count_of(double value) {
  const double most = 0x1p53;
  if (!(value > 0)) return 0;
  return value < most ? (size_t)value : (size_t)most;
}

#endif
