#include "limits/widest_training.h"

#include <string.h>

#include "base/threads.h"
#include "limits/free_embedding.h"

enum { LOOK_EVERY = 25 };

int limen_train_widest(const struct limen_relevance *relevance, size_t d, size_t steps,
                       uint64_t seed, float *best, float *documents, float *queries,
                       struct limen_error *error) {
  /* Over everything that scores of unit vectors can resolve. */
  const struct limen_free_settings settings = {
      .loss = limen_loss_find("softmin"),
      .loss_settings.tau = 0.003,
      .lr = 0.01,
      .beta1 = 0.9,
      .beta2 = 0.999,
      .epsilon = 1e-8,
      .schedule = limen_schedule_find("annealed"),
      .tau_start = 1,
      .anneal_steps = steps,
  };
  struct limen_free *run = limen_free_alloc(relevance, d, &settings, seed, error);
  if (!run) return LIMEN_FAILED;
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
