#include "limits/prime_field.h"

#include <string.h>

#include "base/memory.h"

/* to -= factor * from */
static void subtract_row(size_t count, uint64_t factor, const uint64_t *from, uint64_t *to) {
  uint64_t minus = limen_prime_subtract(0, factor);
  for (size_t i = 0; i < count; i++)
    to[i] = limen_prime_add(to[i], limen_prime_multiply(minus, from[i]));
}

static void swap_rows(size_t count, uint64_t *a, uint64_t *b) {
  for (size_t i = 0; i < count; i++) {
    uint64_t kept = a[i];
    a[i] = b[i];
    b[i] = kept;
  }
}

size_t limen_prime_eliminate(size_t rows, size_t columns, uint64_t *a, size_t *row,
                             size_t *column) {
  size_t rank = 0;
  for (size_t r = 0; r < rows; r++) row[r] = r;
  for (size_t c = 0; c < columns && rank < rows; c++) {
    size_t found = rank;
    while (found < rows && a[found * columns + c] == 0) found++;
    if (found == rows) continue;
    uint64_t *pivot = a + rank * columns;
    if (found != rank) {
      swap_rows(columns, pivot, a + found * columns);
      size_t kept = row[found];
      row[found] = row[rank];
      row[rank] = kept;
    }
    uint64_t inverse = limen_prime_invert(pivot[c]);
    for (size_t r = rank + 1; r < rows; r++) {
      uint64_t *below = a + r * columns;
      if (below[c] != 0)
        subtract_row(columns - c, limen_prime_multiply(below[c], inverse), pivot + c, below + c);
    }
    column[rank++] = c;
  }
  return rank;
}

/* Gauss and Jordan on (a | 1). */
bool limen_prime_inverse(size_t m, uint64_t *a, uint64_t *inverse) {
  memset(inverse, 0, m * m * sizeof *inverse);
  for (size_t i = 0; i < m; i++) inverse[i * m + i] = 1;
  for (size_t c = 0; c < m; c++) {
    size_t found = c;
    while (found < m && a[found * m + c] == 0) found++;
    if (found == m) return false;
    if (found != c) {
      swap_rows(m, a + c * m, a + found * m);
      swap_rows(m, inverse + c * m, inverse + found * m);
    }
    uint64_t scale = limen_prime_invert(a[c * m + c]);
    for (size_t j = 0; j < m; j++) {
      a[c * m + j] = limen_prime_multiply(a[c * m + j], scale);
      inverse[c * m + j] = limen_prime_multiply(inverse[c * m + j], scale);
    }
    for (size_t r = 0; r < m; r++) {
      uint64_t factor = a[r * m + c];
      if (r == c || factor == 0) continue;
      subtract_row(m - c, factor, a + c * m + c, a + r * m + c);
      subtract_row(m, factor, inverse + c * m, inverse + r * m);
    }
  }
  return true;
}

/* Rows are affinely independent when the rows with a 1 put behind them are linearly so. */
int limen_affinely_independent(size_t n, size_t d, const float *rows, bool *out,
                               struct limen_error *error) {
  size_t *row = NULL, *column = NULL;
  uint64_t *a = NULL;
  int status = LIMEN_OK;
  *out = false;
  for (size_t v = 0; v < n; v++)
    for (size_t i = 0; i < d; i++)
      if (!isfinite(rows[v * d + i]))
        return LIMEN_FAIL(error, LIMEN_INPUT, "row %zu holds %g in dimension %zu", v,
                          (double)rows[v * d + i], i);
  if (n > d + 1) return LIMEN_OK;
  if (!(row = limen_alloc(n, sizeof *row, error)) ||
      !(column = limen_alloc(d + 1, sizeof *column, error)) ||
      !(a = limen_alloc_scratch(n, (d + 1) * sizeof *a, error))) {
    status = LIMEN_FAILED;
    goto done;
  }
  for (size_t v = 0; v < n; v++) {
    for (size_t i = 0; i < d; i++) a[v * (d + 1) + i] = limen_prime_of_float(rows[v * d + i]);
    a[v * (d + 1) + d] = 1;
  }
  *out = limen_prime_eliminate(n, d + 1, a, row, column) == n;
done:
  limen_free(row);
  limen_free(column);
  limen_free(a);
  return status;
}
