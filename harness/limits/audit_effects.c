/* First every query is prepared: rounded, and its wanted documents scored. Then blocks of documents
 * are rounded and scored against all queries by matrix products; a worker keeps, for each query,
 * the best of the others and how many of them reach each wanted document. Greatest and counts do
 * not depend on the order, so the workers' shares are simply put together at the end. */
#include "limits/audit_effects.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"
#include "limits/audit.h"

enum { DOCUMENTS = 256 /* a block */, QUERIES = 64 /* a product */ };

/* What one worker keeps. */
struct share {
  double *row;     /* DOCUMENTS x dimensions, rounded */
  double *score;   /* QUERIES x DOCUMENTS */
  double *highest; /* queries: of the other documents' scores */
  uint32_t *above; /* a wanted document each: others that may reach it */
  size_t infinite;
};

struct job {
  const struct limen_audit_input *input;
  const struct limen_effect_settings *settings;
  struct limen_effect *effect;
  double gamma;   /* a score errs by at most this times the two lengths */
  double *query;  /* queries x dimensions, rounded */
  double *length; /* queries */
  double *wanted; /* scores of wanted documents, descending within a query */
  double *error;  /* queries: of those scores */
  struct share *share;
};

/* ---- vectors ---- */

static double length_of(size_t d, const double *row) {
  double square = 0;
  for (size_t i = 0; i < d; i++) square += row[i] * row[i];
  return sqrt(square);
}

static void to_unit(size_t d, double *row) {
  double length = length_of(d, row);
  for (size_t i = 0; i < d && length > 0; i++) row[i] /= length;
}

/* Cuts, scales and rounds one vector; returns how many numbers became infinite. */
static size_t prepare(const struct job *job, const float *row, bool rounds, double *out) {
  size_t d = job->effect->dimensions, infinite = 0;
  for (size_t i = 0; i < d; i++) out[i] = row[i];
  if (job->settings->unit) to_unit(d, out);
  if (rounds) infinite = job->effect->quantiser->round(d, out, out);
  if (job->settings->unit && rounds) to_unit(d, out);
  return infinite;
}

static bool is_asked(const struct limen_audit_input *input, size_t q) {
  size_t k = input->start[q + 1] - input->start[q];
  return k > 0 && k < input->n;
}

/* ---- queries ---- */

static int descending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x > y ? -1 : x < y;
}

static void prepare_query(void *context, size_t q, size_t worker) {
  struct job *job = context;
  const struct limen_audit_input *input = job->input;
  struct share *share = &job->share[worker];
  size_t d = job->effect->dimensions, first = input->start[q], end = input->start[q + 1];
  double *query = job->query + q * d, longest = 0;
  share->infinite += prepare(job, input->query + q * input->d, job->settings->queries, query);
  job->length[q] = length_of(d, query);
  for (size_t i = first; i < end; i++) {
    prepare(job, input->documents + input->relevant[i] * input->d, true, share->row);
    double score = 0;
    for (size_t c = 0; c < d; c++) score += query[c] * share->row[c];
    job->wanted[i] = score;
    longest = fmax(longest, length_of(d, share->row));
  }
  qsort(job->wanted + first, end - first, sizeof *job->wanted, descending);
  job->error[q] = job->gamma * job->length[q] * longest;
}

/* ---- documents ---- */

/* Scores of `count` others for one query, those of wanted documents being -INFINITY. */
static void take_scores(const struct job *job, struct share *share, size_t q, size_t count,
                        const double *score, double longest) {
  size_t first = job->input->start[q], end = job->input->start[q + 1];
  double highest = -INFINITY, error = job->gamma * job->length[q] * longest;
  for (size_t j = 0; j < count; j++) highest = score[j] > highest ? score[j] : highest;
  if (highest > share->highest[q]) share->highest[q] = highest;
  double least = job->wanted[end - 1] - job->error[q] - error;
  if (highest < least) return;
  for (size_t j = 0; j < count; j++) {
    if (score[j] < least) continue;
    for (size_t i = end; i-- > first && score[j] >= job->wanted[i] - job->error[q] - error;)
      share->above[i]++;
  }
}

static void score_block(void *context, size_t block, size_t worker) {
  struct job *job = context;
  const struct limen_audit_input *input = job->input;
  struct share *share = &job->share[worker];
  size_t d = job->effect->dimensions, from = block * DOCUMENTS;
  size_t count = input->n - from < DOCUMENTS ? input->n - from : DOCUMENTS;
  double longest = 0;
  if (limen_interrupted()) return;
  for (size_t j = 0; j < count; j++) {
    double *row = share->row + j * d;
    share->infinite += prepare(job, input->documents + (from + j) * input->d, true, row);
    longest = fmax(longest, length_of(d, row));
  }
  for (size_t first = 0; first < input->queries; first += QUERIES) {
    size_t height = input->queries - first < QUERIES ? input->queries - first : QUERIES;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)height, (int)count, (int)d, 1,
                job->query + first * d, (int)d, share->row, (int)d, 0, share->score, DOCUMENTS);
    for (size_t q = first; q < first + height; q++) {
      double *score = share->score + (q - first) * DOCUMENTS;
      if (!is_asked(input, q)) continue;
      for (size_t i = input->start[q]; i < input->start[q + 1]; i++)
        if (input->relevant[i] >= from && input->relevant[i] < from + count)
          score[input->relevant[i] - from] = -INFINITY;
      take_scores(job, share, q, count, score, longest);
    }
  }
}

/* ---- the outcome ---- */

/* Puts the workers' shares together in that of the first. */
static void gather(struct job *job) {
  const struct limen_audit_input *input = job->input;
  struct share *all = &job->share[0];
  for (size_t w = 1; w < job->settings->workers; w++) {
    const struct share *share = &job->share[w];
    all->infinite += share->infinite;
    for (size_t q = 0; q < input->queries; q++) {
      all->highest[q] = fmax(all->highest[q], share->highest[q]);
    }
    for (size_t i = 0; i < input->start[input->queries]; i++) all->above[i] += share->above[i];
  }
}

static void conclude(struct job *job) {
  const struct limen_audit_input *input = job->input;
  const struct share *all = &job->share[0];
  struct limen_effect *effect = job->effect;
  double sum = 0;
  effect->infinite = all->infinite;
  for (size_t q = 0; q < input->queries; q++) {
    size_t first = input->start[q], k = input->start[q + 1] - first, found = 0;
    effect->gap[q] = effect->share[q] = NAN;
    if (!is_asked(input, q)) continue;
    effect->asked++;
    if (effect->infinite > 0) continue;
    /* The i-th of the wanted stands in the top k when i others of them and all that may reach it
     * leave room. */
    for (size_t i = 0; i < k; i++) found += i + all->above[first + i] < k;
    sum += effect->share[q] = (double)found / (double)k;
    effect->right += found == k;
    double least = job->wanted[first + k - 1];
    effect->gap[q] = job->length[q] > 0 ? (least - all->highest[q]) / job->length[q] : 0;
  }
  effect->found = effect->asked > 0 ? sum / (double)effect->asked : NAN;
}

/* ---- life ---- */

static int share_init(struct share *share, const struct job *job, struct limen_error *error) {
  size_t queries = job->input->queries, d = job->effect->dimensions;
  if (!(share->row = limen_alloc_scratch(DOCUMENTS * d, sizeof *share->row, error)) ||
      !(share->score = limen_alloc_scratch(QUERIES * DOCUMENTS, sizeof *share->score, error)) ||
      !(share->highest = limen_alloc(queries, sizeof *share->highest, error)) ||
      !(share->above = limen_alloc(job->input->start[queries], sizeof *share->above, error)))
    return LIMEN_FAILED;
  for (size_t q = 0; q < queries; q++) share->highest[q] = -INFINITY;
  return LIMEN_OK;
}

static void share_clear(struct share *share) {
  limen_free(share->row);
  limen_free(share->score);
  limen_free(share->highest);
  limen_free(share->above);
}

static int job_init(struct job *job, struct limen_error *error) {
  size_t queries = job->input->queries, d = job->effect->dimensions;
  /* Products of float64 numbers round once each; eight units more pay for the lengths and the
   * comparisons, and as much again for scaling to unit length. */
  double units = ((double)d + 8) * (job->settings->unit ? 2 : 1) * 0x1p-53;
  job->gamma = units / (1 - units);
  if (!(job->query = limen_alloc_scratch(queries * d, sizeof *job->query, error)) ||
      !(job->length = limen_alloc(queries, sizeof *job->length, error)) ||
      !(job->wanted = limen_alloc(job->input->start[queries], sizeof *job->wanted, error)) ||
      !(job->error = limen_alloc(queries, sizeof *job->error, error)) ||
      !(job->share = limen_alloc(job->settings->workers, sizeof *job->share, error)))
    return LIMEN_FAILED;
  int status = LIMEN_OK;
  for (size_t w = 0; w < job->settings->workers && status == LIMEN_OK; w++)
    status = share_init(&job->share[w], job, error);
  return status;
}

static void job_clear(struct job *job) {
  for (size_t w = 0; w < job->settings->workers && job->share; w++) share_clear(&job->share[w]);
  limen_free(job->query);
  limen_free(job->length);
  limen_free(job->wanted);
  limen_free(job->error);
  limen_free(job->share);
}

static void run(struct job *job) {
  size_t blocks = (job->input->n + DOCUMENTS - 1) / DOCUMENTS;
  limen_chunks_run(job->input->queries, job->settings->workers, prepare_query, job);
  limen_chunks_run(blocks, job->settings->workers, score_block, job);
}

int limen_effect_measure(const struct limen_audit_input *input,
                         const struct limen_effect_settings *settings, struct limen_effect *effect,
                         struct limen_error *error) {
  struct job job = {.input = input, .settings = settings, .effect = effect};
  *effect = (struct limen_effect){.quantiser = effect->quantiser, .dimensions = effect->dimensions};
  int status = limen_audit_check(input, settings->workers, error);
  if (status != LIMEN_OK) return status;
  if (effect->dimensions < 1 || effect->dimensions > input->d)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%zu dimensions cannot be kept of %zu",
                      effect->dimensions, input->d);
  effect->vector_bits =
      effect->quantiser->bits * effect->dimensions + effect->quantiser->vector_bits;
  status = job_init(&job, error);
  if (status == LIMEN_OK &&
      (!(effect->gap = limen_alloc(input->queries, sizeof *effect->gap, error)) ||
       !(effect->share = limen_alloc(input->queries, sizeof *effect->share, error))))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) {
    if (omp_in_parallel()) {
      run(&job);
    } else {
#pragma omp parallel num_threads((int)settings->workers)
#pragma omp single
      run(&job);
    }
    if (limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted");
    else
      gather(&job), conclude(&job);
  }
  job_clear(&job);
  if (status != LIMEN_OK) limen_effect_clear(effect);
  return status;
}

void limen_effect_clear(struct limen_effect *effect) {
  limen_free(effect->gap);
  limen_free(effect->share);
  effect->gap = effect->share = NULL;
}
