/* What the report on missed neighbours is made of: the records of every arm, and shares of them.
 *
 * An arm is a group of the report (a point of the grid and an ef) with its records in memory. */
#ifndef LIMEN_KINDS_RECALL_REPORT_MISSED_H
#define LIMEN_KINDS_RECALL_REPORT_MISSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiments/kinds/recall/report.h"
#include "measures/missed.h"

struct missed_arm {
  const struct recall_group *group; /* not owned, must outlive the arm */
  size_t builds, queries, k;
  size_t rows; /* of the base */

  struct limen_miss_record **records; /* per build: queries x k */
  int32_t **ids;                      /* per build: queries x k, what was returned; -1: nothing */
  uint32_t **inserted;                /* per build: rows */
  float *lid;                         /* rows; NaN: undefined */
  uint8_t *lid_decile;                /* rows: 0 .. 9, MISSED_NO_LID where undefined */
  uint32_t *label;                    /* rows; NULL: the data have no labels */
  char *names;                        /* one after the other, each ended by a NUL */
  const char **name;                  /* per label, into `names` */
  size_t labels;
};
enum { MISSED_DECILES = 10, MISSED_NO_LID = MISSED_DECILES };

struct missed_report {
  struct recall_report common;
  struct missed_arm *arm; /* one a group, in their order */
  size_t count;
};

/* Reads everything. LIMEN_INPUT when the store lacks the records or they do not fit together: they
 * are there when the cells ran with attribute=1. Cleared by missed_report_clear, also after an
 * error. */
int missed_report_init(struct missed_report *report, const struct limen_plan *plan,
                       struct limen_document *out, struct limen_error *error);
void missed_report_clear(struct missed_report *report);

/* ---- shares ---- */

/* Sets of reasons, as bits. */
#define MISSED_FOR(reason) (1u << (reason))
enum {
  /* Not among the answers. */
  MISSED_BY_ID = ((1 << LIMEN_MISSES) - 1) & ~(1 << LIMEN_MISS_NONE),
  /* The same without ties and copies, which are no fault of the index. */
  MISSED_TRULY = MISSED_BY_ID & ~(1 << LIMEN_MISS_TIE) & ~(1 << LIMEN_MISS_DUPLICATE)
};

/* Parts that the true neighbours fall into; `bin` gives 0 .. bins - 1. */
struct missed_split {
  size_t bins;
  size_t (*bin)(const struct missed_arm *arm, size_t build, const struct limen_miss_record *record);
};

extern const struct missed_split missed_whole; /* one part: all of them */

struct missed_rate {
  struct limen_reported number; /* the share; NaN where the part is empty */
  size_t neighbours, missed;    /* of the part, over all builds */
};

/* The share of a part's true neighbours that were missed for one of `reasons`. Builds and queries
 * are both random: the ratio is linearised (Cochran, "Sampling Techniques", 1977, section 6.3), and
 * the interval of the crossed table of residuals is laid on the logit scale. Where none or all were
 * missed that table says nothing, and the far end is Wilson's, with the part's queries as trials.
 */
int missed_rate(const struct missed_arm *arm, unsigned reasons, const struct missed_split *split,
                size_t bin, struct missed_rate *out, struct limen_error *error);

/* The rate of part a minus that of part b, on the same queries and builds. */
int missed_rate_difference(const struct missed_arm *arm, unsigned reasons,
                           const struct missed_split *split, size_t a, size_t b,
                           struct limen_reported *out, struct limen_error *error);

/* Share of sums over a table of builds x queries: sum of `part` over sum of `whole`. */
int missed_ratio(const double *part, const double *whole, size_t builds, size_t queries,
                 struct limen_reported *out, struct limen_error *error);

/* Whether an interval excludes 0. */
bool missed_is_effect(const struct limen_reported *difference);

/* ---- words ---- */

/* "clusters_separated, by_category": the axes that vary, data and order without their names; with
 * `ef` also ", ef 40". */
void missed_arm_name(const struct missed_report *report, const struct missed_arm *arm, bool ef,
                     struct limen_text *out);

/* In percent: "3.31 [2.90, 3.74]". In cells of a table that zeros would fill, `0 [0, 0.38]` is
 * "< 0.38". */
void missed_print_percent(const struct limen_reported *number, struct limen_text *out);
void missed_print_cell(const struct limen_reported *number, struct limen_text *out);

/* Where in a row of a plot the points of one of several series stand: side by side. */
double missed_beside(size_t row, size_t series, size_t count);

/* The row of cells whose splits are drawn: that of the middle ef. */
size_t missed_middle_row(const struct missed_report *report);

/* Whether an arm is of the middle ef, which most plots and sections tell of. */
bool missed_is_middle(const struct missed_report *report, const struct missed_arm *arm);

/* Gives a plot the names of the arms of the middle ef as rows. */
void missed_plot_rows(const struct missed_report *report, struct limen_plot *plot);

/* ---- parts of the report ---- */

int missed_answer(const struct missed_report *report, struct limen_error *error);
int missed_describe_splits(const struct missed_report *report, struct limen_error *error);
int missed_describe_categories(const struct missed_report *report, struct limen_error *error);
int missed_describe_bottlenecks(const struct missed_report *report, struct limen_error *error);
int missed_describe_ends(const struct missed_report *report, struct limen_error *error);

/* Of the wrong rows returned to queries that truly missed something, the share whose category none
 * of the query's true neighbours has; of the true misses, the share at queries that found nothing.
 * NaN without labels, or without misses. */
int missed_elsewhere(const struct missed_arm *arm, struct limen_reported *out,
                     struct limen_error *error);
int missed_at_lost_queries(const struct missed_arm *arm, struct limen_reported *out,
                           struct limen_error *error);

/* How many true neighbours that were missed for a reason have a bottleneck rank that should have
 * let the search find them: at most ef, 4 ef or 16 ef, as the reason says. 0, or something is wrong
 * with the attribution. */
size_t missed_contradictions(const struct missed_arm *arm);

#endif
