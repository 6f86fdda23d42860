/* The frame in which float32 nominates: vectors shifted and scaled, and rigorous bounds on what
 * float32 loses there.
 *
 * A query x and a base row y are compared by a key that orders rows as the distance does:
 *
 *     L2      |y'|^2 / 2 - x'y',   x' = s (x - c),   y' = s (y - c)
 *     IP      -x'y',               x' = t x,         y' = s (y - c)
 *     COSINE  -x'y',               x' = x / |x|,     y' = s (y / |y| - c)
 *
 * c is near the middle of the base, s and t are powers of two: the key's terms then are about as
 * large as what they differ by, so that data far from the origin, or tiny, or huge, cost nothing.
 * In exact arithmetic distance = slope key + offset for each query.
 *
 * Errors, u = 2^-24, gamma_m = m u / (1 - m u) (Higham, Accuracy and Stability of Numerical
 * Algorithms, 2nd ed., sections 3.1 and 3.5):
 *   - x' and y' are computed in float64 and rounded once: u |x'| and u |y'|, which moves x'y' by
 *     2u |x'||y'|. The division by |y| adds 2^-51 s, which the length's pad covers.
 *   - x'y' sums d products in whatever order, fused or not: gamma_(d+1) |x'||y'|.
 *   - |y'|^2 is summed in 16 lanes: gamma_(d/16 + 6) |y'|^2, and 2u |y'|^2 from y' itself.
 *   - putting the bounds together: three roundings of at most |y'|^2 / 2 + |x'||y'|.
 *   - the float64 distance that decides has d + 8 roundings of 2^-53: in each row's share less than
 *     one u |x'||y'|, and for what belongs to the query alone in limen_frame_limit.
 *   - underflow, here and in x'y', is at most d 2^-149 in all; lengths carry a pad of 2^-50.
 * Together |key - true key| <= reach |y'| + square_error |y'|^2, reach = product_error |x'|, with
 * product_error = 1.02 (d + 12) u and square_error = 1.02 (d/32 + 8) u; all that is stored is
 * rounded to the safe side. Rows and queries too long for float32 (2^60 times the usual length),
 * and more columns than the bound allows, get bounds that exclude nothing: right and slow. */
#ifndef LIMEN_KNN_FRAME_H
#define LIMEN_KNN_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "data/matrix.h"

struct limen_frame {
  enum limen_metric metric;
  size_t columns;
  double scale;         /* s */
  double *centre;       /* columns: s c */
  double *origin;       /* columns: zeros */
  double centre_length; /* |c| */
  double product_error, square_error;
};

/* Looks at a few base rows to choose c and s; any choice is correct. */
int limen_frame_init(struct limen_frame *frame, const struct limen_vectors *base,
                     enum limen_metric metric, struct limen_error *error);
void limen_frame_clear(struct limen_frame *frame);

/* Base rows in the frame. A key's bounds are low - reach length - score and high + reach length -
 * score, where score is x'y' as multiply.h gives it. */
struct limen_frame_rows {
  float *rows; /* count x columns */
  float *low, *high, *length;
};

/* A query in the frame; keys become distances by distance = slope key + offset. */
struct limen_frame_query {
  double slope, offset;
  double doubt; /* what offset and its like may be off by, in distances, per 2^-50 (d + 16) */
  float reach;
};

/* Fill `count` rows, or one query, from the vectors as they are. False for a vector that has no
 * distance to others; *bad is then the number of the first such row. limen_frame_refuse says why.
 */
bool limen_frame_base(const struct limen_frame *frame, const float *vectors, size_t count,
                      const struct limen_frame_rows *out, size_t *bad);
bool limen_frame_query(const struct limen_frame *frame, const float *vector, float *row,
                       struct limen_frame_query *out);
int limen_frame_refuse(const struct limen_frame *frame, const char *side, size_t row,
                       const float *vector, struct limen_error *error);

/* At least k rows have true keys up to `top`. Rows whose low bound is above the result are not
 * among the k nearest by (float64 distance, id), nor at most `tolerance` beyond the k-th. */
float limen_frame_limit(const struct limen_frame *frame, const struct limen_frame_query *query,
                        double tolerance, float top);

/* Bounds of a key from the row's float64 distance. */
void limen_frame_bounds(const struct limen_frame *frame, const struct limen_frame_query *query,
                        double distance, float *low, float *high);

#endif
