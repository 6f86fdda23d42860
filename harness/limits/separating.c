#include "limits/separating.h"

#include <omp.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"

enum { BATCH = 4096 /* words whose differences lie on the stack */ };

static size_t members_of(size_t count, size_t k) { return k < count - 1 ? k : count - 1; }

double limen_separating_tuples(size_t count, size_t k) {
  if (count < 2) return 0;
  double tuples = (double)count;
  const size_t members = members_of(count, k);
  for (size_t i = 0; i < members; i++) tuples *= (double)(count - 1 - i) / (double)(i + 1);
  return tuples;
}

/* The fewest bits in an AND of `mask` and `choose` of the differences from `first` on. */
static unsigned least_bits(const uint64_t *difference, size_t count, size_t first, size_t choose,
                           uint64_t mask, unsigned least) {
  if (choose == 1) {
    for (size_t i = first; i < count; i++) {
      const unsigned bits = (unsigned)__builtin_popcountll(mask & difference[i]);
      least = bits < least ? bits : least;
    }
    return least;
  }
  for (size_t i = first; i + choose <= count; i++)
    least = least_bits(difference, count, i + 1, choose - 1, mask & difference[i], least);
  return least;
}

struct job {
  const uint64_t *words;
  size_t count, members;
  uint64_t *difference; /* `count` a worker */
  unsigned *least;      /* of every word */
};

static void look_at(void *context, size_t other, size_t worker) {
  struct job *job = context;
  uint64_t *difference = job->difference + worker * job->count;
  size_t n = 0;
  job->least[other] = 0;
  if (limen_interrupted()) return;
  for (size_t i = 0; i < job->count; i++)
    if (i != other) difference[n++] = job->words[i] ^ job->words[other];
  job->least[other] =
      least_bits(difference, n, 0, job->members, ~UINT64_C(0), LIMEN_SEPARATING_BITS);
}

int limen_separating_least(const uint64_t *words, size_t count, size_t k, size_t workers,
                           unsigned *least, struct limen_error *error) {
  if (workers > LIMEN_WORKERS_MAX) workers = LIMEN_WORKERS_MAX;
  struct job job = {.words = words, .count = count, .members = members_of(count, k)};
  job.difference = limen_alloc(workers * count, sizeof *job.difference, error);
  job.least = limen_alloc(count, sizeof *job.least, error);
  int status = job.difference && job.least ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK && omp_in_parallel()) {
    limen_chunks_run(count, workers, look_at, &job);
  } else if (status == LIMEN_OK) {
#pragma omp parallel num_threads((int)workers)
#pragma omp single
    limen_chunks_run(count, workers, look_at, &job);
  }
  if (status == LIMEN_OK && limen_interrupted())
    status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
  *least = LIMEN_SEPARATING_BITS;
  for (size_t i = 0; status == LIMEN_OK && i < count; i++)
    if (job.least[i] < *least) *least = job.least[i];
  limen_free(job.difference);
  limen_free(job.least);
  return status;
}

/* ---- admission ---- */

/* Whether `choose` of the differences from `first` on have an empty AND with `mask`. */
static bool has_empty(const uint64_t *difference, size_t count, size_t first, size_t choose,
                      uint64_t mask) {
  if (choose == 0) return mask == 0;
  if (choose == 1) {
    bool empty = false;
    for (size_t i = first; i < count; i++) empty |= (mask & difference[i]) == 0;
    return empty;
  }
  for (size_t i = first; i + choose <= count; i++)
    if (has_empty(difference, count, i + 1, choose - 1, mask & difference[i])) return true;
  return false;
}

bool limen_separating_admits(const uint64_t *words, size_t count, size_t k, uint64_t word) {
  uint64_t difference[BATCH];
  if (count == 0) return true;
  if (count > BATCH) return false;
  const size_t members = members_of(count + 1, k);
  for (size_t i = 0; i < count; i++) difference[i] = words[i] ^ word;
  /* The newcomer as the other word, then as one of the members. */
  if (has_empty(difference, count, 0, members, ~UINT64_C(0))) return false;
  for (size_t other = 0; other < count; other++) {
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
      if (i != other) difference[n++] = words[i] ^ words[other];
    if (has_empty(difference, n, 0, members - 1, word ^ words[other])) return false;
  }
  return true;
}
