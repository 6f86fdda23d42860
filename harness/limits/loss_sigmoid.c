/* The sigmoid loss: every document is judged alone, relevant or not, by one threshold for all
 * queries (Zhai et al. 2023, arXiv 2303.15343):
 *
 *   loss = sum over j of softplus(-y_j (t s_j + b)),  y_j = 1 where j is relevant, else -1
 *
 * The scale t and the bias b are learned; t as its logarithm, which keeps it above 0. They start at
 * t = 1 / tau and b = -1 / tau, which at tau = 0.1 are the published 10 and -10. A common threshold
 * asks for more than an order does: what it separates is ordered right, not the other way round.
 *
 * The derivative of a relevant document's share is taken from softplus of its own sign, because
 * 1 - sigma drowns in rounding where sigma is near 1. */
#include "limits/loss.h"
#include "limits/loss_passes.h"

enum { LOG_SCALE, BIAS };

/* Sums over documents: of the loss, of its derivative, and of that times the score. */
struct sums {
  limen_lanes loss, slope, slope_score;
};

LIMEN_INLINE void judge(float scale, float bias, float *score, struct sums *sums) {
  limen_lanes s = limen_lanes_load(score), slope;
  sums->loss += limen_loss_softplus(s * scale + bias, &slope);
  sums->slope += slope;
  sums->slope_score += slope * s;
  limen_lanes_store(score, slope * scale);
}

static double panel_loss(const struct limen_loss_settings *settings,
                         struct limen_loss_panel *panel) {
  const size_t n = panel->n, k = panel->k, queries = panel->queries;
  const double scale = exp(settings->learned[LOG_SCALE]), bias = settings->learned[BIAS];
  double loss = 0, slope = 0, slope_score = 0;
  _Alignas(64) float top[LIMEN_PANEL];

  limen_loss_set_aside(panel, top);
  struct sums sums[LIMEN_PANEL / LIMEN_LANES] = {{{0}, {0}, {0}}};
  for (size_t j = 0; j < n; j++) LIMEN_EACH(h, LIMEN_PANEL / LIMEN_LANES)
  judge((float)scale, (float)bias, panel->scores + j * LIMEN_PANEL + h * LIMEN_LANES, &sums[h]);
  LIMEN_EACH(h, LIMEN_PANEL / LIMEN_LANES) {
    loss += (double)limen_lanes_sum(limen_lanes_below(sums[h].loss, h * LIMEN_LANES, queries));
    slope += (double)limen_lanes_sum(limen_lanes_below(sums[h].slope, h * LIMEN_LANES, queries));
    slope_score +=
        (double)limen_lanes_sum(limen_lanes_below(sums[h].slope_score, h * LIMEN_LANES, queries));
  }
  /* softplus(-x) = softplus(x) - x, and its derivative is 1 less. */
  for (size_t i = 0; i < queries; i++)
    for (size_t r = 0; r < k; r++) {
      double s = (double)panel->room[r * LIMEN_PANEL + i], x = scale * s + bias;
      loss -= x;
      slope -= 1;
      slope_score -= s;
      *limen_loss_relevant(panel, i, r) = (float)(-scale / (1 + exp(x)));
    }
  panel->learned_slope[LOG_SCALE] = slope_score * scale;
  panel->learned_slope[BIAS] = slope;
  return loss;
}

static void start(struct limen_loss_settings *settings) {
  settings->learned[LOG_SCALE] = -log(settings->tau);
  settings->learned[BIAS] = -1 / settings->tau;
}

const struct limen_loss limen_loss_sigmoid = {
    .name = "sigmoid",
    .about =
        "sum over documents of softplus(-y (t q.v + b)), y = 1 or -1, t and b learned from "
        "1 / tau and -1 / tau on",
    .panel = panel_loss,
    .learned = 2,
    .start = start,
};
