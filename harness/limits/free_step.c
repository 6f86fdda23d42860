/* One evaluation, for every panel of 32 queries (panels.h says why 32):
 *
 *   S = V Q^T                       scores; they never leave the second-level cache
 *   G = d loss / d S, in place      the loss's own code
 *   dQ = G V
 *   dV += G^T Q                     for a block of panels at once
 *   Q moves, or pulls its documents the rule of the queries and the optimiser decide
 *
 * then the sums dV of all chunks are added in their order, and V makes its step. Nothing is taken
 * by queries times documents, so the largest published case (n = 626, d = 45, 1.2e8 scores) needs
 * 140 MB for its queries, Adam's moments and the rows handed out, and a megabyte for the scores.
 *
 * The kernels are our own: on two threads of an AVX-512 machine the three products alone run at
 * 255, 234 and 293 GFLOP/s in OpenBLAS for (n, d) = (62, 14), (157, 23) and (333, 34), and whole
 * steps at 175, 261 and 290 here.
 *
 * The mean over queries enters as the factor 1 / queries on both gradients before Adam sees them:
 * Adam would cancel it but for its epsilon, which is to act on the true gradient. */
#include <math.h>
#include <string.h>

#include "limits/free_run.h"
#include "limits/panel_products.h"

enum {
  SHARED_FLOPS_MIN = 1 << 23, /* a step of fewer runs alone: some 60 us, ten times what it costs
                               * to call for help */
  SHARED_FLOATS_MIN = 1 << 18 /* the same for adding up the chunks' dV */
};

size_t limen_free_workers(const struct limen_free *run, double flops) {
  return flops >= (double)SHARED_FLOPS_MIN ? run->workers : 1;
}

/* Unused lanes hold zero queries, which dV and Adam must find without a gradient. */
static void clear_unused(size_t used, size_t n, float *scores) {
  for (size_t j = 0; used < LIMEN_PANEL && j < n; j++)
    memset(scores + j * LIMEN_PANEL + used, 0, (LIMEN_PANEL - used) * sizeof(float));
}

double limen_free_through_scores(struct limen_free *run, const float *queries, size_t used,
                                 const uint32_t *relevant, float *scores, float *room,
                                 float *gradient, double *learned_slope) {
  const struct limen_relevance *relevance = run->relevance;
  struct limen_loss_panel panel = {.queries = used,
                                   .n = relevance->documents,
                                   .k = relevance->k,
                                   .relevant = relevant,
                                   .scores = scores,
                                   .room = room};
  limen_product_scores(&run->documents, queries, scores);
  double loss = run->settings.loss->panel(&run->loss, &panel);
  for (size_t i = 0; i < run->settings.loss->learned; i++)
    learned_slope[i] += panel.learned_slope[i];
  clear_unused(used, relevance->documents, scores);
  limen_product_queries(&run->documents, scores, gradient);
  return loss;
}

static double one_panel(struct limen_free *run, size_t panel, size_t worker, float *scores,
                        float *room, float *gradient, double *learned_slope) {
  const struct limen_query_rule *rule = run->settings.rule;
  if (rule->place) rule->place(run, panel, worker);
  return limen_free_through_scores(run, limen_panels_at(&run->queries, panel),
                                   limen_free_used(run, panel), limen_free_sets(run, panel), scores,
                                   room, gradient, learned_slope);
}

static void evaluate_chunk(void *context, size_t chunk, size_t worker) {
  struct limen_free *run = context;
  const struct limen_query_rule *rule = run->settings.rule;
  const size_t score_floats = run->documents.count * LIMEN_PANEL;
  const size_t query_floats = run->documents.d * LIMEN_PANEL;
  const size_t end = limen_free_chunk_start(run, chunk + 1);
  float *scores = limen_free_scores(run, worker), *gradients = limen_free_gradients(run, worker);
  float *room = limen_free_room(run, worker);
  float *document_gradient = run->document_gradients + chunk * run->document_floats;
  struct limen_free_partial *partial = &run->partial[chunk];
  double loss = 0;

  memset(document_gradient, 0, run->document_floats * sizeof(float));
  memset(partial->learned_slope, 0, sizeof partial->learned_slope);
  for (size_t first = limen_free_chunk_start(run, chunk), count; first < end; first += count) {
    count = end - first < run->block_panels ? end - first : run->block_panels;
    for (size_t i = 0; i < count; i++)
      loss += rule->panel ? rule->panel(run, first + i, worker, document_gradient)
                          : one_panel(run, first + i, worker, scores + i * score_floats, room,
                                      gradients + i * query_floats, partial->learned_slope);
    if (rule->panel) continue;
    limen_product_documents(&run->documents, count, limen_panels_at(&run->queries, first), scores,
                            document_gradient);
    for (size_t i = 0; i < count; i++)
      if (rule->trained)
        run->query_step(run, first + i, gradients + i * query_floats);
      else
        rule->pull(run, first + i, gradients + i * query_floats, document_gradient);
  }
  partial->loss = loss;
}

double limen_free_evaluate(struct limen_free *run, limen_free_query_step *query_step) {
  double loss = 0;
  run->query_step = query_step;
  if (run->settings.rule->begin) run->settings.rule->begin(run);
  limen_chunks_run(run->chunks, limen_free_workers(run, limen_free_flops(run)), evaluate_chunk,
                   run);
  memset(run->learned_slope, 0, sizeof run->learned_slope);
  for (size_t chunk = 0; chunk < run->chunks; chunk++) {
    loss += run->partial[chunk].loss;
    for (size_t i = 0; i < run->settings.loss->learned; i++)
      run->learned_slope[i] += run->partial[chunk].learned_slope[i] / (double)run->queries.count;
  }
  /* Maxima and comparisons may step over what is no number; training must not. */
  return limen_panels_finite(&run->documents) ? loss / (double)run->queries.count : NAN;
}

/* ---- documents ------------------------------------------------------------------------------- */

struct documents_step {
  struct limen_free *run;
  void (*step)(struct limen_free *run, size_t panel, const float *gradient);
};

/* A share of the documents' panels: dV summed over the chunks in their order, then their step. */
static void step_documents(void *context, size_t share, size_t worker) {
  const struct documents_step *job = context;
  struct limen_free *run = job->run;
  const size_t floats = run->documents.d * LIMEN_PANEL, panels = run->documents.panels;
  const size_t shares = panels < LIMEN_FREE_CHUNKS_MOST ? panels : LIMEN_FREE_CHUNKS_MOST;
  (void)worker;
  for (size_t p = share; p < panels; p += shares) {
    float *sum = run->document_gradients + p * floats;
    for (size_t chunk = 1; chunk < run->chunks; chunk++) {
      const float *part = sum + chunk * run->document_floats;
      for (size_t i = 0; i < floats; i++) sum[i] += part[i];
    }
    job->step(run, p, sum);
  }
}

void limen_free_each_documents(struct limen_free *run,
                               void (*step)(struct limen_free *run, size_t panel,
                                            const float *gradient)) {
  const size_t panels = run->documents.panels;
  const bool share = run->chunks * run->document_floats >= SHARED_FLOATS_MIN;
  struct documents_step job = {run, step};
  limen_chunks_run(panels < LIMEN_FREE_CHUNKS_MOST ? panels : LIMEN_FREE_CHUNKS_MOST,
                   share ? run->workers : 1, step_documents, &job);
}

/* ---- a step ---------------------------------------------------------------------------------- */

double limen_free_step(struct limen_free *run) {
  run->loss.tau = limen_schedule_tau(run->settings.schedule, &run->schedule, run->steps);
  double loss = run->settings.optimizer->step(run);
  run->steps++;
  return loss;
}

bool limen_free_settled(const struct limen_free *run) {
  return run->steps >= limen_schedule_end(run->settings.schedule, &run->schedule);
}

bool limen_free_stuck(const struct limen_free *run) {
  return run->stuck && limen_free_settled(run);
}
