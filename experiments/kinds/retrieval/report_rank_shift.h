/* The study "rank_shift": what an index in place of exact search does to a ranking of
 * representations. */
#ifndef LIMEN_KINDS_RETRIEVAL_REPORT_RANK_SHIFT_H
#define LIMEN_KINDS_RETRIEVAL_REPORT_RANK_SHIFT_H

#include "experiments/kinds/retrieval/report.h"
#include "stats/rank_shift.h"

enum { RANK_NDCG = RETRIEVAL_NDCG_10 - RETRIEVAL_RECALL_2 /* among the measures of a ranking */ };

/* A representation of so many dimensions, searched exactly. */
struct rank_model {
  const struct retrieval_group *exact;
  double *ndcg; /* of every query */
  double mean;
};

/* Representations of the same documents, the best first. */
struct rank_data {
  struct rank_model *model;
  size_t count, capacity, queries;
};

/* A model under an index. */
struct rank_entry {
  const struct retrieval_group
      *index;                   /* NULL: it has no vectors and is searched exactly here too */
  double *ndcg;                 /* builds x queries; NULL likewise */
  struct limen_reported change; /* of NDCG@10 against exact search, paired over queries; without
                                   bounds where no query knows a change */
  bool there;                   /* its cells are finished */
  size_t system;                /* its number in `shift` */
};

/* One engine at one ef over one data, against exact search. */
struct rank_contest {
  size_t data;
  const struct retrieval_group *first; /* one of its groups: names engine and ef */
  struct rank_entry *entry;            /* as the data's models */
  size_t *model;                       /* of a system in `shift` */
  size_t there, indexed, builds;
  bool compared; /* there are two systems and queries to compare; else `shift` is empty */
  struct limen_rank_shift shift;
};

struct rank_contests {
  const struct retrieval_report *report;
  struct rank_data *data;
  struct rank_contest *contest; /* data by data */
  size_t n_data, data_capacity, count, capacity;
};

extern const struct limen_bootstrap rank_bootstrap;

/* Reads NDCG@10 of every query of the first drawing (instance 0). */
int rank_contests_init(struct rank_contests *contests, const struct retrieval_report *report,
                       struct limen_error *error);
void rank_contests_clear(struct rank_contests *contests);

/* "vaswani (11429 documents)"; "random_word 256"; "hnswlib at ef = 10". */
void rank_print_data(const struct rank_contests *contests, size_t data, struct limen_text *out);
void rank_print_model(const struct rank_contests *contests, size_t data, size_t model,
                      struct limen_text *out);
void rank_print_search(const struct rank_contests *contests, const struct rank_contest *contest,
                       struct limen_text *out);
void rank_print_tau(const struct limen_interval *tau, struct limen_text *out);

/* Plots of one data, the nth (for their names). */
struct limen_plot *rank_plot_ndcg(const struct rank_contests *contests, size_t data);
struct limen_plot *rank_plot_places(const struct rank_contests *contests, size_t data);
struct limen_plot *rank_plot_changes(const struct rank_contests *contests, size_t data);
struct limen_plot *rank_plot_kept(const struct rank_contests *contests, size_t data);

void rank_table_contests(const struct rank_contests *contests);
void rank_table_models(const struct rank_contests *contests, size_t data);
void rank_table_swaps(const struct rank_contests *contests);

#endif
