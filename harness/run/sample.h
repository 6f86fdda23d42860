/* The observations behind a headline number: what a gate compares when it wants more than an
 * interval. */
#ifndef LIMEN_RUN_SAMPLE_H
#define LIMEN_RUN_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"

/* The number is the mean of builds x queries values, build by build: what each build, an
 * independent draw, gave for each query. Where every query is drawn anew with its data, whatever is
 * drawn stands in the place of queries. */
struct limen_sample {
  size_t builds, queries;
  double *values;
  size_t within; /* queries that each value is the mean of; 1: it is one query's own */
  bool drawn;    /* something is drawn at random in building; else one build is all there is */

  /* Hashes; "": not known. */
  char data[LIMEN_HASH_SIZE];    /* of what is searched, and what counts as right */
  char asked[LIMEN_HASH_SIZE];   /* of the queries, in the order of the values */
  char answers[LIMEN_HASH_SIZE]; /* of everything that was answered */
};

typedef int (*limen_sample_visitor)(void *context, const char *name,
                                    const struct limen_sample *sample, struct limen_error *error);

#endif
