/* What a point of the grid came to. */
#ifndef LIMEN_KINDS_SCALE_SUMMARY_H
#define LIMEN_KINDS_SCALE_SUMMARY_H

#include "experiments/kinds/scale/scale.h"

struct scale_point {
  size_t point;
  const struct limen_construction *family;
  int64_t n, k;                  /* as asked */
  const struct limen_cell *cell; /* lent by the plan: of fewest dimensions; NULL: none holds yet */
  const double *values;          /* of it */
  size_t attempts;               /* cells that were looked at */
  bool waiting;                  /* the search goes on */
};

/* One entry a point of the grid, in its order; released by limen_free. */
int scale_points(const struct limen_plan *plan, struct scale_point **points, size_t *count,
                 struct limen_error *error);

/* The certificate's folder of a point. NULL without memory. */
char *scale_certificate_name(const struct scale_point *point, struct limen_error *error);

#endif
