/* The trigonometric moment curve, the moment curve's sibling of unit length: the harmonic frame of
 * frequencies 1, 2, ..., d / 2 (and n / 2, where d is odd).
 *
 * prod over the set of (1 - cos(t - t_i)) is 0 in the set and positive elsewhere. It is a
 * trigonometric polynomial of degree k; minus its coefficients, without the constant, are a query
 * whose score is a constant less that product. Where 2k < d it leaves coordinates unused, and the
 * best query of torus.h has a wider gap.
 *
 * To reproduce: k = 1, d = 2: the query for a document is the document itself. */
#include <complex.h>
#include <math.h>
#include <string.h>

#include "limits/layout.h"

extern const struct limen_layout limen_layout_trigonometric;

enum { K_MOST = 64 };

static size_t most(size_t d, size_t k) {
  return k <= K_MOST && d >= 2 * k && d <= LIMEN_TORUS_MOST ? LIMEN_TORUS_N_MOST : 0;
}

static int frame(size_t n, size_t d, struct limen_torus *out, struct limen_error *error) {
  const size_t pairs = d / 2;
  *out = (struct limen_torus){.n = (uint32_t)n, .count = (uint32_t)(d + 1) / 2};
  if (n > LIMEN_TORUS_N_MOST || 2 * pairs >= n || (d % 2 == 1 && n % 2 == 1))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%zu documents have no trigonometric moment curve in %zu dimensions: there "
                      "must be more of them than dimensions, and an even number where that of "
                      "dimensions is odd",
                      n, d);
  for (uint32_t j = 0; j < out->count; j++) {
    out->frequency[j] = j < pairs ? j + 1 : (uint32_t)n / 2;
    out->weight[j] = 1;
  }
  return LIMEN_OK;
}

static int documents(const struct limen_placing *placing, double *out, struct limen_error *error) {
  struct limen_torus it;
  struct limen_sines sines = {0};
  int status = frame(placing->n, placing->d, &it, error);
  if (status == LIMEN_OK) status = limen_sines_init(&sines, it.n, error);
  if (status == LIMEN_OK) limen_torus_documents(&it, &sines, out);
  limen_sines_clear(&sines);
  return status;
}

/* Coefficients of e^(-ikt) .. e^(ikt), lowest first; each factor is
 * 1 - (e^(it) e^(-ia) + e^(-it) e^(ia)) / 2. */
static void query(const struct limen_placing *placing, const double *vectors, const uint32_t *set,
                  double *out) {
  double complex product[2 * K_MOST + 1] = {1};
  size_t degree = 0;
  (void)vectors;
  for (size_t s = 0; s < placing->k; s++, degree++) {
    const double angle = 2 * acos(-1) * set[s] / (double)placing->n;
    const double complex turn = cexp(I * angle);
    for (size_t c = 2 * degree + 3; c-- > 0;) {
      double complex value = c >= 1 && c <= 2 * degree + 1 ? product[c - 1] : 0;
      if (c <= 2 * degree) value -= product[c] * turn / 2;
      if (c >= 2) value -= product[c - 2] * conj(turn) / 2;
      product[c] = value;
    }
  }
  /* Weights are equal, so no frequency is scaled against another. */
  memset(out, 0, placing->d * sizeof *out);
  for (size_t f = 1; f <= placing->k; f++) {
    out[2 * f - 2] = -2 * creal(product[placing->k + f]);
    out[2 * f - 1] = 2 * cimag(product[placing->k + f]);
  }
}

const struct limen_layout limen_layout_trigonometric = {
    .name = "trigonometric",
    .about = "the trigonometric moment curve: a harmonic frame of the lowest frequencies",
    .unit = true,
    .every = true,
    .is_frame = true,
    .most = most,
    .documents = documents,
    .query = query,
    .frame = frame,
};
