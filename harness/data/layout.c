#include "data/layout.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  size_t size;
  bool is_float;
} cells[LIMEN_CELLS] = {
    [LIMEN_CELL_F2] = {"float16", 2, true}, [LIMEN_CELL_F4] = {"float32", 4, true},
    [LIMEN_CELL_F8] = {"float64", 8, true}, [LIMEN_CELL_I1] = {"int8", 1, false},
    [LIMEN_CELL_U1] = {"uint8", 1, false},  [LIMEN_CELL_I4] = {"int32", 4, false},
    [LIMEN_CELL_U4] = {"uint32", 4, false}, [LIMEN_CELL_I8] = {"int64", 8, false},
};

const char *limen_cell_name(enum limen_cell cell) { return cells[cell].name; }
size_t limen_cell_size(enum limen_cell cell) { return cells[cell].size; }
bool limen_cell_is_float(enum limen_cell cell) { return cells[cell].is_float; }

/* ---- sizes ---- */

int limen_layout_dense(struct limen_layout *layout, enum limen_cell cell, size_t rows,
                       size_t columns, size_t start, size_t size, struct limen_error *error) {
  const size_t width = cells[cell].size;
  *layout = (struct limen_layout){.cell = cell, .rows = rows, .columns = columns, .start = start};
  if (rows == 0 || columns == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header says %zu x %zu values: there are no vectors",
                      rows, columns);
  size_t bytes, end;
  bool fits = !__builtin_mul_overflow(columns, width, &layout->stride) &&
              !__builtin_mul_overflow(layout->stride, rows, &bytes) &&
              !__builtin_add_overflow(bytes, start, &end) && end <= size;
  if (fits && end == size) return LIMEN_OK;
  if (fits)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the header says %zu x %zu values of %zu bytes, which end at byte %zu, but "
                      "the file has %zu bytes",
                      rows, columns, width, end, size);
  size_t left = size > start ? size - start : 0;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the header says %zu x %zu values of %zu bytes, but the file is cut short in "
                    "row %zu, at byte %zu",
                    rows, columns, width, left / width / columns, size);
}

bool limen_layout_within(const struct limen_layout *layout, size_t size) {
  size_t row, bytes, pairs;
  if (layout->cell >= LIMEN_CELLS || layout->rows == 0 || layout->columns == 0) return false;
  if (__builtin_mul_overflow(layout->columns, cells[layout->cell].size, &row) ||
      layout->stride < row || __builtin_mul_overflow(layout->stride, layout->rows - 1, &bytes) ||
      __builtin_add_overflow(bytes, row, &bytes) ||
      __builtin_add_overflow(bytes, layout->start, &bytes) || bytes > size)
    return false;
  if (layout->distances == 0) return true;
  return !__builtin_mul_overflow(layout->rows, layout->columns, &pairs) &&
         !__builtin_mul_overflow(pairs, sizeof(float), &pairs) &&
         !__builtin_add_overflow(pairs, layout->distances, &pairs) && pairs <= size;
}

const char *limen_layout_place(const struct limen_layout *layout,
                               const struct limen_mapping *mapping, size_t row, size_t column,
                               char *out) {
  int used = snprintf(out, LIMEN_PLACE_SIZE, "row %zu, column %zu", row, column);
  if (!layout->copied)
    snprintf(out + used, LIMEN_PLACE_SIZE - (size_t)used, " (byte %zu%s)",
             layout->start + row * layout->stride + column * cells[layout->cell].size,
             mapping->unpacked ? " of the unpacked content" : "");
  return out;
}

/* ---- values ---- */

/* Half precision: one bit of sign, 5 of exponent, 10 of fraction (IEEE 754-2019, binary16). Every
 * one of them is a float. */
static float half_value(uint16_t half) {
  uint32_t sign = (uint32_t)(half >> 15) << 31, exponent = (half >> 10) & 31,
           fraction = half & 1023;
  float value;
  if (exponent == 0) {
    value = ldexpf((float)fraction, -24);
    return sign ? -value : value;
  }
  uint32_t bits = sign | (exponent == 31 ? 255u << 23 : (exponent + 112) << 23) | fraction << 13;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Rows may stand at any byte, so values are copied out one by one; compilers make wide moves of
 * that. */
#define LOAD(type, convert)                                \
  for (size_t i = 0; i < columns; i++) {                   \
    type value;                                            \
    memcpy(&value, from + i * sizeof value, sizeof value); \
    out[i] = convert(value);                               \
  }                                                        \
  break

#define AS_FLOAT(value) (float)(value)

static void load_row(enum limen_cell cell, const uint8_t *from, size_t columns, float *out) {
  switch (cell) {
    case LIMEN_CELL_F2:
      LOAD(uint16_t, half_value);
    case LIMEN_CELL_F4:
      memcpy(out, from, columns * sizeof *out);
      break;
    case LIMEN_CELL_F8:
      LOAD(double, AS_FLOAT);
    case LIMEN_CELL_I1:
      LOAD(int8_t, AS_FLOAT);
    case LIMEN_CELL_U1:
      LOAD(uint8_t, AS_FLOAT);
    case LIMEN_CELL_I4:
      LOAD(int32_t, AS_FLOAT);
    case LIMEN_CELL_U4:
      LOAD(uint32_t, AS_FLOAT);
    case LIMEN_CELL_I8:
      LOAD(int64_t, AS_FLOAT);
    case LIMEN_CELLS:
      break;
  }
}

static const uint8_t *row_at(const struct limen_layout *layout, const struct limen_mapping *mapping,
                             size_t row) {
  return mapping->bytes + layout->start + row * layout->stride;
}

void limen_layout_load(const struct limen_layout *layout, const struct limen_mapping *mapping,
                       size_t first, size_t count, float *out) {
  for (size_t r = 0; r < count; r++)
    load_row(layout->cell, row_at(layout, mapping, first + r), layout->columns,
             out + r * layout->columns);
}

/* The whole number at a place of an integer row. */
static int64_t whole_at(enum limen_cell cell, const uint8_t *from) {
  int32_t i4;
  uint32_t u4;
  int64_t i8;
  switch (cell) {
    case LIMEN_CELL_I1:
      return *from < 128 ? *from : *from - 256;
    case LIMEN_CELL_U1:
      return *from;
    case LIMEN_CELL_I4:
      memcpy(&i4, from, sizeof i4);
      return i4;
    case LIMEN_CELL_U4:
      memcpy(&u4, from, sizeof u4);
      return u4;
    case LIMEN_CELL_I8:
      memcpy(&i8, from, sizeof i8);
      return i8;
    default:
      return 0;
  }
}

/* ---- checking ---- */

/* Whether a row of floats is finite throughout. No branch inside, so that it runs at the speed of
 * memory; which value it was is looked for only when there is one. */
static bool is_finite_f4(const uint8_t *from, size_t columns) {
  uint32_t bad = 0;
  for (size_t i = 0; i < columns; i++) {
    uint32_t bits;
    memcpy(&bits, from + i * sizeof bits, sizeof bits);
    bad |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  return bad == 0;
}

static double float_at(enum limen_cell cell, const uint8_t *from) {
  double value;
  if (cell == LIMEN_CELL_F8) {
    memcpy(&value, from, sizeof value);
    return value;
  }
  float narrow;
  load_row(cell, from, 1, &narrow);
  return (double)narrow;
}

static int check_floats(const struct limen_layout *layout, const struct limen_mapping *mapping,
                        size_t row, bool allow_bad, size_t *rounded, struct limen_error *error) {
  const uint8_t *from = row_at(layout, mapping, row);
  if (layout->cell == LIMEN_CELL_F4 && (allow_bad || is_finite_f4(from, layout->columns)))
    return LIMEN_OK;
  for (size_t i = 0; i < layout->columns; i++) {
    double value = float_at(layout->cell, from + i * cells[layout->cell].size);
    float narrow = (float)value;
    char place[LIMEN_PLACE_SIZE];
    if (!isfinite(value) && allow_bad) continue;
    if (!isfinite(value))
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s: %g is not a finite number",
                        limen_layout_place(layout, mapping, row, i, place), value);
    if (!isfinite(narrow) && !allow_bad)
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s: %g is beyond float32, which ends at %g",
                        limen_layout_place(layout, mapping, row, i, place), value, (double)FLT_MAX);
    *rounded += (double)narrow != value;
  }
  return LIMEN_OK;
}

/* A float of at most 2^63 in size converts back; 2^63 itself was rounded up to. */
static bool is_exact(int64_t value) {
  float narrow = (float)value;
  return narrow < 0x1p63f && (int64_t)narrow == value;
}

int limen_layout_check(const struct limen_layout *layout, const struct limen_mapping *mapping,
                       bool allow_bad, size_t *rounded, struct limen_error *error) {
  *rounded = 0;
  if (cells[layout->cell].size == 1) return LIMEN_OK; /* every value of a byte is fine */
  const bool is_float = cells[layout->cell].is_float;
  int status = LIMEN_OK;
  for (size_t r = 0; r < layout->rows && status == LIMEN_OK; r++) {
    if (is_float) {
      status = check_floats(layout, mapping, r, allow_bad, rounded, error);
      continue;
    }
    const uint8_t *from = row_at(layout, mapping, r);
    for (size_t i = 0; i < layout->columns; i++)
      *rounded += !is_exact(whole_at(layout->cell, from + i * cells[layout->cell].size));
  }
  return status;
}

/* ---- ids ---- */

int limen_layout_ids(const struct limen_layout *layout, const struct limen_mapping *mapping,
                     int32_t *out, struct limen_error *error) {
  if (cells[layout->cell].is_float)
    return LIMEN_FAIL(error, LIMEN_INPUT, "its values are %s, and ids are whole numbers",
                      cells[layout->cell].name);
  for (size_t r = 0; r < layout->rows; r++)
    for (size_t i = 0; i < layout->columns; i++) {
      const uint8_t *from = row_at(layout, mapping, r) + i * cells[layout->cell].size;
      int64_t id = whole_at(layout->cell, from);
      char place[LIMEN_PLACE_SIZE];
      if (id < -1 || id > INT32_MAX)
        return LIMEN_FAIL(
            error, LIMEN_INPUT, "%s: %lld is no id; ids are 0 to %d, and -1 stands for none",
            limen_layout_place(layout, mapping, r, i, place), (long long)id, INT32_MAX);
      out[r * layout->columns + i] = (int32_t)id;
    }
  return LIMEN_OK;
}

int limen_layout_looks_like_ids(const struct limen_layout *layout,
                                const struct limen_mapping *mapping) {
  /* Below 2^23 the bits of a float are those of a subnormal number. */
  enum { LOOKED_AT = 1 << 16, SUBNORMAL = 1 << 23 };
  size_t seen = 0, ids = 0, zeros = 0;
  for (size_t r = 0; r < layout->rows && seen < LOOKED_AT; r++)
    for (size_t i = 0; i < layout->columns && seen < LOOKED_AT; i++, seen++) {
      int64_t value = whole_at(LIMEN_CELL_I4, row_at(layout, mapping, r) + 4 * i);
      ids += value >= -1 && value < SUBNORMAL;
      zeros += value == 0;
    }
  if (zeros == seen) return -1;
  return ids == seen;
}
