/* Importers (registry: experiments/kinds/importers.def): others' results as a run of a kind of
 * ours. An importer knows a file format and the kind that its results belong to; the command, the
 * store and the report know neither. Results that others measured are read; answers that others
 * were given are judged. */
#ifndef LIMEN_RUN_IMPORTER_H
#define LIMEN_RUN_IMPORTER_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "run/plan.h"

/* What an importer reads: a definition that such a run would have had, and a table of cells whose
 * columns are named as those of results.csv. */
struct limen_import {
  struct limen_text definition; /* YAML, of the importer's kind */
  const char *const *columns;   /* not owned, NULL past the end: every coordinate, every axis that
                                   has several values, and measures; other measures stay NaN */
  double *values;               /* a row a result, a number a column */
  size_t rows, capacity;
  size_t left_out; /* results that hold an error in place of an answer */
};

struct limen_importer {
  const char *name, *about; /* the format, as `limen import` is told it */
  const char *kind;         /* name of the kind whose cells the results are */
  /* Reads the file at `path` into `out`, which is empty; `name` is the run's, for the definition.
   * LIMEN_INPUT names the place and the value of what is not usable. */
  int (*read)(const char *path, const char *name, struct limen_import *out,
              struct limen_error *error);
  /* In place of `read`, for answers that are judged here against `data`: writes a definition of the
   * kind, whose cells read and judge them. `notes` gets a line for what had to be left out. */
  int (*define)(const char *path, const char *data, const char *name, struct limen_text *definition,
                struct limen_text *notes, struct limen_error *error);
};

/* The table is the program's, handed down by main; it ends with NULL. */
const struct limen_importer *limen_importer_find(const struct limen_importer *const *importers,
                                                 const char *name);

/* For importers: appends a row, one number a column; `columns` must be set. */
int limen_import_add(struct limen_import *import, const double *row, struct limen_error *error);

/* Stores every row as a finished cell of `plan`, which was made of import->definition and whose
 * `imported` is set. *repeated counts rows whose cell an earlier row had filled: the first counts.
 * LIMEN_FAILED for a row that fits no point of the grid or a column that the kind does not have. */
int limen_import_store(const struct limen_import *import, struct limen_plan *plan,
                       struct limen_store *store, size_t *repeated, struct limen_error *error);

void limen_import_clear(struct limen_import *import);

#endif
