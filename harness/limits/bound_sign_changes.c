/* Sign changes along an order of the documents.
 *
 * Put the documents on the moment curve (t, t^2, .., t^c) in some order. A polynomial of degree c
 * whose roots lie where a row changes between wanted and not wanted, c times at most, is an inner
 * product with a query plus a constant, so c dimensions serve all rows (Alon, Frankl and Roedl
 * 1985). On the trigonometric moment curve, documents of unit length, the order is a ring, the
 * number of changes c is even, and again c dimensions do. k wanted documents change 2k times at
 * most, in any order: that is the bound 2k of Wang et al. 2026 (arXiv 2601.20844).
 *
 * Which order is best is a hard question; any order gives a bound that holds. The search moves one
 * document elsewhere, or turns a part of the ring round, whenever this does not raise the sum over
 * rows of 4^changes, in which the worst rows weigh most. Mostly it brings together documents that a
 * query wants together.
 *
 * To reproduce: k consecutive documents of a ring, shuffled, are brought back to 2 changes. All
 * pairs: 4, and no order is better. */
#include <assert.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "limits/dimension_bounds.h"

extern const struct limen_dimension_bound limen_bound_sign_changes;

/* Tries, a document; and not more in all, so that large judgements take seconds. */
enum { TRIES_EACH = 400, TRIES_MOST = 4000000 };

struct ring {
  const struct limen_relevance_matrix *matrix;
  size_t *row_start; /* rows of each column: columns + 1 positions in `row` */
  uint32_t *row;
  uint32_t *at;      /* columns in their order around the ring */
  uint32_t *place;   /* of each column in `at` */
  size_t *changes;   /* of each row, around the ring */
  long *moved;       /* of each row, during a try; all zero between tries */
  uint32_t *touched; /* rows that a try moves */
  long *added;       /* to them, by the last try */
  size_t n_touched;
};

static void ring_clear(struct ring *ring) {
  limen_free(ring->row_start);
  limen_free(ring->row);
  limen_free(ring->at);
  limen_free(ring->place);
  limen_free(ring->changes);
  limen_free(ring->moved);
  limen_free(ring->touched);
  limen_free(ring->added);
}

static uint32_t next(const struct ring *ring, uint32_t column) {
  const size_t place = ring->place[column] + (size_t)1;
  return ring->at[place < ring->matrix->columns ? place : 0];
}

static uint32_t previous(const struct ring *ring, uint32_t column) {
  const size_t place = ring->place[column];
  return ring->at[place > 0 ? place - 1 : ring->matrix->columns - 1];
}

static void list_rows(struct ring *ring) {
  const struct limen_relevance_matrix *matrix = ring->matrix;
  for (size_t c = 0; c < matrix->columns + 1; c++) ring->row_start[c] = 0;
  for (size_t i = 0; i < matrix->start[matrix->rows]; i++) ring->row_start[matrix->column[i] + 1]++;
  for (size_t c = 0; c < matrix->columns; c++) ring->row_start[c + 1] += ring->row_start[c];
  for (size_t r = 0; r < matrix->rows; r++)
    for (size_t i = matrix->start[r]; i < matrix->start[r + 1]; i++)
      ring->row[ring->row_start[matrix->column[i]]++] = (uint32_t)r;
  memmove(ring->row_start + 1, ring->row_start, matrix->columns * sizeof *ring->row_start);
  ring->row_start[0] = 0;
}

/* Counts in ring->moved what becomes of the changes when `a` and `b` become neighbours (by = 1) or
 * cease to be (by = -1): rows that want just one of them change between them. */
static void count_pair(struct ring *ring, uint32_t a, uint32_t b, long by) {
  size_t x = ring->row_start[a], y = ring->row_start[b];
  const size_t x_end = ring->row_start[a + 1], y_end = ring->row_start[b + 1];
  while (x < x_end || y < y_end) {
    uint32_t row;
    if (x < x_end && y < y_end && ring->row[x] == ring->row[y]) {
      x++;
      y++;
      continue;
    }
    if (y == y_end || (x < x_end && ring->row[x] < ring->row[y]))
      row = ring->row[x++];
    else
      row = ring->row[y++];
    ring->moved[row] += by;
    ring->touched[ring->n_touched++] = row;
  }
}

/* All changes anew, from the order alone. */
static void count_changes(struct ring *ring) {
  for (size_t r = 0; r < ring->matrix->rows; r++) ring->changes[r] = 0;
  for (uint32_t c = 0; c < ring->matrix->columns; c++) {
    count_pair(ring, c, next(ring, c), 1);
    for (size_t i = 0; i < ring->n_touched; i++) {
      ring->changes[ring->touched[i]]++;
      ring->moved[ring->touched[i]] = 0;
    }
    ring->n_touched = 0;
  }
}

static int ring_make(const struct limen_relevance_matrix *matrix, struct ring *ring,
                     struct limen_error *error) {
  const size_t n = matrix->columns;
  *ring = (struct ring){.matrix = matrix};
  size_t longest = 0;
  ring->row_start = limen_alloc(n + 1, sizeof *ring->row_start, error);
  ring->row = limen_alloc(matrix->start[matrix->rows], sizeof *ring->row, error);
  ring->at = limen_alloc(n, sizeof *ring->at, error);
  ring->place = limen_alloc(n, sizeof *ring->place, error);
  ring->changes = limen_alloc(matrix->rows, sizeof *ring->changes, error);
  ring->moved = limen_alloc(matrix->rows, sizeof *ring->moved, error);
  if (!ring->row_start || !ring->row || !ring->at || !ring->place || !ring->changes || !ring->moved)
    return LIMEN_FAILED;
  list_rows(ring);
  for (size_t c = 0; c < n; c++) {
    ring->at[c] = ring->place[c] = (uint32_t)c;
    size_t rows = ring->row_start[c + 1] - ring->row_start[c];
    if (rows > longest) longest = rows;
  }
  /* A try looks at six pairs. */
  ring->touched = limen_alloc(12 * longest + 1, sizeof *ring->touched, error);
  ring->added = limen_alloc(12 * longest + 1, sizeof *ring->added, error);
  if (!ring->touched || !ring->added) return LIMEN_FAILED;
  for (size_t r = 0; r < matrix->rows; r++) ring->moved[r] = 0;
  count_changes(ring);
  return LIMEN_OK;
}

/* 4^changes, of which the largest still leave room to be added. */
static double weight(size_t changes) { return ldexp(1, 2 * (int)(changes < 500 ? changes : 500)); }

/* Puts what was counted into the rows' changes; returns by how much their weight grows. The rows it
 * changed, with what it added, stand in touched and added[]. */
static double settle(struct ring *ring) {
  double grows = 0;
  size_t kept = 0;
  for (size_t i = 0; i < ring->n_touched; i++) {
    const uint32_t row = ring->touched[i];
    const long by = ring->moved[row];
    if (by == 0) continue; /* unmoved, or come to already */
    const size_t was = ring->changes[row], is = (size_t)((long)was + by);
    grows += weight(is) - weight(was);
    ring->changes[row] = is;
    ring->moved[row] = 0;
    ring->touched[kept] = row;
    ring->added[kept++] = by;
  }
  ring->n_touched = kept;
  return grows;
}

/* Settles what was counted if that is no worse, and takes it back otherwise. */
static bool is_taken(struct ring *ring) {
  const bool taken = settle(ring) <= 0;
  for (size_t i = 0; i < ring->n_touched && !taken; i++)
    ring->changes[ring->touched[i]] -= (size_t)ring->added[i];
  ring->n_touched = 0;
  return taken;
}

/* Turns round the part of the ring from place `from` onwards to place `to`, or the rest of it,
 * which comes to the same. */
static void turn_round(struct ring *ring, size_t from, size_t to) {
  const size_t n = ring->matrix->columns;
  size_t length = (to + n - from) % n + 1;
  if (length > n / 2) {
    const size_t first = from;
    from = (to + 1) % n;
    to = (first + n - 1) % n;
    length = n - length;
  }
  for (size_t i = 0; i < length / 2; i++) {
    const uint32_t a = ring->at[from], b = ring->at[to];
    ring->at[from] = b;
    ring->place[b] = (uint32_t)from;
    ring->at[to] = a;
    ring->place[a] = (uint32_t)to;
    from = (from + 1) % n;
    to = (to + n - 1) % n;
  }
}

/* Brings `wanted` behind `column` by turning round the part between them, if that is no worse. */
static void try_turn(struct ring *ring, uint32_t column, uint32_t wanted) {
  const uint32_t after = next(ring, column), beyond = next(ring, wanted);
  if (wanted == column || wanted == after || beyond == column) return;
  count_pair(ring, column, after, -1);
  count_pair(ring, wanted, beyond, -1);
  count_pair(ring, column, wanted, 1);
  count_pair(ring, after, beyond, 1);
  if (is_taken(ring)) turn_round(ring, ring->place[after], ring->place[wanted]);
}

/* Takes `column` out and puts it behind `behind`, if that is no worse. */
static void try_move(struct ring *ring, uint32_t column, uint32_t behind) {
  const uint32_t before = previous(ring, column), after = next(ring, column);
  const uint32_t ahead = next(ring, behind);
  if (behind == column || behind == before) return;
  count_pair(ring, before, column, -1);
  count_pair(ring, column, after, -1);
  count_pair(ring, before, after, 1);
  count_pair(ring, behind, ahead, -1);
  count_pair(ring, behind, column, 1);
  count_pair(ring, column, ahead, 1);
  if (!is_taken(ring)) return;
  /* The part from `column` to `behind` turned round, and then all of it but `column` back. */
  turn_round(ring, ring->place[column], ring->place[behind]);
  if (next(ring, before) == behind)
    turn_round(ring, ring->place[behind], ring->place[previous(ring, column)]);
  else
    turn_round(ring, ring->place[next(ring, column)], ring->place[behind]);
}

/* Mostly one that is wanted together with it. */
static uint32_t choose_partner(const struct ring *ring, uint32_t column, gsl_rng *rng) {
  const struct limen_relevance_matrix *matrix = ring->matrix;
  const size_t rows = ring->row_start[column + 1] - ring->row_start[column];
  if (rows == 0 || gsl_rng_uniform_int(rng, 4) == 0)
    return (uint32_t)gsl_rng_uniform_int(rng, matrix->columns);
  const uint32_t *wanted;
  const size_t row = ring->row[ring->row_start[column] + gsl_rng_uniform_int(rng, rows)];
  const size_t count = limen_relevance_row(matrix, row, &wanted);
  return wanted[gsl_rng_uniform_int(rng, count)];
}

static void try_one(struct ring *ring, gsl_rng *rng) {
  const uint32_t column = (uint32_t)gsl_rng_uniform_int(rng, ring->matrix->columns);
  const uint32_t partner = choose_partner(ring, column, rng);
  switch (gsl_rng_uniform_int(rng, 3)) {
    case 0:
      try_move(ring, column, partner);
      break;
    case 1:
      try_move(ring, column, previous(ring, partner));
      break;
    default:
      try_turn(ring, column, partner);
  }
}

static size_t most_changes(const struct ring *ring) {
  size_t most = 0;
  for (size_t r = 0; r < ring->matrix->rows; r++)
    if (ring->changes[r] > most) most = ring->changes[r];
  return most;
}

/* Whether the ring can be cut where all rows of most changes change: then they change once less. */
static bool can_be_cut(struct ring *ring, size_t most) {
  size_t worst = 0;
  bool found = false;
  for (size_t r = 0; r < ring->matrix->rows; r++) worst += ring->changes[r] == most;
  for (uint32_t c = 0; c < ring->matrix->columns && !found; c++) {
    size_t here = 0;
    count_pair(ring, c, next(ring, c), 1);
    for (size_t i = 0; i < ring->n_touched; i++) {
      here += ring->changes[ring->touched[i]] == most;
      ring->moved[ring->touched[i]] = 0;
    }
    ring->n_touched = 0;
    found = here == worst;
  }
  return found;
}

static int search(struct ring *ring, struct limen_error *error) {
  const size_t n = ring->matrix->columns;
  gsl_rng *rng = limen_rng_alloc(1, "sign changes", error);
  if (!rng) return LIMEN_FAILED;
  const size_t tries = n < TRIES_MOST / TRIES_EACH ? n * TRIES_EACH : TRIES_MOST;
  for (size_t t = 0; t < tries && n > 3; t++) try_one(ring, rng);
  limen_rng_free(rng);
  return LIMEN_OK;
}

static int find(const struct limen_relevance_matrix *matrix, struct limen_bound_value *out,
                struct limen_error *error) {
  struct ring ring;
  int status = ring_make(matrix, &ring, error);
  if (status == LIMEN_OK) status = search(&ring, error);
  if (status == LIMEN_OK) {
    const size_t kept = most_changes(&ring);
    count_changes(&ring); /* the bound rests on the order, not on the search's books */
    const size_t most = most_changes(&ring);
    assert(most == kept);
    (void)kept;
    out->unit = most;
    out->any = can_be_cut(&ring, most) ? most - 1 : most;
    snprintf(
        out->words, sizeof out->words, "in an order that was searched for; any order: %zu",
        2 * (matrix->most < matrix->columns - matrix->least ? matrix->most
                                                            : matrix->columns - matrix->least));
  }
  ring_clear(&ring);
  return status;
}

const struct limen_dimension_bound limen_bound_sign_changes = {
    .name = "sign_changes",
    .about = "moment curves serve rows that change seldom along an order of the documents",
    .side = LIMEN_BOUND_UPPER,
    .find = find,
};
