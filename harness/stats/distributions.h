/* Quantiles and tails that GSL has not, or not reliably. */
#ifndef LIMEN_STATS_DISTRIBUTIONS_H
#define LIMEN_STATS_DISTRIBUTIONS_H

/* The x with P(F > x) = tail, tail in (0, 1), for degrees of freedom > 0; `below` may be HUGE_VAL.
 * GSL's own inverse returns NaN for (1, 999), tail 0.025, and many others with hundreds of degrees
 * of freedom; its distribution function is sound while the smaller one is at most 200,000. */
double limen_f_quantile(double tail, double above, double below);

/* P(|T| >= |t|) of Student's t; NaN for a t that is not a number. */
double limen_t_two_sided(double t, double degrees);

/* Half the width of a two-sided interval around an estimate with this standard error. */
double limen_t_half_width(double confidence, double degrees, double se);

#endif
