/* Adam (Kingma and Ba 2015), each vector scaled back to unit length after its step and the moments
 * left alone. Trained queries move as soon as their gradient is there, while they lie in the cache.
 */
#include <math.h>

#include "limits/free_run.h"

static void step_queries(struct limen_free *run, size_t panel, const float *gradient) {
  limen_panels_step(&run->queries, panel, &run->adam, limen_free_mean(run), gradient);
}

static void step_documents(struct limen_free *run, size_t panel, const float *gradient) {
  limen_panels_step(&run->documents, panel, &run->adam, limen_free_mean(run), gradient);
}

static void step_learned(struct limen_free *run) {
  const struct limen_adam *adam = &run->adam;
  for (size_t i = 0; i < run->settings.loss->learned; i++) {
    double g = run->learned_slope[i], *m = &run->learned_mean[i], *v = &run->learned_square[i];
    *m = adam->beta1 * *m + (1 - adam->beta1) * g;
    *v = adam->beta2 * *v + (1 - adam->beta2) * g * g;
    run->loss.learned[i] -=
        adam->lr * (*m / adam->keep1) / (sqrt(*v / adam->keep2) + adam->epsilon);
  }
}

static double step(struct limen_free *run) {
  const struct limen_free_settings *settings = &run->settings;
  run->decay1 *= settings->beta1;
  run->decay2 *= settings->beta2;
  run->adam = (struct limen_adam){settings->lr,      settings->beta1, settings->beta2,
                                  settings->epsilon, 1 - run->decay1, 1 - run->decay2};
  const double loss = limen_free_evaluate(run, step_queries);
  limen_free_each_documents(run, step_documents);
  step_learned(run);
  return loss;
}

const struct limen_optimizer limen_optimizer_adam = {
    .name = "adam",
    .about = "Adam, rows scaled back to unit length after every step, as Weller et al. train",
    .step = step,
};
