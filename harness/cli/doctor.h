/* What `limen doctor` finds, as rows: one look at the machine each. */
#ifndef LIMEN_CLI_DOCTOR_H
#define LIMEN_CLI_DOCTOR_H

#include <stddef.h>

#include "base/error.h"

enum limen_level {
  LIMEN_CHECK_OK,
  LIMEN_CHECK_NOTE,   /* works, and could be better: slower, less room */
  LIMEN_CHECK_PROBLEM /* an experiment would fail */
};

struct limen_check {
  const char *name;
  enum limen_level level;
  char found[480];  /* what is there; one line */
  char next[240];   /* what to do about it; "" when nothing is */
  double value;     /* the number in `found`, NaN when there is none ... */
  const char *unit; /* ... and its unit, or NULL */
};

enum { LIMEN_CHECKS_MAX = 24 };

struct limen_checks {
  struct limen_check row[LIMEN_CHECKS_MAX];
  size_t count;
};

/* Looks at everything; takes about a second, most of it measuring. Nothing it finds is an error. */
void limen_checks_run(struct limen_checks *out);

/* A new folder for files that live as long as one check, in $TMPDIR or /tmp. Released by
 * limen_free, removed by limen_folder_remove. */
char *limen_doctor_scratch(struct limen_error *error);

#endif
