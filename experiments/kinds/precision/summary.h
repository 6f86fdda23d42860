/* What the cells of a point come to. */
#ifndef LIMEN_KINDS_PRECISION_SUMMARY_H
#define LIMEN_KINDS_PRECISION_SUMMARY_H

#include "experiments/kinds/precision/precision.h"
#include "store/summary.h"

struct precision_point {
  size_t point;
  size_t d;
  const struct limen_quantiser *quantiser;
  size_t cells, missing; /* finished, and not */

  /* The best row of all cells here; n = 0: nothing was proved. */
  const struct limen_cell *cell;
  size_t row;
  size_t n;

  /* The same over this and all smaller d: a coordinate that is 0 everywhere changes no score. */
  const struct precision_point *from; /* not owned; NULL: nothing */
  size_t certified;
  bool more; /* the hunt ended at n_most or when work ran out */

  double ceiling; /* documents at most: pairs need different queries, of which the arithmetic has so
                     many */
};

/* One entry a point of the grid, in its order; released by limen_free. */
int precision_points(const struct limen_plan *plan, struct precision_point **out, size_t *count,
                     struct limen_error *error);

/* Largest n with n (n - 1) / 2 <= codes^d, as a double; INFINITY beyond its range. */
double precision_ceiling(const struct limen_quantiser *quantiser, size_t d);

double precision_value(const struct limen_cell *cell, size_t row, enum precision_measure measure);
const char *precision_construction(const struct limen_cell *cell, size_t row);

/* What a row keeps of its documents; released by precision_kept_clear. */
struct precision_kept {
  struct limen_torus frame; /* count 0: none */
  double *classes, *documents, *query;
  uint32_t *pair;
  size_t n, d, count; /* queries of their own */
};
/* Of a cell's best row. LIMEN_INPUT when the store's answers do not fit each other. */
int precision_kept_read(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                        struct precision_kept *out, struct limen_error *error);
/* The same of any row with such answers, of n documents in d dimensions. */
int precision_kept_load(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                        size_t n, size_t d, enum precision_how how, struct precision_kept *out,
                        struct limen_error *error);
void precision_kept_clear(struct precision_kept *kept);
/* Proves it and writes folder/NAME. */
int precision_kept_certify(const char *folder, const char *name, const char *about,
                           const struct precision_kept *kept,
                           const struct limen_quantiser *quantiser, struct limen_error *error);

/* Numbers of every attempt of a row; *attempts is released by limen_free. */
int precision_attempts(const struct limen_plan *plan, const struct limen_cell *cell, size_t row,
                       double **attempts, size_t *count, struct limen_error *error);

/* "k=2_d=4_arithmetic=int8": the folder of a point's certificate; released by limen_free. */
char *precision_certificate_name(const struct limen_plan *plan, size_t point,
                                 struct limen_error *error);

#endif
