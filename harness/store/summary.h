/* Headline numbers: what a gate compares and summary.json holds. */
#ifndef LIMEN_STORE_SUMMARY_H
#define LIMEN_STORE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct limen_headline {
  char *name;                 /* measure/axis=value/... : every axis the kind declares */
  double value, lower, upper; /* NaN: unknown; a bound that does not exist is written as null */
  const char *unit;           /* not owned: a literal of the kind */
  bool higher_is_better;
  size_t n; /* how many independent observations the value rests on */
};

struct limen_summary {
  struct limen_headline *metric;
  size_t count, capacity;
};

/* Takes a copy of the name. */
int limen_summary_add(struct limen_summary *summary, const struct limen_headline *metric,
                      struct limen_error *error);
void limen_summary_clear(struct limen_summary *summary);

/* The content of summary.json, deterministic; released by limen_free. NULL when memory is short. */
char *limen_summary_text(const struct limen_summary *summary, const char *experiment,
                         struct limen_error *error);

/* Writes it. */
int limen_summary_write(const struct limen_summary *summary, const char *experiment,
                        const char *path, struct limen_error *error);

#endif
