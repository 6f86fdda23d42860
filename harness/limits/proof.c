#include "limits/proof.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK = 512 /* documents whose sums stay in the first-level cache */ };

struct bounds {
  double low_relevant, high_other; /* scores */
  double error_relevant, error_other;
};

/* Scores of one query against documents [from, to): sums of products and of their sizes.
 * `columns` holds the documents transposed, d x n. */
static void score_block(size_t n, size_t d, const double *columns, const float *query, size_t from,
                        size_t to, double *sum, double *size) {
  size_t width = to - from;
  memset(sum, 0, width * sizeof *sum);
  memset(size, 0, width * sizeof *size);
  for (size_t i = 0; i < d; i++) {
    double q = query[i], q_size = fabs(q);
    const double *column = columns + i * n + from;
#pragma omp simd
    for (size_t j = 0; j < width; j++) {
      sum[j] += q * column[j];
      size[j] += q_size * fabs(column[j]);
    }
  }
}

static void look_at_query(const struct limen_relevance *relevance, size_t row, size_t d,
                          double gamma, const double *columns, const float *query,
                          struct bounds *out) {
  double sum[BLOCK], size[BLOCK];
  const uint32_t *wanted = relevance->relevant + row * relevance->k;
  size_t next = 0, n = relevance->documents;
  *out = (struct bounds){INFINITY, -INFINITY, 0, 0};
  for (size_t from = 0; from < n; from += BLOCK) {
    size_t to = from + BLOCK < n ? from + BLOCK : n;
    score_block(n, d, columns, query, from, to, sum, size);
    for (size_t j = from; j < to; j++) {
      double s = sum[j - from], e = gamma * size[j - from];
      if (next < relevance->k && wanted[next] == j) {
        next++;
        if (s < out->low_relevant) out->low_relevant = s;
        if (e > out->error_relevant) out->error_relevant = e;
      } else {
        if (s > out->high_other) out->high_other = s;
        if (e > out->error_other) out->error_other = e;
      }
    }
  }
}

static int transpose(size_t n, size_t d, const float *documents, double *columns,
                     struct limen_error *error) {
  for (size_t j = 0; j < n; j++)
    for (size_t i = 0; i < d; i++) {
      if (!isfinite(documents[j * d + i]))
        return LIMEN_FAIL(error, LIMEN_INPUT, "document %zu holds %g in dimension %zu", j,
                          (double)documents[j * d + i], i);
      columns[i * n + j] = documents[j * d + i];
    }
  return LIMEN_OK;
}

int limen_prove(const struct limen_relevance *relevance, size_t d, const float *documents,
                const float *queries, double *margins, struct limen_proof *out,
                struct limen_error *error) {
  size_t n = relevance->documents;
  const double u = 0x1p-53, units = ((double)d + 2) * u, gamma = units / (1 - units) * (1 + 1e-9);
  *out = (struct limen_proof){.proved = true, .worst_margin = INFINITY};
  if (d > LIMEN_PROOF_D_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT, "d is %zu, but proofs reach to %d dimensions", d,
                      LIMEN_PROOF_D_MOST);
  double *columns = limen_alloc(n * d, sizeof *columns, error);
  if (!columns) return LIMEN_FAILED;
  int status = transpose(n, d, documents, columns, error);
  for (size_t row = 0; row < relevance->queries && status == LIMEN_OK; row++) {
    const float *query = queries + row * d;
    for (size_t i = 0; i < d && status == LIMEN_OK; i++)
      if (!isfinite(query[i]))
        status = LIMEN_FAIL(error, LIMEN_INPUT, "query %zu holds %g in dimension %zu", row,
                            (double)query[i], i);
    if (status != LIMEN_OK) break;
    struct bounds found;
    look_at_query(relevance, row, d, gamma, columns, query, &found);
    double margin = found.low_relevant - found.high_other;
    double bound = found.error_relevant + found.error_other;
    if (margins) {
      margins[2 * row] = margin;
      margins[2 * row + 1] = bound;
    }
    if (!(margin > bound)) out->unproved++, out->proved = false;
    if (margin < out->worst_margin) {
      out->worst_margin = margin;
      out->worst_bound = bound;
      out->worst_query = row;
    }
  }
  limen_free(columns);
  return status;
}
