/* Definitions: YAML files that name a kind of experiment, its parameters and lists of values.
 *
 *   name: limit_k2
 *   kind: critical_n
 *   question: How many documents ... ?
 *   params:
 *     k: 2
 *     d: 4..12             # a range 4..12, 4..64*2 (doubling), 10..50+10 (steps); or a list [4, 8]
 *     seeds: 3
 *   smoke: { d: 4..5, seeds: 1 }
 *   full:  { d: 4..45 }
 *   baseline: tests/baselines/limit_k2.json
 *
 * Two steps: limen_definition_read gives the document with the place of every value, knowing
 * nothing of kinds; limen_grid_make resolves it against a kind's parameters. */
#ifndef LIMEN_DEFINITION_DEFINITION_H
#define LIMEN_DEFINITION_DEFINITION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "definition/parameter.h"

/* Where a value was written, for messages: "FILE:LINE:COLUMN", or just `file` when line is 0:
 * "--set d=9..4". Lines and columns count from 1, columns in characters. */
struct limen_place {
  const char *file; /* not owned */
  size_t line, column;
};

enum {
  LIMEN_DEFINITION_MOST = 1 << 20, /* bytes; what is larger is data, not a definition */
  LIMEN_ENTRIES_MOST = 256         /* keys a section; no kind has a tenth of it */
};

/* `key: value` or `key: [value, ...]`, texts as written. */
struct limen_entry {
  char *key;
  char **values;
  size_t count;
  bool list; /* written as a list: [4] is a list of one */
  struct limen_place place, *value_places;
  size_t values_capacity, places_capacity;
};

struct limen_entries {
  struct limen_entry *entry;
  size_t count, capacity;
};

struct limen_definition {
  char *path;                              /* the file it came from */
  char *text;                              /* the whole file */
  char *name, *kind, *question, *baseline; /* baseline may be NULL */
  struct limen_place name_place, kind_place;
  struct limen_entries params, smoke, full;
};

enum limen_size { LIMEN_SIZE_DEFAULT, LIMEN_SIZE_SMOKE, LIMEN_SIZE_FULL };
const char *limen_size_name(enum limen_size size); /* "default", "smoke", "full" */

/* Reads a definition. LIMEN_INPUT when the file cannot be read; LIMEN_USAGE, with
 * "FILE:LINE:COLUMN: ", for anything wrong inside it: YAML that does not parse, unknown, missing or
 * duplicate keys, anchors and aliases, a second document, nested values, a name that is not
 * [A-Za-z0-9_-]+ or over 64 bytes, more than a megabyte. */
int limen_definition_read(const char *path, struct limen_definition *out,
                          struct limen_error *error);
/* The same from memory; `path` is only named in messages. */
int limen_definition_parse(const char *path, const char *text, size_t length,
                           struct limen_definition *out, struct limen_error *error);
void limen_definition_clear(struct limen_definition *definition);

/* The values of every parameter, in the table's order: defaults < params < smoke or full < sets. */
struct limen_grid {
  const struct limen_parameter *parameters; /* not owned: the kind's table */
  size_t count;                             /* parameters, coordinates included */
  struct limen_value **values;              /* values[i][0 .. lengths[i]) */
  size_t *lengths;                          /* 0 for coordinates */
  char **strings;                           /* owned backing of string values */
  size_t n_strings;
};

enum { LIMEN_GRID_MOST = 1000000 /* points; a larger grid is surely a slip of the pen */ };

/* Resolves `definition` (NULL: defaults only) for a table of parameters. `sets` are "key=value",
 * where value may be a list "4,8,16" or a range. LIMEN_USAGE with the place for unknown keys (the
 * valid ones are listed, the nearest is suggested), wrong types, values out of bounds, duplicates
 * in a list, a list where one value belongs, ranges that run backwards, setting a coordinate, and
 * grids of more than LIMEN_GRID_MOST points. */
int limen_grid_make(const struct limen_definition *definition,
                    const struct limen_parameter *parameters, enum limen_size size,
                    const char *const *sets, size_t n_sets, struct limen_grid *out,
                    struct limen_error *error);
void limen_grid_clear(struct limen_grid *grid);

/* Points of the grid: the product over AXIS parameters (inner ones stay whole). */
size_t limen_grid_points(const struct limen_grid *grid);

/* The value of parameter `name` at point `index` (last axis fastest); for parameters of one value
 * the index does not matter. NULL for an unknown name, a coordinate or an inner parameter. */
const struct limen_value *limen_grid_value(const struct limen_grid *grid, size_t index,
                                           const char *name);
/* The point that differs from `index` in nothing but the axis `name`, which has its value number
 * `value` there. */
size_t limen_grid_point_with(const struct limen_grid *grid, size_t index, const char *name,
                             size_t value);
int64_t limen_grid_integer(const struct limen_grid *grid, size_t index, const char *name);
double limen_grid_real(const struct limen_grid *grid, size_t index, const char *name);
const char *limen_grid_string(const struct limen_grid *grid, size_t index, const char *name);

/* Index of a parameter in a table, by name or alias, or -1. */
ptrdiff_t limen_parameter_find(const struct limen_parameter *parameters, const char *name);

/* Of `names`, the one nearest to `word` by edit distance when it is near enough to suggest, else
 * NULL. Used by every "unknown ..." message. */
const char *limen_nearest(const char *word, limen_names names);

#endif
