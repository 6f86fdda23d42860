/* idx, the format of MNIST (LeCun, Cortes, Burges: "The MNIST database"): two zero bytes, a type, a
 * number of dimensions, each dimension as a big-endian uint32, then the values. Images become rows,
 * whatever their shape. Bytes are read, since nothing else is in use. */
#include "data/format_entry.h"

enum { UBYTE = 0x08, SBYTE = 0x09, DIMENSIONS_MOST = 4 };

static size_t size_at(const struct limen_mapping *file, size_t i) {
  const uint8_t *at = file->bytes + 4 + 4 * i;
  return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | (size_t)at[3];
}

static int lay_out(struct limen_mapping *file, const struct limen_read_options *options, bool ids,
                   struct limen_layout *out, struct limen_error *error) {
  (void)options, (void)ids;
  const uint8_t *b = file->bytes;
  if (file->size < 4 || b[0] != 0 || b[1] != 0 || b[3] < 1 || b[3] > DIMENSIONS_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT, "not an idx file of 1 to %d dimensions", DIMENSIONS_MOST);
  if (b[2] != UBYTE && b[2] != SBYTE)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "byte 2 says that the values are of type 0x%02x; 0x08 (uint8) and 0x09 "
                      "(int8) are read",
                      b[2]);
  const size_t start = 4 + 4 * (size_t)b[3];
  if (file->size < start)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the header is cut short: %zu of its %zu bytes are there",
                      file->size, start);
  size_t columns = 1;
  for (size_t i = 1; i < b[3]; i++)
    if (__builtin_mul_overflow(columns, size_at(file, i), &columns))
      return LIMEN_FAIL(error, LIMEN_INPUT, "the header says more values than any file holds");
  return limen_layout_dense(out, b[2] == UBYTE ? LIMEN_CELL_U1 : LIMEN_CELL_I1, size_at(file, 0),
                            columns, start, file->size, error);
}

/* Two zero bytes are a poor magic, but sizes that agree as well are a good one. */
static bool has_magic(const struct limen_mapping *file) {
  struct limen_layout layout;
  return lay_out((struct limen_mapping *)file, NULL, false, &layout, NULL) == LIMEN_OK;
}

const struct limen_format limen_format_idx = {
    .name = "idx",
    .about = "uint8 or int8 images, as of MNIST; read only",
    .endings = {"-ubyte", ".idx"},
    .has_magic = has_magic,
    .lay_out = lay_out,
};
