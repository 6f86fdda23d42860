/* What the targets of saved indexes share: a small base, indexes of it, and what must hold for what
 * was read. */
#ifndef LIMEN_FUZZ_INDEXES_H
#define LIMEN_FUZZ_INDEXES_H

#include <stdint.h>

#include "engines/engine.h"
#include "engines/index_read.h"
#include "fuzz/seeds.h"

extern const struct limen_matrix fuzz_base; /* 12 x 3 */

/* The ways in which seeds are built; NULL past the end, also for engines that are not here. */
struct fuzz_index_way {
  const char *engine;
  struct limen_index_settings settings;
};
const struct fuzz_index_way *fuzz_index_way(size_t i);

/* An index for each way: the whole file, or the library's own bytes, with the number of the way as
 * a byte before them when `numbered`. */
enum fuzz_index_part { FUZZ_INDEX_WHOLE, FUZZ_INDEX_LIBRARY, FUZZ_INDEX_NUMBERED };
void fuzz_seed_indexes(struct fuzz_seeds *to, enum fuzz_index_part part);

/* A graph that can be walked, with a health that can be told. */
void fuzz_check_content(const struct limen_index_content *content);

#endif
