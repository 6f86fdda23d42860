/* Models that are linear in their parameters go to GSL's multifit (singular values); the others to
 * its Levenberg-Marquardt solver with their own derivatives. Whether that one has arrived is judged
 * here, by the size of the step that is left: its own statuses call a start on the solution, which
 * cannot be improved, a failure. */
#include "stats/curve_solve.h"

#include <float.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_vector.h>
#include <math.h>

#include "base/memory.h"

enum { STEPS_MAX = 1000 };
static const double SOLVER_TOLERANCE = 1e-12; /* of the solver: relative, parameters and gradient */
static const double STEP_LEFT = 1e-5;         /* in standard errors: what counts as converged */
static const double EXACT = 64 * DBL_EPSILON; /* residuals this small are rounding; |v| <= 1 */

struct points {
  const struct limen_curve *curve;
  const double *u, *v;
  size_t n;
};

static int residuals(const gsl_vector *w, void *opaque, gsl_vector *out) {
  const struct points *points = opaque;
  for (size_t i = 0; i < points->n; i++)
    gsl_vector_set(out, i,
                   points->curve->value(points->curve, w->data, points->u[i], NULL) - points->v[i]);
  return GSL_SUCCESS;
}

static int derivatives(const gsl_vector *w, void *opaque, gsl_matrix *out) {
  const struct points *points = opaque;
  for (size_t i = 0; i < points->n; i++)
    points->curve->value(points->curve, w->data, points->u[i], gsl_matrix_ptr(out, i, 0));
  return GSL_SUCCESS;
}

static int solve_linear(const struct points *points, struct limen_curve_fit *out,
                        struct limen_error *error) {
  size_t n = points->n, p = points->curve->parameters;
  int status = LIMEN_FAILED;
  double *design = limen_alloc(n, p * sizeof *design, error);
  gsl_multifit_linear_workspace *work = NULL;
  if (!design) goto done;
  work = gsl_multifit_linear_alloc(n, p);
  if (!work) {
    LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a fit of %zu points", n);
    goto done;
  }
  gsl_matrix_view rows = gsl_matrix_view_array(design, n, p);
  gsl_matrix_view covariance = gsl_matrix_view_array(out->working_covariance, p, p);
  gsl_vector_view w = gsl_vector_view_array(out->working, p);
  gsl_vector_const_view v = gsl_vector_const_view_array(points->v, n);
  /* The derivatives do not depend on w, which is still zero. */
  derivatives(&w.vector, (void *)points, &rows.matrix);
  int answer =
      gsl_multifit_linear(&rows.matrix, &v.vector, &w.vector, &covariance.matrix, &out->rss, work);
  if (answer != GSL_SUCCESS) {
    LIMEN_FAIL(error, LIMEN_FAILED, "the fit of a %s failed inside GSL: %s", points->curve->noun,
               gsl_strerror(answer));
    goto done;
  }
  out->converged = true;
  status = LIMEN_OK;
done:
  if (work) gsl_multifit_linear_free(work);
  limen_free(design);
  return status;
}

/* The step that Gauss and Newton would still take, in standard errors: sqrt(g' (J'J)^-1 g) / s. */
static bool arrived(const gsl_multifit_nlinear_workspace *work, const double *inverse, size_t n,
                    size_t p, double rss) {
  double left = 0, variance = rss / (double)(n - p);
  if (rss <= (double)n * EXACT * EXACT) return true;
  for (size_t i = 0; i < p; i++) {
    if (!(inverse[i * p + i] > 0)) return false; /* GSL zeroes the columns of undetermined ones */
    for (size_t j = 0; j < p; j++)
      left += gsl_vector_get(work->g, i) * inverse[i * p + j] * gsl_vector_get(work->g, j);
  }
  return left <= STEP_LEFT * STEP_LEFT * variance;
}

static int solve_nonlinear(struct points *points, struct limen_curve_fit *out,
                           struct limen_error *error) {
  const struct limen_curve *curve = points->curve;
  size_t n = points->n, p = curve->parameters;
  gsl_vector_view w = gsl_vector_view_array(out->working, p);
  gsl_matrix_view inverse = gsl_matrix_view_array(out->working_covariance, p, p);
  gsl_multifit_nlinear_fdf functions = {
      .f = residuals, .df = derivatives, .n = n, .p = p, .params = points};
  gsl_multifit_nlinear_parameters settings = gsl_multifit_nlinear_default_parameters();
  gsl_multifit_nlinear_workspace *work = NULL;
  int info, status = curve->start(curve, points->u, points->v, n, out->working, error);
  if (status != LIMEN_OK) goto done;

  work = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &settings, n, p);
  if (!work || gsl_multifit_nlinear_init(&w.vector, &functions, work) != GSL_SUCCESS) {
    status = LIMEN_FAIL(error, LIMEN_FAILED, "the fit of a %s to %zu points failed inside GSL",
                        curve->noun, n);
    goto done;
  }
  gsl_multifit_nlinear_driver(STEPS_MAX, SOLVER_TOLERANCE, SOLVER_TOLERANCE, 0, NULL, NULL, &info,
                              work);
  gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(work), 0, &inverse.matrix);
  gsl_vector_memcpy(&w.vector, gsl_multifit_nlinear_position(work));
  out->iterations = (int)gsl_multifit_nlinear_niter(work);
  for (size_t i = 0; i < n; i++) {
    double residual = gsl_vector_get(gsl_multifit_nlinear_residual(work), i);
    out->rss += residual * residual;
  }
  out->converged = arrived(work, out->working_covariance, n, p, out->rss);
  gsl_matrix_scale(&inverse.matrix, out->rss / (double)(n - p));
done:
  if (work) gsl_multifit_nlinear_free(work);
  return status;
}

int limen_curve_solve(const struct limen_curve *curve, const double *u, const double *v, size_t n,
                      struct limen_curve_fit *out, struct limen_error *error) {
  struct points points = {curve, u, v, n};
  return curve->start ? solve_nonlinear(&points, out, error) : solve_linear(&points, out, error);
}
