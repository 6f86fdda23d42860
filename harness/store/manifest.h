/* manifest.json: where a run's numbers come from, enough to reproduce or to doubt them. */
#ifndef LIMEN_STORE_MANIFEST_H
#define LIMEN_STORE_MANIFEST_H

#include <stddef.h>

#include "base/error.h"
#include "definition/definition.h"
#include "definition/inputs.h"

struct limen_manifest {
  const char *experiment, *kind, *size;
  const char *command;         /* one line that runs it again */
  const char *definition_path; /* as given */
  const char *definition_text;
  const char *const *sets; /* "key=value" */
  size_t n_sets;
  const struct limen_grid *grid;     /* every parameter's values, defaults and seeds included */
  const struct limen_inputs *inputs; /* the files that cells read; NULL: none */
  const char *imported;              /* the file whose results these are, or NULL */
  const char *code;                  /* hash of the code behind the cells */
  int threads;
  size_t cells_run, cells_reused;
  const char *start; /* date */
  double duration_s; /* negative while the run has not ended: it and the counts are left out */
};

/* The manifest as JSON text, with machine, BLAS kernel, compiler, libraries and commit filled in;
 * released by limen_free. */
char *limen_manifest_text(const struct limen_manifest *manifest, struct limen_error *error);

#endif
