/* InfoNCE as Weller et al. 2025 train it: the mean over a query's relevant documents of
 * -log softmax(score / tau), the softmax taken over all n documents.
 *
 *   loss = (1/k) sum over relevant i of (lse - s_i / tau),  lse = log sum_j exp(s_j / tau)
 *   d loss / d s_j = (p_j - [j relevant] / k) / tau,        p_j = exp(s_j / tau - lse)
 *
 * Relevant documents share the softmax, so the least loss is ln k, not 0. (The paper's footnote
 * prints the log of the sum over the relevant documents; its code, followed here, takes the mean of
 * the logs.)
 *
 * Three passes over a panel that lies in the first-level cache: each query's highest score, the
 * exponentials and their sum, the division by that sum. The maximum is subtracted, not a bound of
 * it: at tau = 0.005 scores span 400 units of the exponent, more than a float holds. */
#include "limits/loss.h"
#include "limits/loss_passes.h"

static double panel_loss(const struct limen_loss_settings *settings,
                         struct limen_loss_panel *panel) {
  const size_t n = panel->n, k = panel->k, queries = panel->queries;
  const float tau = (float)settings->tau, per_document = (float)(1 / (settings->tau * (double)k));
  _Alignas(64) float top[LIMEN_PANEL], sum[LIMEN_PANEL], below[LIMEN_PANEL] = {0};
  _Alignas(64) float factor[LIMEN_PANEL];

  limen_loss_highest(n, panel->scores, top);
  for (size_t i = 0; i < queries; i++)
    for (size_t r = 0; r < k; r++) below[i] += top[i] - *limen_loss_relevant(panel, i, r);
  limen_loss_exponentials(n, (float)(LIMEN_LOG2_E / settings->tau), top, panel->scores, sum);
  for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES)
    limen_lanes_store(factor + half, 1.0f / (tau * limen_lanes_load(sum + half)));
  limen_loss_scale(n, factor, panel->scores);
  for (size_t i = 0; i < queries; i++)
    for (size_t r = 0; r < k; r++) *limen_loss_relevant(panel, i, r) -= per_document;

  limen_lanes loss = limen_lanes_all(0);
  for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES)
    loss += limen_lanes_below(limen_lanes_log2(limen_lanes_load(sum + half)) * (float)LIMEN_LN_2 +
                                  limen_lanes_load(below + half) * per_document,
                              half, queries);
  return (double)limen_lanes_sum(loss);
}

const struct limen_loss limen_loss_infonce = {
    .name = "infonce",
    .about = "mean over relevant documents of -log softmax(q.v / tau), as Weller et al. train",
    .panel = panel_loss,
};
