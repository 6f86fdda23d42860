/* The regular simplex: d + 1 unit vectors, or fewer, all as far from each other as can be. The sum
 * of the set is its best query, by symmetry, and no n unit vectors have a wider gap (Wang et al.,
 * arXiv 2601.20844): n / sqrt(k (n - 1) (n - k)).
 *
 * Document i has coordinates like the rows of a Helmert matrix: nothing in coordinates past i.
 *
 * To reproduce: n = 3, d = 2, k = 1: gap 3 / 2. */
#include <math.h>
#include <string.h>

#include "limits/layout.h"

extern const struct limen_layout limen_layout_simplex;

static size_t most(size_t d, size_t k) { return d + 1 > k ? d + 1 : 0; }

/* Coordinate c tells document c + 1 from those before it, 1 against c + 1 times -1 / (c + 1). */
static int documents(const struct limen_placing *placing, double *out, struct limen_error *error) {
  const double n = (double)placing->n;
  (void)error;
  memset(out, 0, placing->n * placing->d * sizeof *out);
  for (size_t c = 0; c + 1 < placing->n; c++) {
    const double below = (double)c + 1;
    const double scale = sqrt(n / ((n - 1) * below * (below + 1)));
    for (size_t i = 0; i <= c; i++) out[i * placing->d + c] = -scale;
    out[(c + 1) * placing->d + c] = scale * below;
  }
  return LIMEN_OK;
}

static void query(const struct limen_placing *placing, const double *vectors, const uint32_t *set,
                  double *out) {
  memset(out, 0, placing->d * sizeof *out);
  for (size_t s = 0; s < placing->k; s++)
    for (size_t i = 0; i < placing->d; i++) out[i] += vectors[set[s] * placing->d + i];
}

const struct limen_layout limen_layout_simplex = {
    .name = "simplex",
    .about = "the regular simplex: d + 1 documents, the widest gap that any have",
    .unit = true,
    .every = true,
    .most = most,
    .documents = documents,
    .query = query,
};
