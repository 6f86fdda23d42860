/* The kinds of things that definitions and commands may name, as `limen list` shows and `limen
 * describe` describes them: one row a registry. */
#ifndef LIMEN_CLI_THINGS_H
#define LIMEN_CLI_THINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

struct limen_things {
  const char *plural, *singular;
  const char *(*name)(size_t i); /* NULL past the end */
  const char *(*about)(size_t i);
  /* Adds what there is to say beside name and about, with an example. */
  void (*more)(size_t i, struct limen_text *out);
};

const struct limen_things *limen_things_at(size_t i); /* NULL past the end */
const char *limen_things_name(size_t i);              /* their plurals */

/* Where `name` stands in a registry; false when it does not. A name may stand in several. */
bool limen_things_hold(const struct limen_things *things, const char *name, size_t *index);

#endif
