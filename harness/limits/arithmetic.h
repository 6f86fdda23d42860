/* Arithmetics that vectors are stored in (registry: quantisers.def): each rounds a vector to its
 * grid. */
#ifndef LIMEN_LIMITS_ARITHMETIC_H
#define LIMEN_LIMITS_ARITHMETIC_H

#include <stdbool.h>
#include <stddef.h>

struct limen_quantiser {
  const char *name, *about;
  size_t bits;        /* a coordinate */
  size_t vector_bits; /* more of them a vector: its scale */
  double codes;       /* different values of a coordinate, for one scale: distinct directions are at
                         most codes^d */
  /* Rounding moves a number x of a row whose largest is m by at most unit |x| + peak m + tiny,
   * unless it becomes infinite; all 0 where there is no such bound worth having. `tiny` is where
   * numbers, or scales, are subnormal. */
  double unit, peak, tiny;
  /* Rounds d finite numbers, each to the nearest of the grid, ties to even. `out` (may be `row`)
   * holds the numbers that are then stored, exactly. Returns how many became infinite: those beyond
   * the largest number that can be stored. */
  size_t (*round)(size_t d, const double *row, double *out);
};

/* Whether whatever can be stored in `coarse` can be stored in `fine` without rounding, vector by
 * vector, scales included. So what is proved of numbers that are stored in one is proved for the
 * other. */
bool limen_quantiser_holds(const struct limen_quantiser *fine,
                           const struct limen_quantiser *coarse);

const struct limen_quantiser *limen_quantiser_find(const char *name);
const struct limen_quantiser *limen_quantiser_at(size_t i); /* NULL past the end */
const char *limen_quantiser_name(size_t i);

#endif
