#include "limits/widest_training.h"

#include <math.h>
#include <string.h>

#include "base/threads.h"

enum { LOOK_EVERY = 25 };

static struct limen_free_settings annealed(size_t steps, double tau_start, double tau, double lr) {
  return (struct limen_free_settings){
      .loss = limen_loss_find("softmin"),
      .loss_settings.tau = tau,
      .lr = lr,
      .beta1 = 0.9,
      .beta2 = 0.999,
      .epsilon = 1e-8,
      .schedule = limen_schedule_find("annealed"),
      .tau_start = tau_start,
      .anneal_steps = steps,
  };
}

/* One training to its end; the widest look goes where it is wanted. */
static int train(const struct limen_relevance *relevance, size_t d,
                 const struct limen_free_settings *settings, uint64_t seed, float *best,
                 float *documents, float *queries, struct limen_error *error) {
  struct limen_free *run = limen_free_alloc(relevance, d, settings, seed, error);
  if (!run) return LIMEN_FAILED;
  const size_t steps = settings->anneal_steps;
  int status = LIMEN_OK;
  for (size_t i = 0; i <= steps && status == LIMEN_OK; i++) {
    struct limen_free_look look;
    if (limen_interrupted())
      status = LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
    if (status == LIMEN_OK && (i % LOOK_EVERY == 0 || i == steps)) {
      limen_free_look(run, &look, NULL);
      if (look.worst_margin > *best) {
        *best = look.worst_margin;
        memcpy(documents, limen_free_documents(run), relevance->documents * d * sizeof *documents);
        if (queries)
          memcpy(queries, limen_free_queries(run), relevance->queries * d * sizeof *queries);
      }
    }
    if (i < steps && status == LIMEN_OK) limen_free_step(run);
  }
  limen_free_free(run);
  return status;
}

struct limen_free_settings limen_widest_settings(size_t steps) {
  return annealed(steps, 1, 0.003, 0.01);
}

int limen_train_widest(const struct limen_relevance *relevance, size_t d, size_t steps,
                       uint64_t seed, float *best, float *documents, float *queries,
                       struct limen_error *error) {
  const struct limen_free_settings settings = limen_widest_settings(steps);
  return train(relevance, d, &settings, seed, best, documents, queries, error);
}

/* Rates are small beside what a row has of a coordinate; temperatures see more than the worst sets
 * and do not give them up. Once every set is served its slope falls like exp(-gap / tau), and Adam,
 * which divides a slope by its own size, goes on as long as epsilon is smaller still. */
int limen_widen(const struct limen_relevance *relevance, size_t d, size_t steps, float *best,
                float *documents, float *queries, struct limen_error *error) {
  static const double rates[] = {0.02, 0.006, 0.002, 0.0006};
  int status = LIMEN_OK;
  for (size_t r = 0; r < sizeof rates / sizeof *rates && status == LIMEN_OK && *best > 0; r++) {
    struct limen_free_settings settings =
        annealed(steps, *best / 10, *best / 30, rates[r] * fmin(1, *best) / sqrt((double)d));
    settings.epsilon = 1e-18;
    settings.from_documents = documents;
    settings.from_queries = queries;
    status = train(relevance, d, &settings, 0, best, documents, queries, error);
  }
  return status;
}
