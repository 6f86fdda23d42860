#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "gate/baseline.h"
#include "gate/values.h"

enum { TEXT_MOST = 4096 /* bytes of a name or a setting */ };

/* How far a value may be from the mean of its float32 observations. */
static const double rounding = 1e-5;

/* ---- fields ---- */

/* A stranger's text goes to terminals and reports: no control characters. */
static bool is_printable(const char *text) {
  if (strlen(text) > TEXT_MOST) return false;
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f) return false;
  return true;
}

static int read_text(const json_t *object, const char *key, const char **out,
                     struct limen_error *error) {
  const json_t *field = json_object_get(object, key);
  *out = json_string_value(field);
  if (*out && is_printable(*out) && strlen(*out) == json_string_length(field)) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT, "\"%s\" %s", key,
                    !field  ? "is missing"
                    : !*out ? "is no text"
                            : "holds control characters or is too long");
}

static int read_number(const json_t *object, const char *key, double *out,
                       struct limen_error *error) {
  const json_t *field = json_object_get(object, key);
  if (!json_is_number(field) && !json_is_null(field))
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"%s\" %s", key,
                      field ? "is neither a number nor null" : "is missing");
  *out = json_is_null(field) ? NAN : json_number_value(field);
  return LIMEN_OK;
}

static int read_count(const json_t *object, const char *key, size_t *out,
                      struct limen_error *error) {
  const json_t *field = json_object_get(object, key);
  if (!json_is_integer(field) || json_integer_value(field) < 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"%s\" %s", key,
                      field ? "is no whole number from 0 up" : "is missing");
  *out = (size_t)json_integer_value(field);
  return LIMEN_OK;
}

static int read_hash(const json_t *object, const char *key, char out[LIMEN_HASH_SIZE],
                     struct limen_error *error) {
  const char *text = NULL;
  int status = read_text(object, key, &text, error);
  if (status != LIMEN_OK) return status;
  const size_t digits = strspn(text, "0123456789abcdef");
  if (text[digits] || (digits != 0 && digits != LIMEN_HASH_SIZE - 1))
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"%s\" is not the %d digits of a SHA-256", key,
                      LIMEN_HASH_SIZE - 1);
  memcpy(out, text, digits + 1);
  return LIMEN_OK;
}

static int read_settings(const json_t *object, const char *key, struct limen_settings *out,
                         struct limen_error *error) {
  const json_t *all = json_object_get(object, key);
  const char *name;
  json_t *value;
  if (!json_is_object(all))
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"%s\" %s", key, all ? "is no object" : "is missing");
  json_object_foreach((json_t *)(uintptr_t)all, name, value) {
    const char *text = NULL;
    int status = is_printable(name)
                     ? read_text(all, name, &text, error)
                     : LIMEN_FAIL(error, LIMEN_INPUT, "a name holds control characters");
    if (status == LIMEN_OK) status = limen_settings_add(out, name, text, error);
    if (status != LIMEN_OK) {
      limen_error_prefix(error, "%s", key);
      return status;
    }
  }
  return LIMEN_OK;
}

/* ---- a number ---- */

static int read_sample(const json_t *object, struct limen_number *number,
                       struct limen_error *error) {
  struct limen_sample *sample = &number->sample;
  const json_t *drawn = json_object_get(object, "drawn"),
               *values = json_object_get(object, "values");
  int status = read_hash(object, "data", sample->data, error);
  if (status == LIMEN_OK) status = read_hash(object, "asked", sample->asked, error);
  if (status == LIMEN_OK) status = read_hash(object, "answers", sample->answers, error);
  if (status == LIMEN_OK) status = read_count(object, "within", &sample->within, error);
  if (status == LIMEN_OK && !json_is_boolean(drawn))
    status = LIMEN_FAIL(error, LIMEN_INPUT, "\"drawn\" is neither true nor false");
  sample->drawn = json_is_true(drawn);
  if (status != LIMEN_OK || !values) return status;
  status =
      limen_values_from_json(values, &sample->values, &sample->builds, &sample->queries, error);
  if (status != LIMEN_OK) {
    limen_error_prefix(error, "values");
    return status;
  }
  if (sample->within < 1)
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"within\" is 0, which is no number of queries");
  double mean = 0;
  const size_t n = sample->builds * sample->queries;
  for (size_t i = 0; i < n; i++) mean += sample->values[i] / (double)n;
  if (fabs(mean - number->value) <= rounding * fmax(1, fabs(mean))) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "\"value\" is %.9g, and the mean of its values %.9g; was it changed by hand? "
                    "`limen accept` writes another baseline",
                    number->value, mean);
}

static int read_one(const json_t *object, struct limen_measured *out, struct limen_error *error) {
  const char *name = NULL, *unit = NULL, *better = NULL;
  struct limen_number *number = NULL;
  if (!json_is_object(object)) return LIMEN_FAIL(error, LIMEN_INPUT, "it is no object");
  int status = read_text(object, "name", &name, error);
  if (status == LIMEN_OK) status = read_text(object, "unit", &unit, error);
  if (status == LIMEN_OK) status = read_text(object, "better", &better, error);
  if (status == LIMEN_OK && strcmp(better, "higher") != 0 && strcmp(better, "lower") != 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "\"better\" is \"%.40s\"; higher or lower is needed",
                        better);
  if (status == LIMEN_OK && !*name) status = LIMEN_FAIL(error, LIMEN_INPUT, "\"name\" is empty");
  if (status == LIMEN_OK && limen_measured_find(out, name))
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%.200s stands there twice", name);
  if (status == LIMEN_OK) status = limen_measured_add(out, name, unit, &number, error);
  if (status != LIMEN_OK) return status;
  number->higher_is_better = strcmp(better, "higher") == 0;
  status = read_number(object, "value", &number->value, error);
  if (status == LIMEN_OK) status = read_number(object, "lower", &number->lower, error);
  if (status == LIMEN_OK) status = read_number(object, "upper", &number->upper, error);
  if (status == LIMEN_OK) status = read_count(object, "n", &number->n, error);
  if (status == LIMEN_OK && isnan(number->value))
    status = LIMEN_FAIL(error, LIMEN_INPUT, "\"value\" is null");
  if (status == LIMEN_OK && (number->lower > number->value || number->upper < number->value))
    status =
        LIMEN_FAIL(error, LIMEN_INPUT, "the value %.9g is not between its bounds %.9g and %.9g",
                   number->value, number->lower, number->upper);
  return status == LIMEN_OK ? read_sample(object, number, error) : status;
}

static int read_numbers(const json_t *list, struct limen_measured *out, struct limen_error *error) {
  size_t i;
  json_t *one;
  if (!json_is_array(list) || json_array_size(list) == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "\"numbers\" %s",
                      !list                 ? "is missing"
                      : json_is_array(list) ? "is empty"
                                            : "is no list");
  if (json_array_size(list) > LIMEN_BASELINE_NUMBERS_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%zu numbers are more than the %d that a baseline may "
                      "have",
                      json_array_size(list), LIMEN_BASELINE_NUMBERS_MOST);
  json_array_foreach((json_t *)(uintptr_t)list, i, one) {
    int status = read_one(one, out, error);
    if (status == LIMEN_OK) continue;
    limen_error_prefix(error, "numbers[%zu]", i);
    return status;
  }
  return LIMEN_OK;
}

/* ---- reasons ---- */

/* "2026-01-31" */
static bool is_date(const char *text) {
  static const char form[] = "0000-00-00";
  if (strlen(text) != sizeof form - 1) return false;
  for (size_t i = 0; form[i]; i++)
    if (form[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  return true;
}

/* Reasons are people's words and may have several lines; who shows them makes them visible. */
static int read_accepted(const json_t *list, struct limen_settings *out,
                         struct limen_error *error) {
  size_t i;
  json_t *one;
  if (!list) return LIMEN_OK;
  if (!json_is_array(list)) return LIMEN_FAIL(error, LIMEN_INPUT, "\"accepted\" is no list");
  json_array_foreach((json_t *)(uintptr_t)list, i, one) {
    const char *date = json_string_value(json_object_get(one, "date")),
               *reason = json_string_value(json_object_get(one, "reason"));
    if (!date || !is_date(date) || !reason)
      return LIMEN_FAIL(error, LIMEN_INPUT,
                        "accepted[%zu]: a \"date\" such as 2026-01-31 and a \"reason\" are needed",
                        i);
    int status = limen_settings_add(out, date, reason, error);
    if (status != LIMEN_OK) return status;
  }
  return LIMEN_OK;
}

/* ---- the file ---- */

static int read_root(const json_t *root, struct limen_measured *out, struct limen_error *error) {
  const json_t *schema = json_object_get(root, "schema");
  const char *experiment = NULL;
  if (!json_is_integer(schema))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "this is no baseline: it has no \"schema\"; `limen accept` writes one");
  if (json_integer_value(schema) != LIMEN_BASELINE_SCHEMA)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "a baseline of schema %lld, and this program reads %d; `limen accept` "
                      "writes one anew",
                      (long long)json_integer_value(schema), LIMEN_BASELINE_SCHEMA);
  int status = read_text(root, "experiment", &experiment, error);
  if (status == LIMEN_OK && !(out->experiment = limen_copy_text(experiment, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status =
        read_settings(json_object_get(root, "definition"), "parameters", &out->definition, error);
  if (status == LIMEN_OK) status = read_settings(root, "inputs", &out->inputs, error);
  if (status == LIMEN_OK) status = read_settings(root, "machine", &out->machine, error);
  if (status == LIMEN_OK)
    status = read_accepted(json_object_get(root, "accepted"), &out->accepted, error);
  return status == LIMEN_OK ? read_numbers(json_object_get(root, "numbers"), out, error) : status;
}

int limen_baseline_parse(const char *path, const char *text, size_t length,
                         struct limen_measured *out, struct limen_error *error) {
  json_error_t reason;
  json_t *root = NULL;
  *out = (struct limen_measured){0};
  int status = limen_json_read(text, length, JSON_REJECT_DUPLICATES, &root, &reason, error);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s:%d:%d: %s", path, reason.line, reason.column,
                      reason.text);
  if (!(out->source = limen_copy_text(path, error))) status = LIMEN_FAILED;
  if (status == LIMEN_OK && (status = read_root(root, out, error)) != LIMEN_OK)
    limen_error_prefix(error, "%s", path);
  json_decref(root);
  if (status != LIMEN_OK) limen_measured_clear(out);
  return status;
}

int limen_baseline_read(const char *path, struct limen_measured *out, struct limen_error *error) {
  char *text = NULL;
  size_t length = 0;
  *out = (struct limen_measured){0};
  int status = limen_file_read(path, LIMEN_BASELINE_MOST, &text, &length, error);
  if (status == LIMEN_OK) status = limen_baseline_parse(path, text, length, out, error);
  limen_free(text);
  return status;
}
