/* limen import of answers that are judged here, and what its two ways share. */
#ifndef LIMEN_CLI_IMPORT_JUDGED_H
#define LIMEN_CLI_IMPORT_JUDGED_H

#include <stdbool.h>

#include "base/error.h"
#include "run/importer.h"

struct limen_import_options {
  const char *path, *data, *out, *threads; /* NULL: not given; `path` always is */
  bool quiet;
};

/* A name for the run, made of a file's: letters, digits, dashes and underscores. */
char *limen_import_name(const char *path, struct limen_error *error);

/* For importers that define: runs the cells of their definition and writes the report. Goes on
 * where an earlier import of the same bytes stopped. */
int limen_import_judged(const struct limen_importer *importer,
                        const struct limen_import_options *options, struct limen_error *error);

#endif
