/* The kinds of experiments (registry: kinds.def, one line a kind). */
#ifndef LIMEN_KINDS_H
#define LIMEN_KINDS_H

#include "run/kind.h"

extern const struct limen_kind *const limen_kinds[]; /* ends with NULL */

#endif
