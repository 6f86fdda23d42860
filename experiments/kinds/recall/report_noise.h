/* The study "noise": how much recall moves when nothing that a user chose is changed. */
#ifndef LIMEN_KINDS_RECALL_REPORT_NOISE_H
#define LIMEN_KINDS_RECALL_REPORT_NOISE_H

#include "experiments/kinds/recall/report.h"
#include "stats/components.h"

#define RECALL_NOISE_TARGET 0.005 /* the standard error of a comparison that is asked for */

/* Orders crossed with level seeds, each build answering the same queries:
 *
 *   y_olq = mean + order_o + seed_l + (order seed)_ol + query_q + what a build does to a query_olq
 *
 * Averaged over the queries this is a two-way table with one value a cell. Its components say how
 * much the recall over these very queries moves; they hold a Q-th of what builds do to single
 * queries, which fewer queries would show more of. */
struct recall_noise {
  size_t point, row;
  int64_t ef;
  size_t orders, seeds, queries;
  double recall;
  struct limen_component order, seed, residual; /* variances of a recall over `queries` queries */
  struct limen_component query;                 /* the same of drawing other queries */
  double build;       /* variance of a build with an order and a seed of its own: their sum */
  double own;         /* of it, what no number of queries averages out */
  double interaction; /* what a build does to one query: build = own + interaction / queries */
  double threads, threads_lower, threads_upper; /* variance, timed; NaN: not measured */
};

struct recall_noises {
  const struct recall_report *report;
  struct recall_noise *noise; /* in the order of points and ef */
  size_t count;
  size_t uncrossed; /* groups left out: not every order has every seed, or there is one of either */
};

/* Cleared by recall_noises_clear. */
int recall_noises_init(struct recall_noises *noises, const struct recall_report *report,
                       struct limen_error *error);
void recall_noises_clear(struct recall_noises *noises);

/* Orders x seeds x queries values, order by order. The fields from `orders` on are filled. */
int recall_noise_of(const double *values, size_t orders, size_t seeds, size_t queries,
                    struct recall_noise *out, struct limen_error *error);

/* The mean difference of two tables over the same orders, seeds and queries, all of them random. */
int recall_noise_difference(const double *first, const double *second, size_t orders, size_t seeds,
                            size_t queries, struct limen_reported *out, double *per_query,
                            struct limen_error *error);

/* The recall of another engine at the same point and ef, `first` minus `second`, over the orders
 * and seeds that both have. `per_query` becomes the variance, over queries, of how differently the
 * engines find their neighbours. *found is false when there is no such engine. */
struct recall_engines {
  size_t noise, other; /* indices of `first` and `second` */
  const char *first, *second;
  struct limen_reported difference;
  double per_query;
};
int recall_noise_engines(const struct recall_noises *noises, struct recall_engines **out,
                         size_t *count, struct limen_error *error);

/* Queries needed so that the standard error of a comparison, with so many builds a side, stays
 * below `target`: 2 own / builds + (other + 2 interaction / builds) / queries <= target^2, where
 * `other` is what the compared differ in from query to query, paired (0 for the same system), or
 * the variance of both when each has queries of its own. INFINITY when builds alone move more. */
double recall_queries_needed(const struct recall_noise *noise, double other, size_t builds,
                             double target);

/* ---- plots and tables ---- */

/* Standard deviations of a point, a row a source; with threads it is timed. */
struct limen_plot *recall_noise_plot(const struct recall_noises *noises, size_t point,
                                     bool with_threads);
int recall_noise_table(const struct recall_noises *noises, const struct recall_engines *engines,
                       size_t n_engines, bool with_threads, struct limen_error *error);
void recall_noise_need_table(const struct recall_noises *noises,
                             const struct recall_engines *engines, size_t n_engines);
void recall_print_sd(double variance, double lower, double upper, struct limen_text *out);

#endif
