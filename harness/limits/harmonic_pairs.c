/* A lead is 1 - (c_x + c_y - c_s), s = x - y. Listed are l of half a row with a large c_l, to be
 * one of x and y, and those with a small one, to be s; then any two of the list, of which at most
 * one is small, tell the third. As c_l = c_(n-l), x and y listed stand for +-x and +-y, so that s
 * is x - y or x + y; likewise y for x and s. A listed x makes a pair with itself, for x and -x. */
#include "limits/harmonic_pairs.h"

#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"
#include "limits/harmonic_scan.h"

struct list {
  struct limen_extreme *one;
  size_t count, capacity;
  struct limen_error error;
};

/* ---- listing ---- */

struct listing {
  const struct limen_harmonic *frame;
  double size;        /* of c_l, above which it is listed */
  struct list *lists; /* a chunk each */
  atomic_size_t listed;
};

static bool bounds(void *context, struct limen_harmonic_bounds *out) {
  struct listing *listing = context;
  *out = (struct limen_harmonic_bounds){listing->size, -listing->size};
  return atomic_load_explicit(&listing->listed, memory_order_relaxed) <= LIMEN_HARMONIC_LISTED;
}

static void see(void *context, size_t chunk, uint64_t l) {
  struct listing *listing = context;
  struct list *list = &listing->lists[chunk];
  const double value = limen_harmonic_gram(listing->frame, l);
  if (list->error.status != LIMEN_OK || !(fabs(value) > listing->size)) return;
  if (limen_grow(&list->one, &list->capacity, list->count + 1, sizeof *list->one, &list->error) !=
      LIMEN_OK)
    return;
  list->one[list->count++] = (struct limen_extreme){value, l};
  atomic_fetch_add(&listing->listed, 1);
}

static int by_size(const void *a, const void *b) {
  const struct limen_extreme *x = a, *y = b;
  const double a_size = fabs(x->value), b_size = fabs(y->value);
  if (a_size != b_size) return a_size < b_size ? 1 : -1;
  return x->l < y->l ? -1 : x->l > y->l;
}

static int join(struct listing *listing, size_t chunks, struct list *out,
                struct limen_error *error) {
  const size_t total = atomic_load(&listing->listed);
  for (size_t i = 0; i < chunks; i++)
    if (listing->lists[i].error.status != LIMEN_OK) {
      if (error) *error = listing->lists[i].error;
      return listing->lists[i].error.status;
    }
  if (!(out->one = limen_alloc_scratch(total, sizeof *out->one, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < chunks; i++) {
    const struct list *list = &listing->lists[i];
    if (list->count > 0) memcpy(out->one + out->count, list->one, list->count * sizeof *list->one);
    out->count += list->count;
  }
  qsort(out->one, out->count, sizeof *out->one, by_size);
  return LIMEN_OK;
}

/* *complete: false when there were too many. */
static int list_above(const struct limen_harmonic *frame, double size, size_t workers,
                      struct list *out, bool *complete, struct limen_error *error) {
  const size_t chunks = limen_harmonic_chunks(frame);
  struct listing listing = {.frame = frame, .size = size};
  const struct limen_harmonic_visitor visitor = {.context = &listing, .bounds = bounds, .see = see};
  if (!(listing.lists = limen_alloc(chunks, sizeof *listing.lists, error))) return LIMEN_FAILED;
  int status = limen_harmonic_scan(frame, workers, &visitor, error);
  *complete = atomic_load(&listing.listed) <= LIMEN_HARMONIC_LISTED;
  if (status == LIMEN_OK && *complete) status = join(&listing, chunks, out, error);
  for (size_t i = 0; i < chunks; i++) limen_free(listing.lists[i].one);
  limen_free(listing.lists);
  return status;
}

/* ---- pairs ---- */

enum { TOGETHER = 16 /* entries of the list whose partners are one chunk */ };

struct pairing {
  const struct limen_harmonic *frame;
  const struct list *list; /* by size, largest first */
  size_t *end;             /* of each entry's partners: itself up to before this one */
  double *least;           /* of every chunk */
  double rough_error, below, floor;
  atomic_bool fails;
};

/* The lead that the third leaves of `rest`, when it is below `least`: rest + sign c_l. */
static double try_third(const struct pairing *pairing, double rest, double sign, uint64_t l,
                        double least) {
  const struct limen_harmonic *frame = pairing->frame;
  if (l > frame->half) l = frame->n - l;
  if (l == 0) return least;
  const double rough = (double)limen_harmonic_rough(frame, l) / (double)frame->count;
  if (rest + sign * rough - pairing->rough_error >= least) return least;
  return fmin(least, rest + sign * limen_harmonic_gram(frame, l));
}

static double try_pair(const struct pairing *pairing, const struct limen_extreme *a,
                       const struct limen_extreme *b, double least) {
  const double rest = 1 - fabs(a->value) - fabs(b->value);
  if (a->value < 0 && b->value < 0) return least;
  /* Two large ones leave the small c_s, which helps; a large and a small one the other large. */
  const double sign = a->value > 0 && b->value > 0 ? 1 : -1;
  least = try_third(pairing, rest, sign, a->l > b->l ? a->l - b->l : b->l - a->l, least);
  return try_third(pairing, rest, sign, a->l + b->l, least);
}

static void pair_chunk(void *context, size_t chunk, size_t worker) {
  struct pairing *pairing = context;
  const struct limen_extreme *list = pairing->list->one;
  const size_t first = chunk * TOGETHER, count = pairing->list->count;
  const size_t last = count < first + TOGETHER ? count : first + TOGETHER;
  double least = pairing->below;
  (void)worker;
  for (size_t i = first; i < last; i++) {
    if (limen_interrupted() || atomic_load_explicit(&pairing->fails, memory_order_relaxed)) return;
    for (size_t j = i; j < pairing->end[i]; j++)
      least = try_pair(pairing, &list[i], &list[j], least);
    if (least <= pairing->floor) atomic_store(&pairing->fails, true);
  }
  pairing->least[chunk] = least;
}

/* Ends of partners: as the list descends, so do they. */
static double find_ends(struct pairing *pairing, double above) {
  const struct limen_extreme *list = pairing->list->one;
  size_t end = pairing->list->count;
  double pairs = 0;
  for (size_t i = 0; i < pairing->list->count; i++) {
    if (end < i) end = i;
    while (end > i && !(fabs(list[i].value) + 2 * fabs(list[end - 1].value) > above)) end--;
    pairing->end[i] = end;
    pairs += (double)(end - i);
  }
  return pairs;
}

static void run_pairs(struct pairing *pairing, size_t workers) {
  const size_t chunks = (pairing->list->count + TOGETHER - 1) / TOGETHER;
  if (workers > LIMEN_WORKERS_MAX) workers = LIMEN_WORKERS_MAX;
  if (omp_in_parallel()) {
    limen_chunks_run(chunks, workers, pair_chunk, pairing);
  } else {
#pragma omp parallel num_threads((int)workers)
#pragma omp single
    limen_chunks_run(chunks, workers, pair_chunk, pairing);
  }
}

static int look_at_pairs(struct pairing *pairing, double above, size_t workers,
                         struct limen_harmonic_pairs *out, struct limen_error *error) {
  const size_t chunks = (pairing->list->count + TOGETHER - 1) / TOGETHER;
  pairing->end = limen_alloc(pairing->list->count, sizeof *pairing->end, error);
  pairing->least = limen_alloc(chunks, sizeof *pairing->least, error);
  int status = pairing->end && pairing->least ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    out->count = find_ends(pairing, above);
    out->too_many = out->count > LIMEN_HARMONIC_PAIRS;
    if (!out->too_many) run_pairs(pairing, workers);
  }
  if (status == LIMEN_OK && limen_interrupted())
    status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  if (status == LIMEN_OK && !out->too_many) {
    out->fails = atomic_load(&pairing->fails);
    for (size_t i = 0; !out->fails && i < chunks; i++)
      out->least = fmin(out->least, pairing->least[i]);
  }
  limen_free(pairing->end);
  limen_free(pairing->least);
  return status;
}

int limen_harmonic_pairs(const struct limen_harmonic *frame, const struct limen_extremes *extremes,
                         double below, double floor, size_t workers,
                         struct limen_harmonic_pairs *out, struct limen_error *error) {
  struct list list = {0};
  bool complete = true;
  /* Each number may be off by float64's error. */
  const double above = 1 - below - 8 * limen_harmonic_gram_error(frame);
  const double largest = fmax(extremes->high[0].value, -extremes->low[0].value);
  *out = (struct limen_harmonic_pairs){.least = below};
  int status = list_above(frame, (above - largest) / 2, workers, &list, &complete, error);
  if (status == LIMEN_OK && complete) {
    struct pairing pairing = {.frame = frame,
                              .list = &list,
                              .rough_error = limen_harmonic_rough_error(frame),
                              .below = below,
                              .floor = floor};
    out->listed = list.count;
    status = look_at_pairs(&pairing, above, workers, out, error);
  }
  out->too_many = out->too_many || !complete;
  limen_free(list.one);
  return status;
}
