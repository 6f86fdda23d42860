/* Student's t for means of skewed values.
 *
 * The mean of few rare losses is skewed, and t then passes too often on one side and alarms too
 * rarely on the other: at 50 losses of equal size among many queries, a bound meant to err once in
 * 100 times errs 2.4 times. Hall's transformation ("On the Removal of Skewness by Transformation",
 * Journal of the Royal Statistical Society B 1992) takes the first term of that away and, unlike an
 * Edgeworth expansion cut short, never turns around:
 *   g(t) = t + s t^2 / 3 + s^2 t^3 / 27 + s / 6 = ((1 + s t / 3)^3 - 1) / s + s / 6,
 * with s the skewness of the mean: third central moment / n^2 / se^3. Where a single loss was seen,
 * g gives a 99% bound of 6.4 losses; the exact one of Poisson's distribution is 6.6. */
#ifndef LIMEN_STATS_SKEWED_H
#define LIMEN_STATS_SKEWED_H

/* g(t), and the t that it came from. A skewness of 0 changes nothing. */
double limen_skew_correct(double t, double skewness);
double limen_skew_undo(double corrected, double skewness);

#endif
