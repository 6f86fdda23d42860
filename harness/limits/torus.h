/* Harmonic frames: documents on a torus, n steps of one rotation.
 *
 *     v(i) = (w_j cos(2 pi f_j i / n), w_j sin(2 pi f_j i / n))_j / |w|,   j = 1 .. K
 *
 * Whole frequencies f_j and whole weights w_j; unit length. A frequency of n / 2 has no sine and
 * takes one coordinate, so d is 2 K or 2 K - 1.
 *
 * Rotating by a step takes document i to i + 1, so the pairs {i, i + s} with the same s form one
 * class, and a query for {0, s} rotated by i steps serves {i, i + s}: n / 2 classes prove all
 * n (n - 1) / 2 pairs. The reflection i -> s - i swaps the two documents of {0, s}, and the best
 * query, of which there is one, is its own mirror image: it has one number x_j a frequency,
 *
 *     q = (x_j cos(pi f_j s / n), x_j sin(pi f_j s / n))_j,
 *     q . v(i) = sum_j x_j w_j cos(pi f_j (2 i - s) / n) / |w|,
 *
 * so the search for it takes place in K dimensions, among the n / 2 values of |2 i - s|. What the
 * two documents lead document i by is a sum of products of two sines, free of cancellation. */
#ifndef LIMEN_LIMITS_TORUS_H
#define LIMEN_LIMITS_TORUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "limits/min_norm.h"

enum {
  LIMEN_TORUS_MOST = 64, /* frequencies */
  LIMEN_TORUS_N_MOST = 1 << 24,
  LIMEN_TORUS_WEIGHT_MOST = 1 << 12
};

struct limen_torus {
  uint32_t n, count;                    /* documents, frequencies */
  uint32_t frequency[LIMEN_TORUS_MOST]; /* 1 .. n / 2 */
  uint32_t weight[LIMEN_TORUS_MOST];    /* 1 .. LIMEN_TORUS_WEIGHT_MOST */
};

/* LIMEN_INPUT, with the number, for anything that is no frame. */
int limen_torus_check(const struct limen_torus *frame, struct limen_error *error);
size_t limen_torus_dimensions(const struct limen_torus *frame);
double limen_torus_length(const struct limen_torus *frame); /* |w| */

/* sin(pi x / (2 n)) for x = 0 .. 4 n - 1, each right to two units in the last place. */
struct limen_sines {
  uint32_t n;
  double *value;
};
int limen_sines_init(struct limen_sines *sines, uint32_t n, struct limen_error *error);
void limen_sines_clear(struct limen_sines *sines);

/* ---- vectors ---- */

/* n x d, before any rounding but that of double. */
void limen_torus_documents(const struct limen_torus *frame, const struct limen_sines *sines,
                           double *out);

/* The query for {i, i + s}, given x (K numbers) of its class; d numbers. */
void limen_torus_query(const struct limen_torus *frame, const struct limen_sines *sines, uint32_t s,
                       uint32_t i, const double *x, double *out);

/* ---- classes ---- */

struct limen_torus_solver {
  struct limen_sines sines;
  size_t stride;  /* numbers between rows of points */
  double *points; /* K x stride: the leads of the last class, in units of 1 / |w| */
  struct limen_min_norm *min_norm;
  uint64_t work; /* coordinates looked at so far */
};

/* For frames of exactly n documents and `count` frequencies. */
int limen_torus_solver_init(struct limen_torus_solver *solver, uint32_t n, uint32_t count,
                            struct limen_error *error);
void limen_torus_solver_clear(struct limen_torus_solver *solver);

/* The best query of class s (1 <= s <= n / 2): its direction is x. Gaps are of unit documents and a
 * unit query. Documents that are mirror images of each other are one point. O(rounds n K). */
void limen_torus_class(struct limen_torus_solver *solver, const struct limen_torus *frame,
                       uint32_t s, const struct limen_min_norm_settings *settings,
                       struct limen_min_norm_answer *out);

extern const struct limen_min_norm_settings limen_torus_settings; /* to 1e-6, of any gap above 0 */

#endif
