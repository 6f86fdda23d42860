#include "definition/parameter.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "definition/decimal.h"
#include "definition/definition.h"
#include "definition/words.h"

/* Bounds of integers past this are no bounds: a double this large has lost its last digits. */
static const double INTEGER_UNBOUNDED = 9e18;

static bool bounded(const struct limen_parameter *parameter, double bound) {
  return fabs(bound) < (parameter->type == LIMEN_INTEGER ? INTEGER_UNBOUNDED : INFINITY);
}

static void print_choices(const struct limen_parameter *parameter, struct limen_text *out) {
  limen_text_add(out, "one of: ");
  for (size_t i = 0; parameter->choices(i); i++)
    limen_text_print(out, "%s%s", i > 0 ? ", " : "", parameter->choices(i));
}

void limen_parameter_print_range(const struct limen_parameter *parameter, struct limen_text *out) {
  if (parameter->type == LIMEN_CHOICE) {
    print_choices(parameter, out);
    return;
  }
  if (parameter->type == LIMEN_STRING || parameter->type == LIMEN_PATH) {
    limen_text_add(out, parameter->type == LIMEN_PATH ? "a file" : "a text");
    if (parameter->choices) limen_text_add(out, ", or ");
    if (parameter->choices) print_choices(parameter, out);
    return;
  }
  char min[LIMEN_NUMBER_SIZE], max[LIMEN_NUMBER_SIZE];
  limen_number(parameter->min, min);
  limen_number(parameter->max, max);
  bool low = bounded(parameter, parameter->min), high = bounded(parameter, parameter->max);
  limen_text_add(out, parameter->type == LIMEN_INTEGER ? "an integer" : "a number");
  if (low && parameter->above_min)
    limen_text_print(out, high ? " above %s and at most %s" : " above %s", min, max);
  else if (low && high)
    limen_text_print(out, " from %s to %s", min, max);
  else if (low)
    limen_text_print(out, " of at least %s", min);
  else if (high)
    limen_text_print(out, " of at most %s", max);
  if (parameter->zero) limen_text_print(out, ", or %s for 0", parameter->zero);
}

/* "`d` cannot be `8x`, REASON; valid: RANGE; did you mean ...?" */
static int refuse(const struct limen_parameter *parameter, const char *text, const char *reason,
                  struct limen_error *error) {
  char quoted[LIMEN_WORDS_SIZE];
  struct limen_text valid = {0};
  limen_parameter_print_range(parameter, &valid);
  if (parameter->type == LIMEN_CHOICE) {
    const char *near = limen_nearest(text, parameter->choices);
    if (near) limen_text_print(&valid, "; did you mean `%s`?", near);
  }
  int status =
      LIMEN_FAIL(error, LIMEN_USAGE, "`%s` cannot be %s%s%s; valid: %s", parameter->name,
                 *text ? limen_words_quote(text, quoted) : "empty", *text && reason ? ", " : "",
                 *text && reason ? reason : "", limen_text_string(&valid));
  limen_text_clear(&valid);
  return status;
}

static bool within(const struct limen_parameter *parameter, double value) {
  return value >= parameter->min && value <= parameter->max &&
         !(parameter->above_min && value == parameter->min);
}

static int parse_number(const struct limen_parameter *parameter, const char *text,
                        struct limen_value *out, struct limen_error *error) {
  if (parameter->zero && strcmp(text, parameter->zero) == 0) {
    out->as.integer = 0;
    return LIMEN_OK;
  }
  enum limen_decimal what = parameter->type == LIMEN_INTEGER
                                ? limen_decimal_integer(text, &out->as.integer)
                                : limen_decimal_real(text, &out->as.real);
  if (what != LIMEN_DECIMAL_OK) return refuse(parameter, text, limen_decimal_words(what), error);
  if (!within(parameter, limen_value_number(out))) return refuse(parameter, text, NULL, error);
  return LIMEN_OK;
}

/* The registry's own copy of a name, or NULL. */
static const char *choice(const struct limen_parameter *parameter, const char *text) {
  for (size_t i = 0; parameter->choices && parameter->choices(i); i++)
    if (strcmp(parameter->choices(i), text) == 0) return parameter->choices(i);
  return NULL;
}

bool limen_value_is_file(const struct limen_parameter *parameter, const struct limen_value *value) {
  return parameter->type == LIMEN_PATH && *value->as.string && !choice(parameter, value->as.string);
}

int limen_value_parse(const struct limen_parameter *parameter, const char *text,
                      struct limen_value *out, struct limen_error *error) {
  *out = (struct limen_value){.type = parameter->type};
  switch (parameter->type) {
    case LIMEN_INTEGER:
    case LIMEN_REAL:
      return parse_number(parameter, text, out, error);
    case LIMEN_CHOICE:
    case LIMEN_PATH:
      if ((out->as.string = choice(parameter, text))) return LIMEN_OK;
      if (parameter->type == LIMEN_CHOICE) return refuse(parameter, text, NULL, error);
      break;
    case LIMEN_STRING:
      break;
  }
  /* An empty text is mostly an unset shell variable; it is a value only where it is the default. */
  if (!*text && !(parameter->fallback && !*parameter->fallback))
    return refuse(parameter, text, NULL, error);
  if (!limen_words_plain(text, strlen(text)))
    return refuse(parameter, text, "which holds a control character or is not UTF-8", error);
  out->as.string = text;
  return LIMEN_OK;
}

void limen_value_print(const struct limen_value *value, struct limen_text *out) {
  char number[LIMEN_NUMBER_SIZE];
  switch (value->type) {
    case LIMEN_INTEGER:
      limen_text_print(out, "%" PRId64, value->as.integer);
      break;
    case LIMEN_REAL:
      limen_text_add(out, limen_number(value->as.real, number));
      break;
    case LIMEN_CHOICE:
    case LIMEN_STRING:
    case LIMEN_PATH:
      limen_text_add(out, value->as.string);
      break;
  }
}

void limen_value_label(const struct limen_value *value, struct limen_text *out) {
  const char *slash = value->type == LIMEN_PATH ? strrchr(value->as.string, '/') : NULL;
  if (slash)
    limen_text_add(out, slash + 1);
  else
    limen_value_print(value, out);
}

bool limen_value_equal(const struct limen_value *a, const struct limen_value *b) {
  if (a->type != b->type) return false;
  switch (a->type) {
    case LIMEN_INTEGER:
      return a->as.integer == b->as.integer;
    case LIMEN_REAL:
      return a->as.real == b->as.real;
    case LIMEN_CHOICE:
    case LIMEN_STRING:
    case LIMEN_PATH:
      break;
  }
  return strcmp(a->as.string, b->as.string) == 0;
}

double limen_value_number(const struct limen_value *value) {
  return value->type == LIMEN_INTEGER ? (double)value->as.integer : value->as.real;
}

ptrdiff_t limen_parameter_find(const struct limen_parameter *parameters, const char *name) {
  for (size_t i = 0; parameters[i].name; i++)
    if (strcmp(parameters[i].name, name) == 0 ||
        (parameters[i].alias && strcmp(parameters[i].alias, name) == 0))
      return (ptrdiff_t)i;
  return -1;
}
