/* Figures that others published, to be drawn beside our own. They are compared with, never used as
 * results: nothing that a run measures, plans or concludes may depend on them. */
#ifndef LIMEN_LIMITS_PUBLISHED_H
#define LIMEN_LIMITS_PUBLISHED_H

#include <stddef.h>

struct limen_published_point {
  double d, n; /* dimension; largest number of documents that was reached */
};

/* Critical n over d, with the points in ascending d. */
struct limen_published {
  const char *name;   /* "weller2025" */
  const char *label;  /* for a legend */
  const char *source; /* where the points are printed */
  size_t k;           /* relevant documents a query */
  /* How it was trained, by the names of our registries; NULL where that is as Weller et al. do. */
  const char *loss, *query_rule;
  size_t count;
  const struct limen_published_point *points;
};

/* NULL past the end; NULL when there is none of that name. */
const struct limen_published *limen_published_at(size_t i);
const struct limen_published *limen_published_find(const char *name);

/* The n of a table at d; NaN where it has none. */
double limen_published_n(const struct limen_published *table, double d);

/* The cubic that Weller et al. fitted to their points, as they print it: four decimals. */
struct limen_published_cubic {
  const char *name, *label, *source;
  size_t k;
  double coefficients[4]; /* of 1, d, d^2, d^3 */
  double r_squared;
};
extern const struct limen_published_cubic limen_published_cubic;

/* What they print of it beyond their points: rounded by them, and no measurement. */
extern const struct limen_published limen_published_extrapolated;

/* Its n at d. */
double limen_published_cubic_at(double d);
/* The d at which it comes to n, extrapolated wherever that leads; n at least 1. */
double limen_published_cubic_d(double n);

#endif
