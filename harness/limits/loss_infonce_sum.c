/* InfoNCE with the log of the sum over the relevant documents, as the footnote of Weller et al.
 * 2025 prints it (their code takes the mean of logs, loss_infonce.c):
 *
 *   loss = lse - lse over relevant i of s_i / tau,       lse = log sum_j exp(s_j / tau)
 *   d loss / d s_j = (p_j - [j relevant] r_j) / tau,     p_j = exp(s_j / tau - lse)
 *
 * with r the softmax over the relevant documents alone. Its least value is 0, and one relevant
 * document far above all others reaches it: the loss asks that some relevant document be first, not
 * that all k be on top. */
#include "limits/loss.h"
#include "limits/loss_passes.h"

static double panel_loss(const struct limen_loss_settings *settings,
                         struct limen_loss_panel *panel) {
  const size_t n = panel->n, k = panel->k, queries = panel->queries;
  const float tau = (float)settings->tau;
  _Alignas(64) float top[LIMEN_PANEL], sum[LIMEN_PANEL], own_top[LIMEN_PANEL] = {0};
  _Alignas(64) float own_sum[LIMEN_PANEL], factor[LIMEN_PANEL];

  limen_loss_highest(n, panel->scores, top);
  limen_loss_exponentials(k, (float)(LIMEN_LOG2_E / settings->tau),
                          limen_loss_set_aside(panel, own_top), panel->room, own_sum);
  limen_loss_exponentials(n, (float)(LIMEN_LOG2_E / settings->tau), top, panel->scores, sum);
  for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES)
    limen_lanes_store(factor + half, 1.0f / (tau * limen_lanes_load(sum + half)));
  limen_loss_scale(n, factor, panel->scores);
  for (size_t i = 0; i < queries; i++)
    for (size_t r = 0; r < k; r++)
      *limen_loss_relevant(panel, i, r) -= panel->room[r * LIMEN_PANEL + i] / (tau * own_sum[i]);

  limen_lanes loss = limen_lanes_all(0);
  for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES) {
    limen_lanes ratio = limen_lanes_load(sum + half) / limen_lanes_load(own_sum + half);
    limen_lanes below = limen_lanes_load(top + half) - limen_lanes_load(own_top + half);
    loss +=
        limen_lanes_below(limen_lanes_log2(ratio) * (float)LIMEN_LN_2 + below / tau, half, queries);
  }
  return (double)limen_lanes_sum(loss);
}

const struct limen_loss limen_loss_infonce_sum = {
    .name = "infonce_sum",
    .about =
        "-log of the sum over relevant documents of softmax(q.v / tau), as Weller et al. print",
    .panel = panel_loss,
};
