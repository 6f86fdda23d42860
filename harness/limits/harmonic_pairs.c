/* Listed are the l of half a row that can be one of the two larger numbers: as x or y where c_l is
 * large, as the difference s = x - y where it is small. Any two of different roles tell the third:
 * as c_l = c_(n-l), a listed x stands for +-x, and likewise y and s, so that the third is their sum
 * or their difference. For w = 1 the roles of x and y are the same, and two of it are looked at, x
 * with -x among them.
 *
 * Sizes are those of float32, with its error on the safe side; float64 decides where that is close.
 */
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

enum role { ROLE_X, ROLE_Y, ROLE_S };

struct entry {
  float size; /* weight times |c_l|, in float32 */
  enum role role;
  uint64_t l;
};

struct list {
  struct entry *one;
  size_t count, capacity;
  struct limen_error error;
};

/* ---- listing ---- */

struct listing {
  const struct limen_harmonic *frame;
  double weight;        /* of y and s; x has 1 */
  double least;         /* a size must exceed it */
  double error;         /* of float32 */
  struct list *lists;   /* a chunk each */
  atomic_size_t listed; /* those of role y and s */
};

static bool bounds(void *context, struct limen_harmonic_bounds *out) {
  struct listing *listing = context;
  const double least = listing->least / listing->weight;
  *out = (struct limen_harmonic_bounds){least, -least};
  return atomic_load_explicit(&listing->listed, memory_order_relaxed) <= LIMEN_HARMONIC_LISTED;
}

static void add(struct list *list, enum role role, double size, uint64_t l) {
  if (list->error.status != LIMEN_OK || limen_grow(&list->one, &list->capacity, list->count + 1,
                                                   sizeof *list->one, &list->error) != LIMEN_OK)
    return;
  list->one[list->count++] = (struct entry){(float)size, role, l};
}

static void see(void *context, size_t chunk, uint64_t l, double rough) {
  struct listing *listing = context;
  struct list *list = &listing->lists[chunk];
  add(list, rough > 0 ? ROLE_Y : ROLE_S, listing->weight * fabs(rough), l);
  if (listing->weight > 1 && rough + listing->error > listing->least) add(list, ROLE_X, rough, l);
  atomic_fetch_add_explicit(&listing->listed, 1, memory_order_relaxed);
}

static int by_size(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  if (x->size != y->size) return x->size < y->size ? 1 : -1;
  if (x->l != y->l) return x->l < y->l ? -1 : 1;
  return (int)x->role - (int)y->role;
}

static int join(struct listing *listing, size_t chunks, struct list *out,
                struct limen_error *error) {
  size_t total = 0;
  for (size_t i = 0; i < chunks; i++) {
    total += listing->lists[i].count;
    if (listing->lists[i].error.status == LIMEN_OK) continue;
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
static int list_larger(const struct limen_harmonic *frame, double weight, double least,
                       size_t workers, struct list *out, bool *complete,
                       struct limen_error *error) {
  const size_t chunks = limen_harmonic_chunks(frame);
  struct listing listing = {
      .frame = frame, .weight = weight, .least = least, .error = limen_harmonic_rough_error(frame)};
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
  double weight, error;    /* of y and s; of a whole number 1 - .. in float32 */
  double below, floor;
  atomic_bool fails;
};

static double weight_of(const struct pairing *pairing, enum role role) {
  return role == ROLE_X ? 1 : role == ROLE_Y ? pairing->weight : -pairing->weight;
}

/* `least`, or the number that two entries make with l in the third role where it is below. */
static double try_third(const struct pairing *pairing, const struct entry *a, const struct entry *b,
                        enum role role, uint64_t l, double least) {
  const struct limen_harmonic *frame = pairing->frame;
  if (l > frame->half) l = frame->n - l;
  if (l == 0) return least;
  const double rough = (double)limen_harmonic_rough(frame, l) / (double)frame->count;
  const double number = 1 - (double)a->size - (double)b->size - weight_of(pairing, role) * rough;
  if (number - pairing->error >= least) return least;
  return fmin(least, 1 - weight_of(pairing, a->role) * limen_harmonic_gram(frame, a->l) -
                         weight_of(pairing, b->role) * limen_harmonic_gram(frame, b->l) -
                         weight_of(pairing, role) * limen_harmonic_gram(frame, l));
}

/* The role that two leave; false: two of theirs make no number. */
static bool third_role(const struct pairing *pairing, enum role a, enum role b, enum role *out) {
  if (a == ROLE_Y && b == ROLE_Y && pairing->weight == 1) {
    *out = ROLE_S;
    return true;
  }
  /* For a weight of 1 the other of x and y is told as y. */
  *out = (enum role)(ROLE_X + ROLE_Y + ROLE_S - (int)a - (int)b);
  return a != b;
}

static double try_pair(const struct pairing *pairing, const struct entry *a, const struct entry *b,
                       double least) {
  enum role role;
  if (!third_role(pairing, a->role, b->role, &role)) return least;
  least = try_third(pairing, a, b, role, a->l > b->l ? a->l - b->l : b->l - a->l, least);
  return try_third(pairing, a, b, role, a->l + b->l, least);
}

static void pair_chunk(void *context, size_t chunk, size_t worker) {
  struct pairing *pairing = context;
  const struct entry *list = pairing->list->one;
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
  const struct entry *list = pairing->list->one;
  size_t end = pairing->list->count;
  double pairs = 0;
  for (size_t i = 0; i < pairing->list->count; i++) {
    if (end < i) end = i;
    while (end > i && !((double)list[i].size + 2 * (double)list[end - 1].size > above)) end--;
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

int limen_harmonic_pairs(const struct limen_harmonic *frame, size_t k,
                         const struct limen_extremes *extremes, double below, double floor,
                         size_t workers, struct limen_harmonic_pairs *out,
                         struct limen_error *error) {
  struct list list = {0};
  bool complete = true;
  const double weight = (double)(k - 1);
  /* Three sizes at most are looked at together; each may be off by its weight times float32's
   * error and the rounding of its own. */
  const double off = (2 * weight + 1) * (limen_harmonic_rough_error(frame) + 0x1p-24);
  const double largest = weight * fmax(extremes->high[0].value, -extremes->low[0].value);
  const double above = 1 - below - 2 * off;
  *out = (struct limen_harmonic_pairs){.least = below};
  int status = list_larger(frame, weight, (above - largest) / 2, workers, &list, &complete, error);
  if (status == LIMEN_OK && complete) {
    struct pairing pairing = {.frame = frame,
                              .list = &list,
                              .weight = weight,
                              .error = off,
                              .below = below,
                              .floor = floor};
    out->listed = list.count;
    status = look_at_pairs(&pairing, above, workers, out, error);
  }
  out->too_many = out->too_many || !complete;
  limen_free(list.one);
  return status;
}
