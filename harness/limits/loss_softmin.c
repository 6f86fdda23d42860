/* The soft minimum of the margins between a query's relevant and its other documents:
 *
 *   loss = ln(1 + Z),  Z = sum over relevant i and others j of exp(-(s_i - s_j) / tau)
 *
 * Z is a product, (sum_i exp(-s_i / tau)) (sum_j exp(s_j / tau)), so the k (n - k) margins cost one
 * pass over n scores. The least margin decides both ways: a query that fails weighs 1 / tau
 * whatever it lacks, and one that is right by far weighs exp(-margin / tau). Where all are right
 * ln(1 + Z) is about Z, and the mean over queries is the soft minimum of all margins of all
 * queries: the worst one, which decides success. Unlike InfoNCE it does not ask relevant documents
 * to score alike, only high.
 *
 *   d loss / d s_j = w b_j / tau,  d loss / d s_i = -w a_i / tau,  w = Z / (1 + Z)
 *
 * with a and b the softmax of -s / tau over the relevant and of s / tau over the others. With no
 * others there is nothing to lose: the loss is 0. */
#include "limits/loss.h"
#include "limits/loss_passes.h"

static double panel_loss(const struct limen_loss_settings *settings,
                         struct limen_loss_panel *panel) {
  const size_t n = panel->n, k = panel->k, queries = panel->queries;
  const float per_tau = (float)(1 / settings->tau), scale = (float)(LIMEN_LOG2_E / settings->tau);
  _Alignas(64) float top[LIMEN_PANEL], sum[LIMEN_PANEL], least[LIMEN_PANEL];
  _Alignas(64) float own_sum[LIMEN_PANEL], weight[LIMEN_PANEL], factor[LIMEN_PANEL];

  if (k == n) {
    memset(panel->scores, 0, n * LIMEN_PANEL * sizeof *panel->scores);
    return 0;
  }
  limen_loss_hide(panel, least);
  limen_loss_highest(n, panel->scores, top);
  limen_loss_exponentials(n, scale, top, panel->scores, sum);
  limen_loss_exponentials(k, -scale, least, panel->room, own_sum);

  limen_lanes loss = limen_lanes_all(0);
  for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES) {
    limen_lanes b = limen_lanes_load(sum + half), a = limen_lanes_load(own_sum + half), w;
    limen_lanes z = (limen_lanes_load(top + half) - limen_lanes_load(least + half)) * per_tau +
                    limen_lanes_log2(a * b) * (float)LIMEN_LN_2;
    loss += limen_lanes_below(limen_loss_softplus(z, &w), half, queries);
    limen_lanes_store(factor + half, w / b * per_tau);
    limen_lanes_store(weight + half, w / a * per_tau);
  }
  limen_loss_scale(n, factor, panel->scores);
  for (size_t i = 0; i < queries; i++)
    for (size_t r = 0; r < k; r++)
      *limen_loss_relevant(panel, i, r) = -weight[i] * panel->room[r * LIMEN_PANEL + i];
  return (double)limen_lanes_sum(loss);
}

static double of_gap(const struct limen_loss_settings *settings, double gap, double *slope) {
  double x = -gap / settings->tau, e = exp(-fabs(x));
  *slope = -(x > 0 ? 1 : e) / (1 + e) / settings->tau;
  return fmax(x, 0) + log1p(e);
}

const struct limen_loss limen_loss_softmin = {
    .name = "softmin",
    .about =
        "ln(1 + sum over relevant i, others j of exp(-(q.v_i - q.v_j) / tau)): a soft minimum "
        "of the margins",
    .panel = panel_loss,
    .of_gap = of_gap,
};
