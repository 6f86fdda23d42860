#include "limits/construction_sample.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"

enum {
  ROWS = 1024 /* documents at a time: two blocks of them and their scores stay in the cache */
};

/* Scores of a set: float32, then int8. */
struct scores {
  float member[2], other[2]; /* lowest of a member, highest of another */
};

struct job {
  const struct limen_construction *construction;
  const void *state;
  const struct limen_construction_sampling *sampling;
  size_t d, k;
  uint64_t n, first, count; /* documents; those that are looked at */
  uint64_t *member;         /* sets x k */
  float *query;             /* sets x d */
  struct scores *scores;    /* sets a worker */
  float *rows, *products;   /* ROWS x d and ROWS x sets a worker */
  struct limen_error *errors;
};

/* ---- drawing ---- */

static void draw_set(gsl_rng *rng, uint64_t n, size_t k, uint64_t *member) {
  for (size_t i = 0; i < k;) {
    bool again = false;
    member[i] = gsl_rng_get(rng) % n;
    for (size_t j = 0; j < i; j++) again = again || member[j] == member[i];
    if (!again) i++;
  }
}

static int draw_sets(struct job *job, gsl_rng *rng, struct limen_error *error) {
  float *members = limen_alloc(job->k, job->d * sizeof *members, error);
  int status = members ? LIMEN_OK : LIMEN_FAILED;
  for (size_t s = 0; s < job->sampling->sets && status == LIMEN_OK; s++) {
    uint64_t *member = job->member + s * job->k;
    float *query = job->query + s * job->d;
    draw_set(rng, job->n, job->k, member);
    for (size_t i = 0; i < job->k && status == LIMEN_OK; i++)
      status = job->construction->rows(job->state, member[i], 1, members + i * job->d, error);
    if (status != LIMEN_OK) break;
    if (job->construction->query) {
      job->construction->query(job->d, job->k, members, query);
      continue;
    }
    for (size_t c = 0; c < job->d; c++) {
      query[c] = 0;
      for (size_t i = 0; i < job->k; i++) query[c] += members[i * job->d + c];
    }
  }
  limen_free(members);
  return status;
}

/* ---- scoring ---- */

/* Whole numbers up to 127 in place of a row; returns their scale. */
static float round_row(float *row, size_t d) {
  float largest = 0;
  for (size_t c = 0; c < d; c++) largest = fmaxf(largest, fabsf(row[c]));
  const float scale = largest / 127;
  for (size_t c = 0; scale > 0 && c < d; c++)
    row[c] = fminf(fmaxf(rintf(row[c] / scale), -127), 127);
  return scale;
}

static bool is_member(const struct job *job, size_t set, uint64_t document) {
  for (size_t i = 0; i < job->k; i++)
    if (job->member[set * job->k + i] == document) return true;
  return false;
}

static void take_scores(const struct job *job, uint64_t first, size_t count, size_t format,
                        const float *scale, const float *products, struct scores *scores) {
  const size_t sets = job->sampling->sets;
  for (size_t r = 0; r < count; r++)
    for (size_t s = 0; s < sets; s++) {
      const float score = products[r * sets + s] * scale[r];
      struct scores *of = &scores[s];
      if (score < of->member[format] && score <= of->other[format]) continue;
      if (is_member(job, s, first + r))
        of->member[format] = fminf(of->member[format], score);
      else
        of->other[format] = fmaxf(of->other[format], score);
    }
}

/* Both formats of a block of rows. */
static void score_rows(const struct job *job, uint64_t first, size_t count, float *rows,
                       float *products, struct scores *scores) {
  const size_t d = job->d, sets = job->sampling->sets;
  float scale[ROWS];
  for (size_t format = 0; format < 2; format++) {
    for (size_t r = 0; r < count; r++) scale[r] = format ? round_row(rows + r * d, d) : 1;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)count, (int)sets, (int)d, 1, rows,
                (int)d, job->query, (int)d, 0, products, (int)sets);
    take_scores(job, first, count, format, scale, products, scores);
  }
}

static void score_chunk(void *context, size_t chunk, size_t worker) {
  struct job *job = context;
  const uint64_t begin = (uint64_t)chunk * ROWS;
  const size_t count = job->count - begin < ROWS ? (size_t)(job->count - begin) : ROWS;
  float *rows = job->rows + worker * ROWS * job->d;
  float *products = job->products + worker * ROWS * job->sampling->sets;
  if (job->errors[worker].status != LIMEN_OK) return;
  if (limen_interrupted()) {
    LIMEN_FAIL(&job->errors[worker], LIMEN_INTERRUPTED, "interrupted");
    return;
  }
  if (job->construction->rows(job->state, job->first + begin, count, rows, &job->errors[worker]) ==
      LIMEN_OK)
    score_rows(job, job->first + begin, count, rows, products,
               job->scores + worker * job->sampling->sets);
}

/* Members may lie outside of the block: they are scored for themselves. */
static int score_members(struct job *job, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t s = 0; s < job->sampling->sets; s++)
    for (size_t i = 0; i < job->k && status == LIMEN_OK; i++) {
      const uint64_t document = job->member[s * job->k + i];
      status = job->construction->rows(job->state, document, 1, job->rows, error);
      if (status == LIMEN_OK) score_rows(job, document, 1, job->rows, job->products, job->scores);
    }
  return status;
}

static int score_all(struct job *job, size_t workers, struct limen_error *error) {
  const size_t chunks = (size_t)((job->count + ROWS - 1) / ROWS);
  int status = score_members(job, error);
  if (status != LIMEN_OK) return status;
  if (omp_in_parallel()) {
    limen_chunks_run(chunks, workers, score_chunk, job);
  } else {
#pragma omp parallel num_threads((int)workers)
#pragma omp single
    limen_chunks_run(chunks, workers, score_chunk, job);
  }
  for (size_t w = 0; w < workers; w++)
    if (job->errors[w].status != LIMEN_OK) {
      if (error) *error = job->errors[w];
      return job->errors[w].status;
    }
  return LIMEN_OK;
}

/* ---- adding up ---- */

static double length_of(const float *row, size_t d) {
  double square = 0;
  for (size_t c = 0; c < d; c++) square += (double)row[c] * (double)row[c];
  return sqrt(square);
}

/* Documents of a construction all have one length: that of the last row left in float32 is told by
 * the first. */
static void add_up(const struct job *job, size_t workers, double document,
                   struct limen_construction_sample *out) {
  const size_t sets = job->sampling->sets;
  double least[2] = {INFINITY, INFINITY};
  size_t wrong[2] = {0};
  for (size_t s = 0; s < sets; s++) {
    const double length = length_of(job->query + s * job->d, job->d) * document;
    for (size_t format = 0; format < 2; format++) {
      double member = INFINITY, other = -INFINITY;
      for (size_t w = 0; w < workers; w++) {
        member = fmin(member, job->scores[w * sets + s].member[format]);
        other = fmax(other, job->scores[w * sets + s].other[format]);
      }
      if (!(member > other)) wrong[format]++;
      /* A query of zeros puts nothing on top. */
      least[format] = fmin(least[format], length > 0 ? (member - other) / length : 0);
    }
  }
  out->wrong = wrong[0];
  out->wrong_int8 = wrong[1];
  out->least = least[0];
  out->least_int8 = least[1];
}

static void provoke(const struct job *job, gsl_rng *rng, struct limen_construction_sample *out) {
  uint64_t members[64], other = 0;
  double lead = 0;
  out->provoked_least = NAN;
  if (!job->construction->provoke) return;
  for (size_t i = 0; i < job->sampling->provoked; i++) {
    if (!job->construction->provoke(job->state, job->k, rng, members, &other, &lead)) return;
    out->provoked++;
    if (!(lead >= out->provoked_least)) out->provoked_least = lead;
  }
}

static int alloc_job(struct job *job, size_t workers, struct limen_error *error) {
  const size_t sets = job->sampling->sets;
  job->member = limen_alloc(sets, job->k * sizeof *job->member, error);
  job->query = limen_alloc(sets, job->d * sizeof *job->query, error);
  job->scores = limen_alloc(workers, sets * sizeof *job->scores, error);
  job->rows = limen_alloc(workers * ROWS, job->d * sizeof *job->rows, error);
  job->products = limen_alloc(workers * ROWS, sets * sizeof *job->products, error);
  job->errors = limen_alloc(workers, sizeof *job->errors, error);
  if (!job->member || !job->query || !job->scores || !job->rows || !job->products || !job->errors)
    return LIMEN_FAILED;
  for (size_t i = 0; i < workers * sets; i++)
    job->scores[i] = (struct scores){{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
  return LIMEN_OK;
}

static void free_job(struct job *job) {
  limen_free(job->member);
  limen_free(job->query);
  limen_free(job->scores);
  limen_free(job->rows);
  limen_free(job->products);
  limen_free(job->errors);
}

int limen_construction_sample(const struct limen_construction *construction, const void *state,
                              uint64_t documents, size_t k,
                              const struct limen_construction_sampling *sampling,
                              struct limen_construction_sample *out, struct limen_error *error) {
  struct job job = {.construction = construction,
                    .state = state,
                    .sampling = sampling,
                    .d = construction->dimensions(state),
                    .k = k,
                    .n = documents,
                    .count = documents < sampling->documents ? documents : sampling->documents};
  const size_t workers =
      sampling->workers > LIMEN_WORKERS_MAX ? LIMEN_WORKERS_MAX : sampling->workers;
  double document = 1;
  *out = (struct limen_construction_sample){.sets = sampling->sets, .documents = job.count};
  gsl_rng *rng = limen_rng_alloc(sampling->seed, "sample of constructed documents", error);
  int status = rng ? alloc_job(&job, workers, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = draw_sets(&job, rng, error);
  if (status == LIMEN_OK && job.count < documents)
    job.first = gsl_rng_get(rng) % (documents - job.count + 1);
  if (status == LIMEN_OK) status = construction->rows(state, 0, 1, job.rows, error);
  if (status == LIMEN_OK) document = length_of(job.rows, job.d);
  if (status == LIMEN_OK) status = score_all(&job, workers, error);
  if (status == LIMEN_OK) add_up(&job, workers, document, out);
  if (status == LIMEN_OK) provoke(&job, rng, out);
  free_job(&job);
  limen_rng_free(rng);
  return status;
}
