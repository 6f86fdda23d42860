/* A plan's cells as CSV. */
#ifndef LIMEN_RUN_EXPORT_H
#define LIMEN_RUN_EXPORT_H

#include "base/error.h"
#include "base/text.h"
#include "run/plan.h"

/* The content of results.csv. */
void limen_export_results_text(const struct limen_plan *plan, struct limen_text *out);

/* results.csv: a row per cell and inner value, parameters then measures, in plan order; the same
 * bytes for the same answers. */
int limen_export_results(const struct limen_plan *plan, const char *path,
                         struct limen_error *error);

/* timings.csv: parameters, seconds of the cell, then the measures that are timed; a row per cell,
 * and per inner value where a kind has such measures. */
int limen_export_timings(const struct limen_plan *plan, const char *path,
                         struct limen_error *error);

#endif
