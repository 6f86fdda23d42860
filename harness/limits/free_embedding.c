/* One step, for every panel of 32 queries (panels.h says why 32):
 *
 *   S = V Q^T                       scores; they never leave the second-level cache
 *   G = d loss / d S, in place      the loss's own code
 *   dQ = G V
 *   dV += G^T Q                     for a block of panels at once
 *   Q by Adam, back to unit length
 *
 * then the sums dV of all chunks are added in their order, and V makes its step the same way.
 * Nothing is taken by queries times documents, so the largest published case (n = 626, d =
 * 45, 1.2e8 scores) needs 140 MB for its queries, Adam's moments and the rows handed out, and a
 * megabyte for the scores.
 *
 * The kernels are our own: on two threads of an AVX-512 machine the three products alone run at
 * 255, 234 and 293 GFLOP/s in OpenBLAS for (n, d) = (62, 14), (157, 23) and (333, 34), and whole
 * steps at 175, 261 and 290 here.
 *
 * The mean over queries enters as the factor 1 / queries on both gradients before Adam sees them:
 * Adam would cancel it but for its epsilon, which is to act on the true gradient. */
#include "limits/free_embedding.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"
#include "limits/panel_products.h"
#include "limits/panels.h"

/* How work is cut. A chunk is what one thread does at a time and has its own dV; a block is what
 * dV is summed over before it leaves the registers. */
enum {
  CHUNKS_MAX = LIMEN_WORKERS_MAX, /* more would only add more gradients to sum */
  CHUNK_PANELS_MIN = 16,          /* less would not repay a chunk's own dV */
  BLOCK_BYTES = 512 * 1024,       /* of scores: half of a common second-level cache */
  SHARED_FLOPS_MIN = 1 << 23,     /* a step of fewer runs alone: some 60 us, ten times what it costs
                                   * to call for help */
  SHARED_FLOATS_MIN = 1 << 18     /* the same for adding up the chunks' dV */
};

/* What a chunk found. */
struct partial {
  double loss;
  struct limen_free_look look;
};

struct limen_free {
  const struct limen_relevance *relevance; /* not owned, must outlive the run */
  struct limen_free_settings settings;

  struct limen_panels documents, queries;
  struct limen_adam adam; /* of the step under way */
  double decay1, decay2;  /* beta1^t, beta2^t after t steps */

  size_t chunks, block_panels, workers;
  size_t document_floats;    /* of a chunk's dV */
  size_t scratch_floats;     /* of a worker's scratch */
  float *document_gradients; /* chunks x document_floats */
  float *scratch;            /* workers x (scores of a block, then its dQ) */
  float *margins;            /* lent for the look under way, or NULL */
  struct partial partial[CHUNKS_MAX];

  float *document_rows, *query_rows; /* unpacked on request */
};

static size_t chunk_start(const struct limen_free *run, size_t chunk) {
  return chunk * run->queries.panels / run->chunks;
}

static size_t used_lanes(const struct limen_free *run, size_t panel) {
  size_t left = run->queries.count - panel * LIMEN_PANEL;
  return left < LIMEN_PANEL ? left : LIMEN_PANEL;
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* Unused lanes hold zero queries, which dV and Adam must find without a gradient. */
static void clear_unused(size_t used, size_t n, float *scores) {
  for (size_t j = 0; used < LIMEN_PANEL && j < n; j++)
    memset(scores + j * LIMEN_PANEL + used, 0, (LIMEN_PANEL - used) * sizeof(float));
}

static double forward_and_back(struct limen_free *run, size_t panel, float *scores,
                               float *gradient) {
  const struct limen_relevance *relevance = run->relevance;
  const size_t n = relevance->documents, k = relevance->k, used = used_lanes(run, panel);
  limen_product_scores(&run->documents, limen_panels_at(&run->queries, panel), scores);
  double loss = run->settings.loss->panel(&run->settings.loss_settings, used, n, k,
                                          relevance->relevant + panel * LIMEN_PANEL * k, scores);
  clear_unused(used, n, scores);
  limen_product_queries(&run->documents, scores, gradient);
  return loss;
}

static float mean_scale(const struct limen_free *run) {
  return (float)(1 / (double)run->queries.count);
}

static void step_chunk(void *context, size_t chunk, size_t worker) {
  struct limen_free *run = context;
  const size_t score_floats = run->documents.count * LIMEN_PANEL;
  const size_t query_floats = run->documents.d * LIMEN_PANEL;
  const size_t end = chunk_start(run, chunk + 1);
  float *scores = run->scratch + worker * run->scratch_floats;
  float *gradients = scores + run->block_panels * score_floats;
  float *document_gradient = run->document_gradients + chunk * run->document_floats;
  double loss = 0;

  memset(document_gradient, 0, run->document_floats * sizeof(float));
  for (size_t first = chunk_start(run, chunk), count; first < end; first += count) {
    count = end - first < run->block_panels ? end - first : run->block_panels;
    for (size_t i = 0; i < count; i++)
      loss +=
          forward_and_back(run, first + i, scores + i * score_floats, gradients + i * query_floats);
    limen_product_documents(&run->documents, count, limen_panels_at(&run->queries, first), scores,
                            document_gradient);
    for (size_t i = 0; i < count; i++)
      limen_panels_step(&run->queries, first + i, &run->adam, mean_scale(run),
                        gradients + i * query_floats);
  }
  run->partial[chunk].loss = loss;
}

/* A share of the documents' panels: dV summed over the chunks in their order, then their step. */
static void step_documents(void *context, size_t share, size_t worker) {
  struct limen_free *run = context;
  struct limen_panels *documents = &run->documents;
  const size_t floats = documents->d * LIMEN_PANEL;
  const size_t shares = documents->panels < CHUNKS_MAX ? documents->panels : CHUNKS_MAX;
  (void)worker;
  for (size_t p = share; p < documents->panels; p += shares) {
    float *sum = run->document_gradients + p * floats;
    for (size_t chunk = 1; chunk < run->chunks; chunk++) {
      const float *part = sum + chunk * run->document_floats;
      for (size_t i = 0; i < floats; i++) sum[i] += part[i];
    }
    limen_panels_step(documents, p, &run->adam, mean_scale(run), sum);
  }
}

double limen_free_step(struct limen_free *run) {
  const struct limen_free_settings *settings = &run->settings;
  const size_t panels = run->documents.panels;
  run->decay1 *= settings->beta1;
  run->decay2 *= settings->beta2;
  run->adam = (struct limen_adam){settings->lr,      settings->beta1, settings->beta2,
                                  settings->epsilon, 1 - run->decay1, 1 - run->decay2};
  bool share = limen_free_flops(run) >= SHARED_FLOPS_MIN;
  limen_chunks_run(run->chunks, share ? run->workers : 1, step_chunk, run);
  share = run->chunks * run->document_floats >= SHARED_FLOATS_MIN;
  limen_chunks_run(panels < CHUNKS_MAX ? panels : CHUNKS_MAX, share ? run->workers : 1,
                   step_documents, run);
  double loss = 0;
  for (size_t chunk = 0; chunk < run->chunks; chunk++) loss += run->partial[chunk].loss;
  return loss / (double)run->queries.count;
}

/* ---- a look ---------------------------------------------------------------------------------- */

/* The least relevant and the highest other score of each query of a panel; a score that is not a
 * number makes the margin none. Overwrites the relevant scores. */
static void panel_margins(const struct limen_relevance *relevance, size_t first, size_t used,
                          float *scores, float *margins) {
  const size_t n = relevance->documents, k = relevance->k;
  float least[LIMEN_PANEL], highest[LIMEN_PANEL], doubt[LIMEN_PANEL] = {0};
  for (size_t i = 0; i < LIMEN_PANEL; i++) {
    least[i] = INFINITY;
    highest[i] = -INFINITY;
  }
  for (size_t i = 0; i < used; i++)
    for (size_t r = (first + i) * k; r < (first + i + 1) * k; r++) {
      float *score = scores + relevance->relevant[r] * LIMEN_PANEL + i;
      doubt[i] += *score - *score;
      least[i] = *score < least[i] ? *score : least[i];
      *score = -FLT_MAX;
    }
  for (const float *at = scores; at < scores + n * LIMEN_PANEL; at += LIMEN_PANEL)
    for (size_t i = 0; i < LIMEN_PANEL; i++) {
      doubt[i] += at[i] - at[i];
      highest[i] = at[i] > highest[i] ? at[i] : highest[i];
    }
  for (size_t i = 0; i < used; i++)
    margins[i] = (k < n ? least[i] - highest[i] : INFINITY) + doubt[i];
}

static void look_chunk(void *context, size_t chunk, size_t worker) {
  struct limen_free *run = context;
  float *scores = run->scratch + worker * run->scratch_floats;
  float margins[LIMEN_PANEL];
  struct limen_free_look look = {0, INFINITY};
  for (size_t p = chunk_start(run, chunk); p < chunk_start(run, chunk + 1); p++) {
    const size_t first = p * LIMEN_PANEL, used = used_lanes(run, p);
    limen_product_scores(&run->documents, limen_panels_at(&run->queries, p), scores);
    panel_margins(run->relevance, first, used, scores, margins);
    for (size_t i = 0; i < used; i++) {
      look.right += margins[i] > 0;
      /* Once not a number, it stays so. */
      if (!(margins[i] >= look.worst_margin) && !isnan(look.worst_margin))
        look.worst_margin = margins[i];
    }
    if (run->margins) memcpy(run->margins + first, margins, used * sizeof *margins);
  }
  run->partial[chunk].look = look;
}

void limen_free_look(struct limen_free *run, struct limen_free_look *out, float *margins) {
  bool share = limen_free_flops(run) >= 3 * (double)SHARED_FLOPS_MIN;
  run->margins = margins;
  limen_chunks_run(run->chunks, share ? run->workers : 1, look_chunk, run);
  run->margins = NULL;
  *out = (struct limen_free_look){0, INFINITY};
  for (size_t chunk = 0; chunk < run->chunks; chunk++) {
    const struct limen_free_look *look = &run->partial[chunk].look;
    out->right += look->right;
    if (!(look->worst_margin >= out->worst_margin) && !isnan(out->worst_margin))
      out->worst_margin = look->worst_margin;
  }
}

/* ---- the rest of a run's life ---------------------------------------------------------------- */

static int check(const struct limen_relevance *relevance, size_t d,
                 const struct limen_free_settings *settings, struct limen_error *error) {
  const size_t n = relevance->documents, k = relevance->k;
  if (d < 1) return LIMEN_FAIL(error, LIMEN_USAGE, "d is %zu; vectors need d >= 1", d);
  if (!(settings->loss_settings.tau > 0) || !isfinite(settings->loss_settings.tau))
    return LIMEN_FAIL(error, LIMEN_USAGE, "tau is %g; it must be above 0",
                      settings->loss_settings.tau);
  if (!(settings->lr > 0) || !isfinite(settings->lr))
    return LIMEN_FAIL(error, LIMEN_USAGE, "lr is %g; it must be above 0", settings->lr);
  if (!(settings->beta1 >= 0 && settings->beta1 < 1 && settings->beta2 >= 0 && settings->beta2 < 1))
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "beta1 is %g and beta2 %g; both must be from 0 to below 1", settings->beta1,
                      settings->beta2);
  if (!(settings->epsilon > 0) || !isfinite(settings->epsilon))
    return LIMEN_FAIL(error, LIMEN_USAGE, "epsilon is %g; it must be above 0", settings->epsilon);
  if (relevance->queries < 1 || k < 1 || k > n)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "%zu queries with %zu of %zu documents relevant to each cannot be trained; "
                      "at least one query and 1 <= k <= n are needed",
                      relevance->queries, k, n);
  for (size_t i = 0; i < relevance->queries * k; i++)
    if (relevance->relevant[i] >= n ||
        (i % k > 0 && relevance->relevant[i] <= relevance->relevant[i - 1]))
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "query %zu: document %u is not below n = %zu, or not above the one before "
                        "it; a query's documents are distinct and ascend",
                        i / k, (unsigned)relevance->relevant[i], n);
  return LIMEN_OK;
}

/* A function of (queries, n, d), never of the number of threads. Powers of two share out evenly. */
static void cut(struct limen_free *run) {
  const size_t panels = run->queries.panels, score_bytes = run->documents.count * LIMEN_PANEL * 4;
  run->chunks = 1;
  while (run->chunks < CHUNKS_MAX && panels / (2 * run->chunks) >= CHUNK_PANELS_MIN)
    run->chunks *= 2;
  size_t longest = (panels + run->chunks - 1) / run->chunks;
  run->block_panels = BLOCK_BYTES / score_bytes;
  if (run->block_panels < 1) run->block_panels = 1;
  if (run->block_panels > longest) run->block_panels = longest;
  size_t threads = (size_t)limen_threads();
  run->workers = threads < run->chunks ? threads : run->chunks;
}

struct limen_free *limen_free_alloc(const struct limen_relevance *relevance, size_t d,
                                    const struct limen_free_settings *settings, uint64_t seed,
                                    struct limen_error *error) {
  bool done = false;
  struct limen_free *run = NULL;
  size_t floats;
  if (check(relevance, d, settings, error) != LIMEN_OK) goto done;
  if (!(run = limen_alloc(1, sizeof *run, error))) goto done;
  run->relevance = relevance;
  run->settings = *settings;
  run->decay1 = run->decay2 = 1;
  if (limen_panels_init(&run->documents, relevance->documents, d, seed, "free/documents", error) ||
      limen_panels_init(&run->queries, relevance->queries, d, seed, "free/queries", error))
    goto done;
  cut(run);
  run->document_floats = run->documents.panels * d * LIMEN_PANEL;
  if (__builtin_mul_overflow(run->documents.count + d, run->block_panels * LIMEN_PANEL, &floats)) {
    LIMEN_FAIL(error, LIMEN_FAILED, "scores of %zu documents are more than a machine can address",
               run->documents.count);
    goto done;
  }
  run->scratch_floats = floats;
  if (__builtin_mul_overflow(floats, run->workers, &floats)) floats = SIZE_MAX;
  if (!(run->scratch = limen_alloc(floats, sizeof(float), error))) goto done;
  if (!(run->document_gradients =
            limen_alloc(run->chunks, run->document_floats * sizeof(float), error)))
    goto done;
  if (!(run->document_rows = limen_alloc(run->documents.count, d * sizeof(float), error)))
    goto done;
  if (!(run->query_rows = limen_alloc(run->queries.count, d * sizeof(float), error))) goto done;
  done = true;
done:
  if (!done) {
    limen_free_free(run);
    run = NULL;
  }
  return run;
}

void limen_free_free(struct limen_free *run) {
  if (!run) return;
  limen_panels_clear(&run->documents);
  limen_panels_clear(&run->queries);
  limen_free(run->scratch);
  limen_free(run->document_gradients);
  limen_free(run->document_rows);
  limen_free(run->query_rows);
  limen_free(run);
}

const float *limen_free_documents(const struct limen_free *run) {
  limen_panels_unpack(&run->documents, run->document_rows);
  return run->document_rows;
}

const float *limen_free_queries(const struct limen_free *run) {
  limen_panels_unpack(&run->queries, run->query_rows);
  return run->query_rows;
}

double limen_free_flops(const struct limen_free *run) {
  return 6.0 * (double)run->queries.count * (double)run->documents.count * (double)run->documents.d;
}
