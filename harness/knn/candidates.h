/* The candidates of one query: base rows whose keys (frame.h) are known within bounds, and what
 * follows from them for all the others. */
#ifndef LIMEN_KNN_CANDIDATES_H
#define LIMEN_KNN_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limen_candidates {
  float top;   /* k rows have true keys up to here; INFINITY while that is not known */
  float limit; /* rows with a low bound above it are out */
  size_t count;
  float *low, *high; /* bounds of their keys; 64-byte aligned, with room for whole registers */
  uint32_t *id;
};

/* A value that at least k of `count` numbers (64-byte aligned) do not exceed; the k-th smallest, or
 * one that at most `loose` more do not exceed. INFINITY when fewer than k are finite. */
float limen_candidates_select(const float *high, size_t count, size_t k, size_t loose);

/* Leaves out those whose low bound is above the limit. */
void limen_candidates_drop(struct limen_candidates *list);

/* A candidate with its float64 distance. */
struct limen_answer {
  double distance;
  int64_t id;
};

/* Sorts by (distance, id); `spare` has as much room. */
void limen_answers_sort(struct limen_answer *answers, size_t count, struct limen_answer *spare);

#endif
