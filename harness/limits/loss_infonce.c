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
 * it: at tau = 0.005 scores span 400 units of the exponent, more than a float holds. The sums of
 * two registers of queries are taken side by side because each waits for the one before it. */
#include "limits/loss.h"
#include "limits/panels.h"

static void highest_scores(size_t n, const float *scores, float *top) {
  limen_lanes a = limen_lanes_load(scores), b = limen_lanes_load(scores + LIMEN_LANES);
  for (const float *at = scores; at < scores + n * LIMEN_PANEL; at += LIMEN_PANEL) {
    a = limen_lanes_max(limen_lanes_load(at), a);
    b = limen_lanes_max(limen_lanes_load(at + LIMEN_LANES), b);
  }
  limen_lanes_store(top, a);
  limen_lanes_store(top + LIMEN_LANES, b);
}

/* Scores become 2^(scale (score - top)); `sum` receives each query's sum of them. */
static void exponentials(size_t n, float scale, const float *top, float *scores, float *sum) {
  limen_lanes top_a = limen_lanes_load(top), top_b = limen_lanes_load(top + LIMEN_LANES);
  limen_lanes a = limen_lanes_all(0), b = a;
  for (float *at = scores; at < scores + n * LIMEN_PANEL; at += LIMEN_PANEL) {
    limen_lanes x = limen_lanes_exp2((limen_lanes_load(at) - top_a) * scale);
    limen_lanes y = limen_lanes_exp2((limen_lanes_load(at + LIMEN_LANES) - top_b) * scale);
    limen_lanes_store(at, x);
    limen_lanes_store(at + LIMEN_LANES, y);
    a += x;
    b += y;
  }
  limen_lanes_store(sum, a);
  limen_lanes_store(sum + LIMEN_LANES, b);
}

static void divide(size_t n, float tau, const float *sum, float *scores) {
  limen_lanes a = 1.0f / (tau * limen_lanes_load(sum));
  limen_lanes b = 1.0f / (tau * limen_lanes_load(sum + LIMEN_LANES));
  for (float *at = scores; at < scores + n * LIMEN_PANEL; at += LIMEN_PANEL) {
    limen_lanes_store(at, limen_lanes_load(at) * a);
    limen_lanes_store(at + LIMEN_LANES, limen_lanes_load(at + LIMEN_LANES) * b);
  }
}

static double panel(const struct limen_loss_settings *settings, size_t queries, size_t n, size_t k,
                    const uint32_t *relevant, float *scores) {
  const double log2_e = 1.4426950408889634, ln_2 = 0.6931471805599453;
  const float tau = (float)settings->tau, per_document = (float)(1 / (settings->tau * (double)k));
  _Alignas(64) float top[LIMEN_PANEL], sum[LIMEN_PANEL], below[LIMEN_PANEL] = {0};

  highest_scores(n, scores, top);
  for (size_t i = 0; i < queries; i++)
    for (size_t r = i * k; r < i * k + k; r++)
      below[i] += top[i] - scores[relevant[r] * LIMEN_PANEL + i];
  exponentials(n, (float)(log2_e / settings->tau), top, scores, sum);
  divide(n, tau, sum, scores);
  for (size_t i = 0; i < queries; i++)
    for (size_t r = i * k; r < i * k + k; r++)
      scores[relevant[r] * LIMEN_PANEL + i] -= per_document;

  limen_lanes loss = limen_lanes_all(0);
  for (size_t half = 0; half < LIMEN_PANEL; half += LIMEN_LANES)
    loss += limen_lanes_below(limen_lanes_log2(limen_lanes_load(sum + half)) * (float)ln_2 +
                                  limen_lanes_load(below + half) * per_document,
                              half, queries);
  return (double)limen_lanes_sum(loss);
}

const struct limen_loss limen_loss_infonce = {
    .name = "infonce",
    .about = "mean over relevant documents of -log softmax(q.v / tau), as Weller et al. train",
    .panel = panel,
};
