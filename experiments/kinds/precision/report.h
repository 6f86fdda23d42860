/* What the files that write the report of precision share. */
#ifndef LIMEN_KINDS_PRECISION_REPORT_H
#define LIMEN_KINDS_PRECISION_REPORT_H

#include "experiments/kinds/precision/summary.h"
#include "limits/published.h"
#include "report/document.h"

struct precision_report {
  const struct limen_plan *plan;
  const struct limen_published *published; /* critical n of trained embeddings */
  struct precision_point *points;          /* owned; in the grid's order */
  size_t count;
  const struct limen_value *d, *arithmetic; /* values of the two axes */
  size_t ds, arithmetics;
  struct limen_document *out;
};

/* The point of a dimension and an arithmetic of the axes. */
const struct precision_point *precision_report_at(const struct precision_report *report, size_t d,
                                                  size_t arithmetic);

/* The sections, in files of their own. */
struct limen_plot *precision_report_main_plot(const struct precision_report *report);
struct limen_plot *precision_report_bits_plot(const struct precision_report *report);
void precision_report_numbers(const struct precision_report *report);
void precision_report_proofs(const struct precision_report *report);
void precision_report_constructions(const struct precision_report *report);
void precision_report_ceilings(const struct precision_report *report);
int precision_report_margins(const struct precision_report *report, struct limen_error *error);

#endif
