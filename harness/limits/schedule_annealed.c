/* Annealing: a soft loss sees all documents and finds its way to a good arrangement, a hard one
 * sees only the nearest wrong ones and ends up where the margins are least bad. Each factor of the
 * temperature gets the same number of steps. */
#include <math.h>

#include "limits/schedule.h"

static double tau(const struct limen_schedule_settings *settings, size_t step) {
  if (step >= settings->steps) return settings->tau;
  double progress = (double)step / (double)settings->steps;
  return settings->tau_start * pow(settings->tau / settings->tau_start, progress);
}

const struct limen_schedule limen_schedule_annealed = {
    .name = "annealed",
    .about = "geometrically from tau_start to tau in anneal_steps steps, then tau",
    .tau = tau,
};
