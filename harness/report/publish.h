/* Everything that a run folder shows, made from the store: tables, headline numbers, certificates,
 * plots, the report. */
#ifndef LIMEN_REPORT_PUBLISH_H
#define LIMEN_REPORT_PUBLISH_H

#include "base/error.h"
#include "run/plan.h"

/* Writes results.csv, timings.csv, summary.json, certificates/, plots/, index.html, report.md and
 * manifest.json into the store's folder. `manifest` is its text, `reproduce` the command that runs
 * it again. Certificates are proved before anything is claimed: LIMEN_NO when one does not hold.
 * LIMEN_INTERRUPTED when a signal came before the last page was on its way. */
int limen_publish(const struct limen_plan *plan, const char *manifest, const char *reproduce,
                  struct limen_error *error);

/* Whether results.csv and summary.json in the plan's folder hold the bytes that its store gives.
 * LIMEN_NO names the file that does not. */
int limen_published_check(const struct limen_plan *plan, struct limen_error *error);

#endif
