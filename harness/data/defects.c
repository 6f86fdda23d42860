/* Zero rows and repeated rows, in one pass: a row is looked up by its hash, and compared with the
 * earlier row that has the same one. Rows are the same when their numbers are: -0 is 0. */
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "data/format_entry.h"

/* Distinct rows so far; row 0 stands as 1, and 0 is a free slot. */
struct table {
  uint64_t *hash;
  size_t *row;
  size_t mask;
};

/* Eight lanes keep the multiplications from waiting for each other; their fold is a murmur-like
 * finish. A file made to collide costs time, never a wrong answer. */
static uint64_t hash_row(const float *row, size_t columns) {
  enum { LANES = 8 };
  const uint64_t factor = 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio: odd, bits well spread */
  uint64_t lane[LANES], hash = columns;
  for (size_t l = 0; l < LANES; l++) lane[l] = factor * (l + 1);
  for (size_t i = 0; i < columns; i++) {
    const float value = row[i] + 0.0f; /* makes -0 a 0 */
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t *at = &lane[i % LANES];
    *at = (*at ^ bits) * factor;
    *at ^= *at >> 32;
  }
  for (size_t l = 0; l < LANES; l++) {
    hash = (hash ^ lane[l]) * factor;
    hash ^= hash >> 29;
  }
  return hash;
}

static bool is_zero(const float *row, size_t columns) {
  for (size_t i = 0; i < columns; i++)
    if (row[i] != 0) return false;
  return true;
}

static bool is_same(const float *a, const float *b, size_t columns) {
  for (size_t i = 0; i < columns; i++)
    if (a[i] != b[i]) return false;
  return true;
}

/* Finds the earlier row that is the same, or enters this one: *earlier is then `row` itself. */
static int look_up(struct table *table, const struct limen_vectors *vectors, size_t row,
                   const float *values, float *other, size_t *earlier, struct limen_error *error) {
  const uint64_t hash = hash_row(values, vectors->columns);
  for (size_t at = (size_t)hash & table->mask;; at = (at + 1) & table->mask) {
    if (table->row[at] == 0) {
      table->hash[at] = hash;
      table->row[at] = row + 1;
      *earlier = row;
      return LIMEN_OK;
    }
    if (table->hash[at] != hash) continue;
    *earlier = table->row[at] - 1;
    int status = vectors->read(vectors, *earlier, 1, other, error);
    if (status != LIMEN_OK || is_same(values, other, vectors->columns)) return status;
  }
}

static void count_row(struct limen_defects *out, size_t row, size_t earlier, bool zero) {
  if (zero && out->zero_rows++ == 0) out->first_zero = row;
  if (earlier != row && out->repeated_rows++ == 0) {
    out->first_repeat = row;
    out->repeat_of = earlier;
  }
}

int limen_defects_find(const struct limen_vectors *vectors, struct limen_defects *out,
                       struct limen_error *error) {
  const size_t columns = vectors->columns, block = limen_block_rows(columns * sizeof(float));
  struct table table = {.mask = 63};
  int status = LIMEN_FAILED;
  *out = (struct limen_defects){0};
  while (table.mask / 3 * 2 < vectors->rows) table.mask = 2 * table.mask + 1;
  float *rows = limen_alloc(block + 1, columns * sizeof *rows, error);
  if (!rows || !(table.hash = limen_alloc(table.mask + 1, sizeof *table.hash, error)) ||
      !(table.row = limen_alloc(table.mask + 1, sizeof *table.row, error)))
    goto done;
  status = LIMEN_OK;
  for (size_t first = 0; first < vectors->rows && status == LIMEN_OK; first += block) {
    size_t count = vectors->rows - first < block ? vectors->rows - first : block;
    status = vectors->read(vectors, first, count, rows, error);
    for (size_t r = 0; r < count && status == LIMEN_OK; r++) {
      const float *values = rows + r * columns;
      size_t earlier = 0;
      status = look_up(&table, vectors, first + r, values, rows + block * columns, &earlier, error);
      if (status == LIMEN_OK) count_row(out, first + r, earlier, is_zero(values, columns));
    }
    if (status == LIMEN_OK && limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  }
done:
  limen_free(rows);
  limen_free(table.hash);
  limen_free(table.row);
  return status;
}
