#include "knn/candidates.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/lanes.h"
#include "knn/float_order.h"

enum { RUN = 64 /* answers sorted by comparing all with all */ };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* What is not a number is not counted. */
static size_t count_up_to(const float *x, size_t count, float most) {
  const limen_lanes all = limen_lanes_all(most);
  limen_lanes_int less = {0}; /* each that is takes one away */
  size_t i = 0, found = 0;
  for (; i + LIMEN_LANES <= count; i += LIMEN_LANES) less += limen_lanes_load(x + i) <= all;
  LIMEN_EACH(j, LIMEN_LANES) found -= (size_t)less[j];
  for (; i < count; i++) found += x[i] <= most;
  return found;
}

/* Growing steps from the least one, then halves: counting reads a few hundred numbers some ten
 * times, which vector instructions do faster than a heap or a partition moves them once. Integers,
 * because a compiler may not reorder the least of floats. */
float limen_candidates_select(const float *high, size_t count, size_t k, size_t loose) {
  const int64_t last = limen_float_order(FLT_MAX);
  int32_t lowest = INT32_MAX;
  if (count_up_to(high, count, FLT_MAX) < k) return INFINITY;
  for (size_t i = 0; i < count; i++) {
    int32_t order = limen_float_order(high[i]);
    lowest = order < lowest ? order : lowest;
  }
  int64_t below = (int64_t)lowest - 1, enough = last;
  for (int64_t step = 1 << 16; enough - below > 1; step *= step < last ? 4 : 1) {
    int64_t half = (enough - below) / 2, middle = below + (step < half ? step : half);
    size_t found = count_up_to(high, count, limen_float_at((int32_t)middle));
    if (found < k) {
      below = middle;
      continue;
    }
    enough = middle;
    if (found <= k + loose) break;
  }
  return limen_float_at((int32_t)enough);
}

void limen_candidates_drop(struct limen_candidates *list) {
  const limen_lanes limit = limen_lanes_all(list->limit);
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i += LIMEN_LANES) {
    limen_lanes low = limen_lanes_load(list->low + i), high = limen_lanes_load(list->high + i);
    limen_lanes id = limen_lanes_load((const float *)list->id + i);
    uint32_t stays = limen_lanes_not_above(low, limit) & limen_lanes_first(list->count - i);
    limen_lanes_pack(list->low + kept, low, stays);
    limen_lanes_pack(list->high + kept, high, stays);
    limen_lanes_pack((float *)list->id + kept, id, stays);
    kept += (size_t)__builtin_popcount(stays);
  }
  list->count = kept;
}

/* Without branches, which would all be guesses. */
static bool before(double distance, int64_t id, const struct limen_answer *than) {
  return (distance < than->distance) | ((distance == than->distance) & (id < than->id));
}

/* Each of `count` answers goes where as many stand before it as are less. */
static void place(const struct limen_answer *from, size_t count, struct limen_answer *to) {
  double distance[RUN];
  int64_t id[RUN];
  for (size_t i = 0; i < RUN; i++) {
    distance[i] = i < count ? from[i].distance : (double)INFINITY;
    id[i] = i < count ? from[i].id : INT64_MAX;
  }
  for (size_t i = 0; i < count; i++) {
    int64_t less = 0;
    for (size_t j = 0; j < RUN; j++) less += before(distance[j], id[j], &from[i]) ? 1 : 0;
    to[less] = from[i];
  }
}

/* Merges from[first .. middle) and from[middle .. end) into `to`. */
static void merge(const struct limen_answer *from, size_t first, size_t middle, size_t end,
                  struct limen_answer *to) {
  size_t a = first, b = middle, i = first;
  for (; a < middle && b < end; i++) {
    size_t second = before(from[b].distance, from[b].id, &from[a]) ? 1 : 0;
    to[i] = from[second ? b : a];
    b += second;
    a += 1 - second;
  }
  for (; a < middle; a++, i++) to[i] = from[a];
  for (; b < end; b++, i++) to[i] = from[b];
}

/* The library's qsort calls a function for every comparison, and merges from single answers on are
 * guesses of the processor's all the way: 12 and 3.2 us for 106 answers. Comparing all of 64 with
 * each other takes vector instructions and no guess: 1.2 us. */
void limen_answers_sort(struct limen_answer *answers, size_t count, struct limen_answer *spare) {
  struct limen_answer *from = spare, *to = answers;
  for (size_t first = 0; first < count; first += RUN)
    place(answers + first, least(RUN, count - first), spare + first);
  for (size_t run = RUN; run < count; run *= 2) {
    for (size_t first = 0; first < count; first += 2 * run)
      merge(from, first, least(first + run, count), least(first + 2 * run, count), to);
    struct limen_answer *other = from;
    from = to;
    to = other;
  }
  if (from != answers) memcpy(answers, from, count * sizeof *answers);
}
