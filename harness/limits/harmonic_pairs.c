/* First every l is listed whose c_l is large enough to be one of such a pair, a list a chunk of the
 * pass; then the lists are joined and sorted, largest first, so that the partners of one are those
 * from it down to some place.
 *
 * Listed are l of half a row: l and -l have the same c. For x, y among them the pairs (x, y) and
 * (x, -y) have the differences x - y and x + y, and (-x, ..) are the same again. x with itself is
 * no pair, x with -x is. */
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
  struct limen_harmonic_bounds bounds;
  struct list *lists; /* a chunk each */
  atomic_size_t listed;
};

static bool bounds(void *context, struct limen_harmonic_bounds *out) {
  struct listing *listing = context;
  *out = listing->bounds;
  return atomic_load_explicit(&listing->listed, memory_order_relaxed) <= LIMEN_HARMONIC_LISTED;
}

static void see(void *context, size_t chunk, uint64_t l) {
  struct listing *listing = context;
  struct list *list = &listing->lists[chunk];
  const double value = limen_harmonic_gram(listing->frame, l);
  if (list->error.status != LIMEN_OK || !(value > listing->bounds.above)) return;
  if (limen_grow(&list->one, &list->capacity, list->count + 1, sizeof *list->one, &list->error) !=
      LIMEN_OK)
    return;
  list->one[list->count++] = (struct limen_extreme){value, l};
  atomic_fetch_add(&listing->listed, 1);
}

static int descending(const void *a, const void *b) {
  const struct limen_extreme *x = a, *y = b;
  if (x->value != y->value) return x->value < y->value ? 1 : -1;
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
  qsort(out->one, out->count, sizeof *out->one, descending);
  return LIMEN_OK;
}

/* *complete: false when there were too many. */
static int list_above(const struct limen_harmonic *frame, double above, size_t workers,
                      struct list *out, bool *complete, struct limen_error *error) {
  const size_t chunks = limen_harmonic_chunks(frame);
  struct listing listing = {.frame = frame, .bounds = {above, -INFINITY}};
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

enum { TOGETHER = 64 /* entries of the list whose partners are one chunk */ };

struct pairing {
  const struct limen_harmonic *frame;
  const struct list *list;
  size_t *end;   /* of each entry's partners: itself up to before this one */
  double *least; /* of every chunk */
  double rough_error, below;
};

/* The lead of the pair whose difference is s, when it is below `least`. */
static double try_pair(const struct pairing *pairing, double sum, uint64_t s, double least) {
  const struct limen_harmonic *frame = pairing->frame;
  if (s > frame->half) s = frame->n - s;
  const double rough = (double)limen_harmonic_rough(frame, s) / (double)frame->count;
  if (1 + rough - sum - pairing->rough_error >= least) return least;
  return fmin(least, 1 + limen_harmonic_gram(frame, s) - sum);
}

static void pair_chunk(void *context, size_t chunk, size_t worker) {
  struct pairing *pairing = context;
  const struct limen_extreme *list = pairing->list->one;
  const size_t first = chunk * TOGETHER;
  const size_t last =
      pairing->list->count < first + TOGETHER ? pairing->list->count : first + TOGETHER;
  double least = pairing->below;
  (void)worker;
  if (limen_interrupted()) return;
  for (size_t i = first; i < last; i++)
    for (size_t j = i; j < pairing->end[i]; j++) {
      const double sum = list[i].value + list[j].value;
      const uint64_t x = list[i].l, y = list[j].l;
      if (x != y) least = try_pair(pairing, sum, x > y ? x - y : y - x, least);
      least = try_pair(pairing, sum, x + y, least);
    }
  pairing->least[chunk] = least;
}

/* Ends of partners: as the list descends, so do they. */
static double find_ends(struct pairing *pairing, double above) {
  const struct list *list = pairing->list;
  size_t end = list->count;
  double pairs = 0;
  for (size_t i = 0; i < list->count; i++) {
    if (end < i) end = i;
    while (end > i && !(list->one[i].value + list->one[end - 1].value > above)) end--;
    pairing->end[i] = end;
    pairs += 2 * (double)(end - i);
  }
  return pairs;
}

static void run_pairs(struct pairing *pairing, size_t chunks, size_t workers) {
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
  if (workers > LIMEN_WORKERS_MAX) workers = LIMEN_WORKERS_MAX;
  pairing->end = limen_alloc(pairing->list->count, sizeof *pairing->end, error);
  pairing->least = limen_alloc(chunks, sizeof *pairing->least, error);
  int status = pairing->end && pairing->least ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    out->count = find_ends(pairing, above);
    out->too_many = out->count > LIMEN_HARMONIC_PAIRS;
  }
  if (status == LIMEN_OK && !out->too_many) run_pairs(pairing, chunks, workers);
  for (size_t i = 0; status == LIMEN_OK && !out->too_many && i < chunks; i++)
    out->least = fmin(out->least, pairing->least[i]);
  if (status == LIMEN_OK && limen_interrupted())
    status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  limen_free(pairing->end);
  limen_free(pairing->least);
  return status;
}

int limen_harmonic_pairs(const struct limen_harmonic *frame, const struct limen_extremes *extremes,
                         double below, size_t workers, struct limen_harmonic_pairs *out,
                         struct limen_error *error) {
  struct list list = {0};
  bool complete = true;
  /* Both may be off by float64's error, and so may what is compared with them. */
  const double above = 1 + extremes->low[0].value - below - 4 * limen_harmonic_gram_error(frame);
  *out = (struct limen_harmonic_pairs){.least = below};
  int status = list_above(frame, above - extremes->high[0].value, workers, &list, &complete, error);
  if (status == LIMEN_OK && complete) {
    struct pairing pairing = {.frame = frame,
                              .list = &list,
                              .rough_error = limen_harmonic_rough_error(frame),
                              .below = below};
    out->listed = list.count;
    status = look_at_pairs(&pairing, above, workers, out, error);
  }
  out->too_many = out->too_many || !complete;
  limen_free(list.one);
  return status;
}
