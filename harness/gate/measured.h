/* Headline numbers as they were measured once, with what each is the mean of where that is known:
 * by a run of ours, by any system that leaves a CSV, or kept in a baseline. A gate compares two of
 * these and asks no further where they came from. */
#ifndef LIMEN_GATE_MEASURED_H
#define LIMEN_GATE_MEASURED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/hash.h"
#include "run/plan.h"
#include "run/sample.h"

struct limen_number {
  char *name, *unit;
  bool higher_is_better;
  double value, lower, upper; /* NaN: not known */
  size_t n;                   /* observations that it rests on; 0: not known */
  struct limen_sample sample; /* owned; values are NULL where there is nothing but the interval, and
                                 builds are 0 then. Its hashes hold in any case */
};

/* "name: value", for telling where two of these came from differ. */
struct limen_setting {
  char *name, *value;
};

struct limen_settings {
  struct limen_setting *setting;
  size_t count, capacity;
};

struct limen_measured {
  char *source;                     /* the folder or the first file, for messages */
  char *experiment;                 /* "results" for those of a CSV */
  struct limen_settings definition; /* every parameter with its values, or nothing */
  struct limen_settings inputs;     /* files that the definition names, with their SHA-256 */
  struct limen_settings machine;    /* processor, BLAS kernel, versions; nothing for CSVs, which
                                    may come from another */
  struct limen_settings accepted;   /* of a baseline: dates, each with the reason of then, oldest
                                       first */

  struct limen_number *number; /* names differ */
  size_t count, capacity;
};

/* Confidence of the intervals of all numbers. */
#define LIMEN_NUMBER_CONFIDENCE 0.95

/* Takes copies. */
int limen_settings_add(struct limen_settings *settings, const char *name, const char *value,
                       struct limen_error *error);
/* NULL when there is none of the name. */
const char *limen_settings_find(const struct limen_settings *settings, const char *name);
void limen_settings_clear(struct limen_settings *settings);

/* Appends a number with nothing but copies of name and unit. */
int limen_measured_add(struct limen_measured *measured, const char *name, const char *unit,
                       struct limen_number **out, struct limen_error *error);
const struct limen_number *limen_measured_find(const struct limen_measured *measured,
                                               const char *name);
/* Keeps the numbers whose measure, the name up to its first slash, is one of `measures`; no
 * measures keep all. */
void limen_measured_keep(struct limen_measured *measured, const char *const *measures,
                         size_t count);
/* LIMEN_USAGE for a measure that none has. */
int limen_measured_has(const struct limen_measured *measured, const char *const *measures,
                       size_t count, struct limen_error *error);
void limen_measured_clear(struct limen_measured *measured);

/* Whether a name is that of a proved number. */
bool limen_number_is_certified(const char *name);

/* ---- sources ---- */

/* What this program runs on. */
int limen_measured_machine(struct limen_settings *out, struct limen_error *error);

/* From a run folder's store, of which `plan` is the plan. */
int limen_measured_run(const struct limen_plan *plan, struct limen_measured *out,
                       struct limen_error *error);

struct limen_csv_wishes {
  const char *const *lower_is_better; /* names of metrics */
  size_t count;
  bool deterministic; /* nothing is drawn in building: one build is all there is */
};

/* Adds what a CSV holds, a line a build and query: `build,query,value` with this head, or with a
 * fourth column `metric`; without it the file's name, less its ending, is the metric's. Ids are any
 * text, values finite decimals; each build answers each query once. Values that all lie from 0 to 1
 * are shares. LIMEN_INPUT with file and line. */
int limen_measured_csv(const char *path, const struct limen_csv_wishes *wishes,
                       struct limen_measured *out, struct limen_error *error);

#endif
