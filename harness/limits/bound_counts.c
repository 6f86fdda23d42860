/* Bounds that only count.
 *
 * Nesting. On a line a query can put on top a beginning or an end of the documents' order, nothing
 * else. Of two beginnings one holds the other. So when queries can be walked in a ring of odd
 * length, neighbours of which want sets neither of which holds the other, one dimension is not
 * enough.
 *
 * Dichotomies. n points of R^d are cut by hyperplanes in at most 2 sum_{i <= d} C(n - 1, i) ways
 * (Cover 1965): there are not more different rows than that. And m hyperplanes leave at most
 * sum_{i <= d} C(m, i) cells (Buck 1943): there are not more different columns than that.
 *
 * Simplex. n affinely independent points, in n - 1 dimensions, have every subset cut off by a
 * hyperplane; those of the regular simplex are of unit length.
 *
 * A query each. Queries that are the unit vectors of R^m, documents the columns of the matrix; and
 * with documents 1 / -1 in place of 1 / 0, all are of length sqrt(m).
 *
 * To reproduce: all 1035 pairs of 46 documents: not 1 dimension, as three pairs without a common
 * document do not nest; 2 at least by dichotomies, as 2 (1 + 45) < 1035 <= 2 (1 + 45 + 990). */
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "limits/dimension_bounds.h"

extern const struct limen_dimension_bound limen_bound_nesting, limen_bound_dichotomies,
    limen_bound_simplex, limen_bound_a_query_each;

/* ---- nesting ---- */

/* More rows than this are not looked at, as time goes with their square; fewer rows bind less. */
enum { NESTING_ROWS_MOST = 4000 };

static bool holds(const uint32_t *outer, size_t outer_count, const uint32_t *inner,
                  size_t inner_count) {
  size_t o = 0;
  for (size_t i = 0; i < inner_count; i++) {
    while (o < outer_count && outer[o] < inner[i]) o++;
    if (o == outer_count || outer[o] != inner[i]) return false;
  }
  return true;
}

static bool nest(const struct limen_relevance_matrix *matrix, size_t first, size_t second) {
  const uint32_t *a, *b;
  size_t a_count = limen_relevance_row(matrix, first, &a);
  size_t b_count = limen_relevance_row(matrix, second, &b);
  return a_count < b_count ? holds(b, b_count, a, a_count) : holds(a, a_count, b, b_count);
}

/* Deals the rows to the two ends: those that do not nest must not share one. False when they
 * cannot be dealt. `end` holds 0 for rows not yet dealt, else 1 or 2. */
static bool deal(const struct limen_relevance_matrix *matrix, size_t rows, unsigned char *end,
                 size_t *queue) {
  for (size_t start = 0; start < rows; start++) {
    size_t head = 0, tail = 0;
    if (end[start]) continue;
    end[start] = 1;
    queue[tail++] = start;
    while (head < tail) {
      const size_t row = queue[head++];
      for (size_t other = 0; other < rows; other++) {
        if (other == row || end[other] == 3 - end[row] || nest(matrix, row, other)) continue;
        if (end[other] == end[row]) return false;
        end[other] = (unsigned char)(3 - end[row]);
        queue[tail++] = other;
      }
    }
  }
  return true;
}

static int find_nesting(const struct limen_relevance_matrix *matrix, struct limen_bound_value *out,
                        struct limen_error *error) {
  const size_t rows = matrix->rows < NESTING_ROWS_MOST ? matrix->rows : NESTING_ROWS_MOST;
  unsigned char *end = limen_alloc(rows, sizeof *end, error);
  size_t *queue = limen_alloc(rows, sizeof *queue, error);
  int status = end && queue ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    for (size_t r = 0; r < rows; r++) end[r] = 0;
    out->any = out->unit = deal(matrix, rows, end, queue) ? 1 : 2;
    snprintf(out->words, sizeof out->words, "%s",
             out->any == 1 ? "the rows could be beginnings and ends of one order"
                           : "an odd ring of queries none of which nests in the next");
  }
  limen_free(end);
  limen_free(queue);
  return status;
}

const struct limen_dimension_bound limen_bound_nesting = {
    .name = "nesting",
    .about = "on a line only beginnings and ends of one order can be wanted",
    .side = LIMEN_BOUND_LOWER,
    .find = find_nesting,
};

/* ---- dichotomies ---- */

/* The first d with factor x sum_{i <= d} C(n, i) >= count; in doubles, which are rounded up, so
 * that the bound errs downwards. */
static size_t first_dimension(double factor, size_t n, double count) {
  double term = 1, sum = 1;
  size_t d = 0;
  while (factor * sum < count && d < n) {
    term = term * (double)(n - d) / (double)(d + 1) * (1 + 1e-12);
    sum = (sum + term) * (1 + 1e-12);
    d++;
  }
  return d;
}

static int find_dichotomies(const struct limen_relevance_matrix *matrix,
                            struct limen_bound_value *out, struct limen_error *error) {
  (void)error;
  const size_t by_rows = first_dimension(2, matrix->columns - 1, (double)matrix->rows);
  const size_t by_columns = first_dimension(1, matrix->rows, (double)matrix->columns);
  out->any = by_rows > by_columns ? by_rows : by_columns;
  if (out->any < 1) out->any = 1;
  out->unit = out->any;
  snprintf(out->words, sizeof out->words,
           "%zu different rows ask for %zu, %zu different columns for %zu", matrix->rows, by_rows,
           matrix->columns, by_columns);
  return LIMEN_OK;
}

const struct limen_dimension_bound limen_bound_dichotomies = {
    .name = "dichotomies",
    .about = "hyperplanes cut points in no more ways than Cover counted",
    .side = LIMEN_BOUND_LOWER,
    .find = find_dichotomies,
};

/* ---- upper bounds ---- */

static int find_simplex(const struct limen_relevance_matrix *matrix, struct limen_bound_value *out,
                        struct limen_error *error) {
  (void)error;
  out->any = out->unit = matrix->columns - 1;
  snprintf(out->words, sizeof out->words, "%zu kinds of documents", matrix->columns);
  return LIMEN_OK;
}

const struct limen_dimension_bound limen_bound_simplex = {
    .name = "simplex",
    .about = "documents as the corners of a simplex serve every set",
    .side = LIMEN_BOUND_UPPER,
    .find = find_simplex,
};

static int find_a_query_each(const struct limen_relevance_matrix *matrix,
                             struct limen_bound_value *out, struct limen_error *error) {
  (void)error;
  out->any = out->unit = matrix->rows;
  snprintf(out->words, sizeof out->words, "%zu different rows", matrix->rows);
  return LIMEN_OK;
}

const struct limen_dimension_bound limen_bound_a_query_each = {
    .name = "a_query_each",
    .about = "a coordinate for each query serves every set",
    .side = LIMEN_BOUND_UPPER,
    .find = find_a_query_each,
};
