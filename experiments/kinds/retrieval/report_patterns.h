/* The study "patterns": the same representations on several patterns of relevance, at equal numbers
 * of queries and at equal numbers of judged documents. */
#ifndef LIMEN_KINDS_RETRIEVAL_REPORT_PATTERNS_H
#define LIMEN_KINDS_RETRIEVAL_REPORT_PATTERNS_H

#include "experiments/kinds/retrieval/report.h"

/* The two measures that are looked at: recall@2, and recall@100, which was published. */
enum { PATTERNS_MEASURES = 2 };
extern const size_t patterns_measure[PATTERNS_MEASURES]; /* among the measures of a ranking */

/* A pattern under one comparison: groups of a row differ in representation and d alone. */
struct patterns_row {
  size_t first;      /* group */
  size_t comparison; /* numbered from 0 in the order of the groups */
};

/* How far means of instances lie apart, beside how far their queries alone would spread them. */
struct patterns_spread {
  bool known;                    /* two instances and two queries at least */
  double sd, sd_lower, sd_upper; /* between means of instances */
  double se;                     /* of an instance's mean over its queries */
  double p; /* that instances differ by their queries alone; NaN: no variance */
};

/* Against the reference pattern, paired by instance: instances of the same number share words. */
struct patterns_difference {
  bool known;
  struct limen_reported value;
  double p, holm; /* over all differences of a comparison in this measure */
};

/* The fewest dimensions in which free embeddings put every query's documents on top. */
struct patterns_critical {
  size_t row, first; /* its first group */
  size_t instances, reached;
  double least, median, most; /* INFINITY: not within the listed d */
  double last;                /* the largest d that was tried */
};

struct patterns {
  const struct retrieval_report *report;
  const char *reference; /* pattern */
  struct patterns_row *row;
  struct patterns_spread *spread;         /* a group's measures */
  struct patterns_difference *difference; /* likewise */
  struct patterns_critical *critical;
  size_t rows, comparisons, criticals;
};

/* All spreads of a row in one measure. */
struct patterns_spreads {
  size_t cases, apart; /* that have any; with the deviation's whole interval above the error */
  double ratio;        /* of root mean squares: deviation over standard error */
};

int patterns_init(struct patterns *patterns, const struct retrieval_report *report,
                  struct limen_error *error);
void patterns_clear(struct patterns *patterns);

struct patterns_spreads patterns_spreads_of(const struct patterns *patterns, size_t row, size_t m);

/* Whether a difference is beyond noise after Holm. */
bool patterns_matters(const struct patterns_difference *difference);

/* (report_patterns_critical.c) */
int patterns_find_critical(struct patterns *patterns, struct limen_error *error);
/* "6 [6, 8]"; "12" where all instances agree; "more than 16". */
void patterns_print_critical(const struct patterns_critical *critical, struct limen_text *out);
struct limen_plot *patterns_plot_critical(const struct patterns *patterns);
struct limen_plot *patterns_plot_free(const struct patterns *patterns, size_t comparison);
void patterns_table_critical(const struct patterns *patterns);
void patterns_say_published(const struct patterns *patterns);

/* Texts and what they become; oracles are apart. */
bool patterns_is_oracle(const struct patterns *patterns, size_t group);
bool patterns_in_row(const struct patterns *patterns, size_t row, size_t group);
const char *patterns_pattern(const struct patterns *patterns, size_t group);
/* "1000 queries", "46 documents", "1000 queries on 46 documents". */
void patterns_print_comparison(const struct patterns *patterns, size_t group,
                               struct limen_text *out);

/* (report_patterns_plots.c) */
struct limen_plot *patterns_plot_recall(const struct patterns *patterns, size_t m, bool published);
struct limen_plot *patterns_plot_spread(const struct patterns *patterns, size_t m);
void patterns_table_spread(const struct patterns *patterns, size_t m);
void patterns_table_recall(const struct patterns *patterns, size_t m);
void patterns_table_differences(const struct patterns *patterns, size_t m);
void patterns_table_published(const struct patterns *patterns);

#endif
