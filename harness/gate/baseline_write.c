#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/build_info.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "definition/words.h"
#include "gate/baseline.h"
#include "gate/values.h"

static json_t *number_or_null(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

/* Names of files may hold bytes that are not UTF-8, which JSON cannot; those are left out. */
static json_t *settings_of(const struct limen_settings *settings) {
  json_t *object = json_object();
  for (size_t i = 0; i < settings->count; i++)
    json_object_set_new(object, settings->setting[i].name, json_string(settings->setting[i].value));
  return object;
}

/* Of the definition as it was carried out: comments and the order of keys do not count. */
static int hash_definition(const struct limen_settings *settings, char out[LIMEN_HASH_SIZE],
                           struct limen_error *error) {
  struct limen_text text = {0};
  for (size_t i = 0; i < settings->count; i++)
    limen_text_print(&text, "%s=%s\n", settings->setting[i].name, settings->setting[i].value);
  int status = limen_text_status(&text, error);
  if (status == LIMEN_OK)
    status = limen_hash_text(limen_text_string(&text), text.length, out, error);
  limen_text_clear(&text);
  return status;
}

/* A name that is not UTF-8 is all that a run could have that JSON has not. */
static int check_name(const char *name, struct limen_error *error) {
  if (limen_words_utf8(name, strlen(name))) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "%.200s: this name is not UTF-8, and a baseline cannot hold it", name);
}

static int add_number(json_t *numbers, const struct limen_number *number,
                      struct limen_error *error) {
  const struct limen_sample *sample = &number->sample;
  json_t *values = NULL;
  int status = check_name(number->name, error);
  if (status != LIMEN_OK) return status;
  if (sample->values &&
      !(values = limen_values_to_json(sample->values, sample->builds, sample->queries, error)))
    return LIMEN_FAILED;
  json_t *one = json_pack(
      "{s:s, s:o, s:o, s:o, s:s, s:s, s:I, s:s, s:s, s:s, s:b, s:I, s:o*}", "name", number->name,
      "value", number_or_null(number->value), "lower", number_or_null(number->lower), "upper",
      number_or_null(number->upper), "unit", number->unit, "better",
      number->higher_is_better ? "higher" : "lower", "n", (json_int_t)number->n, "data",
      sample->data, "asked", sample->asked, "answers", sample->answers, "drawn", sample->drawn,
      "within", (json_int_t)sample->within, "values", values);
  if (one && json_array_append_new(numbers, one) == 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a baseline's numbers");
}

/* The reasons that the file gives, or none; a new list. */
static int reasons_of(const char *path, json_t **out, struct limen_error *error) {
  struct limen_measured old = {0};
  char *text = NULL;
  size_t length;
  *out = json_array();
  if (!limen_file_exists(path)) return LIMEN_OK;
  int status = limen_baseline_read(path, &old, error);
  limen_measured_clear(&old);
  if (status != LIMEN_OK) {
    const struct limen_error reason = *error;
    return LIMEN_FAIL(error, status, "%s; no baseline is written over a file that is none",
                      reason.text);
  }
  status = limen_file_read(path, LIMEN_BASELINE_MOST, &text, &length, error);
  json_t *root = NULL;
  if (status == LIMEN_OK) status = limen_json_read(text, length, 0, &root, NULL, error);
  json_t *reasons = json_object_get(root, "accepted");
  if (json_is_array(reasons)) json_array_extend(*out, reasons);
  json_decref(root);
  limen_free(text);
  return status;
}

static int check(const char *path, const struct limen_measured *measured, const char *reason,
                 struct limen_error *error) {
  if (measured->count == 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has no headline number to accept; is the run finished?",
                      measured->source);
  if (measured->count > LIMEN_BASELINE_NUMBERS_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s has %zu headline numbers, more than the %d that a "
                      "baseline may have; pick some with --only",
                      measured->source, measured->count, LIMEN_BASELINE_NUMBERS_MOST);
  if (!reason && limen_file_exists(path))
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "%s is there already; say with --reason why it is to be replaced", path);
  if (!reason || limen_words_utf8(reason, strlen(reason))) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE, "--reason is not UTF-8");
}

static int write_all(const char *path, const struct limen_measured *measured, json_t *reasons,
                     struct limen_error *error) {
  char hash[LIMEN_HASH_SIZE];
  int status = hash_definition(&measured->definition, hash, error);
  json_t *numbers = json_array();
  for (size_t i = 0; i < measured->count && status == LIMEN_OK; i++)
    status = add_number(numbers, &measured->number[i], error);
  if (status != LIMEN_OK) {
    json_decref(numbers);
    return status;
  }
  json_t *root =
      json_pack("{s:i, s:s, s:s, s:O, s:{s:s, s:o}, s:o, s:o, s:o}", "schema",
                LIMEN_BASELINE_SCHEMA, "program", limen_version, "experiment", measured->experiment,
                "accepted", reasons, "definition", "sha256", hash, "parameters",
                settings_of(&measured->definition), "inputs", settings_of(&measured->inputs),
                "machine", settings_of(&measured->machine), "numbers", numbers);
  status = limen_json_write(root, JSON_INDENT(1) | JSON_REAL_PRECISION(12), path, error);
  json_decref(root);
  return status;
}

int limen_baseline_write(const char *path, const struct limen_measured *measured,
                         const char *reason, const char *date, struct limen_error *error) {
  json_t *reasons = NULL;
  int status = check(path, measured, reason, error);
  if (status == LIMEN_OK) status = reasons_of(path, &reasons, error);
  if (status == LIMEN_OK)
    json_array_append_new(reasons, json_pack("{s:s, s:s}", "date", date, "reason",
                                             reason ? reason : "first baseline"));
  if (status == LIMEN_OK) status = write_all(path, measured, reasons, error);
  json_decref(reasons);
  return status;
}
