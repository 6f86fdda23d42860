/* The kinds of experiments (registry: kinds.def, one line a kind) and the importers of others'
 * results (importers.def). */
#ifndef LIMEN_KINDS_H
#define LIMEN_KINDS_H

#include "run/importer.h"
#include "run/kind.h"

extern const struct limen_kind *const limen_kinds[];         /* ends with NULL */
extern const struct limen_importer *const limen_importers[]; /* ends with NULL */

#endif
