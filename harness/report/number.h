/* Numbers with their uncertainty, as reports print them: with as many places as the interval bears.
 */
#ifndef LIMEN_REPORT_NUMBER_H
#define LIMEN_REPORT_NUMBER_H

#include "base/text.h"
#include "run/plan.h"

struct limen_reported {
  double value, lower, upper; /* bounds NaN: none known */
};

/* "0.912", "0.912 [0.904, 0.919]", "none" for NaN. */
void limen_report_number(const struct limen_reported *number, struct limen_text *out);
/* For wide tables: "13.16 ± 0.03". */
void limen_report_compact(const struct limen_reported *number, struct limen_text *out);
/* Of a share, in points (hundredths): "-3.4 [-4.1, -2.7]". */
void limen_report_points(const struct limen_reported *number, struct limen_text *out);

/* A parameter's value at a point as a reader sees it ("bge.fvecs", "all"). */
void limen_report_value(const struct limen_plan *plan, size_t point, const char *parameter,
                        struct limen_text *out);
/* "engine = faiss, batch = 1": the axes that have several values, in the kind's order, without
 * those in `except` (NULL past the end). Empty when nothing is left. */
void limen_report_point(const struct limen_plan *plan, size_t point, const char *const *except,
                        struct limen_text *out);
/* Whether two points differ in nothing but the axes `except`. */
bool limen_report_same_but(const struct limen_plan *plan, size_t a, size_t b,
                           const char *const *except);

/* "What was run": axes and rows always, and those in `always`; everything else where it is not at
 * its default, `study` left out. */
void limen_report_settings(const struct limen_plan *plan, const char *const *always,
                           struct limen_text *out);

#endif
