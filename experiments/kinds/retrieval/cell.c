/* One cell: build the representation, or take it from another cell, search it exactly or through an
 * index, and judge the rankings. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "experiments/kinds/retrieval/retrieval.h"

enum { FOUND_DEPTH = 10 };

struct cell_run {
  const struct limen_cell *cell;
  struct limen_answer *answer;
  struct limen_retriever *retriever;
  size_t depth;
  struct limen_hits exact; /* of the first FOUND_DEPTH, where an index is compared with them */
  size_t *order;
  struct limen_index index;
};

static double *row_of(const struct cell_run *run, size_t row) {
  return run->answer->values + row * run->answer->measures;
}

/* ---- judging ---- */

static int evaluate(struct cell_run *run, const struct limen_hits *hits, size_t row,
                    struct limen_error *error) {
  const struct limen_collection *collection = run->retriever->collection;
  double *values = NULL, *columns = row_of(run, row);
  size_t queries = 0;
  int status = retrieval_judge(run->cell, collection, hits, &values, &queries,
                               columns + RETRIEVAL_RECALL_2, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&run->answer->answers, "values", row, values,
                             queries * RETRIEVAL_OF_RANKING * sizeof *values, error);
  columns[RETRIEVAL_QUERIES] = (double)queries;
  limen_free(values);
  return status;
}

static int keep(struct cell_run *run, const struct limen_hits *hits, size_t row,
                struct limen_error *error) {
  int status = evaluate(run, hits, row, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&run->answer->answers, "hits", row, hits->document,
                             hits->queries * hits->k * sizeof *hits->document, error);
  return status;
}

/* ---- exact search ---- */

/* The same for every ef. */
static int search_exactly(struct cell_run *run, struct limen_error *error) {
  struct limen_hits hits = {0};
  double start = limen_clock_s();
  int status = limen_retriever_search(run->retriever, run->depth, &hits, error);
  double seconds = limen_clock_s() - start;
  for (size_t row = 0; row < run->answer->rows && status == LIMEN_OK; row++) {
    status = keep(run, &hits, row, error);
    row_of(run, row)[RETRIEVAL_SEARCH_S] = seconds;
  }
  limen_hits_clear(&hits);
  return status;
}

/* ---- through an index ---- */

static int draw_order(struct cell_run *run, struct limen_error *error) {
  const size_t n = run->retriever->documents;
  const int64_t build = limen_cell_integer(run->cell, "build");
  char stream[64];
  snprintf(stream, sizeof stream, "retrieval/order/%lld", (long long)build);
  gsl_rng *rng =
      limen_rng_alloc((uint64_t)limen_cell_integer(run->cell, "first_seed"), stream, error);
  run->order = limen_alloc(n, sizeof *run->order, error);
  if (rng && run->order) {
    for (size_t i = 0; i < n; i++) run->order[i] = i;
    gsl_ran_shuffle(rng, run->order, n, sizeof *run->order);
  }
  limen_rng_free(rng);
  return rng && run->order ? LIMEN_OK : LIMEN_FAILED;
}

static int build_index(struct cell_run *run, struct limen_error *error) {
  const struct limen_cell *cell = run->cell;
  struct limen_index_settings settings = limen_index_defaults;
  settings.metric = LIMEN_IP;
  settings.M = (size_t)limen_cell_integer(cell, "M");
  settings.ef_construction = (size_t)limen_cell_integer(cell, "ef_construction");
  settings.levels = LIMEN_LEVELS_BY_LABEL;
  settings.level_seed = (uint64_t)limen_cell_integer(cell, "first_seed") * 10000 +
                        (uint64_t)limen_cell_integer(cell, "build");
  int status = draw_order(run, error);
  double start = limen_clock_s();
  if (status == LIMEN_OK)
    status = limen_index_build(limen_engine_find(limen_cell_string(cell, "engine")),
                               &run->retriever->document_vectors, run->order, &settings,
                               &run->index, error);
  for (size_t row = 0; row < run->answer->rows; row++)
    row_of(run, row)[RETRIEVAL_BUILD_S] = limen_clock_s() - start;
  return status;
}

static int count_distances(struct cell_run *run, size_t row, size_t ef, struct limen_error *error) {
  const struct limen_matrix *queries = &run->retriever->query_vectors;
  const size_t k = run->depth < run->index.rows ? run->depth : run->index.rows;
  int64_t *ids = limen_alloc(k, sizeof *ids, error);
  double sum = 0;
  int status = ids ? LIMEN_OK : LIMEN_FAILED;
  for (size_t q = 0; q < queries->rows && status == LIMEN_OK; q++) {
    struct limen_trace trace = {0};
    size_t found;
    status = limen_index_trace(&run->index, queries->values + q * queries->columns, k, ef, ids,
                               &found, &trace, error);
    sum += (double)trace.distances;
  }
  limen_free(ids);
  row_of(run, row)[RETRIEVAL_DISTANCES] = sum / (double)queries->rows;
  return status;
}

/* The share of every query's exact first ten that the index has among its own. */
static double found_of(const struct limen_hits *exact, const struct limen_hits *hits) {
  size_t found = 0, wanted = 0;
  for (size_t q = 0; q < exact->queries; q++)
    for (size_t i = 0; i < exact->found[q]; i++) {
      const size_t depth = hits->found[q] < FOUND_DEPTH ? hits->found[q] : FOUND_DEPTH;
      wanted++;
      for (size_t j = 0; j < depth; j++)
        found += hits->document[q * hits->k + j] == exact->document[q * exact->k + i];
    }
  return wanted > 0 ? (double)found / (double)wanted : NAN;
}

static int search_index(struct cell_run *run, struct limen_error *error) {
  int status = build_index(run, error);
  if (status == LIMEN_OK)
    status = limen_retriever_search(run->retriever, FOUND_DEPTH, &run->exact, error);
  for (size_t row = 0; row < run->answer->rows && status == LIMEN_OK; row++) {
    const size_t ef = (size_t)limen_cell_value(run->cell, row, "ef").as.integer;
    struct limen_hits hits = {0};
    double start = limen_clock_s();
    status =
        limen_retriever_search_index(run->retriever, &run->index, run->depth, ef, &hits, error);
    row_of(run, row)[RETRIEVAL_SEARCH_S] = limen_clock_s() - start;
    if (status == LIMEN_OK) status = keep(run, &hits, row, error);
    if (status == LIMEN_OK) row_of(run, row)[RETRIEVAL_FOUND_10] = found_of(&run->exact, &hits);
    if (status == LIMEN_OK) status = count_distances(run, row, ef, error);
    limen_hits_clear(&hits);
    if (status == LIMEN_OK && limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
  }
  return status;
}

/* ---- the whole ---- */

static int run_init(struct cell_run *run, struct limen_error *error) {
  int status = retrieval_retriever_take(run->cell, &run->retriever, error);
  if (status != LIMEN_OK) run->retriever = NULL;
  run->depth = (size_t)limen_cell_integer(run->cell, "depth");
  return status;
}

static int by_text(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Judgements that call a document relevant, and how many documents those are. */
static int count_relevant(const struct limen_qrels *qrels, size_t *relevant, size_t *wanted,
                          struct limen_error *error) {
  size_t most = 0;
  for (size_t q = 0; q < qrels->count; q++) most += qrels->query[q].count;
  const char **ids = limen_alloc(most, sizeof *ids, error);
  if (!ids) return LIMEN_FAILED;
  *relevant = *wanted = 0;
  for (size_t q = 0; q < qrels->count; q++)
    for (size_t j = 0; j < qrels->query[q].count; j++)
      if (qrels->query[q].judgement[j].grade > 0)
        ids[(*relevant)++] = qrels->query[q].judgement[j].document;
  qsort(ids, *relevant, sizeof *ids, by_text);
  for (size_t i = 0; i < *relevant; i++) *wanted += i == 0 || strcmp(ids[i - 1], ids[i]) != 0;
  limen_free(ids);
  return LIMEN_OK;
}

static int tell_set(struct cell_run *run, struct limen_error *error) {
  const struct limen_retriever *retriever = run->retriever;
  size_t relevant, wanted;
  int status = count_relevant(&retriever->collection->qrels, &relevant, &wanted, error);
  for (size_t row = 0; row < run->answer->rows && status == LIMEN_OK; row++) {
    row_of(run, row)[RETRIEVAL_DOCUMENTS] = (double)retriever->documents;
    row_of(run, row)[RETRIEVAL_WANTED] = (double)wanted;
    row_of(run, row)[RETRIEVAL_RELEVANT] = (double)relevant;
    if (retriever->representation->dense)
      row_of(run, row)[RETRIEVAL_DIMENSIONS] = (double)retriever->document_vectors.columns;
    else if (retriever->representation->reads & LIMEN_REPRESENTATION_READS_D)
      row_of(run, row)[RETRIEVAL_DIMENSIONS] = (double)retriever->settings.d;
  }
  return status;
}

int retrieval_run(const struct limen_cell *cell, struct limen_answer *answer,
                  struct limen_error *error) {
  struct cell_run run = {.cell = cell, .answer = answer};
  int status = run_init(&run, error);
  if (status == LIMEN_OK) status = tell_set(&run, error);
  if (status == LIMEN_OK) status = retrieval_keep_hashes(cell, answer, error);
  if (status == LIMEN_OK)
    status = retrieval_uses_index(cell->grid, cell->point) ? search_index(&run, error)
                                                           : search_exactly(&run, error);
  limen_index_clear(&run.index);
  limen_hits_clear(&run.exact);
  limen_free(run.order);
  if (run.retriever) retrieval_retriever_give(run.retriever);
  return status;
}
