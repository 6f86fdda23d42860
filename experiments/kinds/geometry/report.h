/* What the files that write the report of geometry share. */
#ifndef LIMEN_KINDS_GEOMETRY_REPORT_H
#define LIMEN_KINDS_GEOMETRY_REPORT_H

#include "experiments/kinds/geometry/geometry.h"
#include "limits/published.h"
#include "report/document.h"

struct geometry_report {
  const struct limen_plan *plan;
  const struct limen_published *published; /* critical n of trained embeddings */
  struct geometry_point *points;           /* owned; in the grid's order */
  size_t count;
  const struct limen_value *d, *format; /* values of the two axes */
  size_t ds, formats;
  struct limen_document *out;
};

/* The point of a dimension and a format of the axes, by their places. */
const struct geometry_point *geometry_report_at(const struct geometry_report *report, size_t d,
                                                size_t format);

/* "12,345", "3.4 million", "1.7 billion". */
void geometry_count_print(double n, struct limen_text *out);

struct limen_plot *geometry_report_plot(const struct geometry_report *report);
void geometry_report_choose(const struct geometry_report *report);
void geometry_report_numbers(const struct geometry_report *report);
void geometry_report_proofs(const struct geometry_report *report);

#endif
