/* The life of a training; free_step.c and free_look.c are what happens in it. */
#include "limits/free_embedding.h"

#include <math.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "limits/free_run.h"
#include "limits/rule_centroid.h"

/* How work is cut. A block is what dV is summed over before it leaves the registers. */
enum {
  CHUNK_PANELS_MIN = 16,   /* less would not repay a chunk's own dV */
  BLOCK_BYTES = 512 * 1024 /* of scores: half of a common second-level cache */
};

/* What the entries of the registries ask of each other and of the settings. */
static int check_choices(const struct limen_relevance *relevance,
                         const struct limen_free_settings *settings, struct limen_error *error) {
  const struct limen_query_rule *rule = settings->rule;
  const struct limen_schedule *schedule = settings->schedule;
  if (rule && rule->solved && !settings->loss->of_gap) {
    struct limen_text able = {0};
    for (size_t i = 0; limen_loss_at(i); i++)
      if (limen_loss_at(i)->of_gap)
        limen_text_print(&able, "%s%s", able.length ? ", " : "", limen_loss_name(i));
    LIMEN_FAIL(error, LIMEN_USAGE,
               "queries by rule %s have a gap and no other score to train on, and loss %s is no "
               "function of it; take one of: %s",
               rule->name, settings->loss->name, limen_text_string(&able));
    limen_text_clear(&able);
    return LIMEN_USAGE;
  }
  if (rule && rule->solved && relevance->k == relevance->documents)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "all %zu documents are relevant to each query, so none has a gap that rule "
                      "%s could widen; take rule free",
                      relevance->k, rule->name);
  if (!schedule || !schedule->tau) return LIMEN_OK;
  if (!(settings->tau_start > 0) || !isfinite(settings->tau_start))
    return LIMEN_FAIL(error, LIMEN_USAGE, "tau_start is %g; it must be above 0",
                      settings->tau_start);
  if (settings->anneal_steps < 1)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "anneal_steps is 0; schedule %s takes at least one step, and schedule "
                      "constant none",
                      schedule->name);
  return LIMEN_OK;
}

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
  if (check_choices(relevance, settings, error) != LIMEN_OK) return LIMEN_USAGE;
  if (!settings->from_documents != !settings->from_queries)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "%s are given to start from and %s are not; give both or neither",
                      settings->from_documents ? "documents" : "queries",
                      settings->from_documents ? "queries" : "documents");
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
  while (run->chunks < LIMEN_FREE_CHUNKS_MOST && panels / (2 * run->chunks) >= CHUNK_PANELS_MIN)
    run->chunks *= 2;
  size_t longest = (panels + run->chunks - 1) / run->chunks;
  run->block_panels = BLOCK_BYTES / score_bytes;
  if (run->block_panels < 1) run->block_panels = 1;
  if (run->block_panels > longest) run->block_panels = longest;
  size_t threads = (size_t)limen_threads();
  run->workers = threads < run->chunks ? threads : run->chunks;
}

/* The choices, with the first of each registry where none was made. */
static void choose(struct limen_free *run, const struct limen_free_settings *settings) {
  run->settings = *settings;
  if (!settings->rule) run->settings.rule = limen_query_rule_at(0);
  if (!settings->schedule) run->settings.schedule = limen_schedule_at(0);
  if (!settings->optimizer) run->settings.optimizer = limen_optimizer_at(0);
  if (!settings->start) run->settings.start = limen_start_at(0);
  run->schedule = (struct limen_schedule_settings){settings->loss_settings.tau, settings->tau_start,
                                                   settings->anneal_steps};
  run->loss = settings->loss_settings;
  run->loss.tau = limen_schedule_tau(run->settings.schedule, &run->schedule, 0);
  if (settings->loss->start) settings->loss->start(&run->loss);
}

/* Documents and queries where training begins. */
static int start(struct limen_free *run, size_t d, uint64_t seed, struct limen_error *error) {
  const struct limen_relevance *relevance = run->relevance;
  const size_t k = relevance->k;
  _Alignas(64) float shrink[LIMEN_PANEL];
  int status =
      limen_panels_init(&run->documents, relevance->documents, d, seed, "free/documents", error);
  if (status == LIMEN_OK)
    status = limen_panels_init(&run->queries, relevance->queries, d, seed, "free/queries", error);
  if (status != LIMEN_OK) return status;
  if (run->settings.from_documents) {
    limen_panels_pack(&run->documents, run->settings.from_documents);
    limen_panels_pack(&run->queries, run->settings.from_queries);
    return LIMEN_OK;
  }
  if (!run->settings.start->place) return LIMEN_OK;
  status = run->settings.start->place(&run->documents, k, error);
  for (size_t p = 0; p < run->queries.panels && status == LIMEN_OK; p++)
    limen_centroid_make(&run->documents, limen_free_used(run, p), k, limen_free_sets(run, p),
                        limen_panels_at(&run->queries, p), shrink);
  return status;
}

static int alloc_scratch(struct limen_free *run, struct limen_error *error) {
  const size_t d = run->documents.d;
  size_t floats, room;
  run->document_floats = run->documents.panels * d * LIMEN_PANEL;
  if (__builtin_mul_overflow(run->documents.count + d, run->block_panels * LIMEN_PANEL, &floats) ||
      __builtin_mul_overflow(run->relevance->k, 2 * LIMEN_PANEL, &room) ||
      __builtin_add_overflow(floats, room, &floats))
    return LIMEN_FAIL(error, LIMEN_FAILED,
                      "scores of %zu documents are more than a machine can address",
                      run->documents.count);
  run->scratch_floats = floats;
  if (__builtin_mul_overflow(floats, run->workers, &floats)) floats = SIZE_MAX;
  if (!(run->scratch = limen_alloc(floats, sizeof(float), error)) ||
      !(run->document_gradients =
            limen_alloc(run->chunks, run->document_floats * sizeof(float), error)) ||
      !(run->document_rows = limen_alloc(run->documents.count, d * sizeof(float), error)) ||
      !(run->query_rows = limen_alloc(run->queries.count, d * sizeof(float), error)))
    return LIMEN_FAILED;
  return LIMEN_OK;
}

struct limen_free *limen_free_alloc(const struct limen_relevance *relevance, size_t d,
                                    const struct limen_free_settings *settings, uint64_t seed,
                                    struct limen_error *error) {
  struct limen_free *run = NULL;
  int status = check(relevance, d, settings, error);
  if (status != LIMEN_OK || !(run = limen_alloc(1, sizeof *run, error))) return NULL;
  run->relevance = relevance;
  run->decay1 = run->decay2 = 1;
  choose(run, settings);
  if ((status = start(run, d, seed, error)) != LIMEN_OK) goto done;
  cut(run);
  if ((status = alloc_scratch(run, error)) != LIMEN_OK) goto done;
  status = LIMEN_FAILED;
  if (run->settings.rule->alloc && !(run->rule_state = run->settings.rule->alloc(run, error)))
    goto done;
  if (run->settings.optimizer->alloc &&
      !(run->optimizer_state = run->settings.optimizer->alloc(run, error)))
    goto done;
  status = LIMEN_OK;
done:
  if (status != LIMEN_OK) {
    limen_free_free(run);
    run = NULL;
  }
  return run;
}

void limen_free_free(struct limen_free *run) {
  if (!run) return;
  if (run->rule_state) run->settings.rule->free(run->rule_state);
  if (run->optimizer_state) run->settings.optimizer->free(run->optimizer_state);
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
