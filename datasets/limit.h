/* What the files limit*.c share: one set in the making. The story is told in limit.c. */
#ifndef LIMEN_DATASETS_LIMIT_H
#define LIMEN_DATASETS_LIMIT_H

#include "base/rng.h"
#include "data/collection.h"
#include "data/text_dataset.h"
#include "datasets/text/lists.h"

struct limen_limit {
  /* settings */
  size_t documents;
  size_t likes_min, likes_max;  /* attributes of a document */
  size_t vocabulary;            /* attributes in use; 0: all of the list */
  size_t near_misses, synonyms; /* a document that no query wants; queries in other words */
  uint64_t seed;

  /* what queries want (limit_wants.c) */
  size_t queries;
  char **name;           /* of `documents`; the first `pool` are those that are judged */
  size_t pool;           /* documents that the judgements name */
  size_t *first, *query; /* document d of the pool is wanted by query[first[d] .. first[d + 1]) */

  /* attributes, by their number in the list (limit_attributes.c) */
  struct limen_word_list attributes, other_words;
  size_t *asked;        /* of each query */
  const char **wording; /* how each query calls it: the attribute itself or other words for it */
  size_t *filler;       /* what is left for documents that no query wants; none of them asked */
  size_t fillers;       /* how many */
  size_t *near_miss;    /* those fillers that share a word with one that is asked */
  size_t n_near_misses; /* how many */
};

/* Reads or makes the judgements into `qrels`, names the documents. */
int limen_limit_want(struct limen_limit *limit, const struct limen_grid *values,
                     struct limen_qrels *qrels, struct limen_error *error);

/* Reads the lists and chooses which attributes are asked for, and in which words. */
int limen_limit_choose(struct limen_limit *limit, const struct limen_grid *values,
                       struct limen_error *error);

void limen_limit_clear(struct limen_limit *limit);

/* A whole number below `bound` > 0, each as likely. */
size_t limen_limit_below(gsl_rng *rng, size_t bound);

/* 0 .. count - 1 shuffled (Fisher and Yates), the first `some` places at least. */
size_t *limen_limit_shuffled(gsl_rng *rng, size_t count, size_t some, struct limen_error *error);

#endif
