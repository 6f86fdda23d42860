/* Judgements and rankings written in one line each, for tests of measures. */
#ifndef LIMEN_TESTS_RANKINGS_H
#define LIMEN_TESTS_RANKINGS_H

#include <stdlib.h>
#include <string.h>

#include "data/collection.h"
#include "retrieval/ranking.h"

/* "a 2 b 0 e -1" */
static inline void judge(struct limen_qrels *qrels, const char *query, const char *text) {
  char copy[256], *rest = NULL;
  strcpy(copy, text);
  for (char *id = strtok_r(copy, " ", &rest); id; id = strtok_r(NULL, " ", &rest))
    assert_int_equal(
        limen_qrels_add(qrels, query, id, (int32_t)atol(strtok_r(NULL, " ", &rest)), NULL),
        LIMEN_OK);
}

/* "b 0.9 x 0.57" */
static inline void retrieve(struct limen_ranking *ranking, const char *query, const char *text) {
  char copy[256], *rest = NULL;
  strcpy(copy, text);
  for (char *id = strtok_r(copy, " ", &rest); id; id = strtok_r(NULL, " ", &rest))
    assert_int_equal(limen_ranking_add(ranking, query, id, atof(strtok_r(NULL, " ", &rest)), NULL),
                     LIMEN_OK);
}

#endif
