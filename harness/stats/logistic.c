/* Firth's logistic regression on one covariate.
 *
 * The story: look at the data (range, separation); bring x to mean 0 and deviation 1, which leaves
 * the fit unchanged and the numbers tame; climb l* from zero; walk the profile of the half point to
 * both sides; bring everything back to the units of x.
 *
 * The climb solves Firth's modified score equations, sum (s - m p + h (1/2 - p)) (1, z) = 0 with h
 * the leverage of a group, by Newton's method in the form of Kosmidis and Firth (Biometrika 2009):
 * with the leverages held fixed they are the score of s + h/2 successes in m + h trials, whose
 * information is used for the step. The information of the m trials alone was tried first: for
 * single trials its steps are twice too long and the climb oscillates. A step that lowers l* is
 * halved. */
#include "stats/logistic.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/memory.h"
#include "stats/checks.h"

/* The climb converges linearly. Over all samples of 1 to 4 trials at 2 to 5 places the longest took
 * 183 steps, so the limit of 500 is met by nothing but defects. */
const struct limen_logistic_settings limen_logistic_defaults = {
    .confidence = 0.95, .tolerance = 1e-9, .max_iterations = 500};

enum {
  HALVINGS = 60,  /* of a step, until it is lost in the coefficient's rounding */
  BISECTIONS = 80 /* of a bracket whose ends differ by less than 2^80 tolerances */
};
static const double WIDEN = 1.5;      /* growth of the walk's stride along the profile */
static const double FARTHEST = 1e9;   /* standard deviations of x: where the walk gives up */
static const double ROUNDING = 1e-13; /* relative; by how much l* may seem to fall */

struct group {
  double z, trials, successes;
};

struct problem {
  struct group *groups;
  size_t count;
  double mean, deviation; /* x = mean + deviation z */
  double tolerance;
  int max_iterations;
};

/* l* and what a step needs, at (b0, b1). The information is that of (1, z - centre), centre its
 * weighted mean: diagonal, so its determinant is a product without cancellation. */
struct point {
  double b[2];
  double value;             /* l*; -infinity where the information vanishes */
  double centre, info[2];   /* information: of the intercept at the centre, of the slope */
  double score[2], step[3]; /* modified score by (b0, b1); matrix of the step, (00, 01, 11) */
};

static double chance(double eta) {
  return eta < 0 ? exp(eta) / (1 + exp(eta)) : 1 / (1 + exp(-eta));
}

/* ln(1 + e^eta) without overflow. */
static double softplus(double eta) { return fmax(eta, 0) + log1p(exp(-fabs(eta))); }

/* p (1 - p), which keeps its digits where 1 - p would lose them. */
static double spread(double eta) {
  double small = exp(-fabs(eta));
  return small / ((1 + small) * (1 + small));
}

static void evaluate(const struct problem *problem, double b0, double b1, struct point *out) {
  double likelihood = 0, weights = 0, weighted = 0;
  *out = (struct point){.b = {b0, b1}, .value = -INFINITY};
  for (size_t i = 0; i < problem->count; i++) {
    const struct group *group = &problem->groups[i];
    double eta = b0 + b1 * group->z, weight = group->trials * spread(eta);
    /* Two terms of one sign: s eta - m softplus(eta) would lose what is left far from the middle.
     */
    likelihood -= group->successes * softplus(-eta);
    likelihood -= (group->trials - group->successes) * softplus(eta);
    weights += weight;
    weighted += weight * group->z;
  }
  if (!(weights > 0)) return;
  out->centre = weighted / weights;
  out->info[0] = weights;
  for (size_t i = 0; i < problem->count; i++) {
    const struct group *group = &problem->groups[i];
    double z = group->z - out->centre;
    out->info[1] += group->trials * spread(b0 + b1 * group->z) * z * z;
  }
  if (!(out->info[1] > 0)) return;
  out->value = likelihood + 0.5 * (log(out->info[0]) + log(out->info[1]));
  for (size_t i = 0; i < problem->count; i++) {
    const struct group *group = &problem->groups[i];
    double eta = b0 + b1 * group->z, p = chance(eta), z = group->z - out->centre;
    double leverage = group->trials * spread(eta) * (1 / out->info[0] + z * z / out->info[1]);
    double residual = group->successes - group->trials * p + leverage * (0.5 - p);
    double weight = (group->trials + leverage) * spread(eta);
    out->score[0] += residual;
    out->score[1] += residual * group->z;
    out->step[0] += weight;
    out->step[1] += weight * group->z;
    out->step[2] += weight * group->z * group->z;
  }
}

/* The step from `at`, free or along `line` (NULL: free); returns its length in standard errors. */
static double step_from(const struct point *at, const double *line, double step[2]) {
  const double *a = at->step, *u = at->score;
  if (line) {
    double slope = line[0] * u[0] + line[1] * u[1];
    double bend =
        line[0] * line[0] * a[0] + 2 * line[0] * line[1] * a[1] + line[1] * line[1] * a[2];
    step[0] = line[0] * slope / bend;
    step[1] = line[1] * slope / bend;
    return fabs(slope) / sqrt(bend);
  }
  double mean = a[1] / a[0], bend = a[2] - a[1] * mean, rest = u[1] - mean * u[0];
  step[1] = rest / bend;
  step[0] = u[0] / a[0] - mean * step[1];
  return sqrt(u[0] * u[0] / a[0] + rest * rest / bend);
}

/* Climbs l* from the origin, over the plane or along the line through the origin. Returns whether
 * the last step was short enough; the highest point seen is in `out` either way. */
static bool climb(const struct problem *problem, const double *line, struct point *out,
                  int *iterations) {
  evaluate(problem, 0, 0, out);
  for (int i = 0; i < problem->max_iterations; i++) {
    double step[2], length = step_from(out, line, step), part = 1;
    struct point next = {.value = -INFINITY};
    if (!isfinite(length)) return false;
    *iterations = i + 1;
    for (int h = 0; h < HALVINGS; h++, part /= 2) {
      evaluate(problem, out->b[0] + part * step[0], out->b[1] + part * step[1], &next);
      if (next.value >= out->value - ROUNDING * (1 + fabs(out->value))) break;
    }
    if (!(next.value >= out->value - ROUNDING * (1 + fabs(out->value)))) return false;
    *out = next;
    if (length <= problem->tolerance) return true;
  }
  return false;
}

/* Twice the fall of l* from its maximum when the half point is held at z = c. */
static double deviance_at(const struct problem *problem, double best, double c, bool *converged) {
  struct point at;
  int iterations;
  double line[2] = {-c, 1};
  /* A far c makes a long line; its length is no part of the answer, but squares of it overflow. */
  double length = hypot(line[0], line[1]);
  line[0] /= length;
  line[1] /= length;
  *converged &= climb(problem, line, &at, &iterations);
  return 2 * (best - at.value);
}

/* The first c beyond `half` on one side (direction -1 or 1) where the profile has fallen by
 * `allowed`; `stride` is the first step of the walk, a standard error. */
static double crossing(const struct problem *problem, double best, double half, double stride,
                       double direction, double allowed, bool *converged) {
  double inside = half, outside = half + direction * stride;
  double width = stride * problem->tolerance;
  while (deviance_at(problem, best, outside, converged) <= allowed) {
    if (fabs(outside) > FARTHEST) return direction * INFINITY;
    inside = outside;
    stride *= WIDEN;
    outside += direction * stride;
  }
  for (int i = 0; i < BISECTIONS && fabs(outside - inside) > width; i++) {
    double middle = inside + (outside - inside) / 2;
    if (deviance_at(problem, best, middle, converged) <= allowed)
      inside = middle;
    else
      outside = middle;
  }
  return inside + (outside - inside) / 2;
}

static void find_half(const struct problem *problem, const struct point *top, double confidence,
                      struct limen_logistic *out) {
  double c = -top->b[0] / top->b[1], error_1 = 1 / sqrt(top->info[1]);
  /* A slope that is 0 but for the climb's tolerance has no half point. */
  if (!(fabs(top->b[1]) > problem->tolerance * error_1) || !isfinite(c)) return;
  /* Delta method, for the first stride only; (1, z - centre) have independent errors. */
  double along = (c - top->centre) * error_1;
  double stride = sqrt(1 / top->info[0] + along * along) / fabs(top->b[1]);
  double allowed = gsl_cdf_chisq_Pinv(confidence, 1);
  struct point flat;
  int iterations;
  out->converged &= climb(problem, (double[2]){1, 0}, &flat, &iterations);
  double lower = -INFINITY, upper = INFINITY;
  if (2 * (top->value - flat.value) > allowed) {
    lower = crossing(problem, top->value, c, stride, -1, allowed, &out->converged);
    upper = crossing(problem, top->value, c, stride, 1, allowed, &out->converged);
  }
  out->half = (struct limen_interval){.estimate = problem->mean + problem->deviation * c,
                                      .lower = problem->mean + problem->deviation * lower,
                                      .upper = problem->mean + problem->deviation * upper,
                                      .coverage = confidence};
}

static int check_settings(const struct limen_logistic_settings *settings,
                          struct limen_error *error) {
  int status = limen_check_confidence(settings->confidence, error);
  if (status != LIMEN_OK) return status;
  if (!(settings->tolerance > 0 && settings->tolerance <= 0.1))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "a tolerance lies above 0 and is at most 0.1 standard errors; %g was given",
                      settings->tolerance);
  if (settings->max_iterations < 1)
    return LIMEN_FAIL(error, LIMEN_INPUT, "a fit needs at least 1 iteration; %d were allowed",
                      settings->max_iterations);
  return LIMEN_OK;
}

/* Checks the groups and sums them up into `out`: counts, outcome, gap. */
static int look(const struct limen_trials *data, size_t groups, struct limen_logistic *out,
                struct limen_error *error) {
  double win_low = INFINITY, win_high = -INFINITY, lose_low = INFINITY, lose_high = -INFINITY;
  for (size_t i = 0; i < groups; i++) {
    const struct limen_trials *group = &data[i];
    if (group->successes > group->trials)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "group %zu (x = %g) has %zu successes in only %zu trials", i + 1, group->x,
                        group->successes, group->trials);
    if (!isfinite(group->x))
      return LIMEN_FAIL(error, LIMEN_INPUT, "group %zu lies at x = %g, which is not finite", i + 1,
                        group->x);
    if (__builtin_add_overflow(out->trials, group->trials, &out->trials))
      return LIMEN_FAIL(error, LIMEN_INPUT, "the trials of %zu groups are too many to count",
                        i + 1);
    out->successes += group->successes;
    if (group->successes > 0) {
      win_low = fmin(win_low, group->x);
      win_high = fmax(win_high, group->x);
    }
    if (group->successes < group->trials) {
      lose_low = fmin(lose_low, group->x);
      lose_high = fmax(lose_high, group->x);
    }
  }
  if (out->trials == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "no trials were given, at least 1 is needed");
  if (out->successes == out->trials) {
    out->outcome = LIMEN_ALL_SUCCESSES;
  } else if (out->successes == 0) {
    out->outcome = LIMEN_ALL_FAILURES;
  } else if (win_high < lose_low || lose_high < win_low) {
    out->outcome = LIMEN_SEPARATED;
    out->rising = lose_high < win_low;
    out->separated_low = out->rising ? lose_high : win_high;
    out->separated_high = out->rising ? win_low : lose_low;
  }
  return LIMEN_OK;
}

/* Fills `problem` with the groups that have trials; deviation 0 says that all share one x. */
static int standardise(const struct limen_trials *data, size_t groups, size_t trials,
                       struct problem *problem, struct limen_error *error) {
  double total = (double)trials, squares = 0, lowest = INFINITY, highest = -INFINITY;
  problem->groups = limen_alloc(groups, sizeof *problem->groups, error);
  if (!problem->groups) return LIMEN_FAILED;
  for (size_t i = 0; i < groups; i++) {
    if (data[i].trials == 0) continue;
    struct group *group = &problem->groups[problem->count++];
    *group = (struct group){data[i].x, (double)data[i].trials, (double)data[i].successes};
    problem->mean += group->z * (group->trials / total);
    lowest = fmin(lowest, group->z);
    highest = fmax(highest, group->z);
  }
  /* Compared, not computed: the rounding of the mean must not make a spread out of nothing. */
  if (lowest == highest) return LIMEN_OK;
  for (size_t i = 0; i < problem->count; i++) {
    struct group *group = &problem->groups[i];
    group->z -= problem->mean;
    squares += group->z * group->z * (group->trials / total);
  }
  problem->deviation = sqrt(squares);
  if (!isnormal(problem->deviation))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "x from %g to %g has a spread that doubles cannot square; rescale it", lowest,
                      highest);
  for (size_t i = 0; i < problem->count; i++) problem->groups[i].z /= problem->deviation;
  return LIMEN_OK;
}

/* Brings the fit back to the units of x. */
static void report(const struct problem *problem, const struct point *top,
                   struct limen_logistic *out) {
  double shift = problem->mean / problem->deviation; /* z = x / deviation - shift */
  double centre = problem->mean + problem->deviation * top->centre;
  out->slope = top->b[1] / problem->deviation;
  out->intercept = top->b[0] - top->b[1] * shift;
  out->slope_variance = 1 / (top->info[1] * problem->deviation * problem->deviation);
  out->intercept_variance = 1 / top->info[0] + centre * centre * out->slope_variance;
  out->covariance = -centre * out->slope_variance;
  out->penalised = top->value + log(problem->deviation);
}

int limen_logistic_fit(const struct limen_trials *data, size_t groups,
                       const struct limen_logistic_settings *settings, struct limen_logistic *out,
                       struct limen_error *error) {
  struct problem problem = {.tolerance = settings->tolerance,
                            .max_iterations = settings->max_iterations};
  struct point top;
  *out = (struct limen_logistic){.outcome = LIMEN_MIXED,
                                 .separated_low = NAN,
                                 .separated_high = NAN,
                                 .intercept = NAN,
                                 .slope = NAN,
                                 .intercept_variance = NAN,
                                 .slope_variance = NAN,
                                 .covariance = NAN,
                                 .penalised = NAN,
                                 .half = {NAN, NAN, NAN, NAN}};
  int status = check_settings(settings, error);
  if (status == LIMEN_OK) status = look(data, groups, out, error);
  if (status == LIMEN_OK) status = standardise(data, groups, out->trials, &problem, error);
  if (status != LIMEN_OK || problem.deviation == 0) goto done;

  out->fitted = true;
  out->converged = climb(&problem, NULL, &top, &out->iterations);
  report(&problem, &top, out);
  if (out->outcome == LIMEN_MIXED || out->outcome == LIMEN_SEPARATED)
    find_half(&problem, &top, settings->confidence, out);
done:
  limen_free(problem.groups);
  return status;
}

double limen_logistic_chance(const struct limen_logistic *fit, double x) {
  return fit->fitted ? chance(fit->intercept + fit->slope * x) : NAN;
}
