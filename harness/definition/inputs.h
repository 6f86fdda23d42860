/* The files that a grid's values name, told by their content: a cell that was computed from a file
 * is kept as long as the file holds the same bytes, whatever it is called. Reports know the hashes
 * from the store and need no file. */
#ifndef LIMEN_DEFINITION_INPUTS_H
#define LIMEN_DEFINITION_INPUTS_H

#include <stddef.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "definition/definition.h"

struct limen_input {
  char *path;
  char sha256[LIMEN_HASH_SIZE];
};

struct limen_inputs {
  struct limen_input *input;
  size_t count, capacity;
};

/* Hashes every file, or folder with all in it, that the grid's parameters name. LIMEN_INPUT names
 * one that cannot be read. */
int limen_inputs_find(const struct limen_grid *grid, struct limen_inputs *out,
                      struct limen_error *error);

/* LIMEN_INPUT when a file cannot be read, LIMEN_NO when it holds other bytes than it did. */
int limen_inputs_check(const struct limen_inputs *inputs, struct limen_error *error);

/* NULL for a path that is not among them. */
const char *limen_inputs_hash(const struct limen_inputs *inputs, const char *path);

/* As sha256sum writes and reads it; limen_inputs_read adds to `out`, and skips what is no line of
 * it. Paths hold no line breaks. */
void limen_inputs_print(const struct limen_inputs *inputs, struct limen_text *out);
int limen_inputs_read(const char *text, struct limen_inputs *out, struct limen_error *error);

void limen_inputs_clear(struct limen_inputs *inputs);

#endif
