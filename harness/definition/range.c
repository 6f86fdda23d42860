#include "definition/range.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "definition/decimal.h"
#include "definition/definition.h"
#include "definition/words.h"

/* A range taken apart. The strings lie in `copy`, which is cut up. */
struct range {
  char *copy;
  const char *first, *last, *step; /* step is NULL when none is written */
  bool times;                      /* the step multiplies */
};

bool limen_range_is(const struct limen_parameter *parameter, const char *text) {
  return (parameter->type == LIMEN_INTEGER || parameter->type == LIMEN_REAL) && strstr(text, "..");
}

/* The sign that starts a step: any `*`, or the last `+` that is no sign of a number or exponent. */
static char *find_step(char *text) {
  char *star = strchr(text, '*');
  if (star) return star;
  for (char *at = text + strlen(text); at > text; at--)
    if (*at == '+' && at[-1] != 'e' && at[-1] != 'E') return at;
  return NULL;
}

static int split(const char *text, struct range *out, struct limen_error *error) {
  *out = (struct range){.copy = limen_copy_text(text, error)};
  if (!out->copy) return LIMEN_FAILED;
  char *dots = strstr(out->copy, "..");
  *dots = '\0';
  out->first = out->copy;
  out->last = dots + 2;
  char *sign = find_step(dots + 2);
  if (sign) {
    out->times = *sign == '*';
    *sign = '\0';
    out->step = sign + 1;
  }
  return LIMEN_OK;
}

static int push(struct limen_values *values, const struct limen_value *value,
                struct limen_error *error) {
  if (values->count >= LIMEN_GRID_MOST)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "more than %d values; write a shorter range or a larger step",
                      LIMEN_GRID_MOST);
  int status =
      limen_grow(&values->value, &values->capacity, values->count + 1, sizeof *value, error);
  if (status == LIMEN_OK) values->value[values->count++] = *value;
  return status;
}

static int add_integers(const struct range *range, int64_t first, int64_t last,
                        struct limen_values *values, struct limen_error *error) {
  int64_t step = 1, at = first;
  if (range->step) {
    enum limen_decimal what = limen_decimal_integer(range->step, &step);
    char quoted[LIMEN_WORDS_SIZE];
    if (what != LIMEN_DECIMAL_OK)
      return LIMEN_FAIL(error, LIMEN_USAGE, "the %s is %s, %s", range->times ? "factor" : "step",
                        limen_words_quote(range->step, quoted), limen_decimal_words(what));
  }
  if (range->times ? step <= 1 : step <= 0)
    return LIMEN_FAIL(error, LIMEN_USAGE, "the %s must be above %d",
                      range->times ? "factor" : "step", range->times ? 1 : 0);
  for (bool more = true; more && at <= last;) {
    struct limen_value value = {.type = LIMEN_INTEGER, .as.integer = at};
    int status = push(values, &value, error);
    if (status != LIMEN_OK) return status;
    more = !(range->times ? __builtin_mul_overflow(at, step, &at)
                          : __builtin_add_overflow(at, step, &at));
  }
  return LIMEN_OK;
}

/* Removes the noise of binary sums: what is left has the decimals that start and step have, or, for
 * a factor, the digits that every double can promise. */
static double as_written(double value, bool times, int places) {
  char text[512];
  if (times)
    snprintf(text, sizeof text, "%.15g", value);
  else if (places <= 100)
    snprintf(text, sizeof text, "%.*f", places, value);
  else
    return value;
  double rounded = strtod(text, NULL);
  return rounded == 0 ? 0 : rounded;
}

static int add_reals(const struct range *range, double first, double last,
                     struct limen_values *values, struct limen_error *error) {
  double step = 1;
  int places = limen_decimal_places(range->first);
  if (range->step) {
    enum limen_decimal what = limen_decimal_real(range->step, &step);
    char quoted[LIMEN_WORDS_SIZE];
    if (what != LIMEN_DECIMAL_OK)
      return LIMEN_FAIL(error, LIMEN_USAGE, "the %s is %s, %s", range->times ? "factor" : "step",
                        limen_words_quote(range->step, quoted), limen_decimal_words(what));
    if (limen_decimal_places(range->step) > places) places = limen_decimal_places(range->step);
  } else if (first != floor(first) || last != floor(last)) {
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "a range between fractions needs a step, such as %s..%s*2 or %s..%s+0.1",
                      range->first, range->last, range->first, range->last);
  }
  if (range->times ? step <= 1 : step <= 0)
    return LIMEN_FAIL(error, LIMEN_USAGE, "the %s must be above %d",
                      range->times ? "factor" : "step", range->times ? 1 : 0);
  double at = first, power = first;
  for (size_t i = 1; at <= last; i++) {
    struct limen_value value = {.type = LIMEN_REAL, .as.real = at};
    int status = push(values, &value, error);
    if (status != LIMEN_OK) return status;
    power *= step;
    double next = range->times ? as_written(power, true, 0)
                               : as_written(first + (double)i * step, false, places);
    if (!(next > at))
      return LIMEN_FAIL(error, LIMEN_USAGE, "the %s %s is too small to change the value",
                        range->times ? "factor" : "step", range->step ? range->step : "1");
    at = next;
  }
  return LIMEN_OK;
}

static int expand(const struct limen_parameter *parameter, const struct range *range,
                  struct limen_values *values, struct limen_error *error) {
  struct limen_value first, last;
  /* "0...5" could be read as 0 to .5, which nobody means. */
  if (*range->last == '.')
    return LIMEN_FAIL(error, LIMEN_USAGE, "a range has two dots, as in 4..12");
  int status = limen_value_parse(parameter, range->first, &first, error);
  if (status == LIMEN_OK) status = limen_value_parse(parameter, range->last, &last, error);
  if (status != LIMEN_OK) return status;
  bool backwards = parameter->type == LIMEN_INTEGER ? first.as.integer > last.as.integer
                                                    : first.as.real > last.as.real;
  if (backwards)
    return LIMEN_FAIL(error, LIMEN_USAGE, "the range runs backwards; write %s..%s", range->last,
                      range->first);
  if (range->times && limen_value_number(&first) <= 0)
    return LIMEN_FAIL(error, LIMEN_USAGE, "a range with a factor must start above 0");
  return parameter->type == LIMEN_INTEGER
             ? add_integers(range, first.as.integer, last.as.integer, values, error)
             : add_reals(range, first.as.real, last.as.real, values, error);
}

int limen_range_expand(const struct limen_parameter *parameter, const char *text,
                       struct limen_values *values, struct limen_error *error) {
  int status;
  struct range range = {0};
  if (!limen_range_is(parameter, text)) {
    struct limen_value value;
    status = limen_value_parse(parameter, text, &value, error);
    return status == LIMEN_OK ? push(values, &value, error) : status;
  }
  if ((status = split(text, &range, error)) == LIMEN_OK &&
      (status = expand(parameter, &range, values, error)) == LIMEN_USAGE) {
    char quoted[LIMEN_WORDS_SIZE];
    limen_error_prefix(error, "`%s` cannot be %s", parameter->name,
                       limen_words_quote(text, quoted));
  }
  limen_free(range.copy);
  return status;
}
