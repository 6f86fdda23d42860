#include "cli/eval_against.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"

/* Of a false alarm among all measures that are compared. */
static const double significance = 0.05;

/* The means may differ where the ranks do not, and the other way round; a difference is one when
 * both say so. */
static const char *verdict(const struct limen_difference *one) {
  const struct limen_interval *interval = &one->difference;
  if (one->higher + one->lower == 0) return "equal";
  if (one->adjusted <= significance && interval->lower > 0) return "the first is higher";
  if (one->adjusted <= significance && interval->upper < 0) return "the second is higher";
  return "noise";
}

static void show(char *out, size_t size, double value) {
  if (isnan(value))
    snprintf(out, size, "-");
  else
    snprintf(out, size, "%+.4f", value);
}

static void print_row(const struct limen_ranking_choice *choice,
                      const struct limen_difference *one) {
  char lower[32], upper[32], p[32];
  show(lower, sizeof lower, one->difference.lower);
  show(upper, sizeof upper, one->difference.upper);
  snprintf(p, sizeof p, one->adjusted < 0.0001 ? "< 0.0001" : "%.4f", one->adjusted);
  printf("%-22s %8.4f %8.4f %10.4f %9s %9s %8zu %8s  %s\n", choice->name, one->first, one->second,
         one->difference.estimate, lower, upper, one->higher + one->lower, p, verdict(one));
}

static json_t *number_or_null(double value) {
  return isnan(value) ? json_null() : json_real(value);
}

static int add_row(json_t *rows, const struct limen_ranking_choice *choice,
                   const struct limen_difference *one, struct limen_error *error) {
  json_t *row =
      json_pack("{s:s, s:f, s:f, s:f, s:o, s:o, s:I, s:I, s:I, s:f, s:f, s:s}", "name",
                choice->name, "first", one->first, "second", one->second, "difference",
                one->difference.estimate, "lower", number_or_null(one->difference.lower), "upper",
                number_or_null(one->difference.upper), "queries", (json_int_t)one->queries,
                "queries_higher", (json_int_t)one->higher, "queries_lower", (json_int_t)one->lower,
                "p", one->p, "p_adjusted", one->adjusted, "verdict", verdict(one));
  if (row && json_array_append_new(rows, row) == 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the comparison");
}

/* Few differences cannot be told from noise whatever they are: of n, all of one sign have
 * p = 2^(1-n). */
static void say_what_cannot_be_told(const struct limen_difference *all, size_t count) {
  size_t most = 0;
  for (size_t m = 0; m < count; m++)
    if (all[m].higher + all[m].lower > most) most = all[m].higher + all[m].lower;
  const double least = ldexp(1, 1 - (int)(most < 1000 ? most : 1000));
  if (most > 0 && least > significance)
    fprintf(stderr,
            "the runs differ on %zu quer%s at most; p cannot be below %.2g then, so no difference "
            "can be told from noise\n",
            most, most == 1 ? "y" : "ies", fmin(1, least));
}

int limen_eval_against(const struct limen_evaluation *first, const struct limen_evaluation *second,
                       const char *const names[2], const struct limen_ranking_choices *choices,
                       json_t *rows, struct limen_error *error) {
  const size_t count = choices->count;
  struct limen_difference *all = limen_alloc(count, sizeof *all, error);
  if (!all) return LIMEN_FAILED;
  int status =
      limen_evaluations_compare(first, second, choices, &limen_difference_bootstrap, all, error);
  if (status == LIMEN_OK) {
    printf(
        "first:  %s\nsecond: %s\n%zu quer%s, paired; 95%% intervals by the bootstrap over "
        "queries;\np by Wilcoxon's signed-rank test, adjusted after Holm over %zu measure%s\n\n",
        names[0], names[1], all[0].queries, all[0].queries == 1 ? "y" : "ies", count,
        count == 1 ? "" : "s");
    printf("%-22s %8s %8s %10s %9s %9s %8s %8s\n", "", "first", "second", "difference", "lower",
           "upper", "differ", "p");
  }
  for (size_t m = 0; m < count && status == LIMEN_OK; m++) {
    print_row(&choices->choice[m], &all[m]);
    status = add_row(rows, &choices->choice[m], &all[m], error);
  }
  if (status == LIMEN_OK) say_what_cannot_be_told(all, count);
  limen_free(all);
  return status;
}
