/* A file format, as the registry knows it (formats.def), and what the formats share. */
#ifndef LIMEN_DATA_FORMAT_ENTRY_H
#define LIMEN_DATA_FORMAT_ENTRY_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "data/format.h"
#include "data/layout.h"
#include "data/mapping.h"

enum { LIMEN_ENDINGS = 3 };

struct limen_format {
  const char *name, *about;
  const char *endings[LIMEN_ENDINGS]; /* of file names, with the dot, the usual one first */
  /* Whether the content says by itself that it is of this format; NULL: no content does. */
  bool (*has_magic)(const struct limen_mapping *file);
  /* The content says nothing: only the name or the user does, with a dimension. */
  bool headerless;
  /* Finds where the numbers stand: ids when `ids`, else vectors. Every size is checked against the
   * file's. Messages leave the file's name out. `file` may be replaced by a converted copy. */
  int (*lay_out)(struct limen_mapping *file, const struct limen_read_options *options, bool ids,
                 struct limen_layout *out, struct limen_error *error);
  /* Write to the stream (or the name aside) of an open writer. NULL: this is not written. */
  int (*write)(const struct limen_writer *writer, const struct limen_vectors *vectors,
               struct limen_error *error);
  int (*write_ids)(const struct limen_writer *writer, const struct limen_ids *ids,
                   struct limen_error *error);
  bool writes_distances;
};

const struct limen_format *limen_format_at(size_t i); /* NULL past the end */
const struct limen_format *limen_format_find(const char *name);
/* The format that an ending tells (".gz" left out), or NULL. */
const struct limen_format *limen_format_by_ending(const char *path);

/* Finds out what a file is, unpacks it when it is compressed, and lays it out. `ids`: ids are
 * wanted. The mapping is closed by the caller, only when LIMEN_OK was returned. */
int limen_format_detect(const char *path, const struct limen_read_options *options, bool ids,
                        const struct limen_format **format, struct limen_mapping *file,
                        struct limen_layout *layout, struct limen_error *error);

/* Writes all rows as `cell` (float32 or an integer), each with its dimension (int32) before it when
 * `headed`. LIMEN_INPUT names the first value that the cell cannot hold. */
int limen_write_rows(FILE *stream, const struct limen_vectors *vectors, enum limen_cell cell,
                     bool headed, struct limen_error *error);

/* LIMEN_INPUT when rows or columns are beyond what the header of `format` can say. */
int limen_write_fits(const char *format, size_t rows, size_t columns, size_t rows_most,
                     size_t columns_most, struct limen_error *error);

/* How many rows of so many bytes are worked on at a time. */
size_t limen_block_rows(size_t row_bytes);

#endif
