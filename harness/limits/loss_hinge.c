/* The hinge: every relevant document is to score above every other one by a margin, which is tau.
 *
 *   loss = (1/k) sum over relevant i and others j of max(0, tau - (s_i - s_j))
 *
 * Derivatives are counts: each pair that is short of the margin pulls one score down and pushes one
 * up, by 1/k, however much it lacks. */
#include "limits/loss.h"
#include "limits/loss_passes.h"

/* Scores of one document, all lanes: how far each relevant document falls short of it. The first k
 * rows of `room` hold s_i - tau, the next k count the pairs that are short. */
LIMEN_INLINE limen_lanes short_of(size_t k, float *room, size_t half, float *score) {
  limen_lanes s = limen_lanes_load(score + half), sum = limen_lanes_all(0), pairs = sum;
  const limen_lanes one = limen_lanes_all(1), none = limen_lanes_all(0);
  for (size_t r = 0; r < k; r++) {
    float *count = room + (k + r) * LIMEN_PANEL + half;
    limen_lanes lack = s - limen_lanes_load(room + r * LIMEN_PANEL + half);
    limen_lanes is_short = limen_loss_choose(lack > none, one, none);
    limen_lanes_store(count, limen_lanes_load(count) + is_short);
    pairs += is_short;
    sum += limen_lanes_max(lack, none);
  }
  limen_lanes_store(score + half, pairs * (1.0f / (float)k));
  return sum;
}

static double panel_loss(const struct limen_loss_settings *settings,
                         struct limen_loss_panel *panel) {
  const size_t n = panel->n, k = panel->k, queries = panel->queries;
  float *room = panel->room;
  _Alignas(64) float least[LIMEN_PANEL];
  limen_lanes sums[LIMEN_PANEL / LIMEN_LANES] = {{0}};

  limen_loss_hide(panel, least);
  for (size_t i = 0; i < k * LIMEN_PANEL; i++) room[i] -= (float)settings->tau;
  memset(room + k * LIMEN_PANEL, 0, k * LIMEN_PANEL * sizeof *room);
  for (size_t j = 0; j < n; j++) LIMEN_EACH(h, LIMEN_PANEL / LIMEN_LANES)
  sums[h] += short_of(k, room, h * LIMEN_LANES, panel->scores + j * LIMEN_PANEL);
  for (size_t i = 0; i < queries; i++)
    for (size_t r = 0; r < k; r++)
      *limen_loss_relevant(panel, i, r) = -room[(k + r) * LIMEN_PANEL + i] / (float)k;

  double loss = 0;
  LIMEN_EACH(h, LIMEN_PANEL / LIMEN_LANES)
  loss += (double)limen_lanes_sum(limen_lanes_below(sums[h], h * LIMEN_LANES, queries));
  return loss / (double)k;
}

static double of_gap(const struct limen_loss_settings *settings, double gap, double *slope) {
  *slope = gap < settings->tau ? -1 : 0;
  return fmax(0, settings->tau - gap);
}

const struct limen_loss limen_loss_hinge = {
    .name = "hinge",
    .about =
        "mean over relevant i of the sum over others j of max(0, tau - (q.v_i - q.v_j)): tau "
        "is the margin asked for",
    .panel = panel_loss,
    .of_gap = of_gap,
};
