#include "report/plot_axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Differences and squares of larger values overflow inside gnuplot. */
static const double HUGE_MOST = 1e150;

bool limen_axis_shows(enum limen_scale scale, double value) {
  if (!isfinite(value) || fabs(value) > HUGE_MOST) return false;
  if (scale == LIMEN_LOG) return value >= 1 / HUGE_MOST;
  if (scale == LIMEN_LOGIT) return value >= 0 && value <= 1;
  return true;
}

void limen_range_add(struct limen_range *range, enum limen_scale scale, double value) {
  if (!limen_axis_shows(scale, value)) return;
  bool first = range->count == 0 || range->low > range->high;
  if (range->count == 0) range->low = 1, range->high = 0; /* empty until something comes */
  range->count++;
  if (value != floor(value)) range->fractional = true;
  if (scale == LIMEN_LOGIT && (value == 0 || value == 1)) {
    *(value == 0 ? &range->zero : &range->one) = true;
    return;
  }
  if (first || value < range->low) range->low = value;
  if (first || value > range->high) range->high = value;
}

/* ---- labels ---- */

static void put_superscript(char *out, size_t size, int power) {
  static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  char plain[16];
  snprintf(plain, sizeof plain, "%d", power);
  out[0] = '\0';
  for (const char *at = plain; *at; at++) {
    const char *next = *at == '-' ? "⁻" : digits[*at - '0'];
    if (strlen(out) + strlen(next) < size) memcpy(out + strlen(out), next, strlen(next) + 1);
  }
}

static void put_power(struct limen_tic *tic) {
  if (tic->at == 0) {
    snprintf(tic->label, sizeof tic->label, "0");
    return;
  }
  int power = (int)floor(log10(fabs(tic->at)) + 1e-9);
  double front = tic->at / pow(10, power);
  char raised[20];
  put_superscript(raised, sizeof raised, power);
  if (fabs(front - 1) < 1e-9)
    snprintf(tic->label, sizeof tic->label, "10%s", raised);
  else
    snprintf(tic->label, sizeof tic->label, "%.4g·10%s", front, raised);
}

/* "20k", "1M", "2.5B": short, and read at a glance by those who count documents. */
static void put_short(struct limen_tic *tic, double unit_of) {
  static const struct {
    double unit;
    const char *sign;
  } units[] = {{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}, {1, ""}};
  size_t i = 0;
  while (i < 4 && fabs(unit_of) < units[i].unit * (1 - 1e-9)) i++;
  if (tic->at == 0) i = 4;
  snprintf(tic->label, sizeof tic->label, "%.6g%s", tic->at / units[i].unit, units[i].sign);
}

static void label_log(struct limen_axis *axis) {
  double low = INFINITY, high = 0;
  for (size_t i = 0; i < axis->n_tics; i++) {
    if (axis->tic[i].minor) continue;
    low = fmin(low, axis->tic[i].at);
    high = fmax(high, axis->tic[i].at);
  }
  for (size_t i = 0; i < axis->n_tics; i++) {
    struct limen_tic *tic = &axis->tic[i];
    if (tic->minor) continue;
    if (low < 0.00099 || high > 1.1e15)
      put_power(tic);
    else if (high < 9999)
      snprintf(tic->label, sizeof tic->label, "%.6g", tic->at);
    else
      put_short(tic, tic->at);
  }
}

static void label_linear(struct limen_axis *axis, double step) {
  double largest = fmax(fabs(axis->min), fabs(axis->max));
  int decimals = 0;
  for (double whole = step; decimals < 12 && fabs(whole - round(whole)) > 1e-6 * whole; whole *= 10)
    decimals++;
  for (size_t i = 0; i < axis->n_tics; i++) {
    struct limen_tic *tic = &axis->tic[i];
    if (fabs(tic->at) < step * 1e-6) tic->at = 0; /* also the negative zero */
    if (largest >= 1e15 || (largest < 1e-4 && largest > 0))
      put_power(tic);
    else if (largest >= 1e5 && step >= 100)
      put_short(tic, largest);
    else
      snprintf(tic->label, sizeof tic->label, "%.*f", decimals, tic->at);
  }
}

/* ---- tics ---- */

static void add_tic(struct limen_axis *axis, double at, bool minor) {
  if (axis->n_tics == LIMEN_TICS_MOST) return;
  axis->tic[axis->n_tics++] = (struct limen_tic){.at = at, .minor = minor};
}

/* The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `value`; without 2.5 when the
 * tics have to be whole. */
static double nice_above(double value, bool whole) {
  double base = pow(10, floor(log10(value)));
  for (size_t i = 0; i < 5; i++) {
    static const double fronts[] = {1, 2, 2.5, 5, 10};
    if (whole && i == 2) continue;
    if (fronts[i] * base >= value * (1 - 1e-9)) return fronts[i] * base;
  }
  return 10 * base;
}

static void linear_tics(struct limen_axis *axis, bool whole, size_t most) {
  double step = nice_above((axis->max - axis->min) / (double)most, whole);
  if (whole && step < 1) step = 1;
  double slack = step * 1e-6, first = ceil((axis->min - slack) / step);
  for (size_t i = 0; i <= 2 * most; i++) {
    double at = (first + (double)i) * step;
    if (at > axis->max + slack) break;
    add_tic(axis, at, false);
  }
  label_linear(axis, step);
}

static void log_tics(struct limen_axis *axis, size_t most) {
  /* Which multiples of a power of ten carry a label, from many to few. The first two crowd together
   * towards the next power, so they count for more labels than they have. */
  static const struct {
    double per_decade;
    const char *digits;
  } ladder[] = {{13, "123456789"}, {7.6, "1234568"}, {5, "12357"}, {3, "125"}, {2, "13"}, {1, "1"}};
  double from = log10(axis->min), to = log10(axis->max), decades = to - from;
  if (decades < 0.45) {
    linear_tics(axis, false, most);
    return;
  }
  size_t rung = 0;
  while (rung < 5 && ladder[rung].per_decade * decades > (double)most) rung++;
  int every = (int)ceil(decades / (double)most);
  if (every < 1) every = 1;
  for (int power = (int)floor(from); power <= (int)floor(to); power++) {
    for (int digit = '1'; digit <= '9'; digit++) {
      double at = (digit - '0') * pow(10, power);
      if (at < axis->min * (1 - 1e-9) || at > axis->max * (1 + 1e-9)) continue;
      bool labelled = strchr(ladder[rung].digits, digit) && ((power % every) + every) % every == 0;
      if (labelled || (decades < 7 || digit == '1')) add_tic(axis, at, !labelled);
    }
  }
  label_log(axis);
}

/* ---- ends ---- */

static void fit_linear(struct limen_axis *axis, const struct limen_range *range) {
  double low = range->low, high = range->high, width = high - low;
  if (!(width > 1e-12 * fmax(fabs(low), fabs(high)))) width = fabs(low) > 0 ? fabs(low) / 2 : 1;
  if (width < 1 / HUGE_MOST) width = 1; /* too small for any tic to be told from its neighbour */
  /* Counts and rates are read against zero when zero is near. */
  bool from_zero = low >= 0 && low <= 0.4 * high;
  axis->min = from_zero ? 0 : low - 0.05 * width;
  axis->max = high + 0.05 * width;
  if (low == high) axis->min = from_zero ? 0 : low - width, axis->max = high + width;
  if (low >= 0 && axis->min < 0 && low != high) axis->min = 0;
}

static void fit_log(struct limen_axis *axis, const struct limen_range *range) {
  double factor = pow(range->high / range->low, 0.04);
  if (range->high < range->low * 1.0001) factor = 2;
  axis->min = range->low / factor;
  axis->max = range->high * factor;
}

static double logit(double p) { return log(p / (1 - p)); }
static double share(double t) { return t > 0 ? 1 / (1 + exp(-t)) : exp(t) / (1 + exp(t)); }

/* The shares that tics stand at. The minor ones give an axis closer ends, and are tics themselves
 * only where there are few others. */
static const struct {
  double at;
  const char *label;
  bool minor;
} shares[] = {{1e-6, "10⁻⁶", false},
              {1e-5, "10⁻⁵", false},
              {.0001, ".0001", false},
              {.001, ".001", false},
              {.005, ".005", true},
              {.01, ".01", false},
              {.02, ".02", true},
              {.05, ".05", false},
              {.1, ".1", false},
              {.2, ".2", false},
              {.3, ".3", true},
              {.4, ".4", true},
              {.5, ".5", false},
              {.6, ".6", true},
              {.7, ".7", true},
              {.8, ".8", false},
              {.85, ".85", true},
              {.9, ".9", false},
              {.95, ".95", false},
              {.98, ".98", true},
              {.99, ".99", false},
              {.995, ".995", true},
              {.998, ".998", true},
              {.999, ".999", false},
              {.9999, ".9999", false},
              {1 - 1e-5, ".99999", false},
              {1 - 1e-6, ".999999", false}};
enum { SHARES = sizeof shares / sizeof *shares };

/* The ends go to the next known share; exact zeros and ones, which are infinitely far away, are
 * pinned a little beyond and labelled as what they are. */
static void fit_logit(struct limen_axis *axis, const struct limen_range *range, double from,
                      double to) {
  bool empty = range->count == 0 || !(range->low <= range->high);
  double low = empty ? .05 : range->low, high = empty ? .95 : range->high;
  size_t first = 0, last = SHARES - 1;
  while (first + 2 < SHARES && shares[first + 1].at <= low) first++;
  while (last > first + 1 && shares[last - 1].at >= high) last--;
  axis->min = shares[first].at, axis->max = shares[last].at;
  if (from > 0 && from < 1) axis->min = from;
  if (to > axis->min && to < 1) axis->max = to;
  if (!(axis->min < axis->max)) axis->min = .001, axis->max = .999;
  double gap = fmax(0.09 * (logit(axis->max) - logit(axis->min)), 0.4);
  bool pin_low = (range->zero && !(from > 0)) || from == 0;
  bool pin_high = (range->one && !(to < 1)) || to == 1;
  double inner_low = axis->min, inner_high = axis->max;
  if (pin_low) axis->min = share(logit(inner_low) - gap);
  if (pin_high) axis->max = share(logit(inner_high) + gap);
  if (pin_low) add_tic(axis, axis->min, false), snprintf(axis->tic[0].label, LIMEN_TIC_LABEL, "0");
  size_t main_tics = 0;
  for (size_t i = 0; i < SHARES; i++)
    main_tics += !shares[i].minor && shares[i].at >= inner_low && shares[i].at <= inner_high;
  for (size_t i = 0; i < SHARES; i++) {
    if (shares[i].at < inner_low * (1 - 1e-9) || shares[i].at > inner_high * (1 + 1e-12)) continue;
    if (shares[i].minor && main_tics > 4) continue;
    add_tic(axis, shares[i].at, false);
    snprintf(axis->tic[axis->n_tics - 1].label, LIMEN_TIC_LABEL, "%s", shares[i].label);
  }
  if (pin_high) {
    add_tic(axis, axis->max, false);
    snprintf(axis->tic[axis->n_tics - 1].label, LIMEN_TIC_LABEL, "1");
  }
}

void limen_axis_fit(struct limen_axis *axis, enum limen_scale scale,
                    const struct limen_range *range, double from, double to, size_t most) {
  *axis = (struct limen_axis){.scale = scale};
  if (scale == LIMEN_LOGIT) {
    fit_logit(axis, range, from, to);
    return;
  }
  struct limen_range known = *range;
  bool none = known.count == 0;
  bool has_from = limen_axis_shows(scale, from), has_to = limen_axis_shows(scale, to);
  if (none) {
    known.low = scale == LIMEN_LOG ? 1 : 0;
    known.high = scale == LIMEN_LOG ? 10 : 1;
  }
  (scale == LIMEN_LOG ? fit_log : fit_linear)(axis, &known);
  if (has_from) axis->min = from;
  if (has_to) axis->max = to;
  if (!(axis->min < axis->max)) {
    /* Ends that contradict each other or lie beyond all data: keep the given one. */
    double kept = has_from ? axis->min : axis->max;
    known.low = known.high = kept;
    (scale == LIMEN_LOG ? fit_log : fit_linear)(axis, &known);
  }
  if (scale == LIMEN_LOG)
    log_tics(axis, most);
  else
    linear_tics(axis, !range->fractional && range->count > 0, most);
}

double limen_axis_map(const struct limen_axis *axis, double value) {
  if (axis->scale == LIMEN_LOG) return log10(value);
  if (axis->scale == LIMEN_LOGIT) return logit(fmin(fmax(value, axis->min), axis->max));
  return value;
}

double limen_axis_fraction(const struct limen_axis *axis, double value) {
  double low = limen_axis_map(axis, axis->min), high = limen_axis_map(axis, axis->max);
  return (limen_axis_map(axis, value) - low) / (high - low);
}
