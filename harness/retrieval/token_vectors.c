#include "retrieval/token_vectors.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/chunks.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "knn/distance.h"
#include "retrieval/scan.h"

enum { TOKENS = 64 /* in a chunk */ };

/* A token may be longer than the name of a stream: its hash is not. */
int limen_token_vector(const char *token, uint64_t seed, size_t d, float *out,
                       struct limen_error *error) {
  char hash[LIMEN_HASH_SIZE], stream[LIMEN_HASH_SIZE + 32];
  int status = limen_hash_text(token, strlen(token), hash, error);
  if (status != LIMEN_OK) return status;
  snprintf(stream, sizeof stream, "retrieval/token/%s", hash);
  gsl_rng *rng = limen_rng_alloc(seed, stream, error);
  if (!rng) return LIMEN_FAILED;
  for (size_t i = 0; i < d; i++) out[i] = (float)gsl_ran_gaussian_ziggurat(rng, 1);
  limen_rng_free(rng);
  return LIMEN_OK;
}

struct job {
  const struct limen_tokens *tokens;
  struct limen_matrix *out;
  uint64_t seed;
  bool unit;
  size_t chunks;
  int status[LIMEN_WORKERS_MAX]; /* a failure is for want of memory, whichever token it is */
  struct limen_error error[LIMEN_WORKERS_MAX];
};

static void draw(void *context, size_t chunk, size_t worker) {
  struct job *job = context;
  const size_t d = job->out->columns;
  const size_t end = (chunk + 1) * TOKENS < job->out->rows ? (chunk + 1) * TOKENS : job->out->rows;
  for (size_t t = chunk * TOKENS; t < end && job->status[worker] == LIMEN_OK; t++) {
    float *row = job->out->values + t * d;
    job->status[worker] =
        limen_token_vector(job->tokens->text[t], job->seed, d, row, &job->error[worker]);
    const double length = job->unit ? sqrt(limen_product(row, row, d)) : 1;
    for (size_t i = 0; job->unit && i < d; i++) row[i] = (float)(row[i] / length);
  }
}

static void draw_all(void *context) {
  struct job *job = context;
  const size_t workers = (size_t)limen_threads();
  limen_chunks_run(job->chunks, workers < LIMEN_WORKERS_MAX ? workers : LIMEN_WORKERS_MAX, draw,
                   job);
}

int limen_token_vectors(const struct limen_tokens *tokens, uint64_t seed, size_t d, bool unit,
                        struct limen_matrix *out, struct limen_error *error) {
  struct job *job = limen_alloc(1, sizeof *job, error);
  int status = job ? limen_matrix_init(out, tokens->count, d, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    job->tokens = tokens;
    job->out = out;
    job->seed = seed;
    job->unit = unit;
    job->chunks = (tokens->count + TOKENS - 1) / TOKENS;
    limen_scan_in_team(draw_all, job);
    for (size_t w = 0; w < LIMEN_WORKERS_MAX && status == LIMEN_OK; w++) {
      status = job->status[w];
      if (status != LIMEN_OK && error) *error = job->error[w];
    }
    if (status != LIMEN_OK) limen_matrix_clear(out);
  }
  limen_free(job);
  return status;
}
