/* What the files of the study "order" share: insertion orders set against random ones. */
#ifndef LIMEN_KINDS_RECALL_REPORT_ORDER_H
#define LIMEN_KINDS_RECALL_REPORT_ORDER_H

#include "experiments/kinds/recall/report.h"
#include "stats/null.h"
#include "stats/variance_ratio.h"

/* What an order is compared in. */
enum recall_order_measure {
  RECALL_ORDER_AT_EF,     /* recall at the same ef */
  RECALL_ORDER_AT_WORK,   /* recall at as many distance evaluations as random orders take there */
  RECALL_ORDER_AT_RECALL, /* log of the distance evaluations needed for random orders' recall */
  RECALL_ORDER_MEASURES
};

/* The cells of one order as numbers. Only variants whose builds are all there. */
struct recall_order_arm {
  size_t point;
  size_t variants, builds; /* builds of each variant: the same level seeds for every order */
  bool complete;           /* nothing is still to be run */
  double available;        /* variants that the order has; INFINITY: as many as one wants */
  double *recall;          /* variants x builds x values of ef */
  double *work;            /* the same: log of the mean distance evaluations a query */
};

/* One order against the random ones. */
struct recall_order_test {
  bool made; /* false: the values of ef do not bracket what is asked for */
  struct limen_null_test null;
  double half; /* of the interval about the effect */
  double p;    /* two-sided; NaN where nothing spreads */
  double holm; /* p adjusted over the orders of the family; NaN where p is */
};

struct recall_order_effect {
  struct recall_order_test test[RECALL_ORDER_MEASURES];
  double work;                        /* distance evaluations, as a multiple of random orders' */
  struct limen_variance_ratio spread; /* of its variants beside random orders; n 0: one variant */
};

/* All orders at one engine, levels, data and so on: the family of tests that Holm adjusts for, once
 * for every ef. */
struct recall_order_family {
  struct recall_order_arm random;
  struct recall_order_arm *arm;
  size_t n_arms;
  struct recall_order_effect *effect; /* n_arms x values of ef */
};

struct recall_orders {
  struct recall_order_family *family;
  size_t count;
  size_t efs;  /* values of ef, ascending: */
  int64_t *ef; /* which, */
  size_t *row; /* and in which row of a cell */
};

/* Families that have at least two random orders and another one. Cleared by recall_orders_clear. */
int recall_orders_read(const struct limen_plan *plan, struct recall_orders *out,
                       struct limen_error *error);
void recall_orders_clear(struct recall_orders *orders);

/* Makes the effects of a family whose orders are read: at least two random ones and one other. */
int recall_order_test_family(struct recall_order_family *family, size_t efs,
                             struct limen_error *error);

const struct recall_order_effect *recall_order_effect_at(const struct recall_orders *orders,
                                                         const struct recall_order_family *family,
                                                         size_t arm, size_t ef);

/* The arm's value less the mean of the random orders, with the interval that one more random order
 * leaves open, and the sampling of variants: it holds 0 where the arm lies among them. Recalls as
 * fractions. */
struct limen_reported recall_order_number(const struct recall_order_test *test);
/* The same as a multiple of random orders' work, of the measure RECALL_ORDER_AT_RECALL. */
struct limen_reported recall_order_ratio(const struct recall_order_test *test);

/* Whether an effect is more than noise: its p, adjusted, is at most 0.05. */
bool recall_order_matters(const struct recall_order_test *test);

/* How much more an order does in `first` than in `second`: the difference of its recalls in the
 * two, set against that of each random order in the two. Not adjusted. */
int recall_order_difference(const struct recall_orders *orders,
                            const struct recall_order_family *first, size_t first_arm,
                            const struct recall_order_family *second, size_t second_arm, size_t ef,
                            struct recall_order_test *out, struct limen_error *error);

/* ---- plots and tables ---- */

/* The order at a point. */
const char *recall_order_name(const struct limen_plan *plan, size_t point);
/* "faiss, batch 1, levels by_label": the engine, and of the other axes those that vary and that it
 * looks at, without data, order and `except` (NULL: no further one). */
void recall_order_setting(const struct recall_report *report, size_t point, const char *except,
                          struct limen_text *out);
/* "0.03", "< 1e-6": tails beyond that are the normal law's, not the data's. */
void recall_order_print_p(double p, struct limen_text *out);

/* The first family of the nth data, in the order of the grid; false past the last one. */
bool recall_order_nth_data(const struct recall_orders *orders, const struct limen_plan *plan,
                           size_t nth, size_t *first);
bool recall_order_same_data(const struct limen_plan *plan, size_t a, size_t b);
/* Whether two families are of the same data. */
bool recall_order_of_data(const struct recall_report *report, const struct recall_orders *orders,
                          size_t family, size_t first);

/* The value of ef for second plots and tables: the one nearest to four times the first. */
size_t recall_order_second_ef(const struct recall_orders *orders);

/* The answer, a sentence a data; and what it leaves out, an item a data. */
void recall_order_answer(const struct recall_report *report, const struct recall_orders *orders);
void recall_order_details(const struct recall_report *report, const struct recall_orders *orders);

/* A forest of the families of one data, `first` being its first family and `nth` its number. */
void recall_order_forest(const struct recall_report *report, const struct recall_orders *orders,
                         size_t first, size_t nth, size_t ef, enum recall_order_measure measure);
void recall_order_effects_table(const struct recall_report *report,
                                const struct recall_orders *orders, size_t ef);
void recall_order_work_table(const struct recall_report *report,
                             const struct recall_orders *orders);

/* Adds a row of a table and clears its cells. */
void recall_order_table(const struct recall_report *report, const char *caption, const char *heads);
void recall_order_row(const struct recall_report *report, struct limen_text *cells, size_t columns);
/* The first three cells of a row: data, index, order. */
void recall_order_labels(const struct recall_report *report, size_t point, const char *except,
                         struct limen_text *cells);
/* "-2.1 [-2.6, -1.6] *": points, a star where it is more than noise; a dash where it is not made.
 */
void recall_order_print_effect(const struct recall_order_test *test, struct limen_text *out);

/* ---- further sections, each with its heading; left out where there is nothing to say ---- */

/* How much of an effect comes with another value of an axis: the hierarchy's part ("levels"), what
 * a batch leaves of an order ("batch"). */
int recall_order_describe_axis(const struct recall_report *report,
                               const struct recall_orders *orders, const char *axis,
                               struct limen_error *error);
/* Descending against ascending local dimension, beside the published differences. */
void recall_order_describe_lid(const struct recall_report *report,
                               const struct recall_orders *orders);
/* Variants of an order among themselves, against random orders among themselves. */
void recall_order_describe_variants(const struct recall_report *report,
                                    const struct recall_orders *orders);
/* The graphs, and why neighbours were missed. */
void recall_order_describe_graphs(const struct recall_report *report,
                                  const struct recall_orders *orders);

#endif
