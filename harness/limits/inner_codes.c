/* Lengths are independent but for the ways that build on shorter codes, so those run last. */
#include "limits/inner_codes.h"

#include <omp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"

/* Tuples whose check takes about a second of one core. */
static const double tuples_quick = 1e9;

#define LIMEN_ENTRY(entry) extern const struct limen_inner_way entry;
#include "limits/inner_codes.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_inner_way *const ways[] = {
#include "limits/inner_codes.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_inner_way *limen_inner_way_at(size_t i) {
  return i < sizeof ways / sizeof *ways ? ways[i] : NULL;
}

size_t limen_inner_words_most(size_t k) {
  size_t words = 2;
  while (words < LIMEN_INNER_WORDS && limen_separating_tuples(words + 1, k) <= tuples_quick)
    words++;
  return words;
}

struct job {
  struct limen_inner_codes *codes;
  size_t tries;
  uint64_t seed;
  struct limen_error *errors; /* a length each */
};

static int run_way(const struct job *job, const struct limen_inner_way *way, size_t bits,
                   struct limen_inner_code *found, struct limen_error *error) {
  char stream[128];
  snprintf(stream, sizeof stream, "inner code %s k=%zu bits=%zu", way->name, job->codes->k, bits);
  gsl_rng *rng = limen_rng_alloc(job->seed, stream, error);
  found->count = 0;
  int status = rng ? way->find(job->codes, bits, job->tries, rng, found, error) : LIMEN_FAILED;
  limen_rng_free(rng);
  return status;
}

static int run_length(const struct job *job, size_t bits, bool from_shorter,
                      struct limen_error *error) {
  struct limen_inner_code *best = &job->codes->code[bits], found = {0};
  found.word = limen_alloc(LIMEN_INNER_WORDS, sizeof *found.word, error);
  int status = found.word ? LIMEN_OK : LIMEN_FAILED;
  for (size_t w = 0; ways[w] && status == LIMEN_OK; w++) {
    if (ways[w]->from_shorter != from_shorter) continue;
    status = run_way(job, ways[w], bits, &found, error);
    if (status != LIMEN_OK || found.count <= best->count) continue;
    memcpy(best->word, found.word, found.count * sizeof *found.word);
    best->count = found.count;
    best->way = ways[w]->name;
  }
  limen_free(found.word);
  return status;
}

/* Long words take longest: they come first. */
static void search_length(void *context, size_t chunk, size_t worker) {
  struct job *job = context;
  (void)worker;
  const size_t bits = job->codes->bits - chunk;
  if (limen_interrupted())
    LIMEN_FAIL(&job->errors[bits], LIMEN_INTERRUPTED, "interrupted");
  else
    run_length(job, bits, false, &job->errors[bits]);
}

/* A coordinate more never hurts: the shorter code with a 0 behind every word. */
static void inherit(struct limen_inner_codes *codes, size_t bits) {
  const struct limen_inner_code *shorter = &codes->code[bits - 1];
  struct limen_inner_code *code = &codes->code[bits];
  if (bits < 2 || shorter->count <= code->count) return;
  memcpy(code->word, shorter->word, shorter->count * sizeof *code->word);
  code->count = shorter->count;
  code->way = shorter->way;
}

int limen_inner_codes_make(size_t k, size_t bits, size_t tries, uint64_t seed, size_t workers,
                           struct limen_inner_codes *out, struct limen_error *error) {
  struct limen_error errors[LIMEN_SEPARATING_BITS + 1] = {0};
  struct job job = {.codes = out, .tries = tries, .seed = seed, .errors = errors};
  int status = LIMEN_OK;
  if (workers > LIMEN_WORKERS_MAX) workers = LIMEN_WORKERS_MAX;
  *out = (struct limen_inner_codes){.k = k, .bits = bits, .words = limen_inner_words_most(k)};
  for (size_t b = 0; b <= bits && status == LIMEN_OK; b++)
    if (!(out->code[b].word = limen_alloc(LIMEN_INNER_WORDS, sizeof(uint64_t), error)))
      status = LIMEN_FAILED;
  if (status == LIMEN_OK && omp_in_parallel()) {
    limen_chunks_run(bits, workers, search_length, &job);
  } else if (status == LIMEN_OK) {
#pragma omp parallel num_threads((int)workers)
#pragma omp single
    limen_chunks_run(bits, workers, search_length, &job);
  }
  for (size_t b = 1; b <= bits && status == LIMEN_OK; b++) {
    status = errors[b].status;
    if (status != LIMEN_OK && error) *error = errors[b];
    if (status == LIMEN_OK) inherit(out, b);
    if (status == LIMEN_OK) status = run_length(&job, b, true, error);
  }
  if (status != LIMEN_OK) limen_inner_codes_clear(out);
  return status;
}

void limen_inner_codes_clear(struct limen_inner_codes *codes) {
  for (size_t b = 0; b <= LIMEN_SEPARATING_BITS; b++) limen_free(codes->code[b].word);
  *codes = (struct limen_inner_codes){0};
}
