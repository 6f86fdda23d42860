/* A headline number over several measurements: baselines as they were accepted one after the other,
 * or runs. Where two that follow each other do not measure the same thing, because the definition
 * or the data changed, the step between them is no gain and no loss, and is marked. */
#ifndef LIMEN_GATE_HISTORY_H
#define LIMEN_GATE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "gate/measured.h"

struct limen_history_entry {
  struct limen_measured measured; /* without the values behind its numbers */
  char *label;                    /* where it is from: a path, or "b.json@0123456789" */
  char date[11];                  /* "2026-01-31", of the last acceptance or the run; "": unknown */
};

struct limen_history {
  struct limen_history_entry *entry; /* oldest first */
  size_t count, capacity;
};

/* Takes over what `measured` holds, which is empty then; in a failure too. `date` may be NULL: that
 * of the last acceptance, if there was one. */
int limen_history_add(struct limen_history *history, const char *label, const char *date,
                      struct limen_measured *measured, struct limen_error *error);

/* A baseline, or every *.json of a folder by the dates they were accepted on, and by name where
 * those are the same. LIMEN_INPUT names a file that is no baseline, and a folder without any. */
int limen_history_add_baseline(struct limen_history *history, const char *path,
                               struct limen_error *error);
int limen_history_add_folder(struct limen_history *history, const char *folder,
                             struct limen_error *error);

void limen_history_clear(struct limen_history *history);

/* ---- one number ---- */

struct limen_history_point {
  const struct limen_history_entry *entry; /* lent */
  const struct limen_number *number;       /* lent; NULL: the entry does not have it */
  double change;                           /* from the last entry that has it; NaN: the first one,
                                              or not comparable */
  char *definition; /* how it changed since then: "k: 5 -> 4"; NULL: it did not, or is unknown */
  bool data;        /* other data than then */
  bool unit;        /* another unit or direction than then */
};

/* The points of a number, one for each entry; `out` has history->count zeroed places.
 * limen_history_points_clear releases what they own. */
int limen_history_points(const struct limen_history *history, const char *name,
                         struct limen_history_point *out, struct limen_error *error);
void limen_history_points_clear(struct limen_history_point *points, size_t count);

/* The names of numbers that at least `least` entries have, in the order they are first met; lent,
 * the list itself is released by limen_free. */
int limen_history_names(const struct limen_history *history, size_t least, const char ***names,
                        size_t *count, struct limen_error *error);

#endif
