/* The moment curve: v(t) = (t, t^2, ..., t^2k), n values of t from -1 to 1. The query for a set is
 * minus the coefficients of prod (t - t_i)^2 without its constant, so that the score of a document
 * is a constant less the square of a polynomial that is 0 in the set alone (Wang et al., "R^2k is
 * theoretically large enough for embedding-based top-k retrieval", arXiv 2601.20844). Coordinates
 * beyond 2k are 0.
 *
 * To reproduce: for k = 1 and documents at t = -1, 0, 1 the query of the middle one is (0, -1). */
#include <math.h>
#include <string.h>

#include "limits/layout.h"

extern const struct limen_layout limen_layout_moment_curve;

enum { K_MOST = 64 };

static size_t most(size_t d, size_t k) { return k <= K_MOST && d >= 2 * k ? SIZE_MAX : 0; }

static double at(const struct limen_placing *placing, size_t i) {
  return 2 * (double)i / (double)(placing->n - 1) - 1;
}

static int documents(const struct limen_placing *placing, double *out, struct limen_error *error) {
  (void)error;
  memset(out, 0, placing->n * placing->d * sizeof *out);
  for (size_t i = 0; i < placing->n; i++) {
    double power = 1;
    for (size_t c = 0; c < 2 * placing->k; c++) out[i * placing->d + c] = power *= at(placing, i);
  }
  return LIMEN_OK;
}

static void query(const struct limen_placing *placing, const double *vectors, const uint32_t *set,
                  double *out) {
  double product[2 * K_MOST + 1] = {1};
  size_t degree = 0;
  (void)vectors;
  for (size_t turn = 0; turn < 2; turn++)
    for (size_t s = 0; s < placing->k; s++, degree++)
      for (size_t c = degree + 2; c-- > 0;)
        product[c] =
            (c > 0 ? product[c - 1] : 0) - (c <= degree ? at(placing, set[s]) * product[c] : 0);
  memset(out, 0, placing->d * sizeof *out);
  for (size_t c = 0; c < 2 * placing->k; c++) out[c] = -product[c + 1];
}

const struct limen_layout limen_layout_moment_curve = {
    .name = "moment_curve",
    .about = "points of a curve of degree 2k: the smallest d with a query for every k documents",
    .every = true,
    .most = most,
    .documents = documents,
    .query = query,
};
