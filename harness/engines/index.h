/* What building and loading an index share; the public face is engine.h. */
#ifndef LIMEN_ENGINES_INDEX_H
#define LIMEN_ENGINES_INDEX_H

#include "engines/engine.h"

/* Checks settings and base, and fills everything of the index but its engine and state. The index
 * is cleared when that fails. */
int limen_index_prepare(struct limen_index *index, const struct limen_engine *engine,
                        const struct limen_matrix *base,
                        const struct limen_index_settings *settings, struct limen_error *error);

/* The vectors that its engine gets: the base, or a copy of unit length. */
const struct limen_matrix *limen_index_vectors(const struct limen_index *index);

#endif
