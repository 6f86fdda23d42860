/* Finding the exact weights. The search's pairs are taken apart into documents: of those, weights a
 * on the inside and b on the outside with sum a = sum b = 1 and sum a v = sum b v are d + 2 linear
 * equations, with as many numbers in them as documents were stored, no differences. While the
 * documents are affinely dependent, one is dropped without making the others negative
 * (Caratheodory); then the equations have one solution or none, which is found exactly, and dealt
 * out to pairs again. */
#include "limits/impossible.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "limits/exact_solve.h"
#include "limits/exact_sum.h"
#include "limits/prime_field.h"

/* ---- documents of a support ---- */

struct member {
  uint32_t document;
  bool inside;
  double weight;
};

struct support {
  size_t d, count;
  const float *documents;
  struct member *member;
};

static void add_member(struct support *support, uint32_t document, bool inside, double weight) {
  for (size_t m = 0; m < support->count; m++)
    if (support->member[m].document == document) {
      support->member[m].weight += weight;
      return;
    }
  support->member[support->count++] = (struct member){document, inside, weight};
}

static void drop_member(struct support *support, size_t at) {
  support->member[at] = support->member[--support->count];
}

/* One coordinate of a member in the equations; the last two tell the sides. */
static float coordinate(const struct support *support, size_t m, size_t row) {
  const struct member *member = &support->member[m];
  if (row == support->d) return member->inside ? 1 : 0;
  if (row == support->d + 1) return member->inside ? 0 : 1;
  float value = support->documents[member->document * support->d + row];
  return member->inside ? value : -value;
}

/* Rows of the equations, columns of members, and the right-hand side behind them: modulo the prime.
 */
static int eliminate(const struct support *support, size_t *row, size_t *column, size_t *rank,
                     struct limen_error *error) {
  size_t rows = support->d + 2, columns = support->count + 1;
  uint64_t *a = limen_alloc_scratch(rows, columns * sizeof *a, error);
  if (!a) return LIMEN_FAILED;
  for (size_t r = 0; r < rows; r++) {
    for (size_t m = 0; m < support->count; m++)
      a[r * columns + m] = limen_prime_of_float(coordinate(support, m, r));
    a[r * columns + support->count] = r >= support->d;
  }
  *rank = limen_prime_eliminate(rows, columns, a, row, column);
  limen_free(a);
  return LIMEN_OK;
}

/* ---- equations ---- */

/* Solves the chosen rows of sum over `columns` of y u = right for the m chosen members: `right` is
 * a member too, or SIZE_MAX for the right-hand side. A row is scaled by its own power of 2. */
static int solve_rows(const struct support *support, size_t m, const size_t *row,
                      const size_t *column, size_t right, mpz_t *numerators, mpz_t denominator,
                      bool *solved, struct limen_error *error) {
  mpz_t *a = limen_whole_alloc(m * m, error), *b = limen_whole_alloc(m, error);
  int status = a && b ? LIMEN_OK : LIMEN_FAILED;
  for (size_t r = 0; r < m && status == LIMEN_OK; r++) {
    float last = right != SIZE_MAX ? coordinate(support, right, row[r]) : row[r] >= support->d;
    int lowest = limen_float_lowest(last);
    for (size_t c = 0; c < m; c++) {
      int bit = limen_float_lowest(coordinate(support, column[c], row[r]));
      if (bit < lowest) lowest = bit;
    }
    for (size_t c = 0; c < m; c++)
      limen_float_whole(coordinate(support, column[c], row[r]), lowest, a[r * m + c]);
    limen_float_whole(last, lowest, b[r]);
  }
  if (status == LIMEN_OK)
    status = limen_exact_solve(m, (const mpz_t *)a, (const mpz_t *)b, numerators, denominator,
                               solved, error);
  limen_whole_free(a, m * m);
  limen_whole_free(b, m);
  return status;
}

static double quotient(const mpz_t numerator, const mpz_t denominator) {
  mpq_t value;
  mpq_init(value);
  mpz_set(mpq_numref(value), numerator);
  mpz_set(mpq_denref(value), denominator);
  mpq_canonicalize(value);
  double result = mpq_get_d(value);
  mpq_clear(value);
  return result;
}

/* The member `extra` is a combination of the `rank` independent ones: sum y u = u_extra. Weights
 * move along (y, -1), which changes no equation, until the first reaches 0; that one leaves. */
static int drop_one(struct support *support, size_t rank, const size_t *row, const size_t *column,
                    size_t extra, struct limen_error *error) {
  bool solved = false;
  mpz_t denominator, *y = limen_whole_alloc(rank, error);
  double *move = limen_alloc(support->count, sizeof *move, error);
  mpz_init(denominator);
  int status = y && move ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = solve_rows(support, rank, row, column, extra, y, denominator, &solved, error);
  if (status == LIMEN_OK && solved) {
    size_t first = extra;
    double step = INFINITY;
    for (size_t c = 0; c < rank; c++) move[column[c]] = quotient(y[c], denominator);
    move[extra] = -1;
    /* Along (y, -1) the extra one falls, so the walk ends. */
    for (size_t m = 0; m < support->count; m++)
      if (move[m] < 0 && support->member[m].weight / -move[m] < step) {
        step = support->member[m].weight / -move[m];
        first = m;
      }
    for (size_t m = 0; m < support->count; m++) support->member[m].weight += step * move[m];
    drop_member(support, first);
  } else if (status == LIMEN_OK) {
    drop_member(support, extra);
  }
  limen_whole_free(y, rank);
  mpz_clear(denominator);
  limen_free(move);
  return status;
}

/* ---- pairs ---- */

int limen_combination_alloc(struct limen_combination *out, size_t most, struct limen_error *error) {
  mpz_init(out->denominator);
  out->pair = limen_alloc(most, 2 * sizeof *out->pair, error);
  out->weight = limen_whole_alloc(most, error);
  out->count = out->weight ? most : 0;
  return out->pair && out->weight ? LIMEN_OK : LIMEN_FAILED;
}

void limen_combination_clear(struct limen_combination *combination) {
  limen_free(combination->pair);
  limen_whole_free(combination->weight, combination->count);
  if (combination->pair || combination->weight) mpz_clear(combination->denominator);
  *combination = (struct limen_combination){0};
}

/* The rule of the north-west corner, as in best_query.c, on whole numbers; `left` is used up. */
static void deal(const struct support *support, mpz_t *left, struct limen_combination *out) {
  size_t inside = 0, outside = 0, m = support->count, count = 0;
  for (;;) {
    while (inside < m && (!support->member[inside].inside || mpz_sgn(left[inside]) == 0)) inside++;
    while (outside < m && (support->member[outside].inside || mpz_sgn(left[outside]) == 0))
      outside++;
    if (inside == m || outside == m) break;
    size_t less = mpz_cmp(left[inside], left[outside]) <= 0 ? inside : outside;
    mpz_set(out->weight[count], left[less]);
    mpz_sub(left[inside], left[inside], out->weight[count]);
    mpz_sub(left[outside], left[outside], out->weight[count]);
    out->pair[2 * count] = support->member[inside].document;
    out->pair[2 * count + 1] = support->member[outside].document;
    count++;
  }
  for (size_t p = count; p < out->count; p++) mpz_clear(out->weight[p]);
  out->count = count;
}

/* Whether the whole numbers are weights that sum to the denominator on either side. */
static bool are_weights(const struct support *support, const mpz_t *numerators,
                        const mpz_t denominator) {
  mpz_t sum[2];
  bool fine = mpz_sgn(denominator) > 0;
  mpz_inits(sum[0], sum[1], NULL);
  for (size_t m = 0; m < support->count; m++) {
    fine = fine && mpz_sgn(numerators[m]) >= 0;
    mpz_add(sum[support->member[m].inside], sum[support->member[m].inside], numerators[m]);
  }
  fine = fine && mpz_cmp(sum[0], denominator) == 0 && mpz_cmp(sum[1], denominator) == 0;
  mpz_clears(sum[0], sum[1], NULL);
  return fine;
}

/* Weights that combine to exactly 0, when there are; *found tells. */
static int find_exact(struct support *support, struct limen_combination *out, bool *found,
                      struct limen_error *error) {
  size_t rank = 0, rows = support->d + 2, *row = limen_alloc(rows, sizeof *row, error),
         *column = limen_alloc(support->count + 1, sizeof *column, error);
  mpz_t *numerators = limen_whole_alloc(support->count, error), denominator;
  size_t allocated = support->count;
  int status = row && column && numerators ? LIMEN_OK : LIMEN_FAILED;
  bool solved = false;
  mpz_init(denominator);
  while (status == LIMEN_OK) {
    status = eliminate(support, row, column, &rank, error);
    size_t extra = 0;
    while (extra < rank && column[extra] == extra) extra++;
    /* The right-hand side is independent of the members: no weights solve all equations. */
    if (status != LIMEN_OK || (rank > 0 && column[rank - 1] == support->count)) break;
    if (extra == support->count) {
      status =
          solve_rows(support, rank, row, column, SIZE_MAX, numerators, denominator, &solved, error);
      break;
    }
    status = drop_one(support, rank, row, column, extra, error);
  }
  *found = status == LIMEN_OK && solved && are_weights(support, numerators, denominator);
  if (*found && (status = limen_combination_alloc(out, support->count, error)) == LIMEN_OK) {
    mpz_set(out->denominator, denominator);
    deal(support, numerators, out);
    status = limen_combination_epsilon(support->d, support->documents, out, error);
    *found = status == LIMEN_OK && out->epsilon == 0;
  }
  mpz_clear(denominator);
  limen_whole_free(numerators, allocated);
  limen_free(row);
  limen_free(column);
  return status;
}

/* The weights as the search left them. */
static int take_as_given(size_t d, const float *documents, const struct limen_pair *pairs,
                         size_t count, struct limen_combination *out, struct limen_error *error) {
  int status = limen_combination_alloc(out, count, error);
  for (size_t p = 0; p < count && status == LIMEN_OK; p++) {
    out->pair[2 * p] = pairs[p].inside;
    out->pair[2 * p + 1] = pairs[p].outside;
    mpz_set_d(out->weight[p], floor(ldexp(pairs[p].weight, 62)));
    mpz_add(out->denominator, out->denominator, out->weight[p]);
  }
  if (status == LIMEN_OK) status = limen_combination_epsilon(d, documents, out, error);
  return status;
}

int limen_impossible_prove(size_t d, const float *documents, const struct limen_pair *pairs,
                           size_t count, struct limen_combination *out, struct limen_error *error) {
  struct support support = {.d = d, .documents = documents};
  bool found = false;
  *out = (struct limen_combination){0};
  if (!(support.member = limen_alloc(count, 2 * sizeof *support.member, error)))
    return LIMEN_FAILED;
  for (size_t p = 0; p < count; p++) {
    add_member(&support, pairs[p].inside, true, pairs[p].weight);
    add_member(&support, pairs[p].outside, false, pairs[p].weight);
  }
  int status = find_exact(&support, out, &found, error);
  if (status == LIMEN_OK && !found) {
    limen_combination_clear(out);
    status = take_as_given(d, documents, pairs, count, out, error);
  }
  limen_free(support.member);
  return status;
}

/* ---- checking ---- */

static bool is_in(const uint32_t *set, size_t k, uint32_t document) {
  size_t low = 0, high = k;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (set[middle] < document)
      low = middle + 1;
    else
      high = middle;
  }
  return low < k && set[low] == document;
}

int limen_impossible_check(size_t n, size_t d, const float *documents, const uint32_t *set,
                           size_t k, const struct limen_combination *combination,
                           struct limen_error *error) {
  mpz_t sum;
  int status = LIMEN_OK;
  mpz_init(sum);
  for (size_t p = 0; p < combination->count && status == LIMEN_OK; p++) {
    uint32_t inside = combination->pair[2 * p], outside = combination->pair[2 * p + 1];
    if (!is_in(set, k, inside) || outside >= n || is_in(set, k, outside))
      status = LIMEN_FAIL(error, LIMEN_NO,
                          "pair %zu, documents %u and %u, does not lead from the set to outside", p,
                          inside, outside);
    else if (mpz_sgn(combination->weight[p]) < 0)
      status = LIMEN_FAIL(error, LIMEN_NO, "the weight of pair %zu is below 0", p);
    mpz_add(sum, sum, combination->weight[p]);
  }
  if (status == LIMEN_OK && (mpz_sgn(sum) <= 0 || mpz_cmp(sum, combination->denominator) != 0))
    status = LIMEN_FAIL(error, LIMEN_NO, "the weights do not sum to the denominator above 0");
  mpz_clear(sum);
  if (status != LIMEN_OK) return status;
  return limen_combination_within(d, documents, combination, error);
}
