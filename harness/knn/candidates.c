#include "knn/candidates.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Floats in the order of integers: the sign says which way the other bits count. */
static int32_t order_of(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

static float value_of(int32_t order) {
  int32_t bits = order ^ ((order >> 31) & 0x7fffffff);
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static size_t count_up_to(const float *x, size_t count, float most) {
  int32_t found = 0; /* as wide as a float, so that a register holds as many */
  for (size_t i = 0; i < count; i++) found += x[i] <= most;
  return (size_t)found;
}

/* Growing steps from the least one, then halves: counting reads a few hundred numbers some ten
 * times, which vector instructions do faster than a heap or a partition moves them once. Integers,
 * because a compiler may not reorder the least of floats. */
float limen_candidates_select(const float *high, size_t count, size_t k, size_t loose) {
  const int64_t last = order_of(FLT_MAX);
  int32_t least = INT32_MAX;
  if (count_up_to(high, count, FLT_MAX) < k) return INFINITY;
  for (size_t i = 0; i < count; i++) {
    int32_t order = order_of(high[i]);
    least = order < least ? order : least;
  }
  int64_t below = (int64_t)least - 1, enough = last;
  for (int64_t step = 1 << 16; enough - below > 1; step *= step < last ? 4 : 1) {
    int64_t half = (enough - below) / 2, middle = below + (step < half ? step : half);
    size_t found = count_up_to(high, count, value_of((int32_t)middle));
    if (found < k) {
      below = middle;
      continue;
    }
    enough = middle;
    if (found <= k + loose) break;
  }
  return value_of((int32_t)enough);
}

void limen_candidates_drop(struct limen_candidates *list) {
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i++) {
    list->low[kept] = list->low[i];
    list->high[kept] = list->high[i];
    list->id[kept] = list->id[i];
    kept += list->low[i] > list->limit ? 0 : 1;
  }
  list->count = kept;
}

/* Without branches, which would all be guesses. */
static bool before(const struct limen_answer *a, const struct limen_answer *b) {
  return (a->distance < b->distance) | ((a->distance == b->distance) & (a->id < b->id));
}

/* Merges from[first .. middle) and from[middle .. end) into `to`. */
static void merge(const struct limen_answer *from, size_t first, size_t middle, size_t end,
                  struct limen_answer *to) {
  size_t a = first, b = middle, i = first;
  for (; a < middle && b < end; i++) {
    size_t second = before(&from[b], &from[a]) ? 1 : 0;
    to[i] = from[second ? b : a];
    b += second;
    a += 1 - second;
  }
  for (; a < middle; a++, i++) to[i] = from[a];
  for (; b < end; b++, i++) to[i] = from[b];
}

/* The library's qsort calls a function for every comparison, which for k = 100 cost half as much as
 * the distances themselves. */
void limen_answers_sort(struct limen_answer *answers, size_t count, struct limen_answer *spare) {
  struct limen_answer *from = answers, *to = spare;
  for (size_t run = 1; run < count; run *= 2) {
    for (size_t first = 0; first < count; first += 2 * run) {
      size_t middle = first + run < count ? first + run : count;
      merge(from, first, middle, middle + run < count ? middle + run : count, to);
    }
    struct limen_answer *other = from;
    from = to;
    to = other;
  }
  if (from != answers) memcpy(answers, from, count * sizeof *answers);
}
