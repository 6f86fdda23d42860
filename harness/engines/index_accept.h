/* Libraries' own files, looked through before the library loads them: libraries believe what they
 * read, and follow whatever link they find. */
#ifndef LIMEN_ENGINES_INDEX_ACCEPT_H
#define LIMEN_ENGINES_INDEX_ACCEPT_H

#include <stddef.h>

#include "base/error.h"
#include "engines/index_read.h"

/* What the file has to be an index of. */
struct limen_index_wanted {
  size_t rows, columns;
  size_t M, ef_construction; /* as the library keeps them; M 0: any */
  const struct limen_index_settings *settings;
};

/* Reads the file with `read`, a reader's function, and checks that a library may load it in the
 * place of the index that was saved: LIMEN_INPUT names what is wrong, or is another one than
 * wanted. `out` is to be cleared then as well; its vectors are not lent any longer. */
int limen_index_accept(const char *path,
                       int (*read)(struct limen_index_cursor *from,
                                   const struct limen_index_settings *settings,
                                   struct limen_index_content *out, struct limen_error *error),
                       const struct limen_index_wanted *wanted, struct limen_index_content *out,
                       struct limen_error *error);

#endif
