/* Forster's bound, from how little a matrix can be approximated: for a real m x n matrix M without
 * zeros, every matrix with M's signs has a rank of at least sqrt(m n) min |M_ij| / ||M||, the norm
 * being the largest singular value (Forster, Krause, Lokam, Mubarakzjanov, Schmitt and Simon,
 * "Relations Between Communication Complexity, Linear Arrangements, and Computational Complexity",
 * FSTTCS 2001). The dimension is at least that rank less 1, as thresholds cost one.
 *
 * M has the signs of the relevance matrix. The sizes of its entries are free; a row of s wanted
 * documents among n is tried with sizes 1, and balanced: (n - s) / s for the wanted ones when s is
 * the smaller part, so that rows sum to 0, which takes away the large singular value of a matrix
 * most of whose entries are alike.
 *
 * The norm must not come out too small. With G the smaller one of M M^T and M^T M, mu > ||M||^2 is
 * proved by a Cholesky factor of (mu - c) I - G that floating point brings to its end, with c at
 * least n u / (1 - n u) times the trace, u = 2^-53 (Rump, "Verification of Positive Definiteness",
 * BIT 2006); c is taken several times larger, for the rounding of G itself. mu starts from power
 * iteration and grows until the factor is found.
 *
 * Any rows of a matrix bound the whole, so the first ROWS_MOST are enough where there are more.
 *
 * To reproduce: Hadamard's matrix of order 64, norm 8: rank 8 at least, 7 dimensions. All pairs of
 * 46 documents: 1.43, nothing that is not known. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "limits/dimension_bounds.h"

extern const struct limen_dimension_bound limen_bound_forster;

enum { ROWS_MOST = 1500, POWER_STEPS = 300 };

/* A row's entries: `in` where a document is wanted, -out elsewhere. */
struct weights {
  double in, out;
};

static struct weights weights_of(size_t wanted, size_t columns, bool balanced) {
  const double s = (double)wanted, rest = (double)(columns - wanted);
  if (!balanced) return (struct weights){1, 1};
  return s < rest ? (struct weights){rest / s, 1} : (struct weights){1, s / rest};
}

/* M M^T for the first `rows` rows. */
static int gram_of_rows(const struct limen_relevance_matrix *matrix, size_t rows, bool balanced,
                        gsl_matrix *gram, struct limen_error *error) {
  const double n = (double)matrix->columns;
  bool *wanted = limen_alloc(matrix->columns, sizeof *wanted, error);
  if (!wanted) return LIMEN_FAILED;
  for (size_t c = 0; c < matrix->columns; c++) wanted[c] = false;
  for (size_t i = 0; i < rows; i++) {
    const uint32_t *a, *b;
    const size_t a_count = limen_relevance_row(matrix, i, &a);
    const struct weights wa = weights_of(a_count, matrix->columns, balanced);
    for (size_t x = 0; x < a_count; x++) wanted[a[x]] = true;
    for (size_t j = 0; j <= i; j++) {
      const size_t b_count = limen_relevance_row(matrix, j, &b);
      const struct weights wb = weights_of(b_count, matrix->columns, balanced);
      double both = 0;
      for (size_t x = 0; x < b_count; x++) both += wanted[b[x]];
      /* row = (in + out) [wanted] - out */
      const double sum = (wa.in + wa.out) * (wb.in + wb.out) * both -
                         (wa.in + wa.out) * wb.out * (double)a_count -
                         (wb.in + wb.out) * wa.out * (double)b_count + wa.out * wb.out * n;
      gsl_matrix_set(gram, i, j, sum);
      gsl_matrix_set(gram, j, i, sum);
    }
    for (size_t x = 0; x < a_count; x++) wanted[a[x]] = false;
  }
  limen_free(wanted);
  return LIMEN_OK;
}

/* M^T M. */
static void gram_of_columns(const struct limen_relevance_matrix *matrix, size_t rows, bool balanced,
                            gsl_matrix *gram) {
  const size_t n = matrix->columns;
  gsl_matrix_set_zero(gram);
  double constant = 0;
  for (size_t r = 0; r < rows; r++) {
    const uint32_t *a;
    const size_t count = limen_relevance_row(matrix, r, &a);
    const struct weights w = weights_of(count, n, balanced);
    const double both = w.in + w.out;
    constant += w.out * w.out;
    for (size_t x = 0; x < count; x++) {
      for (size_t y = 0; y < count; y++) *gsl_matrix_ptr(gram, a[x], a[y]) += both * both;
      for (size_t j = 0; j < n; j++) {
        *gsl_matrix_ptr(gram, a[x], j) -= both * w.out;
        *gsl_matrix_ptr(gram, j, a[x]) -= both * w.out;
      }
    }
  }
  gsl_matrix_add_constant(gram, constant);
}

static double largest_eigenvalue(const gsl_matrix *gram) {
  const size_t n = gram->size1;
  gsl_vector *x = gsl_vector_alloc(n), *y = gsl_vector_alloc(n);
  double value = 0;
  for (size_t i = 0; x && y && i < n; i++) gsl_vector_set(x, i, 1 + (double)(i * 7 % 13) / 13);
  for (size_t step = 0; x && y && step < POWER_STEPS; step++) {
    gsl_blas_dsymv(CblasLower, 1, gram, x, 0, y);
    value = gsl_blas_dnrm2(y) / gsl_blas_dnrm2(x);
    if (!(value > 0)) break;
    gsl_vector_scale(y, 1 / gsl_blas_dnrm2(y));
    gsl_vector_memcpy(x, y);
  }
  gsl_vector_free(x);
  gsl_vector_free(y);
  return value;
}

/* Whether mu is proved to be above all eigenvalues. `work` is overwritten. */
static bool is_above(const gsl_matrix *gram, double mu, gsl_matrix *work) {
  const size_t n = gram->size1;
  double trace = 0;
  for (size_t i = 0; i < n; i++) trace += gsl_matrix_get(gram, i, i);
  /* of mu I - G, and of what rounding did to G, whose entries stand for sums of n products */
  const double slack = 16 * (double)(n + 8) * 0x1p-53 * (mu * (double)n + trace);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      gsl_matrix_set(work, i, j, (i == j ? mu - slack : 0) - gsl_matrix_get(gram, i, j));
  return gsl_linalg_cholesky_decomp1(work) == GSL_SUCCESS;
}

/* An upper bound of the largest eigenvalue; infinite when none could be proved. */
static double eigenvalue_bound(const gsl_matrix *gram, gsl_matrix *work) {
  const double start = largest_eigenvalue(gram);
  for (double growth = 1e-7; growth < 2; growth *= 4)
    if (is_above(gram, start * (1 + growth), work)) return start * (1 + growth);
  return INFINITY;
}

static int find(const struct limen_relevance_matrix *matrix, struct limen_bound_value *out,
                struct limen_error *error) {
  const size_t rows = matrix->rows < ROWS_MOST ? matrix->rows : ROWS_MOST;
  const bool by_rows = rows < matrix->columns;
  const size_t size = by_rows ? rows : matrix->columns;
  double best = 0;
  gsl_matrix *gram = gsl_matrix_alloc(size, size), *work = gsl_matrix_alloc(size, size);
  int status = gram && work
                   ? LIMEN_OK
                   : LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a matrix of %zu^2", size);
  for (int balanced = 0; balanced < 2 && status == LIMEN_OK; balanced++) {
    if (by_rows)
      status = gram_of_rows(matrix, rows, balanced, gram, error);
    else
      gram_of_columns(matrix, rows, balanced, gram);
    if (status != LIMEN_OK) break;
    /* All entries are at least 1, and some are 1. */
    double bound = sqrt((double)rows * (double)matrix->columns / eigenvalue_bound(gram, work));
    if (bound > best) best = bound;
  }
  gsl_matrix_free(gram);
  gsl_matrix_free(work);
  if (status != LIMEN_OK) return status;
  const double rank = ceil(best - 1e-9);
  out->any = out->unit = rank > 2 ? (size_t)rank - 1 : 1;
  snprintf(out->words, sizeof out->words, "ranks are at least %.2f", best);
  return LIMEN_OK;
}

const struct limen_dimension_bound limen_bound_forster = {
    .name = "forster",
    .about = "a sign matrix of small norm has no low rank",
    .side = LIMEN_BOUND_LOWER,
    .find = find,
};
