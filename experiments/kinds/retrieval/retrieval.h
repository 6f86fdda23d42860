/* What the files of the kind retrieval share: its measures, the raw answers it keeps, its data. */
#ifndef LIMEN_KINDS_RETRIEVAL_RETRIEVAL_H
#define LIMEN_KINDS_RETRIEVAL_RETRIEVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "measures/ranking_measure.h"
#include "retrieval/representation.h"
#include "run/plan.h"

/* Columns of results.csv, in the order of the measures table. */
enum retrieval_measure {
  RETRIEVAL_DOCUMENTS,
  RETRIEVAL_QUERIES,
  RETRIEVAL_WANTED,
  RETRIEVAL_RELEVANT,
  RETRIEVAL_DIMENSIONS,
  RETRIEVAL_RECALL_2, /* from here to RETRIEVAL_RR: measures of a ranking, in this order */
  RETRIEVAL_RECALL_10,
  RETRIEVAL_RECALL_20,
  RETRIEVAL_RECALL_100,
  RETRIEVAL_NDCG_10,
  RETRIEVAL_MAP,
  RETRIEVAL_RR,
  RETRIEVAL_FOUND_10, /* of an index: share of the exact first ten that it returned */
  RETRIEVAL_DISTANCES,
  RETRIEVAL_BUILD_S, /* timed */
  RETRIEVAL_SEARCH_S,
  RETRIEVAL_MEASURES
};
enum { RETRIEVAL_OF_RANKING = RETRIEVAL_RR - RETRIEVAL_RECALL_2 + 1 };

/* The measure of a ranking behind a column, as trec_eval writes it ("recall.2"), and as headlines
 * do ("recall@2"). */
const char *retrieval_measure_words(size_t i);    /* i < RETRIEVAL_OF_RANKING */
const char *retrieval_measure_headline(size_t i); /* likewise */
/* Whether so many documents are ranked: recall@100 of the first ten alone would be a false number
 * to hold on to. */
bool retrieval_measure_is_known(const struct limen_grid *grid, size_t i);

/* Raw answers, blobs of a cell's row:
 *   "values"    float64, RETRIEVAL_OF_RANKING a query, queries by the bytes of their ids: every
 *               measure of the ranking
 *   "hits"      uint32, `depth` a query in the collection's order: documents by rank, UINT32_MAX
 *               past the found ones
 * and of row 0, 64 hexadecimal digits each:
 *   "data"      SHA-256 over documents and judgements
 *   "asked"     over queries */

extern const struct limen_parameter retrieval_parameters[];
extern const struct limen_measure_column retrieval_measures[];

/* ---- data (data.c) ---- */

/* A set that is made: a name of the parameter `set` that is no folder. NULL past the end. */
const char *retrieval_set_name(size_t i);

/* What cells of the same collection share. */
struct retrieval_texts {
  struct limen_collection collection;
  char data_hash[LIMEN_HASH_SIZE];  /* of documents and judgements */
  char asked_hash[LIMEN_HASH_SIZE]; /* of queries */
};

/* (identity.c) Fills the hashes; keeps them with a cell's answers. */
int retrieval_texts_hash(struct retrieval_texts *texts, struct limen_error *error);
int retrieval_keep_hashes(const struct limen_cell *cell, struct limen_answer *answer,
                          struct limen_error *error);

int retrieval_texts_take(const struct limen_cell *cell, const struct retrieval_texts **out,
                         struct limen_error *error);
void retrieval_texts_give(const struct retrieval_texts *texts);
int retrieval_retriever_take(const struct limen_cell *cell, struct limen_retriever **out,
                             struct limen_error *error);
void retrieval_retriever_give(struct limen_retriever *retriever);
void retrieval_release(void);

/* ---- cells ---- */

const struct limen_representation *retrieval_representation(const struct limen_grid *grid,
                                                            size_t point);
/* Whether the point repeats another, or asks for what its representation does not have. */
bool retrieval_point_is_redundant(const struct limen_grid *grid, size_t point);
/* Whether the set is made, not read from a folder. */
bool retrieval_is_made(const struct limen_grid *grid, size_t point);
/* Whether rows of a point differ by ef: not under exact search. */
bool retrieval_uses_index(const struct limen_grid *grid, size_t point);

/* Judges hits: all measures of a ranking for every query, RETRIEVAL_OF_RANKING each, queries by the
 * bytes of their ids (`*values`, released by limen_free), and their means over queries. The order
 * of the hits counts, their scores do not. */
int retrieval_judge(const struct limen_cell *cell, const struct limen_collection *collection,
                    const struct limen_hits *hits, double **values, size_t *queries, double *means,
                    struct limen_error *error);

int retrieval_verify(const struct limen_plan *plan, struct limen_text *words,
                     struct limen_error *error);
int retrieval_run(const struct limen_cell *cell, struct limen_answer *answer,
                  struct limen_error *error);

/* ---- studies (registry: report_studies.def) ---- */

struct retrieval_study {
  const char *name, *about;
  /* A d that counts something else, a token's dimensions or those that a construction needs, is no
   * value of the axis: such a representation stands at the first value alone. */
  bool one_d;
  /* Whether a point belongs to the question. NULL: every point does. */
  bool (*wants)(const struct limen_grid *grid, size_t point);
  const char *needs; /* what `wants` asks for, in words; NULL with it */
  /* Whether, of those, a point is worth its time after the answers to points before it; once true
   * it stays so, whatever answers arrive. NULL: every point is. */
  bool (*goes_on)(const struct limen_plan *plan, size_t point);
  /* Headline numbers beside those that all studies have. NULL: none. */
  int (*summarise)(const struct limen_plan *plan, struct limen_summary *out,
                   struct limen_error *error);
  int (*describe)(const struct limen_plan *plan, struct limen_document *out,
                  struct limen_error *error);
};

const char *retrieval_study_name(size_t i); /* NULL past the end */
const struct retrieval_study *retrieval_study_of(const struct limen_grid *grid);

/* Cells of a point: instances (collections and random vectors drawn anew) times, with an index,
 * builds. Coordinates are (instance, build). */
size_t retrieval_replicates(const struct limen_plan *plan, size_t point);
void retrieval_replicate(const struct limen_plan *plan, size_t point, size_t i,
                         int64_t *coordinates);

/* (summary_samples.c) */
int retrieval_samples(const struct limen_plan *plan, limen_sample_visitor visit, void *context,
                      struct limen_error *error);
int retrieval_summarise(const struct limen_plan *plan, struct limen_summary *out,
                        struct limen_error *error);
int retrieval_describe(const struct limen_plan *plan, struct limen_document *out,
                       struct limen_error *error);

#endif
