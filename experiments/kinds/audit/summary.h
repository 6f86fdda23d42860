/* What the cells of a point come to: shares with intervals over queries, or over instances. */
#ifndef LIMEN_KINDS_AUDIT_SUMMARY_H
#define LIMEN_KINDS_AUDIT_SUMMARY_H

#include "experiments/kinds/audit/audit.h"
#include "report/number.h"
#include "store/summary.h"

#define AUDIT_CONFIDENCE 0.95

/* A step at a point; all are shares of the queries asked, means over instances. */
struct audit_change {
  const struct audit_step *step;
  struct limen_reported right, recall, gains, losses;
  struct limen_reported net;                 /* gains - losses */
  double changed, noise, within_noise, bits; /* changed and within_noise: shares; NaN: no such */
  size_t infinite;
};

/* A point of the grid. */
struct audit_point {
  size_t point, cells, missing; /* cells that are there; still to be run */
  const struct limen_cell *first;
  size_t asked; /* over all cells */
  double documents, dimensions, strangers;
  bool independent;                              /* in every cell */
  size_t count[AUDIT_OUTCOMES];                  /* queries, over all cells */
  struct limen_reported outcome[AUDIT_OUTCOMES]; /* shares */
  size_t proofs;
  struct audit_change *change; /* a row of a cell each */
  size_t changes;
};

/* "impossible" */
const char *audit_outcome_name(size_t outcome);

/* In the order of the grid; points without any answer are left out. Released by audit_points_free.
 */
int audit_points(const struct limen_plan *plan, struct audit_point **out, size_t *count,
                 struct limen_error *error);
void audit_points_free(struct audit_point *points, size_t count);

/* What a cell keeps of its queries, released by audit_queries_clear. */
struct audit_queries {
  size_t count;
  uint8_t *verdict;
  double *gaps; /* AUDIT_GAPS a query */
  uint32_t *wanted;
  char *ids; /* one a line */
};
int audit_queries_read(const struct limen_plan *plan, const struct limen_cell *cell,
                       struct audit_queries *out, struct limen_error *error);
void audit_queries_clear(struct audit_queries *queries);

#endif
