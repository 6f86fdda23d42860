/* What `limen recall` judges: the ids of two files, and where their distances come from. */
#ifndef LIMEN_CLI_RECALL_FILES_H
#define LIMEN_CLI_RECALL_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "measures/recall.h"

struct limen_recall_files {
  const char *truth, *results;
  const char *base, *queries;            /* both or neither */
  size_t dimension;                      /* of headerless float32; 0: unknown */
  struct limen_recall_settings settings; /* k 0: as many as both files have for every query */
  bool metric_known;                     /* else the files' own distances are plain, not squared */
};

struct limen_recall_judgement {
  size_t queries, k;
  struct limen_recall_query *query; /* one a query */
  bool has_distances;               /* else `ties` and `epsilon` are 0 everywhere, */
  char why[600];                    /* and this says why, or which distances were taken */
};
void limen_recall_judgement_clear(struct limen_recall_judgement *judgement);

/* LIMEN_INPUT names file, query and value of what does not fit: another number of queries, a truth
 * of fewer than k neighbours, with ids beyond the base or twice the same, vectors of another
 * dimension, zero rows under cosine. Own distances that contradict each other are no error: they
 * are not used, and `why` says so. */
int limen_recall_files_judge(const struct limen_recall_files *files,
                             struct limen_recall_judgement *out, struct limen_error *error);

#endif
